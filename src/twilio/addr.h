/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_ADDR_H
#define TWILIO_ADDR_H

#include <stdbool.h>

#include "base/arena.h"

/* Addresses as Twilio writes them: +34600111222, 12345, whatsapp:+34600111222, rcs:… */

/* In front of the two phones in a conversation's id. */
#define TWILIO_SESSION_PREFIX "twilio-"

/*
 * The conversation's id, the one the Inbenta integrations know: "twilio-<to>-<from>" with
 * every ":+" and every "+" removed.
 */
const char *twilio_session_id(
    struct arena *a, const char *to, const char *from) MUST_CHECK;

/*
 * The addresses that such an id was made of. False where it does not tell: it has to have
 * two numbers, of phones ("34600111222") or short ("12345"), both with the same word of a
 * channel in front ("whatsapp") or none.
 */
bool twilio_session_addresses(
    struct arena *a, const char *id, const char **to, const char **from) MUST_CHECK;

/*
 * Printable ASCII, a blank within at most (senders that are a name: "Acme Shop"), not empty,
 * up to LIMIT_ADDRESS bytes. NULL is not.
 */
bool twilio_addr_ok(const char *address) MUST_CHECK;

/*
 * A MessageSid: printable ASCII without blanks, 1 to LIMIT_SID bytes. NULL is not.
 *
 * Twilio's have exactly LIMIT_SID bytes, and none may be longer: a signature does not tell
 * where a value ends and the next name begins, so that a captured request could come again
 * under a longer id, "SM…NumMedia0". A shorter one cannot be made of it: the digits cut off
 * would have to be the name that sorts next.
 */
bool twilio_sid_ok(const char *sid) MUST_CHECK;

#endif
