/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "conf/report.h"
#include "conf/scan.h"
#include "conf/source.h"

static int
line_of(const char *text, const char *p)
{
	int line = 1;

	for (; text < p; text++)
		line += *text == '\n';
	return line;
}

/* The first byte that is no UTF-8 or is NUL; NULL when there is none. */
static const char *
first_bad_byte(const char *text, size_t n)
{
	for (size_t pos = 0; pos < n;) {
		size_t start = pos;

		(void)utf8_next(text, n, &pos);
		if (text[start] == '\0' || !utf8_valid(text + start, pos - start))
			return text + start;
	}
	return NULL;
}

/* "name:line", or the name alone where lines mean nothing to the reader. */
static const char *
place(char *out, size_t size, const char *name, int line)
{
	if (line > 0)
		snprintf(out, size, "%s:%d", name, line);
	else
		snprintf(out, size, "%s", name);
	return out;
}

static const char *
explain(const struct scan *scan, const char *libconfig_says, int *line)
{
	const char *why;

	if (strcmp(libconfig_says, "duplicate setting name") == 0)
		return "this name is set twice in the same group";
	if (strstr(libconfig_says, "mismatched element type") != NULL)
		return "the items between [ and ] are not all of one type";
	if (strcmp(libconfig_says, "syntax error") != 0)
		return libconfig_says;
	why = scan_explain(scan, line);
	return why != NULL ? why
			   : "what stands here or just before it is not understood";
}

static bool
parse(config_t *cfg, const char *text, size_t n, const char *name, bool lines,
    struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf mended = BUF_INIT(2 * (size_t)LIMIT_CONFIG_FILE);
	const char *bad = first_bad_byte(text, n), *why;
	struct scan scan;
	char where[512];
	int line;

	if (bad != NULL) {
		place(where, sizeof(where), name, lines ? line_of(text, bad) : 0);
		if (*bad == '\0')
			report_add(
			    report, CONF_ERROR, where, "a NUL byte: this is no text");
		else
			report_add(report, CONF_ERROR, where,
			    "byte 0x%02x is not UTF-8: save the file as UTF-8",
			    (unsigned char)*bad);
		return false;
	}
	if (!scan_text(&scan, text, n, &mended)) {
		report_add(report, CONF_ERROR,
		    place(where, sizeof(where), name, lines ? scan.bad_line : 0), "%s",
		    scan.bad);
		return false;
	}
	if (config_read_string(cfg, mended.data) == CONFIG_TRUE)
		return true;
	line = config_error_line(cfg);
	why = explain(&scan, config_error_text(cfg), &line);
	report_add(report, CONF_ERROR,
	    place(where, sizeof(where), name, lines ? line : 0), "syntax error: %s",
	    why);
	return false;
}

enum source_state
source_read(
    config_t *cfg, const char *path, const char *name, struct conf_report *report)
{
	static const char bom[] = "\xef\xbb\xbf";
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_CONFIG_FILE);
	struct err e;
	size_t skip;

	if (!file_read(AT_FDCWD, path, &text, &e)) {
		if (e.kind == ERR_IO && e.code == ENOENT)
			return SOURCE_MISSING;
		report_add(report, CONF_ERROR, name, "cannot be read: %s%s", e.text,
		    e.code == EACCES ? ": give it to the group that botline runs as"
				     : "");
		return SOURCE_BROKEN;
	}
	skip = text.len >= 3 && memcmp(text.data, bom, 3) == 0 ? 3 : 0;
	return parse(cfg, text.data + skip, text.len - skip, name, true, report)
	    ? SOURCE_OK
	    : SOURCE_BROKEN;
}

bool
source_value(
    config_t *cfg, const char *text, const char *name, struct conf_report *report)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_CONFIG_FILE);

	buf_str(&b, "value = ");
	buf_str(&b, text);
	if (!buf_ok(&b)) {
		report_add(report, CONF_ERROR, name, "longer than %d bytes",
		    LIMIT_CONFIG_FILE);
		return false;
	}
	if (!parse(cfg, b.data, b.len, name, false, report))
		return false;
	if (config_setting_length(config_root_setting(cfg)) == 1)
		return true;
	report_add(report, CONF_ERROR, name, "this is more than one value");
	return false;
}
