/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_MOMENT_H
#define INBENTA_MOMENT_H

#include <stdint.h>

#include "base/attr.h"

/*
 * A moment as the Chatbot API writes it: "2024-05-01 10:00:00", or ISO 8601 with "T", a
 * fraction of a second (dropped), without seconds, without a time, with a zone: "Z", "UTC",
 * "+02:00", "+0200", "+02". Without a zone it is UTC. Unix time; 0 when it is none of these,
 * is no date there is, or is before 1970. Thread-safe.
 */
int64_t inbenta_moment(const char *text) MUST_CHECK;

#endif
