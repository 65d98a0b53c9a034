/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_TIMETABLE_H
#define MESSENGER_TIMETABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "messenger/call.h"

struct messenger_hours {
	const char *from, *to; /* as Messenger writes them: "09:00" */
};

/* The service hours of one queue; texts as they came, not checked. */
struct messenger_timetable {
	struct {
		const struct messenger_hours *hours;
		size_t n; /* 0: closed, or no has_week */
	} days[7]; /* Monday first */
	const char *const *holidays; /* "2024-12-25" */
	size_t n_holidays;
	bool has_week; /* there are days of this queue */
};

/*
 * Reads those of the queue from the answer for all queues; in the arena. What is left out
 * beyond LIMIT_DAY_RANGES of a day and LIMIT_EXCEPTIONS holidays is logged. ERR_UPSTREAM when
 * it is no timetable. Source: Inbenta, "Messenger API: work timetable".
 */
bool messenger_timetable_read(struct messenger_timetable *out, js *root, int64_t queue,
    struct arena *a, struct err *e) MUST_CHECK;

/* Asks for it; *root, a timetable, is the caller's (js_putp). */
bool messenger_timetable_get(
    struct messenger_call *c, js **root, struct err *e) MUST_CHECK;

#endif
