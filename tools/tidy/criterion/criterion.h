/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TIDY_CRITERION_H
#define TIDY_CRITERION_H

/*
 * Criterion as clang-tidy sees it in unit tests: the same names and meaning, without what
 * makes an assertion a hundred lines of code with four ways through them. With that the
 * analyser gives up in the middle of long tests, and takes ten times as long to get there.
 * What is expected is taken to be so: what a test does once it has failed is of no interest.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct criterion_fixture {
	void (*init)(void);
	void (*fini)(void);
};

void criterion_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cr_redirect_stderr(void);

#define Test(suite, name, ...) \
	void suite##_##name##_impl(void); \
	const struct criterion_fixture suite##_##name##_fixture = { __VA_ARGS__ }; \
	void suite##_##name##_impl(void)
#define TestSuite(suite, ...) \
	const struct criterion_fixture suite##_fixture = { __VA_ARGS__ }

#define TIDY_ASSERT(is, ...) \
	do { \
		if (!(is)) { \
			criterion_say("" __VA_ARGS__); \
			abort(); \
		} \
	} while (0)

#define cr_fatal(...) TIDY_ASSERT(false, __VA_ARGS__)
#define cr_assert_fail(...) TIDY_ASSERT(false, __VA_ARGS__)
#define cr_skip(...) TIDY_ASSERT(false, __VA_ARGS__)
#define cr_log_error(...) criterion_say("" __VA_ARGS__)

#define cr_assert(is, ...) TIDY_ASSERT(is, __VA_ARGS__)
#define cr_assert_not(is, ...) TIDY_ASSERT(!(is), __VA_ARGS__)
#define cr_assert_eq(a, b, ...) TIDY_ASSERT((a) == (b), __VA_ARGS__)
#define cr_assert_neq(a, b, ...) TIDY_ASSERT((a) != (b), __VA_ARGS__)
#define cr_assert_lt(a, b, ...) TIDY_ASSERT((a) < (b), __VA_ARGS__)
#define cr_assert_leq(a, b, ...) TIDY_ASSERT((a) <= (b), __VA_ARGS__)
#define cr_assert_gt(a, b, ...) TIDY_ASSERT((a) > (b), __VA_ARGS__)
#define cr_assert_geq(a, b, ...) TIDY_ASSERT((a) >= (b), __VA_ARGS__)
#define cr_assert_null(a, ...) TIDY_ASSERT((a) == NULL, __VA_ARGS__)
#define cr_assert_not_null(a, ...) TIDY_ASSERT((a) != NULL, __VA_ARGS__)
#define cr_assert_str_eq(a, b, ...) TIDY_ASSERT(strcmp(a, b) == 0, __VA_ARGS__)
#define cr_assert_str_neq(a, b, ...) TIDY_ASSERT(strcmp(a, b) != 0, __VA_ARGS__)

#define cr_expect(is, ...) TIDY_ASSERT(is, __VA_ARGS__)
#define cr_expect_not(is, ...) TIDY_ASSERT(!(is), __VA_ARGS__)
#define cr_expect_eq(a, b, ...) TIDY_ASSERT((a) == (b), __VA_ARGS__)
#define cr_expect_neq(a, b, ...) TIDY_ASSERT((a) != (b), __VA_ARGS__)
#define cr_expect_lt(a, b, ...) TIDY_ASSERT((a) < (b), __VA_ARGS__)
#define cr_expect_leq(a, b, ...) TIDY_ASSERT((a) <= (b), __VA_ARGS__)
#define cr_expect_gt(a, b, ...) TIDY_ASSERT((a) > (b), __VA_ARGS__)
#define cr_expect_geq(a, b, ...) TIDY_ASSERT((a) >= (b), __VA_ARGS__)
#define cr_expect_null(a, ...) TIDY_ASSERT((a) == NULL, __VA_ARGS__)
#define cr_expect_not_null(a, ...) TIDY_ASSERT((a) != NULL, __VA_ARGS__)
#define cr_expect_str_eq(a, b, ...) TIDY_ASSERT(strcmp(a, b) == 0, __VA_ARGS__)
#define cr_expect_str_neq(a, b, ...) TIDY_ASSERT(strcmp(a, b) != 0, __VA_ARGS__)
#define cr_expect_str_empty(a, ...) TIDY_ASSERT((a)[0] == '\0', __VA_ARGS__)
#define cr_expect_str_not_empty(a, ...) TIDY_ASSERT((a)[0] != '\0', __VA_ARGS__)
#define cr_expect_arr_eq(a, b, n, ...) TIDY_ASSERT(memcmp(a, b, n) == 0, __VA_ARGS__)

#endif
