/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/js.h"
#include "base/utf8.h"
#include "ctl/show.h"

/* Digits in a row that may be a phone number, and how many of them are shown. */
enum { NUMBER_DIGITS = 5, NUMBER_SHOWN = 2 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *
show_masked(struct arena *a, const char *text)
{
	char *out = arena_strdup(a, text);

	for (char *p = out; *p != '\0';) {
		size_t n = 0;

		while (is_digit(p[n]))
			n++;
		if (n >= NUMBER_DIGITS)
			memset(p, '*', n - NUMBER_SHOWN);
		p += n > 0 ? n : 1;
	}
	return out;
}

const char *
show_moment_ms(struct arena *a, int64_t ms)
{
	char text[40] = "";
	time_t s = (time_t)(ms / 1000);
	struct tm tm;

	if (gmtime_r(&s, &tm) != NULL)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_strdup(a, text);
}

const char *
show_grade(enum conf_grade grade)
{
	static const char *const names[] = {
		[CONF_ERROR] = "error",
		[CONF_WARNING] = "warning",
		[CONF_NOTE] = "note",
	};

	return names[grade];
}

/* Names of files need not be UTF-8; JSON has to be. */
static void
put_text(struct buf *out, const char *before, const char *text)
{
	CLEANUP(buf_fini) struct buf clean = BUF_INIT(3 * strlen(text));

	utf8_repair(&clean, text, strlen(text));
	js_put_text(out, before, clean.data);
}

void
show_findings_json(struct buf *out, const struct conf_report *r)
{
	buf_chr(out, '[');
	for (size_t i = 0; i < r->n; i++) {
		const struct conf_finding *f = &r->findings[i];

		js_put_text(out,
		    i > 0 ? ",\n{\"grade\":" : "\n{\"grade\":", show_grade(f->grade));
		put_text(out, ",\"where\":", f->where);
		put_text(out, ",\"text\":", f->text);
		buf_chr(out, '}');
	}
	buf_chr(out, ']');
}

bool
show_flush(struct buf *b)
{
	bool ok = buf_ok(b) && fwrite(b->data, 1, b->len, stdout) == b->len;

	buf_reset(b);
	return ok;
}
