/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SESSIONS_H
#define SANDBOX_SESSIONS_H

#include "base/js.h"
#include "sandbox/knowledge.h"

/* Conversations of the stand-in's bot: who is in one, what was said, what was asked last. */
struct sessions;

enum {
	SESSIONS_MAX = 4096,
	SESSION_IDLE_S = 1800,
	HISTORY_KEPT = 200, /* messages; older ones go */
	HISTORY_TEXT_BYTES = 16 * 1024, /* of one of them */
	VARIABLES_MAX = 200,
	VARIABLE_NAME_BYTES = 128
};

/* What the conversation was started with. Source: Inbenta, "Start a conversation". */
struct session_settings {
	size_t max_options, max_related;
	bool may_abandon; /* a form may be left */
	int64_t error_retries; /* failures of a field before that is asked */
};

struct session {
	char *token; /* NULL: a free place */
	int64_t used_at;
	struct session_settings settings;
	bool spoken; /* something was said in it */
	char *obeyed; /* the last word of trouble that was obeyed, as said */
	unsigned n_misses; /* texts without a result */
	struct knowledge *know; /* that `asked` and `form` belong to */
	const struct know_entry *asked; /* the question whose options are open */
	js *open; /* or those of a dictated answer: an object, value to label */
	const struct know_form *form; /* that is being filled in; NULL: none */
	size_t field; /* the one that was asked last */
	int64_t failures; /* of that field */
	bool leaving; /* it was asked whether to leave the form */
	js *filled; /* what was said so far: variable to text */
	js *history, *variables; /* NULL: none yet */
};

struct sessions *sessions_new(void);
void sessions_free(struct sessions *s);

/* A new one; the longest unused gives way when there are too many. */
void sessions_add(
    struct sessions *s, const char *token, const struct session_settings *settings);

/*
 * The live session of the token, its idle time begun anew, and the table locked until
 * session_release(); NULL, and nothing locked, when there is none.
 */
struct session *session_enter(struct sessions *s, const char *token) MUST_CHECK;
void session_release(struct sessions *s);

/*
 * For the holder of a session: no option or form is open any more; this entry's options,
 * this form, the options of this dictated response are. k is what entry and form are of.
 */
void session_ask_nothing(struct session *x);
void session_ask(struct session *x, struct knowledge *k, const struct know_entry *en);
void session_fill(struct session *x, struct knowledge *k, const struct know_form *form);
void session_ask_values(struct session *x, js *response);
/*
 * The label of the open option of that value, NULL when there is none; *to is where it
 * leads, NULL for a dictated one.
 */
const char *session_chooses(const struct session *x, const char *value,
    const struct know_entry **to) MUST_CHECK;

/*
 * For the holder of a session: what was said and by whom ("guest", "bot"), as an array of
 * {user,message,datetime}; and variables by lower-case name, as an object of {value}. Both
 * results are the session's own.
 */
void session_note(struct session *x, const char *user, const char *text);
js *session_history(struct session *x);
/* False: there are VARIABLES_MAX of other names. */
bool session_set(struct session *x, const char *name, const char *value) MUST_CHECK;
js *session_variables(struct session *x);

/* The session of this token is no more; NULL and unknown ones are ignored. */
void sessions_end(struct sessions *s, const char *token);
void sessions_end_all(struct sessions *s);

#endif
