/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>

#include <criterion/criterion.h>

#include "http/http.h"
#include "store/due.h"
#include "support/leaks.h"
#include "support/stage.h"
#include "unit/store_support.h"
#include "web/cgi.h"
#include "web/upkeep.h"
#include "web/web.h"

TestSuite(upkeep, .init = not_for_ever, .fini = no_leaks);

/* What upkeep works on: a stage, and the rest of what web needs. */
struct scene {
	struct stage stage;
	struct http_shared *http;
	struct web web;
};

static void
scene_init(struct scene *s)
{
	const struct http_shared_opts ho = { .clock = &clock_system };
	struct err e = { 0 };

	stage_init(&s->stage);
	s->http = http_shared_new(&ho, &e);
	cr_assert_not_null(s->http, "%s", e.text);
	s->web = (struct web){ conf_box_new(conf_ref(s->stage.conf)), &s->stage.dialog,
		s->http, &clock_system };
}

static void
scene_fini(struct scene *s)
{
	conf_box_free(s->web.conf);
	http_shared_free(s->http);
	stage_fini(&s->stage);
}

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
	cr_expect(upkeep_end(u, 60000));
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
	cr_expect(upkeep_end(u, 60000));
	scene_fini(&s);
}

Test(upkeep, stops_in_its_pause)
{
	struct scene s;
	struct upkeep *u;
	int64_t before;

	scene_init(&s);
	mark(&s, "x", 1);
	u = start(&s);
	await_no_mark(&s);
	before = clock_mono_ms(&clock_system);
	upkeep_stop(u);
	cr_expect(upkeep_end(u, 60000));
	cr_expect_lt(clock_mono_ms(&clock_system) - before, LIMIT_DUE_EVERY_S * 1000);
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
	cr_expect(upkeep_end(u, 60000));
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

/* As a CGI program: leaves a process behind, which waits until `go` is closed. */
static void
play_program(int log, int go, int told)
{
	char byte;

	dup2(log, STDERR_FILENO);
	dup2(log, STDOUT_FILENO);
	close(log);
	if (!cgi_detach())
		_exit(0);
	while (read(go, &byte, 1) > 0)
		;
	byte = getsid(0) == getpid() ? 's' : '-';
	_exit(write(told, &byte, 1) == 1 ? 0 : 1);
}

Test(upkeep, detached_from_the_web_server)
{
	int log[2], go[2], told[2], status;
	char byte = 0;
	pid_t pid;

	cr_assert(pipe(log) == 0 && pipe(go) == 0 && pipe(told) == 0);
	pid = fork_child();
	if (pid == 0) {
		close(go[1]);
		close(log[0]);
		play_program(log[1], go[0], told[1]);
	}
	close(log[1]);
	close(told[1]);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect_eq(status, 0, "the program that was started has ended");
	cr_expect_eq(
	    read(log[0], &byte, 1), 0, "and nobody holds its answer or its log");
	close(go[0]);
	close(go[1]);
	cr_expect_eq(read(told[0], &byte, 1), 1, "while its work goes on");
	cr_expect_eq(byte, 's', "in a session of its own");
	close(log[0]);
	close(told[0]);
}
