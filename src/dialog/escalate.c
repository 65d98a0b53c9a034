/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the bot to an agent: what asks for one, the question to the user, and what is done
 * then. Where there are no agents nothing of this happens.
 */
#include "config.h"

#include "agent/tickets.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/work.h"

bool
escalate_enabled(const struct work *w)
{
	return agent_enabled(w->d->agent, w->cfg);
}

static bool
reached(const struct work *w, int64_t count, enum cfg_key limit)
{
	int64_t n = cfg_int(w->cfg, limit);

	return n > 0 && count >= n;
}

static bool
by_flag(const struct work *w, const struct bot_answer *a)
{
	(void)w;
	return a->escalate;
}

static bool
by_no_results(const struct work *w, const struct bot_answer *a)
{
	(void)a;
	return reached(w, w->s.no_results, CFG_CHAT_TRIESBEFOREESCALATION);
}

static bool
by_ratings(const struct work *w, const struct bot_answer *a)
{
	(void)a;
	return reached(
	    w, w->s.negative_count, CFG_CHAT_NEGATIVERATINGSBEFOREESCALATION);
}

static bool
by_offer(const struct work *w, const struct bot_answer *a)
{
	(void)w;
	return a->offers_agent;
}

static bool
by_wish(const struct work *w, const struct bot_answer *a)
{
	(void)w;
	return a->wants_agent;
}

static bool
by_form(const struct work *w, const struct bot_answer *a)
{
	(void)w;
	return a->form != NULL;
}

/*
 * Of one answer the first that holds is meant. `asked`: the user is asked whether he wants
 * an agent. `led`: the bot leads the way, and is told whether one is there.
 */
static const struct reason {
	bool (*holds)(const struct work *w, const struct bot_answer *a);
	enum escalation_type type;
	bool asked, led;
} reasons[] = {
	{ by_flag, ESCALATION_FLAG, true, false },
	{ by_no_results, ESCALATION_NO_RESULTS, true, false },
	{ by_ratings, ESCALATION_RATINGS, true, false },
	{ by_offer, ESCALATION_OFFER, true, true },
	{ by_wish, ESCALATION_DIRECT, false, true },
	{ by_form, ESCALATION_FORM, false, true },
};

static const struct reason *
reason_of(enum escalation_type type)
{
	for (size_t i = 0; i < NELEMS(reasons); i++)
		if (reasons[i].type == type)
			return &reasons[i];
	return NULL;
}

static bool
is_led(enum escalation_type type)
{
	const struct reason *r = reason_of(type);

	return r != NULL && r->led;
}

/* The form of any of the answers. */
static const struct bot_form *
form_of(const struct bot_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->answers[i].form != NULL)
			return r->answers[i].form;
	return NULL;
}

static enum escalation_type
type_of(const struct work *w, const struct bot_answer *a)
{
	for (size_t i = 0; i < NELEMS(reasons); i++)
		if (reasons[i].holds(w, a))
			return reasons[i].type;
	return ESCALATION_NONE;
}

/* The last answer is the bot's own question whether the user wants one. */
static bool
ends_with_question(const struct bot_result *r)
{
	const struct bot_answer *last = &r->answers[r->n - 1];

	return last->n_options > 0 &&
	    (last->kind == BOT_POLAR || last->kind == BOT_CHOICE);
}

size_t
escalate_look(struct work *w, const struct bot_result *r)
{
	bool enabled = escalate_enabled(w);

	for (size_t i = 0; i < r->n; i++) {
		w->s.no_results = r->answers[i].no_results ? w->s.no_results + 1 : 0;
		if (enabled && w->wish.type == ESCALATION_NONE)
			w->wish.type = type_of(w, &r->answers[i]);
		if (w->wish.type != ESCALATION_NONE)
			break;
	}
	if (w->wish.type == ESCALATION_NONE)
		return r->n;
	LOG(LOG_INFO, "dialog", "escalation",
	    LS("type", escalation_name(w->wish.type)));
	w->wish.form = form_of(r);
	return w->wish.type == ESCALATION_OFFER && ends_with_question(r) ? r->n - 1
									 : r->n;
}

/*
 * Tells the bot that the user wants an agent, and whether one is there; shows what it says
 * to that. *form is the form if it has one to hand.
 */
static bool
lead(struct work *w, enum agent_there there, const struct bot_form **form)
{
	struct bot_input in = { .text = "",
		.to_agent = there == AGENT_THERE ? BOT_AGENT_THERE : BOT_AGENT_NOBODY };
	struct bot_result r = { 0 };

	*form = NULL;
	if (!ask_exchange(w, &in, w->t->until_ms, &r) || r.outcome == BOT_SLOW)
		return false;
	w->s.greeted = true;
	show_answers(w, &r);
	ticket_look(w, &r);
	*form = form_of(&r);
	return true;
}

/* Nobody is there: the bot says so if it led the way, and else, or if it cannot, we do. */
static void
say_nobody(struct work *w, enum escalation_type type)
{
	const struct bot_form *form;
	size_t before = w->reply.n;

	w->outcome = "no agents";
	if (is_led(type))
		(void)lead(w, AGENT_NOBODY, &form);
	if (w->reply.n == before)
		work_say(w, "no_agents");
}

bool
escalate_is_closed(struct work *w)
{
	struct agent_call call = chat_call(w, w->t->until_ms);

	if (w->d->tickets == NULL || !escalate_enabled(w) ||
	    tickets_open_now(w->d->tickets, &call))
		return false;
	w->outcome = "out of hours";
	metrics_count(M_ESCALATIONS, M_ESCALATION_unavailable, 0);
	work_say(w, "out_of_time");
	return true;
}

static void
connect_for(struct work *w, enum escalation_type type, const struct bot_form *form)
{
	w->s.no_results = 0;
	w->s.negative_count = 0;
	if (!escalate_is_closed(w) && connect_user(w, form) == AGENT_NONE)
		say_nobody(w, type);
}

/* The last thing that is said; the bot's options above it keep their numbers. */
static void
ask_user(struct work *w, const struct escalation *x)
{
	struct numbered n = options_add_agent(&w->shown);
	struct block b = { .html = lang_get(w->lang, "ask_to_escalate"),
		.label = true,
		.labels = n.labels,
		.n_labels = n.n,
		.first = n.first };

	compose_say(&w->reply, &b, 1);
	metrics_count(M_ESCALATIONS, M_ESCALATION_offered, 0);
	w->s.escalation = (struct escalation){ .type = x->type,
		.form = session_form(w->t->arena, x->form) };
}

/* The next such answer tries again. */
static void
step_back(struct work *w, enum escalation_type type)
{
	if (type == ESCALATION_NO_RESULTS)
		w->s.no_results = cfg_int(w->cfg, CFG_CHAT_TRIESBEFOREESCALATION) - 1;
	if (type == ESCALATION_RATINGS)
		w->s.negative_count =
		    cfg_int(w->cfg, CFG_CHAT_NEGATIVERATINGSBEFOREESCALATION) - 1;
}

/* They may have been switched off since the user was asked. */
static enum agent_there
look_for_agents(struct work *w)
{
	struct agent_call call = chat_call(w, w->t->until_ms);
	enum agent_there there = AGENT_NOBODY;

	if (escalate_enabled(w))
		there = agent_there(w->d->agent, &call);
	if (there == AGENT_NOBODY)
		metrics_count(M_ESCALATIONS, M_ESCALATION_unavailable, 0);
	return there;
}

static bool
ask_or_regret(struct work *w, const struct escalation *x)
{
	bool closed = escalate_is_closed(w);

	if (!closed && look_for_agents(w) == AGENT_THERE) {
		ask_user(w, x);
		return true;
	}
	step_back(w, x->type);
	if (closed)
		return true;
	w->no_agents = true;
	say_nobody(w, x->type);
	return true;
}

bool
escalate_start(struct work *w)
{
	const struct bot_form *form;
	enum agent_there there;

	if (escalate_is_closed(w))
		return true;
	there = look_for_agents(w);
	w->outcome = "to agent";
	if (there == AGENT_NOBODY) {
		say_nobody(w, ESCALATION_DIRECT);
		return true;
	}
	if (!lead(w, there, &form)) {
		w->outcome = "unavailable";
		w->no_answer = true;
		work_say(w, "bot_unavailable");
		return false;
	}
	if (form != NULL)
		connect_for(w, ESCALATION_FORM, form);
	return true;
}

bool
escalate_go(struct work *w)
{
	struct escalation x = w->wish;

	w->wish = (struct escalation){ .type = ESCALATION_NONE };
	if (x.type == ESCALATION_NONE)
		return true;
	w->rate_code = NULL;
	if (reason_of(x.type)->asked)
		return ask_or_regret(w, &x);
	if (x.form != NULL)
		connect_for(w, ESCALATION_FORM, x.form);
	else
		return escalate_start(w);
	return true;
}

bool
escalate_wanted(struct work *w)
{
	metrics_count(M_ESCALATIONS, M_ESCALATION_accepted, 0);
	if (w->about.type == ESCALATION_OFFER && w->about.form == NULL)
		return escalate_start(w);
	connect_for(w, w->about.type, w->about.form);
	return true;
}

bool
escalate_unwanted(struct work *w)
{
	metrics_count(M_ESCALATIONS, M_ESCALATION_declined, 0);
	if (w->about.type == ESCALATION_OFFER)
		return ask_bot(w, &(struct bot_input){ .text = w->heard.no_label });
	w->outcome = "declined";
	w->declined = true;
	work_say(w, "escalation_rejected");
	return true;
}

bool
escalate_rating(struct work *w)
{
	struct escalation x = { .type = ESCALATION_RATINGS };

	if (!escalate_enabled(w) ||
	    !reached(w, w->s.negative_count, CFG_CHAT_NEGATIVERATINGSBEFOREESCALATION))
		return false;
	if (escalate_is_closed(w)) {
		step_back(w, x.type);
		return false;
	}
	if (look_for_agents(w) == AGENT_NOBODY)
		return false;
	work_say(w, "thanks");
	ask_user(w, &x);
	return true;
}
