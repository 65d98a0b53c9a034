/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WATCH_HEALTH_H
#define WATCH_HEALTH_H

#include <stddef.h>

#include "base/attr.h"

struct arena;
struct buf;
struct numbers;
struct watch;

/* degraded: somebody should look; down: messages are refused. */
enum severity { HEALTH_READY, HEALTH_DEGRADED, HEALTH_DOWN };

struct finding {
	enum severity severity; /* never HEALTH_READY */
	const char *what; /* a word that stays the same: "queue-old" */
	const char *says; /* for a person, with the numbers; no secret */
	const char *hint; /* what to do */
};

enum { HEALTH_MOST = 24 }; /* findings at a time; there are never more */

/* Looks; the worst first. Texts are in the arena or literals. Returns how many. Thread-safe. */
size_t health_look(const struct watch *w, const struct numbers *n, struct arena *a,
    struct finding out[HEALTH_MOST]) MUST_CHECK;

/* The worst of them. */
enum severity health_of(const struct finding *f, size_t n) MUST_CHECK;
const char *health_name(enum severity s); /* "ready", "degraded", "down" */

/*
 * Appends {"status":"degraded","version":"…","findings":[{"severity":"degraded",
 * "what":"queue-old","says":"…","hint":"…"}]}.
 */
void health_json(struct buf *out, const struct finding *f, size_t n);

#endif
