/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/metrics.h"
#include "support/leaks.h"
#include "support/tmpdir.h"

TestSuite(metrics, .fini = no_leaks);

static uint64_t
now(size_t cell)
{
	uint64_t cells[METRIC_CELLS];

	metrics_read(cells);
	return cells[cell];
}

static size_t
cell_of(enum metric m, unsigned a, unsigned b)
{
	return metric_rows[m].at + a * metric_rows[m].b->n + b;
}

Test(metrics, the_table_is_sound)
{
	size_t at = 0;

	for (size_t i = 0; i < M_N; i++) {
		const struct metric_row *row = &metric_rows[i];
		bool total = strlen(row->name) > 6 &&
		    strcmp(row->name + strlen(row->name) - 6, "_total") == 0;

		cr_expect_eq(strncmp(row->name, "botline_", 8), 0, "%s", row->name);
		cr_expect_eq(total, row->kind == METRIC_COUNTER, "%s", row->name);
		cr_expect_eq(row->at, at, "%s has its own cells", row->name);
		cr_expect_eq(row->n,
		    row->a->n * row->b->n *
			(row->kind == METRIC_HISTOGRAM ? METRIC_HISTOGRAM_CELLS : 1),
		    "%s", row->name);
		at += row->n;
		for (size_t j = i + 1; j < M_N; j++)
			cr_expect_str_neq(row->name, metric_rows[j].name);
	}
	cr_expect_eq(at, METRIC_CELLS);
}

Test(metrics, labels_have_cells_of_their_own)
{
	metrics_count(M_REQUESTS, M_ROUTE_message, M_CODE_2xx);
	metrics_add(M_REQUESTS, M_ROUTE_message, M_CODE_5xx, 4);
	metrics_add(M_SEGMENTS, M_ALPHABET_ucs2, 0, 3);
	cr_expect_eq(now(cell_of(M_REQUESTS, M_ROUTE_message, M_CODE_2xx)), 1);
	cr_expect_eq(now(cell_of(M_REQUESTS, M_ROUTE_message, M_CODE_4xx)), 0);
	cr_expect_eq(now(cell_of(M_REQUESTS, M_ROUTE_message, M_CODE_5xx)), 4);
	cr_expect_eq(now(cell_of(M_SEGMENTS, M_ALPHABET_gsm7, 0)), 0);
	cr_expect_eq(now(cell_of(M_SEGMENTS, M_ALPHABET_ucs2, 0)), 3);
	metrics_set(M_UPSTREAM_FAILING, M_UPSTREAM_twilio, 7);
	metrics_set(M_UPSTREAM_FAILING, M_UPSTREAM_twilio, 0);
	cr_expect_eq(now(cell_of(M_UPSTREAM_FAILING, M_UPSTREAM_twilio, 0)), 0);
}

Test(metrics, times_fall_into_buckets)
{
	static const struct {
		int64_t ms;
		size_t bucket;
	} t[] = { { -3, 0 }, { 0, 0 }, { 5, 0 }, { 6, 1 }, { 100, 4 }, { 60000, 13 },
		{ 60001, 14 }, { 9000000, 14 } };
	const size_t first = metric_rows[M_UPSTREAM_SECONDS].at +
	    (size_t)M_UPSTREAM_twilio * METRIC_HISTOGRAM_CELLS;
	uint64_t sum = 0;

	for (size_t i = 0; i < NELEMS(t); i++) {
		uint64_t before = now(first + t[i].bucket);

		metrics_observe(M_UPSTREAM_SECONDS, M_UPSTREAM_twilio, t[i].ms);
		cr_expect_eq(now(first + t[i].bucket), before + 1, "%lld ms",
		    (long long)t[i].ms);
		sum += t[i].ms > 0 ? (uint64_t)t[i].ms : 0;
	}
	cr_expect_eq(now(first + METRIC_SUM), sum);
}

Test(metrics, labels_are_found_by_name)
{
	static const struct {
		const char *name;
		unsigned want;
	} t[] = { { "turn", M_JOB_turn }, { "hand-in", M_JOB_hand_in },
		{ "hand in", M_JOB_hand_in }, { "turns", M_JOB_other },
		{ "", M_JOB_other } };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(metrics_label(metric_rows[M_QUEUE_JOBS].a, t[i].name,
				 strlen(t[i].name), M_JOB_other),
		    t[i].want, "%s", t[i].name);
}

/* A child that shares the folder, counts and ends by a kill, without any farewell. */
static void
count_elsewhere(const char *folder, uint64_t n)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct err e;

		if (!metrics_open(folder, &e))
			_exit(1);
		metrics_add(M_SEGMENTS, M_ALPHABET_gsm7, 0, n);
		raise(SIGKILL);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFSIGNALED(status), "it has counted");
}

Test(metrics, processes_add_into_one_file_that_outlives_them)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const size_t cell = cell_of(M_SEGMENTS, M_ALPHABET_gsm7, 0);
	uint64_t cells[METRIC_CELLS];
	struct err e;

	cr_expect_not(metrics_read_file(dir.path, cells, &e));
	cr_expect_eq(e.kind, ERR_NONE, "nobody has counted: %s", e.text);
	count_elsewhere(dir.path, 5);
	count_elsewhere(dir.path, 7);
	cr_assert(metrics_read_file(dir.path, cells, &e), "%s", e.text);
	cr_expect_eq(cells[cell], 12);
	metrics_add(M_SEGMENTS, M_ALPHABET_gsm7, 0, 100);
	cr_assert(metrics_open(dir.path, &e), "%s", e.text);
	cr_expect_eq(now(cell), 112, "what was counted before is added");
	count_elsewhere(dir.path, 1);
	cr_expect_eq(now(cell), 113, "and what others count is seen");
}

/* The path of the one file in the folder. */
static void
only_file(const char *folder, char *out, size_t size)
{
	DIR *dir = opendir(folder);
	const struct dirent *d;
	int n = 0;

	cr_assert_not_null(dir);
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			snprintf(out, size, "%s/%s", folder, d->d_name);
			n++;
		}
	closedir(dir);
	cr_assert_eq(n, 1);
}

Test(metrics, a_file_that_is_not_ours_is_refused)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	uint64_t cells[METRIC_CELLS];
	char path[400], other[400];
	struct err e;

	count_elsewhere(dir.path, 1);
	only_file(dir.path, path, sizeof(path));
	snprintf(other, sizeof(other), "%s/other", dir.path);
	cr_assert_eq(link(path, other), 0);
	cr_expect_not(metrics_open(dir.path, &e));
	cr_expect_not_null(strstr(e.text, "no file of ours"), "%s", e.text);
	cr_expect_not(metrics_read_file(dir.path, cells, &e));
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink(other, path), 0);
	cr_expect_not(metrics_open(dir.path, &e));
	cr_expect_not(metrics_open("/nonexistent", &e));
	metrics_count(M_SEGMENTS, 0, 0);
	cr_expect_eq(now(cell_of(M_SEGMENTS, 0, 0)), 1, "counted for itself");
}

/* As on a disk that has no room for it. */
Test(metrics, without_room_each_counts_for_itself)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct rlimit before, little;
	struct err e;
	bool opened;

	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = (struct rlimit){ 512, before.rlim_max };
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &little), 0);
	opened = metrics_open(dir.path, &e);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	cr_expect_not(opened);
	for (size_t i = 0; i < M_N; i++)
		if (metric_rows[i].kind == METRIC_COUNTER)
			metrics_count((enum metric)i, 0, 0);
	cr_expect_eq(now(cell_of(M_CONFIG_RELOADS, 0, 0)), 1);
}

static void
add_set(struct buf *out, const struct metric_set *set)
{
	if (*set->label == '\0')
		return;
	buf_printf(out, "; %s =", set->label);
	for (size_t i = 0; i < set->n; i++)
		buf_printf(out, "%s %s", i > 0 ? "," : "", set->values[i]);
}

/* What botline(8) promises about metrics is what the table says. */
Test(metrics, the_manual_page_has_the_same_table)
{
	static const char *const kinds[] = { "counter", "gauge", "histogram" };
	CLEANUP(buf_fini) struct buf page = BUF_INIT(256 * 1024);
	size_t in_page = 0;
	struct err e;

	cr_assert(
	    file_read(AT_FDCWD, TOP_SRCDIR "/man/botline.8", &page, &e), "%s", e.text);
	for (size_t i = 0; i < M_N; i++) {
		const struct metric_row *row = &metric_rows[i];
		CLEANUP(buf_fini) struct buf want = BUF_INIT(1000);

		buf_printf(&want, ".It Dv %s\n%s.\n.br\n%s", row->name, row->help,
		    kinds[row->kind]);
		add_set(&want, row->a);
		add_set(&want, row->b);
		buf_chr(&want, '\n');
		cr_expect_not_null(
		    strstr(page.data, want.data), "missing: %s", want.data);
	}
	for (const char *s = page.data; (s = strstr(s, ".It Dv botline_")) != NULL; s++)
		in_page++;
	cr_expect_eq(in_page, M_N, "rows that the table does not have");
}

Test(metrics, a_file_that_is_cut_ends_nobody)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const size_t first = cell_of(M_SEGMENTS, M_ALPHABET_gsm7, 0);
	char path[400];
	struct err e;

	cr_assert(metrics_open(dir.path, &e), "%s", e.text);
	metrics_add(M_SEGMENTS, M_ALPHABET_gsm7, 0, 5);
	cr_expect_not(metrics_cut());
	only_file(dir.path, path, sizeof(path));
	cr_assert_eq(truncate(path, 0), 0);
	metrics_add(M_SEGMENTS, M_ALPHABET_gsm7, 0, 2);
	cr_expect_eq(now(first), 2, "counted for itself");
	cr_expect_eq(now(METRIC_CELLS - 1), 0, "each page of it");
	cr_expect(metrics_cut());
	cr_expect_not(metrics_cut(), "told once");
}

Test(metrics, other_bus_errors_end_the_process)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct err e;

		signal(SIGBUS, SIG_DFL); /* not the sanitizer's, which would report */
		if (metrics_open(dir.path, &e))
			raise(SIGBUS);
		_exit(1);
	}
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}
