/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_ANSWER_H
#define SANDBOX_INBENTA_ANSWER_H

#include "base/js.h"
#include "sandbox/knowledge.h"

/*
 * What the bot says, in the shapes of the Chatbot API. Each function appends to the array
 * `answers` of a response made by answers_new().
 */
js *answers_new(void) MUST_CHECK;
/* One answer object of type "answer"; flag NULL: none. title may be "". */
void answers_say(js *response, const char *html, const char *title, const char *flag);
/* The entry's answers, then its question with at most max_options options. */
void answers_entry(js *response, const struct know_entry *en, size_t max_options);

#endif
