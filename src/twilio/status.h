/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_STATUS_H
#define TWILIO_STATUS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/form.h"
#include "base/limits.h"

#define TWILIO_SID_SIZE (LIMIT_SID + 1)

/* Where a message is on its way. Source: Twilio, "Message resource", status values. */
enum twilio_status {
	TWILIO_STATUS_NONE, /* absent, or a word we do not know */
	TWILIO_STATUS_ACCEPTED,
	TWILIO_STATUS_SCHEDULED,
	TWILIO_STATUS_QUEUED,
	TWILIO_STATUS_SENDING,
	TWILIO_STATUS_SENT, /* may be the last word: some carriers never report */
	TWILIO_STATUS_DELIVERED,
	TWILIO_STATUS_UNDELIVERED,
	TWILIO_STATUS_FAILED,
	TWILIO_STATUS_CANCELED,
	TWILIO_STATUS_READ
};

enum twilio_status twilio_status_of(const char *word) MUST_CHECK; /* NULL: none */
const char *twilio_status_name(enum twilio_status s);

/* Whether it did or will not get there: failed, undelivered, canceled. */
bool twilio_status_is_lost(enum twilio_status s) MUST_CHECK;

/* Whether it got there, or as far as we may hear of: sent, delivered, read. */
bool twilio_status_is_out(enum twilio_status s) MUST_CHECK;

/*
 * Whether the news counts, when `was` is known: callbacks come late, twice and out of
 * order. The higher rank does; after delivered, undelivered, failed, canceled and read
 * nothing does, but that what was delivered is read.
 */
bool twilio_status_is_news(enum twilio_status was, enum twilio_status now) MUST_CHECK;

/* A status callback. Texts are borrowed from the form. */
struct twilio_report {
	const char *sid; /* MessageSid */
	const char *to, *from; /* "" when absent or unusable */
	enum twilio_status status;
	int code; /* ErrorCode; 0: none */
};

/*
 * Reads a form that is already proven. False: it names no message or no status that we
 * know; then there is nothing to be done about it, and *out is untouched. A word in
 * MessageStatus counts, SmsStatus where that is absent; EventType=READ is "read".
 * Thread-safe. Source: Twilio, "Track outbound message status".
 */
bool twilio_report_read(struct twilio_report *out, const struct form *form) MUST_CHECK;

/* One line about it, with the receiver masked and what its code means. */
void twilio_report_log(const struct twilio_report *r);

#endif
