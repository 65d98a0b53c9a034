/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/messenger_rig.h"

#include "messenger/surveys.h"
#include "support/leaks.h"

TestSuite(messenger_surveys, .fini = no_leaks);

#define PAGES "\"token\":\"T\",\"pages\":[],\"settings\":[]"

Test(messenger_surveys, start)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum messenger_start is;
		const char *id;
	} t[] = {
		{ "as documented", { .body = "{\"response\":{\"id\":7," PAGES "}}" },
		    MESSENGER_STARTED, "7" },
		{ "without its id", { .body = "{\"data\":{" PAGES "}}" },
		    MESSENGER_STARTED, "3" },
		{ "unknown",
		    { .status = 404, .body = "{\"errors\":[{\"message\":\"none\"}]}" },
		    MESSENGER_NO_SURVEY, NULL },
		{ "errors with 200", { .body = "{\"errors\":[{\"message\":\"no\"}]}" },
		    MESSENGER_NO_SURVEY, NULL },
		{ "no survey", { .body = "[1]" }, MESSENGER_NOT_STARTED, NULL },
		{ "500", { .status = 500, .body = "{}" }, MESSENGER_NOT_STARTED, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_survey got = { 0 };
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_assert_eq(messenger_survey_start(&c, "3", "#501", &got, &e), t[i].is,
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind == ERR_NONE, t[i].is == MESSENGER_STARTED);
		if (t[i].id != NULL) {
			cr_expect_str_eq(got.id, t[i].id, "%s", t[i].name);
			cr_expect_str_eq(got.token, "T", "%s", t[i].name);
		}
		cr_expect_str_eq(rig_asked(&r), "POST surveys/3/start");
		cr_expect(upstream_has(upstream_get(r.up, 0),
		    "content-type: application/x-www-form-urlencoded"));
		cr_expect_str_eq(
		    upstream_get(r.up, 0)->body, "sourceType=ticket&sourceId=%23501");
	}
}

Test(messenger_surveys, submit)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
	} t[] = {
		{ "nothing in it", { .status = 204, .body = "" }, ERR_NONE },
		{ "JSON", { .body = "{\"ok\":true}" }, ERR_NONE },
		{ "errors", { .body = "{\"errors\":[{\"message\":\"late\"}]}" },
		    ERR_INPUT },
		{ "400", { .status = 400, .body = "{\"message\":\"no\"}" }, ERR_INPUT },
		{ "404 of something else", { .status = 404, .body = "<html>" },
		    ERR_UPSTREAM },
		{ "500", { .status = 500, .body = "{}" }, ERR_TIMEOUT },
		{ "hung up", { .how = UP_HANGUP, .times = -1 }, ERR_TIMEOUT },
	};
	static const struct messenger_field fields[] = { { "12", "5" },
		{ "a&b", "so so = ok" } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(
		    messenger_survey_submit(&c, "7", "T+", fields, NELEMS(fields), &e),
		    t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), "POST surveys/7/submit");
		cr_expect_str_eq(upstream_get(r.up, 0)->body,
		    "field_answers%5B12%5D=5&field_answers%5Ba%26b%5D="
		    "so%20so%20%3D%20ok&token=T%2B");
	}
}

Test(messenger_surveys, submit_without_a_token)
{
	static const struct upstream_step steps[] = { { .body = "{}" } };
	static const struct messenger_field field = { "12", "5" };
	CLEANUP(rig_fini) struct rig r;
	struct messenger_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect(messenger_survey_submit(&c, "7", "", &field, 1, &e));
	cr_expect_str_eq(upstream_get(r.up, 0)->body, "field_answers%5B12%5D=5");
}

/* Whoever was late before anything was sent says nothing about the answers. */
Test(messenger_surveys, submit_that_never_began)
{
	static const struct messenger_field field = { "12", "5" };
	static const struct {
		const char *name;
		bool access;
	} t[] = { { "no token in time", false }, { "no time for the call", true } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, NULL, 0);
		c = rig_call(&r);
		if (t[i].access)
			c.until_ms = clock_mono_ms(&r.clock.clock);
		else
			(void)err_set(&r.no_access, ERR_TIMEOUT, 0, "no answer");
		cr_expect_not(messenger_survey_submit(&c, "7", "", &field, 1, &e));
		cr_expect_eq(
		    e.kind, ERR_UPSTREAM, "%s: %d %s", t[i].name, e.kind, e.text);
		cr_expect_eq(upstream_requests(r.up), 0, "%s", t[i].name);
	}
}
