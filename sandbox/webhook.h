/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_WEBHOOK_H
#define SANDBOX_WEBHOOK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/js.h"
#include "sandbox/options.h"
#include "sandbox/twiml.h"

/* One call of the message webhook, made as Twilio makes it. */

enum {
	TWILIO_REDIRECTS_MAX = 10,
	TWILIO_TRIES_MAX = 12, /* six of the webhook, six of its fallback */
	SID_SIZE = 35 /* "SM" and 32 digits, with the NUL */
};

struct outgoing {
	char sid[SID_SIZE];
	const char *from, *to, *body; /* UTF-8 */
	const char *account_sid, *auth_token; /* NULL: those of the options */
	js *extra; /* form fields of what it carries (attach.h); may be NULL */
	js *carries; /* the same for the phones; may be NULL */
	js *params; /* members replace or add form fields, null removes one; may be NULL */
};

struct webhook_try {
	const char *text; /* of its fault */
	int64_t ms;
	int status; /* of HTTP; 0: no answer */
	int code; /* of its fault, as the debugger has it; 0: none */
	bool fallback; /* the other URL was asked */
};

/* status, twiml and raw are those of the last try. */
struct webhook_result {
	int status; /* of HTTP; 0: no answer */
	int64_t ms; /* of all tries */
	struct twiml twiml;
	const char *raw; /* the answer's body, repaired to UTF-8 */
	struct webhook_try tries[TWILIO_TRIES_MAX];
	size_t n_tries;
};

/* A curl handle that keeps its connection: one per thread. */
struct webhook;

/* stop: looked at now and then; ends the call at once when true. */
struct webhook *webhook_new(const struct options *o, const atomic_bool *stop);
void webhook_free(struct webhook *w);

/*
 * Asks the webhook, again as the rules of its URL say, then its fallback when nothing that
 * can be used came. Each try has the same MessageSid and idempotency token. Never fails:
 * trouble is a fault in the result, which lives in the arena.
 */
void webhook_call(struct webhook *w, struct arena *a, const struct outgoing *m,
    struct webhook_result *out);

/* webhook_json.c */

/* {"sid","status","ms","messages":[…],"fault":…,"faults":[…],"twiml","tries":[…]}; the caller puts it. */
js *webhook_result_json(
    const struct outgoing *m, const struct webhook_result *res) MUST_CHECK;
/* [{"url":"webhook" or "fallback","status","ms","fault"}, …] */
js *webhook_tries_json(const struct webhook_result *res) MUST_CHECK;
/* {"code":…,"text":…} */
js *twilio_fault_json(const struct twilio_fault *f) MUST_CHECK;
/* [url, …] */
js *twiml_media_json(const struct twiml_message *m) MUST_CHECK;

bool is_whatsapp(const char *address);

/* A new MessageSid. */
void sid_make(char sid[SID_SIZE]);

#endif
