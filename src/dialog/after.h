/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_AFTER_H
#define DIALOG_AFTER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "conf/conf.h"
#include "dialog/work.h"
#include "store/queue_run.h"

/*
 * What follows the end of a chat, in lanes of its own, so that no reply waits behind it: the
 * user's phones are kept at the office, and he is asked how it was. Each is a job, added
 * when the chat ends and, since the office may know it only then, when its ticket is told.
 */

/* The body of such a job. Texts that are not there are NULL. */
struct after_note {
	enum conf_env env;
	const char *conv_id;
	const char *chat;
	const char *memory; /* see agent_chat */
	const char *ticket; /* id of the chat's; NULL: none was told */
	bool proven; /* that the ticket is this chat's */
	const char *from, *to; /* the user's address, ours; NULL: not known */
	const char *url; /* see inbound.url */
};

const char *after_note_write(struct arena *a, const struct after_note *n) MUST_CHECK;
bool after_note_read(
    struct after_note *n, const char *json, struct arena *a, struct err *e) MUST_CHECK;

/*
 * Adds the jobs that are due, once for the end of a chat and once for its ticket. What cannot
 * be added is logged. w->d, w->cfg and w->t->arena count.
 */
void after_chat(const struct work *w, const struct after_note *n);

/* How users are asked: by a link, or in the conversation, which comes first. */
enum after_survey { SURVEY_NONE, SURVEY_LINK, SURVEY_TALK };
enum after_survey after_survey(const struct work *w) MUST_CHECK;

/* "contact/production/C1": a name of what happens once for a chat. */
const char *after_key(
    struct arena *a, const char *what, enum conf_env env, const char *chat) MUST_CHECK;

/* Adds a job, unless one was added as `seen` before. False: it is not there; *e. */
bool after_add_job(const struct work *w, const struct new_job *job, const char *seen,
    struct err *e) MUST_CHECK;

/* hand_in.c: adds the job that hands in the answers of the survey about this chat. */
void hand_in_add(const struct work *w, const char *chat, const struct survey_walk *s);

/* contact.c: of a user's id what follows its kind, "34900000000-34600111222". Borrowed. */
const char *contact_phones(const char *user_id);

/* The work of the jobs; see struct dialog_job. */
enum job_end contact_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);
enum job_end survey_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);
enum job_end hand_in_work(const struct dialog *d, const struct turn *t,
    const struct job *job, struct job_result *out);

#endif
