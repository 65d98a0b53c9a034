/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/messenger_rig.h"

#include "base/limits.h"
#include "messenger/nested.h"
#include "messenger/users.h"
#include "support/leaks.h"

TestSuite(messenger_users, .fini = no_leaks);

#define ANN "\"address\":\"ann@mail.example\""

Test(messenger_users, addresses)
{
	static const struct {
		const char *text;
		bool ok;
	} t[] = {
		{ "ann@mail.example", true },
		{ "a@b", true },
		{ "ann+tag@mail.example", true },
		{ "\"a@b\"@mail.example", true },
		{ "an\xc3\xa9@mail.example", true },
		{ "", false },
		{ "ann", false },
		{ "@mail.example", false },
		{ "ann@", false },
		{ "ann lee@mail.example", false },
		{ "ann@mail.example\r\n", false },
		{ "+34600111222", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(messenger_address_ok(t[i].text), t[i].ok, "%s", t[i].text);
}

/* Everything of `data` and of `extra` is looked at, not only what stands first. */
Test(messenger_users, read)
{
	static const struct {
		const char *name, *text;
		size_t n;
		const char *id, *phones;
	} t[] = {
		{ "as documented",
		    "{\"data\":[{\"id\":77,\"uuid\":\"u\"," ANN
		    ",\"extra\":[{\"id\":2,\"content\":\"1-2\"}]}]}",
		    1, "77", "1-2" },
		{ "not the first field",
		    "{\"data\":[{\"id\":77," ANN
		    ",\"extra\":[{\"id\":1,\"content\":\"x\"},"
		    "{\"id\":\"2\",\"content\":\" 1-2 \"}]}]}",
		    1, "77", "1-2" },
		{ "fields with gaps in PHP",
		    "{\"data\":[{\"id\":77," ANN ",\"extra\":{\"0\":{\"id\":1},"
		    "\"5\":{\"id\":2,\"content\":\"1-2\"}}}]}",
		    1, "77", "1-2" },
		{ "of two fields the one that says something",
		    "{\"data\":[{\"id\":77," ANN
		    ",\"extra\":[{\"id\":2,\"content\":\"\"},"
		    "{\"id\":2,\"content\":\"1-2\"}]}]}",
		    1, "77", "1-2" },
		{ "no fields", "{\"data\":[{\"id\":77," ANN "}]}", 1, "77", NULL },
		{ "empty fields", "{\"data\":[{\"id\":77," ANN ",\"extra\":\"\"}]}", 1,
		    "77", NULL },
		{ "odd fields",
		    "{\"data\":[{\"id\":77," ANN
		    ",\"extra\":[null,7,[],{\"id\":2,\"content\":9},{\"id\":2}]}]}",
		    1, "77", NULL },
		{ "no id but another", "{\"data\":[{\"uuid\":\"u-1\"," ANN "}]}", 1,
		    "u-1", NULL },
		{ "other case",
		    "{\"data\":[{\"id\":\"8\",\"address\":\"Ann@Mail.EXAMPLE\"}]}", 1,
		    "8", NULL },
		{ "others are left out",
		    "{\"data\":[{\"id\":1,\"address\":\"joann@mail.example\"},{\"id\":2},"
		    "{\"id\":3,\"address\":7},null,{" ANN "},{\"id\":4," ANN "}]}",
		    1, "4", NULL },
		{ "nobody", "{\"data\":[]}", 0, NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct messenger_users got = { 0 };
		struct err e;

		cr_assert(
		    js_parse(t[i].text, strlen(t[i].text), &root, &e), "%s", t[i].name);
		cr_assert(messenger_users_read(&got, root, "ann@mail.example", a));
		cr_assert_eq(got.n, t[i].n, "%s", t[i].name);
		if (got.n == 0)
			continue;
		cr_expect_str_eq(got.list[0].id, t[i].id, "%s", t[i].name);
		cr_expect_eq(
		    got.list[0].phones == NULL, t[i].phones == NULL, "%s", t[i].name);
		if (t[i].phones != NULL && got.list[0].phones != NULL)
			cr_expect_str_eq(
			    got.list[0].phones, t[i].phones, "%s", t[i].name);
	}
}

Test(messenger_users, a_crowd_is_cut)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_users got;
	struct err e;

	buf_str(&text, "[{\"id\":1," ANN "}");
	for (int i = 0; i < 2 * LIMIT_PEOPLE; i++)
		buf_str(&text, ",{\"id\":2," ANN "}");
	buf_chr(&text, ']');
	cr_assert(js_parse(text.data, text.len, &root, &e));
	cr_assert(messenger_users_read(&got, root, "ann@mail.example", a));
	cr_expect_eq(got.n, LIMIT_PEOPLE);
}

/* An address is one value of the query, whatever it holds. */
Test(messenger_users, find)
{
	static const struct {
		const char *name, *address, *query;
		struct upstream_step step;
		bool ok;
		size_t n;
	} t[] = {
		{ "plus", "ann+x@mail.example", "address=ann%2Bx%40mail.example",
		    { .body =
			    "{\"data\":[{\"id\":1,\"address\":\"ann+x@mail.example\"}]}" },
		    true, 1 },
		{ "what ends a query", "a&b=#c@d", "address=a%26b%3D%23c%40d",
		    { .body = "{\"data\":\"\"}" }, true, 0 },
		{ "beyond ASCII", "\xc3\xa9@d", "address=%C3%A9%40d", { .body = "[]" },
		    true, 0 },
		{ "unknown is not found", "a@b", "address=a%40b",
		    { .status = 404, .body = "{\"error\":{\"message\":\"none\"}}" },
		    true, 0 },
		{ "no list", "a@b", "address=a%40b", { .body = "{\"x\":1}" }, false,
		    0 },
		{ "500", "a@b", "address=a%40b", { .status = 500, .body = "" }, false,
		    0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_users got = { 0 };
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(messenger_users_find(&c, t[i].address, &got, &e), t[i].ok,
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(got.n, t[i].n, "%s", t[i].name);
		cr_expect_str_eq(rig_asked(&r),
		    arena_printf(r.arena, "GET users?%s", t[i].query), "%s", t[i].name);
		cr_expect_null(strstr(e.text, t[i].address), "%s", t[i].name);
	}
}

/* Other fields, and what else stands in ours, come out as they went in. */
Test(messenger_users, keep)
{
	static const struct {
		const char *name, *extra, *body;
	} t[] = {
		{ "no fields", "[]", "{\"extra\":[{\"id\":2,\"content\":\"1-2\"}]}" },
		{ "others stay",
		    "[{\"id\":1,\"content\":\"x\",\"f\":1.50},null,{\"id\":3}]",
		    "{\"extra\":[{\"id\":1,\"content\":\"x\",\"f\":1.50},null,{\"id\":3},"
		    "{\"id\":2,\"content\":\"1-2\"}]}" },
		{ "in its place",
		    "[{\"id\":\"2\",\"content\":\"9\",\"name\":\"p\"},{\"id\":3}]",
		    "{\"extra\":[{\"id\":\"2\",\"content\":\"1-2\",\"name\":\"p\"},"
		    "{\"id\":3}]}" },
	};
	static const struct upstream_step steps[] = { { .status = 204, .body = "" } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct messenger_user user = { .id = "7/7", .extra = t[i].extra };
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_expect(messenger_user_keep(&c, &user, "1-2", &e), "%s: %s",
		    t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), "PUT users/7%2F7", "%s", t[i].name);
		cr_expect_str_eq(
		    upstream_get(r.up, 0)->body, t[i].body, "%s", t[i].name);
	}
}

/* Where JSON is not taken, a form is sent, once. */
Test(messenger_users, keep_by_form)
{
	static const struct {
		const char *name;
		int status, form_status;
		size_t requests;
		bool ok;
	} t[] = {
		{ "400", 400, 200, 2, true },
		{ "415", 415, 200, 2, true },
		{ "400 both", 400, 400, 2, false },
		{ "404", 404, 200, 1, false },
		{ "500", 500, 200, 1, false },
	};
	static const struct messenger_user user = { .id = "77",
		.extra = "[{\"id\":1,\"content\":\"a b\",\"on\":true,\"none\":null}]" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = {
			{ .status = t[i].status, .body = "{\"message\":\"no\"}" },
			{ .status = t[i].form_status, .body = "{}" },
		};
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		struct err e = { 0 };

		if (t[i].form_status == 400)
			steps[1].body = "{\"message\":\"no\"}";
		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_expect_eq(messenger_user_keep(&c, &user, "1-2", &e), t[i].ok, "%s",
		    t[i].name);
		cr_assert_eq(upstream_requests(r.up), t[i].requests, "%s", t[i].name);
		if (t[i].requests == 1)
			continue;
		cr_expect(upstream_has(upstream_get(r.up, 1),
		    "content-type: application/x-www-form-urlencoded"));
		cr_expect_str_eq(upstream_get(r.up, 1)->body,
		    "extra%5B0%5D%5Bid%5D=1&extra%5B0%5D%5Bcontent%5D=a%20b&"
		    "extra%5B0%5D%5Bon%5D=1&extra%5B1%5D%5Bid%5D=2&"
		    "extra%5B1%5D%5Bcontent%5D=1-2");
	}
}

Test(messenger_users, a_form_of_too_long_names_is_none)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(js_putp) js *root = json_object_new_object();
	char name[LIMIT_URL + 2];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	json_object_object_add(root, name, json_object_new_int(1));
	messenger_nested_form(&out, root);
	cr_expect_not(buf_ok(&out));
}

Test(messenger_users, make)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		const char *id; /* NULL: it fails */
	} t[] = {
		{ "as documented", { .body = "{\"uuid\":78}" }, "78" },
		{ "newer",
		    { .status = 201, .body = "{\"uuid\":78,\"hash_uuid\":\"h\"}" },
		    "78" },
		{ "id", { .body = "{\"id\":\"u9\"}" }, "u9" },
		{ "nothing in it", { .body = "{}" }, NULL },
		{ "refused", { .status = 422, .body = "{\"errors\":[{}]}" }, NULL },
		{ "hung up", { .how = UP_HANGUP, .times = -1 }, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		const char *id = NULL;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(
		    messenger_user_make(&c, "Ann \"L\"", "ann@mail.example", &id, &e),
		    t[i].id != NULL, "%s: %s", t[i].name, e.text);
		if (t[i].id != NULL && id != NULL)
			cr_expect_str_eq(id, t[i].id, "%s", t[i].name);
		cr_expect_str_eq(rig_asked(&r), "POST users", "%s", t[i].name);
		cr_expect_str_eq(upstream_get(r.up, 0)->body,
		    "{\"name\":\"Ann \\\"L\\\"\",\"address\":\"ann@mail.example\"}");
	}
}
