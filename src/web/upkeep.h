/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_UPKEEP_H
#define WEB_UPKEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct web;

/*
 * Conversations that have something to do though nobody writes (store/due.h). While a socket
 * is served, a thread of its own works them, so that neither a request nor a signal waits for
 * it; a CGI program works some once its answer is out. All processes of a host share the
 * work.
 */
struct upkeep;

/* web is borrowed until the end. */
struct upkeep *upkeep_start(const struct web *web, struct err *e) MUST_CHECK;

/* It begins nothing new; one conversation may be under way. NULL is allowed. */
void upkeep_stop(struct upkeep *u);

/* Waits for its end and frees it; false when it has not ended within ms, and nothing is freed. */
bool upkeep_end(struct upkeep *u, int64_t ms) MUST_CHECK;

/* In this thread: at most max conversations, none begun after LIMIT_DUE_MS. Returns how many. */
size_t upkeep_some(const struct web *web, size_t max);

#endif
