/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl's command lines (ctl/opts.h): what a usage line lets through, and what not. */
#include "config.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/attr.h"
#include "ctl/opts.h"
#include "support/leaks.h"

TestSuite(opts, .init = cr_redirect_stderr, .fini = no_leaks);

enum { WORDS_MOST = 40 };

#define USAGE "[--json] [--env NAME] [--media URL]… [--watch[=SECONDS]] FROM [TO]"

/* Cuts a line at its blanks and reads it; the words live in `line`. */
static bool
read_line(struct opts *o, const char *usage, char *line)
{
	static char *argv[WORDS_MOST];
	int argc = 0;
	char *rest;

	for (char *w = strtok_r(line, " ", &rest); w != NULL;
	     w = strtok_r(NULL, " ", &rest)) {
		cr_assert_lt(argc, WORDS_MOST);
		argv[argc++] = w;
	}
	return opts_read(o, "try it", usage, argc, argv);
}

Test(opts, taken)
{
	char line[] = "--media=a one --json --env dev --media b --watch=5 two --media=";
	struct opts o;

	cr_assert(read_line(&o, USAGE, line));
	cr_expect_eq(o.n_words, 2);
	cr_expect_str_eq(opts_word(&o, 0), "one");
	cr_expect_str_eq(opts_word(&o, 1), "two");
	cr_expect_null(opts_word(&o, 2));
	cr_expect(opts_has(&o, "json"));
	cr_expect_null(opts_value(&o, "json"));
	cr_expect_str_eq(opts_value(&o, "env"), "dev");
	cr_expect_str_eq(opts_value(&o, "watch"), "5");
	cr_expect_str_eq(opts_nth(&o, "media", 0), "a");
	cr_expect_str_eq(opts_nth(&o, "media", 1), "b");
	cr_expect_str_eq(opts_nth(&o, "media", 2), "");
	cr_expect_null(opts_nth(&o, "media", 3));
}

Test(opts, not_given)
{
	char line[] = "one --watch";
	struct opts o;

	cr_assert(read_line(&o, USAGE, line));
	cr_expect_not(opts_has(&o, "json"));
	cr_expect_not(opts_has(&o, "env"));
	cr_expect_null(opts_value(&o, "env"));
	cr_expect_null(opts_nth(&o, "media", 0));
	cr_expect(opts_has(&o, "watch"));
	cr_expect_null(opts_value(&o, "watch"));
	cr_expect_eq(o.n_words, 1);
}

Test(opts, behind_two_dashes)
{
	char line[] = "--json -- --env -";
	struct opts o;

	cr_assert(read_line(&o, USAGE, line));
	cr_expect(opts_has(&o, "json"));
	cr_expect_not(opts_has(&o, "env"));
	cr_expect_str_eq(opts_word(&o, 0), "--env");
	cr_expect_str_eq(opts_word(&o, 1), "-");
}

Test(opts, words)
{
	static const struct {
		const char *name, *usage, *line;
		bool ok;
	} t[] = {
		{ "none wanted", "", "", true },
		{ "one too many", "", "a", false },
		{ "one missing", "A B", "a", false },
		{ "an optional one left out", "A [B]", "a", true },
		{ "too many beside an optional one", "A [B]", "a b c", false },
		{ "one or more", "A…", "a b c d", true },
		{ "one or more, none", "A…", "", false },
		{ "none or more", "A [B…]", "a", true },
		{ "none or more, three", "A [B=C…]", "a b c d", true },
		{ "an option once", "[--env N]", "--env a --env b", false },
		{ "a switch twice does no harm", "[--json]", "--json --json", true },
		{ "no value", "[--env N]", "--env", false },
		{ "an empty one is one", "[--env N]", "--env=", true },
		{ "a switch has none", "[--json]", "--json=1", false },
		{ "part of a name", "[--json]", "--jso", false },
		{ "more than a name", "[--json]", "--jsonx", false },
		{ "another option", "[--json]", "--env", false },
		{ "no name", "[--json]", "--=", false },
		{ "one dash is a word", "A", "-x", true },
		{ "33 values", "[--m V]…",
		    "--m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 "
		    "--m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 "
		    "--m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1 --m=1",
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char line[400];
		struct opts o;

		cr_assert_lt(strlen(t[i].line), sizeof(line));
		memcpy(line, t[i].line, strlen(t[i].line) + 1);
		cr_expect_eq(read_line(&o, t[i].usage, line), t[i].ok, "%s", t[i].name);
	}
}

Test(opts, numbers)
{
	static const struct {
		const char *line;
		bool ok;
		long want;
	} t[] = {
		{ "", true, 7 },
		{ "--n=1", true, 1 },
		{ "--n=60", true, 60 },
		{ "--n=0", false, 7 },
		{ "--n=61", false, 7 },
		{ "--n=5x", false, 7 },
		{ "--n=", false, 7 },
		{ "--n=99999999999999999999", false, 7 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char line[40];
		struct opts o;
		long got = 7;

		memcpy(line, t[i].line, strlen(t[i].line) + 1);
		cr_assert(read_line(&o, "[--n N]", line));
		cr_expect_eq(
		    opts_number(&o, "n", 1, 60, &got), t[i].ok, "%s", t[i].line);
		cr_expect_eq(got, t[i].want, "%s", t[i].line);
	}
}

Test(opts, says_what_is_wrong)
{
	char line[] = "--frob";
	struct opts o;

	cr_assert_not(read_line(&o, "[--json] A", line));
	cr_expect_eq(opts_wrong(&o, "no such thing", "x\033[2J\xc2\x9b"), EX_USAGE);
	fflush(stderr);
	cr_expect_stderr_eq_str(
	    "botlinectl: try it: there is no such option, and a text that begins with two "
	    "dashes stands behind --: --frob\nUsage: botlinectl try it [--json] A\n"
	    "botlinectl: try it: no such thing: x?[2J?\nUsage: botlinectl try it [--json] A\n");
}
