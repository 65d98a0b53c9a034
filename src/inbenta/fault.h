/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_FAULT_H
#define INBENTA_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/js.h"

/*
 * An error as the Inbenta services write it, in one of three shapes:
 * {"errors":[{"message","code"}]}, {"error":{"message","code"}}, {"message"} or {"Message"}.
 * The last one also heads an old-style answer, so callers look for answers first.
 */
struct inbenta_fault {
	const char *message; /* borrowed from the root; never NULL */
	int64_t code; /* 0 when there is none */
};

/* *out is empty when the root (NULL is allowed) is none of them. */
void inbenta_fault_read(js *root, struct inbenta_fault *out);

/* Whether a body is what the gateway says of a path where no API lives, in any shape. */
bool inbenta_fault_no_api(const char *body) MUST_CHECK;

/* Whether the message holds the words, in any case. */
bool inbenta_fault_says(const struct inbenta_fault *f, const char *words) MUST_CHECK;

#endif
