/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HOST_H
#define BASE_HOST_H

#include <stdbool.h>

#include "base/attr.h"

struct sockaddr;

/*
 * Whether the host of a URL is this machine: localhost, 127.0.0.0/8, or ::1 in its brackets,
 * however it is written. No name is looked up. Thread-safe.
 */
bool host_is_loopback(const char *host) MUST_CHECK;

/*
 * Whether the host of a URL may lie in the public internet, as far as it can be told by what
 * is written: a public address, or a name with a dot in it whose last label is not kept for
 * local use (RFC 6761, 6762, 8375, and what is usual). No name is looked up. Thread-safe.
 */
bool host_looks_public(const char *host) MUST_CHECK;

/*
 * Whether an address, as looked up, lies in the public internet: not in a private network,
 * on this machine or link, and not multicast, reserved or for documents (RFC 6890). An IPv4
 * address written as IPv6 is not, but for that of a translator (RFC 6052), which is as
 * public as what it stands for. Other families are not. Thread-safe.
 */
bool host_is_public(const struct sockaddr *address) MUST_CHECK;

#endif
