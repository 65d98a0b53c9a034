/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_THROTTLE_H
#define HTTP_THROTTLE_H

#include <stdint.h>

#include "base/attr.h"

struct http_resp;

/*
 * How long an answer 429 asks us to wait, in ms, without jitter. Retry-After rules, in
 * seconds or as a date; else the nearer of x-throttle-reset (the minute) and x-quota-reset
 * (the hour), in seconds, as Unix time in seconds or in ms; else 250 ms doubled with each
 * try, the first being 1. Never negative; what makes no sense counts as absent.
 */
int64_t http_throttle_ms(
    const struct http_resp *r, int try_no, int64_t wall_s) MUST_CHECK;

#endif
