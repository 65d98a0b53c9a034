/* SPDX-License-Identifier: Apache-2.0 */
/* The event of a chat that we have no note of: whose it is, and on to his conversation. */
#include "config.h"

#include "base/log.h"
#include "channel/channel.h"
#include "dialog/event_i.h"

static bool
note_owner(struct event_work *x, struct err *e)
{
	struct arena *a = x->own.arena;
	const struct event_extra extra = {
		.memory = x->chat.memory, .asked = true, .over = x->owner.over
	};
	struct chat_row row = { .id = x->ev.chat_id,
		.env = conf_env_name(x->note.env),
		.conv = x->owner.conv_id,
		.user = "",
		.ours = "",
		.extra = event_extra_write(&extra, a) };

	if (!channel_addresses(a, x->owner.user_id, &row.user, &row.ours))
		LOG(LOG_INFO, "dialog", "addresses of a chat are not known",
		    LS("chat", row.id));
	return chats_put(x->w.d->state, &row, e);
}

/* Into the conversation's lane, in the place that it would have had. */
static bool
pass_on(struct event_work *x, struct err *e)
{
	struct arena *a = x->own.arena;
	const char *seen = arena_printf(
	    a, "event/%s/%s/owner", conf_env_name(x->note.env), x->note.key);
	struct event_note note = x->note;
	struct new_job job = { .lane = x->owner.conv_id, .kind = "event" };
	enum queue_result r;

	note.asks = false;
	job.body = event_note_write(&note, a);
	job.ord_ms = note.ord_ms;
	if (job.body == NULL)
		return err_set(e, ERR_TOO_BIG, 0, "event: too much for a job");
	r = queue_add(x->w.d->state, &job, 1, seen, e);
	return r == QUEUE_OK || r == QUEUE_SEEN;
}

/* False: the owner of the chat cannot be told; *e. */
static bool
find_owner(struct event_work *x, struct err *e)
{
	struct agent_call call = chat_call(&x->w, x->own.until_ms);

	if (x->known) { /* it was noted meanwhile */
		x->owner.conv_id = x->row.conv;
		return true;
	}
	if (!agent_event_owner(x->w.d->agent, &call, &x->ev, &x->owner.user_id,
		&x->chat, &x->owner.over, e))
		return false;
	if (x->owner.user_id != NULL)
		x->owner.conv_id =
		    channel_conv_id(x->own.arena, x->note.env, x->owner.user_id);
	return true;
}

/*
 * Within his conversation: it may be the turn that opens this chat which is at work there,
 * and what that says comes before all that happens in the chat.
 */
static enum job_end
inside(struct event_work *x, struct conv *conv, struct job_result *out)
{
	struct err e = { 0 };

	(void)conv;
	if (!event_find_row(x, &e) || (!x->known && !note_owner(x, &e)) ||
	    !pass_on(x, &e))
		return event_later(x, out, &e);
	return JOB_DONE;
}

enum job_end
event_pass_on(struct event_work *x, struct job_result *out)
{
	struct err e = { 0 };

	if (!find_owner(x, &e))
		return event_later(x, out, &e);
	if (x->owner.conv_id == NULL) {
		LOG(LOG_INFO, "dialog", "event of a chat that is not ours",
		    LS("name", x->ev.name), LS("chat", x->ev.chat_id));
		return JOB_DONE;
	}
	return event_enter(x, x->owner.conv_id, inside, out);
}
