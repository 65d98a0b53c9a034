/* SPDX-License-Identifier: Apache-2.0 */
/* The answers of a survey, until they are handed in: nobody waits for that. */
#include "config.h"

#include <string.h>

#include "agent/tickets.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "dialog/after.h"
#include "dialog/session_i.h"

static const char *
write_note(struct arena *a, enum conf_env env, const struct survey_walk *s)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(env));
	js_put_text(&b, ",\"id\":", s->left.id);
	js_put_text(&b, ",\"token\":", s->left.token);
	buf_str(&b, ",\"answers\":[");
	for (size_t i = 0; i < s->n_answers; i++) {
		js_put_text(&b, i > 0 ? ",{\"id\":" : "{\"id\":", s->answers[i].id);
		js_put_text(&b, ",\"value\":", s->answers[i].value);
		buf_chr(&b, '}');
	}
	buf_str(&b, "]}");
	return arena_strndup(a, b.data, b.len);
}

/*
 * Before the commit: should that fail, the last answer comes again, and the job is not added
 * again.
 */
void
hand_in_add(const struct work *w, const char *chat, const struct survey_walk *s)
{
	struct arena *a = w->t->arena;
	const char *key = after_key(a, "hand-in", w->s.env, chat);
	const struct new_job job = {
		.lane = key, .kind = "hand-in", .body = write_note(a, w->s.env, s)
	};
	struct err e = { 0 };

	if (!after_add_job(w, &job, key, &e))
		LOG(LOG_WARN, "dialog", "answers of a survey lost", LS("chat", chat),
		    LS("why", e.text), LH(err_hint(&e)));
}

struct note {
	enum conf_env env;
	const char *id, *token;
	struct survey_answer *answers;
	size_t n;
};

static bool
read_answers(struct note *n, js *o, struct arena *a, struct err *e)
{
	js *list = session_list(o, "answers", LIMIT_SURVEY_ITEMS, e);

	if (list == NULL)
		return false;
	n->n = json_object_array_length(list);
	n->answers = arena_alloc(a, (n->n + 1) * sizeof(*n->answers));
	for (size_t i = 0; i < n->n; i++) {
		js *answer = json_object_array_get_idx(list, i);
		const char *id, *value;

		if (!js_need_str(answer, "id", &id, e) ||
		    !js_need_str(answer, "value", &value, e))
			return false;
		n->answers[i] = (struct survey_answer){ arena_strdup(a, id),
			arena_strdup(a, value) };
	}
	return true;
}

static bool
read_note(struct note *n, const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *env, *id, *token;

	if (!js_parse(json, strlen(json), &o, e) || !js_need_str(o, "env", &env, e) ||
	    !js_need_str(o, "id", &id, e) || !js_need_str(o, "token", &token, e) ||
	    !read_answers(n, o, a, e))
		return err_wrap(e, "answers of a survey");
	if (!conf_env_parse(env, &n->env))
		return err_set(e, ERR_INPUT, 0, "answers of a survey: no environment");
	n->id = arena_strdup(a, id);
	n->token = arena_strdup(a, token);
	return true;
}

static enum job_end
dead(const struct turn *t, struct job_result *out, bool unsure, const char *why)
{
	LOG(LOG_WARN, "dialog", "answers of a survey given up", LI("unsure", unsure),
	    LS("why", why),
	    LH("botlinectl queue list shows them; is the survey still there in "
	       "Messenger?"));
	out->unsure = unsure;
	out->why = arena_strdup(t->arena, why);
	return JOB_DEAD;
}

/* An answer counts once: what may have arrived is never sent again. */
enum job_end
hand_in_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct agent_call call = {
		.http = t->http, .arena = t->arena, .until_ms = t->until_ms
	};
	struct note n = { 0 };
	struct err e = { 0 };

	if (!read_note(&n, job->body, t->arena, &e))
		return dead(t, out, false, e.text);
	if (job->unsure)
		return dead(t, out, true, "a try was interrupted");
	call.cfg = conf_cfg(t->conf, n.env);
	call.env = conf_env_name(n.env);
	if (!tickets_enabled(d->tickets, call.cfg))
		return dead(t, out, false, "the office is switched off");
	if (tickets_hand_in(d->tickets, &call, n.id, n.token, n.answers, n.n, &e)) {
		LOG(LOG_INFO, "dialog", "survey handed in", LI("answers", n.n));
		return JOB_DONE;
	}
	if (e.kind == ERR_INPUT || e.kind == ERR_TIMEOUT)
		return dead(t, out, e.kind == ERR_TIMEOUT, e.text);
	out->why = arena_printf(t->arena, "survey not handed in: %s", e.text);
	return JOB_LATER;
}
