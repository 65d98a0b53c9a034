/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTTP_SHARED_H
#define HTTP_SHARED_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>
#include <openssl/x509.h>

#include "base/attr.h"
#include "base/clock.h"

/* The inside of struct http_shared; for this room only. */
struct http_shared {
	const struct clock *clock;
	atomic_bool allow_http;

	/* DNS and TLS sessions. Connections are not shared: curl does not support it. */
	CURLSH *share;
	pthread_mutex_t share_locks[CURL_LOCK_DATA_LAST]; /* one per kind of data */

	pthread_mutex_t ca_lock; /* guards the pointer ca until it is set */
	X509_STORE *ca;

	pthread_mutex_t stop_lock; /* guards stopping */
	pthread_cond_t stop_cond; /* on CLOCK_MONOTONIC */
	bool stopping;
};

/* The trusted authorities; the system's are read when first asked for. Never NULL. */
X509_STORE *http_shared_ca(struct http_shared *s);

/* Waits so long; false, at once, when the process is stopping. */
bool http_shared_wait(struct http_shared *s, int64_t ms) MUST_CHECK;

#endif
