/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_LOOP_H
#define DIALOG_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * Two machines that answer each other: what he says and what he is answered is the same again
 * and again. Kept in the record, as digests. Plain values; all zero is none.
 */
struct loop {
	const char *said,
	    *got; /* digests of the last message and its reply; NULL: none */
	int64_t times; /* in a row that this was so */
	int64_t since_s; /* Unix time of the first; of the last once it is a loop */
};

/* Whether this is what is not answered any more: said so often, and not long ago. */
bool loop_is(const struct loop *l, const char *said, int64_t at_s) MUST_CHECK;

/*
 * Notes a message and its reply. got NULL: a reply that does not count, which ends a row.
 * True when this has made it a loop. Borrows the digests.
 */
bool loop_note(
    struct loop *l, const char *said, const char *got, int64_t at_s) MUST_CHECK;

#endif
