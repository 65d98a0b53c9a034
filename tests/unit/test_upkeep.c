/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include <criterion/criterion.h>

#include "store/due.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/stage.h"
#include "unit/store_support.h"
#include "unit/web_scene.h"
#include "web/upkeep.h"
#include "web/web.h"

TestSuite(upkeep, .init = not_for_ever, .fini = no_leaks);

static void
mark(struct scene *s, const char *id, int64_t due_s)
{
	struct err e = { 0 };

	cr_assert(due_set(s->stage.store, id, due_s, &e), "%s", e.text);
}

/* Returns as soon as no mark is left that will be due within a day. */
static void
await_no_mark(struct scene *s)
{
	const struct timespec moment = { 0, 1000000 };

	while (due_any(s->stage.store, clock_wall_s(&clock_system) + 86400))
		nanosleep(&moment, NULL);
}

static struct upkeep *
start(struct scene *s)
{
	struct err e = { 0 };
	struct upkeep *u = upkeep_start(&s->web, &e);

	cr_assert_not_null(u, "%s", e.text);
	return u;
}

Test(upkeep, thread_works_what_is_due)
{
	struct scene s;
	struct upkeep *u;

	scene_init(&s);
	for (int i = 0; i < 30; i++) {
		char id[10];

		snprintf(id, sizeof(id), "%d", i);
		mark(&s, id, 1);
	}
	u = start(&s);
	await_no_mark(&s);
	upkeep_stop(u);
	cr_expect(upkeep_end(u, PATIENCE_MS));
	scene_fini(&s);
}

/* A mark that is set while it pauses is found at its next look. */
Test(upkeep, thread_looks_again)
{
	struct scene s;
	struct upkeep *u;

	scene_init(&s);
	mark(&s, "first", 1);
	u = start(&s);
	await_no_mark(&s);
	mark(&s, "second", 1);
	await_no_mark(&s);
	upkeep_stop(u);
	cr_expect(upkeep_end(u, PATIENCE_MS));
	scene_fini(&s);
}

Test(upkeep, stops_in_its_pause)
{
	int64_t took_ms = INT64_MAX;
	struct scene s;

	scene_init(&s);
	/* One that is not held up by something else is enough. */
	for (int i = 0; i < 20 && took_ms >= LIMIT_DUE_EVERY_S * 1000; i++) {
		struct upkeep *u;

		mark(&s, "x", 1);
		u = start(&s);
		await_no_mark(&s);
		took_ms = -clock_mono_ms(&clock_system);
		upkeep_stop(u);
		cr_expect(upkeep_end(u, PATIENCE_MS));
		took_ms += clock_mono_ms(&clock_system);
	}
	cr_expect_lt(took_ms, LIMIT_DUE_EVERY_S * 1000);
	upkeep_stop(NULL);
	scene_fini(&s);
}

/* A clock that makes who asks it wait while the gate is shut. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static atomic_int at_gate;

static int64_t
gate_mono_ms(const struct clock *c UNUSED)
{
	at_gate++;
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return clock_mono_ms(&clock_system);
}

/* The end waits for the work under way as long as it is told to. */
Test(upkeep, end_waits_for_what_is_under_way)
{
	const struct clock slow = { clock_system.wall_s, gate_mono_ms };
	struct scene s;
	struct upkeep *u;

	scene_init(&s);
	s.stage.dialog.clock = &slow;
	pthread_mutex_lock(&gate);
	u = start(&s);
	while (at_gate == 0)
		sched_yield();
	upkeep_stop(u);
	cr_expect_not(upkeep_end(u, 0));
	pthread_mutex_unlock(&gate);
	cr_expect(upkeep_end(u, PATIENCE_MS));
	scene_fini(&s);
}

Test(upkeep, some_are_no_more_than_that)
{
	static const char *const ids[] = { "a", "b", "c", "d", "e" };
	struct scene s;

	scene_init(&s);
	for (size_t i = 0; i < NELEMS(ids); i++)
		mark(&s, ids[i], 1);
	mark(&s, "later", clock_wall_s(&clock_system) + 3600);
	cr_expect_eq(upkeep_some(&s.web, 3), 3u);
	cr_expect_eq(upkeep_some(&s.web, 3), 2u);
	cr_expect_eq(upkeep_some(&s.web, 3), 0u);
	scene_fini(&s);
}
