/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/limits.h"
#include "support/leaks.h"
#include "twilio/twiml.h"

TestSuite(twiml, .fini = no_leaks);

/*
 * Golden pairs: each line of name.in is one message, in which \n, \r, \\ and \xHH stand for
 * what a line cannot hold; tabs divide the text from its media. name.ref is the whole
 * document and a line end.
 */
#define GOLDEN TOP_SRCDIR "/tests/golden/twiml/"

static char
unescape(const char **s)
{
	char hex[3] = { 0 };

	switch (*++*s) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case '\\':
		return '\\';
	case 'x':
		memcpy(hex, *s + 1, 2);
		*s += 2;
		return (char)strtol(hex, NULL, 16);
	default:
		cr_assert(false, "unknown escape \\%c", **s);
		return '\0';
	}
}

/* Decodes in place; a NUL cannot be written. */
static void
unescape_line(char *line)
{
	char *to = line;

	for (const char *s = line; *s != '\0'; s++)
		*to++ = *s == '\\' ? unescape(&s) : *s;
	*to = '\0';
}

/* Takes the media off a line. */
static struct twiml_message
read_message(struct arena *a, char *line)
{
	const char **urls = arena_alloc(a, LIMIT_MEDIA * sizeof(*urls));
	struct twiml_message m = { .text = line, .media = urls };

	for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;) {
		*tab++ = '\0';
		cr_assert_lt(m.n_media, (size_t)LIMIT_MEDIA);
		urls[m.n_media++] = tab;
	}
	unescape_line(line);
	return m;
}

static void
check_pair(const char *in_name)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(64 * 1024), ref = BUF_INIT(64 * 1024);
	CLEANUP(buf_fini) struct buf got = BUF_INIT(LIMIT_TWIML);
	struct twiml_message said[LIMIT_REPLY_MESSAGES] = { 0 };
	size_t n = 0;
	struct err e;

	cr_assert(file_read(AT_FDCWD, arena_printf(a, GOLDEN "%s", in_name), &in, &e),
	    "%s", e.text);
	cr_assert(
	    file_read(AT_FDCWD,
		arena_printf(a, GOLDEN "%.*s.ref", (int)strlen(in_name) - 3, in_name),
		&ref, &e),
	    "%s", e.text);
	for (char *p = in.data, *end; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		*end = '\0';
		cr_assert_lt(n, NELEMS(said), "%s", in_name);
		said[n++] = read_message(a, p);
	}
	twiml_messages(&got, said, n);
	buf_chr(&got, '\n');
	cr_assert(buf_ok(&got), "%s", in_name);
	cr_expect_str_eq(got.data, ref.data, "%s", in_name);
}

Test(twiml, golden)
{
	DIR *dir = opendir(GOLDEN);
	struct dirent *d;
	size_t n = 0;

	cr_assert_not_null(dir);
	while ((d = readdir(dir)) != NULL) {
		size_t len = strlen(d->d_name);

		if (len < 4 || strcmp(d->d_name + len - 3, ".in") != 0)
			continue;
		check_pair(d->d_name);
		n++;
	}
	closedir(dir);
	cr_expect_eq(n, 9, "pairs in %s", GOLDEN);
}

Test(twiml, says_when_it_does_not_fit)
{
	CLEANUP(buf_fini) struct buf small = BUF_INIT(80);
	const struct twiml_message said = {
		.text = "0123456789012345678901234567890123456789"
	};

	twiml_messages(&small, &said, 1);
	cr_expect_not(buf_ok(&small));
}

Test(twiml, status_callback)
{
	static const char *const urls[] = { "https://a.example/1.jpg" };
	const struct twiml_message m[] = {
		{ .text = "a",
		    .status_callback = "https://b.example/?status=1&ref=\"x\"" },
		{ .text = "b",
		    .media = urls,
		    .n_media = 1,
		    .status_callback = "https://c/" },
		{ .text = "c" },
	};
	CLEANUP(buf_fini) struct buf got = BUF_INIT(LIMIT_TWIML);

	twiml_messages(&got, m, NELEMS(m));
	cr_expect_not_null(strstr(got.data,
			       "<Message statusCallback=\"https://b.example/?status=1"
			       "&amp;ref=&quot;x&quot;\">a</Message>"),
	    "%s", got.data);
	cr_expect_not_null(strstr(got.data,
			       "<Message statusCallback=\"https://c/\"><Body>b</Body>"
			       "<Media>https://a.example/1.jpg</Media></Message>"),
	    "%s", got.data);
	cr_expect_not_null(strstr(got.data, "<Message>c</Message>"), "%s", got.data);
}
