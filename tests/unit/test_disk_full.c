/* SPDX-License-Identifier: Apache-2.0 */
/* A really full disk, of half a megabyte. */
#include "config.h"

#include "support/leaks.h"
#include "unit/own_disk.h"

TestSuite(disk_full, .init = not_for_ever, .fini = no_leaks);

Test(disk_full, the_old_record_stands)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static char big[100000];
	struct cache_stamp stamp;
	struct store *s;
	struct conv *c;
	struct err e = { 0 };
	char filler[100];

	if (!own_mounts() ||
	    mount("tmpfs", dir.path, "tmpfs", 0, "size=512k,mode=0700") != 0)
		cr_skip(
		    "this machine lets us mount nothing; see record/disk_takes_a_part");
	snprintf(filler, sizeof(filler), "%s/filler", dir.path);
	s = open_store(&dir, 3600, &clock_system);
	memset(big, 'b', sizeof(big) - 1);

	say(s, "x", "before");
	own_disk_fill(filler);
	c = enter(s, "x");
	for (int tries = 0; tries < 3; tries++) {
		cr_expect_not(conv_commit(c, big, sizeof(big) - 1, &e), "full");
		cr_expect_eq(e.kind, ERR_IO);
		cr_expect_eq(e.code, ENOSPC);
		cr_expect_str_eq(load(c), "before", "in the same turn");
	}
	conv_leave(c);
	cr_expect_str_eq(heard(s, "x"), "before", "in the next turn");
	cr_expect_not(cache_write(s, "cached-x", big, sizeof(big), &stamp, &e));
	cr_expect_eq(e.code, ENOSPC);
	c = enter(s, "somebody new can at least enter");
	cr_expect_not(conv_commit(c, big, sizeof(big) - 1, &e), "but leave nothing");
	conv_leave(c);

	cr_assert_eq(unlink(filler), 0);
	say(s, "x", big);
	cr_expect_str_eq(heard(s, "x"), big, "space is back");
	store_close(s);
	cr_expect_eq(umount(dir.path), 0);
}
