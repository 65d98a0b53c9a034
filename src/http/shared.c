/* SPDX-License-Identifier: Apache-2.0 */
/*
 * curl alone would read the system's authorities once per connection: 20 ms and a megabyte
 * each. One X509_STORE for all of them removes both.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "http/http.h"
#include "http/shared.h"

/* Debian's bundle; elsewhere OpenSSL knows its own places. */
static const char system_bundle[] = "/etc/ssl/certs/ca-certificates.crt";

static void
lock_shared(CURL *curl, curl_lock_data data, curl_lock_access access, void *arg)
{
	struct http_shared *s = arg;

	(void)curl;
	(void)access;
	pthread_mutex_lock(&s->share_locks[data]);
}

static void
unlock_shared(CURL *curl, curl_lock_data data, void *arg)
{
	struct http_shared *s = arg;

	(void)curl;
	pthread_mutex_unlock(&s->share_locks[data]);
}

static X509_STORE *
ca_system(void)
{
	X509_STORE *ca = X509_STORE_new();

	if (ca == NULL)
		abort();
	if (access(system_bundle, R_OK) != 0 ||
	    X509_STORE_load_file(ca, system_bundle) != 1) {
		if (X509_STORE_set_default_paths(ca) != 1)
			LOG(LOG_ERROR, "http", "no trusted authorities found",
			    LH("install ca-certificates or set server.ca_file"));
	}
	ERR_clear_error();
	return ca;
}

/* An operator's own file is read at start, so that a wrong one is seen there. */
static bool
ca_from_file(const char *path, X509_STORE **out, struct err *e)
{
	X509_STORE *ca = X509_STORE_new();

	if (ca == NULL)
		abort();
	if (X509_STORE_load_file(ca, path) != 1) {
		X509_STORE_free(ca);
		ERR_clear_error();
		return err_set(e, ERR_CONFIG, 0,
		    "server.ca_file: %s: no certificate could be read from it", path);
	}
	*out = ca;
	return true;
}

X509_STORE *
http_shared_ca(struct http_shared *s)
{
	X509_STORE *ca;

	pthread_mutex_lock(&s->ca_lock);
	if (s->ca == NULL)
		s->ca = ca_system();
	ca = s->ca;
	pthread_mutex_unlock(&s->ca_lock);
	return ca;
}

static void
init_locks(struct http_shared *s)
{
	for (size_t i = 0; i < NELEMS(s->share_locks); i++)
		pthread_mutex_init(&s->share_locks[i], NULL);
	pthread_mutex_init(&s->ca_lock, NULL);
	pthread_mutex_init(&s->stop_lock, NULL);
	clock_cond_init(&s->stop_cond);
}

static void
init_share(struct http_shared *s)
{
	s->share = curl_share_init();
	if (s->share == NULL)
		abort();
	curl_share_setopt(s->share, CURLSHOPT_USERDATA, s);
	curl_share_setopt(s->share, CURLSHOPT_LOCKFUNC, lock_shared);
	curl_share_setopt(s->share, CURLSHOPT_UNLOCKFUNC, unlock_shared);
	curl_share_setopt(s->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
	curl_share_setopt(s->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

struct http_shared *
http_shared_new(const struct http_shared_opts *o, struct err *e)
{
	struct http_shared *s;
	X509_STORE *ca = NULL;
	CURLcode rc;

	if (o->ca_file != NULL && o->ca_file[0] != '\0' &&
	    !ca_from_file(o->ca_file, &ca, e))
		return NULL;
	/* Counts its calls and, since 7.84, locks by itself; configure asks for 7.88. */
	rc = curl_global_init(CURL_GLOBAL_DEFAULT);
	if (rc != CURLE_OK ||
	    (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_THREADSAFE) ==
		0) {
		X509_STORE_free(ca);
		(void)err_set(e, ERR_CONFIG, (int)rc, "libcurl cannot be used: %s",
		    rc ? curl_easy_strerror(rc) : "it is not thread-safe");
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->clock = o->clock;
	s->allow_http = o->allow_http;
	s->ca = ca;
	init_locks(s);
	init_share(s);
	return s;
}

void
http_shared_free(struct http_shared *s)
{
	if (s == NULL)
		return;
	curl_share_cleanup(s->share);
	X509_STORE_free(s->ca);
	for (size_t i = 0; i < NELEMS(s->share_locks); i++)
		pthread_mutex_destroy(&s->share_locks[i]);
	pthread_mutex_destroy(&s->ca_lock);
	pthread_mutex_destroy(&s->stop_lock);
	pthread_cond_destroy(&s->stop_cond);
	free(s);
	curl_global_cleanup();
}

void
http_shared_allow_http(struct http_shared *s, bool allow)
{
	atomic_store(&s->allow_http, allow);
}

void
http_shared_stop(struct http_shared *s)
{
	pthread_mutex_lock(&s->stop_lock);
	s->stopping = true;
	pthread_cond_broadcast(&s->stop_cond);
	pthread_mutex_unlock(&s->stop_lock);
}

bool
http_shared_wait(struct http_shared *s, int64_t ms)
{
	const struct timespec until = clock_after(ms);
	bool stopping;

	pthread_mutex_lock(&s->stop_lock);
	while (!s->stopping &&
	    pthread_cond_timedwait(&s->stop_cond, &s->stop_lock, &until) != ETIMEDOUT)
		continue;
	stopping = s->stopping;
	pthread_mutex_unlock(&s->stop_lock);
	return !stopping;
}
