/* SPDX-License-Identifier: Apache-2.0 */
/* What the rows of step.c do: ask the bot, show, rate; and what is pending then. */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/work.h"

/* False: no answer came from the bot, which had to be asked. */
typedef bool act_fn(struct work *w);

/* Whose trouble it is decides how loud the log is. */
static void
log_trouble(const struct err *e)
{
	LOG(err_is_ours(e) ? LOG_ERROR : LOG_WARN, "dialog", "bot gave no answer",
	    LS("kind", err_kind_name(e->kind)), LI("code", e->code), LS("why", e->text),
	    LH(err_hint(e)));
}

bool
ask_exchange(struct work *w, const struct bot_input *input, int64_t until_ms,
    struct bot_result *r)
{
	struct bot_call call = work_call(w, until_ms);
	struct err e = { 0 };
	bool answered;

	if (call.until_ms - work_now_ms(w) < LIMIT_MIN_CALL_MS) {
		answered = err_set(&e, ERR_TIMEOUT, 0, "no time is left to ask");
	} else {
		int64_t began_ms = work_now_ms(w);

		w->bot_calls++;
		answered = bot_ask(w->d->bot, &call, input, r, &e);
		w->bot_ms += work_now_ms(w) - began_ms;
	}
	if (r->memory != NULL)
		w->s.memory = r->memory;
	if (!answered)
		log_trouble(&e);
	return answered;
}

/*
 * What the bot says by itself, before the first question, for which half of the time is
 * kept. It knows its options no more when it has heard the question. A bot that is too slow
 * for both is not asked for its welcome again: the next question has the whole time.
 */
static void
greet(struct work *w)
{
	int64_t now_ms = work_now_ms(w);
	int64_t until_ms = now_ms + (w->t->until_ms - now_ms) / 2;
	struct bot_result r = { 0 };

	if (w->s.greeted || !cfg_bool(w->cfg, CFG_CONVERSATION_WELCOME))
		return;
	if (!ask_exchange(
		w, &(struct bot_input){ .welcome = true, .text = "" }, until_ms, &r) ||
	    r.outcome == BOT_SLOW) {
		w->s.greeted = until_ms - work_now_ms(w) < LIMIT_MIN_CALL_MS;
		LOG(LOG_WARN, "dialog", "no welcome",
		    LH("nothing to do: the question is asked without it; often: the "
		       "bot is slow, or set conversation.welcome = false"));
		return;
	}
	w->shown.by_label = true;
	show_answers(w, &r);
	w->shown.by_label = false;
	w->rate_code = NULL;
	w->s.greeted = true;
}

bool
ask_bot(struct work *w, const struct bot_input *input)
{
	struct bot_result r = { 0 };

	greet(w);
	if (!ask_exchange(w, input, w->t->until_ms, &r)) {
		w->outcome = "unavailable";
		w->no_answer = true;
		work_say(w, "bot_unavailable");
		return false;
	}
	if (r.outcome == BOT_SLOW) {
		w->outcome = "slow";
		w->no_answer = true;
		work_say(w, "api_timeout");
		return false;
	}
	w->outcome = "answered";
	w->s.greeted = true;
	r.n = escalate_look(w, &r);
	show_answers(w, &r);
	ticket_look(w, &r);
	return escalate_go(w);
}

static const struct choice *
picked(const struct work *w)
{
	return &w->s.pending.choices[w->pick.index];
}

static bool
ask_choice(struct work *w)
{
	const struct choice *c = picked(w);
	struct bot_option option = { .label = c->label,
		.value = c->value,
		.as_text = c->as_text,
		.say = c->say };

	if (c->to_agent && escalate_enabled(w))
		return escalate_start(w);
	return ask_bot(w,
	    &(struct bot_input){
		.text = c->say != NULL ? c->say : c->label, .option = &option });
}

static bool
open_page(struct work *w)
{
	const struct choice *page = picked(w);

	w->outcome = "page";
	show_page(w, page);
	if (page->value[0] != '\0')
		w->click = page->value;
	return true;
}

static bool
rate(struct work *w)
{
	w->outcome = "rated";
	rating_take(w, picked(w));
	return true;
}

static act_fn *const choice_acts[CHOICE_KINDS] = {
	[CHOICE_OPTION] = ask_choice,
	[CHOICE_LIST] = ask_choice,
	[CHOICE_PAGE] = open_page,
	[CHOICE_RATING] = rate,
	[CHOICE_WANTED] = escalate_wanted,
	[CHOICE_UNWANTED] = escalate_unwanted,
};

static bool
do_nothing(struct work *w)
{
	w->outcome = w->in->n_media > 0 ? "media" : "empty";
	return true;
}

static bool
ask_text(struct work *w)
{
	return ask_bot(w, &(struct bot_input){ .text = w->heard.text });
}

static bool
ask_no(struct work *w)
{
	return ask_bot(w, &(struct bot_input){ .text = w->heard.no_label });
}

static bool
ask_unrated(struct work *w)
{
	work_say(w, "no_rating_given");
	return ask_text(w);
}

static bool
pick(struct work *w)
{
	return choice_acts[picked(w)->kind](w);
}

static bool
take_comment(struct work *w)
{
	w->outcome = "commented";
	rating_comment(w);
	return true;
}

static bool
say_range(struct work *w)
{
	struct lang_param max = { "max",
		arena_printf(w->t->arena, "%zu", w->s.pending.n) };

	w->outcome = "out of range";
	compose_label(
	    &w->reply, lang_say(w->lang, w->t->arena, "out_of_range", &max, 1));
	return true;
}

static act_fn *const acts[ACTS] = {
	[ACT_NOTHING] = do_nothing,
	[ACT_ASK_TEXT] = ask_text,
	[ACT_ASK_NO] = ask_no,
	[ACT_ASK_UNRATED] = ask_unrated,
	[ACT_PICK] = pick,
	[ACT_COMMENT] = take_comment,
	[ACT_UNWANTED] = escalate_unwanted,
	[ACT_SAY_RANGE] = say_range,
};

/* The i-th choice of a form's list among others; NULL behind the last. */
static const struct choice *
list_value(const struct pending *p, size_t i)
{
	for (size_t k = 0; k < p->n; k++)
		if (p->choices[k].kind == CHOICE_LIST && i-- == 0)
			return &p->choices[k];
	return NULL;
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether the bot asks for the same field again. */
static bool
same_list(const struct pending *p, const struct pending *q)
{
	if (p->kind != PENDING_LIST || q->kind != PENDING_LIST)
		return false;
	for (size_t i = 0;; i++) {
		const struct choice *a = list_value(p, i), *b = list_value(q, i);

		if (a == NULL || b == NULL)
			return a == b;
		if (strcmp(a->label, b->label) != 0 || !same_text(a->say, b->say))
			return false;
	}
}

/* What was asked, in place of a list that was answered wrongly. */
static struct pending
after_list(const struct work *w, const struct pending *before)
{
	struct pending p = w->asked;

	p.retried = same_list(&p, before);
	return p;
}

static struct pending
stays(const struct work *w, const struct pending *before)
{
	struct pending p = *before;

	if (w->asked.kind != PENDING_NONE || w->form_open)
		return after_list(w, before);
	p.retried = true;
	p.warned = false;
	return p;
}

static struct pending
pending_after(
    const struct work *w, const struct pending *before, enum next next, bool done)
{
	struct pending p = *before;

	/* Though no answer came, a welcome may have asked something. */
	if (!done && next != NEXT_GONE && w->asked.kind == PENDING_NONE)
		return p;
	switch (next) {
	case NEXT_SAME:
		break;
	case NEXT_WARNED:
		p.warned = true;
		break;
	case NEXT_NEW:
	case NEXT_GONE:
		return w->asked;
	case NEXT_STAYS:
		return stays(w, before);
	case NEXT_SPENT:
		return after_list(w, before);
	}
	return p;
}

/*
 * A question for an agent is forgotten with all that led to it, whatever the answer; unless
 * nothing was said that answers it.
 */
static void
forget_escalation(struct work *w, const struct step *step)
{
	w->about = w->s.escalation;
	if (step->in != PENDING_ESCALATION || step->next == NEXT_SAME ||
	    step->next == NEXT_WARNED)
		return;
	w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
	w->s.no_results = 0;
	w->s.negative_count = 0;
}

void
take_step(struct work *w)
{
	struct pending before = w->s.pending;
	enum event event = step_event(w->t->arena, &before, &w->heard, &w->pick);
	const struct step *step = step_find(before.kind, event);
	bool done;

	forget_escalation(w, step);
	done = acts[step->act](w);
	if (w->asked.kind == PENDING_NONE)
		w->asked = options_pending(&w->shown);
	w->s.pending = pending_after(w, &before, step->next, done);
	if (w->s.chat.id != NULL)
		w->s.pending = (struct pending){ .kind = PENDING_NONE };
	if (w->s.pending.kind != PENDING_ESCALATION)
		w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
	else if (w->s.escalation.type == ESCALATION_NONE)
		w->s.escalation = w->about; /* the same question stays */
}
