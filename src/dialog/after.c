/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "agent/tickets.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/after.h"
#include "store/queue.h"

const char *
after_note_write(struct arena *a, const struct after_note *n)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(n->env));
	js_put_text(&b, ",\"conv\":", n->conv_id);
	js_put_text(&b, ",\"chat\":", n->chat);
	js_put_text(&b, ",\"memory\":", n->memory);
	js_put_text(&b, ",\"ticket\":", n->ticket);
	buf_str(&b, n->proven ? ",\"proven\":true" : "");
	js_put_text(&b, ",\"from\":", n->from);
	js_put_text(&b, ",\"to\":", n->to);
	js_put_text(&b, ",\"url\":", n->url);
	buf_chr(&b, '}');
	return arena_strndup(a, b.data, b.len);
}

bool
after_note_read(struct after_note *n, const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *env, *conv, *chat;

	if (!js_parse(json, strlen(json), &o, e) || !js_need_str(o, "env", &env, e) ||
	    !js_need_str(o, "conv", &conv, e) || !js_need_str(o, "chat", &chat, e))
		return err_wrap(e, "job after a chat");
	if (!conf_env_parse(env, &n->env))
		return err_set(e, ERR_INPUT, 0, "job after a chat: no environment");
	n->conv_id = arena_strdup(a, conv);
	n->chat = arena_strdup(a, chat);
	n->memory = arena_strdup(a, js_str(o, "memory", NULL));
	n->ticket = arena_strdup(a, js_str(o, "ticket", NULL));
	n->proven = js_bool(o, "proven", false);
	n->from = arena_strdup(a, js_str(o, "from", NULL));
	n->to = arena_strdup(a, js_str(o, "to", NULL));
	n->url = arena_strdup(a, js_str(o, "url", NULL));
	return true;
}

const char *
after_key(struct arena *a, const char *what, enum conf_env env, const char *chat)
{
	return arena_printf(a, "%s/%s/%s", what, conf_env_name(env), chat);
}

bool
after_add_job(
    const struct work *w, const struct new_job *job, const char *seen, struct err *e)
{
	if (w->d->state == NULL)
		return err_set(e, ERR_CONFIG, 0, "there is no queue");
	switch (queue_add(w->d->state, job, 1, seen, e)) {
	case QUEUE_OK:
	case QUEUE_SEEN:
		return true;
	case QUEUE_NONE:
	case QUEUE_FULL:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	return false;
}

enum after_survey
after_survey(const struct work *w)
{
	if (tickets_enabled(w->d->tickets, w->cfg) &&
	    cfg_bool(w->cfg, CFG_CHAT_CHAT_SURVEY_ACTIVE) &&
	    cfg_int(w->cfg, CFG_CHAT_CHAT_SURVEY_ID) > 0)
		return SURVEY_TALK;
	return cfg_str(w->cfg, CFG_CHAT_CHAT_SURVEYID)[0] != '\0' ? SURVEY_LINK
								  : SURVEY_NONE;
}

static void
add(const struct work *w, const struct after_note *n, const char *kind)
{
	struct arena *a = w->t->arena;
	const struct new_job job = { .lane = after_key(a, kind, n->env, n->chat),
		.kind = kind,
		.body = after_note_write(a, n) };
	const char *seen =
	    n->ticket == NULL ? job.lane : arena_printf(a, "%s/ticket", job.lane);
	struct err e = { 0 };

	if (!after_add_job(w, &job, seen, &e))
		LOG(LOG_WARN, "dialog", "job after a chat not added", LS("kind", kind),
		    LS("chat", n->chat), LS("why", e.text), LH(err_hint(&e)));
}

void
after_chat(const struct work *w, const struct after_note *n)
{
	enum after_survey way = after_survey(w);

	if (w->d->state == NULL)
		return;
	if (tickets_enabled(w->d->tickets, w->cfg))
		add(w, n, "contact");
	if (way == SURVEY_TALK || (way == SURVEY_LINK && n->ticket != NULL))
		add(w, n, "survey");
}
