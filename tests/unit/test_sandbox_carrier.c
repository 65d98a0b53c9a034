/* SPDX-License-Identifier: Apache-2.0 */
/* What Twilio does by itself: opt-outs, loops; and what becomes of replies by TwiML. */
#include "config.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "sandbox/carrier.h"
#include "sandbox/chores.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"

TestSuite(sandbox_carrier, .init = not_for_ever, .fini = no_leaks);

#define USER "+34600111222"
#define NUMBER "+34900000001"
#define XML "Content-Type: text/xml\r\n"
#define HI "<Response><Message>Hi</Message></Response>"

Test(sandbox_carrier, words)
{
	static const struct {
		const char *text;
		bool answered, stopped;
	} t[] = {
		{ "stop it", false, false },
		{ "START", false, false },
		{ "yes", false, false },
		{ "help", true, false },
		{ " Stop\n", true, true },
		{ "STOP", false, true },
		{ "hello", false, true },
		{ "yes", true, false },
		{ "optout", true, true },
		{ "unstop", true, false },
		{ "Quit", true, true },
		{ "start", true, false },
		{ "", false, false },
	};
	struct carrier *c = carrier_new(true, true);

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *says = carrier_hears(c, USER, NUMBER, t[i].text);

		cr_expect_eq(says != NULL, t[i].answered, "%zu %s", i, t[i].text);
		cr_expect_eq(carrier_is_stopped(c, USER, NUMBER), t[i].stopped,
		    "%zu %s", i, t[i].text);
	}
	cr_expect_not_null(carrier_hears(c, USER, NUMBER, "STOP"));
	cr_expect_not(carrier_is_stopped(c, USER, "+34900000002"), "of one number");
	cr_expect_not(carrier_is_stopped(c, "+34600111333", NUMBER));
	carrier_set(c, 0, -1);
	cr_expect_not(carrier_is_stopped(c, USER, NUMBER), "switched off");
	cr_expect_null(carrier_hears(c, USER, NUMBER, "HELP"));
	carrier_set(c, 1, -1);
	cr_expect(carrier_is_stopped(c, USER, NUMBER));
	carrier_clear(c);
	cr_expect_not(carrier_is_stopped(c, USER, NUMBER));
	cr_expect_null(carrier_hears(c, "whatsapp:" USER, "whatsapp:" NUMBER, "STOP"));
	carrier_free(c);
}

Test(sandbox_carrier, replies_in_a_row)
{
	struct carrier *c = carrier_new(true, true);
	int64_t now = 1000;

	for (int i = 0; i < CARRIER_REPLIES; i++, now += CARRIER_GAP_MS - 1)
		cr_expect(carrier_lets_reply(c, USER, NUMBER, now), "%d", i);
	cr_expect_not(carrier_lets_reply(c, USER, NUMBER, now));
	cr_expect(carrier_lets_reply(c, "+34600111333", NUMBER, now), "of a pair");
	cr_expect(carrier_lets_reply(c, USER, NUMBER, now + 1), "30 s have gone");
	for (int i = 1; i < CARRIER_REPLIES; i++)
		cr_expect(carrier_lets_reply(c, USER, NUMBER, now + 1));
	cr_expect_not(carrier_lets_reply(c, USER, NUMBER, now + 1));
	carrier_set(c, -1, 0);
	cr_expect(carrier_lets_reply(c, USER, NUMBER, now + 1), "switched off");
	carrier_free(c);
}

static void
call(struct run *run, const char *path, const char *body, int status, struct got *g)
{
	run_call(run, "POST", path, NULL, body, g);
	cr_assert_eq(g->status, status, "%s: %d %s", body, g->status, g->body.data);
}

/* Says it; the code of the fault, 0: none, and how many messages have arrived. */
static int
say(struct run *run, const char *text, size_t *arrived)
{
	CLEANUP(got_fini) struct got g;
	CLEANUP(buf_fini) struct buf body = BUF_INIT(500);

	buf_printf(&body, "{\"channel\":\"sms\",\"body\":\"%s\",\"wait\":true}", text);
	call(run, "/phone/api/send", body.data, 200, &g);
	*arrived = json_object_array_length(js_arr(g.json, "messages"));
	return (int)js_int(g.json, "fault.code", 0);
}

#define CREATE \
	"/twilio/2010-04-01/Accounts/AC5a4db0c5a4db0c5a4db0c5a4db0c5a4d/Messages.json"
#define FORM "To=%2B34600111222&From=%2B34900000001&Body=x"

Test(sandbox_carrier, opted_out)
{
	static const struct upstream_step steps[] = {
		{ .headers = XML, .body = HI, .times = -1 }
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 1);
	CLEANUP(got_fini) struct got no, yes, events;
	size_t n = 0;
	struct run run;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	cr_expect(say(&run, "hello", &n) == 0 && n == 1);
	cr_expect(say(&run, "STOP", &n) == CARRIER_STOPPED && n == 0);
	cr_expect_eq(upstream_requests(u), 2, "the webhook is called all the same");
	cr_expect(say(&run, "hello", &n) == CARRIER_STOPPED && n == 0);
	call(&run, CREATE, FORM, 400, &no);
	cr_expect_eq(js_int(no.json, "code", 0), CARRIER_STOPPED);
	cr_expect(say(&run, "START", &n) == 0 && n == 1);
	call(&run, CREATE, FORM, 201, &yes);
	run_call(&run, "GET", "/phone/api/events", NULL, NULL, &events);
	cr_expect_not_null(strstr(events.body.data, "You have opted out"));
	cr_expect_not_null(strstr(events.body.data, "\"stock\":true"));
	run_stop(&run);
}

Test(sandbox_carrier, loop)
{
	static const struct upstream_step steps[] = {
		{ .headers = XML, .body = HI, .times = -1 }
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 1);
	size_t n = 0, arrived = 0;
	struct run run;
	int code = 0;

	/* With gaps of 30 s on a machine that slow, the guard rightly lets more pass. */
	run_start(&run, upstream_url(u), PATIENCE_MS);
	while (code == 0 && arrived < 1000) {
		code = say(&run, "hello", &n);
		arrived += n;
	}
	cr_expect_eq(code, CARRIER_LOOP);
	cr_expect(n == 0 && arrived >= CARRIER_REPLIES, "%zu", arrived);
	run_stop(&run);
}

/* The statuses that upstream was told, in order. */
static void
told(struct upstream *u, struct buf *out)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	buf_reset(out);
	for (size_t i = 0; i < upstream_requests(u); i++) {
		const struct upstream_request *r = upstream_get(u, i);
		struct form f;
		struct err e;

		if (strncmp(r->line, "POST /told", 10) != 0)
			continue;
		cr_assert(form_parse(&f, a, r->body, strlen(r->body), &e));
		buf_printf(out, "%s%s%s%s", out->len > 0 ? " " : "",
		    form_get(&f, "MessageStatus"),
		    form_get(&f, "ErrorCode") != NULL ? ":" : "",
		    form_get(&f, "ErrorCode") != NULL ? form_get(&f, "ErrorCode") : "");
	}
}

Test(sandbox_carrier, status_of_replies)
{
	static const struct {
		const char *outcome, *told;
		size_t arrived;
	} t[] = {
		{ NULL, "queued sent delivered", 1 },
		{ "{\"reply\":true,\"code\":30003}", "failed:30003", 0 },
		{ "{\"reply\":true,\"statuses\":[\"sent\",\"undelivered\"],"
		  "\"code\":30005}",
		    "sent undelivered:30005", 0 },
		{ "{\"reply\":true,\"statuses\":[\"sent\"]}", "sent", 1 },
		/* One for messages by REST is not used up. */
		{ "{\"code\":30003}", "queued sent delivered", 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		static const struct upstream_step steps[] = {
			{ .on = "POST /told", .times = -1 },
			{ .headers = XML,
			    .body = "<Response><Message statusCallback=\"$URL/told?x\">"
				    "Hi</Message></Response>",
			    .times = -1 },
		};
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 2);
		CLEANUP(buf_fini) struct buf got = BUF_INIT(500);
		char url[128];
		size_t n = 0;
		struct run run;

		snprintf(url, sizeof(url), "%s/hook", upstream_url(u));
		run_start(&run, url, PATIENCE_MS);
		if (t[i].outcome != NULL) {
			CLEANUP(got_fini) struct got g;

			call(&run, "/sandbox/twilio", t[i].outcome, 204, &g);
		}
		cr_expect_eq(say(&run, "hello", &n), 0, "no fault of the webhook");
		cr_expect_eq(n, t[i].arrived, "%zu", i);
		while (chores_left(run.sb->chores) > 0)
			sched_yield();
		told(u, &got);
		cr_expect_str_eq(got.data, t[i].told, "%zu: %s", i, got.data);
		run_stop(&run);
	}
}
