/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A survey that runs in a conversation: the user's messages are for it, until it ends, he
 * leaves it, or is silent for too long.
 */
#include "config.h"

#include "base/log.h"
#include "conf/lang.h"
#include "dialog/after.h"

static void
drop(struct work *w, const char *why)
{
	LOG(LOG_INFO, "dialog", "survey dropped", LS("chat", w->s.surveyed.key),
	    LS("why", why));
	w->s.survey = (struct survey_walk){ .stage = WALK_NONE };
	w->s.surveyed.n = 0; /* nor is its question said any more */
}

/* He leaves by the word that leaves a chat, or answers. */
static void
hear(struct work *w, struct walk_said *said)
{
	const struct walk_talk talk = { w->t->arena, w->lang, work_now_s(w) };

	if (chat_hears(w, options_word(w->t->arena, w->lang, "close_chat_key_word")))
		walk_leave(&w->s.survey, &talk, said);
	else
		walk_answer(&w->s.survey, &talk, w->heard.text, said);
}

/* It is over, one way or the other. */
static void
end(struct work *w)
{
	const struct survey_walk *s = &w->s.survey;

	LOG(LOG_INFO, "dialog", "survey ends", LS("chat", w->s.surveyed.key),
	    LS("stage", walk_stage_name(s->stage)), LI("answers", s->n_answers));
	if (s->stage == WALK_DONE && s->n_answers > 0)
		hand_in_add(w, w->s.surveyed.key, s);
	w->s.survey = (struct survey_walk){ .stage = WALK_NONE };
}

bool
survey_take(struct work *w)
{
	struct walk_said said = { NULL, 0 };

	if (!walk_runs(&w->s.survey))
		return false;
	if (walk_is_late(&w->s.survey, work_now_s(w))) {
		drop(w, "no answer came in time");
		return false;
	}
	w->outcome = "survey";
	if (*w->heard.text == '\0')
		return true;
	hear(w, &said);
	compose_say(&w->reply, said.blocks, said.n);
	w->s.surveyed.n = 0; /* who answers has read it */
	if (!walk_runs(&w->s.survey))
		end(w);
	return true;
}

void
survey_put_away(struct work *w)
{
	if (walk_runs(&w->s.survey))
		drop(w, "an agent is there");
}
