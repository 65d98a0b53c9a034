/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads, one ExtraInfo: Inbenta is asked once, nobody waits while something is known,
 * and forgetting it in mid-call harms nobody. A plain program, so that ThreadSanitizer can
 * watch it.
 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "http/http.h"
#include "inbenta/appdata.h"
#include "store/store.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "support/upstream.h"

enum { THREADS = 16, ROUNDS = 20 };

#define ON_GET "GET /bot/v1/app/data/twilio?name= "
#define DATA(text) \
	"{\"results\":[{\"name\":\"translations\",\"value\":{\"en\":[{\"thanks\":\"" text \
	"\"}]}}]}"

static struct fake_clock fake = FAKE_CLOCK(0);
static struct http_shared *shared;
static struct inbenta_auth *auth;
static struct inbenta_appdata *data;
static struct inbenta_account account = { .name = "api", .key = "key", .secret = "s" };
static pthread_barrier_t start;

/* What one thread has to find. */
struct task {
	const char *want;
	bool or_nothing;
	bool forgets; /* and forgets it then */
	int bad;
};

static bool
is(const struct inbenta_setup *s, const char *want)
{
	return s->n == 1 && strcmp(s->texts[0].text, want) == 0;
}

static void
round_of(struct task *t, struct http *http, struct arena *arena)
{
	struct inbenta_call c = { .http = http,
		.auth = auth,
		.account = &account,
		.clock = &fake.clock,
		.arena = arena,
		.until_ms = clock_mono_ms(&fake.clock) + PATIENCE_MS };
	struct inbenta_setup s;

	inbenta_appdata_get(data, &c, "en", &s);
	t->bad += !is(&s, t->want) && !(t->or_nothing && s.n == 0);
	if (t->forgets)
		(void)inbenta_appdata_forget(data, &account);
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

/* Lets all threads do the task at once, the first of them `first`; prints a line of TAP. */
static int
phase(int n, const char *name, struct upstream *up, const struct task *first,
    const struct task *task, size_t at_most)
{
	pthread_t threads[THREADS];
	struct task tasks[THREADS];
	size_t before = upstream_count(up, "GET "), asked;
	int bad = 0;

	for (int i = 0; i < THREADS; i++) {
		tasks[i] = i == 0 ? *first : *task;
		if (pthread_create(&threads[i], NULL, work, &tasks[i]) != 0)
			abort();
	}
	pthread_barrier_wait(&start);
	upstream_release(up);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		bad += tasks[i].bad;
	}
	asked = upstream_count(up, "GET ") - before;
	bad += asked < 1 || asked > at_most;
	printf("%s %d - %s (%d wrong, asked %zu times)\n", bad == 0 ? "ok" : "not ok",
	    n, name, bad, asked);
	return bad != 0;
}

/* A thread that renews it, and finds it held up until the others have been served. */
static void *
renew(void *arg)
{
	struct task *t = arg;
	struct http *http = http_new(shared);
	struct arena *arena = arena_new();

	round_of(t, http, arena);
	arena_free(arena);
	http_free(http);
	return NULL;
}

/* While one thread asks, another gets what was known before, without waiting for it. */
static int
renewal(int n, struct upstream *up)
{
	struct task renews = { .want = "two" }, meanwhile = { .want = "one" };
	static const struct upstream_step held[] = {
		{ .on = ON_GET, .body = DATA("two"), .held = true },
	};
	size_t before = upstream_requests(up);
	pthread_t thread;
	int bad;

	upstream_script(up, held, NELEMS(held));
	fake.now_s += LIMIT_SETUP_AGE_S;
	if (pthread_create(&thread, NULL, renew, &renews) != 0)
		abort();
	upstream_wait(up, before + 1);
	renew(&meanwhile);
	upstream_release(up);
	pthread_join(thread, NULL);
	bad = renews.bad + meanwhile.bad;
	printf("%s %d - what was known while it is renewed\n",
	    bad == 0 ? "ok" : "not ok", n);
	return bad != 0;
}

static int
phases(struct upstream *up)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST ",
		    .body = "{\"accessToken\":\"t\",\"expires_in\":99999,\"apis\":{"
			    "\"chatbot\":\"$URL/bot\"}}" },
		{ .on = ON_GET, .body = DATA("one") },
	};
	static const struct upstream_step down[] = {
		{ .on = ON_GET, .status = 500, .times = -1 },
	};
	static const struct upstream_step back[] = {
		{ .on = ON_GET, .body = DATA("two"), .times = -1 },
	};
	const struct task one = { .want = "one" }, two = { .want = "two" },
			  perhaps = { .want = "two", .or_nothing = true },
			  forgets = {
				  .want = "two", .or_nothing = true, .forgets = true
			  };
	int bad = 0;

	printf("1..4\n");
	upstream_script(up, steps, NELEMS(steps));
	bad |= phase(1, "a first read, for which all wait", up, &one, &one, 1);
	bad |= renewal(2, up);
	fake.now_s += LIMIT_SETUP_AGE_S;
	upstream_script(up, down, NELEMS(down));
	bad |= phase(3, "what was known when the API is down", up, &two, &two, 1);
	upstream_script(up, back, NELEMS(back));
	bad |= phase(
	    4, "forgotten again and again", up, &forgets, &perhaps, THREADS * ROUNDS);
	return bad;
}

int
main(void)
{
	struct tmpdir dir = tmpdir_new();
	struct store_opts so = {
		.path = dir.path, .session_ttl_s = 1000, .clock = &fake.clock
	};
	struct http_shared_opts ho = { .clock = &fake.clock };
	struct upstream *up = upstream_new(NULL, 0);
	struct err e = { 0 };
	struct store *store = store_open(&so, &e);
	int bad;

	log_setup(LOG_ERROR, LOG_KV);
	fake.now_s = time(NULL);
	shared = http_shared_new(&ho, &e);
	if (store == NULL || shared == NULL) {
		printf("Bail out! %s\n", e.text);
		return 1;
	}
	auth = inbenta_auth_new(store, &fake.clock);
	data = inbenta_appdata_new(store, &fake.clock);
	account.url = upstream_url(up);
	pthread_barrier_init(&start, NULL, THREADS + 1);
	bad = phases(up);
	pthread_barrier_destroy(&start);
	inbenta_appdata_free(data);
	inbenta_auth_free(auth);
	http_shared_free(shared);
	upstream_free(up);
	store_close(store);
	tmpdir_fini(&dir);
	return bad;
}
