/* SPDX-License-Identifier: Apache-2.0 */
/* Two bots on one host that are given the same folders. */
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/claim.h"
#include "store/state.h"
#include "support/leaks.h"
#include "unit/store_support.h"

TestSuite(claim, .init = not_for_ever, .fini = no_leaks);

static const char *
below(const struct tmpdir *dir, const char *name, char path[300])
{
	snprintf(path, 300, "%s/%s", dir->path, name);
	return path;
}

static void
make_bot(const struct tmpdir *dir, const char *name)
{
	char path[300];

	cr_assert_eq(mkdir(below(dir, name, path), 0755), 0);
	snprintf(path, sizeof(path), "%s/%s/conf", dir->path, name);
	cr_assert_eq(mkdir(path, 0755), 0);
}

Test(claim, folders)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char state_folder[300], one[300], two[300], link[300], moved[300], conf[310];
	const struct state_opts o = { .path = below(&dir, "state", state_folder),
		.clock = &clock_system };
	struct err e = { 0 };
	CLEANUP(state_closep) struct state *st = state_open(&o, &e);

	cr_assert_not_null(st, "%s", e.text);
	make_bot(&dir, "one");
	make_bot(&dir, "two");
	below(&dir, "one", one);
	below(&dir, "two", two);
	cr_assert_eq(symlink(one, below(&dir, "link", link)), 0);

	cr_expect(store_claim(s, one, &e), "nobody's: %s", e.text);
	cr_expect(store_claim(s, one, &e), "ours: %s", e.text);
	cr_expect(store_claim(s, link, &e), "by another name: %s", e.text);
	cr_expect(state_claim(st, one, &e), "%s", e.text);
	cr_expect_not(store_claim(s, two, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "store.path: "), "%s", e.text);
	cr_expect_not_null(strstr(e.text, one), "whose it is: %s", e.text);
	cr_expect_not_null(strstr(e.text, "conf/custom/store.cfg"), "%s", e.text);
	cr_expect_not(state_claim(st, two, &e));
	cr_expect_not_null(strstr(e.text, "store.state_path: "), "%s", e.text);
	cr_expect_not(store_claim(s, "/no/such/bot", &e));
	cr_expect_eq(e.kind, ERR_IO);

	/* A bot that has moved is no obstacle, nor one whose conf/ is gone. */
	cr_assert_eq(rename(one, below(&dir, "moved", moved)), 0);
	cr_expect(state_claim(st, moved, &e), "%s", e.text);
	snprintf(conf, sizeof(conf), "%s/conf", moved);
	cr_assert_eq(rmdir(conf), 0);
	cr_expect(state_claim(st, two, &e), "%s", e.text);
	cr_expect(store_claim(s, two, &e), "%s", e.text);
}

/* A link that leads to another release is the same bot, while the old one is still there. */
Test(claim, releases)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char one[300], two[300], link[300];
	struct err e = { 0 };

	make_bot(&dir, "one");
	make_bot(&dir, "two");
	below(&dir, "current", link);
	cr_assert_eq(symlink(below(&dir, "one", one), link), 0);
	cr_expect(store_claim(s, link, &e), "%s", e.text);
	cr_expect(store_claim(s, one, &e), "where it leads: %s", e.text);
	cr_assert_eq(unlink(link), 0);
	cr_assert_eq(symlink(below(&dir, "two", two), link), 0);
	cr_expect(store_claim(s, link, &e), "%s", e.text);
	cr_expect_not(store_claim(s, one, &e), "that is another one now");
}

/* Seen from outside, until the last who serves has gone. */
Test(claim, attended)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct store *first = open_store(&dir, 3600, &clock_system);
	struct store *second = open_store(&dir, 3600, &clock_system);
	char one[300];
	struct err e = { 0 };

	make_bot(&dir, "one");
	cr_expect_not(store_attended(dir.path), "nobody has ever come");
	cr_expect(store_claim(first, below(&dir, "one", one), &e), "%s", e.text);
	cr_expect_not(
	    store_attended(dir.path), "who only works a request does not serve");
	cr_expect(store_attend(first, &e), "%s", e.text);
	cr_expect(store_attend(second, &e), "%s", e.text);
	cr_expect(store_attended(dir.path));
	store_close(first);
	cr_expect(store_attended(dir.path));
	store_close(second);
	cr_expect_not(store_attended(dir.path));
	cr_expect_not(store_attended("/no/such/folder"));
}

/* The suite's alarm ends who would wait for a writer. */
Test(claim, a_fifo_in_its_place_holds_nobody_up)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(store_closep) struct store *s = open_store(&dir, 3600, &clock_system);
	char one[300], fifo[300];
	struct err e = { 0 };

	make_bot(&dir, "one");
	snprintf(fifo, sizeof(fifo), "%s/bot", store_path(s));
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	cr_expect(store_claim(s, below(&dir, "one", one), &e), "%s", e.text);
}
