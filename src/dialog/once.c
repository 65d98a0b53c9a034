/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "dialog/work.h"
#include "store/conv.h"

void
once_begin(struct work *w, struct conv *conv)
{
	struct once *o = &w->once;
	const struct begun *was = session_begun(&w->s, w->in->sid);

	*o = (struct once){ .conv = conv };
	o->before = arena_alloc(w->t->arena, sizeof(*o->before));
	*o->before = w->s;
	if (was == NULL)
		return;
	o->was = *was;
	o->resumes = true;
	o->opened = was->opened;
	o->lost = was->lost;
	o->refused = was->refused;
}

bool
once_go_on(struct work *w)
{
	const struct begun *was = &w->once.was;
	bool done = false;

	if (!w->once.resumes)
		return false;
	LOG(LOG_INFO, "dialog", "turn goes on where it was interrupted",
	    LS("at", begun_kind_name(was->kind)), LI("step", was->step),
	    LS("chat", was->chat != NULL ? was->chat : "none"));
	switch (was->kind) {
	case BEGUN_SAY:
		done = escalate_enabled(w) && chat_go_on(w);
		break;
	case BEGUN_OPEN:
		done = escalate_enabled(w) && connect_go_on(w);
		break;
	case BEGUN_LEAVE:
		done = escalate_enabled(w) && chat_leave_again(w);
		break;
	case BEGUN_TICKET:
		done = ticket_go_on(w);
		break;
	case BEGUN_KINDS:
		break;
	}
	if (!done)
		once_forget(w);
	return done;
}

void
once_forget(struct work *w)
{
	w->once.resumes = false;
	w->once.lost = w->once.refused = false;
}

void
once_end(struct work *w)
{
	session_begun_end(&w->s, w->in->sid, clock_wall_ms(w->d->clock));
}

static struct begun
note_of(struct work *w, const struct once_next *next)
{
	const bool asked = next->kind == BEGUN_OPEN || next->kind == BEGUN_TICKET;
	const struct once *o = &w->once;
	struct begun b = { .sid = w->in->sid,
		.kind = next->kind,
		.since_ms = clock_wall_ms(w->d->clock),
		.step = next->step,
		.file = next->file,
		.chat = w->s.chat.id,
		.memory = w->s.chat.memory,
		.form = session_form(w->t->arena, next->form),
		.passed = o->resumes && o->was.passed,
		.opened = o->opened,
		.lost = o->lost,
		.refused = o->refused };
	struct reply said;

	if (asked)
		b.bot = w->s.memory;
	/* What is in doubt is so since the first try. */
	if (next->kind == BEGUN_OPEN && o->resumes && o->was.kind == BEGUN_OPEN)
		b.since_ms = o->was.since_ms;
	if (asked || o->opened) {
		compose_all(&w->reply, &said);
		b.said = said.messages;
		b.n_said = said.n;
	}
	return b;
}

/* A record that begins with the note is found by its chat's events as any. */
static bool
commit(struct work *w, struct err *e)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	struct session *s = w->once.before;

	if (s->used_at == 0)
		s->used_at = work_now_s(w);
	session_encode(s, &record);
	if (!buf_ok(&record))
		return err_set(
		    e, ERR_TOO_BIG, 0, "record: more than %d bytes", LIMIT_RECORD);
	return conv_commit(w->once.conv, record.data, record.len, e);
}

bool
once_note(struct work *w, const struct once_next *next)
{
	const struct begun b = note_of(w, next);

	/* Without an id nobody could come back to it; over-long ones have none. */
	if (*b.sid == '\0' || strlen(b.sid) > LIMIT_SID)
		return true;
	session_begin(w->once.before, &b);
	session_begin(&w->s, &b);
	if (commit(w, &w->once.why))
		return true;
	w->once.halted = true;
	return false;
}

/* How old the note is; one from the future is as old as any. */
static int64_t
age_ms(const struct work *w)
{
	int64_t age = clock_wall_ms(w->d->clock) - w->once.was.since_ms;

	if (age < 0 && age > -LIMIT_AGENT_LAG_MS)
		return 0; /* the clock was set right meanwhile */
	return age >= 0 ? age : INT64_MAX;
}

bool
once_again(struct work *w, const struct err *why)
{
	struct once *o = &w->once;

	if (o->resumes && age_ms(w) / 1000 >= LIMIT_AGENT_UNSURE_S)
		return false;
	if (!w->way.owned) {
		if (!w->way.open || !way_claim(w, "in doubt"))
			return false;
		(void)way_answer(w, &(struct reply){ .n = 0 });
	}
	o->halted = true;
	o->why = *why;
	return true;
}

/* What was on its way when the earlier try was killed may still come to stand there. */
static enum once_seen
not_there(struct work *w)
{
	struct err why = { 0 };

	(void)err_set(&why, ERR_TIMEOUT, 0, "what was being said may still arrive");
	if (age_ms(w) < LIMIT_AGENT_LAG_MS && once_again(w, &why))
		return ONCE_UNKNOWN;
	return ONCE_NEW;
}

enum once_seen
once_look(struct work *w, int64_t step, const char *text, struct err *e)
{
	const struct begun *was = &w->once.was;
	const char *here = w->s.chat.id;
	struct agent_call call = chat_call(w, w->t->until_ms);
	struct agent_chat chat = { was->chat, was->memory };
	const struct agent_said said = { .text = was->file != NULL ? NULL : text,
		.file = was->file,
		.since_s = was->since_ms / 1000 };

	if (w->once.halted)
		return ONCE_UNKNOWN;
	if (!w->once.resumes || was->kind != BEGUN_SAY || step > was->step)
		return ONCE_NEW;
	if (step < was->step)
		return ONCE_DONE;
	switch (agent_look(w->d->agent, &call, &chat, &said, e)) {
	case AGENT_DELIVERED:
		if (!was->passed && here != NULL && strcmp(here, was->chat) == 0)
			w->s.chat.memory = chat.memory;
		return ONCE_DONE;
	case AGENT_NOT_DELIVERED:
		return not_there(w);
	case AGENT_OVER:
		return ONCE_OVER;
	case AGENT_NOT_TAKEN:
	case AGENT_UNSURE:
		break;
	}
	(void)!once_again(w, e);
	return ONCE_UNKNOWN;
}

void
once_say_again(struct work *w)
{
	const struct begun *was = &w->once.was;

	for (size_t i = 0; i < was->n_said; i++) {
		const struct message *m = &was->said[i];
		const struct block b = { .html = m->text, .plain = true };

		compose_say(&w->reply, &b, 1);
		for (size_t k = 0; k < m->n_media; k++)
			compose_medium(&w->reply, m->media[k]);
	}
}

void
once_recall_bot(struct work *w)
{
	const struct begun *was = &w->once.was;

	if (was->passed || was->bot == NULL)
		return;
	w->s.memory = was->bot;
	w->s.greeted = true;
}
