/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

#include "base/attr.h"

/*
 * Whether the host of a URL is this machine: localhost, 127.0.0.0/8, or ::1 in its brackets,
 * however it is written. No name is looked up. Thread-safe.
 */
bool host_is_loopback(const char *host) MUST_CHECK;

#endif
