/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CARRIER_H
#define SANDBOX_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * What Twilio does between a phone and a number of ours by itself: it obeys opt-out words
 * on SMS, and it ends loops of replies. Locked inside. Sources: Twilio, "Support for
 * opt-out keywords"; error dictionary, 14107 and 21610.
 */
struct carrier;

enum {
	CARRIER_REPLIES = 15, /* by TwiML, with less than CARRIER_GAP_MS between them */
	CARRIER_GAP_MS = 30000,
	CARRIER_PAIRS = 20000, /* of numbers; all are forgotten when there are more */
	CARRIER_STOPPED = 21610,
	CARRIER_LOOP = 14107
};

struct carrier *carrier_new(bool opt_out, bool loop_guard);
void carrier_free(struct carrier *c); /* NULL is allowed */

/* Switches both; -1: as it is. What was noted stays. */
void carrier_set(struct carrier *c, int opt_out, int loop_guard);
void carrier_clear(struct carrier *c);

/*
 * The user writes to the number. NULL, or the stock text that goes back (static); the
 * message goes on to the webhook all the same. What is not SMS is not looked at.
 */
const char *carrier_hears(
    struct carrier *c, const char *user, const char *number, const char *text);

/* The user has opted out of that number. */
bool carrier_is_stopped(
    struct carrier *c, const char *user, const char *number) MUST_CHECK;

/* Counts a reply by TwiML. False: it is one too many, and fails. now_ms: monotonic. */
bool carrier_lets_reply(
    struct carrier *c, const char *user, const char *number, int64_t now_ms) MUST_CHECK;

#endif
