/* SPDX-License-Identifier: Apache-2.0 */
/* A survey in a conversation, as a phone shows it. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/survey_walk.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/stage.h"
#include "unit/walk_rig.h"

TestSuite(survey_walk, .fini = no_leaks);

static const struct survey_choice yes_no[] = { { "Yes", "y" }, { "No", "n" } };
static const struct survey_choice colours[] = { { "<b>Red</b>", "r" },
	{ "Green &amp; blue", "gb" }, { "", "none" } };

#define SHOWN(p, text) \
	{ \
		.kind = SURVEY_SHOWN, .page = (p), .id = "", .html = (text) \
	}
#define CHOICE(p, i, text, list) \
	{ \
		.kind = SURVEY_CHOICE, .page = (p), .id = (i), .html = (text), \
		.choices = (list), .n_choices = NELEMS(list) \
	}
#define NUMBER(p, i, text, from, to) \
	{ \
		.kind = SURVEY_NUMBER, .page = (p), .id = (i), .html = (text), \
		.min = (from), .max = (to) \
	}
#define TEXT(p, i, text) \
	{ \
		.kind = SURVEY_TEXT, .page = (p), .id = (i), .html = (text) \
	}
#define UNKNOWN(p, i) \
	{ \
		.kind = SURVEY_UNKNOWN, .page = (p), .id = (i), .html = "Upload" \
	}
#define SURVEY(list) \
	{ \
		.id = "7", .token = "T", .thanks = "", .items = (list), \
		.n_items = NELEMS(list) \
	}
#define SURVEY_WITH(list, jump_list, thank) \
	{ \
		.id = "7", .token = "T", .thanks = (thank), .items = (list), \
		.n_items = NELEMS(list), .jumps = (jump_list), \
		.n_jumps = NELEMS(jump_list) \
	}

static const struct survey_item three_items[] = { SHOWN(1, "<p>Hello</p>"),
	SHOWN(1, "We have questions."), CHOICE(1, "12", "Helped?", yes_no),
	NUMBER(2, "13", "Score", 1, 5), SHOWN(2, "Last one"), TEXT(2, "14", "Why?"),
	SHOWN(3, "All done.") };
static const struct survey three = SURVEY(three_items);

static const struct survey_item one_item[] = { CHOICE(1, "1", "Q", yes_no) };
static const struct survey one = SURVEY(one_item);

static const struct survey_item colour_item[] = { CHOICE(1, "1", "Colour?", colours) };
static const struct survey colour = SURVEY(colour_item);

static const struct survey_item score_item[] = { NUMBER(1, "1", "Score", 1, 5) };
static const struct survey score = SURVEY(score_item);

static const struct survey_item degrees_item[] = { NUMBER(1, "1", "", -10, 10) };
static const struct survey degrees = SURVEY(degrees_item);

static const struct survey_item text_item[] = { TEXT(1, "1", "Why?") };
static const struct survey text = SURVEY(text_item);

Test(survey_walk, questions)
{
	static const struct walk_case t[] = {
		{ "all kinds", &three, false, { "1", "4", "so it is" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|"
		    "Score (1 - 5)|Last one\n\nWhy?|All done.\n\nThanks!",
		    WALK_DONE, "12=y 13=4 14=so it is" },
		{ "offered and wanted", &one, true, { "yes", "2" },
		    OFFER "|Q\n1 - Yes\n2 - No|Thanks!", WALK_DONE, "1=n" },
		{ "wanted by number", &one, true, { "1" }, OFFER "|Q\n1 - Yes\n2 - No",
		    WALK_ASKED, "" },
		{ "wanted by letter", &one, true, { "Y" }, OFFER "|Q\n1 - Yes\n2 - No",
		    WALK_ASKED, "" },
		{ "not wanted", &one, true, { "No" }, OFFER "|Thanks!", WALK_LEFT, "" },
		{ "not wanted by number", &one, true, { "2" }, OFFER "|Thanks!",
		    WALK_LEFT, "" },
		{ "offered, something else said", &one, true, { "opening hours" },
		    OFFER "|Thanks!", WALK_LEFT, "" },
		{ "offered, a number that is none", &one, true, { "3" },
		    OFFER "|Thanks!", WALK_LEFT, "" },
		{ "offered, nothing to read", &one, true, { "" }, OFFER "|Thanks!",
		    WALK_LEFT, "" },
	};

	WALK_ALL(t);
}

Test(survey_walk, answers)
{
	static const struct walk_case t[] = {
		{ "number", &colour, false, { "2" }, COLOURS "|Thanks!", WALK_DONE,
		    "1=gb" },
		{ "number as shown", &colour, false, { " 2) " }, COLOURS "|Thanks!",
		    WALK_DONE, "1=gb" },
		{ "keycap", &colour, false, { "2\xef\xb8\x8f\xe2\x83\xa3" },
		    COLOURS "|Thanks!", WALK_DONE, "1=gb" },
		{ "label, its tags not counted", &colour, false, { "red" },
		    COLOURS "|Thanks!", WALK_DONE, "1=r" },
		{ "label with an entity", &colour, false, { "GREEN & BLUE!" },
		    COLOURS "|Thanks!", WALK_DONE, "1=gb" },
		{ "a value that stands for an empty label", &colour, false, { "None" },
		    COLOURS "|Thanks!", WALK_DONE, "1=none" },
		{ "a value is no label", &colour, false, { "gb" }, COLOURS "|" COLOURS,
		    WALK_ASKED, "" },
		{ "a choice's first letter is not enough", &colour, false, { "r" },
		    COLOURS "|" COLOURS, WALK_ASKED, "" },
		{ "lowest", &score, false, { "1" }, SCORE "|Thanks!", WALK_DONE,
		    "1=1" },
		{ "highest", &score, false, { "5" }, SCORE "|Thanks!", WALK_DONE,
		    "1=5" },
		{ "full-width digit", &score, false, { "\xef\xbc\x93" },
		    SCORE "|Thanks!", WALK_DONE, "1=3" },
		{ "leading zeros and a dot", &score, false, { "003." },
		    SCORE "|Thanks!", WALK_DONE, "1=3" },
		{ "with a plus", &score, false, { "+3" }, SCORE "|Thanks!", WALK_DONE,
		    "1=3" },
		{ "too low", &score, false, { "0" }, SCORE "|" SCORE, WALK_ASKED, "" },
		{ "too high", &score, false, { "6" }, SCORE "|" SCORE, WALK_ASKED, "" },
		{ "far too high", &score, false, { "99999999999999999999999999" },
		    SCORE "|" SCORE, WALK_ASKED, "" },
		{ "a fraction", &score, false, { "3.5" }, SCORE "|" SCORE, WALK_ASKED,
		    "" },
		{ "words", &score, false, { "three" }, SCORE "|" SCORE, WALK_ASKED,
		    "" },
		{ "more than the number", &score, false, { "3 stars" }, SCORE "|" SCORE,
		    WALK_ASKED, "" },
		{ "below zero", &degrees, false, { "-7" }, "(-10 - 10)|Thanks!",
		    WALK_DONE, "1=-7" },
		{ "a minus as printed", &degrees, false,
		    { " \xe2\x88\x92"
		      "10" },
		    "(-10 - 10)|Thanks!", WALK_DONE, "1=-10" },
		{ "zero with a sign", &degrees, false, { "-0" }, "(-10 - 10)|Thanks!",
		    WALK_DONE, "1=0" },
		{ "too far below", &degrees, false, { "-11" }, "(-10 - 10)|(-10 - 10)",
		    WALK_ASKED, "" },
		{ "text", &text, false, { "because \"so\"\nand <b>so</b>" },
		    "Why?|Thanks!", WALK_DONE, "1=because \"so\"\nand <b>so</b>" },
		{ "a number as text", &text, false, { "2" }, "Why?|Thanks!", WALK_DONE,
		    "1=2" },
		{ "no text: a picture perhaps", &text, false, { "" }, "Why?|Why?",
		    WALK_ASKED, "" },
		{ "nothing to be seen", &text, false, { "\xe2\x80\x8b" }, "Why?|Why?",
		    WALK_ASKED, "" },
	};

	WALK_ALL(t);
}

Test(survey_walk, wrong_answers)
{
	static const struct walk_case t[] = {
		{ "one", &one, false, { "what?" }, ONE "|" ONE, WALK_ASKED, "" },
		{ "one, then a right one", &one, false, { "3", "1" },
		    ONE "|" ONE "|Thanks!", WALK_DONE, "1=y" },
		{ "two", &one, false, { "3", "what?" }, ONE "|" ONE "|" DOUBT,
		    WALK_DOUBTED, "" },
		{ "two, go on", &one, false, { "3", "4", "1" },
		    ONE "|" ONE "|" DOUBT "|" ONE, WALK_ASKED, "" },
		{ "two, go on, right", &one, false, { "3", "4", "yes", "2" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|Thanks!", WALK_DONE, "1=n" },
		{ "two, no", &one, false, { "3", "4", "no" },
		    ONE "|" ONE "|" DOUBT "|Thanks!", WALK_LEFT, "" },
		{ "two, something else", &one, false, { "3", "4", "5" },
		    ONE "|" ONE "|" DOUBT "|Thanks!", WALK_LEFT, "" },
		{ "they count anew after going on", &one, false, { "3", "4", "y", "5" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|" ONE, WALK_ASKED, "" },
		{ "and are asked about again", &one, false, { "3", "4", "y", "5", "6" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|" ONE "|" DOUBT, WALK_DOUBTED, "" },
		{ "they count anew at the next question; what is shown is so once",
		    &three, false, { "x", "1", "x", "2", "" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|"
		    "Helped?\n1 - Yes\n2 - No|" SCORE "|" SCORE
		    "|Last one\n\nWhy?|Why?",
		    WALK_ASKED, "12=y 13=2" },
		{ "left in the middle: answers stay", &three, false,
		    { "1", "x", "x", "no" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|" SCORE
		    "|" SCORE "|" DOUBT "|Thanks!",
		    WALK_LEFT, "12=y" },
	};

	WALK_ALL(t);
}

/* Pages of a survey whose first answer may lead anywhere. */
static const struct survey_item page_items[] = { CHOICE(1, "1", "A", yes_no),
	TEXT(1, "2", "B"), SHOWN(2, "Two"), TEXT(2, "3", "C"), TEXT(3, "4", "D"),
	SHOWN(3, "End") };
static const struct survey_jump to_3[] = { { "y", 3 } };
static const struct survey_jump to_own[] = { { "y", 1 } };
static const struct survey_jump to_none[] = { { "y", 9 } };
static const struct survey_jump in_a_ring[] = { { "y", 2 }, { "back", 1 } };
static const struct survey_jump to_two[] = { { "y", 2 }, { "y", 3 } };
static const struct survey_jump by_number[] = { { "3", 2 } };
static const struct survey jump_3 = SURVEY_WITH(page_items, to_3, "<p>Bye</p>");
static const struct survey jump_own = SURVEY_WITH(page_items, to_own, "");
static const struct survey jump_none = SURVEY_WITH(page_items, to_none, "");
static const struct survey jump_ring = SURVEY_WITH(page_items, in_a_ring, "");
static const struct survey jump_two = SURVEY_WITH(page_items, to_two, "");
static const struct survey_item number_items[] = { NUMBER(1, "1", "Score", 1, 5),
	TEXT(1, "2", "B"), TEXT(2, "3", "C") };
static const struct survey jump_number = SURVEY_WITH(number_items, by_number, "");

#define A "A\n1 - Yes\n2 - No"

Test(survey_walk, navigation)
{
	static const struct walk_case t[] = {
		{ "no jump: all pages in order", &jump_3, false, { "2", "b", "c", "d" },
		    A "|B|Two\n\nC|D|End\n\nBye", WALK_DONE, "1=n 2=b 3=c 4=d" },
		{ "over a page, and over the rest of this one", &jump_3, false,
		    { "1", "d" }, A "|D|End\n\nBye", WALK_DONE, "1=y 4=d" },
		{ "to the page it is on: the others go", &jump_own, false, { "1", "b" },
		    A "|B|Thanks!", WALK_DONE, "1=y 2=b" },
		{ "to a page there is not: the end", &jump_none, false, { "1" },
		    A "|Thanks!", WALK_DONE, "1=y" },
		{ "back to a page that is answered: the end", &jump_ring, false,
		    { "1", "back" }, A "|Two\n\nC|Thanks!", WALK_DONE, "1=y 3=back" },
		{ "back to where it is: nothing is asked twice", &jump_ring, false,
		    { "2", "back" }, A "|B|Thanks!", WALK_DONE, "1=n 2=back" },
		{ "two for one answer: the first", &jump_two, false, { "1" },
		    A "|Two\n\nC", WALK_ASKED, "1=y" },
		{ "by a number", &jump_number, false, { "3", "c" }, SCORE "|C|Thanks!",
		    WALK_DONE, "1=3 3=c" },
		{ "a number written otherwise", &jump_number, false, { "03)" },
		    SCORE "|C", WALK_ASKED, "1=3" },
		{ "by another number: none", &jump_number, false, { "4" }, SCORE "|B",
		    WALK_ASKED, "1=4" },
		{ "a wrong answer leads nowhere", &jump_number, false, { "x" },
		    SCORE "|" SCORE, WALK_ASKED, "" },
	};

	WALK_ALL(t);
}

static const struct survey_item stops_items[] = { CHOICE(1, "1", "Q", yes_no),
	SHOWN(1, "And now"), UNKNOWN(1, "2"), TEXT(1, "3", "Never asked") };
static const struct survey stops = SURVEY(stops_items);
static const struct survey_item bare_choice_items[] = { CHOICE(
    1, "1", "<p> </p>", yes_no) };
static const struct survey bare_choice = SURVEY(bare_choice_items);
static const struct survey_item above_items[] = { SHOWN(1, "Tell us more:"),
	TEXT(1, "1", "") };
static const struct survey above = SURVEY(above_items);
static const struct survey_item bare_later_items[] = { CHOICE(1, "1", "Q", yes_no),
	TEXT(1, "2", "<p></p>"), TEXT(1, "3", "Never asked") };
static const struct survey bare_later = SURVEY(bare_later_items);
static const struct survey_item lines_items[] = { SHOWN(1, "one\ntwo"),
	TEXT(1, "1", "Tom &amp; Co?") };
static const struct survey lines = SURVEY(lines_items);
static const struct survey_item picture_items[] = { TEXT(
    1, "1", "<img src=\"https://shop.example/a.png\">") };
static const struct survey picture = SURVEY(picture_items);

Test(survey_walk, what_is_shown)
{
	static const struct walk_case t[] = {
		{ "an item that cannot be asked is the end", &stops, false, { "1" },
		    ONE "|And now\n\nThanks!", WALK_DONE, "1=y" },
		{ "choices without a text", &bare_choice, false, { "1" },
		    "Please choose an option\n1 - Yes\n2 - No|Thanks!", WALK_DONE,
		    "1=y" },
		{ "a question whose text stands above it", &above, false, { "", "x" },
		    "Tell us more:|Tell us more:|Thanks!", WALK_DONE, "1=x" },
		{ "a question without any text is the end", &bare_later, false, { "1" },
		    ONE "|Thanks!", WALK_DONE, "1=y" },
		{ "lines of a plain text, entities of HTML", &lines, false, { "x" },
		    "one\ntwo\n\nTom & Co?|Thanks!", WALK_DONE, "1=x" },
		{ "a picture asks as well", &picture, false, { "a cat" },
		    "[https://shop.example/a.png]|Thanks!", WALK_DONE, "1=a cat" },
	};

	WALK_ALL(t);
}

/* The words of the conversation's language. */
Test(survey_walk, languages)
{
	static const struct walk_case t[] = {
		{ "offer, doubt and thanks", &score, true,
		    { "s\xc3\xad", "x", "9", "2" },
		    "\xc2\xbfQuieres responder a una encuesta breve?\n1) S\xc3\xad\n"
		    "2) No|" SCORE "|" SCORE "|No entiendo esa respuesta. "
		    "\xc2\xbfQuieres seguir con la encuesta?\n1) S\xc3\xad\n2) No|"
		    "\xc2\xa1Gracias!",
		    WALK_LEFT, "" },
	};
	struct stage s;

	stage_init(&s);
	walk_case_run(&t[0], cfg_lang(conf_cfg(s.conf, CONF_PREPRODUCTION)));
	stage_fini(&s);
}

Test(survey_walk, leaving)
{
	static const struct {
		const char *name, *says[2];
		bool confirm;
	} t[] = {
		{ "at the offer", { NULL }, true },
		{ "at the first question", { NULL }, false },
		{ "after a wrong answer", { "x" }, false },
		{ "when in doubt", { "x", "x" }, false },
	};
	struct stage s;

	stage_init(&s);
	render_init();
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct walk_talk talk = { a,
			cfg_lang(conf_cfg(s.conf, CONF_PRODUCTION)), 1000 };
		struct survey_walk w = { 0 };
		struct walk_said said;

		cr_assert(walk_begin(&w, &talk, &three, t[i].confirm, &said));
		for (size_t k = 0; k < 2 && t[i].says[k] != NULL; k++)
			walk_answer(&w, &talk, t[i].says[k], &said);
		cr_expect(walk_runs(&w), "%s", t[i].name);
		walk_leave(&w, &talk, &said);
		cr_expect_eq(w.stage, WALK_LEFT, "%s", t[i].name);
		cr_expect_not(walk_runs(&w), "%s", t[i].name);
		cr_expect_str_eq(walk_text(&talk, &said), "Thanks!", "%s", t[i].name);
	}
	stage_fini(&s);
}

Test(survey_walk, time)
{
	static const struct {
		const char *name;
		int64_t now;
		enum walk_stage stage;
		bool late;
	} t[] = {
		{ "at once", 1000, WALK_ASKED, false },
		{ "just in time", 1000 + LIMIT_SURVEY_S - 1, WALK_ASKED, false },
		{ "late", 1000 + LIMIT_SURVEY_S, WALK_ASKED, true },
		{ "the offer, late", 1000 + LIMIT_SURVEY_S, WALK_OFFERED, true },
		{ "in doubt, late", 1000 + LIMIT_SURVEY_S, WALK_DOUBTED, true },
		{ "a clock that went back", 10, WALK_ASKED, false },
		{ "none", 1000 + LIMIT_SURVEY_S, WALK_NONE, false },
		{ "over", 1000 + LIMIT_SURVEY_S, WALK_DONE, false },
		{ "left", 1000 + LIMIT_SURVEY_S, WALK_LEFT, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct survey_walk w = { .stage = t[i].stage, .asked_s = 1000 };

		cr_expect_eq(walk_is_late(&w, t[i].now), t[i].late, "%s", t[i].name);
	}
}

/* Each word of the user, also a wrong one, begins the wait anew. */
Test(survey_walk, waits_anew)
{
	static const char *const says[] = { "x", "x", "yes", "1" };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct survey_walk w = { 0 };
	struct walk_said said;
	struct stage s;
	struct walk_talk talk = { .arena = a, .now_s = 1000 };

	stage_init(&s);
	render_init();
	talk.lang = cfg_lang(conf_cfg(s.conf, CONF_PRODUCTION));
	cr_assert(walk_begin(&w, &talk, &three, false, &said));
	for (size_t i = 0; i < NELEMS(says); i++) {
		cr_expect_eq(w.asked_s, talk.now_s, "before %zu", i);
		talk.now_s += LIMIT_SURVEY_S - 1;
		walk_answer(&w, &talk, says[i], &said);
	}
	cr_expect_eq(w.asked_s, talk.now_s);
	stage_fini(&s);
}
