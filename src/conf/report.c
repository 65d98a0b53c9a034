/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "conf/report.h"

#define TEXT_MOST 1000 /* bytes of one finding */

/* Names of files and members, and what upstreams say, are foreign bytes. */
static char *
tidy(const char *s, size_t n)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT((size_t)4 * TEXT_MOST);

	utf8_shown(&b, s, n);
	return buf_take(&b);
}

static bool
has(const struct conf_report *r, const struct conf_finding *f)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].grade == f->grade &&
		    strcmp(r->findings[i].where, f->where) == 0 &&
		    strcmp(r->findings[i].text, f->text) == 0)
			return true;
	return false;
}

PRINTF(5, 0)
static void
add(struct conf_report *r, bool once, enum conf_grade grade, const char *where,
    const char *fmt, va_list ap)
{
	char text[TEXT_MOST];
	struct conf_finding f = { .grade = grade };

	vsnprintf(text, sizeof(text), fmt, ap);
	f.where = tidy(where, strlen(where));
	f.text = tidy(text, strlen(text));
	if (once && has(r, &f)) {
		free(f.where);
		free(f.text);
		return;
	}
	r->errors += grade == CONF_ERROR;
	if (r->n == LIMIT_FINDINGS) {
		free(f.where);
		free(f.text);
		return;
	}
	if (r->n % 16 == 0)
		r->findings = xrealloc(r->findings, (r->n + 16) * sizeof(*r->findings));
	r->findings[r->n++] = f;
}

void
report_add(struct conf_report *r, enum conf_grade grade, const char *where,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(r, false, grade, where, fmt, ap);
	va_end(ap);
}

void
report_once(struct conf_report *r, enum conf_grade grade, const char *where,
    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(r, true, grade, where, fmt, ap);
	va_end(ap);
}

void
conf_report_fini(struct conf_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->findings[i].where);
		free(r->findings[i].text);
	}
	free(r->findings);
	*r = (struct conf_report){ 0 };
}

static void
print_count(struct buf *out, size_t n, const char *what, const char *behind)
{
	buf_printf(out, "%zu %s%s%s", n, what, n == 1 ? "" : "s", behind);
}

void
conf_report_print(const struct conf_report *r, struct buf *out)
{
	static const char *const names[] = {
		[CONF_ERROR] = "error",
		[CONF_WARNING] = "warning",
		[CONF_NOTE] = "note",
	};
	size_t counts[NELEMS(names)] = { 0 };

	/* The worst first: that is what the reader has to do. */
	for (size_t grade = 0; grade < NELEMS(names); grade++) {
		for (size_t i = 0; i < r->n; i++) {
			const struct conf_finding *f = &r->findings[i];

			if (f->grade != grade)
				continue;
			counts[grade]++;
			buf_printf(
			    out, "%-8s %s  %s\n", names[grade], f->where, f->text);
		}
	}
	if (r->errors > counts[CONF_ERROR])
		buf_printf(
		    out, "%-8s %s\n", "error", "and more, once these are mended");
	print_count(out, r->errors, "error", ", ");
	print_count(out, counts[CONF_WARNING], "warning", ", ");
	print_count(out, counts[CONF_NOTE], "note", r->errors == 0 ? ": good\n" : "\n");
}
