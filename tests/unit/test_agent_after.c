/* SPDX-License-Identifier: Apache-2.0 */
/* What HyperChat is asked when a chat is over: inbenta 3.4, 3.7. */
#include "config.h"

#include "unit/agent_rig.h"

#include "support/leaks.h"

TestSuite(agent_after, .fini = no_leaks);

#define ON_QUERY .on = "GET /v1/surveys/7%2Fa?sourceType=ticket&sourceId=12%26x "
#define ON_BODY .on = "GET /v1/surveys/7%2Fa "
#define URL "https://survey.example/s?id=1"
#define LINK .body = "{\"survey\":{\"url\":\"" URL "\"}}"
#define NO(code) .status = (code), .body = "{\"error\":{\"code\":" #code "}}"
#define BY_QUERY "GET surveys/7%2Fa?sourceType=ticket&sourceId=12%26x"
#define BY_BOTH BY_QUERY ", GET surveys/7%2Fa"

Test(agent_after, the_link_to_a_survey)
{
	static const struct {
		const char *name;
		struct upstream_step steps[2];
		const char *url, *asked;
		enum err_kind kind; /* ERR_NONE: it is had */
	} t[] = {
		{ "by query", { { ON_QUERY, LINK } }, URL, BY_QUERY, ERR_NONE },
		{ "refused, then as a body",
		    { { ON_QUERY, NO(400) }, { ON_BODY, LINK } }, URL, BY_BOTH,
		    ERR_NONE },
		{ "unknown, then as a body",
		    { { ON_QUERY, .status = 404 }, { ON_BODY, LINK } }, URL, BY_BOTH,
		    ERR_NONE },
		{ "refused twice", { { ON_QUERY, NO(400) }, { ON_BODY, NO(404) } },
		    NULL, BY_BOTH, ERR_UPSTREAM },
		{ "credentials are refused, once", { { ON_QUERY, NO(403) } }, NULL,
		    BY_QUERY, ERR_DENIED },
		{ "broken, once", { { ON_QUERY, .status = 500 } }, NULL, BY_QUERY,
		    ERR_UPSTREAM },
		{ "HTML", { { ON_QUERY, .body = "<html>" } }, NULL, BY_QUERY,
		    ERR_UPSTREAM },
		{ "no survey", { { ON_QUERY, .body = "{\"survey\":{}}" } }, NULL,
		    BY_QUERY, ERR_UPSTREAM },
		{ "a URL that is none",
		    { { ON_QUERY,
			.body = "{\"survey\":{\"url\":\"javascript:alert(1)\"}}" } },
		    NULL, BY_QUERY, ERR_UPSTREAM },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(desk_fini) struct desk_rig d;
		const char *url = NULL;
		struct agent_call call;
		struct err e = { 0 };

		desk_init(
		    &d, t[i].steps, NELEMS(t[i].steps), SET("SURVEYID") "7/a", NULL);
		call = desk_call(&d);
		cr_expect_eq(agent_survey(d.agent, &call, "12&x", &url, &e),
		    t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		if (t[i].kind == ERR_NONE)
			cr_expect_str_eq(url, t[i].url, "%s", t[i].name);
		else
			cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(
		    rig_asked(&d.r), t[i].asked, "%s: %s", t[i].name, rig_asked(&d.r));
		cr_expect(upstream_has(
		    upstream_get(d.r.up, 0), "x-hyper-secret: " RIG_SECRET));
		if (upstream_requests(d.r.up) == 2)
			cr_expect_str_eq(upstream_get(d.r.up, 1)->body,
			    "{\"sourceType\":\"ticket\",\"sourceId\":\"12&x\"}");
	}
}

Test(agent_after, no_survey_is_set_up)
{
	CLEANUP(desk_fini) struct desk_rig d;
	const char *url = "untouched";
	struct agent_call call;
	struct err e = { 0 };

	desk_init(&d, NULL, 0, NULL, NULL);
	call = desk_call(&d);
	cr_expect(agent_survey(d.agent, &call, "12", &url, &e));
	cr_expect_null(url);
	cr_expect_eq(upstream_requests(d.r.up), 0);
}

#define KNOWN "{\"v\":1,\"user\":\"U1\",\"queue\":false}"
#define ON_CHAT .on = "GET /v1/chats/C5 "
#define ON_USER .on = "GET /v1/users/U1 "
#define CHAT "{\"chat\":{\"id\":\"C5\",\"creator\":\"U1\",\"status\":\"closed\"}}"
#define USER(id, contact) \
	"{\"user\":{\"id\":\"U1\",\"externalId\":\"" id "\",\"contact\":\"" contact \
	"\"}}"
#define ID "twilio-34900-34600"
#define ANN "ann@mail.example"

/* F-12: what he has told of himself is at HyperChat, when nothing of it is here any more. */
Test(agent_after, F12_who_it_was)
{
	static const struct {
		const char *name, *memory;
		struct upstream_step steps[2];
		bool ok;
		const char *id, *contact;
	} t[] = {
		{ "known", KNOWN, { { ON_USER, .body = USER(ID, ANN) } }, true, ID,
		    ANN },
		{ "forgotten", NULL,
		    { { ON_CHAT, .body = CHAT }, { ON_USER, .body = USER(ID, ANN) } },
		    true, ID, ANN },
		{ "has told nothing", KNOWN, { { ON_USER, .body = USER(ID, "") } },
		    true, ID, "" },
		{ "what we say of guests", KNOWN,
		    { { ON_USER, .body = USER(ID, "guest@shop.example") } }, true, ID,
		    "" },
		{ "another system's", KNOWN,
		    { { ON_USER, .body = USER("vonage-1-2", ANN) } }, true, "", "" },
		{ "a lost user", KNOWN, { { ON_USER, NO(404) } }, true, "", "" },
		{ "a lost chat", NULL, { { ON_CHAT, NO(404) } }, true, "", "" },
		{ "trouble", KNOWN, { { ON_USER, .status = 500 } }, false, NULL, NULL },
		{ "trouble with the chat", NULL, { { ON_CHAT, .status = 502 } }, false,
		    NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct agent_chat chat = { "C5", t[i].memory };
		struct agent_contact who = { NULL, NULL };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_call call;
		struct err e = { 0 };

		desk_init(&d, t[i].steps, NELEMS(t[i].steps),
		    SET("GUESTCONTACT") "guest@shop.example", NULL);
		call = desk_call(&d);
		cr_expect_eq(agent_contact(d.agent, &call, &chat, &who, &e), t[i].ok,
		    "%s: %s", t[i].name, e.text);
		if (!t[i].ok) {
			cr_expect_null(who.id, "%s", t[i].name);
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", t[i].name);
			continue;
		}
		cr_expect_str_eq(who.id, t[i].id, "%s", t[i].name);
		cr_expect_str_eq(who.contact, t[i].contact, "%s", t[i].name);
	}
}
