/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_STORE_SUPPORT_H
#define UNIT_STORE_SUPPORT_H

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#endif

#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/limits.h"
#include "store/conv.h"
#include "store/line.h"
#include "store/store.h"
#include "support/patience.h"
#include "support/tmpdir.h"

/* What the tests of the store's files share. */

#define FOREVER INT64_MAX
#define RECORD_BUF BUF_INIT(LIMIT_RECORD)

/* How often something random is tried: under valgrind the memory counts, not the luck. */
static UNUSED int
rounds(int n)
{
	return RUNNING_ON_VALGRIND ? n / 20 : n;
}

/* fork(), but the child does not outlive the test. */
static UNUSED pid_t
fork_child(void)
{
	pid_t pid = fork();

	cr_assert_neq(pid, -1);
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* A clock whose date is turned by hand; its monotonic time is the real one. */
struct hand_clock {
	struct clock clock;
	int64_t now_s;
};

static UNUSED int64_t
hand_wall_s(const struct clock *c)
{
	return ((const struct hand_clock *)c)->now_s;
}

static UNUSED int64_t
real_mono_ms(const struct clock *c UNUSED)
{
	return clock_mono_ms(&clock_system);
}

#define HAND_CLOCK(date) \
	{ \
		{ hand_wall_s, real_mono_ms }, (date) \
	}

static UNUSED struct store *
open_store(const struct tmpdir *dir, int64_t ttl_s, const struct clock *clock)
{
	struct store_opts o = { dir->path, ttl_s, clock };
	struct err e = { 0 };
	struct store *s = store_open(&o, &e);

	cr_assert_not_null(s, "%s", e.text);
	return s;
}

static UNUSED void
store_closep(struct store **s)
{
	store_close(*s);
}

/* The path of the file of a conversation. */
static UNUSED const char *
conv_path(const struct store *s, const char *id, char out[300])
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(id, strlen(id), hex);
	snprintf(out, 300, "%s/c-%s", store_path(s), hex);
	return out;
}

static UNUSED struct conv *
enter(struct store *s, const char *id)
{
	struct conv *c = NULL;
	struct err e = { 0 };

	cr_assert_eq(
	    conv_enter(s, id, FOREVER, NULL, &c, &e), CONV_ENTERED, "%s", e.text);
	return c;
}

static UNUSED void
commit(struct conv *c, const char *text)
{
	struct err e = { 0 };

	cr_assert(conv_commit(c, text, strlen(text), &e), "%s", e.text);
}

/* The record as text; valid until the next call. */
static UNUSED const char *
load(struct conv *c)
{
	static char text[LIMIT_RECORD + 1];
	CLEANUP(buf_fini) struct buf b = RECORD_BUF;
	struct err e = { 0 };

	cr_assert(conv_load(c, &b, &e), "%s", e.text);
	memcpy(text, b.data, b.len + 1);
	return text;
}

/* One turn that commits the text. */
static UNUSED void
say(struct store *s, const char *id, const char *text)
{
	struct conv *c = enter(s, id);

	commit(c, text);
	conv_leave(c);
}

/* What a new turn finds. */
static UNUSED const char *
heard(struct store *s, const char *id)
{
	struct conv *c = enter(s, id);
	const char *text = load(c);

	conv_leave(c);
	return text;
}

/* Returns as soon as n turns stand in the line of the conversation, the owner included. */
static UNUSED void
await_line(struct store *s, const char *id, int n)
{
	char path[300];
	CLEANUP(closep) int fd = open(conv_path(s, id, path), O_RDWR | O_CLOEXEC);
	struct err e;

	cr_assert_neq(fd, -1, "%s", path);
	while (line_length(fd, n + 1, &e) != n)
		sched_yield();
}

#endif
