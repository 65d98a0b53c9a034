/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/office_rig.h"

#include "support/leaks.h"

TestSuite(tickets_surveys, .fini = no_leaks);

static const char *const on[] = { OFFICE_SET("SURVEY__ACTIVE") "true",
	OFFICE_SET("SURVEY__ID") "3", NULL };

#define TICKETS(list) \
	{ \
		.on = "GET /tickets/v1/tickets", .body = "{\"data\":[" list "]}" \
	}
#define STARTS \
	{ \
		.on = "POST /tickets/v1/surveys/3/start", \
		.body = \
		    "{\"response\":{\"id\":7,\"token\":\"T\",\"pages\":[{\"id\":1," \
		    "\"items\":[" \
		    "{\"id\":11,\"type\":\"layout\",\"subtype\":\"text\"," \
		    "\"settings\":[{\"subtype\":\"label\",\"value\":\"Hello\"}]}," \
		    "{\"id\":12,\"type\":\"choice\",\"subtype\":\"radio\"," \
		    "\"settings\":[{\"subtype\":\"label\",\"value\":\"Well?\"}," \
		    "{\"subtype\":\"options\",\"value\":[{\"label\":\"Yes\"," \
		    "\"value\":\"y\"}]}]}]}," \
		    "{\"id\":2,\"items\":[{\"id\":13,\"type\":\"input\"," \
		    "\"subtype\":\"textarea\",\"settings\":[{\"subtype\":\"label\"," \
		    "\"value\":\"More?\"}]}]}]," \
		    "\"settings\":[{\"subtype\":\"thankyoupage\",\"value\":" \
		    "{\"message\":\"Thank you!\"}},{\"subtype\":\"navigatepage\"," \
		    "\"value\":[{\"value\":\"y\",\"page\":2}]}]}}" \
	}

Test(tickets_surveys, start)
{
	static const struct {
		const char *name;
		const char *const *settings;
		const char *ticket;
		struct upstream_step steps[2];
		enum ticket_survey is;
		const char *asked;
	} t[] = {
		{ "off", NULL, NULL, { STARTS }, TICKET_SURVEY_NONE, "" },
		{ "of a ticket that is told", on, "501", { STARTS }, TICKET_SURVEY,
		    "POST surveys/3/start" },
		{ "of a ticket that is looked up", on, NULL,
		    { TICKETS("{\"id\":501}"), STARTS }, TICKET_SURVEY,
		    "GET tickets?external_id=C1, POST surveys/3/start" },
		{ "no ticket yet", on, NULL, { TICKETS("") }, TICKET_SURVEY_NONE,
		    "GET tickets?external_id=C1" },
		{ "no such survey", on, "501",
		    { { .on = "POST /tickets",
			.status = 404,
			.body = "{\"errors\":[{}]}" } },
		    TICKET_SURVEY_NONE, "POST surveys/3/start" },
		{ "trouble", on, "501",
		    { { .on = "POST /tickets", .status = 500, .body = "{}" } },
		    TICKET_SURVEY_FAILED, "POST surveys/3/start" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].steps[0],
			t[i].steps[1] };
		CLEANUP(office_fini) struct office_rig o;
		struct survey got = { 0 };
		struct agent_call call;
		struct err e = { 0 };

		office_init(&o, steps, NELEMS(steps), t[i].settings);
		call = office_call(&o);
		cr_expect_eq(
		    tickets_survey(o.tickets, &call, "C1", t[i].ticket, &got, &e),
		    t[i].is, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(office_asked(&o), t[i].asked, "%s", t[i].name);
		if (t[i].is == TICKET_SURVEY)
			cr_expect_str_eq(got.id, "7", "%s", t[i].name);
	}
}

/* What Messenger's survey says is said in the dialogue's words. */
Test(tickets_surveys, words)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("t"), STARTS };
	CLEANUP(office_fini) struct office_rig o;
	struct survey got = { 0 };
	struct agent_call call;
	struct err e = { 0 };

	office_init(&o, steps, NELEMS(steps), on);
	call = office_call(&o);
	cr_assert_eq(tickets_survey(o.tickets, &call, "C1", "501", &got, &e),
	    TICKET_SURVEY, "%s", e.text);
	cr_expect_str_eq(got.token, "T");
	cr_expect_str_eq(got.thanks, "Thank you!");
	cr_assert_eq(got.n_items, 3);
	cr_expect_eq(got.items[0].kind, SURVEY_SHOWN);
	cr_expect_str_eq(got.items[0].html, "Hello");
	cr_expect_eq(got.items[1].kind, SURVEY_CHOICE);
	cr_expect_str_eq(got.items[1].id, "12");
	cr_assert_eq(got.items[1].n_choices, 1);
	cr_expect_str_eq(got.items[1].choices[0].label, "Yes");
	cr_expect_str_eq(got.items[1].choices[0].value, "y");
	cr_expect_eq(got.items[2].kind, SURVEY_TEXT);
	cr_expect_eq(got.items[2].page, 2);
	cr_assert_eq(got.n_jumps, 1);
	cr_expect_str_eq(got.jumps[0].value, "y");
	cr_expect_eq(got.jumps[0].page, 2);
}

Test(tickets_surveys, hand_in)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("t"),
		{ .on = "POST /tickets", .status = 204, .body = "" },
		{ .on = "POST /tickets", .status = 400, .body = "{\"message\":\"x\"}" },
		{ .on = "POST /tickets", .status = 504, .body = "" } };
	static const enum err_kind kinds[] = { ERR_NONE, ERR_INPUT, ERR_TIMEOUT };
	static const struct survey_answer answers[] = { { "12", "y" }, { "13", "so" } };
	CLEANUP(office_fini) struct office_rig o;
	struct agent_call call;

	office_init(&o, steps, NELEMS(steps), on);
	call = office_call(&o);
	for (size_t i = 0; i < NELEMS(kinds); i++) {
		struct err e = { 0 };

		cr_expect_eq(
		    tickets_hand_in(o.tickets, &call, "7", "T", answers, 2, &e),
		    kinds[i] == ERR_NONE, "%zu: %s", i, e.text);
		cr_expect_eq(e.kind, kinds[i], "%zu: %s", i, e.text);
	}
	cr_expect_str_eq(office_asked(&o),
	    "POST surveys/7/submit, POST surveys/7/submit, POST surveys/7/submit");
	cr_expect_str_eq(upstream_get(o.r.up, 1)->body,
	    "field_answers%5B12%5D=y&field_answers%5B13%5D=so&token=T");
}
