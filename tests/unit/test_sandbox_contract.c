/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connector's own clients against the stand-ins: both were written after the same
 * documents, apart from each other, so that what they agree on is what the documents say.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "http/http.h"
#include "hyperchat/events.h"
#include "hyperchat/hook.h"
#include "hyperchat/media.h"
#include "hyperchat/messages.h"
#include "hyperchat/open.h"
#include "sandbox/server.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"
#include "twilio/media.h"
#include "twilio/rest.h"

TestSuite(sandbox_contract, .init = not_for_ever, .fini = no_leaks);

static const struct upstream_step takes[] = {
	{ .headers = "X-Hook-Secret: s3cret\r\nContent-Type: text/xml\r\n",
	    .body = "<Response/>",
	    .times = -1 }
};

/* A sandbox, the connector's webhook, and what calls to the sandbox need. */
struct pair {
	struct run run;
	struct upstream *webhook;
	struct http_shared *shared;
	struct http *http;
	struct arena *a;
	struct hyperchat_account hyper;
	struct twilio_account twilio;
};

static void
pair_start(struct pair *p)
{
	struct http_shared_opts ho = { .clock = &clock_system };
	struct hyperchat_setup setup = { .timeout_ms = PATIENCE_MS };
	const char *url;
	struct err e = { 0 };

	p->webhook = upstream_new(takes, NELEMS(takes));
	run_start(&p->run, upstream_url(p->webhook), PATIENCE_MS);
	url = server_url(p->run.sb->server);
	p->a = arena_new();
	p->shared = http_shared_new(&ho, &e);
	cr_assert_not_null(p->shared, "%s", e.text);
	p->http = http_new(p->shared);
	setup.server = arena_printf(p->a, "%s/hyperchat", url);
	setup.app_id = p->run.opts.hyper_app_id;
	setup.secret = p->run.opts.hyper_secret;
	cr_assert(hyperchat_account_make(p->a, &setup, &p->hyper, &e), "%s", e.text);
	p->twilio = (struct twilio_account){ .sid = p->run.opts.account_sid,
		.secret = p->run.opts.auth_token,
		.url = arena_printf(p->a, "%s/twilio", url),
		.timeout_ms = PATIENCE_MS };
}

static void
pair_stop(struct pair *p)
{
	http_free(p->http);
	http_shared_free(p->shared);
	arena_free(p->a);
	run_stop(&p->run);
	upstream_free(p->webhook);
}

static struct hyperchat_call
hyper_call(struct pair *p)
{
	return (struct hyperchat_call){ p->http, &p->hyper, &clock_system, p->a,
		clock_mono_ms(&clock_system) + PATIENCE_MS };
}

static struct twilio_call
twilio_call(struct pair *p)
{
	return (struct twilio_call){ p->http, &p->twilio, &clock_system, p->a,
		clock_mono_ms(&clock_system) + PATIENCE_MS };
}

static void
arrange(struct pair *p, const char *path, const char *body, int status)
{
	CLEANUP(got_fini) struct got g;

	run_call(&p->run, "POST", path, NULL, body, &g);
	cr_assert_eq(g.status, status, "%s %s: %s", path, body, g.body.data);
}

static const struct hyperchat_profile ann = { .external_id =
						  "twilio-34900000000-34600111222",
	.name = "Ann Lee",
	.contact = "ann@mail.example",
	.extra = (const struct hyperchat_extra[]){ { "INQUIRY", "late parcel" } },
	.n_extra = 1 };
static const struct hyperchat_line lines[] = { { false, "hello", 1714557600 },
	{ true, "<p>Hi!</p>", 1714557601 } };
static const struct hyperchat_wish wish = { &ann, 1, 3, "en", lines, NELEMS(lines),
	false };

static struct hyperchat_opened
open_chat(struct pair *p)
{
	struct hyperchat_call c = hyper_call(p);
	struct hyperchat_opened o;
	struct err e = { 0 };

	cr_assert(hyperchat_open(&c, &wish, &o, &e), "%s", e.text);
	return o;
}

Test(sandbox_contract, opening)
{
	struct hyperchat_opened o, again;
	struct hyperchat_call c;
	struct err e = { 0 };
	struct pair p;

	pair_start(&p);
	o = open_chat(&p);
	cr_expect_eq(o.how, HYPERCHAT_OPENED);
	cr_expect(!o.queue_mode);
	cr_expect_eq(o.chat.status, HYPERCHAT_WAITING);
	again = open_chat(&p);
	cr_expect_eq(
	    again.how, HYPERCHAT_REUSED, "the user is known, his chat is open");
	cr_expect_str_eq(again.chat.id, o.chat.id);
	c = hyper_call(&p);
	cr_assert(hyperchat_chat_close(&c, o.chat.id, o.user.id, &e), "%s", e.text);
	cr_assert(hyperchat_chat_close(&c, o.chat.id, o.user.id, &e), "twice");
	arrange(&p, "/desk/api/act",
	    "{\"do\":\"online\",\"agent\":\"A1\",\"on\":false}", 204);
	cr_expect_eq(open_chat(&p).how, HYPERCHAT_NO_AGENT);
	arrange(&p, "/sandbox/hyperchat",
	    "{\"queue\":true,\"agents\":[{\"id\":\"A1\",\"online\":true}]}", 204);
	o = open_chat(&p);
	cr_expect_eq(o.how, HYPERCHAT_OPENED);
	cr_expect(o.queue_mode && o.chat.in_queue, "he stands in line");
	pair_stop(&p);
}

static int
file_of(const char *text)
{
	struct err e;
	int fd = -1;

	cr_assert(
	    file_unnamed(NULL, &fd, &e) && file_write_all(fd, text, strlen(text), &e));
	return fd;
}

Test(sandbox_contract, talking)
{
	CLEANUP(closep) int fd = file_of("12345");
	struct hyperchat_download got = { .fd = -1 };
	struct hyperchat_messages all;
	struct hyperchat_opened o;
	struct hyperchat_post post;
	struct hyperchat_file file;
	struct hyperchat_call c;
	struct err e = { 0 };
	const char *id = NULL;
	struct pair p;

	pair_start(&p);
	o = open_chat(&p);
	c = hyper_call(&p);
	post = (struct hyperchat_post){ o.chat.id, o.user.id, "where is it?", NULL };
	cr_expect_eq(hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	file = (struct hyperchat_file){ o.chat.id, o.user.id, fd, 5, "label.png",
		"image/png", id };
	cr_expect_eq(hyperchat_media_post(&c, &file, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	file.name = "label.exe";
	cr_expect_eq(hyperchat_media_post(&c, &file, &id, &e), HYPERCHAT_NOT_TAKEN);
	/* The answer is lost, the message is not: it is settled by looking. */
	arrange(&p, "/sandbox/fault",
	    "{\"call\":\"hc.messages.post\",\"fault\":\"lost\"}", 204);
	post.text = "and now?";
	post.after = id;
	cr_expect_eq(hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	cr_assert(hyperchat_messages_get(&c, o.chat.id, &all, &e), "%s", e.text);
	cr_assert_eq(all.n, 3);
	cr_expect(all.list[1].is_media);
	cr_expect_str_eq(all.list[2].text, "and now?");
	cr_assert(hyperchat_media_get(&c, all.list[1].media_url, NULL, 100, &got, &e),
	    "%s", e.text);
	cr_expect_eq(got.size, 5);
	cr_expect_str_eq(got.type, "image/png");
	close(got.fd);
	cr_assert(hyperchat_chat_close(&c, o.chat.id, NULL, &e), "%s", e.text);
	cr_expect_eq(hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_OVER);
	pair_stop(&p);
}

/* The value of a header, in the arena. */
static const char *
header(struct arena *a, const struct upstream_request *r, const char *name)
{
	const char *at = strcasestr(r->headers, name);

	if (at == NULL)
		return NULL;
	at += strlen(name) + 2;
	return arena_strndup(a, at, strcspn(at, "\r\n"));
}

Test(sandbox_contract, events)
{
	static const enum hyperchat_trigger wanted[] = { HYPERCHAT_ON_INVITED,
		HYPERCHAT_ON_ACCEPTED, HYPERCHAT_ON_MESSAGE, HYPERCHAT_ON_MESSAGE,
		HYPERCHAT_ON_ACTIVITY, HYPERCHAT_ON_CLOSED, HYPERCHAT_ON_INFO };
	static const char *const acts[] = { "\"accept\",\"agent\":\"A1\"",
		"\"say\",\"text\":\"<p>Hi</p>\"", "\"media\",\"file\":\"acme-one.png\"",
		"\"typing\"", "\"end\",\"reason\":\"inactivity\"", "\"ticket\"" };
	static const char *const secrets[] = { "s3cret" };
	struct hyperchat_opened o;
	struct pair p;

	pair_start(&p);
	arrange(&p, "/sandbox/hyperchat/handshake", "{\"secret\":\"s3cret\"}", 200);
	o = open_chat(&p);
	for (size_t i = 0; i < NELEMS(acts); i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&p.run, "POST", "/desk/api/act", NULL,
		    arena_printf(
			p.a, "{\"chat\":\"%s\",\"do\":%s}", o.chat.id, acts[i]),
		    &g);
		cr_assert(
		    g.status == 200 || g.status == 204, "%s: %s", acts[i], g.body.data);
	}
	upstream_wait(p.webhook, 1 + NELEMS(wanted));
	for (size_t i = 0; i < NELEMS(wanted); i++) {
		const struct upstream_request *r = upstream_get(p.webhook, i + 1);
		struct hyperchat_event ev;
		struct err e = { 0 };

		cr_expect(hyperchat_hook_proven(secrets, 1, HYPERCHAT_SIGNED_RAW,
		    r->body, r->body_len, header(p.a, r, "X-Hook-Signature")));
		cr_assert(hyperchat_event_read(&ev, p.a, r->body, r->body_len, &e),
		    "%s", e.text);
		cr_expect_eq(ev.trigger, wanted[i], "%zu: %s", i, r->body);
		cr_expect_str_eq(ev.app_id, p.run.opts.hyper_app_id);
		cr_expect_str_eq(ev.chat_id, o.chat.id, "%s", r->body);
		if (i == 3)
			cr_expect(ev.message.is_media && ev.message.media_url != NULL);
		if (i == 5)
			cr_expect(ev.by_system && strcmp(ev.reason, "inactivity") == 0);
	}
	pair_stop(&p);
}

static const struct twilio_message hello = {
	.to = "+34600111222", .from = "+34900000001", .text = "hello"
};

static enum twilio_outcome
send_one(struct pair *p, struct twilio_sent *s)
{
	struct twilio_call c = twilio_call(p);

	twilio_send(&c, &hello, s);
	return s->outcome;
}

Test(sandbox_contract, sending)
{
	static const struct {
		const char *path, *body;
		enum twilio_outcome outcome;
		int code;
	} t[] = {
		{ NULL, NULL, TWILIO_SENT, 0 },
		{ "/sandbox/twilio", "{\"code\":21610}", TWILIO_REFUSED, 21610 },
		{ "/sandbox/twilio", "{\"code\":20429,\"retry_after_s\":1}",
		    TWILIO_LATER, 20429 },
		{ "/sandbox/fault",
		    "{\"call\":\"tw.messages.create\",\"fault\":\"status\"}",
		    TWILIO_UNKNOWN, 20500 },
		{ "/sandbox/fault",
		    "{\"call\":\"tw.messages.create\",\"fault\":\"lost\"}",
		    TWILIO_UNKNOWN, 0 },
	};
	struct pair p;

	pair_start(&p);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct twilio_sent s;

		if (t[i].path != NULL)
			arrange(&p, t[i].path, t[i].body, 204);
		cr_expect_eq(send_one(&p, &s), t[i].outcome, "%zu: %d %s", i, s.outcome,
		    s.error.text);
		cr_expect_eq(s.code, t[i].code, "%zu: %d", i, s.code);
	}
	pair_stop(&p);
}

/* One whose answer was lost is found in the list; one that never came is not. */
Test(sandbox_contract, finding)
{
	int64_t now = clock_wall_s(&clock_system);
	struct twilio_search s = { .message = &hello, .from_s = now, .to_s = now + 1 };
	struct twilio_sent sent;
	struct twilio_find f;
	struct twilio_call c;
	struct pair p;

	pair_start(&p);
	c = twilio_call(&p);
	arrange(&p, "/sandbox/fault",
	    "{\"call\":\"tw.messages.create\",\"fault\":\"status\",\"status\":503}",
	    204);
	send_one(&p, &sent);
	twilio_find(&c, &s, &f);
	cr_expect_neq(f.found, TWILIO_FOUND, "%s", f.error.text);
	cr_expect_neq(f.found, TWILIO_NO_LIST, "%s", f.error.text);
	arrange(&p, "/sandbox/fault",
	    "{\"call\":\"tw.messages.create\",\"fault\":\"lost\"}", 204);
	cr_expect_eq(send_one(&p, &sent), TWILIO_UNKNOWN);
	twilio_find(&c, &s, &f);
	cr_expect_eq(f.found, TWILIO_FOUND, "%d %s", f.found, f.error.text);
	pair_stop(&p);
}

/* The address of the first file of a message that a phone sends. */
static const char *
send_picture(struct pair *p, const char *medium)
{
	CLEANUP(got_fini) struct got g;
	const struct upstream_request *r;
	const char *body = arena_printf(p->a,
	    "{\"channel\":\"sms\",\"body\":\"\",\"wait\":true,\"media\":[{\"type\":"
	    "\"image/png\",%s}]}",
	    medium);
	struct form f;
	struct err e;

	run_call(&p->run, "POST", "/phone/api/send", NULL, body, &g);
	cr_assert_eq(g.status, 200, "%s", g.body.data);
	r = upstream_get(p->webhook, upstream_requests(p->webhook) - 1);
	cr_assert(form_parse(&f, p->a, r->body, r->body_len, &e));
	return form_get(&f, "MediaUrl0");
}

Test(sandbox_contract, files_of_phones)
{
	static const struct {
		const char *medium; /* NULL: a picture of the sandbox */
		enum twilio_media_end end;
	} t[] = {
		{ NULL, TWILIO_MEDIA_GOT },
		{ "\"serve\":{\"bytes\":0}", TWILIO_MEDIA_EMPTY },
		{ "\"serve\":{\"bytes\":2000000}", TWILIO_MEDIA_TOO_BIG },
		{ "\"serve\":{\"location\":\"http://10.0.0.1/x.png\"}",
		    TWILIO_MEDIA_FORBIDDEN },
		{ "\"serve\":{\"endless\":true}", TWILIO_MEDIA_TOO_BIG },
	};
	struct pair p;

	pair_start(&p);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct twilio_call c = twilio_call(&p);
		const char *medium = t[i].medium != NULL
		    ? t[i].medium
		    : arena_printf(p.a, "\"url\":\"%s/phone/sample-parcel.png\"",
			  server_url(p.run.sb->server));
		struct twilio_media_query q = { .url = send_picture(&p, medium),
			.claimed = "image/png",
			.max_bytes = i == 4 ? 20000 : 1000000,
			.early_ms = 10 };
		struct twilio_media got = { .fd = -1 };
		struct err e = { 0 };
		enum twilio_media_end end = twilio_media_get(&c, &q, &got, &e);

		cr_expect_eq(
		    end, t[i].end, "%zu: %s %s", i, twilio_media_end_name(end), e.text);
		if (end == TWILIO_MEDIA_GOT)
			close(got.fd);
	}
	pair_stop(&p);
}
