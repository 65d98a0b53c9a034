/* SPDX-License-Identifier: Apache-2.0 */
/* What a knowledge file can hold beyond questions: forms, pages, related contents, ratings. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "sandbox/knowledge.h"
#include "support/leaks.h"
#include "support/patience.h"

TestSuite(sandbox_shop, .init = not_for_ever, .fini = no_leaks);

#define BOT \
	"bot = { name = \"B\"; welcome = \"w\"; too_long = \"l\"; fallback = \"f\"; };\n"
#define ENTRY(x) BOT "entries = ( { name = \"a\"; " x " } );"
#define FORM(x) ENTRY("form = { done = \"d\"; fields = ( " x " ); };")

static const char all[] = BOT
    "entries = (\n"
    "{ name = \"returns\"; title = \"Returns and refunds\"; answer = ( \"one\", \"two\" );\n"
    "  rate = true; side = \"s\"; related = { title = \"See\"; to = ( \"book\", "
    "\"Found pages\" ); }; },\n"
    "{ name = \"book\"; form = {\n"
    "  fields = ( { name = \"TOPIC\"; ask = \"q\"; kind = \"list\"; wrong = \"no\"; values = (\n"
    "      { label = \"Red\"; option = \"r\"; }, { label = \"Two\"; option = 2; } ); },\n"
    "    { name = \"DAY\"; ask = \"when\"; kind = \"date\"; },\n"
    "    { name = \"NOTE_2\"; ask = \"why\"; } );\n"
    "  done = \"$TOPIC\"; leave = \"leave?\"; left = \"left\"; }; },\n"
    "{ name = \"found\"; title = \"Found pages\"; pages = { found = \"here\"; list = (\n"
    "  { title = \"T\"; text = \"x\"; url = \"https://e.example\"; },\n"
    "  { title = \"U\"; text = \"y\"; } ); }; }\n"
    ");";

Test(sandbox_shop, all_kinds)
{
	CLEANUP(knowledge_putp) struct knowledge *k = NULL;
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct know_entry *en, *book, *found;
	struct err e = { 0 };

	k = knowledge_parse(all, sizeof(all) - 1, &e);
	cr_assert_not_null(k, "%s", e.text);
	en = know_named(k, "returns");
	book = know_named(k, "book");
	found = know_named(k, "found");
	cr_assert(en != NULL && book != NULL && found != NULL);
	cr_expect_str_eq(en->title, "Returns and refunds");
	cr_expect_str_eq(book->title, "book", "the name stands for a missing title");
	cr_expect(en->rate && !book->rate);
	cr_expect_str_eq(en->side, "s");
	cr_expect_str_eq(en->related_title, "See");
	cr_assert_eq(en->n_related, 2u);
	cr_expect_eq(en->related[0], book, "by its name");
	cr_expect_eq(en->related[1], found, "by its title");
	cr_expect_eq(know_match(k, a, "found pages"), found, "a title is understood");
	cr_expect_eq(know_match(k, a, "REFUNDS and returns!"), en);

	cr_assert(book->form != NULL && book->form->n_fields == 3);
	cr_expect_eq(book->form->fields[0].kind, KNOW_LIST);
	cr_expect_str_eq(book->form->fields[0].values[0].option, "r");
	cr_expect_not(book->form->fields[0].values[0].is_number);
	cr_expect_str_eq(book->form->fields[0].values[1].option, "2");
	cr_expect(book->form->fields[0].values[1].is_number);
	cr_expect_eq(book->form->fields[1].kind, KNOW_DATE);
	cr_expect_eq(book->form->fields[2].kind, KNOW_TEXT);

	cr_assert_eq(found->n_pages, 2u);
	cr_expect_str_eq(found->found, "here");
	cr_expect_str_eq(found->pages[0].url, "https://e.example");
	cr_expect_null(found->pages[1].url);
}

Test(sandbox_shop, mistakes)
{
	static const struct {
		const char *name, *in, *says;
	} t[] = {
		{ "rate is no boolean", ENTRY("answer = \"x\"; rate = 1;"),
		    "line 2: rate must be true or false" },
		{ "nothing to rate", ENTRY("ask = \"q\"; rate = true;"),
		    "line 2: rate and side need an answer" },
		{ "side bubble of nothing", ENTRY("ask = \"q\"; side = \"s\";"),
		    "line 2: rate and side need an answer" },
		{ "related is no group", ENTRY("answer = \"x\"; related = \"b\";"),
		    "line 2: related must be a group" },
		{ "related without title",
		    ENTRY("answer = \"x\"; related = { to = \"a\"; };"),
		    "line 2: title is missing" },
		{ "related to nothing",
		    ENTRY("answer = \"x\"; related = { title = \"t\"; };"),
		    "line 2: to must name 1 to 20 entries" },
		{ "related to nobody",
		    ENTRY(
			"answer = \"x\";\n related = { title = \"t\"; to = \"b\"; };"),
		    "line 3: there is no entry \"b\"" },
		{ "related without answer",
		    ENTRY("pages = { found = \"f\"; list = ( { title = \"t\"; text = "
			  "\"x\"; } ); }; related = { title = \"t\"; to = \"a\"; };"),
		    "line 2: related needs an answer" },
		{ "pages without found", ENTRY("pages = { list = ( ); };"),
		    "line 2: found is missing" },
		{ "no pages", ENTRY("pages = { found = \"f\"; };"),
		    "line 2: list is missing or empty" },
		{ "page without text",
		    ENTRY("pages = { found = \"f\"; list = ( { title = \"t\"; } ); };"),
		    "line 2: text is missing" },
		{ "pages and a question",
		    ENTRY("ask = \"q\"; pages = { found = \"f\"; list = ( { title = "
			  "\"t\"; text = \"x\"; } ); };"),
		    "line 2: only one of ask, form and pages" },
		{ "form without end", ENTRY("form = { };"), "line 2: done is missing" },
		{ "form without fields", ENTRY("form = { done = \"d\"; };"),
		    "line 2: fields is missing or empty" },
		{ "field without name", FORM("{ ask = \"q\"; }"),
		    "line 2: name is missing" },
		{ "field in small letters", FORM("{ name = \"day\"; ask = \"q\"; }"),
		    "line 2: the name of a field has capital letters" },
		{ "field of a long name",
		    FORM("{ name = \"A2345678901234567890123456789012345678901\"; ask "
			 "= \"q\"; }"),
		    "line 2: the name of a field has capital letters" },
		{ "field twice",
		    FORM("{ name = \"A\"; ask = \"q\"; },\n{ name = \"A\"; ask = "
			 "\"q\"; }"),
		    "line 3: the name \"A\" is taken" },
		{ "unknown kind", FORM("{ name = \"A\"; ask = \"q\"; kind = \"x\"; }"),
		    "line 2: kind must be text, list, date or email" },
		{ "list without values",
		    FORM("{ name = \"A\"; ask = \"q\"; kind = \"list\"; }"),
		    "line 2: a field of kind list" },
		{ "values without list",
		    FORM("{ name = \"A\"; ask = \"q\"; values = ( { label = \"l\"; "
			 "option = \"o\"; } ); }"),
		    "line 2: a field of kind list" },
		{ "value without option",
		    FORM("{ name = \"A\"; ask = \"q\"; kind = \"list\"; values = ( { "
			 "label = \"l\"; } ); }"),
		    "line 2: option is missing" },
		{ "option of another type",
		    FORM("{ name = \"A\"; ask = \"q\"; kind = \"list\"; values = ( { "
			 "label = \"l\"; option = 1.5; } ); }"),
		    "line 2: must be a string" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };

		cr_expect_null(
		    knowledge_parse(t[i].in, strlen(t[i].in), &e), "%s", t[i].name);
		cr_expect(strncmp(e.text, t[i].says, strlen(t[i].says)) == 0, "%s: %s",
		    t[i].name, e.text);
	}
}
