/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/buf.h"
#include "store/chats.h"
#include "unit/queue_support.h"
#include "watch/numbers.h"
#include "watch/prom.h"

TestSuite(numbers, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };

static void
put_file(const struct tmpdir *dir, const char *name)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir->path, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	cr_assert(fd >= 0);
	close(fd);
}

static void
put_job(struct state *st, const char *lane, const char *kind)
{
	const struct new_job job = { .lane = lane, .kind = kind, .body = "1" };
	struct err e = { 0 };

	cr_assert_eq(queue_add(st, &job, 1, NULL, &e), QUEUE_OK, "%s", e.text);
}

static void
put_chat(struct state *st, const char *id)
{
	const struct chat_row row = { id, "production", id, "+34600111222", "+349",
		"{}", false };
	struct err e = { 0 };

	cr_assert(chats_put(st, &row, &e), "%s", e.text);
}

static bool
has_line(const struct buf *b, const char *line)
{
	const char *at = strstr(b->data, line);

	return at != NULL && (at == b->data || at[-1] == '\n') &&
	    at[strlen(line)] == '\n';
}

Test(numbers, gauges_are_found_out)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new(), store = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	atomic_size_t busy = 3;
	const struct watch_self self = { 16, &busy, NOW - 60 };
	const struct watch w = { store.path, dir.path, st, NULL, &clock.clock, &self };
	struct numbers n;
	struct job job;
	struct err e;

	put_file(&store, "c-1");
	put_file(&store, "c-2");
	put_file(&store, "cached-x");
	put_job(st, "x", "send");
	put_job(st, "x", "send");
	put_job(st, "y", "hand-in");
	put_job(st, "z", "of another version");
	put_chat(st, "a");
	put_chat(st, "b");
	cr_assert_eq(chats_close(st, "production", "b", &e), CHATS_OK);
	clock.now_s += 90;
	numbers_read(&w, &n);
	cr_expect_str_eq(n.why, "");
	cr_expect_eq(numbers_get(&n, M_SESSIONS, 0, 0), 2);
	cr_expect_eq(numbers_get(&n, M_QUEUE_JOBS, M_JOB_send, 0), 2);
	cr_expect_eq(numbers_get(&n, M_QUEUE_JOBS, M_JOB_hand_in, 0), 1);
	cr_expect_eq(numbers_get(&n, M_QUEUE_JOBS, M_JOB_other, 0), 1);
	cr_expect_eq(numbers_get(&n, M_QUEUE_OLDEST_SECONDS, 0, 0), 90);
	cr_expect_eq(numbers_get(&n, M_CHATS_OPEN, 0, 0), 1);
	cr_expect_eq(numbers_get(&n, M_WORKERS, 0, 0), 16);
	cr_expect_eq(numbers_get(&n, M_WORKERS_BUSY, 0, 0), 3);
	cr_expect_eq(numbers_get(&n, M_START_TIME_SECONDS, 0, 0), NOW - 60);
	job = take(st, a);
	cr_assert_eq(queue_dead(st, &job, "why", false, &e), QUEUE_OK);
	numbers_read(&w, &n);
	cr_expect_eq(numbers_get(&n, M_QUEUE_DEAD, 0, 0), 1);
	cr_expect_eq(n.dead_new, 1);
	clock.now_s += LIMIT_HEALTH_DEAD_S;
	numbers_read(&w, &n);
	cr_expect_eq(numbers_get(&n, M_QUEUE_DEAD, 0, 0), 1);
	cr_expect_eq(n.dead_new, 0, "it is not new any more");
}

Test(numbers, what_is_not_known_is_left_out)
{
	CLEANUP(tmpdir_fini) struct tmpdir store = tmpdir_new();
	const struct watch w = { store.path, "/nonexistent", NULL, "it is damaged",
		&clock_system, NULL };
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100000);
	struct numbers n;

	numbers_read(&w, &n);
	cr_expect_str_eq(n.why, "it is damaged");
	cr_expect_not(n.known[M_REQUESTS], "nobody has counted");
	cr_expect_not(n.known[M_QUEUE_JOBS]);
	cr_expect(n.known[M_SESSIONS]);
	prom_write(&b, &n);
	cr_expect(buf_ok(&b));
	cr_expect_null(strstr(b.data, "botline_queue"));
	cr_expect_null(strstr(b.data, "botline_workers"));
	cr_expect(has_line(&b, "botline_sessions 0"));
}

Test(numbers, the_text_for_prometheus)
{
	static const char *const lines[] = {
		"botline_build_info{version=\"" PACKAGE_VERSION "\"} 1",
		"# TYPE botline_requests_total counter",
		"botline_requests_total{route=\"message\",code=\"5xx\"} 2",
		"botline_requests_total{route=\"message\",code=\"2xx\"} 0",
		"# TYPE botline_turn_seconds histogram",
		"botline_turn_seconds_bucket{le=\"0.005\"} 0",
		"botline_turn_seconds_bucket{le=\"0.01\"} 1",
		"botline_turn_seconds_bucket{le=\"2.5\"} 2",
		"botline_turn_seconds_bucket{le=\"60\"} 2",
		"botline_turn_seconds_bucket{le=\"+Inf\"} 3",
		"botline_turn_seconds_sum 72.047",
		"botline_turn_seconds_count 3",
		"botline_upstream_seconds_bucket{upstream=\"twilio\",le=\"0.25\"} 1",
		"botline_upstream_seconds_sum{upstream=\"twilio\"} 0.23",
		"botline_upstream_seconds_count{upstream=\"twilio\"} 1",
		"# TYPE botline_config_stale gauge",
	};
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100000);
	struct numbers n = { .known = { 0 } };

	metrics_add(M_REQUESTS, M_ROUTE_message, M_CODE_5xx, 2);
	metrics_observe(M_TURN_SECONDS, 0, 7);
	metrics_observe(M_TURN_SECONDS, 0, 2040);
	metrics_observe(M_TURN_SECONDS, 0, 70000);
	metrics_observe(M_UPSTREAM_SECONDS, M_UPSTREAM_twilio, 230);
	metrics_read(n.cells);
	for (size_t i = 0; i < M_N; i++)
		n.known[i] = true;
	prom_write(&b, &n);
	cr_assert(buf_ok(&b));
	for (size_t i = 0; i < NELEMS(lines); i++)
		cr_expect(has_line(&b, lines[i]), "missing: %s", lines[i]);
	cr_expect_eq(numbers_count(&n, M_TURN_SECONDS, 0), 3);
	cr_expect_eq(numbers_sum_ms(&n, M_TURN_SECONDS, 0), 72047);
}

Test(numbers, quantiles)
{
	struct numbers n = { .known = { [M_TURN_SECONDS] = true } };
	uint64_t *cell = &n.cells[M_TURN_SECONDS_AT];

	cr_expect_eq(numbers_quantile_ms(&n, M_TURN_SECONDS, 0, 0.5), -1);
	cell[3] = 100; /* 25 to 50 ms */
	cr_expect_eq(numbers_quantile_ms(&n, M_TURN_SECONDS, 0, 0.5), 37);
	cr_expect_eq(numbers_quantile_ms(&n, M_TURN_SECONDS, 0, 1), 50);
	cell[METRIC_BUCKETS - 1] = 100;
	cr_expect_eq(numbers_quantile_ms(&n, M_TURN_SECONDS, 0, 0.99), 60000);
}
