/* SPDX-License-Identifier: Apache-2.0 */
/* When Twilio's side tries a webhook again, and when it asks the fallback. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "base/xalloc.h"
#include "sandbox/twiml.h"
#include "sandbox/webhook_rules.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"
#include "twilio/sig.h"

TestSuite(sandbox_tries, .init = not_for_ever, .fini = no_leaks);

#define SAY "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}"
#define XML "Content-Type: text/xml\r\n"
#define HI "<Response><Message>Hi</Message></Response>"

Test(sandbox_tries, rules)
{
	static const struct {
		const char *url;
		struct webhook_rules want;
	} t[] = {
		{ "http://h/", { 1, RETRY_CONNECT, 5000, 0, 0 } },
		{ "http://h/#", { 1, RETRY_CONNECT, 5000, 0, 0 } },
		{ "http://h/#rc=3&rp=all", { 3, RETRY_ALL, 5000, 0, 0 } },
		{ "http://h/?a#rp=4xx,5xx&rc=0",
		    { 0, RETRY_4XX | RETRY_5XX, 5000, 0, 0 } },
		{ "http://h/#rp=ct,rt&ct=100&rt=15000&tt=300&sni=y&e=dublin",
		    { 1, RETRY_CONNECT | RETRY_READ, 100, 15000, 300 } },
	};
	static const char *const wrong[] = { "#rc", "#rc=", "#rc=6", "#rc=-1", "#rc=1x",
		"#rp=", "#rp=6xx", "#rp=all,", "#ct=99", "#ct=10001", "#rt=15001",
		"#tt=0", "#xy=1", "#rc=1&&rp=all", "#=1" };
	struct webhook_rules r;
	struct err e;

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct webhook_rules *w = &t[i].want;

		cr_assert(webhook_rules_read(t[i].url, &r, &e), "%s", t[i].url);
		cr_expect(r.retries == w->retries && r.policy == w->policy &&
			r.connect_ms == w->connect_ms && r.read_ms == w->read_ms &&
			r.total_ms == w->total_ms,
		    "%s", t[i].url);
	}
	for (size_t i = 0; i < NELEMS(wrong); i++)
		cr_expect_not(webhook_rules_read(wrong[i], &r, &e), "%s", wrong[i]);
}

/* "webhook 503 11200, webhook 200 0": what was tried. */
static void
tried(js *result, struct buf *out)
{
	js *list = js_arr(result, "tries");

	buf_reset(out);
	cr_assert_not_null(list);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		js *one = json_object_array_get_idx(list, i);

		buf_printf(out, "%s%s %d %d", i > 0 ? ", " : "", js_str(one, "url", ""),
		    (int)js_int(one, "status", -1), (int)js_int(one, "fault.code", 0));
	}
}

static size_t
messages(js *result)
{
	return json_object_array_length(js_arr(result, "messages"));
}

Test(sandbox_tries, again_or_not)
{
	static const struct {
		const char *rules, *tries;
		struct upstream_step first;
		size_t messages;
	} t[] = {
		{ "", "webhook 503 11200", { .status = 503 }, 0 },
		{ "#rc=1&rp=4xx", "webhook 503 11200", { .status = 503 }, 0 },
		{ "#rc=1&rp=5xx", "webhook 503 11200, webhook 200 0", { .status = 503 },
		    1 },
		{ "#rc=1&rp=4xx", "webhook 403 11200, webhook 200 0", { .status = 403 },
		    1 },
		{ "#rc=0&rp=all", "webhook 503 11200", { .status = 503 }, 0 },
		{ "#rc=3&rp=all",
		    "webhook 503 11200, webhook 503 11200, webhook 503 11200, "
		    "webhook 200 0",
		    { .status = 503, .times = 3 }, 1 },
		{ "#rc=1&rp=all", "webhook 503 11200, webhook 503 11200",
		    { .status = 503, .times = 3 }, 0 },
		{ "", "webhook 0 11206", { .how = UP_HANGUP }, 0 },
		{ "#rp=rt", "webhook 0 11206, webhook 200 0", { .how = UP_HANGUP }, 1 },
		{ "#rp=ct", "webhook 0 11206", { .how = UP_RESET }, 0 },
		{ "#rp=all", "webhook 0 11206, webhook 200 0", { .how = UP_RESET }, 1 },
		/* A part of an answer has come. */
		{ "#rc=5&rp=all", "webhook 0 11206",
		    { .how = UP_CUT, .cut = 5, .headers = XML, .body = HI }, 0 },
		/* What is no TwiML is no failure of HTTP. */
		{ "#rc=5&rp=all", "webhook 200 12100",
		    { .headers = XML, .body = "<Response>" }, 0 },
		/* SHORT_MS: by then the request is there. Both are left without an answer. */
		{ "#rc=1&rp=rt&rt=2000", "webhook 0 11200, webhook 0 11200",
		    { .how = UP_STALL, .times = 2 }, 0 },
		{ "#rc=1&rp=5xx&rt=300", "webhook 0 11200", { .how = UP_STALL }, 0 },
		/* When the time of all tries is over there is no other. */
		{ "#rc=5&rp=all&tt=300", "webhook 0 11200", { .how = UP_STALL }, 0 },
		{ "#rc=5&rp=all&tt=100", "webhook 0 11200", { .how = UP_STALL }, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { t[i].first,
			{ .headers = XML, .body = HI, .times = -1 } };
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 2);
		CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
		CLEANUP(got_fini) struct got g;
		char url[128];
		struct run run;

		snprintf(url, sizeof(url), "%s/t%s", upstream_url(u), t[i].rules);
		run_start(&run, url, PATIENCE_MS);
		run_call(&run, "POST", "/phone/api/send", NULL, SAY, &g);
		tried(g.json, &got);
		cr_expect_str_eq(
		    got.data, t[i].tries, "%zu %s: %s", i, t[i].rules, got.data);
		cr_expect_eq(messages(g.json), t[i].messages, "%zu", i);
		for (size_t n = 1; n < upstream_requests(u); n++)
			cr_expect_str_eq(upstream_get(u, n)->headers,
			    upstream_get(u, 0)->headers, "%zu: token, signature", i);
		run_stop(&run);
	}
}

Test(sandbox_tries, nobody_listens)
{
	struct upstream *gone = upstream_new(NULL, 0);
	CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
	CLEANUP(got_fini) struct got g;
	char url[128];
	struct run run;

	snprintf(url, sizeof(url), "%s/t", upstream_url(gone));
	upstream_free(gone);
	run_start(&run, url, PATIENCE_MS);
	run_call(&run, "POST", "/phone/api/send", NULL, SAY, &g);
	tried(g.json, &got);
	cr_expect_str_eq(got.data, "webhook 0 11205, webhook 0 11205");
	run_stop(&run);
}

/* The form of request n, whose signature is over that URL. */
static void
check_signed(struct run *run, struct upstream *u, size_t n, const char *url,
    struct arena *a, struct form *f)
{
	const struct upstream_request *r = upstream_get(u, n);
	const char *at = strcasestr(r->headers, "X-Twilio-Signature: ");
	struct err e;

	cr_assert_not_null(at);
	at += strlen("X-Twilio-Signature: ");
	cr_assert(form_parse(f, a, r->body, strlen(r->body), &e), "%s", e.text);
	cr_expect(twilio_sig_ok(run->opts.auth_token, url, f,
		      arena_strndup(a, at, strcspn(at, "\r\n"))),
	    "%s", url);
}

Test(sandbox_tries, fallback)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /first", .status = 502, .times = -1 },
		{ .on = "POST /other", .status = 503 },
		{ .on = "POST /other", .headers = XML, .body = HI },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
	CLEANUP(got_fini) struct got g, ev;
	char url[128], other[128];
	struct form f, first;
	struct run run;

	snprintf(url, sizeof(url), "%s/first#rc=1&rp=5xx", upstream_url(u));
	snprintf(other, sizeof(other), "%s/other?x#rp=5xx", upstream_url(u));
	run_start(&run, url, PATIENCE_MS);
	run.opts.public_url = "https://bot.example.com/first#rc=1&rp=5xx";
	run.opts.fallback_webhook = other;
	run_call(&run, "POST", "/phone/api/send", NULL, SAY, &g);
	tried(g.json, &got);
	cr_expect_str_eq(got.data,
	    "webhook 502 11200, webhook 502 11200, fallback 503 11200, "
	    "fallback 200 0");
	cr_expect_eq(messages(g.json), 1);
	cr_expect_eq(js_int(g.json, "status", 0), 200);
	cr_expect_null(js_get(g.json, "fault"), "what counts is the last answer");
	check_signed(&run, u, 1, "https://bot.example.com/first", a, &first);
	cr_expect_null(form_get(&first, "ErrorCode"));
	other[strcspn(other, "#")] = '\0';
	check_signed(&run, u, 3, other, a, &f);
	cr_expect_str_eq(form_get(&f, "ErrorCode"), "11200");
	cr_expect_str_eq(form_get(&f, "ErrorUrl"), "https://bot.example.com/first");
	cr_expect_str_eq(form_get(&f, "MessageSid"), form_get(&first, "MessageSid"));
	run_call(&run, "GET", "/phone/api/events", NULL, NULL, &ev);
	tried(json_object_array_get_idx(js_arr(ev.json, "events"), 1), &got);
	cr_expect_not_null(strstr(got.data, "fallback 200"), "the page sees it");
	run_stop(&run);
}

/* What was read, even with a fault in it, is no reason to ask another URL. */
Test(sandbox_tries, no_fallback)
{
	static const struct {
		const char *body;
		bool asks;
	} t[] = {
		{ "<Response/>", false },
		{ "<Response><Say>x</Say></Response>", false },
		{ "<Response><Message></Message></Response>", false },
		{ "no XML", true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = {
			{ .headers = XML, .body = t[i].body, .times = -1 }
		};
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, 1);
		CLEANUP(got_fini) struct got g;
		struct run run;

		run_start(&run, upstream_url(u), PATIENCE_MS);
		run.opts.fallback_webhook = upstream_url(u);
		run_call(&run, "POST", "/phone/api/send", NULL, SAY, &g);
		cr_expect_eq(upstream_requests(u), t[i].asks ? 2 : 1, "%s", t[i].body);
		run_stop(&run);
	}
}
