/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_ANSWERS_H
#define INBENTA_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/js.h"

/* What the Chatbot API answered to a message. Texts are HTML, nothing is NULL but `value`. */
enum inbenta_kind {
	INBENTA_ANSWER, /* also every type that is not known here: its text is shown */
	INBENTA_POLAR, /* labels "yes" and "no" in lower case */
	INBENTA_CHOICE
};

struct inbenta_option {
	const char *label;
	const char *value; /* as JSON text, so that 2 and "2" stay apart; NULL: none */
	bool as_text; /* say its label: it has no value, or leads to a person */
};

struct inbenta_answer {
	enum inbenta_kind kind;
	const char *html;
	const struct inbenta_option *options;
	size_t n_options; /* a question without any becomes a plain answer */
};

struct inbenta_answers {
	const struct inbenta_answer *list;
	size_t n;
	const char *session_token; /* to be used from now on; NULL: none came */
};

/*
 * Reads a response: {"answers":[…]}, one bare answer, or an answer in place of the list.
 * Members may be missing, null, "" or []. More than LIMIT_ANSWERS, LIMIT_OPTIONS, LIMIT_HTML
 * or LIMIT_LABEL is cut, which is logged. Everything lives in the arena. ERR_UPSTREAM when
 * there is no answer in it. Source: Inbenta, "Chatbot API: message".
 */
bool inbenta_answers_read(
    struct inbenta_answers *out, js *root, struct arena *a, struct err *e) MUST_CHECK;

#endif
