/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "support/leaks.h"
#include "support/tmpdir.h"

TestSuite(file, .fini = no_leaks);

/* Files in the folder. */
static int
count_files(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;
	int n = 0;

	cr_assert_not_null(d);
	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(d);
	return n;
}

Test(file, replace_and_read)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(closep) int fd = open(dir.path, O_RDONLY | O_DIRECTORY);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100);
	struct stat st;
	struct err e;

	cr_assert(file_replace(fd, "x", "old text", 8, &e), "%s", e.text);
	cr_assert(file_replace(fd, "x", "n\0w", 3, &e), "%s", e.text);
	cr_assert(file_read(fd, "x", &b, &e), "%s", e.text);
	cr_expect_eq(b.len, 3u);
	cr_expect_arr_eq(b.data, "n\0w", 3);
	cr_assert_eq(fstatat(fd, "x", &st, 0), 0);
	cr_expect_eq(st.st_mode & 07777, 0600u);
	cr_expect_eq(count_files(dir.path), 1, "no temporary file is left");
	cr_assert(
	    file_replace_dated(fd, "dated", "text", 4, 1234567890, &e), "%s", e.text);
	cr_assert_eq(fstatat(fd, "dated", &st, 0), 0);
	cr_expect_eq(st.st_mtim.tv_sec, 1234567890);
	cr_assert(file_replace(fd, "empty", "", 0, &e), "%s", e.text);
	cr_assert(file_read(fd, "empty", &b, &e), "%s", e.text);
	cr_expect_eq(b.len, 3u, "reading appends");
}

Test(file, replace_fails_clean)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(closep) int fd = open(dir.path, O_RDONLY | O_DIRECTORY);
	struct err e = { 0 };

	cr_assert_eq(mkdirat(fd, "folder", 0700), 0);
	cr_assert_eq(mkdirat(fd, "folder/in", 0700), 0);
	cr_expect_not(file_replace(fd, "folder", "x", 1, &e));
	cr_expect_eq(e.kind, ERR_IO);
	cr_expect_not_null(strstr(e.text, "folder"), "%s", e.text);
	cr_expect_eq(count_files(dir.path), 1, "no temporary file is left");
}

Test(file, read_refuses)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(closep) int fd = open(dir.path, O_RDONLY | O_DIRECTORY);
	static const struct {
		const char *name;
		size_t max;
		enum err_kind kind;
		int code;
	} t[] = {
		{ "absent", 10, ERR_IO, ENOENT },
		{ "folder", 10, ERR_IO, EINVAL },
		{ "fifo", 10, ERR_IO, EINVAL },
		{ "ten", 9, ERR_TOO_BIG, 0 },
		{ "ten", 10, ERR_NONE, 0 },
	};
	struct err e;

	cr_assert_eq(mkdirat(fd, "folder", 0700), 0);
	cr_assert_eq(mkfifoat(fd, "fifo", 0600), 0);
	cr_assert(file_replace(fd, "ten", "0123456789", 10, &e));
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(t[i].max);
		bool ok;

		e = (struct err){ 0 };
		ok = file_read(fd, t[i].name, &b, &e);
		cr_expect_eq(ok, t[i].kind == ERR_NONE, "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.code, t[i].code, "%s: %s", t[i].name, e.text);
		cr_expect_eq(b.len, ok ? 10u : 0u, "%s: nothing half-read", t[i].name);
		cr_expect(buf_ok(&b), "%s: the buffer is usable", t[i].name);
	}
}

Test(file, write_all_reports)
{
	CLEANUP(closep) int fd = open("/dev/full", O_WRONLY);
	struct err e = { 0 };

	cr_assert_geq(fd, 0);
	cr_expect_not(file_write_all(fd, "x", 1, &e));
	cr_expect_eq(e.kind, ERR_IO);
	cr_expect_eq(e.code, ENOSPC);
}

Test(file, dir_private)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	static const struct {
		const char *name;
		bool ok;
		const char *says; /* part of the error's text */
	} t[] = {
		{ "new", true, NULL },
		{ "new", true, NULL }, /* it exists now */
		{ "slash/", true, NULL },
		{ "mine", true, NULL },
		{ "empty", true, NULL }, /* as mkdir(1) makes it */
		{ "readable", false, "chmod 700" },
		{ "writable", false, "chmod 700" },
		{ "link", false, "symbolic link" },
		{ "link/", false, "symbolic link" },
		{ "file", false, "not a folder" },
		{ "no/parent", false, "would be made in is missing" },
	};
	CLEANUP(closep) int fd = open(dir.path, O_RDONLY | O_DIRECTORY);
	struct err e;

	cr_assert_eq(mkdirat(fd, "mine", 0700), 0);
	cr_assert_eq(mkdirat(fd, "empty", 0700), 0);
	cr_assert_eq(fchmodat(fd, "empty", 0755, 0), 0);
	cr_assert_eq(mkdirat(fd, "readable", 0700), 0);
	cr_assert(file_replace(fd, "readable/something", "", 0, &e));
	cr_assert_eq(fchmodat(fd, "readable", 0750, 0), 0);
	cr_assert_eq(mkdirat(fd, "writable", 0700), 0);
	cr_assert_eq(fchmodat(fd, "writable", 0702, 0), 0);
	cr_assert_eq(symlinkat("mine", fd, "link"), 0);
	cr_assert(file_replace(fd, "file", "", 0, &e));
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(closep) int got = -1;
		char path[256];
		struct stat st;
		bool ok;

		e = (struct err){ 0 };
		snprintf(path, sizeof(path), "%s/%s", dir.path, t[i].name);
		ok = dir_private(path, &got, &e);
		cr_expect_eq(ok, t[i].ok, "%s: %s", t[i].name, e.text);
		cr_expect_eq(got != -1, t[i].ok, "%s", t[i].name);
		if (t[i].ok) {
			cr_expect_eq(fstat(got, &st), 0);
			cr_expect_eq(st.st_mode & 07777, 0700u, "%s", t[i].name);
		} else {
			cr_expect_not_null(
			    strstr(e.text, t[i].says), "%s: %s", t[i].name, e.text);
		}
	}
}

Test(file, dir_private_of_another)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(closep) int got = -1;
	struct err e = { 0 };

	/* A foreign owner can be made only by root; without root "/" is one. */
	if (geteuid() == 0)
		cr_assert_eq(chown(dir.path, 12345, (gid_t)-1), 0);
	cr_expect_not(dir_private(geteuid() == 0 ? dir.path : "/", &got, &e));
	cr_expect_eq(e.kind, ERR_CONFIG);
	cr_expect_not_null(strstr(e.text, "belongs to user"), "%s", e.text);
}

Test(file, unnamed)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	const char *const in[] = { dir.path, NULL };
	struct err e = { 0 };
	struct stat st;
	char got[4];

	for (size_t i = 0; i < NELEMS(in); i++) {
		CLEANUP(closep) int fd = -1;

		cr_assert(file_unnamed(in[i], &fd, &e), "%zu: %s", i, e.text);
		cr_expect_eq(fstat(fd, &st), 0);
		cr_expect_eq(st.st_mode & 07777, 0600u, "%zu", i);
		cr_expect_eq(fcntl(fd, F_GETFD), FD_CLOEXEC, "%zu", i);
		cr_expect(file_write_all(fd, "abcd", 4, &e), "%s", e.text);
		cr_expect_eq(pread(fd, got, 4, 0), 4);
	}
	cr_expect_eq(count_files(dir.path), 0, "nothing to be seen");
}

Test(file, unnamed_nowhere)
{
	CLEANUP(closep) int fd = -1;
	struct err e = { 0 };

	cr_assert_not(file_unnamed("/nowhere/at/all", &fd, &e));
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_expect_eq(fd, -1);
}
