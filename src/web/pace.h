/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_PACE_H
#define WEB_PACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * How often something may happen: so many times a second, and as many at once. Zeroed it is
 * ready for use; shared by all threads of a process.
 */
struct pace {
	_Atomic int64_t full_us; /* when all that was taken will have been given back */
};

/* Takes one at now_ms (clock's mono_ms); false when there is none left. */
bool pace_take(struct pace *p, int64_t now_ms, int64_t per_s) MUST_CHECK;

#endif
