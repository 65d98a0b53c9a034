/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, related contents, pages, dates: how they are shown and what answers them. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/log.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/talk.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	not_for_ever();
}

TestSuite(turn_kinds, .init = quiet, .fini = no_leaks);

static const struct bot_option yes_no[] = { { .label = "yes", .value = "y1" },
	{ .label = "no", .value = "y2" } };
static const struct bot_option two[] = { { .label = "<b>One</b>", .value = "c1" },
	{ .label = "Two", .value = "c2" } };
static const struct bot_option colours[] = {
	{ .label = "Red", .value = "", .as_text = true, .say = "r-1" },
	{ .label = "Blue", .value = "", .as_text = true, .say = "b-2" },
};
static const struct bot_option others[] = {
	{ .label = "Small", .value = "", .as_text = true, .say = "s" },
	{ .label = "Large", .value = "", .as_text = true, .say = "l" },
};
static const struct bot_option refunds[] = {
	{ .label = "Refunds &amp; more", .value = "", .as_text = true },
	{ .label = "Invoices", .value = "", .as_text = true },
};

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_answer sure[] = { ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer colour[] = { ASKS(
    BOT_LIST, "<p>Pick a colour</p>", colours) };
static const struct bot_answer again[] = { ASKS(
    BOT_LIST, "That is none. Pick a colour", colours) };
static const struct bot_answer size[] = { ASKS(BOT_LIST, "Size?", others) };
static const struct bot_answer when[] = { SAYS(BOT_DATE, "When?") };
static const struct bot_answer mail[] = { SAYS(BOT_TEXT, "Mail?") };
static const struct bot_answer all_kinds[] = { ASKS(BOT_LIST, "Colour?", colours),
	ASKS(BOT_CHOICE, "Which?", two), ASKS(BOT_POLAR, "Sure?", yes_no) };
static const struct bot_answer two_lists[] = { ASKS(BOT_CHOICE, "First?", two),
	SAYS(BOT_ANSWER, "Between"), ASKS(BOT_CHOICE, "Second?", two) };
static const struct bot_answer related[] = { { .kind = BOT_ANSWER,
    .html = "Pay by card.",
    .related_title = "You may also like",
    .related = refunds,
    .n_related = 2,
    .rate_code = "cjE" } };
static const struct bot_answer list_related[] = { { .kind = BOT_LIST,
    .html = "Pick a colour",
    .options = colours,
    .n_options = 2,
    .related_title = "See",
    .related = refunds,
    .n_related = 2 } };
static const struct bot_answer without_text[] = { ASKS(BOT_CHOICE, "<p> </p>", two) };

static const struct bot_result says_hello = RESULT(hello);
static const struct bot_result asks_sure = RESULT(sure);
static const struct bot_result asks_colour = RESULT(colour);
static const struct bot_result asks_again = RESULT(again);
static const struct bot_result asks_size = RESULT(size);
static const struct bot_result asks_when = RESULT(when);
static const struct bot_result asks_mail = RESULT(mail);
static const struct bot_result asks_all = RESULT(all_kinds);
static const struct bot_result asks_two = RESULT(two_lists);
static const struct bot_result shows_related = RESULT(related);
static const struct bot_result asks_list_related = RESULT(list_related);
static const struct bot_result asks_without_text = RESULT(without_text);

#define COLOUR "Pick a colour (type a number)\n1) Red\n2) Blue"
#define AGAIN "That is none. Pick a colour (type a number)\n1) Red\n2) Blue"
#define SIZE "Size? (type a number)\n1) Small\n2) Large"
#define SURE "Sure?\n1) Yes\n2) No"
#define RELATED \
	"Pay by card.\n\nYou may also like (type a number)\n" \
	"1) Refunds & more\n2) Invoices"
#define RANGE "Please type a number from 1 to 2."

/* behaviour 6.1: list values */
Test(turn_kinds, T07_list_retry)
{
	static const struct talk t[] = {
		{ "T7: a wrong answer, then a right one",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &says_hello, "option  as text: r-1", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "by its label",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "blue!", &says_hello, "option  as text: b-2",
			    { "Hello" } } } },
		{ "by what it says",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "B-2", &says_hello, "option  as text: b-2", { "Hello" } } } },
		{ "two wrong answers",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "y", &says_hello, "y", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "a number out of range is told, then it is a wrong answer",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "7", NULL, NULL, { RANGE } },
			{ "7", &says_hello, "7", { "Hello" } },
			{ "7", NULL, NULL, { RANGE } },
			{ "7", &says_hello, "7", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "the bot asks for something else",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_size, "x", { SIZE } },
			{ "2", &says_hello, "option  as text: l", { "Hello" } } } },
		{ "the bot asks for a date",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_when, "x", { "When? (date format: mm/dd/YYYY)" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "the bot asks for a text",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_mail, "x", { "Mail?" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "the bot fails: nothing has happened",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &talk_fails, "x", { UNAVAILABLE } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &says_hello, "option  as text: r-1", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* The bot repeats its question after a wrong answer: still one wrong answer in all. */
Test(turn_kinds, T07_the_same_list_is_the_same_question)
{
	static const struct talk t[] = {
		{ "asked again",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_again, "x", { AGAIN } },
			{ "y", &says_hello, "y", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "asked again and again",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_again, "x", { AGAIN } },
			{ "y", &asks_again, "y", { AGAIN } },
			{ "2", &says_hello, "option  as text: b-2", { "Hello" } } } },
		{ "another list has its own",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_size, "x", { SIZE } },
			{ "y", &says_hello, "y", { "Hello" } },
			{ "1", &says_hello, "option  as text: s", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn_kinds, F22_a_right_answer_gives_the_retry_back)
{
	static const struct talk t[] = {
		{ "the next list",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &asks_size, "option  as text: r-1", { SIZE } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &says_hello, "option  as text: s", { "Hello" } } } },
		{ "even the same one",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &asks_colour, "option  as text: r-1", { COLOUR } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &says_hello, "option  as text: r-1", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* The bot itself offers to leave; its question is one like others. */
Test(turn_kinds, a_form_is_left)
{
	static const struct talk t[] = {
		{ "yes",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_again, "x", { AGAIN } },
			{ "y", &asks_sure, "y", { SURE } },
			{ "1", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "no, and the form goes on",
		    { { "q", &asks_colour, "q", { COLOUR } },
			{ "x", &asks_sure, "x", { SURE } },
			{ "no", &asks_colour, "option y2: No", { COLOUR } },
			{ "Red", &says_hello, "option  as text: r-1", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn_kinds, F24_numbered_through)
{
	static const struct talk t[] = {
		{ "the first of two lists",
		    { { "q", &asks_two, "q",
			  { "First?\n1) One\n2) Two", "Between",
			      "Second?\n3) One\n4) Two" } },
			{ "2", &says_hello, "option c2: Two", { "Hello" } } } },
		{ "the second",
		    { { "q", &asks_two, NULL,
			  { "First?\n1) One\n2) Two", "Between",
			      "Second?\n3) One\n4) Two" } },
			{ "03", &says_hello, "option c1: One", { "Hello" } } } },
		{ "all kinds: the list counts",
		    { { "q", &asks_all, NULL,
			  { "Colour? (type a number)\n1) Red\n2) Blue",
			      "Which?\n3) One\n4) Two", "Sure?\n5) Yes\n6) No" } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "5", &says_hello, "option y1: Yes", { "Hello" } } } },
		{ "all kinds: first letters of yes and no",
		    { { "q", &asks_all, NULL,
			  { "Colour? (type a number)\n1) Red\n2) Blue",
			      "Which?\n3) One\n4) Two", "Sure?\n5) Yes\n6) No" } },
			{ "r", &says_hello, "r", { "Hello" } },
			{ "n", &says_hello, "option y2: No", { "Hello" } } } },
		{ "a list and related contents in one answer",
		    { { "q", &asks_list_related, NULL,
			  { COLOUR "\n\nSee (type a number)\n"
				   "3) Refunds & more\n4) Invoices" } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "4", &says_hello, "option  as text: Invoices",
			    { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* No rating is asked beside them, though the answer may be rated. */
Test(turn_kinds, T08_related_contents)
{
	static const struct talk t[] = {
		{ "T8",
		    { { "q", &shows_related, "q", { RELATED } },
			{ "2", &says_hello, "option  as text: Invoices",
			    { "Hello" } } } },
		{ "by title",
		    { { "q", &shows_related, "q", { RELATED } },
			{ "refunds & MORE", &says_hello,
			    "option  as text: Refunds & more", { "Hello" } } } },
		{ "something else",
		    { { "q", &shows_related, "q", { RELATED } },
			{ "thanks", &says_hello, "thanks", { "Hello" } },
			{ "2", &says_hello, "2", { "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn_kinds, texts_that_are_missing)
{
	static const struct bot_answer picture[] = { ASKS(
	    BOT_CHOICE, "<img src=\"https://x.example/a.png\">", two) };
	static const struct bot_answer bare_related[] = { { .kind = BOT_ANSWER,
	    .html = "",
	    .related_title = "",
	    .related = refunds,
	    .n_related = 2 } };
	static const struct bot_answer nothing[] = { { .kind = BOT_ANSWER,
	    .html = "<p></p>",
	    .related_title = "",
	    .no_results = true } };
	static const struct bot_answer words[] = { { .kind = BOT_ANSWER,
	    .html = "Nothing found.",
	    .related_title = "",
	    .no_results = true } };
	static const struct bot_answer comment[] = { ASKS(
	    BOT_CHOICE, "<!-- <b>", two) };
	static const struct bot_result shows_picture = RESULT(picture);
	static const struct bot_result shows_comment = RESULT(comment);
	static const struct bot_result shows_bare = RESULT(bare_related);
	static const struct bot_result finds_nothing = RESULT(nothing);
	static const struct bot_result says_so = RESULT(words);
	static const struct talk t[] = {
		{ "options without a text",
		    { { "q", &asks_without_text, "q",
			{ "Please choose an option\n1) One\n2) Two" } } } },
		{ "options below a picture",
		    { { "q", &shows_picture, "q",
			{ "Please choose an option\n1) One\n2) Two", "" } } } },
		{ "options below what is never closed",
		    { { "q", &shows_comment, "q",
			{ "Please choose an option\n1) One\n2) Two" } } } },
		{ "related contents without title and text",
		    { { "q", &shows_bare, "q",
			{ "(type a number)\n1) Refunds & more\n2) Invoices" } } } },
		{ "no results and no words for it",
		    { { "q", &finds_nothing, "q",
			{ "Sorry, I found no answer to that. "
			  "Could you put it another way?" } } } },
		{ "no results, in the bot's words",
		    { { "q", &says_so, "q", { "Nothing found." } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

static const struct bot_page without_urls[] = {
	{ "Returns &amp; co", "<p>Send it <b>back</b>.</p>", "", "YzI" },
	{ "2 days", "", "", "" },
};
static const struct bot_page with_urls[] = {
	{ "Returns", "<p>Returns policy</p>", "https://shop.example/returns", "YzI" },
	{ "Shipping", "", "https://shop.example/shipping", "" },
	{ "Stores", "Our stores", "", "" },
};

#define FINDS(list, n) \
	{ \
		.kind = BOT_PAGES, .html = "I found these pages", .pages = (list), \
		.n_pages = (n), .related_title = "" \
	}

static const struct bot_answer titles[] = { FINDS(without_urls, 2) };
static const struct bot_answer links[] = { FINDS(with_urls, 3) };
static const struct bot_answer one_page[] = { FINDS(without_urls, 1) };
static const struct bot_result finds_titles = RESULT(titles);
static const struct bot_result finds_links = RESULT(links);
static const struct bot_result finds_one = RESULT(one_page);

#define FOUND "I found these pages\n\n1) Returns & co\n2) 2 days"

/* behaviour 17.3: extended answers; only of those without addresses one is chosen. */
Test(turn_kinds, T09_pages)
{
	static const struct talk t[] = {
		{ "T9: by number",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "1", NULL, NULL, { "Send it back." } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "by title",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "returns & co", NULL, NULL, { "Send it back." } } } },
		{ "a page without a text is its title",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "2)", NULL, NULL, { "2 days" } } } },
		{ "out of range",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "3", NULL, NULL, { RANGE } },
			{ "1", NULL, NULL, { "Send it back." } } } },
		{ "something else",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "x", &says_hello, "x", { "Hello" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "addresses: links, no numbers",
		    { { "q", &finds_links, "q",
			  { "I found these pages\n\n"
			    "Returns policy (https://shop.example/returns)\n\n"
			    "Shipping (https://shop.example/shipping)\n\n"
			    "Our stores" } },
			{ "1", &says_hello, "1", { "Hello" } } } },
		{ "one alone",
		    { { "q", &finds_one, "q",
			  { "I found these pages\n\nSend it back." } },
			{ "1", &says_hello, "1", { "Hello" } } } },
	};
	struct stage s;

	stage_init(&s);
	talk_run(&s, CONF_PRODUCTION, &t[0]);
	cr_expect_str_eq(s.bot.notes, "click YzI;", "one click of the page");
	for (size_t i = 2; i < NELEMS(t); i++)
		talk_run(&s, CONF_PRODUCTION, &t[i]);
	cr_expect_str_eq(s.bot.notes, "click YzI;click YzI;", "one more of a number");
	talk_run(&s, CONF_PRODUCTION, &t[1]);
	cr_expect_str_eq(s.bot.notes, "click YzI;click YzI;click YzI;");
	stage_fini(&s);
}

/* A number with words behind it is no number, whatever the titles begin with. */
Test(turn_kinds, F37_a_number_in_a_text_chooses_nothing)
{
	static const struct talk t[] = {
		{ "number and words",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "1 day", &says_hello, "1 day", { "Hello" } } } },
		{ "the whole title",
		    { { "q", &finds_titles, "q", { FOUND } },
			{ "2 days", NULL, NULL, { "2 days" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

/* Best effort: the page is shown, whatever becomes of the click. */
Test(turn_kinds, F30_a_click_that_fails_harms_nothing)
{
	static const struct talk t = { "click",
		{ { "q", &finds_titles, "q", { FOUND } },
		    { "1", NULL, NULL, { "Send it back." } },
		    { "hi", &says_hello, "hi", { "Hello" } } } };
	struct stage s;

	stage_init(&s);
	s.bot.note_trouble = (struct err){ ERR_UPSTREAM, 500, "answer 500" };
	talk_run(&s, CONF_PRODUCTION, &t);
	cr_expect_eq(s.bot.noted, 1, "it is not tried again");
	stage_fini(&s);
}

Test(turn_kinds, buttons)
{
	static const struct talk t[] = {
		{ "by value, whatever is written on it",
		    { { "q", &asks_two, NULL,
			  { "First?\n1) One\n2) Two", "Between",
			      "Second?\n3) One\n4) Two" } },
			{ "[pick=c2]Tap", &says_hello, "option c2: Two",
			    { "Hello" } } } },
		{ "by number",
		    { { "q", &asks_colour, NULL, { COLOUR } },
			{ "[pick=2]Tap", &says_hello, "option  as text: b-2",
			    { "Hello" } } } },
		{ "by label",
		    { { "q", &asks_colour, NULL, { COLOUR } },
			{ "[pick=RED]Tap", &says_hello, "option  as text: r-1",
			    { "Hello" } } } },
		{ "an id that fits nothing: what is written on it",
		    { { "q", &asks_colour, NULL, { COLOUR } },
			{ "[pick=old]Blue", &says_hello, "option  as text: b-2",
			    { "Hello" } } } },
		{ "a number out of range as id is no number",
		    { { "q", &asks_colour, NULL, { COLOUR } },
			{ "[pick=9]Blue", &says_hello, "option  as text: b-2",
			    { "Hello" } } } },
		{ "a button when nothing is asked",
		    { { "[pick=1]Opening hours", &says_hello, "Opening hours",
			{ "Hello" } } } },
	};

	talk_run_all(CONF_PRODUCTION, t, NELEMS(t));
}

Test(turn_kinds, D11_messages_of_pages_are_italic_on_whatsapp)
{
	static const struct talk t = { "whatsapp",
		{ { "q", &finds_titles, "q",
		      { "_I found these pages_\n\n1) Returns & co\n2) 2 days" } },
		    { "1", NULL, NULL, { "Send it *back*." } } } };
	struct stage s;

	stage_init(&s);
	s.from = "whatsapp:+34600111222";
	talk_run(&s, CONF_PRODUCTION, &t);
	stage_fini(&s);
}
