/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SURVEY_WALK_I_H
#define DIALOG_SURVEY_WALK_I_H

#include <stdbool.h>

#include "dialog/session.h"
#include "dialog/survey_walk.h"

/* What the files of a survey's walk share. For them only. */

/* So many wrong answers in a row to one question, and whether to go on is asked. */
enum { WALK_WRONG = 2 };

/* Whether it can be asked and answered; false of what is only shown as well. */
bool walk_askable(const struct survey_item *item) MUST_CHECK;

/* Appends an item as walk_encode() does. */
void walk_put_item(struct buf *out, const struct survey_item *item);

/* What is said, all of it living in the talk's arena. */

/* Whether anything is left of the HTML on a phone: text, or a medium. */
bool walk_visible(const struct walk_talk *t, const char *html) MUST_CHECK;

/* A text as people wrote it: HTML where it looks like it. */
struct block walk_html_block(const char *html) MUST_CHECK;

/* A label of ours. */
struct block walk_label_block(const struct walk_talk *t, const char *label) MUST_CHECK;

struct block walk_question_block(
    const struct walk_talk *t, const struct survey_item *item) MUST_CHECK;

/* Items from..to - 1, which are only shown, with room for one block behind. */
struct block *walk_shown_blocks(const struct survey_walk *w, const struct walk_talk *t,
    size_t from, size_t to) MUST_CHECK;

/* The choices of an item as match.h reads them. */
struct choice *walk_choices(
    const struct walk_talk *t, const struct survey_item *item) MUST_CHECK;

/* Yes and no, in this order. */
void walk_yes_no(const struct walk_talk *t, struct choice both[2]);

/* A label of ours that they answer. */
void walk_say_yes_no(
    const struct walk_talk *t, const char *label, struct walk_said *out);

#endif
