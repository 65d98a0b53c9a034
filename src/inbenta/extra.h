/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_EXTRA_H
#define INBENTA_EXTRA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"

/*
 * ExtraInfo: what the owner of an instance sets there for connectors like this one, in the
 * group "twilio" of its app data: texts over those of the language files, and whether users
 * talk to agents alone. Source: Inbenta, "Chatbot API: app data".
 */
#define INBENTA_EXTRA_GROUP "twilio"

struct inbenta_text {
	const char *lang, *label, *text; /* none of them "" */
};

enum inbenta_only_chat {
	INBENTA_CHAT_UNSET,
	INBENTA_CHAT_OFF, /* there, but not "true" */
	INBENTA_CHAT_ON
};

/* Constant once it is made, so that any thread may read it. */
struct inbenta_extra {
	const struct inbenta_text
	    *texts; /* as they came; a later one replaces an earlier */
	size_t n;
	enum inbenta_only_chat only_chat;
	struct arena *arena; /* private */
};

/*
 * Reads an answer {"results":[…]} (NULL is allowed). What is no ExtraInfo is left out, as
 * are texts that are "" and, logged, what is above LIMIT_SETUP_TEXTS or LIMIT_SETUP_TEXT.
 */
struct inbenta_extra *inbenta_extra_new(js *answer) MUST_CHECK;
void inbenta_extra_free(struct inbenta_extra *x); /* NULL is allowed */

/*
 * Reads a cache file: {"<group>":answer,…}, written by us or by Inbenta's own connectors.
 * *out is NULL when our group is not among them. ERR_INPUT when the file is damaged.
 */
bool inbenta_extra_load(
    struct inbenta_extra **out, const char *text, size_t len, struct err *e) MUST_CHECK;

/*
 * Appends such a file: the text that it has now, with our group's answer (NULL: none) in
 * place of an older one. Other groups give way when they do not fit, or are damaged.
 */
void inbenta_extra_save(struct buf *out, const char *text, size_t len, js *answer);

#endif
