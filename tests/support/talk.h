/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_TALK_H
#define SUPPORT_TALK_H

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "support/patience.h"
#include "support/stage.h"

/*
 * Conversations as tables: what is said, what the bot then says and has heard, what the
 * phone shows.
 *
 * What is said may begin with marks, any number of them:
 *	[media]     a file came along
 *	[pick=ID]   the button or list row ID was pressed
 *	[stop], [start], [help]  the network took it for that
 *	[+600]      so many seconds have gone since the line before
 */
struct line {
	const char *say;
	const struct bot_result *bot; /* what the bot will say; NULL: it is not asked */
	const char *heard; /* by the bot */
	const char *shown[4];
};

enum { TALK_LINES = 16 };

struct talk {
	const char *name; /* also that of the conversation */
	struct line lines[TALK_LINES];
};

/* What the bot says, as tables of tests want it. */
#define SAYS(k, t) \
	{ \
		.kind = (k), .html = (t), .related_title = "" \
	}
#define ASKS(k, t, o) \
	{ \
		.kind = (k), .html = (t), .options = (o), .n_options = NELEMS(o), \
		.related_title = "" \
	}
#define RESULT(answers) \
	{ \
		BOT_ANSWERED, (answers), NELEMS(answers), NULL \
	}

static UNUSED const struct bot_result talk_is_slow = { BOT_SLOW, NULL, 0, NULL };
static UNUSED const struct bot_result talk_fails = { 0 }; /* stands for trouble */

#define UNAVAILABLE \
	"Sorry, I can't answer right now. Please try again in a few minutes."

static UNUSED void
talk_expect(const char *name, size_t i, const struct reply *r, const char *const *want)
{
	size_t n = 0;

	while (n < 4 && want[n] != NULL)
		n++;
	cr_expect_eq(r->n, n, "%s, line %zu: %zu messages", name, i, r->n);
	for (size_t k = 0; k < n && k < r->n; k++)
		cr_expect_str_eq(r->messages[k].text, want[k], "%s, line %zu", name, i);
}

/* Takes one mark off the front of in->text. False: there is none. */
static UNUSED bool
talk_mark(struct stage *s, struct arena *a, struct inbound *in)
{
	const char *end = in->text[0] == '[' ? strchr(in->text, ']') : NULL;

	if (end == NULL)
		return false;
	if (strncmp(in->text, "[media]", 7) == 0)
		in->n_media++;
	else if (strncmp(in->text, "[pick=", 6) == 0)
		in->pick = arena_strndup(a, in->text + 6, (size_t)(end - in->text) - 6);
	else if (strncmp(in->text, "[stop]", 6) == 0)
		in->opt_out = OPT_OUT_STOP;
	else if (strncmp(in->text, "[start]", 7) == 0)
		in->opt_out = OPT_OUT_START;
	else if (strncmp(in->text, "[help]", 6) == 0)
		in->opt_out = OPT_OUT_HELP;
	else
		s->clock.now_s += strtol(in->text + 1, NULL, 10);
	in->text = end + 1;
	return true;
}

/* The i-th message of a conversation; what is shown lives in the arena. */
static UNUSED struct reply
talk_send(struct stage *s, struct arena *a, enum conf_env env, const char *name,
    size_t i, const char *say)
{
	struct turn t = { .conf = s->conf, .env = env, .arena = a };
	struct inbound in = { .conv_id = name,
		.user_id = name,
		.from = s->from,
		.to = "+34900000000",
		.url = s->url,
		.text = say };
	enum turn_end end;
	struct reply r;
	struct err e = { 0 };

	while (talk_mark(s, a, &in))
		continue;
	in.sid = arena_printf(a, "SM-%zu", i);
	t.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
	end = dialog_turn(&s->dialog, &t, &in, &r, &e);
	cr_assert_eq(end, TURN_DONE, "%s, line %zu: %s", name, i, e.text);
	return r;
}

/* Says one line in the conversation of that name. */
static UNUSED void
talk_say(struct stage *s, enum conf_env env, const char *name, size_t i,
    const struct line *l)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	int asked = s->bot.asked;
	struct reply r;

	s->bot.says = l->bot == &talk_fails ? NULL : l->bot;
	r = talk_send(s, a, env, name, i, l->say);
	cr_expect_eq(s->bot.asked - asked, l->bot != NULL, "%s, line %zu", name, i);
	if (l->heard != NULL)
		cr_expect_str_eq(s->bot.heard, l->heard, "%s, line %zu", name, i);
	talk_expect(name, i, &r, l->shown);
}

static UNUSED void
talk_run(struct stage *s, enum conf_env env, const struct talk *talk)
{
	for (size_t i = 0; i < TALK_LINES && talk->lines[i].say != NULL; i++)
		talk_say(s, env, talk->name, i, &talk->lines[i]);
}

/* Conversations on a stage of their own, all of one test. */
static UNUSED void
talk_run_all(enum conf_env env, const struct talk *talks, size_t n)
{
	struct stage s;

	stage_init(&s);
	for (size_t i = 0; i < n; i++)
		talk_run(&s, env, &talks[i]);
	stage_fini(&s);
}

#endif
