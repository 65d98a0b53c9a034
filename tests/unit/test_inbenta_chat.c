/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/chat_rig.h"

#include "base/limits.h"
#include "inbenta/chat.h"
#include "support/leaks.h"

TestSuite(chat, .fini = no_leaks);

/* Scenario T1. */
Test(chat, the_first_message)
{
	static const struct upstream_step steps[] = { AUTH, BEGIN("s1"), ANSWER("hi"),
		ANSWER("again") };
	CLEANUP(rig_fini) struct rig r;
	const struct upstream_request *seen;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, NULL, "say \"hé\"\n\xf0\x9f\x99\x82", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_eq(s.end, INBENTA_ANSWERED);
	cr_assert_eq(s.answers.n, 1);
	cr_expect_str_eq(s.answers.list[0].html, "hi");
	cr_expect_str_eq(s.session.token, "s1");
	cr_expect_eq(s.session.used_at, RIG_NOW);
	cr_assert_str_eq(calls(&r), "ACM");

	seen = upstream_get(r.up, 1);
	cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
	cr_expect(upstream_has(seen, "authorization: Bearer access"));
	cr_expect(upstream_has(seen, "x-inbenta-user-type: 7"));
	cr_expect(upstream_has(seen, "x-inbenta-env: preproduction"));
	cr_expect(upstream_has(seen, "x-inbenta-source: twilio"));
	cr_expect_not(upstream_has_name(seen, "x-inbenta-session"));
	cr_expect_str_eq(seen->body, profile.body);

	seen = upstream_get(r.up, 2);
	cr_expect(upstream_has(seen, "x-inbenta-key: " RIG_KEY));
	cr_expect(upstream_has(seen, "authorization: Bearer access"));
	cr_expect(upstream_has(seen, "x-inbenta-session: Bearer s1"));
	cr_expect_not(upstream_has_name(seen, "x-inbenta-env"));
	cr_expect_str_eq(
	    seen->body, "{\"message\":\"say \\\"hé\\\"\\n\xf0\x9f\x99\x82\"}");

	s = say(&r, s.session.token, "more", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "ACMM");
	cr_expect_eq(upstream_connections(r.up), 1);
}

Test(chat, an_empty_source_is_not_sent)
{
	static const struct upstream_step steps[] = { AUTH, BEGIN("s1"), ANSWER("hi") };
	static const struct inbenta_profile plain = {
		.body = "{}", .env = "production", .source = ""
	};
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	cr_assert(say_with(&r, &plain, NULL, 0, "x", NULL).ok);
	cr_expect_not(upstream_has_name(upstream_get(r.up, 1), "x-inbenta-source"));
	cr_expect(upstream_has(upstream_get(r.up, 1), "x-inbenta-user-type: 0"));
}

Test(chat, options_keep_their_type)
{
	static const struct {
		const char *option, *body;
	} t[] = {
		{ "\"2\"", "{\"option\":\"2\"}" },
		{ "2", "{\"option\":2}" },
		{ NULL, "{\"message\":\"label\"}" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		static const struct upstream_step steps[] = { AUTH, ANSWER("hi") };
		CLEANUP(rig_fini) struct rig r;

		rig_init(&r, steps, NELEMS(steps));
		cr_assert(say(&r, "s1", "label", t[i].option).ok);
		cr_expect_str_eq(upstream_get(r.up, 1)->body, t[i].body);
	}
}

Test(chat, a_session_unused_for_long_is_not_used)
{
	static const struct {
		const char *name;
		int64_t used_at;
		const char *calls, *body;
	} t[] = {
		{ "just now", RIG_NOW, "AM", "{\"option\":1}" },
		{ "a second before its end", RIG_NOW - LIMIT_BOT_IDLE_S + 1, "AM",
		    "{\"option\":1}" },
		{ "at its end", RIG_NOW - LIMIT_BOT_IDLE_S, "ACM",
		    "{\"message\":\"label\"}" },
		{ "long ago", 0, "ACM", "{\"message\":\"label\"}" },
		{ "our clock was turned back", RIG_NOW + 100, "AM", "{\"option\":1}" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		static const struct upstream_step steps[] = { AUTH, BEGIN("new"),
			ANSWER("hi") };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		rig_init(&r, steps, NELEMS(steps));
		s = say_with(&r, &profile, "old", t[i].used_at, "label", "1");
		cr_assert(s.ok, "%s: %s", t[i].name, s.e.text);
		cr_expect_str_eq(calls(&r), t[i].calls, "%s", t[i].name);
		cr_expect_str_eq(upstream_get(r.up, upstream_requests(r.up) - 1)->body,
		    t[i].body, "%s", t[i].name);
		cr_expect_eq(
		    s.session.used_at, RIG_NOW, "%s: use makes it live on", t[i].name);
	}
}

/* Scenario T3. */
/* Scenario T2: the token is looked at once in an exchange, not before each of its calls. */
Test(chat, a_token_near_its_end_is_renewed_by_the_next_message)
{
	static const struct upstream_step steps[] = { RIG_AUTH("one", "100"),
		{ .on = "POST /v1/refreshToken", .body = RIG_TOKEN("two", "1200") },
		BEGIN("s1"), ANSWER("hi"), ANSWER("again") };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, NULL, "hello", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "ACM");
	s = say(&r, s.session.token, "more", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "ACMRM");
	cr_expect(upstream_has(upstream_get(r.up, 4), "authorization: Bearer two"));
}

Test(chat, session_expired)
{
	static const struct upstream_step steps[] = { AUTH, EXPIRED, BEGIN("new"),
		ANSWER("hi") };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, "old", "Card", "\"10\"");
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "AMCM");
	cr_expect_str_eq(upstream_get(r.up, 1)->body, "{\"option\":\"10\"}");
	cr_expect_str_eq(upstream_get(r.up, 3)->body, "{\"message\":\"Card\"}",
	    "the new session does not know the option");
	cr_expect(upstream_has(upstream_get(r.up, 3), "x-inbenta-session: Bearer new"));
	cr_expect_str_eq(s.session.token, "new");
}

/* Also one that has just begun: another host of theirs may not know it yet. */
Test(chat, a_new_session_expired)
{
	static const struct upstream_step steps[] = { AUTH, BEGIN("one"), EXPIRED,
		BEGIN("two"), ANSWER("hi") };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, NULL, "hello", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "ACMCM");
	cr_expect_str_eq(s.session.token, "two");
}

Test(chat, session_expired_by_its_errors)
{
	static const struct {
		const char *body, *calls;
	} t[] = {
		{ "{\"errors\":[{\"message\":\"Session expired\",\"code\":400}]}",
		    "AMCM" },
		{ "{\"answers\":[{\"message\":\"Session expired\"}]}", "AM" },
		{ "{\"type\":\"answer\",\"message\":\"Session expired\"}", "AM" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH,
			{ ON_MESSAGE, .body = t[i].body }, BEGIN("new"), ANSWER("hi") };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		rig_init(&r, steps, NELEMS(steps));
		s = say(&r, "old", "hello", NULL);
		cr_expect(s.ok, "%s: %s", t[i].body, s.e.text);
		cr_expect_str_eq(calls(&r), t[i].calls, "%s", t[i].body);
	}
}

Test(chat, session_expired_is_recovered_once)
{
	static const struct upstream_step expired = EXPIRED;
	struct upstream_step steps[] = { AUTH, BEGIN("new"), expired };
	static const struct {
		const char *session, *calls;
	} t[] = { { "old", "AMCM" }, { NULL, "ACMCM" } };

	steps[1].times = steps[2].times = -1;
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		rig_init(&r, steps, NELEMS(steps));
		s = say(&r, t[i].session, "hello", NULL);
		cr_expect_not(s.ok);
		cr_expect_eq(s.e.kind, ERR_UPSTREAM, "%s", s.e.text);
		cr_expect_str_eq(calls(&r), t[i].calls);
		cr_expect_eq(s.session.token, t[i].session, "the kept one stays");
	}
}

/* Scenario T4: the words count, not the status. */
Test(chat, the_gateway_gives_up)
{
	static const int statuses[] = { 200, 500, 502, 504, 403, 400 };

	for (size_t i = 0; i < NELEMS(statuses); i++) {
		struct upstream_step steps[] = { AUTH,
			{ ON_MESSAGE, .status = statuses[i],
			    .body = "{\"message\":\"Endpoint request timed out\"}" },
			{ .on = "POST /bot/v1/conversation ",
			    .status = statuses[i],
			    .body = "{\"message\":\"Endpoint request timed out\"}" } };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		rig_init(&r, steps, NELEMS(steps));
		s = say(&r, "s1", "hello", NULL);
		cr_assert(s.ok, "%d: %s", statuses[i], s.e.text);
		cr_expect_eq(s.end, INBENTA_SLOW, "%d", statuses[i]);
		cr_expect_eq(s.answers.n, 0);
		cr_expect_str_eq(s.session.token, "s1");
		cr_expect_str_eq(calls(&r), "AM");

		s = say(&r, NULL, "hello", NULL);
		cr_assert(s.ok, "%d: %s", statuses[i], s.e.text);
		cr_expect_eq(s.end, INBENTA_SLOW, "%d", statuses[i]);
		cr_expect_null(s.session.token);
		cr_expect_str_eq(calls(&r), "AMC");
	}
}

Test(chat, a_refused_access_token_is_replaced_once)
{
	static const struct {
		const char *name, *body, *session, *calls;
		int status, times;
		bool ok;
	} t[] = {
		{ "401, once", "{\"message\":\"Unauthorized\"}", "s1", "AMAM", 401, 1,
		    true },
		{ "403, once", "{\"Message\":\"explicit deny\"}", "s1", "AMAM", 403, 1,
		    true },
		{ "401 without JSON", "<html>", "s1", "AMAM", 401, 1, true },
		{ "401, always", "{\"message\":\"Unauthorized\"}", "s1", "AMAM", 401,
		    -1, false },
		{ "at the start, once", "{}", NULL, "ACACM", 401, 1, true },
		{ "at the start, always", "{}", NULL, "ACAC", 403, -1, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH, RIG_AUTH("fresh", "1200"),
			{ .on = t[i].session ? "POST /bot/v1/conversation/message "
					     : "POST /bot/v1/conversation ",
			    .status = t[i].status,
			    .body = t[i].body,
			    .times = t[i].times },
			BEGIN("s2"), ANSWER("hi") };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		rig_init(&r, steps, NELEMS(steps));
		s = say(&r, t[i].session, "hello", NULL);
		cr_expect_eq(s.ok, t[i].ok, "%s: %s", t[i].name, s.e.text);
		cr_expect_str_eq(calls(&r), t[i].calls, "%s", t[i].name);
		cr_expect(
		    upstream_has(upstream_get(r.up, 3), "authorization: Bearer fresh"),
		    "%s", t[i].name);
		if (!t[i].ok) {
			cr_expect_eq(s.e.kind, ERR_DENIED, "%s", s.e.text);
			cr_expect_not_null(strstr(s.e.text, "api.key"), "%s", s.e.text);
		}
	}
}

Test(chat, throttled)
{
	static const struct upstream_step steps[] = { AUTH,
		{ ON_MESSAGE, .status = 429, .headers = "x-throttle-reset: 0\r\n",
		    .times = 2 },
		ANSWER("at last") };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, "s1", "hello", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(s.answers.list[0].html, "at last");
	cr_expect_str_eq(calls(&r), "AMMM");
}

/* No usable answer to the message: what the caller is told, and that the session stays. */
Test(chat, trouble)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
		const char *words;
	} t[] = {
		{ "500", { .status = 500, .body = "{\"message\":\"Internal error\"}" },
		    ERR_UPSTREAM, "status 500" },
		{ "500 with answers",
		    { .status = 500, .body = "{\"answers\":[{\"type\":\"answer\"}]}" },
		    ERR_UPSTREAM, "status 500" },
		{ "an error of the API",
		    { .status = 400,
			.body =
			    "{\"errors\":[{\"message\":\"Bad option\",\"code\":422}]}" },
		    ERR_UPSTREAM, "status 400, code 422" },
		{ "throttled for long",
		    { .status = 429, .headers = "x-quota-reset: 3000\r\n" },
		    ERR_UPSTREAM, "status 429" },
		{ "wrong path",
		    { .status = 403,
			.body = "{\"message\":\"not a valid key=value pair\"}" },
		    ERR_CONFIG, "address" },
		{ "redirect", { .status = 301, .headers = "Location: /x\r\n" },
		    ERR_UPSTREAM, "status 301" },
		{ "HTML", { .body = "<html><body>maintenance</body></html>" },
		    ERR_UPSTREAM, "JSON" },
		{ "half", { .body = "{\"answers\":[{\"type\":\"ans" }, ERR_UPSTREAM,
		    "JSON" },
		{ "nothing", { .body = "" }, ERR_UPSTREAM, "JSON" },
		{ "not UTF-8", { .body = "{\"answers\":\"\xff\"}" }, ERR_UPSTREAM,
		    "JSON" },
		{ "no answers", { .body = "{\"message\":\"Something else\"}" },
		    ERR_UPSTREAM, "no answers" },
		{ "a list", { .body = "[]" }, ERR_UPSTREAM, "not a JSON object" },
		{ "hang-up", { .how = UP_HANGUP, .times = -1 }, ERR_UPSTREAM,
		    "inbenta message" },
		{ "reset", { .how = UP_RESET, .times = -1 }, ERR_UPSTREAM,
		    "inbenta message" },
		{ "cut", { .how = UP_CUT, .body = "{\"answers\":[]}", .cut = 4 },
		    ERR_UPSTREAM, "inbenta message" },
		{ "silence", { .how = UP_STALL }, ERR_TIMEOUT,
		    "no answer within 2000 ms" },
		{ "silence in the body",
		    { .how = UP_STALL, .body = "{\"answers\":[]}", .cut = 50 },
		    ERR_TIMEOUT, "no answer within 2000 ms" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH, t[i].step };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		steps[1].on = "POST /bot/v1/conversation/message ";
		rig_init(&r, steps, NELEMS(steps));
		if (t[i].kind == ERR_TIMEOUT)
			r.account.timeout_ms = SHORT_MS;
		s = say(&r, "s1", "a very private text", NULL);
		cr_expect_not(s.ok, "%s", t[i].name);
		cr_expect_eq(s.e.kind, t[i].kind, "%s: %s", t[i].name, s.e.text);
		cr_expect_not_null(
		    strstr(s.e.text, t[i].words), "%s: %s", t[i].name, s.e.text);
		cr_expect_not_null(
		    strstr(s.e.text, "inbenta message"), "%s: %s", t[i].name, s.e.text);
		cr_expect_null(strstr(s.e.text, "private"), "%s", s.e.text);
		cr_expect_str_eq(s.session.token, "s1", "%s", t[i].name);
		cr_expect_null(s.answers.list, "%s", t[i].name);
	}
}

Test(chat, conversations_that_do_not_begin)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		const char *words;
	} t[] = {
		{ "no token", { .body = "{\"sessionId\":\"x\"}" }, "no sessionToken" },
		{ "empty token", { .body = "{\"sessionToken\":\"\"}" },
		    "no sessionToken" },
		{ "token of another type", { .body = "{\"sessionToken\":7}" },
		    "no sessionToken" },
		{ "token that fits no header",
		    { .body = "{\"sessionToken\":\"a\\nb\"}" }, "no sessionToken" },
		{ "500", { .status = 500 }, "status 500" },
		{ "HTML", { .body = "<html>" }, "JSON" },
		{ "expired at once",
		    { .status = 400,
			.body = "{\"errors\":[{\"message\":\"Session expired\"}]}" },
		    "status 400" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { AUTH, t[i].step };
		CLEANUP(rig_fini) struct rig r;
		struct said s;

		steps[1].on = "POST /bot/v1/conversation ";
		rig_init(&r, steps, NELEMS(steps));
		s = say(&r, NULL, "hello", NULL);
		cr_expect_not(s.ok, "%s", t[i].name);
		cr_expect_eq(s.e.kind, ERR_UPSTREAM, "%s: %s", t[i].name, s.e.text);
		cr_expect_not_null(
		    strstr(s.e.text, t[i].words), "%s: %s", t[i].name, s.e.text);
		cr_expect_str_eq(calls(&r), "AC", "%s", t[i].name);
	}
}

Test(chat, a_session_outlives_the_failure_of_its_first_message)
{
	static const struct upstream_step steps[] = { AUTH, BEGIN("new"),
		{ ON_MESSAGE, .status = 500 }, ANSWER("hi") };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, NULL, "hello", NULL);
	cr_assert_not(s.ok);
	cr_assert_str_eq(s.session.token, "new");
	cr_expect_eq(s.session.used_at, RIG_NOW);
	s = say(&r, s.session.token, "hello", NULL);
	cr_expect(s.ok, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "ACMM");
}

/* The options it left are still open, and no other session knows them. */
Test(chat, an_old_session_stays_when_the_new_one_fails)
{
	static const struct upstream_step steps[] = { AUTH, EXPIRED, BEGIN("new"),
		{ ON_MESSAGE, .status = 500 } };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, "old", "Card", "\"10\"");
	cr_assert_not(s.ok);
	cr_expect_str_eq(s.session.token, "old");
	cr_expect_str_eq(calls(&r), "AMCM");
}

Test(chat, a_new_session_token_is_taken)
{
	static const struct upstream_step steps[] = { AUTH,
		{ ON_MESSAGE,
		    .body = "{\"answers\":[{\"type\":\"answer\",\"message\":\"hi\"}],"
			    "\"sessionToken\":\"s2\"}" } };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, "s1", "hello", NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_str_eq(s.session.token, "s2");
}

Test(chat, a_long_text_goes_whole)
{
	static const struct upstream_step steps[] = { AUTH, ANSWER("hi") };
	CLEANUP(rig_fini) struct rig r;
	static char text[LIMIT_USER_TEXT + 1];
	struct said s;

	memset(text, '\x01', LIMIT_USER_TEXT); /* the longest escape there is */
	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, "s1", text, NULL);
	cr_assert(s.ok, "%s", s.e.text);
	cr_expect_eq(strlen(upstream_get(r.up, 1)->body), 6 * LIMIT_USER_TEXT + 14);
}

Test(chat, no_token_no_conversation)
{
	static const struct upstream_step steps[] = { { .on = "POST /v1/auth",
	    .status = 400,
	    .body = "{\"error\":{\"message\":\"Secret token not valid\"}}" } };
	CLEANUP(rig_fini) struct rig r;
	struct said s;

	rig_init(&r, steps, NELEMS(steps));
	s = say(&r, NULL, "hello", NULL);
	cr_expect_not(s.ok);
	cr_expect_eq(s.e.kind, ERR_DENIED, "%s", s.e.text);
	cr_expect_str_eq(calls(&r), "A");
}
