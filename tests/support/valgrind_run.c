/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Preloaded by tools/check-valgrind, in place of Criterion's runner. That one starts the
 * program anew for each test, and under valgrind a start takes a second of reading the symbols
 * of fifty libraries, most often longer than the test. Here each test is a fork: still a
 * process of its own, whose memory valgrind looks at when it ends. What a test program calls of
 * Criterion beyond the comparison of its arguments stands below.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <valgrind/valgrind.h>

enum { SKIPPED = 77, AT_ONCE_MAX = 64 };

/* The test of this process. */
static const struct criterion_test *test;
static const struct criterion_suite *suite;
static pid_t pid;
static jmp_buf ended;
static int failed;

/* In the first process: who is at work. */
static struct {
	const char *suite, *test;
	pid_t pid;
} running[AT_ONCE_MAX];
static int n_running, n_passed, n_failed, n_skipped;

static void
call(void (*fn)(void))
{
	if (fn != NULL)
		fn();
}

void
criterion_internal_test_setup(void)
{
	call(suite->data != NULL ? suite->data->init : NULL);
	call(test->data->init);
}

void
criterion_internal_test_main(void (*fn)(void))
{
	if (setjmp(ended) == 0)
		fn();
}

void
criterion_internal_test_teardown(void)
{
	call(test->data->fini);
	call(suite->data != NULL ? suite->data->fini : NULL);
}

void
criterion_send_assert(struct criterion_assert_stats *stats)
{
	if (stats->passed)
		return;
	failed = 1;
	fprintf(stderr, "[----] %s:%u: %s: %s\n", stats->file, stats->line, test->name,
	    stats->message);
}

void
cri_asserts_passed_incr(void)
{
}

void
criterion_continue_test(void)
{
}

void
criterion_abort_test(void)
{
	/* A process that the test has made does not go on as the test. */
	if (getpid() != pid)
		_exit(1);
	longjmp(ended, 1);
}

void
criterion_skip_test(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	failed = SKIPPED;
	criterion_abort_test();
}

/* How one of those at work has ended. */
static void
await_one(void)
{
	int status = 0, i;
	pid_t gone = waitpid(-1, &status, 0);

	for (i = 0; i < n_running && running[i].pid != gone; i++)
		;
	if (i == n_running)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		n_passed++;
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == SKIPPED) {
		n_skipped++;
		printf("[SKIP] %s::%s\n", running[i].suite, running[i].test);
	} else {
		n_failed++;
		printf("[FAIL] %s::%s (process %d, status %x)\n", running[i].suite,
		    running[i].test, (int)gone, (unsigned)status);
	}
	running[i] = running[--n_running];
}

static void
begin(const struct criterion_suite *s, const struct criterion_test *t, int at_once)
{
	if (n_running == at_once)
		await_one();
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		abort();
	if (pid > 0) {
		running[n_running].suite = s->name;
		running[n_running].test = t->name;
		running[n_running++].pid = pid;
		return;
	}
	pid = getpid();
	suite = s;
	test = t;
	t->test();
	exit(failed);
}

/* What a set holds lies behind its nodes. */
static void
begin_all(const struct criterion_suite_set *s, int at_once)
{
	struct criterion_ordered_set_node *n =
	    s->tests != NULL ? s->tests->first : NULL;

	for (; n != NULL; n = n->next)
		begin(&s->suite, (struct criterion_test *)(void *)(n + 1), at_once);
}

int
main(void)
{
	const char *jobs = getenv("CRITERION_JOBS");
	long at_once = jobs != NULL ? strtol(jobs, NULL, 10) : 1;
	struct criterion_test_set *all = criterion_initialize();
	struct criterion_ordered_set_node *n;

	/* Criterion turns it off, for what it does in this process. */
	VALGRIND_ENABLE_ERROR_REPORTING;
	if (at_once < 1 || at_once > AT_ONCE_MAX)
		at_once = 1;
	for (n = all->suites->first; n != NULL; n = n->next)
		begin_all((struct criterion_suite_set *)(void *)(n + 1), (int)at_once);
	while (n_running > 0)
		await_one();
	criterion_finalize(all);
	printf(
	    "%d tests passed, %d failed, %d skipped\n", n_passed, n_failed, n_skipped);
	return n_failed > 0 || n_passed == 0;
}
