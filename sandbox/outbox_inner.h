/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OUTBOX_INNER_H
#define SANDBOX_OUTBOX_INNER_H

#include <pthread.h>

#include "base/form.h"
#include "sandbox/outbox.h"

/*
 * Shared by the files of Twilio's REST API. A message is the JSON that the API shows; its
 * member "x", which is not shown, holds callback, media (what became of each file),
 * statuses (to be told), told (what was, and how it was taken), n (its number, from 1) and
 * made_ms (when it was made, by the monotonic clock).
 */

/* What is to become of a message: the first that fits its receiver. */
struct outcome {
	char *to; /* or "*" */
	bool replies; /* for messages of TwiML replies, not for those by REST */
	bool refuses; /* the create call answers `code`; else it comes later */
	int code, status; /* status: of HTTP */
	int64_t retry_after_s, times; /* times -1: for ever */
	char *statuses; /* JSON list; NULL: the usual ones */
};

struct outbox {
	struct sandbox *sb;
	pthread_mutex_t lock; /* guards the rest */
	js *messages; /* oldest first */
	js *by_sid;
	js *by_to; /* receiver: list of his messages, oldest first */
	js *account; /* what a test says of the account; NULL: nothing */
	int64_t n_made; /* messages ever */
	struct outcome outcomes[OUTCOMES_MAX];
	size_t n_outcomes;
	int64_t delay_ms; /* before a message is sent */
	int64_t lag_ms; /* before a message is in the list of the REST API */
};

/* outbox.c; the functions expect the lock to be held */

/* A message of all the API's members; it is kept. Texts may be NULL where the API has null. */
js *outbox_add(struct outbox *ob, const struct outbox_note *what);
js *outbox_find(struct outbox *ob, const char *sid); /* NULL: none */
/* All, or those to this receiver, oldest first; NULL: there are none. Borrowed. */
js *outbox_list(struct outbox *ob, const char *to);
js *outbox_view(js *message) MUST_CHECK; /* without "x" */
js *outbox_date(void) MUST_CHECK; /* now, as RFC 2822 writes it */
/* The outcome for the receiver, one time less of it; its texts live in the arena. */
bool outbox_outcome(struct outbox *ob, struct arena *a, const char *to, bool reply,
    struct outcome *out) MUST_CHECK;

/* outbox_send.c */

/* It has arrived, or failed with that code: its statuses follow. */
void outbox_arrived(struct outbox *ob, struct arena *a, js *message, int code);
/* Puts it on its way. */
void outbox_send(struct outbox *ob, js *message);

/* twilio_rest.c */

/* {"code","message","more_info","status"} */
void twilio_refuses(struct reply *r, const struct request *q, int status, int code,
    const char *message);
/* What a code means; "" when it is not known. */
const char *twilio_code_text(int code);

/* twilio_account.c */

void twilio_account(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_numbers(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_service(struct sandbox *sb, const struct request *q, struct reply *r);
/* Whether it may do more than be looked at. */
bool twilio_is_active(struct sandbox *sb) MUST_CHECK;

/* twilio_create.c, twilio_list.c, twilio_media.c; credentials have been checked */
void twilio_create(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_list(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_one(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_medium(struct sandbox *sb, const struct request *q, struct reply *r);
void twilio_cdn(struct sandbox *sb, const struct request *q, struct reply *r);

#endif
