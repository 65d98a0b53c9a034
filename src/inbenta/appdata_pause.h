/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_APPDATA_PAUSE_H
#define INBENTA_APPDATA_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct store;

/*
 * That app data could not be read a moment ago, for the other processes of the host: CGI
 * programs, of which each serves one message, would try again and again. Beside the cache
 * file (`file` is its name) stands one that ends in ".failed" and is as old as the failure.
 */

/* The failure was now. has_data: whether the cache file was there, if only an old one. */
void appdata_pause_set(struct store *s, const char *file, bool has_data);

/*
 * For how long, from now_s (Unix time) on, nobody should try: ms, 0 for not at all. When the
 * cache file that was there is so no more, an operator has removed it and wants a try.
 */
int64_t appdata_pause_left_ms(
    struct store *s, const char *file, bool has_data, int64_t now_s) MUST_CHECK;

void appdata_pause_end(struct store *s, const char *file);

#endif
