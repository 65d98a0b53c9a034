/* SPDX-License-Identifier: Apache-2.0 */
/* Each word for what became of a turn has its number: the sources are read for words. */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/file.h"
#include "support/leaks.h"

TestSuite(counted, .fini = no_leaks);

#define FOLDER TOP_SRCDIR "/src/dialog"

static void
read_source(const char *name, struct buf *out)
{
	char path[1000];
	struct err e;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	cr_assert(file_read(AT_FDCWD, path, out, &e), "%s", e.text);
}

/* How many words one file says; each must be in the table. */
static size_t
look_through(const char *name, const struct buf *table)
{
	static const char mark[] = "outcome = \"";
	CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 20);
	size_t n = 0;

	read_source(name, &text);
	for (const char *s = text.data; (s = strstr(s, mark)) != NULL; n++) {
		char row[200];

		s += strlen(mark);
		snprintf(
		    row, sizeof(row), "{ \"%.*s\", M_TURN_", (int)strcspn(s, "\""), s);
		cr_expect_not_null(strstr(table->data, row), "%s: no %s", name, row);
	}
	return n;
}

Test(counted, each_word_has_its_number)
{
	CLEANUP(buf_fini) struct buf table = BUF_INIT(1 << 20);
	DIR *dir = opendir(FOLDER);
	const struct dirent *d;
	size_t words = 0;

	cr_assert_not_null(dir);
	read_source("counted.c", &table);
	while ((d = readdir(dir)) != NULL) {
		size_t len = strlen(d->d_name);

		/* Events of agents are no turns. */
		if (len > 2 && strcmp(d->d_name + len - 2, ".c") == 0 &&
		    strcmp(d->d_name, "event_work.c") != 0)
			words += look_through(d->d_name, &table);
	}
	closedir(dir);
	cr_expect_gt(words, 25, "they were found");
}
