/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name server that does not answer must not hold a call beyond its deadline. The resolver
 * of this program stands in front of the C library's: curl finds it first.
 */
#include "config.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

#include <criterion/criterion.h>

#include "http/http.h"
#include "support/patience.h"

typedef int getaddrinfo_fn(
    const char *, const char *, const struct addrinfo *, struct addrinfo **);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the two below */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool released, ended;

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	getaddrinfo_fn *real;

	if (node == NULL || strcmp(node, "slow.example") != 0) {
		*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
		return real(node, service, hints, out);
	}
	pthread_mutex_lock(&lock);
	while (!released)
		pthread_cond_wait(&changed, &lock);
	ended = true;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return EAI_AGAIN;
}

/* No leak check here: the thread that curl gave up on may still be ending. */
Test(dns, a_silent_name_server, .init = not_for_ever)
{
	struct http_shared_opts o = { .clock = &clock_system };
	struct http_resp r = { 0 };
	struct err e = { 0 };
	struct http_shared *shared = http_shared_new(&o, &e);
	struct http *http = http_new(shared);
	struct http_req q = { .what = "test", .url = "https://slow.example/" };

	q.until_ms = clock_mono_ms(&clock_system) + SHORT_MS;
	cr_expect_not(http_do(http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_not_null(strstr(e.text, "slow.example"), "%s", e.text);

	pthread_mutex_lock(&lock);
	cr_expect_not(ended, "the call did not wait for the resolver");
	released = true;
	pthread_cond_broadcast(&changed);
	while (!ended)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	http_free(http);
	http_shared_free(shared);
}
