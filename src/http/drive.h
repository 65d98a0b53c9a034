/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_DRIVE_H
#define HTTP_DRIVE_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "base/attr.h"
#include "base/clock.h"

/*
 * Drives the transfers of one handle, one at a time, and rings its alarm meanwhile. For this
 * room only; one per thread.
 */
struct drive {
	CURLM *multi; /* holds the kept connections */
	const struct clock *clock;
	int64_t alarm_ms; /* clock's mono_ms */
	void (*fn)(void *arg); /* NULL: no alarm is set */
	void *arg;
};

void drive_init(struct drive *d, const struct clock *clock);
void drive_fini(struct drive *d); /* after the transfers' own handles */

/* As curl_easy_perform(). */
CURLcode drive(struct drive *d, CURL *curl) MUST_CHECK;

/* Until the alarm, 0 when its moment has come; INT64_MAX when none is set. */
int64_t drive_alarm_left(const struct drive *d) MUST_CHECK;

/* Rings it now, whatever the time, and sets it off. Without one it does nothing. */
void drive_ring(struct drive *d);

#endif
