/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_ROOMS_H
#define CONF_ROOMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/log.h"

/*
 * Items of log.rooms, each "room=level" and each room once. Fails with what is wrong in which
 * item, and with the room that was meant when one is near.
 */
bool rooms_check(const char *const *items, size_t n, struct err *e) MUST_CHECK;

/* One item; the rest as above, its number aside. */
bool rooms_read(const char *item, enum log_room *room, enum log_level *level,
    struct err *e) MUST_CHECK;

#endif
