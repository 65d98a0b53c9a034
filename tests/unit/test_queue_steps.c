/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process that uses the queue is killed at each of its calls of the system in turn. What is
 * found then is the queue of before or behind the step that it was at, all of it, and no
 * other; what it had been told is done is done. Nothing is lost, doubled, or blocked.
 *
 * KILL_SEED chooses every second call, and in which of the three ways it is met. KILL_ALL=1
 * meets each call in every way.
 */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "store/kv.h"
#include "unit/kill_calls.h"
#include "unit/queue_support.h"

TestSuite(queue_steps, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000, DUMP_BYTES = 1024 * 1024, MOST_STEPS = 40 };
/* Pages of the log before it is worked in, so that this happens now and then, too. */
enum { CHECKPOINT_PAGES = 6 };

/* The ways to die: before the call, half-way through it, with another process looking on. */
enum way { BEFORE, TORN, BESIDE, N_WAYS };

struct story {
	const struct tmpdir *dir;
	struct fake_clock clock;
	struct state *st;
	struct arena *a;
	struct job job, turn;
	struct err e;
};

typedef enum queue_result story_step(struct story *s);

static enum queue_result
open_it(struct story *s)
{
	const struct state_opts o = { .path = s->dir->path, .clock = &s->clock.clock };

	s->st = state_open(&o, &s->e);
	if (s->st == NULL)
		return QUEUE_FAILED;
	sqlite3_wal_autocheckpoint(s->st->writes.db, CHECKPOINT_PAGES);
	return QUEUE_OK;
}

static enum queue_result
add_some(struct story *s)
{
	static char big[20000];
	const struct new_job jobs[] = { { "x", "k", "1", 0, 0 },
		{ "x", "k", "2", 0, 0 }, { "y", "k", big, 0, 0 } };

	memset(big, 'b', sizeof(big) - 1);
	return queue_add(s->st, jobs, NELEMS(jobs), "key", &s->e);
}

static enum queue_result
add_more(struct story *s)
{
	const struct new_job job = { "x", "k", "6", 0, 0 };

	return queue_add(s->st, &job, 1, NULL, &s->e);
}

static enum queue_result
add_unseen(struct story *s)
{
	static const char *const keys[] = { "key", "other" };
	const struct new_job jobs[] = { { "z", "k", "seen", 0, 0 },
		{ "z", "event", "3", 5, 0 } };

	return queue_add_each(s->st, jobs, keys, 2, NULL, &s->e);
}

static enum queue_result
claim(struct story *s)
{
	const struct new_job turn = { "x", "turn", "t", 0, 0 };

	return queue_claim(s->st, &turn, &s->turn, &s->e);
}

static enum queue_result
take_one(struct story *s)
{
	return queue_take(s->st, s->a, &s->job, &s->e);
}

static enum queue_result
take_event(struct story *s)
{
	static const char *const kinds[] = { "event" };

	return queue_take_of(s->st, kinds, 1, s->a, &s->job, &s->e);
}

static enum queue_result
save(struct story *s)
{
	return queue_save(s->st, &s->job, "saved", &s->e);
}

static enum queue_result
renew(struct story *s)
{
	return queue_renew(s->st, &s->job, &s->e);
}

static enum queue_result
later(struct story *s)
{
	return queue_later(s->st, &s->job,
	    &(struct job_later){ .delay_ms = 1000, .why = "busy", .unsure = true },
	    &s->e);
}

static enum queue_result
replace_turn(struct story *s)
{
	const struct new_job follow[] = { { NULL, "send", "4", 0, 0 },
		{ NULL, "send", "5", 0, 0 } };

	return queue_done(s->st, &s->turn, follow, 2, &s->e);
}

static enum queue_result
done_sent(struct story *s)
{
	return queue_done_sent(s->st, &s->job, "SM1", NULL, &s->e);
}

static enum queue_result
done_plain(struct story *s)
{
	return queue_done(s->st, &s->job, NULL, 0, &s->e);
}

static enum queue_result
bury(struct story *s)
{
	return queue_dead(s->st, &s->job, "refused", true, &s->e);
}

static enum queue_result
retry(struct story *s)
{
	return queue_retry(s->st, s->job.id, &s->e);
}

static enum queue_result
drop(struct story *s)
{
	return queue_drop(s->st, s->job.id, &s->e);
}

static enum queue_result
put_value(struct story *s)
{
	return kv_put(s->st, "name", "value", 5, &s->e) ? QUEUE_OK : QUEUE_FAILED;
}

static enum queue_result
keep(struct story *s)
{
	s->clock.now_s += LIMIT_LEASE_MS / 1000 - 1;
	return queue_keep(s->st, &s->e) ? QUEUE_OK : QUEUE_FAILED;
}

static enum queue_result
sweep(struct story *s)
{
	s->clock.now_s += LIMIT_SEEN_S + 1;
	return state_sweep(s->st, 10, &s->e) ? QUEUE_OK : QUEUE_FAILED;
}

static enum queue_result
close_it(struct story *s)
{
	state_close(s->st);
	s->st = NULL;
	return QUEUE_OK;
}

static story_step *const story[] = { open_it, add_some, add_unseen, claim, take_one,
	save, renew, keep, later, replace_turn, take_one, done_sent, take_one, bury,
	retry, take_event, bury, drop, put_value, add_more, take_one, done_plain, sweep,
	close_it };

/* All that is there, but for the names of the processes. */
static char *
dump(struct state *st)
{
	static const char *const tables[] = {
		"SELECT id || ' ' || lane || ' ' || ord || ' ' || root || ' ' || sub || ' ' || "
		"made_ms || ' ' || due_ms || ' ' || tries || ' ' || (owner IS NULL) || ' ' || "
		"lease || ' ' || until_ms || ' ' || taken_ms || ' ' || unsure || ' ' || kind "
		"|| why || size || body FROM job ORDER BY id",
		"SELECT name || ' ' || ready_ms || ' ' || jobs || ' ' || head FROM lane "
		"ORDER BY name",
		"SELECT id || lane || ' ' || made_ms || ' ' || died_ms || ' ' || tries || ' ' "
		"|| unsure || kind || why || body FROM dead ORDER BY id",
		"SELECT key || at_s FROM seen ORDER BY key",
		"SELECT lane || at_ms || id FROM sent ORDER BY lane, at_ms, id",
		"SELECT name || at_s || hex(value) FROM kv ORDER BY name",
		"SELECT next_id || ' ' || lanes || ' ' || jobs || ' ' || bytes || ' ' || dead "
		"FROM total",
		"SELECT quick_check FROM pragma_quick_check",
	};
	CLEANUP(buf_fini) struct buf b = BUF_INIT(DUMP_BYTES);

	for (size_t i = 0; i < NELEMS(tables); i++) {
		sqlite3_stmt *q = NULL;

		cr_assert_eq(sqlite3_prepare_v2(st->writes.db, tables[i], -1, &q, NULL),
		    SQLITE_OK, "%s: %s", tables[i], sqlite3_errmsg(st->writes.db));
		while (sqlite3_step(q) == SQLITE_ROW)
			buf_printf(&b, "%zu %s\n", i, sqlite3_column_text(q, 0));
		cr_assert_eq(sqlite3_finalize(q), SQLITE_OK);
	}
	cr_assert(buf_ok(&b));
	return xstrdup(b.data);
}

/* The story without a death: what is there behind each step, and how many calls it takes. */
static int
tell(char *want[MOST_STEPS])
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct story s = { .dir = &dir, .clock = FAKE_CLOCK(NOW), .a = a };
	int before, calls = 0;

	for (size_t i = 0; i < NELEMS(story); i++) {
		s.clock.now_s++;
		before = kill_calls.calls;
		cr_assert_eq(story[i](&s), QUEUE_OK, "step %zu: %s", i, s.e.text);
		calls += kill_calls.calls - before;
		want[i] = s.st != NULL ? dump(s.st) : xstrdup(want[i - 1]);
	}
	return calls;
}

/* In a process of its own; *accepted is how many steps are done. */
static void
live(const struct tmpdir *dir, int go, atomic_int *accepted)
{
	static struct story s; /* not lost when the process ends */
	char byte;

	s = (struct story){ .dir = dir, .clock = FAKE_CLOCK(NOW), .a = arena_new() };
	if (read(go, &byte, 1) != 1)
		_exit(2);
	kill_calls.calls = 0;
	for (size_t i = 0; i < NELEMS(story); i++) {
		s.clock.now_s++;
		if (story[i](&s) != QUEUE_OK)
			_exit(3);
		++*accepted;
	}
	_exit(0);
}

/* Works all there is, as the next process would; each job comes once, and nothing stays. */
static void
expect_workable(struct state *st, struct fake_clock *clock, const char *where)
{
	int64_t leased = behind_number(st, "SELECT count(*) FROM job WHERE owner > 0");
	int64_t jobs = behind_number(st, "SELECT count(*) FROM job"), came = 0,
		sure = 0;
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };
	struct job job;

	cr_assert(queue_recover(st, &e), "%s: %s", where, e.text);
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM job WHERE owner > 0"), 0,
	    "%s: leases of the dead", where);
	sure = behind_number(st, "SELECT count(*) FROM job WHERE unsure = 0");
	cr_expect_leq(sure, jobs - leased, "%s: what was at work is in doubt", where);
	clock->now_s += LIMIT_BACKOFF_MS / 1000;
	for (job = take(st, a); *job.body != '\0'; job = take(st, a), came++)
		done(st, &job);
	cr_expect_eq(came, jobs, "%s: %d jobs, %d came", where, (int)jobs, (int)came);
	cr_expect_eq(behind_number(st, "SELECT lanes + jobs + bytes FROM total"), 0,
	    "%s", where);
	add(st, "x", "new");
	cr_expect_str_eq(drain(st), "new ", "%s", where);
}

/* One death; false: the story was over before. */
static bool
die_at(int at, enum way way, unsigned chosen, char *const want[MOST_STEPS],
    atomic_int *accepted)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(state_closep) struct state *st = NULL;
	CLEANUP(freep) char *is = NULL;
	struct fake_clock clock = FAKE_CLOCK(NOW + 1000000);
	int go[2], status, steps;
	char where[80];
	pid_t pid;

	snprintf(where, sizeof(where), "KILL_SEED=%u, call %d, way %d", chosen, at,
	    (int)way);
	*accepted = 0;
	cr_assert_eq(pipe(go), 0);
	kill_calls = (struct kill_calls){ .torn = way == TORN };
	pid = fork_child();
	if (pid == 0) {
		kill_calls.kill_at = at; /* counted from when it is let go */
		kill_calls.calls = at;
		live(&dir, go[0], accepted);
	}
	if (way == BESIDE)
		st = open_state(&dir, &clock.clock);
	cr_assert_eq(write(go[1], "", 1), 1);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	close(go[0]);
	close(go[1]);
	cr_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0, "%s: %d", where,
	    WEXITSTATUS(status));
	steps = *accepted;
	if (st == NULL)
		st = open_state(&dir, &clock.clock);
	is = dump(st);
	cr_expect(strcmp(is, want[steps > 0 ? steps - 1 : 0]) == 0 ||
		(steps < (int)NELEMS(story) && strcmp(is, want[steps]) == 0),
	    "%s, %d steps done: neither before nor behind a step:\n%s", where, steps,
	    is);
	expect_workable(st, &clock, where);
	return WIFSIGNALED(status);
}

static unsigned
seed(void)
{
	const char *given = getenv("KILL_SEED");
	unsigned chosen;

	if (given != NULL)
		return (unsigned)strtoul(given, NULL, 10);
	cr_assert_eq(getentropy(&chosen, sizeof(chosen)), 0);
	return chosen % 1000;
}

Test(queue_steps, each_death)
{
	atomic_int *accepted = mmap(NULL, sizeof(*accepted), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const bool all = getenv("KILL_ALL") != NULL;
	const unsigned chosen = seed();
	const int stride = RUNNING_ON_VALGRIND ? 59 : all ? 1 : 2;
	char *want[MOST_STEPS] = { NULL };
	int calls, deaths = 0;

	cr_assert_neq(accepted, MAP_FAILED);
	log_setup(LOG_ERROR, LOG_KV);
	calls = tell(want);
	cr_expect_gt(calls, 300, "the calls are seen: %d", calls);
	for (int at = all ? 1 : 1 + (int)(chosen % 2); at <= calls; at += stride)
		for (int way = 0; way < N_WAYS; way++)
			if (all || (at + chosen / 2) % N_WAYS == (unsigned)way)
				deaths +=
				    die_at(at, (enum way)way, chosen, want, accepted);
	cr_expect(deaths > calls / 4 || RUNNING_ON_VALGRIND,
	    "KILL_SEED=%u: %d deaths in %d calls", chosen, deaths, calls);
	for (size_t i = 0; i < NELEMS(story); i++)
		free(want[i]);
	munmap(accepted, sizeof(*accepted));
}
