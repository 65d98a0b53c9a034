/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/buf.h"
#include "base/js.h"
#include "unit/queue_support.h"
#include "watch/health.h"
#include "watch/numbers.h"

TestSuite(health, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };

/* The only finding's word, "" when there is none, "several" when there are. */
static const char *
only(const struct finding *f, size_t n)
{
	if (n == 0)
		return "";
	return n == 1 ? f[0].what : "several";
}

static void
set(struct numbers *n, enum metric m, unsigned a, uint64_t value)
{
	n->cells[metric_rows[m].at + a] = value;
	n->known[m] = true;
}

Test(health, what_numbers_mean)
{
	static const struct {
		const char *want;
		enum metric m;
		unsigned a;
		uint64_t value;
	} t[] = {
		{ "", M_QUEUE_OLDEST_SECONDS, 0, LIMIT_HEALTH_OLD_S },
		{ "queue-old", M_QUEUE_OLDEST_SECONDS, 0, LIMIT_HEALTH_OLD_S + 1 },
		{ "", M_UPSTREAM_FAILING, M_UPSTREAM_hyperchat,
		    LIMIT_HEALTH_FAILING - 1 },
		{ "failing-hyperchat", M_UPSTREAM_FAILING, M_UPSTREAM_hyperchat,
		    LIMIT_HEALTH_FAILING },
		{ "denied-inbenta", M_UPSTREAM_DENIED, M_UPSTREAM_inbenta,
		    LIMIT_HEALTH_DENIED },
		{ "config-stale", M_CONFIG_STALE, 0, 1 },
		{ "", M_QUEUE_DEAD, 0, 10 },
		{ "", M_WORKERS_BUSY, 0, 1 },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new(), store = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct watch w = { store.path, dir.path, st, NULL, &clock.clock, NULL };
	struct finding f[HEALTH_MOST];

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct numbers n = { .why = "" };
		size_t found;

		set(&n, t[i].m, t[i].a, t[i].value);
		found = health_look(&w, &n, a, f);
		cr_expect_str_eq(only(f, found), t[i].want, "row %zu", i);
		cr_expect_eq(health_of(f, found),
		    *t[i].want == '\0' ? HEALTH_READY : HEALTH_DEGRADED);
		cr_expect(found == 0 || (*f[0].says != '\0' && *f[0].hint != '\0'));
	}
}

Test(health, busy_workers_and_new_dead_letters)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new(), store = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct watch w = { store.path, dir.path, st, NULL, &clock.clock, NULL };
	struct numbers n = { .dead_new = 2, .dead_new_known = true };
	struct finding f[HEALTH_MOST];

	cr_expect_str_eq(only(f, health_look(&w, &n, a, f)), "dead-letters");
	n.dead_new = 0;
	set(&n, M_WORKERS, 0, 1);
	set(&n, M_WORKERS_BUSY, 0, 1);
	cr_expect_str_eq(
	    only(f, health_look(&w, &n, a, f)), "", "the one that there is answers us");
	set(&n, M_WORKERS, 0, 8);
	set(&n, M_WORKERS_BUSY, 0, 7);
	cr_expect_str_eq(only(f, health_look(&w, &n, a, f)), "");
	set(&n, M_WORKERS_BUSY, 0, 8);
	cr_expect_str_eq(only(f, health_look(&w, &n, a, f)), "workers-busy");
}

/* The folder is another one than it was, as if it had been moved away. */
Test(health, a_state_that_is_gone_is_down_and_comes_first)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new(), store = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf json = BUF_INIT(10000);
	CLEANUP(js_putp) js *root = NULL;
	struct watch w = { store.path, dir.path, st, NULL, &clock.clock, NULL };
	struct numbers n = { .why = "" };
	struct finding f[HEALTH_MOST];
	char path[200];
	size_t found;
	struct err e;

	set(&n, M_CONFIG_STALE, 0, 1);
	snprintf(path, sizeof(path), "%s/state.db", dir.path);
	cr_assert_eq(unlink(path), 0);
	w.store_path = "/nonexistent";
	found = health_look(&w, &n, a, f);
	cr_assert_eq(found, 3);
	cr_expect_str_eq(f[0].what, "store-not-writable");
	cr_expect_str_eq(f[1].what, "state-not-writable");
	cr_expect_str_eq(f[2].what, "config-stale");
	cr_expect_eq(health_of(f, found), HEALTH_DOWN);
	health_json(&json, f, found);
	cr_assert(buf_ok(&json));
	cr_assert(js_parse(json.data, json.len, &root, &e), "%s", e.text);
	cr_expect_str_eq(js_str(root, "status", ""), "down");
	cr_expect_str_eq(js_str(root, "version", ""), PACKAGE_VERSION);
	cr_expect_eq(json_object_array_length(js_arr(root, "findings")), 3);
}

Test(health, a_state_that_could_not_be_opened_says_why)
{
	CLEANUP(tmpdir_fini) struct tmpdir store = tmpdir_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct watch w = { store.path, "/nonexistent", NULL, "it is damaged",
		&clock_system, NULL };
	struct finding f[HEALTH_MOST];
	struct numbers n;

	numbers_read(&w, &n);
	cr_assert_eq(health_look(&w, &n, a, f), 1);
	cr_expect_str_eq(f[0].what, "state-not-readable");
	cr_expect_str_eq(f[0].says, "it is damaged");
	cr_expect_eq(f[0].severity, HEALTH_DOWN);
}
