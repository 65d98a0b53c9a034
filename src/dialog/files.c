/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a user sends while he talks to an agent. */
#include "config.h"

#include "base/file.h"
#include "base/log.h"
#include "channel/incoming.h"
#include "conf/lang.h"
#include "dialog/work.h"
#include "store/store.h"

/* The agent hears of it too, so that he does not wait for it: the last step. */
static void
say_not_taken(struct work *w)
{
	const char *text =
	    options_word(w->t->arena, w->lang, "user_send_no_valid_file");
	struct err e = { 0 };

	work_say(w, "invalid_file");
	if (chat_say(w, (int64_t)w->in->n_files + 1, text, &e) != AGENT_DELIVERED &&
	    !w->once.halted)
		LOG(LOG_WARN, "dialog", "agent not told of a file that is not taken",
		    LS("why", e.text),
		    LH("nothing to do: the user was told; often: is HyperChat well?"));
}

static enum agent_outcome
send_file(struct work *w, int64_t step, const struct incoming_file *f, struct err *e)
{
	const struct agent_file file = {
		.fd = f->fd, .size = f->size, .name = f->name, .type = f->type
	};
	const struct once_next next = { BEGUN_SAY, step, f->name, NULL };
	struct agent_call call = chat_call(w, w->t->until_ms);
	struct agent_chat chat;
	enum agent_outcome end;

	if (!once_note(w, &next))
		return AGENT_UNSURE;
	chat = (struct agent_chat){ w->s.chat.id, w->s.chat.memory };
	end = agent_send(w->d->agent, &call, &chat, &file, e);
	w->s.chat.memory = chat.memory;
	if (end == AGENT_UNSURE)
		(void)!once_again(w, e);
	return end;
}

/* From where it is kept to the agent. */
static enum agent_outcome
fetch_and_send(
    struct work *w, int64_t step, const struct incoming_place *place, struct err *e)
{
	const struct incoming_call call = { .http = w->t->http,
		.cfg = w->cfg,
		.clock = w->d->clock,
		.arena = w->t->arena,
		.dir = store_path(w->d->store),
		.until_ms = w->t->until_ms };
	CLEANUP(closep) int fd = -1;
	struct incoming_file file = { .fd = -1 };

	switch (incoming_fetch(&call, place, &file, e)) {
	case INCOMING_GOT:
		fd = file.fd;
		return send_file(w, step, &file, e);
	case INCOMING_NOT_TAKEN:
		return AGENT_NOT_TAKEN;
	case INCOMING_LOST:
		break;
	}
	return AGENT_NOT_DELIVERED;
}

/* What an earlier try has handed over is neither fetched nor sent. */
static enum agent_outcome
pass_on(struct work *w, int64_t step, const struct incoming_place *place)
{
	enum agent_outcome end = AGENT_UNSURE;
	struct err e = { 0 };

	switch (once_look(w, step, NULL, &e)) {
	case ONCE_NEW:
		end = fetch_and_send(w, step, place, &e);
		break;
	case ONCE_DONE:
		return AGENT_DELIVERED;
	case ONCE_OVER:
		end = AGENT_OVER;
		break;
	case ONCE_UNKNOWN:
		break;
	}
	if (end != AGENT_DELIVERED && !w->once.halted)
		LOG(LOG_WARN, "dialog", "file not handed to the agent",
		    LS("kind", err_kind_name(e.kind)), LI("code", e.code),
		    LS("why", e.text), LH(err_hint(&e)));
	return end;
}

bool
files_hand_over(struct work *w)
{
	struct once *o = &w->once;

	o->lost = o->lost || w->in->n_files < w->in->n_media;
	for (size_t i = 0; i < w->in->n_files && !o->halted; i++)
		switch (pass_on(w, (int64_t)i + 1, &w->in->files[i])) {
		case AGENT_DELIVERED:
			break;
		case AGENT_OVER:
			return false;
		case AGENT_NOT_TAKEN:
			o->refused = true;
			break;
		case AGENT_NOT_DELIVERED:
		case AGENT_UNSURE:
			o->lost = true;
			break;
		}
	if (o->refused && !o->halted)
		say_not_taken(w);
	return true;
}
