/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_ANSWERS_H
#define INBENTA_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/js.h"

/*
 * What the Chatbot API answered to a message. Texts are HTML unless said otherwise; nothing
 * is NULL but where it says so.
 */
enum inbenta_kind {
	INBENTA_ANSWER, /* also every type that is not known here: its text is shown */
	INBENTA_POLAR, /* labels "yes" and "no" in lower case */
	INBENTA_CHOICE,
	INBENTA_LIST, /* a form's field with values; its options are said, `say` first */
	INBENTA_DATE, /* a form's field for a date */
	INBENTA_TEXT, /* a form's field for a free text */
	INBENTA_PAGES /* contents of a federated search */
};

struct inbenta_option {
	const char *label;
	const char *value; /* as JSON text, so that 2 and "2" stay apart; NULL: none */
	bool as_text; /* say its label: it has no value, or leads to a person */
	const char *say; /* plain text that is said in place of the label; NULL: none */
	bool starts_agent; /* its direct call is escalationStart */
};

/* A sub-answer. One that has neither title, text nor url is left out. */
struct inbenta_page {
	const char *title; /* "": none but the first line of its text */
	const char *html;
	const char *url; /* "": none */
	const char *click; /* its clickCode; "": none */
};

/* What a form asked of the user, with callback escalateToAgent or createTicket. */
struct inbenta_field {
	const char *name, *value; /* name not ""; a value of another type as text */
};

struct inbenta_form {
	const struct inbenta_field *fields; /* as they came */
	size_t n; /* 0: callback without data */
};

struct inbenta_answer {
	enum inbenta_kind kind;
	const char *html;
	/* A question without any options, a search without pages become a plain answer. */
	const struct inbenta_option *options; /* of POLAR, CHOICE, LIST */
	size_t n_options;
	const struct inbenta_page *pages; /* of PAGES */
	size_t n_pages;
	const char *related_title; /* "": none */
	const char *const *related; /* titles of related contents */
	size_t n_related;
	const char *rate_code; /* NULL: there is none, or it is not to be rated */
	bool no_results; /* flag no-results */
	bool escalate; /* flag escalate */
	/* DIRECT_CALL or DYNAMIC_REDIRECT escalationOffer */
	bool offers_agent;
	/* Callback escalationStart; or DIRECT_CALL, but for the steps of a form. */
	bool wants_agent;
	const struct inbenta_form *form; /* of escalateToAgent; NULL: none */
	const struct inbenta_form *ticket; /* of createTicket; NULL: none */
};

struct inbenta_answers {
	const struct inbenta_answer *list;
	size_t n;
	const char *session_token; /* to be used from now on; NULL: none came */
};

/*
 * Reads a response: {"answers":[…]}, one bare answer, or an answer in place of the list.
 * Members may be missing, null, "" or [], or of a wrong type, which counts as missing; but a
 * text may stand in place of messageList. More than LIMIT_ANSWERS, LIMIT_OPTIONS (options,
 * pages, related contents), LIMIT_HTML or LIMIT_LABEL is cut; a code above LIMIT_TRACK_CODE,
 * a URL above LIMIT_URL or what a form has above LIMIT_AGENT_FIELDS and LIMIT_AGENT_FORM is
 * left out; both are logged, like a type that is not known. Everything lives in the arena.
 * ERR_UPSTREAM when there is no answer in it. Source: Inbenta, "Chatbot API: message".
 */
bool inbenta_answers_read(
    struct inbenta_answers *out, js *root, struct arena *a, struct err *e) MUST_CHECK;

#endif
