/* SPDX-License-Identifier: Apache-2.0 */
/* What a user says to the agent. */
#include "config.h"

#include "agent/hyperchat_desk.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "hyperchat/media.h"
#include "hyperchat/messages.h"

/* What is put into the chat: a text, or a file. */
struct said {
	const struct agent_chat *chat;
	const char *text;
	const struct agent_file *file; /* NULL: the text */
};

static enum hyperchat_outcome
post(const struct hc_desk *d, const struct said *s, const struct hc_memory *m,
    const char **id, struct err *e)
{
	struct hyperchat_post text = { .chat_id = s->chat->id,
		.sender = m->user,
		.text = s->text,
		.after = m->last };
	struct hyperchat_file file = {
		.chat_id = s->chat->id, .sender = m->user, .after = m->last
	};

	if (s->file == NULL)
		return hyperchat_message_post(&d->call, &text, id, e);
	file.fd = s->file->fd;
	file.size = s->file->size;
	file.name = s->file->name;
	file.type = s->file->type;
	return hyperchat_media_post(&d->call, &file, id, e);
}

/* One try. Where the customer's id is lost and cannot be asked for, it is a failed one. */
static enum hyperchat_outcome
attempt(const struct hc_desk *d, const struct said *s, struct hc_memory *m,
    const char **id, struct err *e)
{
	if (m->user == NULL && !hc_recall(d, s->chat, m, e))
		return HYPERCHAT_NOT_DELIVERED;
	if (m->user == NULL) {
		(void)err_set(e, ERR_UPSTREAM, 404, "hyperchat: no such chat");
		return HYPERCHAT_OVER;
	}
	return post(d, s, m, id, e);
}

/* Waits before the next try; false: it is of no use, or there is no time for it. */
static bool
may_try_again(const struct hc_desk *d, int tries, const struct err *e)
{
	int64_t pause_ms = (int64_t)LIMIT_AGENT_PAUSE_MS * tries;
	int64_t left_ms = d->call.until_ms - clock_mono_ms(d->call.clock);

	return tries < LIMIT_AGENT_TRIES && e->kind != ERR_DENIED &&
	    e->kind != ERR_CONFIG && e->kind != ERR_TOO_BIG &&
	    left_ms > pause_ms + LIMIT_MIN_CALL_MS && http_wait(d->call.http, pause_ms);
}

static enum agent_outcome
outcome_of(enum hyperchat_outcome o)
{
	static const enum agent_outcome same[] = {
		[HYPERCHAT_DELIVERED] = AGENT_DELIVERED,
		[HYPERCHAT_OVER] = AGENT_OVER,
		[HYPERCHAT_NOT_DELIVERED] = AGENT_NOT_DELIVERED,
		[HYPERCHAT_NOT_TAKEN] = AGENT_NOT_TAKEN,
		[HYPERCHAT_UNSURE] = AGENT_UNSURE,
	};

	return same[o];
}

static enum agent_outcome
deliver(const struct hc_engine *self, const struct agent_call *call,
    struct agent_chat *chat, const struct said *s, struct err *e)
{
	struct hc_memory m = hc_memory_read(chat->memory, call->arena);
	enum hyperchat_outcome o = HYPERCHAT_NOT_DELIVERED;
	const char *id = NULL;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e))
		return AGENT_NOT_DELIVERED;
	for (int tries = 1;; tries++) {
		o = attempt(&d, s, &m, &id, e);
		if (o != HYPERCHAT_NOT_DELIVERED || !may_try_again(&d, tries, e))
			break;
	}
	if (o != HYPERCHAT_DELIVERED)
		return outcome_of(o);
	/* Also when it is not told: an older one would mark the wrong place. */
	m.last = id;
	chat->memory = hc_memory_write(&m, call->arena);
	return AGENT_DELIVERED;
}

enum agent_outcome
hc_say(void *self, const struct agent_call *call, struct agent_chat *chat,
    const char *text, struct err *e)
{
	const struct said s = { .chat = chat, .text = text };

	return deliver(self, call, chat, &s, e);
}

enum agent_outcome
hc_send(void *self, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_file *file, struct err *e)
{
	const struct said s = { .chat = chat, .file = file };

	return deliver(self, call, chat, &s, e);
}

enum agent_outcome
hc_look(void *self, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_said *said, struct err *e)
{
	struct hc_memory m = hc_memory_read(chat->memory, call->arena);
	struct hyperchat_trace trace = { .chat_id = chat->id,
		.text = said->text,
		.media_name = said->file,
		.after = m.last,
		.posted_at = said->since_s };
	enum hyperchat_outcome o;
	const char *id = NULL;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) ||
	    (m.user == NULL && !hc_recall(&d, chat, &m, e)))
		return AGENT_UNSURE;
	if (m.user == NULL) {
		(void)err_set(e, ERR_UPSTREAM, 404, "hyperchat: no such chat");
		return AGENT_OVER;
	}
	trace.sender = m.user;
	o = hyperchat_look(&d.call, &trace, &id, e);
	if (o == HYPERCHAT_DELIVERED) {
		m.last = id;
		chat->memory = hc_memory_write(&m, call->arena);
	}
	LOG(LOG_INFO, "agent", "looked for what may have been said",
	    LS("chat", chat->id), LI("file", said->file != NULL),
	    LI("there", o == HYPERCHAT_DELIVERED), LI("unsure", o == HYPERCHAT_UNSURE));
	return outcome_of(o);
}
