/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_STREAK_H
#define DIALOG_STREAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * Messages that were said in responses, each soon after the one before. Twilio takes two numbers
 * that answer each other for too long for two machines, and drops what goes on (14107): beyond
 * LIMIT_STREAK a reply goes by the queue, which is not counted. A pause of LIMIT_STREAK_S ends
 * the streak. Kept in the conversation's record; plain values, one thread.
 * Source: Twilio, error 14107.
 */
struct streak {
	int64_t n; /* 0: there is none */
	int64_t at_s; /* Unix time of the last one */
};

/* Whether n more may be said in a response. More than LIMIT_STREAK never may. */
bool streak_has_room(const struct streak *k, int64_t now_s, size_t n) MUST_CHECK;

/* n are said in a response. */
void streak_add(struct streak *k, int64_t now_s, size_t n);

#endif
