/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_ANSWER_H
#define SANDBOX_INBENTA_ANSWER_H

#include "base/js.h"
#include "sandbox/knowledge.h"

/* What the bot says, in the shapes of the Chatbot API: one response while it grows. */
struct saying {
	js *response; /* {"answers":[…]}; whoever made it puts it */
	const char *base; /* stands for {base} in texts: this server's URL */
	size_t max_options, max_related;
};

js *answers_new(void) MUST_CHECK;

/* Each appends one object of type "answer"; flag NULL: none. */
void answers_say(const struct saying *s, const char *html, const char *flag);
/* The end of a form; callback NULL: none, else an action with `data`, which is borrowed. */
void answers_end(
    const struct saying *s, const char *html, const char *callback, js *data);
/* A field's question, after `before` (HTML, may be ""); number: its place, from 1. */
void answers_field(const struct saying *s, const struct know_field *f, size_t number,
    const char *before, const char *flag);

/* A yes/no question; the values are "1" and "2". */
void answers_polar(const struct saying *s, const char *html);

/* The entry's answers with all that belongs to them, then its question or pages. */
void answers_entry(const struct saying *s, const struct know_entry *en);

#endif
