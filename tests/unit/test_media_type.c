/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/media_type.h"
#include "support/leaks.h"

TestSuite(media_type, .fini = no_leaks);

Test(media_type, names)
{
	static const struct {
		const char *mime, *ext; /* NULL: none */
	} t[] = {
		{ "image/jpeg", "jpg" },
		{ "IMAGE/JPG", "jpg" },
		{ "audio/ogg; codecs=opus", "ogg" },
		{ " audio/ogg;codecs=opus", "ogg" },
		{ "audio/mpeg", "mp3" },
		{ "video/3gpp", "3gp" },
		{ "audio/3gpp", "3gp" },
		{ "application/msword", "doc" },
		{ "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		    "xlsx" },
		{ "text/x-vcard; charset=utf-8", "vcf" },
		{ "text/html", NULL },
		{ "image/svg+xml", NULL },
		{ "image/jpegs", NULL },
		{ "image/", NULL },
		{ "jpg", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct media_type *type = media_type_of(t[i].mime);

		cr_expect_eq(type != NULL, t[i].ext != NULL, "%s", t[i].mime);
		if (type != NULL)
			cr_expect_str_eq(type->ext, t[i].ext, "%s", t[i].mime);
	}
}

/* What the template took from users, and what its extensions stand for. */
Test(media_type, extensions)
{
	static const struct {
		const char *ext, *mime;
	} t[] = {
		{ "jpg", "image/jpeg" },
		{ "JPEG", "image/jpeg" },
		{ "png", "image/png" },
		{ "gif", "image/gif" },
		{ "pdf", "application/pdf" },
		{ "doc", "application/msword" },
		{ "docx",
		    "application/vnd.openxmlformats-officedocument.wordprocessingml."
		    "document" },
		{ "xls", "application/vnd.ms-excel" },
		{ "xlsx",
		    "application/vnd.openxmlformats-officedocument.spreadsheetml."
		    "sheet" },
		{ "mp4", "video/mp4" },
		{ "avi", "video/x-msvideo" },
		{ "mp3", "audio/mpeg" },
		{ "exe", NULL },
		{ "image/png", NULL },
		{ "", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct media_type *type = media_type_by_ext(t[i].ext);

		cr_expect_eq(type != NULL, t[i].mime != NULL, "%s", t[i].ext);
		if (type != NULL)
			cr_expect_str_eq(type->mime, t[i].mime, "%s", t[i].ext);
	}
}

Test(media_type, rows)
{
	size_t n;
	const struct media_type *rows = media_types(&n);

	cr_assert_gt(n, 20);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(media_type_of(rows[i].mime), &rows[i], "%s", rows[i].mime);
		cr_expect_eq(
		    media_type_by_ext(rows[i].ext), &rows[i], "%s", rows[i].ext);
		cr_expect_not(media_type_fits(&rows[i], "", 0), "%s", rows[i].ext);
		cr_expect_not(media_type_fits(&rows[i], "<html><body>\r\n", 14), "%s",
		    rows[i].ext);
		cr_expect_not(
		    media_type_fits(&rows[i], "MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", 14),
		    "%s", rows[i].ext);
	}
}

/* Each beginning and the types that may begin so. */
Test(media_type, beginnings)
{
#define BYTES(s) (s), sizeof(s) - 1
	static const struct {
		const char *head;
		size_t n;
		const char *exts;
	} t[] = {
		{ BYTES("\xff\xd8\xff\xe0\0\x10JFIF"), " jpg " },
		{ BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), " png " },
		{ BYTES("\x89PNG\n\x1a\n"), " " },
		{ BYTES("GIF89a\1\0"), " gif " },
		{ BYTES("GIF87a\1\0"), " gif " },
		{ BYTES("RIFF\1\0\0\0WEBPVP8 "), " webp " },
		{ BYTES("RIFF\1\0\0\0WAVEfmt "), " wav " },
		{ BYTES("RIFF\1\0\0\0AVI LIST"), " avi " },
		{ BYTES("RIFF\1\0\0\0AVI"), " " },
		{ BYTES("\0\0\0\x18"
			"ftypisom\0\0\2\0"),
		    " m4a mp4 3gp mov " },
		{ BYTES("\0\0\0\x18"
			"ftypheic\0\0\2\0"),
		    " heic " },
		{ BYTES("\0\0\0\x8mdat"), " m4a mp4 3gp mov " },
		{ BYTES("ID3\4\0\0"), " mp3 aac " },
		{ BYTES("\xff\xfb\x90\x44"), " mp3 " },
		{ BYTES("\xff\xf3\x90\x44"), " mp3 " },
		{ BYTES("\xff\xf1\x50\x80"), " aac " },
		{ BYTES("\xff\xd9\x90\x44"), " " },
		{ BYTES("OggS\0\2"), " ogg " },
		{ BYTES("#!AMR\n"), " amr " },
		{ BYTES("%PDF-1.7"), " pdf " },
		{ BYTES("\xef\xbb\xbf\r\n%PDF-1.7"), " pdf " },
		{ BYTES("<html>%PDF-1.7"), " " },
		{ BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), " doc xls ppt " },
		{ BYTES("PK\3\4\x14\0"), " docx xlsx pptx " },
		{ BYTES("PK\5\6\0\0"), " " },
		{ BYTES("BEGIN:VCARD\r\n"), " vcf " },
		{ BYTES(" \nbegin:vcard\n"), " vcf " },
		{ BYTES("BEGIN:VCAR"), " " },
		{ BYTES("\n\n\n"), " " },
		{ BYTES("\xff"), " " },
	};
	size_t n;
	const struct media_type *rows = media_types(&n);

	for (size_t i = 0; i < NELEMS(t); i++) {
		for (size_t k = 0; k < n; k++) {
			char word[16];

			snprintf(word, sizeof(word), " %s ", rows[k].ext);
			cr_expect_eq(media_type_fits(&rows[k], t[i].head, t[i].n),
			    strstr(t[i].exts, word) != NULL, "%zu: %s", i, rows[k].ext);
		}
	}
}
