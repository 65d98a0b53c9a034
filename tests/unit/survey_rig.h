/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_SURVEY_RIG_H
#define UNIT_SURVEY_RIG_H

#include "unit/after_rig.h"

/* A survey of two questions that the office has about the chat, and what it looks like. */

#define TALK "survey = { active = true; id = 5; confirmToStart = false; };"
#define ASKING "survey = { active = true; id = 5; };"
#define BOTH "surveyId = \"7\"; " TALK

static const struct survey_choice choices[] = { { "Yes", "y" }, { "Not at all", "n" } };
static const struct survey_item items[] = {
	{ .id = "", .html = "<p>Tell us</p>", .kind = SURVEY_SHOWN, .page = 1 },
	{ .id = "12",
	    .html = "Were you <b>helped</b>?",
	    .kind = SURVEY_CHOICE,
	    .choices = choices,
	    .n_choices = NELEMS(choices),
	    .page = 1 },
	{ .id = "13", .html = "Anything else?", .kind = SURVEY_TEXT, .page = 1 },
};
static const struct survey survey = { .id = "5",
	.token = "TK",
	.thanks = "<i>Thank you!</i>",
	.items = items,
	.n_items = NELEMS(items) };

#define FIRST "Tell us\n\nWere you helped?\n1 - Yes\n2 - Not at all"
#define AGAIN "Were you helped?\n1 - Yes\n2 - Not at all"
#define LAST "Anything else?"
#define THANKS "Thank you!"
#define OUR_THANKS "Thanks!"
#define OFFER "Would you like to answer a short survey?\n1) Yes\n2) No"
#define DOUBT \
	"I did not understand that answer. Do you want to go on with the survey?\n" \
	"1) Yes\n2) No"

static const struct bot_answer hello[] = { SAYS(BOT_ANSWER, "Hello") };
static const struct bot_result says_hello = RESULT(hello);
static UNUSED const struct bot_option colours[] = { { .label = "Red", .value = "r" },
	{ .label = "Blue", .value = "b" } };
static UNUSED const struct bot_answer asking[] = { ASKS(
    BOT_CHOICE, "Which?", colours) };
static UNUSED const struct bot_result asks = RESULT(asking);

#define TO_BOT \
	{ \
		"yo", &says_hello, "yo", \
		{ \
			"Hello" \
		} \
	}
#define IN(text, ...) \
	{ \
		text, NULL, NULL, \
		{ \
			__VA_ARGS__ \
		} \
	}

static UNUSED void
begin(struct after *r, const char *settings)
{
	after_init(r, settings);
	r->office.survey_is = TICKET_SURVEY;
	r->office.survey = survey;
	r->x.f.link = AFTER_LINK;
	after_open(r);
}

#endif
