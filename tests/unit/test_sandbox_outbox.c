/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's REST API: messages, their status, files both ways. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "base/xalloc.h"
#include "sandbox/server.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"
#include "twilio/sig.h"

TestSuite(sandbox_outbox, .init = not_for_ever, .fini = no_leaks);

#define ACCOUNT "/twilio/2010-04-01/Accounts/AC5a4db0c5a4db0c5a4db0c5a4db0c5a4d"
#define MESSAGES ACCOUNT "/Messages.json"
#define TO "To=%2B34600111222"
#define FROM "&From=%2B34900000001"
#define LONG \
	"01234567890123456789012345678901234567890123456789" \
	"01234567890123456789012345678901234567890123456789"
#define LONGER LONG LONG LONG LONG LONG LONG LONG LONG
#define LONGEST LONGER LONGER LONGER LONGER "x"

static void
post(struct run *run, const char *form, int status, struct got *g)
{
	run_call(run, "POST", MESSAGES, NULL, form, g);
	cr_assert_eq(g->status, status, "%.200s: %d %s", form, g->status, g->body.data);
}

static void
arrange(struct run *run, const char *path, const char *body)
{
	CLEANUP(got_fini) struct got g;

	run_call(run, "POST", path, NULL, body, &g);
	cr_assert_eq(g.status, 204, "%s: %s", body, g.body.data);
}

Test(sandbox_outbox, create_is_strict)
{
	static const struct {
		const char *form;
		int code;
	} t[] = {
		{ "Body=x" FROM, 21604 },
		{ "To=x&Body=x" FROM, 21211 },
		{ "To=%2B34" FROM "&Body=x", 21211 },
		{ TO "&Body=x", 21603 },
		{ TO "&Body=x&MessagingServiceSid=MG1", 21705 },
		{ TO "&Body=x&From=none", 21606 },
		{ TO "&Body=x&From=whatsapp:%2B34900000001", 21612 },
		{ TO FROM, 21602 },
		{ TO FROM "&Body=" LONGEST, 21617 },
		{ TO FROM "&MediaUrl=ftp://x", 21620 },
		{ TO FROM "&MediaUrl=http://a_b/", 21620 },
		{ TO FROM "&Body=x&StatusCallback=/x", 21609 },
	};
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		post(&run, t[i].form, 400, &g);
		cr_expect_eq(js_int(g.json, "code", 0), t[i].code, "%.100s: %s",
		    t[i].form, g.body.data);
		cr_expect_eq(js_int(g.json, "status", 0), 400);
	}
	run_stop(&run);
}

Test(sandbox_outbox, login)
{
	static const struct {
		const char *path, *headers;
		int status;
	} t[] = {
		{ MESSAGES, "", 401 },
		{ MESSAGES, "Authorization: Basic YTpi", 401 },
		{ MESSAGES, "Authorization: Bearer x", 401 },
		{ MESSAGES, NULL, 200 },
		{ ACCOUNT "/Messages", NULL, 404 },
		{ "/twilio/2010-04-01/Accounts/ACx/Messages.json", NULL, 404 },
		{ ACCOUNT "/Messages/SMx.json", NULL, 404 },
		{ MESSAGES "?DateSent=never", NULL, 400 },
	};
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "GET", t[i].path, t[i].headers, NULL, &g);
		cr_expect_eq(g.status, t[i].status, "%s: %d", t[i].path, g.status);
	}
	run_stop(&run);
}

/* Until the phones show so many messages; the last of them. */
static js *
shown(struct run *run, size_t n, struct got *g)
{
	js *list;
	size_t seen = 0;

	for (;;) {
		CLEANUP(buf_fini) struct buf path = BUF_INIT(200);

		buf_printf(
		    &path, "/phone/api/events?since=%zu&wait_ms=5000&all=1", seen);
		run_call(run, "GET", path.data, NULL, NULL, g);
		list = js_arr(g->json, "events");
		seen = (size_t)js_int(g->json, "last", 0);
		if (seen >= n)
			return json_object_array_get_idx(
			    list, json_object_array_length(list) - 1);
		got_fini(g);
	}
}

Test(sandbox_outbox, message_appears)
{
	CLEANUP(got_fini) struct got made, events, one, list;
	CLEANUP(buf_fini) struct buf path = BUF_INIT(300);
	struct run run;
	js *e;

	run_start(&run, NULL, PATIENCE_MS);
	post(&run, TO FROM "&Body=caf%C3%A9", 201, &made);
	cr_expect_str_eq(js_str(made.json, "status", ""), "queued");
	cr_expect_str_eq(js_str(made.json, "num_segments", ""), "1");
	cr_expect_str_eq(js_str(made.json, "direction", ""), "outbound-api");
	cr_expect_null(js_get(made.json, "x"), "our notes are not shown");
	e = shown(&run, 1, &events);
	cr_expect_str_eq(js_str(e, "body", ""), "caf\xc3\xa9");
	cr_expect_str_eq(js_str(e, "sid", ""), js_str(made.json, "sid", "?"));
	cr_expect_null(js_get(e, "from"), "it is for the page's own phone");
	buf_printf(&path, ACCOUNT "/Messages/%s.json", js_str(made.json, "sid", ""));
	run_call(&run, "GET", path.data, NULL, NULL, &one);
	cr_expect_eq(one.status, 200);
	cr_expect_str_eq(js_str(one.json, "body", ""), "caf\xc3\xa9");
	run_call(&run, "GET", MESSAGES "?" TO "&PageSize=1", NULL, NULL, &list);
	cr_expect_eq(json_object_array_length(js_arr(list.json, "messages")), 1);
	cr_expect_null(js_get(list.json, "next_page_uri"));
	run_stop(&run);
}

static size_t
count(struct run *run, const char *query)
{
	CLEANUP(got_fini) struct got g;
	CLEANUP(buf_fini) struct buf path = BUF_INIT(300);

	buf_printf(&path, MESSAGES "?%s", query);
	run_call(run, "GET", path.data, NULL, NULL, &g);
	cr_assert_eq(g.status, 200, "%s: %s", query, g.body.data);
	return json_object_array_length(js_arr(g.json, "messages"));
}

Test(sandbox_outbox, list)
{
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < 3; i++) {
		CLEANUP(got_fini) struct got g;

		post(&run, TO FROM "&Body=x", 201, &g);
	}
	cr_expect_eq(count(&run, TO), 3);
	cr_expect_eq(count(&run, "To=%2B1"), 0);
	cr_expect_eq(count(&run, TO FROM), 3);
	cr_expect_eq(count(&run, TO "&PageSize=2"), 2);
	cr_expect_eq(count(&run, TO "&PageSize=2&Page=1"), 1);
	cr_expect_eq(count(&run, TO "&DateSent%3E=2020-01-01"), 3);
	cr_expect_eq(count(&run, TO "&DateSent%3C=2020-01-01T10:00:00Z"), 0);
	cr_expect_eq(count(&run, TO "&DateSent=2020-01-01"), 0);
	run_stop(&run);
}

Test(sandbox_outbox, refused_on_demand)
{
	static const struct {
		const char *rule;
		int status, code;
		const char *retry;
	} t[] = {
		{ "{\"code\":21610}", 400, 21610, NULL },
		{ "{\"code\":20429,\"retry_after_s\":2}", 429, 20429,
		    "Retry-After: 2" },
		{ "{\"code\":20500}", 500, 20500, NULL },
		{ "{\"to\":\"+34600111222\",\"code\":21614}", 400, 21614, NULL },
	};
	CLEANUP(got_fini) struct got g;
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < NELEMS(t); i++) {
		arrange(&run, "/sandbox/twilio", t[i].rule);
		post(&run, TO FROM "&Body=x", t[i].status, &g);
		cr_expect_eq(js_int(g.json, "code", 0), t[i].code, "%s", t[i].rule);
		if (t[i].retry != NULL)
			cr_expect_not_null(strcasestr(g.head.data, t[i].retry));
		got_fini(&g);
	}
	arrange(&run, "/sandbox/twilio", "{\"to\":\"+1\",\"code\":21610}");
	post(&run, TO FROM "&Body=x", 201, &g);
	got_fini(&g);
	/* It is sent, and nobody hears of it. */
	arrange(&run, "/sandbox/fault",
	    "{\"call\":\"tw.messages.create\",\"fault\":\"lost\"}");
	run_call(&run, "POST", MESSAGES, NULL, TO FROM "&Body=lost", &g);
	cr_expect_eq(g.status, 0);
	cr_expect_eq(count(&run, TO), 2);
	got_fini(&g);
	arrange(&run, "/sandbox/fault",
	    "{\"call\":\"tw\",\"fault\":\"throttle\",\"reset_s\":3}");
	post(&run, TO FROM "&Body=x", 429, &g);
	cr_expect_not_null(strcasestr(g.head.data, "Retry-After: 3"));
	cr_expect_eq(js_int(g.json, "code", 0), 20429);
	run_stop(&run);
}

static char *
header(const struct upstream_request *r, const char *name)
{
	const char *at = strcasestr(r->headers, name);

	cr_assert_not_null(at, "%s", name);
	at += strlen(name) + 2;
	return xstrndup(at, strcspn(at, "\r\n"));
}

static void
expect_status(struct upstream *u, size_t i, const char *url, const char *token,
    const char *status, const char *code)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct upstream_request *r = upstream_get(u, i);
	CLEANUP(freep) char *signature = header(r, "X-Twilio-Signature");
	const char *given;
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, r->body, r->body_len, &e));
	cr_expect_str_eq(form_get(&f, "MessageStatus"), status);
	cr_expect(twilio_sig_ok(token, url, &f, signature), "%s", r->body);
	given = form_get(&f, "ErrorCode");
	cr_expect((given == NULL) == (code == NULL) &&
		(code == NULL || strcmp(given, code) == 0),
	    "%s", r->body);
}

Test(sandbox_outbox, callbacks)
{
	static const struct upstream_step good[] = { { .times = -1 } };
	static const struct {
		const char *rule;
		const char *statuses[3], *code;
	} t[] = {
		{ NULL, { "sent", "delivered" }, NULL },
		{ "{\"code\":63016}", { "failed" }, "63016" },
		{ "{\"statuses\":[\"delivered\",\"sent\",\"read\"]}",
		    { "delivered", "sent", "read" }, NULL },
		{ "{\"statuses\":[\"sent\",\"undelivered\"],\"code\":30003}",
		    { "sent", "undelivered" }, "30003" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf form = BUF_INIT(1000);
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(good, 1);
		CLEANUP(got_fini) struct got g;
		char url[200];
		struct run run;
		size_t n = 0;

		run_start(&run, NULL, PATIENCE_MS);
		if (t[i].rule != NULL)
			arrange(&run, "/sandbox/twilio", t[i].rule);
		snprintf(url, sizeof(url), "%s/s?status=1", upstream_url(u));
		buf_str(&form, TO FROM "&Body=x&StatusCallback=");
		buf_url(&form, url, strlen(url));
		post(&run, form.data, 201, &g);
		while (n < NELEMS(t[i].statuses) && t[i].statuses[n] != NULL)
			n++;
		upstream_wait(u, n);
		for (size_t j = 0; j < n; j++)
			expect_status(u, j, url, run.opts.auth_token, t[i].statuses[j],
			    j + 1 == n ? t[i].code : NULL);
		run_stop(&run);
	}
}

/* What a message names is fetched without a login, and shown by the sandbox's own address. */
Test(sandbox_outbox, media_out)
{
	static const struct upstream_step steps[] = {
		{ .on = "HEAD /", .times = -1 },
		{ .on = "GET /good",
		    .headers = "Content-Type: image/png\r\n",
		    .body = "12345" },
		{ .on = "GET /gone", .status = 404, .body = "x" },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(got_fini) struct got g, events, state;
	CLEANUP(buf_fini) struct buf form = BUF_INIT(1000);
	struct run run;
	js *e, *m;

	run_start(&run, NULL, PATIENCE_MS);
	buf_str(&form, TO FROM "&MediaUrl=");
	buf_printf(&form, "%s/good", upstream_url(u));
	post(&run, form.data, 201, &g);
	cr_expect_str_eq(js_str(g.json, "num_media", ""), "1");
	cr_expect(strncmp(js_str(g.json, "sid", ""), "MM", 2) == 0);
	got_fini(&g);
	e = shown(&run, 1, &events);
	m = json_object_array_get_idx(js_arr(e, "media"), 0);
	cr_expect_str_eq(js_str(m, "type", ""), "image/png");
	run_call(&run, "GET", js_str(m, "url", "") + strlen(server_url(run.sb->server)),
	    NULL, NULL, &g);
	cr_expect_str_eq(g.body.data, "12345");
	cr_expect_eq(upstream_count(u, "HEAD /good"), 1);
	cr_expect(!upstream_has_name(upstream_get(u, 0), "Authorization"));
	cr_expect(!upstream_has_name(upstream_get(u, 1), "Authorization"));
	got_fini(&g);
	buf_reset(&form);
	buf_str(&form, TO FROM "&MediaUrl=");
	buf_printf(&form, "%s/gone", upstream_url(u));
	post(&run, form.data, 201, &g);
	for (;;) {
		run_call(&run, "GET", "/sandbox/twilio", NULL, NULL, &state);
		m = json_object_array_get_idx(js_arr(state.json, "messages"), 1);
		if (strcmp(js_str(m, "status", ""), "queued") != 0)
			break;
		got_fini(&state);
	}
	cr_expect_str_eq(js_str(m, "status", ""), "failed");
	cr_expect_eq(js_int(m, "error_code", 0), 30008);
	run_stop(&run);
}

/* The status, and where a redirect leads, as a path of the sandbox. */
static int
fetch(struct run *run, const char *path, const char *headers, char to[400], size_t *len)
{
	CLEANUP(got_fini) struct got g;
	const char *at;

	run_call(run, "GET", path, headers, NULL, &g);
	at = strcasestr(g.head.data, "Location: ");
	to[0] = '\0';
	if (at != NULL) {
		at += strlen("Location: ");
		if (strncmp(at, server_url(run->sb->server),
			strlen(server_url(run->sb->server))) == 0)
			at += strlen(server_url(run->sb->server));
		snprintf(to, 400, "%.*s", (int)strcspn(at, "\r\n"), at);
	}
	*len = g.body.len;
	return g.status;
}

/* A picture from a phone: with the login a way to it, there without. */
Test(sandbox_outbox, media_in)
{
	static const struct upstream_step reply[] = {
		{ .headers = "Content-Type: text/xml\r\n",
		    .body = "<Response/>",
		    .times = -1 }
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(reply, 1);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1000);
	CLEANUP(got_fini) struct got g;
	char to[400], cdn[400];
	const char *base, *first, *second;
	struct run run;
	struct form f;
	struct err e;
	size_t len;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	base = server_url(run.sb->server);
	buf_printf(&b,
	    "{\"channel\":\"sms\",\"body\":\"\",\"wait\":true,\"media\":[{\"url\":"
	    "\"%s/phone/sample-receipt.png\",\"type\":\"image/png\"},{\"type\":"
	    "\"image/png\",\"serve\":{\"early\":1,\"location\":\"http://10.0.0.1/\"}}]}",
	    base);
	run_call(&run, "POST", "/phone/api/send", NULL, b.data, &g);
	cr_assert_eq(g.status, 200, "%s", g.body.data);
	cr_assert(form_parse(
	    &f, a, upstream_get(u, 0)->body, upstream_get(u, 0)->body_len, &e));
	first = form_get(&f, "MediaUrl0") + strlen(base);
	second = form_get(&f, "MediaUrl1") + strlen(base);
	cr_expect(strncmp(first, ACCOUNT "/Messages/MM", strlen(ACCOUNT) + 12) == 0);
	cr_expect_eq(fetch(&run, first, "", to, &len), 401);
	cr_expect_eq(fetch(&run, first, NULL, cdn, &len), 307);
	cr_expect_eq(fetch(&run, cdn, NULL, to, &len), 400, "a login too many");
	cr_expect_eq(fetch(&run, cdn, "", to, &len), 200);
	cr_expect_gt(len, 1000);
	cr_expect_eq(fetch(&run, second, NULL, to, &len), 404, "too early");
	cr_expect_eq(fetch(&run, second, NULL, to, &len), 302);
	cr_expect_str_eq(to, "http://10.0.0.1/");
	run_stop(&run);
}

/* How many the list of the API, or that of the control interface, has. */
static size_t
listed(struct run *run, const char *path)
{
	CLEANUP(got_fini) struct got g;

	run_call(run, "GET", path, NULL, NULL, &g);
	cr_assert_eq(g.status, 200, "%s: %s", path, g.body.data);
	return json_object_array_length(js_arr(g.json, "messages"));
}

Test(sandbox_outbox, lists_of_one_receiver)
{
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (int i = 0; i < 3; i++) {
		CLEANUP(got_fini) struct got one, two;

		post(&run, TO FROM "&Body=x", 201, &one);
		post(&run, "To=%2B34600111333" FROM "&Body=y", 201, &two);
	}
	cr_expect_eq(listed(&run, MESSAGES), 6);
	cr_expect_eq(listed(&run, MESSAGES "?" TO), 3);
	cr_expect_eq(listed(&run, MESSAGES "?To=%2B34600111333&PageSize=2"), 2);
	cr_expect_eq(listed(&run, MESSAGES "?To=%2B34600111333&PageSize=2&Page=1"), 1);
	cr_expect_eq(listed(&run, MESSAGES "?To=%2B1"), 0);
	cr_expect_eq(listed(&run, "/sandbox/twilio?to=%2B34600111222"), 3);
	cr_expect_eq(listed(&run, "/sandbox/twilio?since=4"), 2);
	cr_expect_eq(listed(&run, "/sandbox/twilio?since=6"), 0);
	arrange(&run, "/sandbox/twilio", "{\"list_lag_ms\":60000}");
	cr_expect_eq(listed(&run, MESSAGES), 0, "they are not there yet");
	cr_expect_eq(listed(&run, "/sandbox/twilio"), 6);
	arrange(&run, "/sandbox/twilio", "{\"list_lag_ms\":0}");
	cr_expect_eq(listed(&run, MESSAGES), 6);
	run_stop(&run);
}
