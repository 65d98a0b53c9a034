/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What curl_easy_perform() does, with a wait that ends in time for the alarm: its own ends
 * once a second, and calls nobody.
 */
#include "config.h"

#include <stdlib.h>

#include "base/hurry.h"
#include "base/limits.h"
#include "http/drive.h"

void
drive_init(struct drive *d, const struct clock *clock)
{
	*d = (struct drive){ .multi = curl_multi_init(), .clock = clock };
	if (d->multi == NULL) /* only when memory or descriptors run out */
		abort();
	/* One for authorisation, one for the product, and two to spare. */
	curl_multi_setopt(d->multi, CURLMOPT_MAXCONNECTS, (long)LIMIT_CONNECTIONS);
}

void
drive_fini(struct drive *d)
{
	curl_multi_cleanup(d->multi);
}

int64_t
drive_alarm_left(const struct drive *d)
{
	int64_t left;

	if (d->fn == NULL)
		return INT64_MAX;
	left = hurry_by(d->alarm_ms) - clock_mono_ms(d->clock);
	return left > 0 ? left : 0;
}

void
drive_ring(struct drive *d)
{
	void (*fn)(void *arg) = d->fn;

	d->fn = NULL; /* first: it may set another */
	if (fn != NULL)
		fn(d->arg);
}

/* Rings when it is time; how long may be waited then. curl's own timers end that sooner. */
static int
poll_ms(struct drive *d)
{
	int64_t left = drive_alarm_left(d);

	if (left == 0) {
		drive_ring(d);
		left = drive_alarm_left(d);
	}
	return left < LIMIT_HURRY_LOOK_MS ? (int)left : LIMIT_HURRY_LOOK_MS;
}

static CURLMcode
run(struct drive *d, CURLcode *result)
{
	CURLMcode rc;
	CURLMsg *msg;
	int running = 1, queued;

	do {
		rc = curl_multi_poll(d->multi, NULL, 0, poll_ms(d), NULL);
		if (rc == CURLM_OK)
			rc = curl_multi_perform(d->multi, &running);
	} while (rc == CURLM_OK && running > 0);
	if (rc != CURLM_OK)
		return rc;
	msg = curl_multi_info_read(d->multi, &queued);
	if (msg == NULL || msg->msg != CURLMSG_DONE)
		return CURLM_INTERNAL_ERROR;
	*result = msg->data.result;
	return CURLM_OK;
}

CURLcode
drive(struct drive *d, CURL *curl)
{
	CURLcode result = CURLE_OK;
	CURLMcode rc = curl_multi_add_handle(d->multi, curl);

	if (rc == CURLM_OK)
		rc = run(d, &result);
	curl_multi_remove_handle(d->multi, curl);
	if (rc == CURLM_OK)
		return result;
	return rc == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY
					 : CURLE_BAD_FUNCTION_ARGUMENT;
}
