/* SPDX-License-Identifier: Apache-2.0 */
/* tests/golden/RULES.tsv, the index of the golden files: complete, true, and long enough. */
#include "config.h"

#include <criterion/criterion.h>

#include "support/golden.h"
#include "support/leaks.h"

TestSuite(golden_rules, .fini = no_leaks);

/* Every rule there is, and the fewest cases it needs. */
static const struct {
	const char *name;
	size_t least;
} rules[] = {
	{ "D1", 8 }, { "D2", 8 }, { "D3", 8 }, { "D4", 8 }, { "D5", 8 }, { "D6", 8 },
	{ "D7", 8 }, { "D8", 8 }, { "D9", 8 }, { "D10", 8 }, { "D11", 8 }, { "D12", 8 },
	{ "D13", 8 }, { "D14", 8 }, { "D15", 8 },
	{ "17.1", 8 }, /* the parts of an answer */
	{ "17.2", 8 }, /* media */
	{ "17.3", 8 }, /* questions, pages, ratings */
	{ "17.4", 8 }, /* related contents */
	{ "real", 40 }, /* answers as companies write them */
	{ "rtl", 4 }, /* from right to left */
	{ "100kB", 1 }, /* that much markup */
};

static const char *const folders[] = { "html", "label", "answer" };

/* One line: a rule, and a case that shows it. */
struct line {
	const char *rule, *name; /* "D3", "html/305-bullets" */
};

struct index {
	struct buf text;
	struct line lines[2000];
	size_t n;
};

static void
index_read(struct index *x)
{
	char *rest, *line;
	struct err e;

	x->text = (struct buf)BUF_INIT(1 << 20);
	x->n = 0;
	cr_assert(
	    file_read(AT_FDCWD, TOP_SRCDIR "/tests/golden/RULES.tsv", &x->text, &e),
	    "%s", e.text);
	for (char *p = x->text.data; (line = strtok_r(p, "\n", &rest)) != NULL;
	     p = NULL) {
		char *tab = strchr(line, '\t');

		if (line[0] == '#')
			continue;
		cr_assert(tab != NULL && x->n < NELEMS(x->lines), "%s", line);
		*tab = '\0';
		x->lines[x->n++] = (struct line){ line, tab + 1 };
	}
}

static void
index_fini(struct index *x)
{
	buf_fini(&x->text);
}

static bool
is_case(const struct golden *folder, const char *name)
{
	size_t n = strlen(folder->folder);
	char base[128];

	if (strncmp(name, folder->folder, n) != 0 || name[n] != '/')
		return false;
	for (size_t i = 0; i < golden_count(folder); i++) {
		golden_name(folder, i, base);
		if (strcmp(name + n + 1, base) == 0)
			return true;
	}
	return false;
}

Test(golden_rules, each_rule_has_enough_cases)
{
	CLEANUP(index_fini) struct index x;

	index_read(&x);
	for (size_t r = 0; r < NELEMS(rules); r++) {
		size_t n = 0;

		for (size_t i = 0; i < x.n; i++)
			n += strcmp(x.lines[i].rule, rules[r].name) == 0;
		cr_expect_geq(
		    n, rules[r].least, "rule %s has %zu cases", rules[r].name, n);
	}
}

Test(golden_rules, each_line_is_true)
{
	CLEANUP(index_fini) struct index x;
	struct golden g[NELEMS(folders)];

	for (size_t f = 0; f < NELEMS(folders); f++)
		g[f] = golden_open(folders[f]);
	index_read(&x);
	for (size_t i = 0; i < x.n; i++) {
		bool rule = false, runs = false;

		for (size_t r = 0; r < NELEMS(rules); r++)
			rule |= strcmp(x.lines[i].rule, rules[r].name) == 0;
		for (size_t f = 0; f < NELEMS(folders); f++)
			runs |= is_case(&g[f], x.lines[i].name);
		for (size_t k = 0; k < i; k++)
			cr_expect(strcmp(x.lines[i].rule, x.lines[k].rule) != 0 ||
				strcmp(x.lines[i].name, x.lines[k].name) != 0,
			    "twice: %s %s", x.lines[i].rule, x.lines[i].name);
		cr_expect(rule, "no such rule: %s", x.lines[i].rule);
		cr_expect(runs, "no such case: %s", x.lines[i].name);
	}
	for (size_t f = 0; f < NELEMS(folders); f++)
		golden_close(&g[f]);
}

Test(golden_rules, each_case_is_listed)
{
	CLEANUP(index_fini) struct index x;

	index_read(&x);
	for (size_t f = 0; f < NELEMS(folders); f++) {
		CLEANUP(golden_close) struct golden g = golden_open(folders[f]);
		char base[128], name[160];

		for (size_t i = 0; i < golden_count(&g); i++) {
			bool listed = false;

			golden_name(&g, i, base);
			snprintf(name, sizeof(name), "%s/%s", folders[f], base);
			for (size_t k = 0; k < x.n && !listed; k++)
				listed = strcmp(x.lines[k].name, name) == 0;
			cr_expect(listed, "%s shows no rule", name);
		}
	}
}
