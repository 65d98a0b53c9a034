/* SPDX-License-Identifier: Apache-2.0 */
/* What an import did, for people and for programs. */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/utf8.h"
#include "ctl/import.h"
#include "ctl/paint.h"
#include "ctl/show.h"

static const char *
plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static size_t
count_read(const struct import *im)
{
	size_t n = 0;

	for (const struct import_name *r = im->read; r != NULL; r = r->next)
		n++;
	return n;
}

/* Names of files and entries are foreign bytes: nothing of them gives orders to a terminal. */
static void
put_clean(struct buf *out, const char *s)
{
	utf8_shown(out, s, strlen(s));
}

static void
put_written(struct buf *out, const struct import_output *o)
{
	buf_printf(out, "  %-34s %3zu %s%s", o->name, o->settings,
	    o->is_lang ? "text" : "setting", plural(o->settings));
	if (o->same > 0)
		buf_printf(out, ", %zu as before", o->same);
	if (o->has_settings)
		buf_str(out, ", the old file is kept as .old");
	buf_chr(out, '\n');
}

static void
put_findings(const struct import *im, enum import_grade grade, struct buf *out)
{
	for (size_t i = 0; i < im->n; i++) {
		const struct import_finding *f = &im->findings[i];

		if (f->grade != grade)
			continue;
		buf_str(out, "  ");
		put_clean(out, f->file);
		if (f->line > 0)
			buf_printf(out, ":%d", f->line);
		buf_str(out, "  ");
		if (*f->key != '\0') {
			put_clean(out, f->key);
			buf_str(out, ": ");
		}
		put_clean(out, f->text);
		buf_chr(out, '\n');
	}
}

static size_t
count_notes(const struct import *im)
{
	size_t n = 0;

	for (size_t i = 0; i < im->n; i++)
		n += im->findings[i].grade == IMPORT_NOTE;
	return n;
}

static bool
has_lang(const struct import *im)
{
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		if (o->is_lang)
			return true;
	return false;
}

void
import_report(const struct import *im, const struct conf_report *check, struct buf *out)
{
	size_t read = count_read(im), notes = count_notes(im);

	buf_printf(out, "%zu file%s of the PHP template read in ", read, plural(read));
	put_clean(out, im->from);
	buf_str(out,
	    im->outputs != NULL ? ".\n\nWritten below "
				: ".\n\nNothing is written below ");
	put_clean(out, im->to);
	buf_str(out, im->outputs != NULL ? ":\n" : ".\n");
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next)
		put_written(out, o);
	if (im->n_lost > 0) {
		buf_printf(out, "\n%sNot carried over: %zu%s\n", paint(PAINT_BAD),
		    im->n_lost, paint(PAINT_OFF));
		put_findings(im, IMPORT_LOST, out);
	} else {
		buf_printf(out, "\n%sAll settings are carried over.%s\n",
		    paint(PAINT_GOOD), paint(PAINT_OFF));
	}
	if (notes > 0) {
		buf_printf(out, "\n%sWorth knowing: %zu%s\n", paint(PAINT_WARN), notes,
		    paint(PAINT_OFF));
		put_findings(im, IMPORT_NOTE, out);
	}
	if (has_lang(im))
		buf_str(out,
		    "\nAn upgrade of botline replaces the files of lang/: import again "
		    "then, or keep\nthe texts in ExtraInfo of your Inbenta instance.\n");
	if (check != NULL) {
		buf_str(out, "\nbotlinectl check says of it:\n");
		conf_report_print(check, out);
	} else {
		buf_str(out,
		    "\nThere is no conf/default, so that nothing is said of the whole: run "
		    "botlinectl check\nwhere these files are to be used.\n");
	}
}

static void
put_json_text(struct buf *out, const char *before, const char *text)
{
	CLEANUP(buf_fini) struct buf clean = BUF_INIT((size_t)1 << 20);

	utf8_repair(&clean, text, strlen(text));
	js_put_text(out, before, clean.data);
}

static void
put_json_findings(const struct import *im, enum import_grade grade, struct buf *out)
{
	const char *before = "{\"file\":";

	for (size_t i = 0; i < im->n; i++) {
		const struct import_finding *f = &im->findings[i];

		if (f->grade != grade)
			continue;
		put_json_text(out, before, f->file);
		buf_printf(out, ",\"line\":%d", f->line);
		put_json_text(out, ",\"key\":", f->key);
		put_json_text(out, ",\"says\":", f->text);
		buf_chr(out, '}');
		before = ",{\"file\":";
	}
}

void
import_report_json(
    const struct import *im, const struct conf_report *check, struct buf *out)
{
	const char *before = "";

	put_json_text(out, "{\"from\":", im->from);
	put_json_text(out, ",\"to\":", im->to);
	buf_str(out, ",\"read\":[");
	for (const struct import_name *r = im->read; r != NULL; r = r->next) {
		put_json_text(out, before, r->text);
		before = ",";
	}
	buf_str(out, "],\"written\":[");
	before = "{\"file\":";
	for (const struct import_output *o = im->outputs; o != NULL; o = o->next) {
		js_put_text(out, before, o->name);
		buf_printf(out, ",\"settings\":%zu,\"same\":%zu,\"old_kept\":%s}",
		    o->settings, o->same, o->has_settings ? "true" : "false");
		before = ",{\"file\":";
	}
	buf_printf(out, "],\"not_carried_over\":%zu,\"lost\":[", im->n_lost);
	put_json_findings(im, IMPORT_LOST, out);
	buf_str(out, "],\"notes\":[");
	put_json_findings(im, IMPORT_NOTE, out);
	buf_str(out, "],\"check\":");
	if (check != NULL)
		show_findings_json(out, check);
	else
		buf_str(out, "null");
	buf_str(out, "}\n");
}
