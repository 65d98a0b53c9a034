/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/office_rig.h"

#include "support/leaks.h"

TestSuite(tickets_people, .fini = no_leaks);

#define ANN "\"address\":\"ann@mail.example\""
#define USERS(list) \
	{ \
		.on = "GET /tickets/v1/users", .body = "{\"data\":[" list "]}" \
	}
#define WITH(id, phones) \
	"{\"id\":" id "," ANN ",\"extra\":[{\"id\":1,\"content\":\"x\"}," \
	"{\"id\":2,\"content\":\"" phones "\"}]}"

Test(tickets_people, enabled)
{
	static const struct {
		const char *name;
		const char *settings[3];
		bool is;
	} t[] = {
		{ "with both", { NULL }, true },
		{ "without a key", { "BOTLINE_CHAT__MESSENGER__KEY=" }, false },
		{ "without a secret", { "BOTLINE_CHAT__MESSENGER__SECRET=" }, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char key[] = "BOTLINE_CHAT__MESSENGER__KEY=k",
		     secret[] = "BOTLINE_CHAT__MESSENGER__SECRET=s", other[100];
		char *both[] = { key, secret, NULL };
		CLEANUP(env_conf_putp) struct conf *conf = NULL;
		struct tickets *office;
		struct err e = { 0 };

		if (t[i].settings[0] != NULL) {
			snprintf(other, sizeof(other), "%s", t[i].settings[0]);
			both[strstr(other, "KEY") != NULL ? 0 : 1] = other;
		}
		conf = env_conf(both);
		office = tickets_new("messenger", NULL, &clock_system, &e);
		cr_assert_not_null(office);
		cr_expect_eq(tickets_enabled(office, conf_cfg(conf, CONF_PRODUCTION)),
		    t[i].is, "%s", t[i].name);
		tickets_free(office);
	}
}

Test(tickets_people, no_such_office)
{
	struct err e = { 0 };

	cr_expect_null(tickets_new("pigeons", NULL, &clock_system, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
}

/* The webhook's proof is the configured secret, and nothing without one. */
Test(tickets_people, proof)
{
	static const char *const set[] = { "BOTLINE_CHAT__MESSENGER__WEBHOOK_SECRET=w",
		NULL };

	for (int i = 0; i < 2; i++) {
		CLEANUP(office_fini) struct office_rig o;

		office_init(&o, NULL, 0, i == 0 ? set : NULL);
		cr_expect_eq(tickets_proof(o.tickets, o.cfg, "w"), i == 0);
		cr_expect_not(tickets_proof(o.tickets, o.cfg, "x"));
		cr_expect_not(tickets_proof(o.tickets, o.cfg, ""));
		cr_expect_not(tickets_proof(o.tickets, o.cfg, NULL));
	}
}

Test(tickets_people, webhook)
{
	static const char body[] =
	    "{\"events\":[{\"resource\":501,\"resource_data\":{\"creator\":"
	    "{\"identifier\":\"ann@mail.example\"}},\"action_data\":{\"text\":\"Hi\"}},"
	    "{\"resource\":1}]}";
	CLEANUP(office_fini) struct office_rig o;
	const struct ticket_reply *replies = NULL;
	struct err e = { 0 };
	size_t n = 0;

	office_init(&o, NULL, 0, NULL);
	cr_assert(
	    tickets_read(o.tickets, o.r.arena, body, strlen(body), &replies, &n, &e));
	cr_assert_eq(n, 1);
	cr_expect_str_eq(replies[0].number, "501");
	cr_expect_str_eq(replies[0].contact, "ann@mail.example");
	cr_expect_str_eq(replies[0].html, "Hi");
	cr_expect_eq(strlen(replies[0].key), SHA256_HEX_SIZE - 1);
	cr_expect_not(tickets_read(o.tickets, o.r.arena, "[]", 2, &replies, &n, &e));
	cr_expect_eq(e.kind, ERR_INPUT);
}

Test(tickets_people, phones)
{
	static const struct {
		const char *name, *contact;
		struct upstream_step step;
		enum ticket_person is;
		const char *phones;
	} t[] = {
		{ "found", "Ann@mail.example", USERS(WITH("7", "1-2")), PERSON_FOUND,
		    "1-2" },
		{ "of several the one with phones", "ann@mail.example",
		    USERS("{\"id\":6," ANN "}," WITH("7", "") "," WITH("8", "3-4")),
		    PERSON_FOUND, "3-4" },
		{ "no phones", "ann@mail.example", USERS("{\"id\":6," ANN "}"),
		    PERSON_NO_PHONES, NULL },
		{ "nobody", "ann@mail.example", USERS(""), PERSON_UNKNOWN, NULL },
		{ "it cannot be asked", "ann@mail.example",
		    { .on = "GET /tickets", .status = 500, .body = "{}" },
		    PERSON_FAILED, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].step };
		CLEANUP(office_fini) struct office_rig o;
		const char *phones = NULL;
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), NULL);
		call = office_call(&o);
		cr_expect_eq(
		    tickets_phones(o.tickets, &call, t[i].contact, &phones, &e),
		    t[i].is, "%s: %s", t[i].name, e.text);
		cr_expect_eq(phones == NULL, t[i].phones == NULL, "%s", t[i].name);
		if (t[i].phones != NULL && phones != NULL)
			cr_expect_str_eq(phones, t[i].phones, "%s", t[i].name);
		cr_expect_eq(e.kind == ERR_NONE, t[i].is != PERSON_FAILED);
		cr_expect(
		    upstream_has(upstream_get(o.r.up, 0), "x-inbenta-key: " RIG_KEY));
		cr_expect(
		    upstream_has(upstream_get(o.r.up, 1), "authorization: Bearer t"));
	}
}

/* What is no e-mail address is never looked up, and nobody is asked without a key. */
Test(tickets_people, no_call)
{
	static const char *const no_key[] = { "BOTLINE_CHAT__MESSENGER__KEY=", NULL };
	CLEANUP(office_fini) struct office_rig o, keyless;
	const char *phones = NULL;
	struct agent_call call;
	struct err e = { 0 };

	office_init(&o, NULL, 0, NULL);
	call = office_call(&o);
	cr_expect_eq(tickets_phones(o.tickets, &call, "+34600111222", &phones, &e),
	    PERSON_UNKNOWN);
	cr_expect_eq(
	    tickets_keep_phones(o.tickets, &call, "", "1-2", &e), PERSON_UNKNOWN);
	cr_expect_eq(upstream_requests(o.r.up), 0);

	office_init(&keyless, NULL, 0, no_key);
	call = office_call(&keyless);
	cr_expect_eq(
	    tickets_phones(keyless.tickets, &call, "a@b", &phones, &e), PERSON_FAILED);
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_eq(upstream_requests(keyless.r.up), 0);
}

Test(tickets_people, keep)
{
	static const struct {
		const char *name;
		struct upstream_step users;
		int put_status;
		enum ticket_person is;
		const char *asked; /* behind the search */
	} t[] = {
		{ "new", USERS("{\"id\":6," ANN "}"), 204, PERSON_FOUND,
		    ", PUT users/6" },
		{ "others", USERS(WITH("7", "9-9")), 204, PERSON_FOUND,
		    ", PUT users/7" },
		{ "kept already", USERS(WITH("7", "1-2")), 204, PERSON_FOUND, "" },
		{ "where phones are looked for",
		    USERS("{\"id\":6," ANN "}," WITH("7", "9-9")), 204, PERSON_FOUND,
		    ", PUT users/7" },
		{ "nobody", USERS(""), 204, PERSON_UNKNOWN, "" },
		{ "trouble", USERS(WITH("7", "9-9")), 503, PERSON_FAILED,
		    ", PUT users/7" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].users,
			{ .on = "PUT", .status = t[i].put_status, .body = "" } };
		CLEANUP(office_fini) struct office_rig o;
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), NULL);
		call = office_call(&o);
		cr_expect_eq(tickets_keep_phones(
				 o.tickets, &call, "ann@mail.example", "1-2", &e),
		    t[i].is, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(office_asked(&o),
		    arena_printf(o.r.arena, "GET users?address=ann%%40mail.example%s",
			t[i].asked),
		    "%s", t[i].name);
	}
}

/* A token that is refused is replaced, here and for the next call. */
Test(tickets_people, a_refused_token)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("one"),
		OFFICE_AUTH("two"),
		{ .on = "GET /tickets",
		    .status = 401,
		    .body = "{\"message\":\"Unauthorized\"}" },
		USERS(WITH("7", "1-2")), USERS("") };
	CLEANUP(office_fini) struct office_rig o;
	const char *phones = NULL;
	struct agent_call call;
	struct err e = { 0 };

	office_init(&o, steps, NELEMS(steps), NULL);
	call = office_call(&o);
	cr_expect_eq(tickets_phones(o.tickets, &call, "ann@mail.example", &phones, &e),
	    PERSON_FOUND, "%s", e.text);
	cr_expect_eq(tickets_phones(o.tickets, &call, "bob@mail.example", &phones, &e),
	    PERSON_UNKNOWN);
	cr_expect_eq(upstream_count(o.r.up, "POST /v1/auth"), 2);
	cr_expect(upstream_has(upstream_get(o.r.up, 4), "authorization: Bearer two"));
}

#define MAKES \
	{ \
		.on = "POST /tickets/v1/tickets", .body = "{\"full_uuid\":\"#A-501\"}" \
	}

Test(tickets_people, make)
{
	static const struct {
		const char *name, *contact;
		struct upstream_step steps[4];
		enum ticket_made is;
		const char *asked;
	} t[] = {
		{ "somebody known", "ann@mail.example",
		    { USERS(WITH("7", "1-2")), MAKES }, TICKET_MADE,
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "somebody new", "ann@mail.example",
		    { USERS(""),
			{ .on = "POST /tickets/v1/users", .body = "{\"uuid\":7}" },
			MAKES },
		    TICKET_MADE,
		    "GET users?address=ann%40mail.example, POST users, POST tickets" },
		{ "somebody new, perhaps", "ann@mail.example",
		    { USERS(""),
			{ .on = "POST /tickets/v1/users", .status = 504, .body = "" },
			USERS("{\"id\":7," ANN "}"), MAKES },
		    TICKET_MADE,
		    "GET users?address=ann%40mail.example, POST users, "
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "nobody can be made", "ann@mail.example",
		    { USERS(""),
			{ .on = "POST /tickets/v1/users",
			    .status = 422,
			    .body = "{\"errors\":[{}]}" },
			USERS("") },
		    TICKET_NOT_MADE,
		    "GET users?address=ann%40mail.example, POST users, "
		    "GET users?address=ann%40mail.example" },
		{ "refused", "ann@mail.example",
		    { USERS(WITH("7", "1-2")),
			{ .on = "POST /tickets/v1/tickets",
			    .status = 422,
			    .body = "{\"errors\":[{}]}" } },
		    TICKET_NOT_MADE,
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "in doubt", "ann@mail.example",
		    { USERS(WITH("7", "1-2")),
			{ .on = "POST /tickets/v1/tickets",
			    .status = 502,
			    .body = "" } },
		    TICKET_UNSURE,
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "no e-mail address", "ann", { MAKES }, TICKET_NOT_MADE, "" },
	};
	static const struct agent_line lines[] = { { false, "hello", 0 },
		{ true, "<p>Hi</p>", 0 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].steps[0],
			t[i].steps[1], t[i].steps[2], t[i].steps[3] };
		const struct ticket_new new = { .contact = t[i].contact,
			.inquiry = "late",
			.lines = lines,
			.n_lines = NELEMS(lines) };
		CLEANUP(office_fini) struct office_rig o;
		const char *number = NULL;
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), NULL);
		call = office_call(&o);
		cr_expect_eq(tickets_make(o.tickets, &call, &new, &number, &e), t[i].is,
		    "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(office_asked(&o), t[i].asked, "%s", t[i].name);
		cr_expect_eq(
		    e.kind == ERR_NONE, t[i].is == TICKET_MADE, "%s", t[i].name);
		if (t[i].is == TICKET_MADE)
			cr_expect_str_eq(number, "#A-501", "%s", t[i].name);
	}
}

/* The ticket's answer has to find the phone; whatever becomes of that, the ticket is made. */
Test(tickets_people, make_keeps_first_phones)
{
	static const struct {
		const char *name, *phones;
		struct upstream_step steps[4];
		const char *asked;
	} t[] = {
		{ "somebody new", "1-2",
		    { USERS(""),
			{ .on = "POST /tickets/v1/users", .body = "{\"uuid\":7}" },
			{ .on = "PUT", .status = 204, .body = "" }, MAKES },
		    "GET users?address=ann%40mail.example, POST users, PUT users/7, "
		    "POST tickets" },
		{ "somebody without", "1-2",
		    { USERS("{\"id\":6," ANN ",\"extra\":[{\"id\":1}]}"),
			{ .on = "PUT", .status = 204, .body = "" }, MAKES },
		    "GET users?address=ann%40mail.example, PUT users/6, POST tickets" },
		{ "others stay", "1-2", { USERS(WITH("7", "9-9")), MAKES },
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "none are told", NULL, { USERS("{\"id\":6," ANN "}"), MAKES },
		    "GET users?address=ann%40mail.example, POST tickets" },
		{ "trouble", "1-2",
		    { USERS("{\"id\":6," ANN "}"),
			{ .on = "PUT", .status = 500, .body = "" }, MAKES },
		    "GET users?address=ann%40mail.example, PUT users/6, POST tickets" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].steps[0],
			t[i].steps[1], t[i].steps[2], t[i].steps[3] };
		const struct ticket_new new = { .contact = "ann@mail.example",
			.inquiry = "late",
			.phones = t[i].phones };
		CLEANUP(office_fini) struct office_rig o;
		const char *number = NULL;
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), NULL);
		call = office_call(&o);
		cr_expect_eq(tickets_make(o.tickets, &call, &new, &number, &e),
		    TICKET_MADE, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(office_asked(&o), t[i].asked, "%s", t[i].name);
	}
}

Test(tickets_people, what_a_ticket_says)
{
	static const char *const set[] = { OFFICE_SET("QUEUE__ID") "4",
		OFFICE_SET("SOURCE") "3", NULL };
	static const struct {
		const char *name;
		struct ticket_new new;
		const char *user, *ticket; /* parts of the bodies */
	} t[] = {
		{ "as configured", { .contact = "ann@mail.example", .inquiry = "a" },
		    "\"name\":\"ann\"", "\"source\":3,\"queue\":4," },
		{ "its own queue and name",
		    { .name = "Ann Lee",
			.contact = "ann@mail.example",
			.inquiry = "a",
			.queue = 9 },
		    "\"name\":\"Ann Lee\"", "\"source\":3,\"queue\":9," },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		static const struct upstream_step steps[] = { OFFICE_AUTH("t"),
			USERS(""),
			{ .on = "POST /tickets/v1/users", .body = "{\"uuid\":7}" },
			MAKES };
		CLEANUP(office_fini) struct office_rig o;
		const char *number = NULL;
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), set);
		call = office_call(&o);
		cr_assert_eq(tickets_make(o.tickets, &call, &t[i].new, &number, &e),
		    TICKET_MADE, "%s: %s", t[i].name, e.text);
		cr_expect_not_null(
		    strstr(upstream_get(o.r.up, 2)->body, t[i].user), "%s", t[i].name);
		cr_expect_not_null(strstr(upstream_get(o.r.up, 3)->body, t[i].ticket),
		    "%s", t[i].name);
		cr_expect_not_null(
		    strstr(upstream_get(o.r.up, 3)->body, "\"creator\":7,"));
	}
}
