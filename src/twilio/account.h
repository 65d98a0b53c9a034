/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_ACCOUNT_H
#define TWILIO_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "http/http.h"

/* An account at Twilio, borrowed from the configuration. */
struct twilio_account {
	const char *sid; /* AC… */
	const char *key; /* of an API key, SK…; NULL: the account's own login */
	const char *secret; /* of that key, or the account's auth token */
	const char *url; /* twilio.api_url; without a slash at its end */
	int64_t timeout_ms; /* of one call of the API; 0: what is left */
};

/* What calls to Twilio may use. Borrowed for their duration; results live in the arena. */
struct twilio_call {
	struct http *http;
	const struct twilio_account *account;
	const struct clock *clock;
	struct arena *arena;
	int64_t until_ms; /* clock's mono_ms by which all is over */
};

/* Whether calls can be made with it: ERR_CONFIG otherwise, naming the key. Thread-safe. */
bool twilio_account_ok(const struct twilio_account *account, struct err *e) MUST_CHECK;

/* Puts its login into a request that goes to the API, and nowhere else. */
void twilio_account_login(const struct twilio_account *account, struct http_req *q);

#endif
