/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_WEBHOOK_RULES_H
#define SANDBOX_WEBHOOK_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/*
 * How Twilio is patient with a webhook, as the fragment of its URL says:
 * "rc=3&rp=all&ct=2000". Source: Twilio, "Webhooks: connection overrides".
 */

/* Which failures are tried again. */
enum {
	RETRY_4XX = 1,
	RETRY_5XX = 2,
	RETRY_CONNECT = 4,
	RETRY_READ = 8, /* nothing came, not even a part: a partial answer is final */
	RETRY_ALL = 15
};

struct webhook_rules {
	int retries; /* after the first try */
	unsigned policy;
	int64_t connect_ms;
	int64_t read_ms; /* of one try, its connection included; 0: not said */
	int64_t total_ms; /* of all tries; 0: not said */
};

/*
 * Without a fragment Twilio's defaults. False says what is wrong; the words for the TLS
 * name (sni) and the edge (e) are taken and do nothing.
 */
bool webhook_rules_read(
    const char *url, struct webhook_rules *out, struct err *e) MUST_CHECK;

#endif
