/* SPDX-License-Identifier: Apache-2.0 */
/* A whole chat between the engine and the sandbox's HyperChat, with its signed events. */
#include "config.h"

#include "unit/agent_rig.h"

#include <unistd.h>

#include "base/file.h"
#include "sandbox/server.h"
#include "support/leaks.h"
#include "support/sandbox_run.h"

TestSuite(agent_sandbox, .fini = no_leaks);

#define SECRET "s3cret"

struct whole {
	struct desk_rig d; /* its scripted server takes the webhooks */
	struct run run;
	struct agent_opened o;
	size_t seen; /* events looked at */
};

static void
whole_call(struct whole *w, const char *path, const char *body)
{
	CLEANUP(got_fini) struct got got;

	run_call(&w->run, "POST", path, NULL, body, &got);
	cr_assert_eq(
	    got.status / 100, 2, "%s %s: %d %s", path, body, got.status, got.body.data);
}

static void
whole_start(struct whole *w)
{
	static const struct upstream_step takes[] = { { .times = -1 } };
	char server[200];

	memset(w, 0, sizeof(*w));
	/* The settings are made anew once it is known where the sandbox listens. */
	desk_init(&w->d, takes, NELEMS(takes), NULL, NULL);
	run_start(&w->run, upstream_url(w->d.r.up), PATIENCE_MS);
	conf_unref(w->d.conf);
	snprintf(server, sizeof(server), SET("SERVER") "%s/hyperchat",
	    server_url(w->run.sb->server));
	w->d.conf = env_conf((char *[]){ (char[]){ SET("ENABLED") "true" },
	    (char[]){ SET("APPID") "sandbox-app" },
	    (char[]){ SET("SECRET") "c2FuZGJveC1oeXBlcmNoYXQ" }, server, NULL });
	w->d.cfg = conf_cfg(w->d.conf, CONF_PRODUCTION);
	whole_call(w, "/sandbox/hyperchat", "{\"hooks\":{\"secret\":\"" SECRET "\"}}");
}

static void
whole_stop(struct whole *w)
{
	run_stop(&w->run);
	desk_fini(&w->d);
}

static void
act(struct whole *w, const char *what, const char *more)
{
	whole_call(w, "/desk/api/act",
	    arena_printf(w->d.r.arena, "{\"do\":\"%s\",\"chat\":\"%s\"%s}", what,
		w->o.chat.id, more));
}

/* What is signed on a request, without the header's name; in the arena. */
static const char *
signature_of(struct whole *w, const struct upstream_request *q)
{
	const char *line = strcasestr(q->headers, "X-Hook-Signature: ");

	cr_assert_not_null(line, "%s", q->headers);
	line += strlen("X-Hook-Signature: ");
	return arena_strndup(w->d.r.arena, line, strcspn(line, "\r\n"));
}

/* Waits for the next event that tells the user something. */
static struct agent_event
next_event(struct whole *w)
{
	static const char *const secret = SECRET;
	const struct agent_secrets s = { .stored = &secret, .n = 1 };

	for (;;) {
		struct agent_call call = desk_call(&w->d);
		const struct upstream_request *q;
		struct agent_event ev;
		struct err e = { 0 };

		upstream_wait(w->d.r.up, w->seen + 1);
		q = upstream_get(w->d.r.up, w->seen++);
		cr_assert_eq(agent_event_proof(w->d.agent, w->d.cfg, &s, q->body,
				 q->body_len, signature_of(w, q)),
		    AGENT_PROVEN, "%s", q->body);
		ev = desk_event(&w->d, q->body);
		cr_expect_str_eq(ev.chat_id, w->o.chat.id);
		cr_assert(agent_event_resolve(
			      w->d.agent, &call, AGENT_PROVEN, &w->o.chat, &ev, &e),
		    "%s: %s", q->body, e.text);
		if (ev.kind != AGENT_EV_NOTHING)
			return ev;
	}
}

static void
open_chat(struct whole *w)
{
	static const struct agent_line lines[] = { { .text = "help" },
		{ .by_bot = true, .text = "<p>Hi!</p>" } };
	static const struct agent_user user = { .id = "twilio-34900-34600",
		.phone = "+34600" };
	struct agent_call call = desk_call(&w->d);
	struct agent_opened again;
	struct err e = { 0 };

	cr_assert(agent_enabled(w->d.agent, w->d.cfg));
	cr_assert_eq(agent_there(w->d.agent, &call), AGENT_THERE);
	cr_assert_eq(
	    agent_open(w->d.agent, &call, &user, lines, NELEMS(lines), &w->o, &e),
	    AGENT_OPENED, "%s", e.text);
	cr_expect_not(w->o.existed);
	cr_assert_eq(
	    agent_open(w->d.agent, &call, &user, lines, NELEMS(lines), &again, &e),
	    AGENT_OPENED, "%s", e.text);
	cr_expect(again.existed);
	cr_expect_str_eq(again.chat.id, w->o.chat.id);
}

static void
talk(struct whole *w)
{
	struct agent_call call = desk_call(&w->d);
	struct agent_file file = {
		.fd = -1, .size = 5, .name = "p-1.png", .type = "image/png"
	};
	struct agent_event ev;
	const char *id = NULL;
	struct agent_chat chat;
	bool over;
	struct err e = { 0 };

	act(w, "accept", ",\"agent\":\"A1\"");
	ev = next_event(w);
	cr_expect_eq(ev.kind, AGENT_EV_JOINED);
	cr_expect_str_neq(ev.shown, "");
	cr_expect_eq(agent_say(w->d.agent, &call, &w->o.chat, "a <b> & c", &e),
	    AGENT_DELIVERED, "%s", e.text);
	act(w, "say", ",\"text\":\"Good morning\"");
	ev = next_event(w);
	cr_expect_eq(ev.kind, AGENT_EV_TEXT);
	cr_expect_str_eq(ev.html, "Good morning");
	cr_assert(agent_event_owner(w->d.agent, &call, &ev, &id, &chat, &over, &e));
	cr_assert_not_null(id);
	cr_expect_str_eq(id, "twilio-34900-34600");
	cr_expect_not(over);

	cr_assert(file_unnamed(NULL, &file.fd, &e));
	cr_assert(file_write_all(file.fd, "\x89PNG\n", 5, &e));
	cr_expect_eq(agent_send(w->d.agent, &call, &w->o.chat, &file, &e),
	    AGENT_DELIVERED, "%s", e.text);
	close(file.fd);
	act(w, "media",
	    ",\"data\":\"aGVsbG8=\",\"type\":\"image/png\",\"name\":\"l.png\"");
	ev = next_event(w);
	cr_assert_eq(ev.kind, AGENT_EV_MEDIA);
	cr_assert(agent_fetch(w->d.agent, &call, &ev, NULL, &file, &e), "%s", e.text);
	cr_expect_eq(file.size, 5);
	cr_expect_str_eq(file.type, "image/png");
	cr_expect_str_eq(file.name, "l.png");
	close(file.fd);
}

Test(agent_sandbox, a_whole_chat)
{
	CLEANUP(whole_stop) struct whole w;
	struct agent_call call;
	struct err e = { 0 };

	not_for_ever();
	whole_start(&w);
	open_chat(&w);
	talk(&w);
	act(&w, "close", "");
	cr_expect_eq(next_event(&w).kind, AGENT_EV_CLOSED);
	call = desk_call(&w.d);
	cr_expect_eq(
	    agent_say(w.d.agent, &call, &w.o.chat, "too late", &e), AGENT_OVER);
	cr_expect(agent_leave(w.d.agent, &call, &w.o.chat, true, &e), "%s", e.text);
	alarm(0);
}

/* In the queue, and out of it by the user himself: no event tells him what he did. */
Test(agent_sandbox, out_of_the_queue)
{
	CLEANUP(whole_stop) struct whole w;
	struct agent_call call;
	struct agent_event ev;
	struct err e = { 0 };

	not_for_ever();
	whole_start(&w);
	whole_call(&w, "/sandbox/hyperchat", "{\"queue\":true}");
	open_chat(&w);
	cr_expect(w.o.queued);
	call = desk_call(&w.d);
	cr_expect_eq(agent_state(w.d.agent, &call, &w.o.chat), AGENT_STATE_QUEUED);
	cr_expect(agent_leave(w.d.agent, &call, &w.o.chat, true, &e), "%s", e.text);
	do
		ev = next_event(&w);
	while (ev.kind == AGENT_EV_QUEUE);
	cr_expect_eq(ev.kind, AGENT_EV_LEFT);
	cr_expect_eq(agent_state(w.d.agent, &call, &w.o.chat), AGENT_STATE_OVER);
	alarm(0);
}
