/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads want Messenger's service hours: it is asked once, and while something is
 * known nobody waits. A plain program, so that ThreadSanitizer can watch it.
 */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/timetables.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "store/store.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "support/upstream.h"

enum { THREADS = 16, ROUNDS = 20 };

#define ON_GET "GET /v1/settings/work-timetable "
#define HOURS(day) "{\"holidays\":[{\"queueId\":1,\"days\":[\"" day "\"]}]}"

static struct fake_clock fake = FAKE_CLOCK(0);
static struct http_shared *shared;
static struct timetables *timetables;
static struct upstream *up;
static struct inbenta_account account = { .name = "chat.messenger", .key = "key" };
static pthread_barrier_t start;

/* What one thread has to find. */
struct task {
	const char *want;
	int bad;
};

static bool
get_access(const struct messenger_call *c, const char *refused,
    struct messenger_access *out, struct err *e)
{
	(void)c;
	(void)refused;
	(void)e;
	*out = (struct messenger_access){ .token = "t", .base = upstream_url(up) };
	return true;
}

static void
round_of(struct task *t, struct http *http, struct arena *arena)
{
	CLEANUP(js_putp) js *root = NULL;
	const struct messenger_call c = { .http = http,
		.key = "key",
		.name = "chat.messenger",
		.get_access = get_access,
		.arena = arena,
		.until_ms = clock_mono_ms(&fake.clock) + PATIENCE_MS };

	root = timetables_get(timetables, &account, &c);
	t->bad +=
	    root == NULL || strstr(json_object_to_json_string(root), t->want) == NULL;
}

static void *
work(void *arg)
{
	struct task *t = arg;
	struct http *http = http_new(shared);
	struct arena *arena = arena_new();

	pthread_barrier_wait(&start);
	for (int i = 0; i < ROUNDS; i++) {
		round_of(t, http, arena);
		arena_reset(arena);
	}
	arena_free(arena);
	http_free(http);
	return NULL;
}

static int
report(int n, const char *name, int bad)
{
	printf("%s %d - %s\n", bad == 0 ? "ok" : "not ok", n, name);
	return bad != 0;
}

/* Nothing is known: all wait for the one that asks. */
static int
once(int n)
{
	pthread_t threads[THREADS];
	struct task tasks[THREADS];
	int bad = 0;

	for (int i = 0; i < THREADS; i++) {
		tasks[i] = (struct task){ .want = "01-01" };
		if (pthread_create(&threads[i], NULL, work, &tasks[i]) != 0)
			abort();
	}
	pthread_barrier_wait(&start);
	upstream_release(up);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		bad += tasks[i].bad;
	}
	bad += upstream_count(up, "GET ") != 1;
	return report(n, "asked once for all threads", bad);
}

static void *
renew(void *arg)
{
	struct http *http = http_new(shared);
	struct arena *arena = arena_new();

	round_of(arg, http, arena);
	arena_free(arena);
	http_free(http);
	return NULL;
}

/* While one thread asks, another gets what was known before, without waiting for it. */
static int
renewal(int n)
{
	static const struct upstream_step held[] = {
		{ .on = ON_GET, .body = HOURS("02-02"), .held = true },
	};
	/* The answer may come too late for the one that asks: then the old hours go on. */
	struct task renews = { .want = "0" }, meanwhile = { .want = "01-01" };
	pthread_t thread;

	upstream_script(up, held, 1);
	fake.now_s += LIMIT_HOURS_KEPT_S + 600;
	if (pthread_create(&thread, NULL, renew, &renews) != 0)
		abort();
	upstream_wait(up, 2);
	renew(&meanwhile);
	upstream_release(up);
	pthread_join(thread, NULL);
	return report(n, "old hours while new ones are asked for",
	    renews.bad + meanwhile.bad + (upstream_count(up, "GET ") != 2));
}

int
main(void)
{
	static const struct upstream_step steps[] = {
		{ .on = ON_GET, .body = HOURS("01-01"), .held = true },
	};
	struct tmpdir dir = tmpdir_new();
	struct store_opts so = {
		.path = dir.path, .session_ttl_s = 1000, .clock = &fake.clock
	};
	struct http_shared_opts ho = { .clock = &fake.clock };
	struct store *store;
	struct err e;
	int failed = 0;

	signal(SIGPIPE, SIG_IGN);
	log_setup(LOG_ERROR, LOG_KV);
	fake.now_s = time(NULL);
	up = upstream_new(steps, NELEMS(steps));
	account.url = upstream_url(up);
	store = store_open(&so, &e);
	shared = http_shared_new(&ho, &e);
	if (store == NULL || shared == NULL)
		abort();
	timetables = timetables_new(store, &fake.clock);
	pthread_barrier_init(&start, NULL, THREADS + 1);
	printf("1..2\n");
	failed += once(1);
	failed += renewal(2);
	timetables_free(timetables);
	pthread_barrier_destroy(&start);
	http_shared_free(shared);
	upstream_free(up);
	store_close(store);
	tmpdir_fini(&dir);
	return failed > 0;
}
