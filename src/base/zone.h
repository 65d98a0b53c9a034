/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"
#include "base/err.h"

/*
 * A time zone of the system's database: a file below $TZDIR or /usr/share/zoneinfo, in the
 * format of RFC 8536. The C library has one zone for a whole process, which is of no use to
 * a program with several; this has as many as are wanted, and touches neither TZ nor locks.
 *
 * Constant once made: any thread may ask it.
 */
struct zone;

/*
 * By its name, "Europe/Madrid". NULL: ERR_CONFIG where there is no such zone, or no
 * database; the text says which.
 */
struct zone *zone_new(const char *name, struct err *e) MUST_CHECK;
void zone_free(struct zone *z); /* NULL is allowed */
void zone_freep(struct zone **z); /* for CLEANUP */

/* The same of a file's bytes. NULL: ERR_INPUT. */
struct zone *zone_parse(const void *data, size_t len, struct err *e) MUST_CHECK;

/* Seconds to add to Unix time for what clocks show there, in the years 1 to 9999. */
int32_t zone_offset_s(const struct zone *z, int64_t wall_s) MUST_CHECK;

#endif
