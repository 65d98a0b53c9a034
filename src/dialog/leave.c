/* SPDX-License-Identifier: Apache-2.0 */
/* A chat that has to be left, until it is: nobody waits for that. */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "dialog/event_i.h"
#include "store/queue.h"

static const char *
write_note(
    struct arena *a, enum conf_env env, const struct agent_chat *chat, bool by_user)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(env));
	buf_printf(&b, ",\"by_user\":%s", by_user ? "true" : "false");
	js_put_text(&b, ",\"chat\":", chat->id);
	js_put_text(&b, ",\"memory\":", chat->memory);
	buf_chr(&b, '}');
	return arena_strndup(a, b.data, b.len);
}

bool
leave_add(const struct dialog *d, struct arena *a, enum conf_env env,
    const struct agent_chat *chat, bool by_user, struct err *e)
{
	const char *lane = arena_printf(a, "leave:%s/%s", conf_env_name(env), chat->id);
	const struct new_job job = {
		.lane = lane, .kind = "leave", .body = write_note(a, env, chat, by_user)
	};

	switch (queue_add(d->state, &job, 1, lane, e)) {
	case QUEUE_OK:
	case QUEUE_SEEN:
		return true;
	case QUEUE_NONE:
	case QUEUE_FULL:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	return err_wrap(e, "leaving a chat");
}

static bool
leave(
    const struct dialog *d, const struct turn *t, const struct job *job, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *env_name, *id;
	struct agent_call call = {
		.http = t->http, .arena = t->arena, .until_ms = t->until_ms
	};
	struct agent_chat chat;
	enum conf_env env;

	if (!js_parse(job->body, strlen(job->body), &o, e) ||
	    !js_need_str(o, "env", &env_name, e) || !js_need_str(o, "chat", &id, e))
		return false;
	if (!conf_env_parse(env_name, &env))
		return err_set(e, ERR_INPUT, 0, "unknown environment");
	call.cfg = conf_cfg(t->conf, env);
	call.env = conf_env_name(env);
	chat = (struct agent_chat){ id, js_str(o, "memory", NULL) };
	if (!agent_enabled(d->agent, call.cfg))
		return err_set(e, ERR_CONFIG, 0, "agents are switched off");
	return agent_leave(d->agent, &call, &chat, js_bool(o, "by_user", false), e);
}

enum job_end
leave_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct err e = { 0 };

	if (leave(d, t, job, &e))
		return JOB_DONE;
	out->why = arena_printf(t->arena, "chat not left: %s", e.text);
	return e.kind == ERR_INPUT ? JOB_DEAD : JOB_LATER;
}
