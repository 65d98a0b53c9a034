/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads, one token: whatever they find, Inbenta is asked once. A plain program, so
 * that ThreadSanitizer can watch it.
 */
#include "config.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/http.h"
#include "inbenta/auth.h"
#include "store/store.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "support/upstream.h"

enum { THREADS = 16, ROUNDS = 20 };

#define TOKEN(value) \
	"{\"accessToken\":\"" value \
	"\",\"expires_in\":1200,\"apis\":{\"chatbot\":\"$URL/bot\"}}"

static struct http_shared *shared;
static struct inbenta_auth *auth;
static struct inbenta_account account = { .name = "api", .key = "key", .secret = "s" };
static pthread_barrier_t start;

/* Alarms that rang while the first token was waited for: one of each thread. */
static pthread_mutex_t rung_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t rung_more = PTHREAD_COND_INITIALIZER;
static int rung;

/* What one thread has to find. */
struct task {
	const char *want; /* token; NULL: ERR_DENIED */
	const char *refuse; /* this one is reported as refused first */
	bool alarmed; /* an alarm is set, which is to ring while it waits */
	int bad;
};

static void
ring(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&rung_lock);
	rung++;
	pthread_cond_signal(&rung_more);
	pthread_mutex_unlock(&rung_lock);
}

static void
wait_for_alarms(int n)
{
	pthread_mutex_lock(&rung_lock);
	while (rung < n)
		pthread_cond_wait(&rung_more, &rung_lock);
	pthread_mutex_unlock(&rung_lock);
}

static void *
work(void *arg)
{
	struct task *t = arg;
	struct http *http = http_new(shared);
	struct arena *arena = arena_new();

	if (t->alarmed)
		http_alarm(http, clock_mono_ms(&clock_system) + 1, ring, NULL);
	pthread_barrier_wait(&start);
	if (t->refuse != NULL)
		inbenta_auth_refused(auth, &account, t->refuse);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t until = clock_mono_ms(&clock_system) + PATIENCE_MS;
		struct inbenta_access got;
		struct err e = { 0 };

		if (!inbenta_auth_get(auth, http, &account, until, arena, &got, &e))
			t->bad += t->want != NULL || e.kind != ERR_DENIED;
		else
			t->bad += t->want == NULL || strcmp(got.token, t->want) != 0;
		arena_reset(arena);
	}
	arena_free(arena);
	http_free(http);
	return NULL;
}

/* Lets all threads do the task at once; prints a line of TAP. */
static int
phase(int n, const char *name, struct upstream *up, const struct task *task)
{
	pthread_t threads[THREADS];
	struct task tasks[THREADS];
	size_t before = upstream_requests(up), asked;
	int bad = 0;

	for (int i = 0; i < THREADS; i++) {
		tasks[i] = *task;
		if (pthread_create(&threads[i], NULL, work, &tasks[i]) != 0)
			abort();
	}
	pthread_barrier_wait(&start);
	/* The one who asks and those who wait for him: before the answer comes. */
	wait_for_alarms(task->alarmed ? THREADS : 0);
	upstream_release(up);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		bad += tasks[i].bad;
	}
	asked = upstream_requests(up) - before;
	printf("%s %d - %s (%d wrong, asked %zu times)\n",
	    bad == 0 && asked == 1 ? "ok" : "not ok", n, name, bad, asked);
	return bad != 0 || asked != 1;
}

int
main(void)
{
	static const struct upstream_step steps[] = {
		{ .body = TOKEN("one"), .held = true },
		{ .body = TOKEN("two") },
		{ .status = 400,
		    .body =
			"{\"error\":{\"code\":400,\"message\":\"Secret token not valid\"}}",
		    .times = -1 },
	};
	struct tmpdir dir = tmpdir_new();
	struct store_opts so = {
		.path = dir.path, .session_ttl_s = 1000, .clock = &clock_system
	};
	struct http_shared_opts ho = { .clock = &clock_system };
	struct upstream *up = upstream_new(steps, NELEMS(steps));
	struct err e = { 0 };
	struct store *store = store_open(&so, &e);
	int bad = 0;

	log_setup(LOG_ERROR, LOG_KV);
	shared = http_shared_new(&ho, &e);
	if (store == NULL || shared == NULL) {
		printf("Bail out! %s\n", e.text);
		return 1;
	}
	auth = inbenta_auth_new(store, &clock_system);
	account.url = upstream_url(up);
	pthread_barrier_init(&start, NULL, THREADS + 1);
	printf("1..3\n");
	bad |= phase(
	    1, "a first token", up, &(struct task){ .want = "one", .alarmed = true });
	bad |= phase(
	    2, "a refused token", up, &(struct task){ .want = "two", .refuse = "one" });
	bad |= phase(3, "a refused secret", up, &(struct task){ .refuse = "two" });
	pthread_barrier_destroy(&start);
	inbenta_auth_free(auth);
	http_shared_free(shared);
	upstream_free(up);
	store_close(store);
	tmpdir_fini(&dir);
	return bad;
}
