/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "hyperchat/users.h"
#include "support/leaks.h"

TestSuite(hyperchat_users, .fini = no_leaks);

#define EXT "twilio-34900000000-34600111222"
#define ANN \
	"{\"id\":\"U1\",\"name\":\"Ann Lee\",\"nickname\":\"\",\"externalId\":\"" EXT \
	"\",\"contact\":\"ann@mail.example\",\"extraInfo\":{\"INQUIRY\":\"x\"}," \
	"\"providerId\":null,\"chats\":[\"C1\",7]}"
#define EXISTS \
	{ \
		.on = "POST /v1/users/ ", .status = 409, \
		.body = \
		    "{\"error\":{\"code\":409,\"message\":\"User already exists\"}}" \
	}
#define FIND "GET /v1/users/?externalId=" EXT " "

static const struct hyperchat_extra extra[] = { { "INQUIRY", "late \"parcel\"" },
	{ "SIZE", "7" } };
static const struct hyperchat_profile ann = { .external_id = EXT,
	.name = "Ann Lee",
	.contact = "ann@mail.example",
	.extra = extra,
	.n_extra = NELEMS(extra) };

Test(hyperchat_users, a_new_one)
{
	static const struct upstream_step steps[] = { { .on = "POST /v1/users/ ",
	    .body = "{\"user\":" ANN ",\"session\":{\"token\":\"t\"}}" } };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_user u;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_user_put(&c, &ann, &u, &e), "%s", e.text);
	cr_expect_str_eq(u.id, "U1");
	cr_expect_str_eq(u.name, "Ann Lee");
	cr_expect_str_eq(u.nickname, "");
	cr_expect_str_eq(u.external_id, EXT);
	cr_expect_str_eq(u.contact, "ann@mail.example");
	cr_expect_not(u.is_agent);
	cr_assert_eq(u.n_chats, 2);
	cr_expect_str_eq(u.chats[0], "C1");
	cr_expect_str_eq(u.chats[1], "7");
	cr_expect_str_eq(upstream_get(r.up, 0)->body,
	    "{\"name\":\"Ann Lee\",\"externalId\":\"" EXT
	    "\",\"contact\":\"ann@mail.example\",\"extraInfo\":{\"INQUIRY\":\"late "
	    "\\\"parcel\\\"\",\"SIZE\":\"7\"}}");
}

Test(hyperchat_users, only_what_is_known_is_told)
{
	static const struct upstream_step steps[] = { { .body =
							    "{\"user\":{\"id\":5}}" } };
	const struct hyperchat_profile p = { .external_id = EXT, .contact = "" };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_user u;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_user_put(&c, &p, &u, &e), "%s", e.text);
	cr_expect_str_eq(u.id, "5");
	cr_expect_eq(u.n_chats, 0);
	cr_expect_str_eq(
	    upstream_get(r.up, 0)->body, "{\"name\":\"\",\"externalId\":\"" EXT "\"}");
}

/* 409: found by the external id, and told what is new. */
Test(hyperchat_users, one_that_exists)
{
	static const struct {
		const char *name;
		struct upstream_step find, update;
		const char *id; /* NULL: fails */
		const char *shown, *asked;
	} t[] = {
		{ "found and updated", { .on = FIND, .body = "{\"users\":[" ANN "]}" },
		    { .on = "PUT /v1/users/U1 ",
			.body = "{\"user\":{\"id\":\"U1\",\"name\":\"New\"}}" },
		    "U1", "New",
		    "POST users/, GET users/?externalId=" EXT ", PUT users/U1" },
		{ "not updated: used as it is",
		    { .on = FIND, .body = "{\"users\":[" ANN "]}" },
		    { .on = "PUT ", .status = 500 }, "U1", "Ann Lee",
		    "POST users/, GET users/?externalId=" EXT ", PUT users/U1" },
		{ "a server that lists all",
		    { .on = FIND,
			.body =
			    "{\"users\":[{\"id\":\"U0\",\"externalId\":\"twilio-1\"},"
			    "{\"externalId\":\"" EXT "\"},7," ANN "]}" },
		    { .on = "PUT /v1/users/U1 ", .body = "{\"user\":" ANN "}" }, "U1",
		    "Ann Lee",
		    "POST users/, GET users/?externalId=" EXT ", PUT users/U1" },
		{ "not found", { .on = FIND, .body = "{\"users\":[]}" }, { .on = "X" },
		    NULL, NULL, "POST users/, GET users/?externalId=" EXT },
		{ "not found, in other words",
		    { .on = FIND, .status = 404, .body = "{\"error\":{\"code\":404}}" },
		    { .on = "X" }, NULL, NULL,
		    "POST users/, GET users/?externalId=" EXT },
		{ "search fails", { .on = FIND, .status = 502 }, { .on = "X" }, NULL,
		    NULL, "POST users/, GET users/?externalId=" EXT },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { EXISTS, t[i].find, t[i].update };
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_user u = { 0 };
		struct err e = { 0 };
		bool ok;

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		ok = hyperchat_user_put(&c, &ann, &u, &e);
		cr_assert_eq(ok, t[i].id != NULL, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		if (!ok) {
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s: %s", t[i].name, e.text);
			continue;
		}
		cr_expect_str_eq(u.id, t[i].id, "%s", t[i].name);
		cr_expect_str_eq(hyperchat_user_shown(&u), t[i].shown, "%s", t[i].name);
		cr_expect_eq(u.n_chats, 2, "%s: those it was found with", t[i].name);
		cr_expect_not_null(
		    strstr(upstream_get(r.up, 2)->body, "{\"name\":\"Ann Lee\","));
		cr_expect_null(strstr(upstream_get(r.up, 2)->body, "externalId"));
		cr_expect_not(
		    upstream_has_name(upstream_get(r.up, 0), "x-hyper-secret"));
		cr_expect(
		    upstream_has(upstream_get(r.up, 1), "x-hyper-secret: " RIG_SECRET));
	}
}

Test(hyperchat_users, trouble)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
	} t[] = {
		{ "no user", { .body = "{}" }, ERR_UPSTREAM },
		{ "no id", { .body = "{\"user\":{\"name\":\"x\"}}" }, ERR_UPSTREAM },
		{ "an id that climbs", { .body = "{\"user\":{\"id\":\"..\"}}" },
		    ERR_UPSTREAM },
		{ "an id with a blank", { .body = "{\"user\":{\"id\":\"a b\"}}" },
		    ERR_UPSTREAM },
		{ "another refusal",
		    { .status = 422, .body = "{\"error\":{\"code\":422}}" },
		    ERR_UPSTREAM },
		{ "401", { .status = 401, .body = "{\"error\":{\"code\":401}}" },
		    ERR_DENIED },
		{ "HTML", { .body = "<html>" }, ERR_UPSTREAM },
		{ "a list", { .body = "[]" }, ERR_UPSTREAM },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_user u = { .name = "untouched" };
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_not(hyperchat_user_put(&c, &ann, &u, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(u.name, "untouched", "%s", t[i].name);
		cr_expect_null(strstr(e.text, "Ann"), "%s", e.text);
	}
}

Test(hyperchat_users, agents)
{
	static const struct {
		const char *user;
		bool is_agent;
		const char *shown;
	} t[] = {
		{ "\"providerId\":\"P1\",\"name\":\"Ben\",\"nickname\":\"B\"", true,
		    "B" },
		{ "\"providerId\":12,\"name\":\"Ben\",\"nickname\":null", true, "Ben" },
		{ "\"providerId\":\"\",\"name\":\"Ben\"", false, "Ben" },
		{ "\"providerId\":0", false, "" },
		{ "\"providerId\":[]", false, "" },
		{ "\"name\":[\"Ben\"],\"nickname\":7", false, "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct upstream_step step = { .on = "GET /v1/users/A1 " };
		struct hyperchat_call c;
		struct hyperchat_user u;
		struct err e = { 0 };
		char body[200];

		snprintf(
		    body, sizeof(body), "{\"user\":{\"id\":\"A1\",%s}}", t[i].user);
		step.body = body;
		rig_init(&r, &step, 1);
		c = rig_call(&r);
		cr_assert(hyperchat_user_get(&c, "A1", &u, &e), "%s", e.text);
		cr_expect_eq(u.is_agent, t[i].is_agent, "%s", t[i].user);
		cr_expect_str_eq(hyperchat_user_shown(&u), t[i].shown, "%s", t[i].user);
	}
}

Test(hyperchat_users, gone)
{
	static const struct upstream_step steps[] = { { .status = 404,
	    .body = "{\"error\":{\"code\":404}}" } };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_user u = { .id = "x" };
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_user_get(&c, "U9", &u, &e), "%s", e.text);
	cr_expect_null(u.id);
	cr_expect_str_eq(hyperchat_user_shown(&u), "");
}

/* A name is cut at a character, a long list of chats at its limit. */
Test(hyperchat_users, limits)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(64 * 1024);
	CLEANUP(rig_fini) struct rig r;
	struct upstream_step step = { 0 };
	struct hyperchat_call c;
	struct hyperchat_user u;
	struct err e = { 0 };

	buf_str(&b, "{\"user\":{\"id\":\"U1\",\"name\":\"x");
	for (int i = 0; i < LIMIT_LABEL; i++)
		buf_str(&b, "\xc3\xa9");
	buf_str(&b, "\",\"chats\":[null,{},[],{\"id\":\"C0\"}");
	for (int i = 1; i < LIMIT_HYPERCHAT_CHATS + 10; i++)
		buf_printf(&b, ",\"C%d\"", i);
	buf_str(&b, "]}}");
	cr_assert(buf_ok(&b));
	step.body = b.data;
	rig_init(&r, &step, 1);
	c = rig_call(&r);
	cr_assert(hyperchat_user_get(&c, "U1", &u, &e), "%s", e.text);
	cr_expect_eq(strlen(u.name), (size_t)LIMIT_LABEL - 1);
	cr_expect(utf8_valid(u.name, strlen(u.name)));
	cr_expect_eq(u.n_chats, (size_t)LIMIT_HYPERCHAT_CHATS);
	cr_expect_str_eq(u.chats[0], "C0");
}

Test(hyperchat_users, activity)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/users/U1/activity ", .status = 204 }
	};
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect(hyperchat_user_activity(&c, "U1", "writing", &e), "%s", e.text);
	cr_expect_str_eq(upstream_get(r.up, 0)->body, "{\"type\":\"writing\"}");
}
