/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_ANSWER_H
#define TWILIO_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "twilio/rest.h"

/* What the API says, read. Foreign bytes: any give a result. All are thread-safe. */

/*
 * What the answer to a message means. Writes outcome, sid, status, http, code and row, and
 * the error unless TWILIO_SENT. `http` is the status of the answer; the body may be HTML,
 * empty or anything else. Source: Twilio, "Error and warning dictionary", "Message resource".
 */
void twilio_answer_read(
    struct twilio_sent *out, int http, const char *body, size_t len);

/* A page of the list of messages. */
struct twilio_page {
	bool
	    found; /* then sid, status and code are those of the message searched for */
	char sid[TWILIO_SID_SIZE];
	enum twilio_status status;
	int code;
	bool older; /* its last message was made before the time in question */
	const char *next; /* path and query of the next page; NULL: this is the last */
};

/* Looks through a page for the message. ERR_UPSTREAM when it is none. */
bool twilio_page_read(struct twilio_page *out, const struct twilio_search *s,
    const char *body, size_t len, struct arena *a, struct err *e) MUST_CHECK;

/*
 * Whether a text is one that was sent: Twilio trims it, writes other quotes, dashes and
 * blanks (Smart Encoding), and puts a notice before it on trial accounts.
 */
bool twilio_same_text(const char *sent, const char *listed) MUST_CHECK;

#endif
