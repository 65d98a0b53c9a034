/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a user sends while he talks to an agent. */
#include "config.h"

#include "base/file.h"
#include "base/log.h"
#include "channel/incoming.h"
#include "conf/lang.h"
#include "dialog/work.h"
#include "store/store.h"

/* The agent hears of it too, so that he does not wait for it. */
static void
say_not_taken(struct work *w)
{
	const char *text =
	    options_word(w->t->arena, w->lang, "user_send_no_valid_file");
	struct err e = { 0 };

	work_say(w, "invalid_file");
	if (chat_say(w, text, &e) != AGENT_DELIVERED)
		LOG(LOG_WARN, "dialog", "agent not told of a file that is not taken",
		    LS("why", e.text));
}

static enum agent_outcome
send_file(struct work *w, const struct incoming_file *f, struct err *e)
{
	const struct agent_file file = {
		.fd = f->fd, .size = f->size, .name = f->name, .type = f->type
	};
	struct agent_chat chat = { w->s.chat.id, w->s.chat.memory };
	struct agent_call call = chat_call(w, w->t->until_ms);
	enum agent_outcome end = agent_send(w->d->agent, &call, &chat, &file, e);

	w->s.chat.memory = chat.memory;
	return end;
}

/* From where it is kept to the agent. */
static enum agent_outcome
pass_on(struct work *w, const struct incoming_place *place)
{
	const struct incoming_call call = { .http = w->t->http,
		.cfg = w->cfg,
		.clock = w->d->clock,
		.arena = w->t->arena,
		.dir = store_path(w->d->store),
		.until_ms = w->t->until_ms };
	CLEANUP(closep) int fd = -1;
	struct incoming_file file = { .fd = -1 };
	enum agent_outcome end = AGENT_NOT_DELIVERED;
	struct err e = { 0 };

	switch (incoming_fetch(&call, place, &file, &e)) {
	case INCOMING_GOT:
		fd = file.fd;
		end = send_file(w, &file, &e);
		break;
	case INCOMING_NOT_TAKEN:
		end = AGENT_NOT_TAKEN;
		break;
	case INCOMING_LOST:
		break;
	}
	if (end != AGENT_DELIVERED)
		LOG(LOG_WARN, "dialog", "file not handed to the agent",
		    LS("kind", err_kind_name(e.kind)), LI("code", e.code),
		    LS("why", e.text));
	return end;
}

enum agent_outcome
files_hand_over(struct work *w)
{
	bool lost = w->in->n_files < w->in->n_media, refused = false;

	for (size_t i = 0; i < w->in->n_files; i++)
		switch (pass_on(w, &w->in->files[i])) {
		case AGENT_DELIVERED:
			break;
		case AGENT_OVER:
			return AGENT_OVER;
		case AGENT_NOT_TAKEN:
			refused = true;
			break;
		case AGENT_NOT_DELIVERED:
		case AGENT_UNSURE:
			lost = true;
			break;
		}
	if (refused)
		say_not_taken(w);
	return lost ? AGENT_NOT_DELIVERED : AGENT_DELIVERED;
}
