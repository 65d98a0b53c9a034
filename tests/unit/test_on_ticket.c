/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the office that keeps tickets calls us with, through the whole of web, with Messenger's
 * real proof and reader and a real state.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/tickets.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/web_fixture.h"
#include "unit/web_scene.h"

TestSuite(on_ticket, .fini = no_leaks);

#define JSON "application/json"
#define EVENT_OF(number, contact, text) \
	"{\"resource\":" number \
	",\"resource_data\":{\"creator\":{\"identifier\":\"" contact "\"}}," \
	"\"action_data\":{\"text\":\"" text "\"}}"
#define EVENT EVENT_OF("501", "ann@mail.example", "Yes.")
#define OTHER EVENT_OF("502", "bob@mail.example", "No.")
#define EVENTS(list) "{\"events\":[" list "]}"
#define ONE EVENTS(EVENT)

struct hook {
	struct scene scene;
	struct state *state;
	char answer[8192];
	char *log; /* of the last request */
};

/* What stands in messenger = { }. */
static void
hook_init(struct hook *h, const char *messenger)
{
	char text[512], path[300];
	struct state_opts o = { .path = path };
	const struct stage_file file = { "conf/custom/chat.cfg", text };
	struct dialog *d = &h->scene.stage.dialog;
	struct err e = { 0 };

	*h = (struct hook){ 0 };
	snprintf(text, sizeof(text), "messenger = { %s };\n", messenger);
	scene_init_with(&h->scene, &file, 1);
	snprintf(path, sizeof(path), "%s/state", h->scene.stage.dir.path);
	o.clock = h->scene.web.clock;
	h->state = state_open(&o, &e);
	cr_assert_not_null(h->state, "%s", e.text);
	d->state = h->state;
	d->tickets =
	    tickets_new("messenger", h->scene.stage.store, h->scene.web.clock, &e);
	cr_assert_not_null(d->tickets, "%s", e.text);
}

static void
hook_fini(struct hook *h)
{
	tickets_free(h->scene.stage.dialog.tickets);
	state_close(h->state);
	scene_fini(&h->scene);
	free(h->log);
}

/* Headers that are NULL are not sent; the answer's status. */
static int
call(struct hook *h, const char *method, const char *signature, const char *challenge,
    const char *body, size_t n)
{
	char len[20];
	const struct fake_var vars[] = { { "REQUEST_METHOD", method },
		{ "REQUEST_URI", "/botline" }, { "HTTP_HOST", "h.example" },
		{ "CONTENT_TYPE", JSON }, { "CONTENT_LENGTH", len },
		{ "HTTP_X_HOOK_SIGNATURE", signature },
		{ "HTTP_X_INBENTA_CHALLENGE", challenge }, { 0 } };
	struct log_capture log = log_capture_begin();
	struct web_worker w;
	struct fake_io io;

	snprintf(len, sizeof(len), "%zu", n);
	fake_io_init(&io, vars, body, n);
	web_worker_init(&w, &h->scene.web);
	web_serve(&w, &io.io);
	web_worker_fini(&w);
	free(h->log);
	h->log = log_capture_end(&log);
	snprintf(h->answer, sizeof(h->answer), "%s", io.written);
	cr_assert_eq(strncmp(h->answer, "Status: ", 8), 0, "%s", h->answer);
	return (int)strtol(h->answer + 8, NULL, 10);
}

static int
post(struct hook *h, const char *signature, const char *body)
{
	return call(h, "POST", signature, NULL, body, strlen(body));
}

static int64_t
jobs(const struct hook *h)
{
	struct queue_counts n;
	struct err e = { 0 };

	cr_assert(queue_count(h->state, &n, &e), "%s", e.text);
	return n.jobs;
}

#define KEYS "key = \"k\"; secret = \"s\"; "
#define SECRET "webhook_secret = \"s3cret\"; "

/* law 1, F-4, T25 */
Test(on_ticket, T25_F4_proofs)
{
	static const struct {
		const char *name, *messenger, *given;
		int status;
		const char *log;
	} t[] = {
		{ "right", KEYS SECRET, "s3cret", 200, "outcome=taken" },
		{ "wrong", KEYS SECRET, "secret", 403, "has another secret" },
		{ "none given", KEYS SECRET, NULL, 403, "without X-Hook-Signature" },
		{ "an empty one given", KEYS SECRET, "", 403,
		    "without X-Hook-Signature" },
		{ "its beginning", KEYS SECRET, "s3cre", 403, "has another secret" },
		{ "more than it", KEYS SECRET, "s3cret0", 403, "has another secret" },
		{ "in capitals", KEYS SECRET, "S3CRET", 403, "has another secret" },
		{ "with a blank", KEYS SECRET, "s3cret ", 403, "has another secret" },
		{ "none set, none given", KEYS, NULL, 403,
		    "chat.messenger.webhook_secret is empty" },
		{ "none set, an empty one given", KEYS, "", 403,
		    "chat.messenger.webhook_secret is empty" },
		{ "none set, one given", KEYS, "s3cret", 403,
		    "chat.messenger.webhook_secret is empty" },
		{ "right, but no keys", SECRET, "s3cret", 503,
		    "chat.messenger.key and secret are empty" },
		{ "wrong, and no keys", SECRET, "x", 403, "has another secret" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hook h;

		hook_init(&h, t[i].messenger);
		cr_expect_eq(post(&h, t[i].given, ONE), t[i].status, "%s", t[i].name);
		cr_expect_not_null(strstr(h.log, t[i].log), "%s: %s", t[i].name, h.log);
		cr_expect_null(strstr(h.log, "s3cret"), "%s", t[i].name);
		cr_expect_eq(jobs(&h), t[i].status == 200, "%s", t[i].name);
		hook_fini(&h);
	}
}

/* Inbenta, "Messenger API: webhooks", verification. */
Test(on_ticket, challenges)
{
	static const struct {
		const char *name, *messenger, *given, *challenge;
		int status;
	} t[] = {
		{ "right", KEYS SECRET, "s3cret", "c-4711", 200 },
		{ "right, before there are keys", SECRET, "s3cret", "c-4711", 200 },
		{ "wrong", KEYS SECRET, "secret", "c-4711", 403 },
		{ "no secret given", KEYS SECRET, NULL, "c-4711", 403 },
		{ "none set", KEYS, "", "c-4711", 403 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *end;
		struct hook h;

		hook_init(&h, t[i].messenger);
		cr_expect_eq(call(&h, "GET", t[i].given, t[i].challenge, "", 0),
		    t[i].status, "%s", t[i].name);
		end = strstr(h.answer, "\r\n\r\n");
		cr_assert_not_null(end, "%s", t[i].name);
		cr_expect_eq(strcmp(end + 4, "c-4711") == 0, t[i].status == 200, "%s",
		    t[i].name);
		cr_expect_not_null(
		    strstr(h.answer, "Content-Type: text/plain"), "%s", t[i].name);
		cr_expect_eq(jobs(&h), 0, "%s", t[i].name);
		hook_fini(&h);
	}
}

Test(on_ticket, a_challenge_has_its_limit)
{
	char challenge[LIMIT_CHALLENGE + 2];
	struct hook h;

	memset(challenge, 'c', sizeof(challenge) - 1);
	challenge[sizeof(challenge) - 1] = '\0';
	hook_init(&h, KEYS SECRET);
	cr_expect_eq(call(&h, "GET", "s3cret", challenge, "", 0), 413);
	challenge[LIMIT_CHALLENGE] = '\0';
	cr_expect_eq(call(&h, "GET", "s3cret", challenge, "", 0), 200);
	hook_fini(&h);
}

Test(on_ticket, bodies)
{
	static const struct {
		const char *name, *body;
		int status;
		int64_t jobs;
	} t[] = {
		{ "one event", ONE, 200, 1 },
		{ "two events", EVENTS(EVENT "," OTHER), 200, 2 },
		{ "two equal ones", EVENTS(EVENT "," EVENT), 200, 2 },
		{ "none", EVENTS(""), 200, 0 },
		{ "what is no reply among others",
		    EVENTS("1,null,{}," EVENT ",[],\"x\""), 200, 1 },
		{ "other members", "{\"a\":1,\"events\":[" EVENT "],\"b\":{}}", 200,
		    1 },
		{ "a number as a text",
		    EVENTS(EVENT_OF("\"#A-1\"", "a@b.example", "x")), 200, 1 },
		{ "no number", EVENTS(EVENT_OF("null", "a@b.example", "x")), 200, 0 },
		{ "no address", EVENTS(EVENT_OF("1", "", "x")), 200, 0 },
		{ "no text", EVENTS(EVENT_OF("1", "a@b.example", "")), 200, 0 },
		{ "odd types",
		    EVENTS("{\"resource\":{},\"resource_data\":[],\"action_data\":1}"),
		    200, 0 },
		{ "cut short", "{\"events\":[" EVENT, 400, 0 },
		{ "no JSON inside", "{\"events\":[a]}", 400, 0 },
		{ "no UTF-8", "{\"events\":[\"\xff\"]}", 400, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hook h;

		hook_init(&h, KEYS SECRET);
		cr_expect_eq(post(&h, "s3cret", t[i].body), t[i].status, "%s: %s",
		    t[i].name, h.log);
		cr_expect_eq(jobs(&h), t[i].jobs, "%s", t[i].name);
		cr_expect_null(strstr(h.log, "ann@"), "%s: %s", t[i].name, h.log);
		hook_fini(&h);
	}
}

/* n times what stands between. */
static void
fill(struct buf *b, const char *head, const char *each, size_t n, const char *tail)
{
	buf_str(b, head);
	for (size_t i = 0; i < n; i++) {
		buf_str(b, i > 0 && *each == '{' ? "," : "");
		buf_str(b, each);
	}
	buf_str(b, tail);
	cr_assert(buf_ok(b));
}

Test(on_ticket, large_bodies)
{
	static const struct {
		const char *name, *head, *each, *tail;
		size_t n;
		int status;
		int64_t jobs;
	} t[] = {
		{ "a thousand events", "{\"events\":[", EVENT, "]}", 1000, 200, 1000 },
		{ "one more", "{\"events\":[", EVENT, "]}", 1001, 413, 0 },
		{ "deep", "{\"events\":[", "[", "", 40, 400, 0 },
		{ "deep and closed", "{\"events\":[{\"a\":", "[{\"a\":", "1", 40, 400,
		    0 },
		{ "a long text",
		    "{\"events\":[{\"resource\":1,\"resource_data\":"
		    "{\"creator\":{\"identifier\":\"a@b.example\"}},"
		    "\"action_data\":{\"text\":\"",
		    "0123456789abcdef", "\"}}]}", 16000, 200, 1 },
		{ "more than a body", "{\"events\":[", "0123456789abcdef", "]}", 17000,
		    413, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(400000);
		struct hook h;

		hook_init(&h, KEYS SECRET);
		fill(&b, t[i].head, t[i].each, t[i].n, t[i].tail);
		cr_expect_eq(call(&h, "POST", "s3cret", NULL, b.data, b.len),
		    t[i].status, "%s: %s", t[i].name, h.log);
		cr_expect_eq(jobs(&h), t[i].jobs, "%s", t[i].name);
		hook_fini(&h);
	}
}

/* The whole webhook, a part of it, and with something new. */
Test(on_ticket, repeated)
{
	struct hook h;

	hook_init(&h, KEYS SECRET);
	cr_expect_eq(post(&h, "s3cret", EVENTS(EVENT "," EVENT)), 200);
	cr_expect_eq(post(&h, "s3cret", EVENTS(EVENT "," EVENT)), 200);
	cr_expect_not_null(strstr(h.log, "outcome=seen"), "%s", h.log);
	cr_expect_eq(post(&h, "s3cret", ONE), 200);
	cr_expect_eq(jobs(&h), 2);
	cr_expect_eq(post(&h, "s3cret", EVENTS(OTHER "," EVENT)), 200);
	cr_expect_eq(jobs(&h), 3);
	cr_expect_not_null(
	    strstr(h.log, "left out: the very same came before\" id="), "%s", h.log);
	cr_expect_not_null(strstr(h.log, "ticket=501"), "%s", h.log);
	cr_expect_null(strstr(h.log, "ticket=502"), "%s", h.log);
	hook_fini(&h);
}

/* Without a state or an office there is nothing to work with: it may come again. */
Test(on_ticket, nothing_to_work_with)
{
	struct tickets *kept;
	struct dialog *d;
	struct hook h;

	hook_init(&h, KEYS SECRET);
	d = &h.scene.stage.dialog;
	d->state = NULL;
	cr_expect_eq(post(&h, "s3cret", ONE), 503);
	cr_expect_not_null(strstr(h.log, "store.state_path"), "%s", h.log);
	d->state = h.state;
	kept = d->tickets;
	d->tickets = NULL;
	cr_expect_eq(post(&h, "s3cret", ONE), 503);
	d->tickets = kept;
	hook_fini(&h);
}
