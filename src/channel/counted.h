/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_COUNTED_H
#define CHANNEL_COUNTED_H

#include <stddef.h>

#include "base/metrics.h"

/*
 * Numbers of messages to users (base/metrics.h). One was given away, by that road, to the
 * address `to`. text: NULL or "" beside files alone.
 */
void counted_message(
    const char *to, enum metric_ROAD road, const char *text, size_t n_media);

#endif
