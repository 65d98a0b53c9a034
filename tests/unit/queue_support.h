/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_QUEUE_SUPPORT_H
#define UNIT_QUEUE_SUPPORT_H

#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "store/queue.h"
#include "store/queue_look.h"
#include "store/state.h"
#include "store/state_i.h"
#include "support/fake_clock.h"
#include "support/leaks.h"
#include "unit/store_support.h"

/* What the tests of the state and the queue share. Each works in a folder of its own. */

static UNUSED struct state *
open_state(const struct tmpdir *dir, const struct clock *clock)
{
	struct state_opts o = { .path = dir->path, .clock = clock };
	struct err e = { 0 };
	struct state *st = state_open(&o, &e);

	cr_assert_not_null(st, "%s", e.text);
	return st;
}

/* Runs SQL on the connection of a state, past all that guards it. */
static UNUSED void
behind(struct state *st, const char *text)
{
	char *why = NULL;

	cr_assert_eq(sqlite3_exec(st->writes.db, text, NULL, NULL, &why), SQLITE_OK,
	    "%s: %s", text, why);
}

/* The number that a question in SQL gives. */
static UNUSED int64_t
behind_number(struct state *st, const char *text)
{
	sqlite3_stmt *q = NULL;
	int64_t n;

	cr_assert_eq(sqlite3_prepare_v2(st->writes.db, text, -1, &q, NULL), SQLITE_OK,
	    "%s", text);
	cr_assert_eq(sqlite3_step(q), SQLITE_ROW, "%s", text);
	n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return n;
}

static UNUSED void
add_at(struct state *st, const char *lane, const char *body, int64_t ord_ms,
    int64_t due_ms)
{
	const struct new_job job = { lane, "note", body, ord_ms, due_ms };
	struct err e = { 0 };

	cr_assert_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
}

static UNUSED void
add(struct state *st, const char *lane, const char *body)
{
	add_at(st, lane, body, 0, 0);
}

/* What one of several that come at once does; the exit status of its process. */
static UNUSED int
come(const struct tmpdir *dir, const char *body)
{
	static struct state *st; /* not lost when the process ends */
	const struct state_opts o = { .path = dir->path, .clock = &clock_system };
	const struct new_job job = { .lane = "x", .kind = "note", .body = body };
	struct err e = { 0 };

	/* Where many are slow, another one may hold it for longer than we wait. */
	while ((st = state_open(&o, &e)) == NULL && e.kind == ERR_TIMEOUT)
		e = (struct err){ 0 };
	while (st != NULL && queue_add(st, &job, 1, NULL, &e) != QUEUE_OK) {
		if (e.kind != ERR_TIMEOUT)
			return 1;
		e = (struct err){ 0 };
	}
	state_close(st);
	return st != NULL ? 7 : 1;
}

/* So many processes come to a folder at once; each adds a job. */
static UNUSED void
come_at_once(const struct tmpdir *dir, int n, const char *body)
{
	pid_t pids[16];
	int go[2], status;
	char byte;

	cr_assert(n <= (int)NELEMS(pids));
	cr_assert_eq(pipe(go), 0);
	for (int i = 0; i < n; i++) {
		pids[i] = fork_child();
		if (pids[i] == 0) {
			close(go[1]);
			_exit(read(go[0], &byte, 1) == 0 ? come(dir, body) : 1);
		}
	}
	close(go[1]);
	for (int i = 0; i < n; i++) {
		cr_assert_eq(waitpid(pids[i], &status, 0), pids[i]);
		cr_expect_eq(WEXITSTATUS(status), 7);
	}
	close(go[0]);
}

/* The next job; its body is "" when there is none. */
static UNUSED struct job
take(struct state *st, struct arena *a)
{
	struct job job = { .body = "" };
	struct err e = { 0 };
	enum queue_result r = queue_take(st, a, &job, &e);

	cr_assert(r == QUEUE_OK || r == QUEUE_NONE, "%s", e.text);
	if (r == QUEUE_NONE)
		job.body = "";
	return job;
}

static UNUSED void
done(struct state *st, const struct job *job)
{
	struct err e = { 0 };

	cr_assert_eq(queue_done(st, job, NULL, 0, &e), QUEUE_OK, "%s", e.text);
}

/* Works all that is ready; their bodies in order, a blank behind each. */
static UNUSED const char *
drain(struct state *st)
{
	static char text[4096];
	CLEANUP(arena_freep) struct arena *a = arena_new();
	size_t len = 0;

	text[0] = '\0';
	for (;;) {
		struct job job = take(st, a);

		if (*job.body == '\0')
			return text;
		len +=
		    (size_t)snprintf(text + len, sizeof(text) - len, "%s ", job.body);
		cr_assert_lt(len, sizeof(text));
		done(st, &job);
	}
}

#endif
