/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "support/leaks.h"
#include "twilio/file_name.h"

TestSuite(file_name, .fini = no_leaks);

Test(file_name, of_dispositions)
{
	static const struct {
		const char *disposition, *ext, *want;
	} t[] = {
		{ NULL, "jpg", "picture-1f2e.jpg" },
		{ "", "mp3", "sound-1f2e.mp3" },
		{ "inline", "mp4", "film-1f2e.mp4" },
		{ "attachment; filename=\"\"", "pdf", "document-1f2e.pdf" },
		{ "inline; filename=\"Invoice 7.pdf\"", "pdf", "Invoice 7-1f2e.pdf" },
		{ "inline;FileName=a.pdf;x=y", "pdf", "a-1f2e.pdf" },
		{ "inline; filename=\"a.jpeg\"", "jpg", "a-1f2e.jpg" },
		{ "inline; filename=\"a.exe\"", "pdf", "a.exe-1f2e.pdf" },
		{ "inline; filename=\"..\\\\..\\\\etc/passwd\"", "pdf",
		    "passwd-1f2e.pdf" },
		{ "inline; filename=\"../\"", "pdf", "document-1f2e.pdf" },
		{ "inline; filename=\".hidden\"", "pdf", "hidden-1f2e.pdf" },
		{ "inline; filename=\"a\\\"b;c.pdf\"; x", "pdf", "ab;c-1f2e.pdf" },
		{ "inline; x=\"filename=b\"; filename=a.pdf", "pdf", "a-1f2e.pdf" },
		{ "inline; filename=\"b.pdf\"; filename*=UTF-8''caf%C3%A9%2Epdf", "pdf",
		    "caf\xc3\xa9-1f2e.pdf" },
		{ "inline; filename*=utf-8'es'a%2fb%00c.pdf", "pdf", "bc-1f2e.pdf" },
		{ "inline; filename*=utf-8''%zz%4", "pdf", "%zz%4-1f2e.pdf" },
		{ "inline; filename*=latin1''a.pdf; filename=b.pdf", "pdf",
		    "document-1f2e.pdf" },
		{ "inline; filename*=utf-8", "pdf", "document-1f2e.pdf" },
		{ "inline; filename=\"\xff\xfe.pdf\"", "pdf", "pdf-1f2e.pdf" },
		{ "inline; filename=\"fdp\xe2\x80\xae.exe\"", "pdf",
		    "fdp.exe-1f2e.pdf" },
		{ "inline; filename=\"a\tb\x7f"
		  "c\xc2\x85.pdf\"",
		    "pdf", "abc-1f2e.pdf" },
		{ "inline; filename=\" a. .pdf\"", "pdf", "a-1f2e.pdf" },
		{ "inline; filename=\"open.pdf", "pdf", "open-1f2e.pdf" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const char *got = twilio_file_name(
		    t[i].disposition, media_type_by_ext(t[i].ext), "1f2e", a);

		cr_expect_str_eq(got, t[i].want, "%s: %s", t[i].disposition, got);
	}
}

Test(file_name, long_ones)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct media_type *type = media_type_by_ext("docx");
	CLEANUP(buf_fini) struct buf b = BUF_INIT(3000);
	const char *got;

	buf_str(&b, "inline; filename=\"x");
	while (b.len < 300)
		buf_str(&b, "\xe2\x82\xac");
	buf_str(&b, ".docx\"");
	got = twilio_file_name(b.data, type, "0123456789", a);
	cr_expect_leq(strlen(got), LIMIT_FILE_NAME);
	cr_expect_gt(strlen(got), LIMIT_FILE_NAME - 4);
	cr_expect(utf8_valid(got, strlen(got)));
	cr_expect_not_null(strstr(got, "\xac-0123456789.docx"));

	buf_reset(&b);
	buf_str(&b, "inline; filename=");
	while (b.len < 2000)
		buf_chr(&b, 'a');
	cr_expect_str_eq(twilio_file_name(b.data, type, "01", a), "document-01.docx");
}
