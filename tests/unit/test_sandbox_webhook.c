/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's side of the sandbox: what it sends, what it makes of the answer, in what order. */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "base/xalloc.h"
#include "sandbox/twiml.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"
#include "twilio/sig.h"

TestSuite(sandbox_webhook, .init = not_for_ever, .fini = no_leaks);

#define SEND "/phone/api/send"
#define XML "Content-Type: text/xml\r\n"
#define EMPTY "<Response/>"

static void
send_wait(struct run *run, const char *json, struct got *g)
{
	run_call(run, "POST", SEND, NULL, json, g);
	cr_assert_eq(g->status, 200, "%s: %s", json, g->body.data);
}

static const char *
message(const struct got *g, size_t i)
{
	js *list = js_arr(g->json, "messages");

	if (list == NULL || i >= json_object_array_length(list))
		return "";
	return js_str(json_object_array_get_idx(list, i), "body", "");
}

/* The value of a header of the request, copied; NULL when absent. */
static char *
header(const struct upstream_request *r, const char *name)
{
	const char *at = strcasestr(r->headers, name);

	if (at == NULL)
		return NULL;
	at += strlen(name) + 2;
	return xstrndup(at, strcspn(at, "\r\n"));
}

static void
expect_fields(const struct form *f, const char *const *fields, size_t n)
{
	for (size_t i = 0; i < n; i += 2) {
		const char *value = form_get(f, fields[i]);

		cr_expect(value != NULL && strcmp(value, fields[i + 1]) == 0,
		    "%s: \"%s\"", fields[i], value != NULL ? value : "(none)");
	}
}

static void
check_request(struct run *run, const struct upstream_request *r, const char *url,
    const char *const *fields, size_t n)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(freep) char *signature = header(r, "X-Twilio-Signature");
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, r->body, strlen(r->body), &e), "%s", e.text);
	expect_fields(&f, fields, n);
	cr_expect(twilio_sig_ok(run->opts.auth_token, url, &f, signature),
	    "the connector's own code agrees on the signature");
	cr_expect(upstream_has(r, "User-Agent: TwilioProxy/1.1"));
	cr_expect(upstream_has(
	    r, "Content-Type: application/x-www-form-urlencoded; charset=UTF-8"));
	cr_expect(upstream_has_name(r, "I-Twilio-Idempotency-Token"));
}

Test(sandbox_webhook, requests)
{
	static const struct upstream_step steps[] = {
		{ .headers = XML, .body = EMPTY, .times = -1 }
	};
	static const char *const sms[] = { "From", "+34600111222", "To", "+34900000001",
		"Body", "a b+c&d=\xc3\xb1", "NumMedia", "0", "NumSegments", "1",
		"SmsStatus", "received", "ApiVersion", "2010-04-01", "FromCity", "",
		"ToZip", "" };
	static const char *const whatsapp[] = { "From", "whatsapp:+34600111222", "WaId",
		"34600111222", "ProfileName", "Ana", "MessageType", "text",
		"NumSegments", "1" };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(got_fini) struct got g, w;
	char url[128];
	struct run run;

	snprintf(url, sizeof(url), "%s/twilio?x=1#rc=2", upstream_url(u));
	run_start(&run, url, PATIENCE_MS);
	run.opts.public_url = "https://bot.example.com/twilio?x=1#rc=2";
	send_wait(&run,
	    "{\"channel\":\"sms\",\"body\":\"a b+c&d=\xc3\xb1\",\"wait\":true}", &g);
	send_wait(&run, "{\"channel\":\"whatsapp\",\"body\":\"hi\",\"wait\":true}", &w);
	cr_expect(strncmp(upstream_get(u, 0)->line, "POST /twilio?x=1 HTTP", 21) == 0,
	    "%s", upstream_get(u, 0)->line);
	check_request(&run, upstream_get(u, 0), "https://bot.example.com/twilio?x=1",
	    sms, NELEMS(sms));
	check_request(&run, upstream_get(u, 1), "https://bot.example.com/twilio?x=1",
	    whatsapp, NELEMS(whatsapp));
	run_stop(&run);
}

Test(sandbox_webhook, repeats_and_changes)
{
	static const struct upstream_step steps[] = {
		{ .headers = XML, .body = EMPTY, .times = -1 }
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(buf_fini) struct buf again = BUF_INIT(512);
	CLEANUP(got_fini) struct got g, h, p;
	CLEANUP(freep) char *one = NULL, *two = NULL;
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct form f;
	struct run run;
	struct err e;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	send_wait(&run, "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}", &g);
	buf_printf(&again,
	    "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true,\"repeat\":\"%s\"}",
	    js_str(g.json, "sid", ""));
	send_wait(&run, again.data, &h);
	cr_expect_str_eq(js_str(h.json, "sid", "h"), js_str(g.json, "sid", "g"));
	one = header(upstream_get(u, 0), "I-Twilio-Idempotency-Token");
	two = header(upstream_get(u, 1), "I-Twilio-Idempotency-Token");
	cr_assert(one != NULL && two != NULL);
	cr_expect_str_eq(one, two, "the same for each repeat");
	cr_expect_str_eq(upstream_get(u, 0)->body, upstream_get(u, 1)->body);

	send_wait(&run,
	    "{\"channel\":\"sms\",\"body\":\"\",\"wait\":true,\"account_sid\":\"AC0\","
	    "\"params\":{\"From\":null,\"NumMedia\":\"1\",\"MediaUrl0\":\"https://e.example\"}}",
	    &p);
	cr_assert(form_parse(
	    &f, a, upstream_get(u, 2)->body, strlen(upstream_get(u, 2)->body), &e));
	cr_expect_null(form_find(&f, "From"));
	cr_expect_str_eq(form_get(&f, "NumMedia"), "1");
	cr_expect_str_eq(form_get(&f, "MediaUrl0"), "https://e.example");
	cr_expect_str_eq(form_get(&f, "AccountSid"), "AC0");
	run_stop(&run);
}

Test(sandbox_webhook, refused)
{
	static const struct {
		const char *body;
		int status;
	} t[] = {
		{ "{\"channel\":\"fax\",\"body\":\"x\"}", 400 },
		{ "{\"channel\":\"sms\"}", 400 },
		{ "{\"channel\":\"sms\",\"body\":7}", 400 },
		{ "{\"channel\":\"sms\",\"body\":\"x\",\"repeat\":\"SM1\"}", 400 },
		{ "{\"channel\":\"sms\",\"body\":\"x\"}", 503 }, /* no webhook */
		{ "nonsense", 400 },
	};
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "POST", SEND, NULL, t[i].body, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d %s", t[i].body, g.status,
		    g.body.data);
	}
	run_stop(&run);
}

Test(sandbox_webhook, answers)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		int status, fault; /* fault 0: none */
		const char *message;
	} t[] = {
		{ "one message",
		    { .headers = XML,
			.body = "<Response><Message>Hi</Message></Response>" },
		    200, 0, "Hi" },
		{ "nothing to say", { .headers = XML, .body = EMPTY }, 200, 0, "" },
		{ "plain text",
		    { .headers = "Content-Type: text/plain\r\n", .body = "Hi" }, 200, 0,
		    "Hi" },
		{ "no type", { .body = EMPTY }, 200, TWILIO_FETCH, "" },
		{ "JSON",
		    { .headers = "Content-Type: application/json\r\n", .body = "{}" },
		    200, TWILIO_CONTENT_TYPE, "" },
		{ "broken XML", { .headers = XML, .body = "<Response>" }, 200,
		    TWILIO_NO_XML, "" },
		{ "refused", { .status = 403, .headers = XML, .body = EMPTY }, 403,
		    TWILIO_FETCH, "" },
		{ "trouble", { .status = 503, .body = "x" }, 503, TWILIO_FETCH, "" },
		{ "closed", { .how = UP_HANGUP }, 0, TWILIO_PROTOCOL, "" },
		{ "cut short",
		    { .how = UP_CUT,
			.cut = 20,
			.headers = XML,
			.body = "<Response><Message>Hi</Message></Response>" },
		    0, TWILIO_PROTOCOL, "" },
		{ "no HTTP", { .how = UP_RAW, .body = "SSH-2.0-x\r\n\r\n" }, 0,
		    TWILIO_PROTOCOL, "" },
		{ "too slow", { .how = UP_STALL }, 0, TWILIO_FETCH, "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(upstream_freep)
		struct upstream *u = upstream_new(&t[i].step, 1);
		CLEANUP(got_fini) struct got g;
		struct run run;

		run_start(&run, upstream_url(u),
		    t[i].step.how == UP_STALL ? SHORT_MS : PATIENCE_MS);
		send_wait(
		    &run, "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}", &g);
		cr_expect_eq(js_int(g.json, "status", -1), t[i].status, "%s: %s",
		    t[i].name, g.body.data);
		cr_expect_eq(js_int(g.json, "fault.code", 0), t[i].fault, "%s: %s",
		    t[i].name, g.body.data);
		cr_expect_str_eq(message(&g, 0), t[i].message, "%s", t[i].name);
		run_stop(&run);
	}
}

Test(sandbox_webhook, too_large)
{
	CLEANUP(buf_fini) struct buf big = BUF_INIT(256 * 1024);
	struct upstream_step step = { .headers = XML };
	CLEANUP(upstream_freep) struct upstream *u = NULL;
	CLEANUP(got_fini) struct got g;
	struct run run;

	for (int i = 0; i < 200 * 1024; i++)
		buf_chr(&big, ' ');
	step.body = big.data;
	u = upstream_new(&step, 1);
	run_start(&run, upstream_url(u), PATIENCE_MS);
	send_wait(&run, "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}", &g);
	cr_expect_eq(js_int(g.json, "fault.code", 0), TWILIO_TOO_LARGE);
	run_stop(&run);
}

/* A port that nobody listens on. */
Test(sandbox_webhook, no_connection)
{
	struct upstream *u = upstream_new(NULL, 0);
	CLEANUP(freep) char *url = xstrdup(upstream_url(u));
	CLEANUP(got_fini) struct got g;
	struct run run;

	upstream_free(u);
	run_start(&run, url, PATIENCE_MS);
	send_wait(&run, "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}", &g);
	cr_expect_eq(
	    js_int(g.json, "fault.code", 0), TWILIO_CONNECT, "%s", g.body.data);
	run_stop(&run);
}

/* The kinds of all events, "out done in …", once there are n. */
static void
kinds(struct run *run, size_t n, struct buf *out)
{
	size_t have;

	do {
		CLEANUP(got_fini) struct got g;
		js *list;

		run_call(run, "GET", "/phone/api/events?all=1", NULL, NULL, &g);
		list = js_arr(g.json, "events");
		cr_assert_not_null(list);
		have = json_object_array_length(list);
		buf_reset(out);
		for (size_t i = 0; i < have; i++)
			buf_printf(out, "%s%s", i > 0 ? " " : "",
			    js_str(json_object_array_get_idx(list, i), "kind", "?"));
	} while (have < n);
}

Test(sandbox_webhook, events)
{
	static const struct upstream_step step = {
		.headers = XML,
		.body =
		    "<Response><Message>a</Message><Message>b</Message><X/></Response>"
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(&step, 1);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);
	CLEANUP(got_fini) struct got g, cleared, page;
	struct run run;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	run_call(&run, "POST", SEND, NULL,
	    "{\"channel\":\"sms\",\"from\":\"+34600333444\",\"body\":\"hi\"}", &g);
	cr_expect_eq(g.status, 202);
	cr_expect_eq(js_int(g.json, "seq", 0), 1);
	kinds(&run, 5, &b);
	cr_expect_str_eq(b.data, "out done in in fault");
	run_call(
	    &run, "POST", "/phone/api/clear", NULL, "{\"channel\":\"sms\"}", &cleared);
	cr_expect_eq(cleared.status, 204);
	run_call(&run, "GET", "/phone/api/events?since=0&wait_ms=1", NULL, NULL, &page);
	cr_expect_eq(json_object_array_length(js_arr(page.json, "events")), 1,
	    "the page sees its own numbers only: %s", page.body.data);
	run_stop(&run);
}

/* The second message of a user waits for the first; that of another user does not. */
Test(sandbox_webhook, one_after_the_other)
{
	static const struct upstream_step steps[] = {
		{ .headers = XML, .body = EMPTY, .held = true },
		{ .headers = XML, .body = EMPTY, .times = -1 },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);
	CLEANUP(got_fini)
	struct got first = { 0 }, second = { 0 }, other = { 0 }, aside = { 0 };
	struct run run;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	run_call(
	    &run, "POST", SEND, NULL, "{\"channel\":\"sms\",\"body\":\"1\"}", &first);
	upstream_wait(u, 1);
	run_call(
	    &run, "POST", SEND, NULL, "{\"channel\":\"sms\",\"body\":\"2\"}", &second);
	send_wait(&run,
	    "{\"channel\":\"sms\",\"from\":\"+34600999999\",\"body\":\"3\",\"wait\":true}",
	    &other);
	send_wait(&run,
	    "{\"channel\":\"sms\",\"body\":\"4\",\"wait\":true,\"parallel\":true}",
	    &aside);
	cr_expect_eq(upstream_requests(u), 3, "the second one still waits");
	upstream_release(u);
	kinds(&run, 8, &b);
	cr_expect_eq(upstream_requests(u), 4);
	cr_expect_not_null(strstr(upstream_get(u, 3)->body, "Body=2&"));
	run_stop(&run);
}

struct sender_thread {
	struct run *run;
	int i;
};

static void *
send_as_user(void *cls)
{
	struct sender_thread *t = cls;
	char json[256];
	struct got g;

	snprintf(json, sizeof(json),
	    "{\"channel\":\"sms\",\"from\":\"+346000%05d\",\"body\":\"x\",\"wait\":true}",
	    t->i);
	run_call(t->run, "POST", SEND, NULL, json, &g);
	t->i = g.status;
	got_fini(&g);
	return NULL;
}

/* Fifty users wait for an answer at the same time, and all are stopped with the sandbox. */
Test(sandbox_webhook, many_at_once)
{
	static const struct upstream_step step = { .how = UP_STALL, .times = -1 };
	enum { USERS = 50 };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(&step, 1);
	struct sender_thread t[USERS];
	pthread_t threads[USERS];
	struct run run;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	for (int i = 0; i < USERS; i++) {
		t[i] = (struct sender_thread){ &run, i };
		cr_assert_eq(pthread_create(&threads[i], NULL, send_as_user, &t[i]), 0);
	}
	upstream_wait(u, USERS);
	run_stop(&run);
	for (int i = 0; i < USERS; i++)
		pthread_join(threads[i], NULL);
}
