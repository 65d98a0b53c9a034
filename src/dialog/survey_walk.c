/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "dialog/match.h"
#include "dialog/survey_walk_i.h"

/* Of the room in a record: the rest is for what the user says. */
#define QUESTIONS_BYTES ((size_t)LIMIT_SURVEY_BYTES / 4 * 3)
/* Stage and place may take so much more later. */
#define STAGE_BYTES 16

bool
walk_runs(const struct survey_walk *w)
{
	return w->stage == WALK_OFFERED || w->stage == WALK_ASKED ||
	    w->stage == WALK_DOUBTED;
}

bool
walk_is_late(const struct survey_walk *w, int64_t now_s)
{
	return walk_runs(w) && now_s - w->asked_s >= LIMIT_SURVEY_S;
}

bool
walk_askable(const struct survey_item *item)
{
	if (item->id[0] == '\0')
		return false;
	switch (item->kind) {
	case SURVEY_CHOICE:
		return item->n_choices > 0;
	case SURVEY_NUMBER:
		return item->min <= item->max;
	case SURVEY_TEXT:
		return true;
	case SURVEY_SHOWN:
	case SURVEY_UNKNOWN:
		break;
	}
	return false;
}

/*
 * The next question; n_items when there is none, or the next one cannot be asked. One
 * without any text lives on what is shown above it.
 */
static size_t
next_question(const struct survey_walk *w, const struct walk_talk *t)
{
	bool seen = false;
	size_t i = 0;

	for (; i < w->left.n_items && w->left.items[i].kind == SURVEY_SHOWN; i++)
		seen = seen || walk_visible(t, w->left.items[i].html);
	if (i == w->left.n_items || !walk_askable(&w->left.items[i]))
		return w->left.n_items;
	if (w->left.items[i].kind == SURVEY_TEXT && !seen &&
	    !walk_visible(t, w->left.items[i].html))
		return w->left.n_items;
	return i;
}

/* How many items come before the first that is to be answered. */
static size_t
count_shown(const struct survey_walk *w)
{
	size_t n = 0;

	while (n < w->left.n_items && w->left.items[n].kind == SURVEY_SHOWN)
		n++;
	return n;
}

/* The open question alone; with what stands above it where it has no text of its own. */
static void
ask_again(struct survey_walk *w, const struct walk_talk *t, struct walk_said *out)
{
	const struct survey_item *item = &w->left.items[w->question];
	size_t from = walk_visible(t, item->html) ? w->question : 0;
	struct block *b = walk_shown_blocks(w, t, from, w->question);

	b[w->question - from] = walk_question_block(t, item);
	w->stage = WALK_ASKED;
	*out = (struct walk_said){ b, w->question - from + 1 };
}

static void
finish(struct survey_walk *w, const struct walk_talk *t, struct walk_said *out)
{
	size_t n = count_shown(w);
	struct block *b = walk_shown_blocks(w, t, 0, n);

	b[n] = walk_visible(t, w->left.thanks) ? walk_html_block(w->left.thanks)
					       : walk_label_block(t, "thanks");
	w->stage = WALK_DONE;
	*out = (struct walk_said){ b, n + 1 };
}

/* Goes on to the next question, or to the end. */
static void
ask_next(struct survey_walk *w, const struct walk_talk *t, struct walk_said *out)
{
	struct block *b;

	w->question = next_question(w, t);
	w->wrong = 0;
	if (w->question == w->left.n_items) {
		finish(w, t, out);
		return;
	}
	b = walk_shown_blocks(w, t, 0, w->question);
	b[w->question] = walk_question_block(t, &w->left.items[w->question]);
	w->stage = WALK_ASKED;
	*out = (struct walk_said){ b, w->question + 1 };
}

/*
 * How many items a record has room for. Those there are must fit in whatever becomes of the
 * walk: an answer takes less than its question, and what is said freely is cut.
 */
static size_t
items_that_fit(const struct survey_walk *w)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(QUESTIONS_BYTES);
	struct survey_walk frame = *w;
	size_t n = 0;

	frame.left.n_items = 0;
	walk_encode(&frame, &out);
	while (n < w->left.n_items && n < LIMIT_SURVEY_ITEMS) {
		walk_put_item(&out, &w->left.items[n]);
		buf_chr(&out, ',');
		if (!buf_ok(&out))
			break;
		n++;
	}
	return n;
}

/* Cuts a survey to what we keep. False: nothing is left to ask. */
static bool
cut(struct survey_walk *w, const struct walk_talk *t)
{
	size_t wanted = w->left.n_items, fit;
	struct survey_item *items =
	    arena_alloc(t->arena, (wanted + 1) * sizeof(*items));

	for (size_t i = 0; i < wanted; i++) {
		items[i] = w->left.items[i];
		if (items[i].n_choices > LIMIT_SURVEY_CHOICES)
			items[i].n_choices = LIMIT_SURVEY_CHOICES;
	}
	w->left.items = items;
	if (w->left.n_jumps > LIMIT_SURVEY_ITEMS)
		w->left.n_jumps = LIMIT_SURVEY_ITEMS;
	w->left.n_items = fit = items_that_fit(w);
	if (fit < wanted)
		LOG(LOG_WARN, "dialog", "survey cut", LI("items", wanted),
		    LI("kept", fit), LI("bytes_max", LIMIT_SURVEY_BYTES),
		    LH(HINT_SURVEY));
	return next_question(w, t) < fit;
}

bool
walk_begin(struct survey_walk *w, const struct walk_talk *t,
    const struct survey *survey, bool confirm, struct walk_said *out)
{
	struct survey_walk begun = { .left = *survey, .asked_s = t->now_s };

	if (!cut(&begun, t))
		return false;
	if (confirm) {
		begun.stage = WALK_OFFERED;
		walk_say_yes_no(t, "ask_for_survey", out);
	} else {
		ask_next(&begun, t, out);
	}
	*w = begun;
	return true;
}

void
walk_leave(struct survey_walk *w, const struct walk_talk *t, struct walk_said *out)
{
	struct block *b = arena_alloc(t->arena, sizeof(*b));

	*b = walk_label_block(t, "thanks");
	w->stage = WALK_LEFT;
	*out = (struct walk_said){ b, 1 };
}

static bool
says_yes(const struct walk_talk *t, const char *text)
{
	struct choice both[2];
	struct match m;

	walk_yes_no(t, both);
	m = match_text(t->arena, both, NELEMS(both), text);
	return m.kind == MATCH_CHOICE && m.index == 0;
}

/* What the text answers to the open question; NULL: it is no answer. */
static const char *
value_of(const struct survey_item *item, const struct walk_talk *t, const char *text)
{
	struct match m;
	int64_t number;

	switch (item->kind) {
	case SURVEY_CHOICE:
		m = match_text(t->arena, walk_choices(t, item), item->n_choices, text);
		return m.kind == MATCH_CHOICE ? item->choices[m.index].value : NULL;
	case SURVEY_NUMBER:
		if (!match_integer(text, &number) || number < item->min ||
		    number > item->max)
			return NULL;
		return arena_printf(t->arena, "%lld", (long long)number);
	case SURVEY_TEXT:
		return utf8_shows(text, strlen(text)) ? text : NULL;
	case SURVEY_SHOWN:
	case SURVEY_UNKNOWN:
		break;
	}
	return NULL;
}

/* The page that this answer leads to; NULL: it goes straight on. */
static const struct survey_jump *
jump_of(const struct survey *s, const char *value)
{
	for (size_t i = 0; i < s->n_jumps; i++)
		if (strcmp(s->jumps[i].value, value) == 0)
			return &s->jumps[i];
	return NULL;
}

/*
 * Takes away the open question and what was shown above it; after a jump all that is not on
 * its page, be it behind or in front.
 */
static void
drop_items(struct survey_walk *w, const struct walk_talk *t, const char *value)
{
	const struct survey_jump *jump = jump_of(&w->left, value);
	struct survey_item *left =
	    arena_alloc(t->arena, w->left.n_items * sizeof(*left));
	size_t n = 0;

	for (size_t i = w->question + 1; i < w->left.n_items; i++)
		if (jump == NULL || w->left.items[i].page == jump->page)
			left[n++] = w->left.items[i];
	w->left.items = left;
	w->left.n_items = n;
	w->question = 0;
}

/* Bytes of a text that can be kept: whole characters. */
static size_t
text_room(const struct survey_walk *w, const char *text)
{
	CLEANUP(buf_fini) struct buf all = BUF_INIT(LIMIT_SURVEY_BYTES - STAGE_BYTES);
	size_t n = strlen(text), pos = 0, end = 0;

	walk_encode(w, &all);
	while (pos < n) {
		utf8_next(text, n, &pos);
		if (pos > LIMIT_SURVEY_ANSWER)
			return end;
		buf_json(&all, text + end, pos - end);
		if (!buf_ok(&all))
			return end;
		end = pos;
	}
	return end;
}

/* Notes an answer; w has its question no more. */
static void
note(
    struct survey_walk *w, const struct walk_talk *t, const char *id, const char *value)
{
	struct survey_answer *all =
	    arena_alloc(t->arena, (w->n_answers + 1) * sizeof(*all));
	size_t n = strlen(value), kept;

	if (w->n_answers > 0)
		memcpy(all, w->answers, w->n_answers * sizeof(*all));
	all[w->n_answers++] = (struct survey_answer){ id, "" };
	w->answers = all;
	kept = text_room(w, value);
	if (kept < n)
		LOG(LOG_INFO, "dialog", "answer to a survey cut", LI("bytes", n),
		    LI("kept", kept));
	all[w->n_answers - 1].value = arena_strndup(t->arena, value, kept);
}

/* An answer to the open question. */
static void
take(struct survey_walk *w, const struct walk_talk *t, const char *text,
    struct walk_said *out)
{
	const struct survey_item *item = &w->left.items[w->question];
	const char *value = value_of(item, t, text);

	if (value != NULL) {
		drop_items(w, t, value);
		note(w, t, item->id, value);
		ask_next(w, t, out);
	} else if (++w->wrong < WALK_WRONG) {
		ask_again(w, t, out);
	} else {
		w->stage = WALK_DOUBTED;
		walk_say_yes_no(t, "ask_to_continue_survey", out);
	}
}

void
walk_answer(struct survey_walk *w, const struct walk_talk *t, const char *text,
    struct walk_said *out)
{
	bool go_on = w->stage == WALK_ASKED || says_yes(t, text);

	assert(walk_runs(w));
	w->asked_s = t->now_s;
	if (!go_on) {
		walk_leave(w, t, out);
	} else if (w->stage == WALK_OFFERED) {
		ask_next(w, t, out);
	} else if (w->stage == WALK_DOUBTED) {
		w->wrong = 0;
		ask_again(w, t, out);
	} else {
		take(w, t, text, out);
	}
}
