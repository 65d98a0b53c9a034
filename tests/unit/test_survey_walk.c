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
		{ "all kinds", &three, { "1", "4", "so it is" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|"
		    "Score (1 - 5)|Last one\n\nWhy?|All done.\n\nThanks!",
		    "12=y 13=4 14=so it is", WALK_DONE, false },
		{ "offered and wanted", &one, { "yes", "2" },
		    OFFER "|Q\n1 - Yes\n2 - No|Thanks!", "1=n", WALK_DONE, true },
		{ "wanted by number", &one, { "1" }, OFFER "|Q\n1 - Yes\n2 - No", "",
		    WALK_ASKED, true },
		{ "wanted by letter", &one, { "Y" }, OFFER "|Q\n1 - Yes\n2 - No", "",
		    WALK_ASKED, true },
		{ "not wanted", &one, { "No" }, OFFER "|Thanks!", "", WALK_LEFT, true },
		{ "not wanted by number", &one, { "2" }, OFFER "|Thanks!", "",
		    WALK_LEFT, true },
		{ "offered, something else said", &one, { "opening hours" },
		    OFFER "|Thanks!", "", WALK_LEFT, true },
		{ "offered, a number that is none", &one, { "3" }, OFFER "|Thanks!", "",
		    WALK_LEFT, true },
		{ "offered, nothing to read", &one, { "" }, OFFER "|Thanks!", "",
		    WALK_LEFT, true },
	};

	WALK_ALL(t);
}

Test(survey_walk, answers)
{
	static const struct walk_case t[] = {
		{ "number", &colour, { "2" }, COLOURS "|Thanks!", "1=gb", WALK_DONE,
		    false },
		{ "number as shown", &colour, { " 2) " }, COLOURS "|Thanks!", "1=gb",
		    WALK_DONE, false },
		{ "keycap", &colour, { "2\xef\xb8\x8f\xe2\x83\xa3" },
		    COLOURS "|Thanks!", "1=gb", WALK_DONE, false },
		{ "label, its tags not counted", &colour, { "red" }, COLOURS "|Thanks!",
		    "1=r", WALK_DONE, false },
		{ "label with an entity", &colour, { "GREEN & BLUE!" },
		    COLOURS "|Thanks!", "1=gb", WALK_DONE, false },
		{ "a value that stands for an empty label", &colour, { "None" },
		    COLOURS "|Thanks!", "1=none", WALK_DONE, false },
		{ "a value is no label", &colour, { "gb" }, COLOURS "|" COLOURS, "",
		    WALK_ASKED, false },
		{ "a choice's first letter is not enough", &colour, { "r" },
		    COLOURS "|" COLOURS, "", WALK_ASKED, false },
		{ "lowest", &score, { "1" }, SCORE "|Thanks!", "1=1", WALK_DONE,
		    false },
		{ "highest", &score, { "5" }, SCORE "|Thanks!", "1=5", WALK_DONE,
		    false },
		{ "full-width digit", &score, { "\xef\xbc\x93" }, SCORE "|Thanks!",
		    "1=3", WALK_DONE, false },
		{ "leading zeros and a dot", &score, { "003." }, SCORE "|Thanks!",
		    "1=3", WALK_DONE, false },
		{ "with a plus", &score, { "+3" }, SCORE "|Thanks!", "1=3", WALK_DONE,
		    false },
		{ "too low", &score, { "0" }, SCORE "|" SCORE, "", WALK_ASKED, false },
		{ "too high", &score, { "6" }, SCORE "|" SCORE, "", WALK_ASKED, false },
		{ "far too high", &score, { "99999999999999999999999999" },
		    SCORE "|" SCORE, "", WALK_ASKED, false },
		{ "a fraction", &score, { "3.5" }, SCORE "|" SCORE, "", WALK_ASKED,
		    false },
		{ "words", &score, { "three" }, SCORE "|" SCORE, "", WALK_ASKED,
		    false },
		{ "more than the number", &score, { "3 stars" }, SCORE "|" SCORE, "",
		    WALK_ASKED, false },
		{ "below zero", &degrees, { "-7" }, "(-10 - 10)|Thanks!", "1=-7",
		    WALK_DONE, false },
		{ "a minus as printed", &degrees,
		    { " \xe2\x88\x92"
		      "10" },
		    "(-10 - 10)|Thanks!", "1=-10", WALK_DONE, false },
		{ "zero with a sign", &degrees, { "-0" }, "(-10 - 10)|Thanks!", "1=0",
		    WALK_DONE, false },
		{ "too far below", &degrees, { "-11" }, "(-10 - 10)|(-10 - 10)", "",
		    WALK_ASKED, false },
		{ "text", &text, { "because \"so\"\nand <b>so</b>" }, "Why?|Thanks!",
		    "1=because \"so\"\nand <b>so</b>", WALK_DONE, false },
		{ "a number as text", &text, { "2" }, "Why?|Thanks!", "1=2", WALK_DONE,
		    false },
		{ "no text: a picture perhaps", &text, { "" }, "Why?|Why?", "",
		    WALK_ASKED, false },
		{ "nothing to be seen", &text, { "\xe2\x80\x8b" }, "Why?|Why?", "",
		    WALK_ASKED, false },
	};

	WALK_ALL(t);
}

Test(survey_walk, wrong_answers)
{
	static const struct walk_case t[] = {
		{ "one", &one, { "what?" }, ONE "|" ONE, "", WALK_ASKED, false },
		{ "one, then a right one", &one, { "3", "1" }, ONE "|" ONE "|Thanks!",
		    "1=y", WALK_DONE, false },
		{ "two", &one, { "3", "what?" }, ONE "|" ONE "|" DOUBT, "",
		    WALK_DOUBTED, false },
		{ "two, go on", &one, { "3", "4", "1" }, ONE "|" ONE "|" DOUBT "|" ONE,
		    "", WALK_ASKED, false },
		{ "two, go on, right", &one, { "3", "4", "yes", "2" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|Thanks!", "1=n", WALK_DONE, false },
		{ "two, no", &one, { "3", "4", "no" }, ONE "|" ONE "|" DOUBT "|Thanks!",
		    "", WALK_LEFT, false },
		{ "two, something else", &one, { "3", "4", "5" },
		    ONE "|" ONE "|" DOUBT "|Thanks!", "", WALK_LEFT, false },
		{ "they count anew after going on", &one, { "3", "4", "y", "5" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|" ONE, "", WALK_ASKED, false },
		{ "and are asked about again", &one, { "3", "4", "y", "5", "6" },
		    ONE "|" ONE "|" DOUBT "|" ONE "|" ONE "|" DOUBT, "", WALK_DOUBTED,
		    false },
		{ "they count anew at the next question; what is shown is so once",
		    &three, { "x", "1", "x", "2", "" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|"
		    "Helped?\n1 - Yes\n2 - No|" SCORE "|" SCORE
		    "|Last one\n\nWhy?|Why?",
		    "12=y 13=2", WALK_ASKED, false },
		{ "left in the middle: answers stay", &three, { "1", "x", "x", "no" },
		    "Hello\n\nWe have questions.\n\nHelped?\n1 - Yes\n2 - No|" SCORE
		    "|" SCORE "|" DOUBT "|Thanks!",
		    "12=y", WALK_LEFT, false },
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
		{ "no jump: all pages in order", &jump_3, { "2", "b", "c", "d" },
		    A "|B|Two\n\nC|D|End\n\nBye", "1=n 2=b 3=c 4=d", WALK_DONE, false },
		{ "over a page, and over the rest of this one", &jump_3, { "1", "d" },
		    A "|D|End\n\nBye", "1=y 4=d", WALK_DONE, false },
		{ "to the page it is on: the others go", &jump_own, { "1", "b" },
		    A "|B|Thanks!", "1=y 2=b", WALK_DONE, false },
		{ "to a page there is not: the end", &jump_none, { "1" }, A "|Thanks!",
		    "1=y", WALK_DONE, false },
		{ "back to a page that is answered: the end", &jump_ring,
		    { "1", "back" }, A "|Two\n\nC|Thanks!", "1=y 3=back", WALK_DONE,
		    false },
		{ "back to where it is: nothing is asked twice", &jump_ring,
		    { "2", "back" }, A "|B|Thanks!", "1=n 2=back", WALK_DONE, false },
		{ "two for one answer: the first", &jump_two, { "1" }, A "|Two\n\nC",
		    "1=y", WALK_ASKED, false },
		{ "by a number", &jump_number, { "3", "c" }, SCORE "|C|Thanks!",
		    "1=3 3=c", WALK_DONE, false },
		{ "a number written otherwise", &jump_number, { "03)" }, SCORE "|C",
		    "1=3", WALK_ASKED, false },
		{ "by another number: none", &jump_number, { "4" }, SCORE "|B", "1=4",
		    WALK_ASKED, false },
		{ "a wrong answer leads nowhere", &jump_number, { "x" },
		    SCORE "|" SCORE, "", WALK_ASKED, false },
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
		{ "an item that cannot be asked is the end", &stops, { "1" },
		    ONE "|And now\n\nThanks!", "1=y", WALK_DONE, false },
		{ "choices without a text", &bare_choice, { "1" },
		    "Please choose an option\n1 - Yes\n2 - No|Thanks!", "1=y",
		    WALK_DONE, false },
		{ "a question whose text stands above it", &above, { "", "x" },
		    "Tell us more:|Tell us more:|Thanks!", "1=x", WALK_DONE, false },
		{ "a question without any text is the end", &bare_later, { "1" },
		    ONE "|Thanks!", "1=y", WALK_DONE, false },
		{ "lines of a plain text, entities of HTML", &lines, { "x" },
		    "one\ntwo\n\nTom & Co?|Thanks!", "1=x", WALK_DONE, false },
		{ "a picture asks as well", &picture, { "a cat" },
		    "[https://shop.example/a.png]|Thanks!", "1=a cat", WALK_DONE,
		    false },
	};

	WALK_ALL(t);
}

/* The words of the conversation's language. */
Test(survey_walk, languages)
{
	static const struct walk_case t[] = {
		{ "offer, doubt and thanks", &score, { "s\xc3\xad", "x", "9", "2" },
		    "\xc2\xbfQuieres responder a una encuesta breve?\n1) S\xc3\xad\n"
		    "2) No|" SCORE "|" SCORE "|No entiendo esa respuesta. "
		    "\xc2\xbfQuieres seguir con la encuesta?\n1) S\xc3\xad\n2) No|"
		    "\xc2\xa1Gracias!",
		    "", WALK_LEFT, true },
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
