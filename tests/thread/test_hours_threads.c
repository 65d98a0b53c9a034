/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight threads ask for the hours of several zones at once, of objects they share and of some
 * of their own, and get what one thread alone gets; so do those of a process that was split
 * off when the objects had been made. A plain program with TAP output, so that ThreadSanitizer can run it.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/hours.h"
#include "base/day.h"
#include "base/xalloc.h"
#include "conf/conf.h"
#include "support/fake_clock.h"

enum { THREADS = 8, ROUNDS = 10, HOURS = 24 * 8 };

/* Around the days on which their clocks change, 2026. */
static const struct {
	const char *zone;
	int month, day;
} zones[] = {
	{ "Europe/Madrid", 3, 25 },
	{ "Europe/Madrid", 10, 21 },
	{ "America/New_York", 3, 4 },
	{ "America/Santiago", 9, 2 },
	{ "Australia/Sydney", 10, 1 },
	{ "Australia/Lord_Howe", 4, 1 },
	{ "Europe/Dublin", 10, 21 },
	{ "Asia/Kathmandu", 12, 28 },
};

struct shared {
	struct conf *conf[NELEMS(zones)];
	struct hours *hours[NELEMS(zones)];
	bool want[NELEMS(zones)][HOURS];
	atomic_int started, wrong;
};

static struct conf *
load(const char *zone)
{
	static char key[] = "BOTLINE_API__KEY=k", secret[] = "BOTLINE_API__SECRET=s";
	char name[100];
	char *all[] = { key, secret, name, NULL };
	struct conf_opts o = { .root = TOP_SRCDIR, .environ = all };
	struct conf_report report = { 0 };
	struct conf *c;

	snprintf(
	    name, sizeof(name), "BOTLINE_CHAT__CHAT__TIMEZONEWORKINGHOURS=%s", zone);
	c = conf_load(&o, &report);
	conf_report_fini(&report);
	return c;
}

static struct hours *
make(const struct shared *s, size_t i)
{
	static const char *const holidays[] = { "2026-10-23", "01-01" };
	static const struct hours_office office = { .holidays = holidays,
		.n_holidays = NELEMS(holidays) };
	struct err e;

	return hours_new(conf_cfg(s->conf[i], CONF_PRODUCTION), &office, &e);
}

static void
turn(struct fake_clock *clock, size_t zone, int hour)
{
	clock->now_s =
	    day_number(2026, zones[zone].month, zones[zone].day) * DAY_S + hour * 3600;
}

/* Whether what is asked now is as it was in one thread. */
static bool
agrees(const struct shared *s, const struct hours *h, size_t zone)
{
	struct fake_clock clock = FAKE_CLOCK(0);

	for (int hour = 0; hour < HOURS; hour++) {
		turn(&clock, zone, hour);
		if (hours_open(h, clock_wall_s(&clock.clock)) != s->want[zone][hour])
			return false;
	}
	return true;
}

static void *
ask(void *arg)
{
	struct shared *s = arg;
	int offset = atomic_fetch_add(&s->started, 1);

	for (int round = 0; round < ROUNDS; round++)
		for (size_t i = 0; i < NELEMS(zones); i++) {
			size_t zone = (i + (size_t)offset) % NELEMS(zones);
			CLEANUP(arena_freep) struct arena *a = arena_new();
			CLEANUP(hours_freep) struct hours *own = make(s, zone);
			const char *next = hours_next(s->hours[zone], 1798700000, a);

			if (own == NULL || !agrees(s, own, zone) ||
			    !agrees(s, s->hours[zone], zone) ||
			    strstr(next, zones[zone].zone) == NULL)
				atomic_fetch_add(&s->wrong, 1);
		}
	return NULL;
}

static bool
ask_in_threads(struct shared *s)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, ask, s) != 0)
			abort();
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return atomic_load(&s->wrong) == 0;
}

static bool
has_succeeded(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
prepare(struct shared *s)
{
	struct fake_clock clock = FAKE_CLOCK(0);

	for (size_t i = 0; i < NELEMS(zones); i++) {
		s->conf[i] = load(zones[i].zone);
		s->hours[i] = s->conf[i] != NULL ? make(s, i) : NULL;
		if (s->hours[i] == NULL)
			return false;
		for (int hour = 0; hour < HOURS; hour++) {
			turn(&clock, i, hour);
			s->want[i][hour] =
			    hours_open(s->hours[i], clock_wall_s(&clock.clock));
		}
	}
	return true;
}

int
main(void)
{
	static struct shared s;
	bool good, child_good;
	pid_t child;

	if (!prepare(&s)) {
		printf("Bail out! no hours\n");
		return 1;
	}
	child = fork();
	good = ask_in_threads(&s);
	if (child == 0)
		_exit(good ? 0 : 1);
	child_good = has_succeeded(child);
	printf("1..2\n%s 1 - eight threads agree with one\n", good ? "ok" : "not ok");
	printf("%s 2 - so do those of a process split off before\n",
	    child_good ? "ok" : "not ok");
	for (size_t i = 0; i < NELEMS(zones); i++) {
		hours_free(s.hours[i]);
		conf_unref(s.conf[i]);
	}
	return !good || !child_good;
}
