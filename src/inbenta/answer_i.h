/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_ANSWER_I_H
#define INBENTA_ANSWER_I_H

#include "inbenta/answers.h"

/* What the files that read an answer share; nobody else includes it. */

/* Length of a text cut to max bytes, not inside a character; a cut is logged. */
size_t answer_cut(const char *what, const char *s, size_t n, size_t max);
/* Elements of a list (NULL is allowed), LIMIT_OPTIONS at most; a cut is logged. */
size_t answer_count(const char *what, js *list);

/*
 * messageList by lines, or the older `message` when it says nothing; below it the side
 * bubble, when it is asked for.
 */
const char *answer_text(js *answer, bool side_bubble, struct arena *a);

/* A text or a number as text, of a list the first that is not ""; "" for all else. */
const char *answer_loose(js *v);
/* The same as a label, cut to LIMIT_LABEL. */
const char *answer_label(js *v, struct arena *a);
/* The same when it is not longer than max; "" otherwise, which is logged. */
const char *answer_code(const char *what, js *v, size_t max, struct arena *a);

/* Whether a member is the word, or is a list that holds it. */
bool answer_has(js *o, const char *path, const char *word);

/* A setting of the content, which comes with the answer and as a copy with the content. */
bool answer_has_setting(js *answer, const char *name, const char *word);

/* The parts of an answer; each fills its own members of *out, which are zero. */
void answer_options(js *answer, struct arena *a, struct inbenta_answer *out);
void answer_values(js *answer, struct arena *a, struct inbenta_answer *out);
void answer_related(js *answer, struct arena *a, struct inbenta_answer *out);
void answer_signals(js *answer, struct arena *a, struct inbenta_answer *out);
void answer_pages(js *answer, struct arena *a, struct inbenta_answer *out);

#endif
