/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn: enter, load, find a repeat, read the text as a step of the table, act,
 * commit. Nothing is said before it is committed together with the claim of the
 * message.
 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "bot/bot.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/compose.h"
#include "dialog/dialog.h"
#include "dialog/options.h"
#include "dialog/said.h"
#include "dialog/session.h"
#include "dialog/step.h"
#include "render/html.h"
#include "store/conv.h"

/* One turn's work. */
struct work {
	const struct dialog *d;
	const struct turn *t;
	const struct inbound *in;
	struct session s;
	const struct lang *lang;
	struct compose reply;
	const char *text; /* what was said, cleaned */
	struct match pick; /* the option, when one was chosen */
	const char *outcome; /* for the log */
	int bot_calls;
};

typedef bool act_fn(struct work *w); /* false: no answer came, all stays as it was */

static int64_t
now_ms(const struct work *w)
{
	return clock_mono_ms(w->d->clock);
}

/* From here on the conversation speaks as this environment says. */
static void
use_env(struct work *w, enum conf_env env)
{
	w->s.env = env;
	w->lang = cfg_lang(conf_cfg(w->t->conf, env));
}

static void
say_label(struct work *w, const char *label)
{
	compose_label(&w->reply, lang_get(w->lang, label));
}

/* The user's word for no, without the marks a label may hold. */
static const char *
word_no(struct work *w)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_HTML);
	const char *html = lang_get(w->lang, "no");

	render_label(&out, html, strlen(html));
	return arena_strndup(w->t->arena, out.data, out.len);
}

/* --- the bot ---------------------------------------------------------------------- */

/* Whose trouble it is decides how loud the log is. */
static void
log_trouble(const struct err *e)
{
	bool ours = e->kind == ERR_CONFIG || e->kind == ERR_DENIED;

	LOG(ours ? LOG_ERROR : LOG_WARN, "dialog", "bot gave no answer",
	    LS("kind", err_kind_name(e->kind)), LI("code", e->code),
	    LS("why", e->text));
}

/* Shows all answers and keeps their options. */
static void
show_answers(struct work *w, const struct bot_result *r)
{
	struct options options = { .arena = w->t->arena, .lang = w->lang };

	for (size_t i = 0; i < r->n; i++) {
		const struct bot_answer *answer = &r->answers[i];
		const char *const *labels;
		size_t first = options_add(&options, answer, &labels);

		compose_say(&w->reply,
		    &(struct block){ .html = answer->html,
			.labels = labels,
			.n_labels = answer->n_options,
			.first = first },
		    1);
	}
	if (w->reply.n == 0)
		LOG(LOG_INFO, "dialog", "bot said nothing", LI("answers", r->n));
	w->s.pending = options_pending(&options);
}

/* Asks the bot and shows what comes, be it trouble. False when no answer came. */
static bool
ask_bot(struct work *w, const struct bot_input *input)
{
	struct bot_call call = {
		.http = w->t->http,
		.cfg = conf_cfg(w->t->conf, w->s.env),
		.env = conf_env_name(w->s.env),
		.arena = w->t->arena,
		.memory = w->s.memory,
		.until_ms = w->t->until_ms,
	};
	struct bot_result r = { 0 };
	struct err e = { 0 };
	bool answered;

	if (w->t->until_ms - now_ms(w) < LIMIT_MIN_CALL_MS) {
		answered = err_set(&e, ERR_TIMEOUT, 0, "no time is left to ask");
	} else {
		w->bot_calls++;
		answered = bot_ask(w->d->bot, &call, input, &r, &e);
	}
	if (r.memory != NULL)
		w->s.memory = r.memory;
	if (!answered) {
		log_trouble(&e);
		w->outcome = "unavailable";
		say_label(w, "bot_unavailable");
		return false;
	}
	if (r.outcome == BOT_SLOW) {
		w->outcome = "slow";
		say_label(w, "api_timeout");
		return false;
	}
	w->outcome = "answered";
	show_answers(w, &r);
	return true;
}

/* --- acts ------------------------------------------------------------------------- */

static bool
do_nothing(struct work *w)
{
	w->outcome = "empty";
	return true;
}

static bool
ask_text(struct work *w)
{
	return ask_bot(w, &(struct bot_input){ .text = w->text });
}

static bool
ask_choice(struct work *w)
{
	const struct choice *c = &w->s.pending.choices[w->pick.index];
	struct bot_option option = {
		.label = c->label, .value = c->value, .as_text = c->as_text
	};

	return ask_bot(w, &(struct bot_input){ .text = c->label, .option = &option });
}

static bool
ask_no(struct work *w)
{
	return ask_bot(w, &(struct bot_input){ .text = word_no(w) });
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
	[ACT_ASK_CHOICE] = ask_choice,
	[ACT_ASK_NO] = ask_no,
	[ACT_SAY_RANGE] = say_range,
};

/* --- the turn --------------------------------------------------------------------- */

/* Reads the text against the pending state, and does what the table says. */
static void
take_step(struct work *w)
{
	struct pending before = w->s.pending;
	const struct step *step;
	enum event event;
	bool done;

	w->text = said_clean(w->t->arena, w->in->text);
	event = step_event(w->t->arena, &before, word_no(w), w->text, &w->pick);
	step = step_find(before.kind, event);
	done = acts[step->act](w);
	if (!done || step->next != NEXT_BOT)
		w->s.pending = before;
	if (done && step->next == NEXT_WARNED)
		w->s.pending.warned = true;
}

/* Reads the record into w->s; a new one begins in the request's environment. */
static bool
load(struct work *w, struct conv *conv, struct err *e)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);
	struct err damage;

	w->s = (struct session){ .env = w->t->env };
	if (!conv_load(conv, &record, e))
		return false;
	if (record.len > 0 &&
	    !session_decode(&w->s, w->t->arena, record.data, record.len, &damage))
		LOG(LOG_WARN, "dialog", "record not readable, begun anew",
		    LS("why", damage.text));
	use_env(w, w->s.env);
	return true;
}

static bool
commit(struct work *w, struct conv *conv, const struct reply *out, struct err *e)
{
	CLEANUP(buf_fini) struct buf record = BUF_INIT(LIMIT_RECORD);

	session_claim(&w->s, w->in->sid, out->messages, out->n);
	w->s.used_at = clock_wall_s(w->d->clock);
	session_encode(&w->s, &record);
	if (!buf_ok(&record))
		return err_set(
		    e, ERR_TOO_BIG, 0, "record: more than %d bytes", LIMIT_RECORD);
	return conv_commit(conv, record.data, record.len, e);
}

/* The turn inside the conversation. */
static enum turn_end
work_inside(struct work *w, struct conv *conv, struct reply *out, struct err *e)
{
	const struct claim *claim;
	struct reply reply;

	if (!load(w, conv, e))
		return TURN_FAILED;
	claim = session_find(&w->s, w->in->sid);
	if (claim != NULL) {
		w->outcome = "repeat";
		*out = (struct reply){ claim->messages, claim->n };
		return TURN_REPEAT;
	}
	take_step(w);
	compose_end(&w->reply, &reply);
	if (!commit(w, conv, &reply, e))
		return TURN_FAILED;
	*out = reply;
	return TURN_DONE;
}

static enum turn_end
enter(struct work *w, struct reply *out, struct err *e)
{
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	int64_t until_ms = w->t->until_ms + LIMIT_LOCK_GRACE_MS;

	switch (conv_enter(w->d->store, w->in->conv_id, until_ms, &conv, e)) {
	case CONV_ENTERED:
		return work_inside(w, conv, out, e);
	case CONV_BUSY:
		w->outcome = "busy";
		use_env(w, w->t->env);
		say_label(w, "busy");
		compose_end(&w->reply, out);
		return TURN_REFUSED;
	case CONV_LATE:
		err_set(
		    e, ERR_TIMEOUT, 0, "an earlier message is still being answered");
		return TURN_FAILED;
	case CONV_FAILED:
		break;
	}
	return TURN_FAILED;
}

enum turn_end
dialog_turn(const struct dialog *d, const struct turn *t, const struct inbound *in,
    struct reply *out, struct err *e)
{
	const struct channel *channel = channel_of(in->from);
	struct work w = {
		.d = d,
		.t = t,
		.in = in,
		.reply = { .arena = t->arena, .channel = channel },
	};
	int64_t began_ms = now_ms(&w);
	char masked[LOG_MASK_SIZE];
	enum turn_end end;

	*out = (struct reply){ 0 };
	end = enter(&w, out, e);
	if (end == TURN_FAILED)
		w.outcome = "failed";
	LOG(LOG_INFO, "dialog", "turn", LS("outcome", w.outcome),
	    LS("from", log_masked(in->from, masked)), LS("channel", channel->name),
	    LI("ms", now_ms(&w) - began_ms), LI("bot_calls", w.bot_calls),
	    LI("messages", out->n), LS("pending", pending_kind_name(w.s.pending.kind)));
	return end;
}
