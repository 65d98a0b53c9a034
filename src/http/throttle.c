/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "http/http.h"
#include "http/throttle.h"

enum { HEADER_MAX = 64, FIRST_WAIT_MS = 250, MAX_DOUBLINGS = 5 };

static const int64_t day_s = 24 * 60 * 60;
static const int64_t epoch_s = 1000000000; /* numbers above are moments: 2001 */
static const int64_t epoch_ms = 1000000000000; /* the same in ms */

/* Digits only, no sign; -1 for anything else. */
static int64_t
number(const char *s)
{
	int64_t v = 0;

	if (s[0] == '\0')
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9' || v > INT64_MAX / 10 - 9)
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

/* Seconds from now, -1 when the value makes no sense. */
static int64_t
seconds(const char *s, int64_t wall_s)
{
	int64_t v = number(s);
	time_t date;

	if (v < 0) {
		date = curl_getdate(s, NULL);
		if (date == (time_t)-1)
			return -1;
		v = date < epoch_s ? epoch_s : (int64_t)date;
	}
	if (v >= epoch_ms)
		v /= 1000;
	if (v >= epoch_s)
		v = v > wall_s ? v - wall_s : 0;
	return v > day_s ? day_s : v;
}

static int64_t
header_seconds(const struct http_resp *r, const char *name, int64_t wall_s)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(HEADER_MAX);

	if (!http_resp_header(r, name, &value) || !buf_ok(&value))
		return -1;
	return seconds(value.data, wall_s);
}

int64_t
http_throttle_ms(const struct http_resp *r, int try_no, int64_t wall_s)
{
	int64_t after = header_seconds(r, "retry-after", wall_s);
	int64_t minute = header_seconds(r, "x-throttle-reset", wall_s);
	int64_t hour = header_seconds(r, "x-quota-reset", wall_s);

	if (after >= 0)
		return after * 1000;
	if (minute >= 0 && (hour < 0 || minute <= hour))
		return minute * 1000;
	if (hour >= 0)
		return hour * 1000;
	if (try_no - 1 > MAX_DOUBLINGS)
		try_no = MAX_DOUBLINGS + 1;
	return (int64_t)FIRST_WAIT_MS << (try_no - 1);
}
