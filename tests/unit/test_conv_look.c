/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sys/wait.h>

#include "store/conv_look.h"
#include "store/due.h"
#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(conv_look, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000, TTL = 100 };

struct tally {
	size_t n;
	int in_line;
};

static bool
count(const struct conv_seen *seen, void *arg)
{
	struct tally *t = arg;

	t->n++;
	t->in_line += seen->in_line;
	return true;
}

static struct tally
all_of(struct store *s)
{
	struct tally t = { 0 };
	struct err e = { 0 };

	cr_assert(conv_each(s, count, &t, &e), "%s", e.text);
	return t;
}

static enum conv_found
peek(struct store *s, const char *id, struct buf *record)
{
	char key[CONV_KEY_SIZE];
	struct conv_seen seen;
	struct err e = { 0 };

	conv_key(id, key);
	return conv_peek(s, key, record, &seen, &e);
}

Test(conv_look, looks_without_a_place_in_line)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct hand_clock hand = HAND_CLOCK(NOW);
	CLEANUP(store_closep) struct store *s = open_store(&dir, TTL, &hand.clock);
	CLEANUP(buf_fini) struct buf record = RECORD_BUF;
	struct conv *c;

	cr_expect_eq(all_of(s).n, 0);
	cr_expect_eq(peek(s, "a", &record), CONV_NONE);
	say(s, "a", "one");
	c = enter(s, "a");
	commit(c, "two");
	cr_expect_eq(peek(s, "a", &record), CONV_FOUND);
	cr_expect_str_eq(record.data, "two");
	cr_expect_eq(all_of(s).n, 1);
	cr_expect_eq(all_of(s).in_line, 1);
	conv_leave(c);
	cr_expect_eq(all_of(s).in_line, 0);
	hand.now_s += TTL + 1;
	cr_expect_eq(peek(s, "a", &record), CONV_NONE, "expired");
	cr_expect_eq(all_of(s).n, 0);
}

Test(conv_look, tells_of_damage)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep)
	struct store *s = open_store(&dir, TTL, &clock_system);
	CLEANUP(buf_fini) struct buf record = RECORD_BUF;
	char path[300];
	int fd = open(conv_path(s, "a", path), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	cr_assert_eq(write(fd, "nothing of ours", 15), 15);
	close(fd);
	cr_expect_eq(peek(s, "a", &record), CONV_DAMAGED);
	cr_expect_eq(all_of(s).n, 1, "it can be dropped");
}

Test(conv_look, drops_in_line)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep)
	struct store *s = open_store(&dir, TTL, &clock_system);
	CLEANUP(buf_fini) struct buf id = BUF_INIT(LIMIT_CONV_ID);
	char key[CONV_KEY_SIZE];
	struct conv *c = NULL;
	struct err e = { 0 };

	conv_key("a", key);
	cr_assert_eq(conv_enter_key(s, key, FOREVER, &c, &e), CONV_FAILED);
	cr_assert_eq(e.kind, ERR_NONE, "no file is made: %s", e.text);
	say(s, "a", "one");
	cr_assert(due_set(s, "a", 1, &e), "%s", e.text);
	cr_assert_eq(conv_enter_key(s, key, FOREVER, &c, &e), CONV_ENTERED);
	cr_assert(conv_drop(c, &e), "%s", e.text);
	commit(c, "anew");
	cr_expect_str_eq(load(c), "anew");
	cr_assert(conv_drop(c, &e), "%s", e.text);
	conv_leave(c);
	cr_expect_str_eq(heard(s, "a"), "");
	cr_expect_not(due_take(s, INT64_MAX / 2, 1, &id), "its mark is gone, too");
}

Test(conv_look, who_waits_begins_anew)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep)
	struct store *s = open_store(&dir, TTL, &clock_system);
	char key[CONV_KEY_SIZE];
	struct conv *c = NULL;
	struct err e = { 0 };
	pid_t pid;
	int status;

	say(s, "a", "one");
	conv_key("a", key);
	/* Before we enter: a child's copy of the descriptor would hold the place for us. */
	pid = fork_child();
	if (pid == 0) {
		bool blank;

		await_line(s, "a", 1);
		blank = *heard(s, "a") == '\0';
		say(s, "a", "two");
		_exit(blank ? 0 : 1);
	}
	cr_assert_eq(conv_enter_key(s, key, FOREVER, &c, &e), CONV_ENTERED);
	await_line(s, "a", 2);
	cr_assert(conv_drop(c, &e), "%s", e.text);
	conv_leave(c);
	cr_assert_eq(waitpid(pid, &status, 0), pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	cr_expect_str_eq(heard(s, "a"), "two", "what it said then is kept");
}
