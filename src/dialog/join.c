/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Short messages asked as one. The first goes into the queue as a job "turn" that is due a
 * little later, and is acknowledged; those that follow line up behind it, as behind any job.
 * When it is worked, those right behind it are joined with it: one commit replaces its body by
 * the texts of all, with the ids of all, and drops the others. So a crash before that commit
 * leaves messages, one behind it a message; the record claims all ids with the one reply.
 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "dialog/said.h"
#include "dialog/turn_note.h"
#include "dialog/work.h"

/* Nothing is asked, and nobody but the bot is there: a text is a question. */
static bool
is_open(const struct work *w)
{
	return w->s.chat.id == NULL && w->s.pending.kind == PENDING_NONE &&
	    !walk_runs(&w->s.survey);
}

/* A text and nothing else; w->heard.text is that of w->in. */
static bool
is_plain(const struct work *w)
{
	const char *text = w->heard.text;
	int64_t number;

	return *text != '\0' && w->in->n_media == 0 && w->in->pick == NULL &&
	    !match_integer(text, &number) && !command_is(text) && !opt_out_word(w);
}

static bool
is_on(const struct work *w)
{
	return w->way.open && cfg_int(w->cfg, CFG_DIALOG_JOIN_MS) > 0;
}

/* It has a job already, by twilio.reply = "rest": that waits. */
static void
put_off(struct work *w, int64_t window_ms)
{
	int64_t gone_ms = clock_wall_ms(w->d->clock) - w->way.ord_ms;

	w->outcome = "waits for more";
	way_put_off(w, gone_ms > 0 ? window_ms - gone_ms : window_ms);
}

bool
join_waits(struct work *w, struct reply *out, enum turn_end *end)
{
	int64_t window_ms = cfg_int(w->cfg, CFG_DIALOG_JOIN_MS);

	if (!is_on(w) || w->way.lent)
		return false;
	/* One that waits for more came first, though it has left the conversation. */
	if (!w->way.owned && way_is_behind(w)) {
		*end = way_line_up(w, 0, out);
		return true;
	}
	w->heard.text = said_clean(w->t->arena, w->in->text);
	if (!is_open(w) || !is_plain(w))
		return false;
	if (w->way.owned) {
		/* A late one has waited long enough. */
		if (clock_wall_ms(w->d->clock) - w->way.ord_ms >= window_ms)
			return false;
		put_off(w, window_ms);
		*out = (struct reply){ .n = 0 };
		*end = TURN_DONE;
		return true;
	}
	*end = way_line_up(w, w->way.ord_ms + window_ms, out);
	return true;
}

/* The message of a job that stands behind; false: it is not one to be joined. */
static bool
read_next(const struct work *w, const struct job *job, struct inbound *in)
{
	struct work other = *w;
	enum conf_env env;
	const char *ref;
	struct err e;

	if (!turn_note_read(in, &env, &ref, job->body, w->t->arena, &e) ||
	    env != w->t->env || in->n_joined > 0)
		return false;
	other.in = in;
	other.heard.text = said_clean(w->t->arena, in->text);
	return is_plain(&other) && session_find(&w->s, in->sid, in->token) == NULL;
}

/* The same message: Twilio asked again while the first waited. */
static bool
is_repeat(
    const struct inbound *all, const struct inbound_id *ids, const struct inbound *next)
{
	for (size_t i = 0; i < all->n_joined; i++)
		if (strcmp(ids[i].sid, next->sid) == 0)
			return true;
	return *next->sid != '\0' && strcmp(all->sid, next->sid) == 0;
}

/* Adds the next to what is joined so far. False: there is no room for it. */
static bool
add(struct arena *a, struct inbound *all, struct inbound_id *ids,
    const struct inbound *next)
{
	const char *text = arena_printf(a, "%s\n%s", all->text, next->text);

	if (strlen(text) > LIMIT_USER_TEXT)
		return false;
	ids[all->n_joined] = (struct inbound_id){ all->sid, all->token };
	all->joined = ids;
	all->n_joined++;
	all->sid = next->sid;
	all->token = next->token;
	all->text = text;
	if (next->url != NULL)
		all->url = next->url;
	return true;
}

static void
commit(struct work *w, const struct inbound *all, const struct job *behind, size_t n)
{
	struct arena *a = w->t->arena;
	const char *body = turn_note_write(a, w->t->env, all);
	struct inbound *kept = arena_alloc(a, sizeof(*kept));
	struct err e = { .text = "too big for a job, or not ours any more" };

	if (body == NULL ||
	    queue_join(w->d->state, &w->way.job, body, behind, n, &e) != QUEUE_OK) {
		LOG(LOG_WARN, "dialog", "messages not joined", LS("why", e.text),
		    LH("nothing to do: each is answered by itself"));
		return;
	}
	*kept = *all;
	kept->conv_id = w->in->conv_id;
	w->in = kept;
	LOG(LOG_INFO, "dialog", "messages are asked as one", LI("messages", n + 1));
}

void
join_more(struct work *w)
{
	struct arena *a = w->t->arena;
	struct inbound_id *ids = arena_alloc(a, LIMIT_JOIN * sizeof(*ids));
	struct inbound all = *w->in;
	size_t n_behind, n = 0;
	struct job *behind;
	struct err e;

	/* One that was begun, or joined, is what it is. */
	if (!is_on(w) || !w->way.lent || w->way.job.tries > 1 || w->way.job.unsure ||
	    all.n_joined > 0 || !is_open(w))
		return;
	all.text = w->heard.text = said_clean(a, all.text);
	if (!is_plain(w))
		return;
	if (queue_behind(w->d->state, &w->way.job, LIMIT_JOIN - 1, a, &behind,
		&n_behind, &e) != QUEUE_OK)
		return;
	while (n < n_behind) {
		struct inbound next = { 0 };

		/* A repeat stays in the lane, and finds the claim when it is worked. */
		if (!read_next(w, &behind[n], &next) || is_repeat(&all, ids, &next) ||
		    !add(a, &all, ids, &next))
			break;
		n++;
	}
	if (n > 0)
		commit(w, &all, behind, n);
}
