/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_TWIML_H
#define SANDBOX_TWIML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/*
 * Reads the answer to a message webhook as strictly as Twilio does, and says what Twilio's
 * debugger would say. Source: Twilio "TwiML for Programmable Messaging", error dictionary.
 */

enum {
	TWIML_BYTES = 64 * 1024,
	TWIML_MESSAGES = 10,
	TWIML_TEXT_UNITS = 1600,
	TWIML_MEDIA_SMS = 10,
	TWIML_MEDIA_WHATSAPP = 1,
	TWIML_FAULTS = 20 /* more are not noted */
};

/* The debugger's codes that come from reading an answer or from fetching it. */
enum twilio_code {
	TWILIO_FETCH = 11200,
	TWILIO_CONNECT = 11205,
	TWILIO_PROTOCOL = 11206,
	TWILIO_DNS = 11210,
	TWILIO_REDIRECTS = 11215,
	TWILIO_TLS = 11220,
	TWILIO_TOO_LARGE = 11750,
	TWILIO_CHUNKED_EMPTY = 11770,
	TWILIO_NO_XML = 12100,
	TWILIO_VERSION = 12101,
	TWILIO_SCHEMA = 12200, /* a warning: the rest counts */
	TWILIO_CONTENT_TYPE = 12300,
	TWILIO_TO = 14101,
	TWILIO_BODY = 14103,
	TWILIO_METHOD = 14104,
	TWILIO_LOOP = 14107,
	TWILIO_FROM = 14108,
	TWILIO_TOO_MANY = 14109,
	TWILIO_VERB = 14110,
	TWILIO_STOPPED = 21610
};

struct twiml_message {
	const char *body; /* "" with media alone */
	const char *const *media;
	size_t n_media;
	const char *callback; /* statusCallback; NULL: none */
	const char *to, *from; /* NULL: the sender, the number written to */
};

struct twilio_fault {
	enum twilio_code code;
	const char *text;
};

struct twiml {
	struct twiml_message messages[TWIML_MESSAGES]; /* those Twilio would send */
	size_t n;
	struct twilio_fault faults[TWIML_FAULTS]; /* in the order they are met */
	size_t n_faults;
};

/*
 * content_type  NULL when the answer has none
 * chunked       the answer came without a length
 * Never fails: what is wrong is in the faults. Strings live in the arena.
 */
void twiml_read(struct twiml *out, struct arena *a, const char *content_type,
    bool chunked, const char *body, size_t len, bool whatsapp);

/* Notes a fault; the text is formatted into the arena. */
void twiml_fault(struct twiml *t, struct arena *a, enum twilio_code code,
    const char *fmt, ...) PRINTF(4, 5);

#endif
