/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_NEAREST_H
#define CONF_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * "Did you mean": finds the known name with the fewest typing errors (a letter missing, one
 * too many, a wrong one, two exchanged; capitals count as equal). Begin with NEAREST_INIT,
 * offer every known name, read `best`: "" when none is near enough to be a help.
 */
#define NEAREST_LONGEST 128 /* bytes; a longer name is near to nothing */

struct nearest {
	const char *wanted; /* borrowed */
	char best[NEAREST_LONGEST + 1];
	size_t distance;
};

#define NEAREST_INIT(name) \
	{ \
		(name), "", (size_t)-1 \
	}

void nearest_offer(struct nearest *n, const char *known);

/* How many typing errors lie between the two; (size_t)-1 when one is too long. */
size_t nearest_distance(const char *a, const char *b) MUST_CHECK;

#endif
