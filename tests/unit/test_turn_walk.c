/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conversations that nobody thought of: a bot that answers anything, a user who types
 * anything, a bot that is down now and then, time that goes by. What must hold in all of
 * them: every turn is answered, every number that is shown works, no content is rated twice
 * and, as long as nobody had to doubt, none less than once.
 */
#include "config.h"

#include <stdlib.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/talk.h"

static void
no_log(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_walk, .init = no_log, .fini = no_leaks);

enum { TURNS = 30, MOST_ANSWERS = 3 };

/* One conversation. */
struct walk {
	struct stage *s;
	unsigned seed;
	int questions; /* that were made up; each has a code of its own */
	int rated; /* ratings that were given */
	bool trouble; /* events may fail */
	bool asks_comment;
	size_t highest; /* number on the phone; 0: none */
};

static unsigned
any(struct walk *w, unsigned n)
{
	return (unsigned)rand_r(&w->seed) / 7 % n;
}

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option some[] = { { .label = "One", .value = "c1" },
	{ .label = "Two", .value = "c2", .as_text = true },
	{ .label = "7", .value = "c3" } };
static const struct bot_option colours[] = {
	{ .label = "Red", .value = "", .as_text = true, .say = "r" },
	{ .label = "Blue", .value = "", .as_text = true, .say = "2" }
};
static const struct bot_page pages[] = { { "Returns", "<p>Back</p>", "", "k" },
	{ "Stores", "", "", "" }, { "Shipping", "<p>Far</p>", "", "" } };

static const struct bot_answer kinds[] = {
	SAYS(BOT_ANSWER, "A statement."),
	SAYS(BOT_ANSWER, "Another one."),
	SAYS(BOT_ANSWER, ""),
	SAYS(BOT_DATE, "When?"),
	SAYS(BOT_TEXT, "Mail?"),
	ASKS(BOT_POLAR, "Sure?", yes_no),
	ASKS(BOT_CHOICE, "Which?", some),
	ASKS(BOT_LIST, "Colour?", colours),
	{ .kind = BOT_PAGES,
	    .html = "Found",
	    .pages = pages,
	    .n_pages = 3,
	    .related_title = "" },
	{ .kind = BOT_ANSWER,
	    .html = "More",
	    .related_title = "See",
	    .related = some,
	    .n_related = 2 },
};

static void
make_up(
    struct walk *w, struct arena *a, struct bot_answer *answers, struct bot_result *r)
{
	size_t n = any(w, 3) > 0 ? 1 : 1 + any(w, MOST_ANSWERS);

	for (size_t i = 0; i < n; i++) {
		answers[i] = kinds[any(w, NELEMS(kinds))];
		if (answers[i].kind == BOT_ANSWER && any(w, 4) > 0)
			answers[i].rate_code = arena_printf(a, "k%d", w->questions++);
	}
	*r = (struct bot_result){ BOT_ANSWERED, answers, n, NULL };
	w->s->bot.says = any(w, 8) > 0 ? r : NULL;
	w->s->bot.note_trouble.kind = ERR_NONE;
	if (w->trouble && any(w, 4) == 0)
		w->s->bot.note_trouble.kind =
		    any(w, 4) > 0 ? ERR_UPSTREAM : ERR_TIMEOUT;
}

static const char *
make_text(struct walk *w, struct arena *a)
{
	static const char *const texts[] = { "hello", "yes", "no, thanks", "Red", "r",
		"7", "99", " ", "[media]", "[media]One", "[pick=c2]Two", "2 days",
		"Returns", "[+300]later", "[+700]much later", "n" };

	if (w->highest > 0 && any(w, 2) == 0)
		return arena_printf(a, "%u", 1 + any(w, (unsigned)w->highest));
	return texts[any(w, NELEMS(texts))];
}

/* The highest number of a list on the phone. */
static size_t
highest_of(const struct reply *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		for (const char *s = r->messages[i].text; s != NULL;
		     s = strchr(s + 1, '\n')) {
			const char *line = *s == '\n' ? s + 1 : s;
			char *end;
			unsigned long number = strtoul(line, &end, 10);

			if (end > line && strncmp(end, ") ", 2) == 0 && number > n)
				n = number;
		}
	return n;
}

static bool
says(const struct reply *r, const char *words)
{
	for (size_t i = 0; i < r->n; i++)
		if (strstr(r->messages[i].text, words) != NULL)
			return true;
	return false;
}

static void
look_at(struct walk *w, const char *text, const struct reply *r)
{
	bool shown = w->highest > 0 && text[0] >= '1' && text[0] <= '9' &&
	    strtoul(text, NULL, 10) <= w->highest &&
	    text[strspn(text, "0123456789")] == '\0';

	cr_expect_not(shown && says(r, "Please type a number"),
	    "walk %u: \"%s\" was shown", w->seed, text);
	if (highest_of(r) > 0)
		w->highest = highest_of(r);
	else if (!says(r, "Please type a number") && r->n > 0)
		w->highest =
		    0; /* a list may live on; what is not on the phone is not tried */
	if (says(r, "Please tell us why") || (says(r, "Thanks!") && !w->asks_comment))
		w->rated++;
	if (r->n > 0 && !says(r, "I can only read text"))
		w->asks_comment = says(r, "Please tell us why");
}

static void
step(struct walk *w, size_t i)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct bot_answer answers[MOST_ANSWERS];
	struct bot_result result;
	const char *text = make_text(w, a);
	struct reply r;

	make_up(w, a, answers, &result);
	r = talk_send(w->s, a, CONF_PRODUCTION, "walk", i, text);
	look_at(w, text, &r);
}

/* How often a code stands in what the bot has noted. */
static int
times(const char *notes, const char *code)
{
	int n = 0;

	for (const char *s = notes; (s = strstr(s, code)) != NULL; s++)
		n++;
	return n;
}

static void
work_the_rest(struct walk *w)
{
	w->s->bot.note_trouble.kind = ERR_NONE;
	for (int i = 0; i < 3; i++) {
		struct turn t = { .conf = w->s->conf };

		w->s->clock.now_s += LIMIT_RATING_HOLD_S;
		t.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
		dialog_due(&w->s->dialog, &t, 10);
	}
}

/* How many codes were noted, each once. */
static int
count_events(const struct walk *w)
{
	int n = 0;

	for (int k = 0; k < w->questions; k++) {
		char code[24];
		int found;

		snprintf(code, sizeof(code), "rate k%d=", k);
		found = times(w->s->bot.notes, code);
		cr_expect_leq(found, 1, "%s in %s", code, w->s->bot.notes);
		n += found;
	}
	return n;
}

static int
walk(unsigned seed)
{
	struct stage s;
	struct walk w = { .s = &s, .seed = seed, .trouble = seed % 2 == 1 };
	int events;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_NONE, 0, "on purpose" };
	for (size_t i = 0; i < TURNS; i++)
		step(&w, i);
	work_the_rest(&w);
	events = count_events(&w);
	cr_expect_leq(events, w.rated, "walk %u", seed);
	if (!w.trouble)
		cr_expect_eq(events, w.rated, "walk %u: %s", seed, s.bot.notes);
	stage_fini(&s);
	return events;
}

Test(turn_walk, anything)
{
	/* Under valgrind the memory counts, not the luck. */
	const unsigned walks = RUNNING_ON_VALGRIND ? 4 : 60;
	int events = 0;

	for (unsigned seed = 1; seed <= walks; seed++)
		events += walk(seed);
	cr_expect_gt(events, (int)walks, "they come by ratings: %d", events);
}
