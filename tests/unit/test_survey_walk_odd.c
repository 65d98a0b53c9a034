/* SPDX-License-Identifier: Apache-2.0 */
/* Surveys that are no good, that are too large, and records that are damaged. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/utf8.h"
#include "support/leaks.h"
#include "unit/walk_rig.h"

TestSuite(survey_walk_odd, .fini = no_leaks);

/* One survey at a time, and somebody who talks to it. */
struct odd {
	struct stage stage;
	struct arena *arena;
	struct survey_walk walk;
	struct walk_talk talk;
	struct walk_said said;
};

static void
odd_init(struct odd *o)
{
	*o = (struct odd){ .arena = arena_new() };
	stage_init(&o->stage);
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	o->talk = (struct walk_talk){ o->arena,
		cfg_lang(conf_cfg(o->stage.conf, CONF_PRODUCTION)), 1000 };
}

static void
odd_fini(struct odd *o)
{
	arena_free(o->arena);
	stage_fini(&o->stage);
}

static bool
begin(struct odd *o, const struct survey_item *items, size_t n, const char *token)
{
	const struct survey s = {
		.id = "7", .token = token, .thanks = "", .items = items, .n_items = n
	};

	return walk_begin(&o->walk, &o->talk, &s, false, &o->said);
}

static const char *
fill(struct arena *a, size_t n, char c)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	return s;
}

static const struct survey_choice two[] = { { "A", "a" }, { "B", "b" } };

Test(survey_walk_odd, nothing_to_ask)
{
	static const struct {
		const char *name;
		struct survey_item items[2];
		size_t n;
		size_t token; /* its length */
	} t[] = {
		{ "no items", { { 0 } }, 0, 0 },
		{ "shown ones only",
		    { { .id = "1", .html = "x" }, { .id = "2", .html = "y" } }, 2, 0 },
		{ "one that we cannot ask",
		    { { .id = "1", .html = "x", .kind = SURVEY_UNKNOWN },
			{ .id = "2", .html = "y", .kind = SURVEY_TEXT } },
		    2, 0 },
		{ "choice without choices",
		    { { .id = "1", .html = "x", .kind = SURVEY_CHOICE } }, 1, 0 },
		{ "a range upside down",
		    { { .id = "1",
			.html = "x",
			.kind = SURVEY_NUMBER,
			.min = 2,
			.max = 1 } },
		    1, 0 },
		{ "without an id", { { .id = "", .html = "x", .kind = SURVEY_TEXT } },
		    1, 0 },
		{ "without a text", { { .id = "1", .html = "", .kind = SURVEY_TEXT } },
		    1, 0 },
		{ "an endless token",
		    { { .id = "1", .html = "x", .kind = SURVEY_TEXT } }, 1,
		    LIMIT_SURVEY_BYTES },
	};
	struct odd o;

	odd_init(&o);
	o.walk.asked_s = 5;
	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_not(
		    begin(&o, t[i].items, t[i].n, fill(o.arena, t[i].token, 'T')), "%s",
		    t[i].name);
		cr_expect(
		    o.walk.asked_s == 5 && o.walk.stage == WALK_NONE, "%s", t[i].name);
		cr_expect_eq(o.said.n, 0, "%s", t[i].name);
	}
	odd_fini(&o);
}

/* Says the same to every question until the survey is over. Returns how often. */
static size_t
say_always(struct odd *o, const char *name, const char *text)
{
	size_t said = 0;

	while (walk_runs(&o->walk) && said <= LIMIT_SURVEY_ITEMS) {
		walk_kept(&o->walk, o->arena);
		cr_assert_eq(o->walk.stage, WALK_ASKED, "%s", name);
		walk_answer(&o->walk, &o->talk, text, &o->said);
		cr_assert_gt(o->said.n, 0, "%s", name);
		said++;
	}
	cr_expect_eq(o->walk.stage, WALK_DONE, "%s", name);
	return said;
}

Test(survey_walk_odd, too_large)
{
	static const struct {
		const char *name;
		size_t items, html, choices;
		enum survey_kind kind;
		size_t least, most; /* questions asked */
	} t[] = {
		{ "ten thousand short questions", 10000, 1, 0, SURVEY_NUMBER, 100,
		    LIMIT_SURVEY_ITEMS },
		{ "a hundred long ones", 100, 1000, 0, SURVEY_TEXT, 5, 20 },
		{ "all the choices there may be", 1, 1, LIMIT_SURVEY_CHOICES,
		    SURVEY_CHOICE, 1, 1 },
		{ "more of them", 1, 1, 1000, SURVEY_CHOICE, 1, 1 },
		{ "most of the room in one", 2, LIMIT_SURVEY_BYTES / 2, 0, SURVEY_TEXT,
		    1, 1 },
	};
	struct odd o;

	odd_init(&o);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct survey_item *items =
		    arena_alloc(o.arena, t[i].items * sizeof(*items));
		struct survey_choice *choices =
		    arena_alloc(o.arena, (t[i].choices + 1) * sizeof(*choices));
		size_t said;

		for (size_t k = 0; k < t[i].choices; k++)
			choices[k] = two[k % 2];
		for (size_t k = 0; k < t[i].items; k++)
			items[k] = (struct survey_item){ .id = "1",
				.html = fill(o.arena, t[i].html, 'q'),
				.choices = choices,
				.n_choices = t[i].choices,
				.max = 5,
				.kind = t[i].kind };
		cr_assert(begin(&o, items, t[i].items, "T"), "%s", t[i].name);
		said = say_always(&o, t[i].name, "1");
		cr_expect(said >= t[i].least && said <= t[i].most, "%s: %zu asked",
		    t[i].name, said);
		cr_expect_eq(o.walk.n_answers, said, "%s", t[i].name);
	}
	odd_fini(&o);
}

/* A question with as much in front of it as there is room for keeps its place. */
Test(survey_walk_odd, texts_of_the_user)
{
	static const struct {
		const char *name, *unit;
		size_t units, kept; /* bytes of the first answer */
	} t[] = {
		{ "as long as may be", "x", LIMIT_SURVEY_ANSWER, LIMIT_SURVEY_ANSWER },
		{ "longer", "x", LIMIT_SURVEY_ANSWER + 1, LIMIT_SURVEY_ANSWER },
		{ "cut at a character", "\xe2\x82\xac", LIMIT_SURVEY_ANSWER,
		    LIMIT_SURVEY_ANSWER / 3 * 3 },
		{ "with much to escape", "\"", LIMIT_USER_TEXT, LIMIT_SURVEY_ANSWER },
		{ "with more to escape", "\x01", LIMIT_USER_TEXT, 0 },
	};
	struct odd o;

	odd_init(&o);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf say = BUF_INIT(1 << 20);
		struct survey_item items[40];

		for (size_t k = 0; k < NELEMS(items); k++)
			items[k] = (struct survey_item){ .id = "1",
				.html = fill(o.arena, 100, 'q'),
				.kind = SURVEY_TEXT };
		buf_str(&say, t[i].kept > 0 ? "" : "x"); /* to be an answer at all */
		for (size_t k = 0; k < t[i].units; k++)
			buf_str(&say, t[i].unit);
		cr_assert(begin(&o, items, NELEMS(items), "T"), "%s", t[i].name);
		cr_expect_eq(say_always(&o, t[i].name, say.data), NELEMS(items), "%s",
		    t[i].name);
		cr_expect_eq(o.walk.n_answers, NELEMS(items), "%s", t[i].name);
		if (t[i].kept > 0)
			cr_expect_eq(strlen(o.walk.answers[0].value), t[i].kept, "%s",
			    t[i].name);
		for (size_t k = 0; k < o.walk.n_answers; k++)
			cr_expect(utf8_valid(o.walk.answers[k].value,
				      strlen(o.walk.answers[k].value)),
			    "%s", t[i].name);
	}
	odd_fini(&o);
}

/* Numbers that look like chance and are the same in every run (Knuth's MMIX). */
static unsigned
chance(uint64_t *state, unsigned n)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(*state >> 33) % n;
}

static size_t
random_items(struct survey_item *items, size_t max, uint64_t *r)
{
	static const char *const texts[] = { "", "Q", "<p>Q</p>", "<!--", "&lt;" };
	size_t n = chance(r, (unsigned)max);

	for (size_t i = 0; i < n; i++)
		items[i] = (struct survey_item){ .id = chance(r, 20) > 0 ? "1" : "",
			.html = texts[chance(r, NELEMS(texts))],
			.choices = two,
			.n_choices = chance(r, NELEMS(two) + 1),
			.min = chance(r, 3),
			.max = chance(r, 30),
			.page = chance(r, 4),
			.kind = (enum survey_kind)chance(r, 100) < 98
			    ? (enum survey_kind)chance(r, SURVEY_TEXT + 1)
			    : SURVEY_UNKNOWN };
	return n;
}

/* However a survey jumps about, right answers lead to its end. */
Test(survey_walk_odd, any_survey_ends)
{
	static const char *const says[] = { "0", "1", "2", "a", "no", "", "5" };
	static const struct survey_jump jumps[] = { { "a", 0 }, { "1", 1 }, { "b", 2 },
		{ "5", 3 } };
	uint64_t r = 20240501;
	size_t begun = 0;
	struct odd o;

	odd_init(&o);
	for (size_t i = 0; i < 500; i++) {
		struct survey_item items[30];
		struct survey s = { .id = "7", .token = "", .thanks = "" };
		size_t questions, said = 0;

		s.items = items;
		s.n_items = random_items(items, NELEMS(items), &r);
		s.jumps = jumps;
		s.n_jumps = chance(&r, NELEMS(jumps) + 1);
		if (!walk_begin(&o.walk, &o.talk, &s, chance(&r, 2) > 0, &o.said))
			continue;
		begun++;
		questions = s.n_items;
		for (; walk_runs(&o.walk) && said < 2000; said++) {
			size_t before = o.walk.n_answers;
			const char *text = o.walk.stage == WALK_ASKED
			    ? says[chance(&r, NELEMS(says))]
			    : "1";

			walk_kept(&o.walk, o.arena);
			walk_answer(&o.walk, &o.talk, text, &o.said);
			cr_assert_gt(o.said.n, 0, "%zu", i);
			cr_assert(o.walk.n_answers <= before + 1, "%zu", i);
		}
		cr_expect_eq(o.walk.stage, WALK_DONE, "%zu: %s after %zu", i,
		    walk_stage_name(o.walk.stage), said);
		cr_expect(o.walk.n_answers <= questions, "%zu", i);
	}
	cr_expect_gt(begun, 100, "the surveys are worth it: %zu", begun);
	odd_fini(&o);
}

#define HEAD \
	"\"asked_s\":5,\"wrong\":0,\"question\":0,\"id\":\"7\",\"token\":\"\"," \
	"\"thanks\":\"\""
#define ITEM "{\"id\":\"1\",\"kind\":\"text\",\"html\":\"Q\",\"page\":1}"
#define TAIL ",\"jumps\":[],\"answers\":[]}"
#define ASKED(item) "{\"stage\":\"asked\"," HEAD ",\"items\":[" item "]" TAIL

Test(survey_walk_odd, records)
{
	static const struct {
		const char *name, *json;
		bool ok;
	} t[] = {
		{ "whole", ASKED(ITEM), true },
		{ "offered", "{\"stage\":\"offered\"," HEAD ",\"items\":[]" TAIL,
		    true },
		{ "one with answers and jumps",
		    "{\"stage\":\"doubted\"," HEAD ",\"items\":[" ITEM "],\"jumps\":["
		    "{\"value\":\"a\",\"page\":2}],\"answers\":[[\"1\",\"x\"]]}",
		    true },
		{ "of nothing", "{}", false },
		{ "no object", "[]", false },
		{ "not begun", "{\"stage\":\"none\"," HEAD ",\"items\":[]" TAIL,
		    false },
		{ "over", "{\"stage\":\"done\"," HEAD ",\"items\":[]" TAIL, false },
		{ "another stage", "{\"stage\":\"x\"," HEAD ",\"items\":[]" TAIL,
		    false },
		{ "no question", "{\"stage\":\"asked\"," HEAD ",\"items\":[]" TAIL,
		    false },
		{ "a question that is only shown",
		    ASKED(
			"{\"id\":\"1\",\"kind\":\"shown\",\"html\":\"Q\",\"page\":1}"),
		    false },
		{ "another kind",
		    ASKED("{\"id\":\"1\",\"kind\":\"x\",\"html\":\"Q\",\"page\":1}"),
		    false },
		{ "no html", ASKED("{\"id\":\"1\",\"kind\":\"text\",\"page\":1}"),
		    false },
		{ "no page", ASKED("{\"id\":\"1\",\"kind\":\"text\",\"html\":\"\"}"),
		    false },
		{ "a number without an end",
		    ASKED("{\"id\":\"1\",\"kind\":\"number\",\"html\":\"\",\"page\":1,"
			  "\"min\":1}"),
		    false },
		{ "choices that are none",
		    ASKED("{\"id\":\"1\",\"kind\":\"choice\",\"html\":\"\",\"page\":1,"
			  "\"choices\":[[\"a\"]]}"),
		    false },
		{ "no choices",
		    ASKED(
			"{\"id\":\"1\",\"kind\":\"choice\",\"html\":\"\",\"page\":1}"),
		    false },
		{ "a place there is not",
		    "{\"stage\":\"asked\",\"asked_s\":5,\"wrong\":0,\"question\":1,"
		    "\"id\":\"7\",\"token\":\"\",\"thanks\":\"\",\"items\":[" ITEM
		    "]" TAIL,
		    false },
		{ "a count there is not",
		    "{\"stage\":\"asked\",\"asked_s\":5,\"wrong\":9,\"question\":0,"
		    "\"id\":\"7\",\"token\":\"\",\"thanks\":\"\",\"items\":[" ITEM
		    "]" TAIL,
		    false },
		{ "a jump that is none",
		    "{\"stage\":\"asked\"," HEAD ",\"items\":[" ITEM "],\"jumps\":[1],"
		    "\"answers\":[]}",
		    false },
		{ "an answer that is none",
		    "{\"stage\":\"asked\"," HEAD ",\"items\":[" ITEM "],\"jumps\":[],"
		    "\"answers\":[[1,2]]}",
		    false },
		{ "no answers",
		    "{\"stage\":\"asked\"," HEAD ",\"items\":[" ITEM "],\"jumps\":[]}",
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *o = NULL;
		struct survey_walk w = { .asked_s = 77 };
		struct err e = { 0 };
		bool ok;

		cr_assert(js_parse(t[i].json, strlen(t[i].json), &o, &e), "%s: %s",
		    t[i].name, e.text);
		ok = walk_decode(&w, a, o, &e);
		cr_expect_eq(ok, t[i].ok, "%s: %s", t[i].name, e.text);
		cr_expect_eq(w.asked_s, ok ? 5 : 77, "%s", t[i].name);
		if (!ok)
			cr_expect_eq(e.kind, ERR_INPUT, "%s", t[i].name);
	}
}
