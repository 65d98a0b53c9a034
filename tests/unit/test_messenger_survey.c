/* SPDX-License-Identifier: Apache-2.0 */
/* Surveys as the Messenger API sends them. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "messenger/survey.h"
#include "support/leaks.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
}

TestSuite(messenger_survey, .init = quiet, .fini = no_leaks);

static const char *const kinds[] = {
	[MESSENGER_SHOWN] = "shown",
	[MESSENGER_CHOICE] = "choice",
	[MESSENGER_NUMBER] = "number",
	[MESSENGER_TEXT] = "text",
	[MESSENGER_UNKNOWN] = "unknown",
};

/* A survey on one line: "page:id kind html [label=value…] ; … -> value:page | thanks". */
static void
write_survey(struct buf *out, const struct messenger_survey *s)
{
	for (size_t i = 0; i < s->n_items; i++) {
		const struct messenger_item *item = &s->items[i];

		buf_printf(out, "%s%lld:%s %s <%s>", i > 0 ? "; " : "",
		    (long long)item->page, item->id, kinds[item->kind], item->html);
		for (size_t k = 0; k < item->n_choices; k++)
			buf_printf(out, " %s=%s", item->choices[k].label,
			    item->choices[k].value);
		if (item->kind == MESSENGER_NUMBER)
			buf_printf(out, " %lld..%lld", (long long)item->min,
			    (long long)item->max);
		else
			cr_expect(item->min == 0 && item->max == 0);
	}
	for (size_t i = 0; i < s->n_jumps; i++)
		buf_printf(
		    out, " -> %s:%lld", s->jumps[i].value, (long long)s->jumps[i].page);
	if (s->thanks[0] != '\0')
		buf_printf(out, " | %s", s->thanks);
}

static bool
read_text(struct messenger_survey *out, struct arena *a, const char *text)
{
	CLEANUP(js_putp) js *root = NULL;
	struct err e = { 0 };

	cr_assert(js_parse(text, strlen(text), &root, &e), "%s: %s", e.text, text);
	if (messenger_survey_read(out, root, a, &e))
		return true;
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", text);
	return false;
}

struct survey_case {
	const char *name, *json, *want;
};

/* Reads {"response":{`before` json `behind`}}. */
static void
expect_survey(const struct survey_case *t, const char *before, const char *behind)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(10000);
	struct messenger_survey s;

	cr_assert(
	    read_text(&s, a,
		arena_printf(a, "{\"response\":{%s%s%s}}", before, t->json, behind)),
	    "%s", t->name);
	write_survey(&got, &s);
	cr_expect_str_eq(got.data, t->want, "%s: %s", t->name, got.data);
}

#define EXPECT_ALL(cases, before, behind) \
	for (size_t i = 0; i < NELEMS(cases); i++) \
	expect_survey(&(cases)[i], before, behind)

/* The example of the sheet. Source: Inbenta, "Messenger API: surveys". */
static const char example[] =
    "{\"response\":{\"id\":7,\"token\":\"T\",\"pages\":[{\"id\":1,\"items\":["
    "{\"id\":11,\"type\":\"layout\",\"subtype\":\"header\",\"settings\":[]},"
    "{\"id\":12,\"type\":\"choice\",\"subtype\":\"radio\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"Helpful?\"},"
    "{\"subtype\":\"options\",\"value\":[{\"label\":\"Yes\",\"value\":\"y\"},"
    "{\"label\":\"No\",\"value\":\"n\"}]}]},"
    "{\"id\":13,\"type\":\"input\",\"subtype\":\"textarea\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"More?\"}]},"
    "{\"id\":14,\"type\":\"rating\",\"subtype\":\"scale\",\"settings\":["
    "{\"subtype\":\"label\",\"value\":\"Score\"},"
    "{\"subtype\":\"min\",\"value\":{\"value\":1}},"
    "{\"subtype\":\"max\",\"value\":{\"value\":5}}]}]}],"
    "\"settings\":[{\"subtype\":\"thankyoupage\",\"value\":{\"message\":\"Ta!\"}},"
    "{\"subtype\":\"navigatepage\",\"value\":[{\"value\":\"n\",\"page\":2}]}]}}";

Test(messenger_survey, the_example)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(10000);
	struct messenger_survey s;

	cr_assert(read_text(&s, a, example));
	write_survey(&got, &s);
	cr_expect_str_eq(s.id, "7");
	cr_expect_str_eq(s.token, "T");
	cr_expect_str_eq(got.data,
	    "1:12 choice <Helpful?> Yes=y No=n; 1:13 text <More?>; "
	    "1:14 number <Score> 1..5 -> n:2 | Ta!");
}

#define LABEL "{\"subtype\":\"label\",\"value\":\"Q\"}"
#define LIMITS_OF(min, max) \
	"{\"subtype\":\"min\",\"value\":" min "},{\"subtype\":\"max\",\"value\":" max \
	"}"

Test(messenger_survey, kinds)
{
	static const struct survey_case t[] = {
		{ "layout",
		    "\"id\":1,\"type\":\"layout\",\"subtype\":\"text\","
		    "\"settings\":[" LABEL "]",
		    "9:1 shown <Q>" },
		{ "layout without an id",
		    "\"type\":\"layout\",\"settings\":[" LABEL "]", "9: shown <Q>" },
		{ "header", "\"id\":1,\"type\":\"layout\",\"subtype\":\"header\"", "" },
		{ "a header that is no layout",
		    "\"id\":1,\"type\":\"x\",\"subtype\":\"header\"",
		    "9:1 unknown <>" },
		{ "input, text",
		    "\"id\":1,\"type\":\"input\",\"subtype\":\"text\","
		    "\"settings\":[" LABEL "]",
		    "9:1 text <Q>" },
		{ "input, textarea with a list beside",
		    "\"id\":1,\"type\":\"input\",\"subtype\":\"textarea\","
		    "\"settings\":[" LABEL ",{\"value\":[\"a\"]}]",
		    "9:1 text <Q>" },
		{ "input of a length",
		    "\"id\":1,\"type\":\"input\",\"subtype\":\"text\","
		    "\"settings\":[" LABEL "," LIMITS_OF("1", "9") "]",
		    "9:1 text <Q>" },
		{ "input of a number",
		    "\"id\":1,\"type\":\"input\",\"subtype\":\"number\","
		    "\"settings\":[" LABEL "," LIMITS_OF("1", "9") "]",
		    "9:1 number <Q> 1..9" },
		{ "input of another kind",
		    "\"id\":1,\"type\":\"input\",\"subtype\":\"file\","
		    "\"settings\":[" LABEL "]",
		    "9:1 unknown <Q>" },
		{ "number as text",
		    "\"id\":1,\"settings\":[" LABEL
		    "," LIMITS_OF("{\"value\":\"0\"}", "{\"value\":\"10\"}") "]",
		    "9:1 number <Q> 0..10" },
		{ "negative",
		    "\"id\":1,\"settings\":[" LABEL
		    "," LIMITS_OF("{\"value\":-5}", "{\"value\":5}") "]",
		    "9:1 number <Q> -5..5" },
		{ "one number alone",
		    "\"id\":1,\"settings\":[" LABEL "," LIMITS_OF("3", "3") "]",
		    "9:1 number <Q> 3..3" },
		{ "upside down",
		    "\"id\":1,\"settings\":[" LABEL "," LIMITS_OF("5", "1") "]",
		    "9:1 unknown <Q>" },
		{ "no upper end",
		    "\"id\":1,\"settings\":[" LABEL
		    ",{\"subtype\":\"min\",\"value\":{\"value\":1}}]",
		    "9:1 unknown <Q>" },
		{ "ends that are none",
		    "\"id\":1,\"settings\":[" LABEL "," LIMITS_OF("{}", "\"x\"") "]",
		    "9:1 unknown <Q>" },
		{ "no settings", "\"id\":1,\"type\":\"choice\"", "9:1 unknown <>" },
		{ "odd settings",
		    "\"id\":1,\"type\":\"choice\",\"settings\":[1,null,\"x\",[]]",
		    "9:1 unknown <>" },
		{ "a type that is none",
		    "\"id\":1,\"type\":[],\"subtype\":{},\"settings\":[" LABEL "]",
		    "9:1 unknown <Q>" },
		{ "a question without an id",
		    "\"type\":\"input\",\"subtype\":\"text\",\"settings\":[" LABEL "]",
		    "9: unknown <Q>" },
		{ "an id that is none", "\"id\":{},\"settings\":[" LABEL "]",
		    "9: unknown <Q>" },
		{ "an id that is a text",
		    "\"id\":\"q1\",\"type\":\"input\",\"subtype\":\"text\"",
		    "9:q1 text <>" },
	};

	EXPECT_ALL(t, "\"pages\":[{\"id\":9,\"items\":[{", "}]}]");
}

Test(messenger_survey, choices)
{
	static const struct survey_case t[] = {
		{ "numbers for values",
		    LABEL ",{\"value\":[{\"label\":\"A\",\"value\":1},"
			  "{\"label\":\"B\",\"value\":2.5}]}",
		    "9:1 choice <Q> A=1 B=2.5" },
		{ "without a value", LABEL ",{\"value\":[{\"label\":\"A\"}]}",
		    "9:1 choice <Q> A=A" },
		{ "with an empty one",
		    LABEL ",{\"value\":[{\"label\":\"A\",\"value\":\"\"}]}",
		    "9:1 choice <Q> A=A" },
		{ "without a label", LABEL ",{\"value\":[{\"value\":\"a\"}]}",
		    "9:1 choice <Q> a=a" },
		{ "plain texts", LABEL ",{\"value\":[\"A\",7,\"\",null,true,[]]}",
		    "9:1 choice <Q> A=A 7=7" },
		{ "none that is one", LABEL ",{\"value\":[{},{\"label\":[]},null]}",
		    "9:1 unknown <Q>" },
		{ "of two lists", LABEL ",{\"value\":[\"A\"]},{\"value\":[\"B\"]}",
		    "9:1 choice <Q> A=A B=B" },
		{ "a list with gaps, as PHP writes it",
		    LABEL ",{\"value\":{\"0\":{\"label\":\"A\",\"value\":\"a\"},"
			  "\"2\":{\"label\":\"C\",\"value\":\"c\"}}}",
		    "9:1 choice <Q> A=a C=c" },
		{ "an object that is no list", LABEL ",{\"value\":{\"x\":\"y\"}}",
		    "9:1 unknown <Q>" },
		{ "the list first", "{\"value\":[\"A\"]}," LABEL,
		    "9:1 choice <Q> A=A" },
		{ "a second text is not the question",
		    LABEL ",{\"value\":\"hint\"},{\"value\":[\"A\"]}",
		    "9:1 choice <Q> A=A" },
		{ "the first text is empty",
		    "{\"value\":\"\"},{\"value\":\"hint\"},{\"value\":[\"A\"]}",
		    "9:1 choice <> A=A" },
		{ "a number for the question", "{\"value\":5},{\"value\":[\"A\"]}",
		    "9:1 choice <5> A=A" },
		{ "with ends of a number: the choices count",
		    LABEL ",{\"value\":[\"A\"]}," LIMITS_OF("1", "5"),
		    "9:1 choice <Q> A=A" },
		{ "an item's own jump is no choice",
		    LABEL ",{\"value\":[\"A\"]},{\"subtype\":\"navigatepage\","
			  "\"value\":[{\"value\":\"A\",\"page\":2}]}",
		    "9:1 choice <Q> A=A -> A:2" },
	};

	EXPECT_ALL(t,
	    "\"pages\":[{\"id\":9,\"items\":[{\"id\":1,\"type\":\"choice\","
	    "\"settings\":[",
	    "]}]}]");
}

#define TEXT_ITEM(id) "{\"id\":" id ",\"type\":\"input\",\"subtype\":\"text\"}"

Test(messenger_survey, pages)
{
	static const struct survey_case t[] = {
		{ "no pages", "\"id\":7", "" },
		{ "an empty list of them", "\"pages\":[]", "" },
		{ "pages that are none", "\"pages\":[1,null,\"x\",[],{}]", "" },
		{ "not a list", "\"pages\":\"x\"", "" },
		{ "items that are none",
		    "\"pages\":[{\"id\":1,\"items\":[1,null,\"x\",[]]}]", "" },
		{ "two pages in order",
		    "\"pages\":[{\"id\":4,\"items\":[" TEXT_ITEM(
			"1") "]},"
			     "{\"id\":2,\"items\":[" TEXT_ITEM("2") "]}]",
		    "4:1 text <>; 2:2 text <>" },
		{ "without ids: their places",
		    "\"pages\":[{\"items\":[" TEXT_ITEM("1") "]},"
							     "{\"items\":[" TEXT_ITEM(
								 "2") "]}]",
		    "1:1 text <>; 2:2 text <>" },
		{ "ids as texts",
		    "\"pages\":[{\"id\":\"4\",\"items\":[" TEXT_ITEM("1") "]}]",
		    "4:1 text <>" },
		{ "lists with gaps, as PHP writes them",
		    "\"pages\":{\"1\":{\"id\":3,\"items\":{\"2\":" TEXT_ITEM("5") "}}}",
		    "3:5 text <>" },
	};

	EXPECT_ALL(t, "", "");
}

Test(messenger_survey, settings)
{
	static const struct survey_case t[] = {
		{ "none", "", "" },
		{ "thanks as a text", "{\"subtype\":\"thankyoupage\",\"value\":\"Ta\"}",
		    " | Ta" },
		{ "thanks that are none",
		    "{\"subtype\":\"thankyoupage\",\"value\":{\"message\":[]}}", "" },
		{ "thanks without a value", "{\"subtype\":\"thankyoupage\"}", "" },
		{ "jumps",
		    "{\"subtype\":\"navigatepage\",\"value\":[{\"value\":\"n\","
		    "\"page\":2},{\"value\":3,\"page\":\"4\"}]}",
		    " -> n:2 -> 3:4" },
		{ "jumps with gaps, as PHP writes them",
		    "{\"subtype\":\"navigatepage\",\"value\":{\"3\":{\"value\":\"n\","
		    "\"page\":2}}}",
		    " -> n:2" },
		{ "jumps that are none",
		    "{\"subtype\":\"navigatepage\",\"value\":[1,null,{\"value\":\"n\"},"
		    "{\"page\":2},{\"value\":\"\",\"page\":2},{\"value\":\"n\","
		    "\"page\":\"x\"}]}",
		    "" },
		{ "others",
		    "{\"subtype\":\"colour\",\"value\":[\"red\"]},1,null,"
		    "{\"subtype\":5}",
		    "" },
	};

	EXPECT_ALL(t, "\"settings\":[", "]");
}

Test(messenger_survey, where_it_stands)
{
	static const struct {
		const char *name, *json;
		const char *id; /* NULL: it is no survey */
		const char *token;
	} t[] = {
		{ "response", "{\"response\":{\"id\":7,\"token\":\"T\"}}", "7", "T" },
		{ "data", "{\"data\":{\"id\":\"7\",\"token\":9}}", "7", "9" },
		{ "nothing told", "{\"data\":{}}", "", "" },
		{ "odd ids", "{\"data\":{\"id\":[],\"token\":{}}}", "", "" },
		{ "both", "{\"data\":{\"id\":1},\"response\":{\"id\":2}}", "2", "" },
		{ "a list", "{\"response\":[]}", NULL, NULL },
		{ "neither", "{\"id\":7,\"pages\":[]}", NULL, NULL },
		{ "errors", "{\"errors\":[{\"code\":404}]}", NULL, NULL },
		{ "null", "null", NULL, NULL },
		{ "a text", "\"response\"", NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct messenger_survey s = { .id = "untouched" };
		bool ok = read_text(&s, a, t[i].json);

		cr_expect_eq(ok, t[i].id != NULL, "%s", t[i].name);
		cr_expect_str_eq(
		    s.id, ok ? t[i].id : "untouched", "%s: %s", t[i].name, s.id);
		if (ok)
			cr_expect_str_eq(s.token, t[i].token, "%s", t[i].name);
	}
}

/* n times the element, divided by commas. */
static void
repeat(struct buf *out, const char *element, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%s", i > 0 ? "," : "", element);
}

Test(messenger_survey, limits)
{
	static const struct {
		const char *name, *before, *element, *behind;
		size_t n, items, choices, jumps;
	} t[] = {
		{ "ten thousand items", "{\"data\":{\"pages\":[{\"items\":[",
		    TEXT_ITEM("1"), "]}]}}", 10000, LIMIT_SURVEY_ITEMS, 0, 0 },
		{ "three thousand pages", "{\"data\":{\"pages\":[",
		    "{\"items\":[" TEXT_ITEM("1") "]}", "]}}", 3000, LIMIT_SURVEY_ITEMS,
		    0, 0 },
		{ "ten thousand choices",
		    "{\"data\":{\"pages\":[{\"items\":[{\"id\":1,\"settings\":["
		    "{\"value\":[",
		    "{\"label\":\"A\"}", "]}]}]}]}}", 10000, 1, LIMIT_SURVEY_CHOICES,
		    0 },
		{ "ten thousand jumps",
		    "{\"data\":{\"settings\":[{\"subtype\":\"navigatepage\",\"value\":[",
		    "{\"value\":\"n\",\"page\":1}", "]}]}}", 10000, 0, 0,
		    LIMIT_SURVEY_ITEMS },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf text = BUF_INIT(4 << 20);
		struct messenger_survey s;

		buf_str(&text, t[i].before);
		repeat(&text, t[i].element, t[i].n);
		buf_str(&text, t[i].behind);
		cr_assert(read_text(&s, a, text.data), "%s", t[i].name);
		cr_expect_eq(s.n_items, t[i].items, "%s", t[i].name);
		cr_expect_eq(s.n_jumps, t[i].jumps, "%s", t[i].name);
		if (t[i].items > 0)
			cr_expect_eq(
			    s.items[0].n_choices, t[i].choices, "%s", t[i].name);
	}
}

/* What is too long for a label, a value or an id is left out whole. */
Test(messenger_survey, long_texts)
{
	static const struct {
		const char *name;
		int label, value, id;
		const char *kind;
	} t[] = {
		{ "as long as may be", LIMIT_LABEL, LIMIT_OPTION_VALUE,
		    LIMIT_OPTION_VALUE, "choice" },
		{ "label", LIMIT_LABEL + 1, 1, 1, "unknown" },
		{ "value", 1, LIMIT_OPTION_VALUE + 1, 1, "unknown" },
		{ "id", 1, 1, LIMIT_OPTION_VALUE + 1, "unknown" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct messenger_survey s;

		cr_assert(read_text(&s, a,
			      arena_printf(a,
				  "{\"data\":{\"pages\":[{\"items\":[{\"id\":\"%0*d\","
				  "\"settings\":[{\"value\":[{\"label\":\"%0*d\","
				  "\"value\":\"%0*d\"}]}]}]}]}}",
				  t[i].id, 1, t[i].label, 1, t[i].value, 1)),
		    "%s", t[i].name);
		cr_assert_eq(s.n_items, 1, "%s", t[i].name);
		cr_expect_str_eq(kinds[s.items[0].kind], t[i].kind, "%s", t[i].name);
	}
}
