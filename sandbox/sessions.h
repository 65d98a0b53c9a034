/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SESSIONS_H
#define SANDBOX_SESSIONS_H

#include "base/js.h"
#include "sandbox/knowledge.h"

/* Conversations of the stand-in's bot: who is in one, and what was asked last. */
struct sessions;

enum { SESSIONS_MAX = 4096, SESSION_IDLE_S = 1800 };

struct session {
	char *token; /* NULL: a free place */
	int64_t used_at;
	size_t max_options;
	bool spoken; /* something was said in it */
	char *obeyed; /* the last word of trouble that was obeyed, as said */
	unsigned n_misses; /* texts without a result */
	struct knowledge *know; /* that `asked` belongs to */
	const struct know_entry *asked; /* the question whose options are open */
	js *open; /* or those of a dictated answer: array of values */
};

struct sessions *sessions_new(void);
void sessions_free(struct sessions *s);

/* A new one; the longest unused gives way when there are too many. */
void sessions_add(struct sessions *s, const char *token, size_t max_options);

/*
 * The live session of the token, its idle time begun anew, and the table locked until
 * session_release(); NULL, and nothing locked, when there is none.
 */
struct session *session_enter(struct sessions *s, const char *token) MUST_CHECK;
void session_release(struct sessions *s);

/* For the holder of a session: no option is open any more; these are open. */
void session_ask_nothing(struct session *x);
void session_ask(struct session *x, struct knowledge *k, const struct know_entry *en);
void session_ask_values(struct session *x, js *response);
/* Whether the value is open; *to is where it leads, NULL for a dictated one. */
bool session_chooses(const struct session *x, const char *value,
    const struct know_entry **to) MUST_CHECK;

/* The session of this token is no more; NULL and unknown ones are ignored. */
void sessions_end(struct sessions *s, const char *token);
void sessions_end_all(struct sessions *s);

#endif
