/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users who want no more messages. The network has the word first: it answers such a message
 * by itself and refuses what we send from then on, but passes the message on. So nothing is
 * said to it, by nobody. Source: Twilio, "Support for opt-out keywords", "Advanced Opt-Out".
 */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/said.h"
#include "store/stopped.h"
#include "dialog/work.h"

static bool
is_one_of(const struct work *w, const char *const *words, size_t n)
{
	const char *key = said_key(w->t->arena, w->heard.text);

	for (size_t i = 0; i < n; i++)
		if (strcmp(key, said_key(w->t->arena, words[i])) == 0)
			return true;
	return false;
}

static bool
is_stop_word(const struct work *w)
{
	const char *key = said_key(w->t->arena, w->heard.text);

	for (size_t i = 0; i < cfg_len(w->cfg, CFG_SMS_OPT_OUT_WORDS); i++) {
		const char *word = cfg_item(w->cfg, CFG_SMS_OPT_OUT_WORDS, i);

		if (*word != '\0' && strcmp(key, said_key(w->t->arena, word)) == 0)
			return true;
	}
	return false;
}

/* YES is none of them: it may answer a question of the bot. */
static bool
is_start_word(const struct work *w)
{
	static const char *const words[] = { "START", "UNSTOP" };

	return cfg_len(w->cfg, CFG_SMS_OPT_OUT_WORDS) > 0 &&
	    is_one_of(w, words, NELEMS(words));
}

static bool
is_help_word(const struct work *w)
{
	static const char *const words[] = { "HELP", "INFO" };

	return !cfg_bool(w->cfg, CFG_SMS_ANSWER_HELP) &&
	    is_one_of(w, words, NELEMS(words));
}

static bool
has_words(const struct work *w)
{
	return w->in->opt_out == OPT_OUT_NONE && w->in->pick == NULL &&
	    w->reply.channel->opts_out_by_word;
}

bool
opt_out_word(const struct work *w)
{
	return opt_out_of(w) != OPT_OUT_NONE || (has_words(w) && is_start_word(w));
}

enum opt_out
opt_out_of(const struct work *w)
{
	if (!has_words(w))
		return w->in->opt_out;
	if (is_stop_word(w))
		return OPT_OUT_STOP;
	return is_help_word(w) ? OPT_OUT_HELP : OPT_OUT_NONE;
}

/* He hears nothing more, so nothing is asked, and nobody talks to him. */
static void
stop(struct work *w)
{
	struct err e;

	w->outcome = "opted out";
	if (!stop_set(w->d->state, w->conv_id, "STOP", work_now_s(w), &e))
		LOG(LOG_WARN, "dialog", "end of messages not noted", LS("why", e.text),
		    LH("Twilio refuses them by itself; look at the disk of "
		       "store.state_path"));
	chat_end(w);
	work_begin_anew(w);
	w->s.surveyed.n = 0; /* nor is the question of a survey said any more */
}

/* Whether he had stopped messages, which he takes back by writing. */
static bool
is_back(struct work *w)
{
	bool was = false;
	struct err e;

	if (!stop_clear(w->d->state, w->conv_id, &was, &e))
		LOG(LOG_WARN, "dialog", "end of messages not taken back",
		    LS("why", e.text),
		    LH("the user is sent nothing by REST until he writes again; "
		       "look at the disk of store.state_path"));
	if (was)
		LOG(LOG_INFO, "dialog", "user wants messages again");
	return was;
}

bool
opt_out_take(struct work *w)
{
	enum opt_out kind = opt_out_of(w);
	bool back = false;

	if (kind == OPT_OUT_NONE || kind == OPT_OUT_START)
		back = is_back(w);
	if (kind == OPT_OUT_NONE && back && has_words(w) && is_start_word(w))
		kind = OPT_OUT_START;
	if (kind == OPT_OUT_STOP)
		stop(w);
	if (kind == OPT_OUT_START)
		w->outcome = "opted in";
	if (kind == OPT_OUT_HELP)
		w->outcome = "help";
	return kind != OPT_OUT_NONE;
}
