/* SPDX-License-Identifier: Apache-2.0 */
/* From a proven event to a job: which lane, which place in it, and what is written. */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/dialog.h"
#include "dialog/event_i.h"
#include "store/chats.h"
#include "store/queue.h"

const char *
event_note_write(const struct event_note *n, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(n->env));
	buf_printf(&b, ",\"proven\":%s,\"asks\":%s,\"ord_ms\":%lld",
	    n->proof == AGENT_PROVEN ? "true" : "false", n->asks ? "true" : "false",
	    (long long)n->ord_ms);
	js_put_text(&b, ",\"key\":", n->key);
	buf_str(&b, ",\"body\":\"");
	buf_json(&b, n->body, n->len);
	buf_str(&b, "\"}");
	return buf_ok(&b) ? arena_strndup(a, b.data, b.len) : NULL;
}

bool
event_note_read(struct event_note *n, const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *env, *key, *body;

	if (!js_parse(json, strlen(json), &o, e) || !js_need_str(o, "env", &env, e) ||
	    !js_need_str(o, "key", &key, e) || !js_need_str(o, "body", &body, e) ||
	    !js_need_int(o, "ord_ms", &n->ord_ms, e))
		return err_wrap(e, "job of an event");
	if (!conf_env_parse(env, &n->env))
		return err_set(e, ERR_INPUT, 0, "job of an event: unknown environment");
	n->proof = js_bool(o, "proven", false) ? AGENT_PROVEN : AGENT_UNPROVEN;
	n->asks = js_bool(o, "asks", false);
	n->key = arena_strdup(a, key);
	n->body = arena_strdup(a, body);
	n->len = strlen(n->body);
	return true;
}

const char *
event_extra_write(const struct event_extra *x, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CHAT_EXTRA);

	buf_str(&b, "{\"v\":1");
	js_put_text(&b, ",\"memory\":", x->memory);
	js_put_text(&b, ",\"url\":", x->url);
	if (x->asked)
		buf_str(&b, ",\"asked\":true");
	if (x->over)
		buf_str(&b, ",\"over\":true");
	buf_chr(&b, '}');
	return buf_ok(&b) ? arena_strndup(a, b.data, b.len) : "{}";
}

struct event_extra
event_extra_read(const char *json, struct arena *a)
{
	CLEANUP(js_putp) js *o = NULL;
	struct err e;

	if (!js_parse(json, strlen(json), &o, &e)) {
		LOG(LOG_WARN, "dialog", "note of a chat not readable",
		    LS("why", e.text),
		    LH("nothing to do: another version wrote it, HyperChat is asked"));
		return (struct event_extra){ 0 };
	}
	return (struct event_extra){ arena_strdup(a, js_str(o, "memory", NULL)),
		arena_strdup(a, js_str(o, "url", NULL)), js_bool(o, "asked", false),
		js_bool(o, "over", false) };
}

/*
 * Where the event belongs; the chat's row, and whether there is one. NULL: it cannot be
 * looked up.
 */
static const char *
find_lane(const struct dialog *d, const struct turn *t, const struct agent_event *ev,
    struct chat_row *row, bool *known, struct err *e)
{
	const char *env = conf_env_name(t->env);

	switch (chats_find(d->state, env, ev->chat_id, t->arena, row, e)) {
	case CHATS_OK:
		*known = true;
		return row->conv;
	case CHATS_NONE:
		*known = false;
		return arena_printf(t->arena, "chat:%s/%s", env, ev->chat_id);
	case CHATS_FAILED:
		break;
	}
	(void)err_wrap(e, "chat of an event");
	return NULL;
}

/*
 * Whether it is the chat of another environment that shares the agents' side: each of them
 * may be told of all its chats, and callers choose the environment. Production gives way to
 * none. False: *e.
 */
static bool
look_elsewhere(const struct dialog *d, const struct turn *t,
    const struct agent_event *ev, bool *there, struct err *e)
{
	const char *app = agent_place(d->agent, conf_cfg(t->conf, t->env)).app;
	struct chat_row row;

	*there = false;
	for (int i = 0; i < CONF_ENVS && t->env != CONF_PRODUCTION; i++) {
		enum conf_env env = (enum conf_env)i;

		if (env == t->env ||
		    strcmp(agent_place(d->agent, conf_cfg(t->conf, env)).app, app) != 0)
			continue;
		switch (chats_find(
		    d->state, conf_env_name(env), ev->chat_id, t->arena, &row, e)) {
		case CHATS_OK:
			*there = true;
			break;
		case CHATS_NONE:
			break;
		case CHATS_FAILED:
			return err_wrap(e, "chat of an event");
		}
	}
	return true;
}

/*
 * The echo of what the user has done himself. That he has left is one once it is noted; his
 * next answer need not go behind it.
 */
static bool
is_echo(const struct dialog *d, const struct turn *t, const struct agent_event *ev,
    const struct chat_row *row)
{
	const struct agent_chat chat = { row->id,
		event_extra_read(row->extra, t->arena).memory };

	return (ev->kind != AGENT_EV_CLOSED || row->closed) &&
	    agent_event_is_users(d->agent, t->arena, &chat, ev);
}

static enum event_take
enqueue(const struct dialog *d, const struct turn *t, const char *lane,
    const struct event_note *n, int64_t due_ms, struct err *e)
{
	const char *body = event_note_write(n, t->arena);
	const char *seen =
	    arena_printf(t->arena, "event/%s/%s", conf_env_name(n->env), n->key);
	const struct new_job job = { .lane = lane,
		.kind = "event",
		.body = body,
		.ord_ms = n->ord_ms,
		.due_ms = due_ms };

	if (body == NULL) {
		(void)err_set(e, ERR_TOO_BIG, 0, "event: more than %d bytes as a job",
		    LIMIT_QUEUE_BODY);
		return EVENT_FAILED;
	}
	switch (queue_add(d->state, &job, 1, seen, e)) {
	case QUEUE_OK:
		return EVENT_TAKEN;
	case QUEUE_SEEN:
		return EVENT_SEEN;
	case QUEUE_FULL:
		return EVENT_FULL;
	case QUEUE_NONE:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	return EVENT_FAILED;
}

/*
 * Among the events that still wait, all of one window at least, an event stands where it
 * belongs by the agents' clock. What is not told, or lies ahead, is now.
 */
static int64_t
place_of(int64_t created_ms, int64_t now_ms)
{
	return created_ms > 0 && created_ms < now_ms ? created_ms : now_ms;
}

enum event_take
dialog_event_take(const struct dialog *d, const struct turn *t,
    const struct agent_event *ev, const char *body, size_t len, enum agent_proof proof,
    struct err *e)
{
	const int64_t window_ms =
	    cfg_int(conf_cfg(t->conf, t->env), CFG_CHAT_REORDER_MS);
	const int64_t now_ms = clock_wall_ms(d->clock);
	struct event_note n = {
		.env = t->env, .proof = proof, .key = ev->key, .body = body, .len = len
	};
	struct chat_row row;
	const char *lane;
	bool known = false, elsewhere = false;

	if (ev->kind == AGENT_EV_NOTHING)
		return EVENT_NOTHING;
	lane = find_lane(d, t, ev, &row, &known, e);
	if (lane == NULL || (!known && !look_elsewhere(d, t, ev, &elsewhere, e)))
		return EVENT_FAILED;
	if (elsewhere) {
		LOG(LOG_INFO, "dialog", "event of another environment's chat",
		    LS("name", ev->name), LS("chat", ev->chat_id));
		return EVENT_NOTHING;
	}
	if (known && is_echo(d, t, ev, &row))
		return EVENT_NOTHING;
	n.asks = !known;
	n.ord_ms = place_of(ev->created_ms, now_ms);
	return enqueue(d, t, lane, &n, now_ms + window_ms, e);
}
