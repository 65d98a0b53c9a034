/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_REST_H
#define TWILIO_REST_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "twilio/account.h"
#include "twilio/codes.h"
#include "twilio/status.h"

/*
 * Messages by Twilio's REST API, and what became of them. Sending is not idempotent, so a
 * call goes out once and its outcome says what is known; repeating is the caller's, and
 * TWILIO_UNKNOWN is never repeated but looked up with twilio_find().
 * Source: Twilio, "Message resource"; error dictionary; "Error and warning 20429".
 */

struct twilio_message {
	const char *to; /* as the webhook gave it: +…, whatsapp:+…, short code */
	const char *from;
	const char *service; /* MessagingServiceSid, instead of from; NULL, "": none */
	const char *text; /* UTF-8; NULL, "" beside media alone */
	const char *const *media; /* URLs that Twilio can fetch */
	size_t n_media;
	const char *status_callback; /* URL; NULL, "": none */
};

enum twilio_outcome {
	TWILIO_SENT, /* Twilio has it: sid and status */
	TWILIO_REFUSED, /* it has not and will not: code and row tell why */
	TWILIO_LATER, /* it has not, and may be asked again: after_ms */
	TWILIO_NOT_SENT, /* no byte of the request has left us: error */
	TWILIO_UNKNOWN /* it may have it, or not: error */
};

struct twilio_sent {
	enum twilio_outcome outcome;
	char sid[TWILIO_SID_SIZE]; /* "" unless TWILIO_SENT */
	enum twilio_status status; /* of TWILIO_SENT */
	int http; /* status of the answer; 0: none came */
	int code; /* Twilio's; 0: none */
	const struct twilio_code *row; /* of the code, or what its absence means */
	int64_t after_ms; /* of TWILIO_LATER: wait as long at least; 0: no advice */
	struct err error; /* unless TWILIO_SENT: for the log, without text or numbers */
};

/*
 * Sends one message, once. A message that breaks Twilio's rules (no text or file, more than
 * LIMIT_PART_UNITS, more than LIMIT_MEDIA, no receiver, no sender) is refused here with the
 * code Twilio would give. Nothing is logged: twilio_sent_log() does.
 */
void twilio_send(const struct twilio_call *c, const struct twilio_message *m,
    struct twilio_sent *out);

/* One line about it, with the receiver masked. */
void twilio_sent_log(const struct twilio_message *m, const struct twilio_sent *s);

/* What became of an unknown one. */

struct twilio_search {
	const struct twilio_message *message;
	int64_t from_s, to_s; /* Unix time when the call began and ended */
	const char *const *known; /* sids of other messages, which do not count */
	size_t n_known;
};

enum twilio_found {
	TWILIO_FOUND, /* it was sent: sid and status */
	TWILIO_ABSENT, /* it was not, and may be sent again */
	TWILIO_EARLY, /* not in the list; too soon for that to say something: after_ms */
	TWILIO_NO_LIST /* the list cannot be read now: error */
};

struct twilio_find {
	enum twilio_found found;
	char sid[TWILIO_SID_SIZE];
	enum twilio_status status;
	int code; /* of its delivery; 0: none */
	int64_t after_ms;
	struct err error;
};

/*
 * Looks for a message of ours in the account's list: same receiver, sender, text and number
 * of files, made while the call was under way, LIMIT_LIST_SKEW_S to either side, since our
 * clock and Twilio's differ. A message is sure to be absent LIMIT_LIST_LAG_S after the call.
 */
void twilio_find(const struct twilio_call *c, const struct twilio_search *s,
    struct twilio_find *out);

#endif
