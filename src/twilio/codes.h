/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_CODES_H
#define TWILIO_CODES_H

#include <stddef.h>

#include "base/attr.h"

/* Why a message did not go out or arrive: what one does about it decides, not the code. */
enum twilio_why {
	TWILIO_WHY_ODD, /* a code without a row, or no code at all */
	TWILIO_WHY_OURS, /* the operator has something to mend */
	TWILIO_WHY_TRIAL, /* a trial account or test credentials */
	TWILIO_WHY_INSIDE, /* a mistake of this program */
	TWILIO_WHY_TO, /* no such receiver, or none that can be reached */
	TWILIO_WHY_NOT_MOBILE, /* a landline */
	TWILIO_WHY_OPTED_OUT, /* send nothing more until he writes */
	TWILIO_WHY_BLOCKED,
	TWILIO_WHY_WINDOW, /* WhatsApp, after 24 hours: templates only */
	TWILIO_WHY_CONTENT, /* filtered */
	TWILIO_WHY_LONG, /* to be split */
	TWILIO_WHY_MEDIA, /* the files are in the way: send their links as text */
	TWILIO_WHY_TEMPLATE, /* send as text */
	TWILIO_WHY_AWAY, /* out of our hands, perhaps for a while */
	TWILIO_WHY_BUSY, /* nothing was done: again, later */
	TWILIO_WHY_SERVER /* Twilio's own trouble */
};

struct twilio_code {
	int code;
	enum twilio_why why;
	const char *meaning; /* in plain words, for the log */
	const char *mend; /* what to do; NULL: what the reason says */
};

/* The row of a code; one with TWILIO_WHY_ODD and code 0 when it has none. Constant. */
const struct twilio_code *twilio_code(int code);

/* What to do about it, for the log. Never NULL. */
const char *twilio_code_mend(const struct twilio_code *row);

/* "opted-out", "busy"… for logs. */
const char *twilio_why_name(enum twilio_why why);

/* All rows in ascending order. */
const struct twilio_code *twilio_codes(size_t *n);

#endif
