/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HURRY_H
#define BASE_HURRY_H

#include <stdint.h>

#include "base/attr.h"

/*
 * The process is told to stop: nobody who waits for an answer is kept waiting beyond one
 * moment. Whoever has an alarm (http_alarm(), struct conv_alarm) asks for the earlier of the
 * two, and looks again every LIMIT_HURRY_LOOK_MS, since the moment may be set while he waits.
 *
 * Moments are of clock_system's mono_ms. Both are safe in several threads.
 */
void hurry_set(int64_t at_ms); /* INT64_MAX: no hurry, as it is at first */
int64_t hurry_by(
    int64_t at_ms) MUST_CHECK; /* at_ms, or the moment when that is earlier */

#endif
