/* SPDX-License-Identifier: Apache-2.0 */
/* Forms, pages, related contents, ratings and flags of one answer. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "support/leaks.h"
#include "unit/answers_check.h"

TestSuite(answer_parts, .fini = no_leaks);

#define VALUES(list) \
	",\"message\":\"Pick\",\"actionField\":{\"fieldType\":\"list\",\"listValues\":{" \
	"\"displayType\":\"buttons\",\"values\":" list "}}"

Test(answer_parts, forms)
{
	static const struct answer_row t[] = {
		{ "labels as text and as list",
		    VALUES("[{\"label\":\"Red\",\"option\":\"r\"},"
			   "{\"label\":[\"Blue\",\"Azul\"],\"option\":\"b\"}]"),
		    "list: Pick\n Red = -, as text r\n Blue = -, as text b\n" },
		{ "numbers stay as they are written",
		    VALUES(
			"[{\"label\":\"a\",\"option\":2},{\"label\":\"b\",\"option\":1.50},"
			"{\"label\":3,\"option\":\"03\"}]"),
		    "list: Pick\n a = -, as text 2\n b = -, as text 1.50\n 3 = -, as text "
		    "03\n" },
		{ "one of the two stands for both",
		    VALUES(
			"[{\"option\":\"R&D <1>\"},{\"label\":[\"Only\"]},{\"label\":\"\","
			"\"option\":\"o\"},{\"label\":[],\"option\":\"p\"},"
			"{\"label\":[\"\",null,\"q\"],\"option\":null}]"),
		    "list: Pick\n R&amp;D &lt;1&gt; = -, as text R&D <1>\n Only = -, as "
		    "text\n o = -, as text o\n p = -, as text p\n q = -, as text\n" },
		{ "plain texts", VALUES("[\"S\",\"M\",7]"),
		    "list: Pick\n S = -, as text S\n M = -, as text M\n 7 = -, as text "
		    "7\n" },
		{ "what is nothing is left out",
		    VALUES(
			"[null,{},[],{\"label\":{},\"option\":true},{\"label\":\"x\"}]"),
		    "list: Pick\n x = -, as text\n" },
		{ "no values", VALUES("[]"), "answer: Pick\n" },
		{ "values an empty text", VALUES("\"\""), "answer: Pick\n" },
		{ "values null", VALUES("null"), "answer: Pick\n" },
		{ "values an object", VALUES("{\"label\":\"x\"}"), "answer: Pick\n" },
		{ "list values an empty text",
		    ",\"message\":\"Pick\",\"actionField\":{\"fieldType\":\"list\","
		    "\"listValues\":\"\"}",
		    "answer: Pick\n" },
		{ "date",
		    ",\"message\":\"When?\",\"actionField\":{\"fieldType\":\"datePicker\"}",
		    "date: When?\n" },
		{ "free text",
		    ",\"message\":\"Mail?\",\"actionField\":{\"fieldType\":\"default\"}",
		    "text: Mail?\n" },
		{ "another type with values is free text",
		    ",\"message\":\"x\",\"actionField\":{\"fieldType\":\"dropdown\","
		    "\"listValues\":{\"values\":[{\"label\":\"a\",\"option\":\"b\"}]}}",
		    "text: x\n" },
		{ "type is a number",
		    ",\"message\":\"x\",\"actionField\":{\"fieldType\":7}",
		    "answer: x\n" },
		{ "field an empty text", ",\"message\":\"x\",\"actionField\":\"\"",
		    "answer: x\n" },
		{ "field null", ",\"message\":\"x\",\"actionField\":null",
		    "answer: x\n" },
		{ "field a list", ",\"message\":\"x\",\"actionField\":[\"list\"]",
		    "answer: x\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

#define PAGES(list) ",\"message\":\"Found\",\"subAnswers\":" list
#define CONTENTS(members) "\"parameters\":{\"contents\":{" members "}}"

Test(answer_parts, pages)
{
	static const struct answer_row t[] = {
		{ "title of the attributes first",
		    PAGES(
			"[{\"type\":\"answer\",\"message\":\"m\",\"attributes\":{\"title\":"
			"\"T\"}," CONTENTS("\"title\":\"U\"") "}]"),
		    "pages: Found\n page [T] [m] [] []\n" },
		{ "title of the content next",
		    PAGES("[{\"message\":\"m\",\"attributes\":{\"title\":\"\"}," CONTENTS(
			"\"title\":\"U\"") "},{\"messageList\":[\"n\"],\"attributes\":null," CONTENTS("\"title\":[\"V\"]") "}]"),
		    "pages: Found\n page [U] [m] [] []\n page [V] [n] [] []\n" },
		{ "no title", PAGES("[{\"message\":\"<p>m</p>\",\"attributes\":\"\"}]"),
		    "pages: Found\n page [] [<p>m</p>] [] []\n" },
		{ "texts and side bubble",
		    PAGES("[{\"messageList\":[\"a\",\"b\"],\"attributes\":{"
			  "\"SIDEBUBBLE_TEXT\":\"s\"}}]"),
		    "pages: Found\n page [] [a\nb\ns] [] []\n" },
		{ "url and click code",
		    PAGES("[{\"message\":\"m\"," CONTENTS(
			"\"url\":{\"value\":\"https://a.example\",\"target\":\"_blank\"},"
			"\"trackingCode\":{\"clickCode\":\"YzI\"}") "}]"),
		    "pages: Found\n page [] [m] [https://a.example] [YzI]\n" },
		{ "url as text, code as number",
		    PAGES("[{\"message\":\"m\"," CONTENTS(
			"\"url\":\"https://a.example\",\"trackingCode\":{\"clickCode\":7}") "}]"),
		    "pages: Found\n page [] [m] [https://a.example] [7]\n" },
		{ "empty texts in place of objects",
		    PAGES("[{\"message\":\"m\",\"parameters\":\"\"},{\"message\":\"n\"," CONTENTS(
			"\"url\":\"\",\"trackingCode\":[]") "},{\"message\":\"o\"," CONTENTS("\"url\":{\"value\":null},\"trackingCode\":null") "}]"),
		    "pages: Found\n page [] [m] [] []\n page [] [n] [] []\n page [] [o] [] "
		    "[]\n" },
		{ "what is nothing is left out",
		    PAGES("[null,{},\"text\",[],{\"type\":\"answer\",\"message\":\"\"},"
			  "{\"message\":\"m\"}]"),
		    "pages: Found\n page [] [m] [] []\n" },
		{ "a page may be a url alone",
		    PAGES("[{" CONTENTS(
			"\"url\":{\"value\":\"https://a.example\"}") "}]"),
		    "pages: Found\n page [] [] [https://a.example] []\n" },
		{ "none", PAGES("[]"), "answer: Found\n" },
		{ "an empty text", PAGES("\"\""), "answer: Found\n" },
		{ "null", PAGES("null"), "answer: Found\n" },
		{ "missing", ",\"message\":\"Found\"", "answer: Found\n" },
	};

	answers_check("\"extendedContentsAnswer\"", t, NELEMS(t));
}

#define RELATED(members) ",\"message\":\"m\"," CONTENTS("\"related\":{" members "}")

Test(answer_parts, related_contents)
{
	static const struct answer_row t[] = {
		{ "titles",
		    RELATED("\"relatedTitle\":\"See\",\"relatedContents\":[{\"id\":31,"
			    "\"title\":\"R\"},{\"id\":\"32\",\"title\":\"S\"}]"),
		    "answer: m\n related [See] [R] [S]\n" },
		{ "no heading",
		    RELATED(
			"\"relatedTitle\":null,\"relatedContents\":[{\"title\":\"R\"}]"),
		    "answer: m\n related [] [R]\n" },
		{ "odd ones",
		    RELATED(
			"\"relatedTitle\":\"See\",\"relatedContents\":[null,{\"title\":"
			"\"\"},{\"title\":2026},\"S\",{\"id\":1}]"),
		    "answer: m\n related [See] [2026] [S]\n" },
		{ "none", RELATED("\"relatedTitle\":\"See\",\"relatedContents\":[]"),
		    "answer: m\n" },
		{ "none but odd ones",
		    RELATED("\"relatedTitle\":\"See\",\"relatedContents\":[{}]"),
		    "answer: m\n" },
		{ "an empty text",
		    RELATED("\"relatedTitle\":\"See\",\"relatedContents\":\"\""),
		    "answer: m\n" },
		{ "an empty text above",
		    ",\"message\":\"m\"," CONTENTS("\"related\":\"\""), "answer: m\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

#define CODE "\"trackingCode\":{\"clickCode\":\"Yz\",\"rateCode\":\"cj\"}"
#define RATED(more) ",\"message\":\"m\"," CONTENTS(CODE) more

Test(answer_parts, ratings)
{
	static const struct answer_row t[] = {
		{ "plain", RATED(""), "answer: m\n rate cj\n" },
		{ "nothing that forbids it",
		    RATED(
			",\"flags\":[\"no-results\",7],\"actions\":[null,{},{\"parameters\":"
			"null},{\"parameters\":{\"callback\":\"createTicket\"}}],"
			"\"attributes\":{\"RATINGS\":\"TRUE\",\"DIRECT_CALL\":\"\","
			"\"DYNAMIC_REDIRECT\":\"escalationStart\"}"),
		    "answer: m\n rate cj\n no results\n ticket\n" },
		{ "flags and actions of no use",
		    RATED(",\"flags\":\"\",\"actions\":\"\",\"attributes\":null"),
		    "answer: m\n rate cj\n" },
		{ "flag escalate", RATED(",\"flags\":[\"x\",\"escalate\"]"),
		    "answer: m\n escalates\n" },
		{ "flag no-rating", RATED(",\"flags\":[\"no-rating\"]"),
		    "answer: m\n" },
		{ "a field of a form",
		    RATED(",\"actionField\":{\"fieldType\":\"default\"}"),
		    "text: m\n" },
		{ "no field of a form", RATED(",\"actionField\":\"\""),
		    "answer: m\n rate cj\n" },
		{ "any action",
		    RATED(",\"actions\":[{},{\"parameters\":{\"callback\":"
			  "\"escalationStart\"}}]"),
		    "answer: m\n wants agent\n" },
		{ "offer by direct call",
		    RATED(",\"attributes\":{\"DIRECT_CALL\":\"escalationOffer\"}"),
		    "answer: m\n offers agent\n" },
		{ "offer by redirect, in a list",
		    RATED(
			",\"attributes\":{\"DYNAMIC_REDIRECT\":[\"\",\"escalationOffer\"]}"),
		    "answer: m\n offers agent\n" },
		{ "a form that is for an agent",
		    RATED(",\"actions\":[{\"parameters\":{\"callback\":"
			  "\"escalateToAgent\"}}]"),
		    "answer: m\n form\n" },
		{ "RATINGS", RATED(",\"attributes\":{\"RATINGS\":\"FALSE\"}"),
		    "answer: m\n" },
		{ "RATINGS in a list",
		    RATED(",\"attributes\":{\"RATINGS\":[\"FALSE\"]}"), "answer: m\n" },
		{ "RATINGS a boolean", RATED(",\"attributes\":{\"RATINGS\":false}"),
		    "answer: m\n" },
		{ "RATINGS of the content",
		    ",\"message\":\"m\"," CONTENTS(
			CODE ",\"attributes\":{\"RATINGS\":\"FALSE\"}"),
		    "answer: m\n" },
		{ "a number",
		    ",\"message\":\"m\"," CONTENTS("\"trackingCode\":{\"rateCode\":9}"),
		    "answer: m\n rate 9\n" },
		{ "an empty code",
		    ",\"message\":\"m\"," CONTENTS(
			"\"trackingCode\":{\"rateCode\":\"\"}"),
		    "answer: m\n" },
		{ "an empty text",
		    ",\"message\":\"m\"," CONTENTS("\"trackingCode\":\"\""),
		    "answer: m\n" },
		{ "a flag that is a text",
		    ",\"message\":\"m\",\"flags\":\"no-results\"",
		    "answer: m\n no results\n" },
	};

	answers_check("\"answer\"", t, NELEMS(t));
}

/* Only answers of type `answer` are rated, and what is unknown is shown by its text. */
Test(answer_parts, other_types)
{
	static const struct answer_row none[] = {
		{ "text", RATED(""), "answer: m\n" },
		{ "no text", ",\"subAnswers\":[{\"message\":\"x\"}]", "answer: \n" },
		{ "flag", ",\"message\":\"m\",\"flags\":[\"no-results\"]",
		    "answer: m\n no results\n" },
	};
	static const struct answer_row polar[] = {
		{ "a question", RATED(",\"options\":[{\"label\":\"Yes\",\"value\":1}]"),
		    "polar: m\n yes = 1\n" },
		{ "without options", RATED(",\"options\":\"\""), "answer: m\n" },
	};

	answers_check("\"hologram\"", none, NELEMS(none));
	answers_check("\"polarQuestion\"", polar, NELEMS(polar));
}

/* How many of each came through, and how long the longest text is. */
Test(answer_parts, limits)
{
	static char text[400000];
	CLEANUP(buf_fini) struct buf json = BUF_INIT(900000);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	const struct inbenta_answer *got;
	struct inbenta_answers all = { 0 };
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	memset(text, 'x', sizeof(text) - 1);
	buf_printf(&json,
	    "{\"answers\":[{\"type\":\"extendedContentsAnswer\",\"subAnswers\":[");
	for (int i = 0; i < LIMIT_OPTIONS; i++)
		buf_printf(&json,
		    "{\"message\":\"m\",\"parameters\":{\"contents\":{\"title\":"
		    "\"%.*s\",\"url\":{\"value\":\"%.*s\"},\"trackingCode\":{\"clickCode\":"
		    "\"%.*s\"}}}},",
		    LIMIT_LABEL + i % 2, text, i == 0 ? LIMIT_URL + 1 : 8, text,
		    i == 0       ? LIMIT_TRACK_CODE + 1
			: i == 1 ? LIMIT_TRACK_CODE
				 : 3,
		    text);
	buf_str(&json,
	    "{\"message\":\"one too many\"}]},{\"actionField\":{\"fieldType\":"
	    "\"list\",\"listValues\":{\"values\":[");
	for (int i = 0; i <= LIMIT_OPTIONS; i++)
		buf_printf(&json, "%s{\"label\":\"%.*s\",\"option\":\"%.*s\"}",
		    i ? "," : "", LIMIT_LABEL + 1, text, LIMIT_OPTION_VALUE + i % 2,
		    text);
	buf_str(&json,
	    "]}}},{\"parameters\":{\"contents\":{\"related\":{\"relatedContents\":[");
	for (int i = 0; i <= LIMIT_OPTIONS; i++)
		buf_printf(&json, "%s{\"title\":\"%d\"}", i ? "," : "", i);
	buf_printf(&json, "]},\"trackingCode\":{\"rateCode\":\"%.*s\"}}}}]}",
	    LIMIT_TRACK_CODE + 1, text);
	cr_assert(
	    buf_ok(&json) && js_parse(json.data, json.len, &root, &e), "%s", e.text);
	cr_assert(inbenta_answers_read(&all, root, a, &e), "%s", e.text);
	cr_assert_eq(all.n, 3);
	got = &all.list[0];
	cr_assert_eq(got->n_pages, LIMIT_OPTIONS);
	cr_expect_str_eq(got->pages[0].url, "");
	cr_expect_str_eq(got->pages[0].click, "");
	cr_expect_eq(strlen(got->pages[1].title), LIMIT_LABEL);
	cr_expect_eq(strlen(got->pages[1].click), LIMIT_TRACK_CODE);
	got = &all.list[1];
	cr_assert_eq(got->n_options, LIMIT_OPTIONS);
	cr_expect_eq(strlen(got->options[0].say), LIMIT_OPTION_VALUE);
	cr_expect_null(got->options[1].say, "its label is said");
	cr_expect_eq(strlen(got->options[1].label), LIMIT_LABEL);
	cr_expect_eq(all.list[2].n_related, LIMIT_OPTIONS);
	cr_expect_null(all.list[2].rate_code);
}
