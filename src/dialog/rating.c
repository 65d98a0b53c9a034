/* SPDX-License-Identifier: Apache-2.0 */
/* Ratings: the question, its answers, the comment. hold.c sends what comes of them. */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/work.h"

/* A code for which a record has no room is not asked about. */
static bool
code_fits(const char *code)
{
	if (strlen(code) <= LIMIT_TRACK_CODE)
		return true;
	LOG(LOG_WARN, "dialog", "rating not asked: code too long",
	    LI("bytes", strlen(code)), LI("bytes_max", LIMIT_TRACK_CODE),
	    LH(HINT_REPORT));
	return false;
}

/* The question is the last thing that is said, and never stands beside another one. */
void
rating_ask(struct work *w)
{
	const struct cfg_rating *ratings;
	struct numbered n;
	struct block b;
	size_t n_ratings;

	if (w->rate_code == NULL || w->s.pending.kind != PENDING_NONE || w->form_open ||
	    w->s.chat.id != NULL ||
	    !cfg_bool(w->cfg, CFG_CONVERSATION_CONTENT_RATINGS_ENABLED) ||
	    !code_fits(w->rate_code))
		return;
	n_ratings = cfg_ratings(w->cfg, &ratings);
	n = options_add_ratings(&w->shown, ratings, n_ratings);
	if (n.n == 0)
		return;
	b = (struct block){ .html = lang_get(w->lang, "rate_content_intro"),
		.label = true,
		.labels = n.labels,
		.n_labels = n.n,
		.first = n.first,
		.gap = true };
	compose_say(&w->reply, &b, 1);
	w->s.pending = options_pending(&w->shown);
	w->s.pending.code = w->rate_code;
}

/* Thanks that depend on the rating, where the language has them. */
static const char *
thanks_for(const struct work *w, const struct choice *rating)
{
	const char *own = rating->negative ? "rating_negative" : "rating_positive";

	return lang_has(w->lang, own) ? own : "thanks";
}

void
rating_take(struct work *w, const struct choice *rating)
{
	w->s.negative_count = rating->negative ? w->s.negative_count + 1 : 0;
	hold_begin(w, w->s.pending.code, rating->rating);
	if (rating->negative && escalate_rating(w)) {
		hold_send(w);
	} else if (rating->comment) {
		hold_wait(w);
		w->asked = (struct pending){ .kind = PENDING_COMMENT };
		work_say(w, "ask_rating_comment");
	} else {
		hold_send(w);
		work_say(w, thanks_for(w, rating));
	}
}

void
rating_comment(struct work *w)
{
	w->s.hold.comment = w->heard.text;
	hold_send(w);
	work_say(w, "thanks");
}
