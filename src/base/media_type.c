/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/media_type.h"

#define OOXML "application/vnd.openxmlformats-officedocument."

static bool
has_at(
    const unsigned char *head, size_t n, size_t at, const char *bytes, size_t n_bytes)
{
	return n >= at + n_bytes && memcmp(head + at, bytes, n_bytes) == 0;
}

/* Of `head` and `n`. */
#define HAS_AT(at, bytes) has_at(head, n, (at), (bytes), sizeof(bytes) - 1)

static bool
is_jpeg(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "\xff\xd8\xff");
}

static bool
is_png(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "\x89PNG\r\n\x1a\n");
}

static bool
is_gif(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "GIF87a") || HAS_AT(0, "GIF89a");
}

static bool
is_webp(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "RIFF") && HAS_AT(8, "WEBP");
}

static bool
is_wav(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "RIFF") && HAS_AT(8, "WAVE");
}

static bool
is_avi(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "RIFF") && HAS_AT(8, "AVI ");
}

static bool
is_ogg(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "OggS");
}

static bool
is_amr(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "#!AMR");
}

/* Office's files: of before 2007, and zipped ones. */
static bool
is_ole(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
}

static bool
is_zip(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "PK\x03\x04");
}

static bool
is_heic(const unsigned char *head, size_t n)
{
	return HAS_AT(4, "ftyp") &&
	    (HAS_AT(8, "hei") || HAS_AT(8, "hev") || HAS_AT(8, "mif1") ||
		HAS_AT(8, "msf1"));
}

/* MP4 and its kin; old films of cameras begin without a name. */
static bool
is_boxes(const unsigned char *head, size_t n)
{
	return (HAS_AT(4, "ftyp") && !is_heic(head, n)) || HAS_AT(4, "moov") ||
	    HAS_AT(4, "mdat") || HAS_AT(4, "wide");
}

/* Frames begin with eleven bits set; what follows tells MP3 (layer III) from AAC (ADTS). */
static bool
is_frame(const unsigned char *head, size_t n, unsigned char layer)
{
	return n >= 2 && head[0] == 0xff && (head[1] & 0xe0) == 0xe0 &&
	    (head[1] & 0x06) == layer;
}

static bool
is_mp3(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "ID3") || is_frame(head, n, 0x02);
}

static bool
is_aac(const unsigned char *head, size_t n)
{
	return HAS_AT(0, "ADIF") || HAS_AT(0, "ID3") ||
	    (is_frame(head, n, 0x00) && (head[1] & 0xf0) == 0xf0);
}

static bool
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The text begins with the word, in any case, behind a byte order mark and blanks. */
static bool
begins_with(const unsigned char *head, size_t n, const char *word)
{
	size_t at = HAS_AT(0, "\xef\xbb\xbf") ? 3 : 0, len = strlen(word);

	while (at < n && is_blank(head[at]))
		at++;
	return n - at >= len && strncasecmp((const char *)head + at, word, len) == 0;
}

static bool
is_pdf(const unsigned char *head, size_t n)
{
	return begins_with(head, n, "%PDF-");
}

static bool
is_vcard(const unsigned char *head, size_t n)
{
	return begins_with(head, n, "BEGIN:VCARD");
}

static const struct media_type rows[] = {
	{ "jpg", "image/jpeg", MEDIA_PICTURE, is_jpeg },
	{ "png", "image/png", MEDIA_PICTURE, is_png },
	{ "gif", "image/gif", MEDIA_PICTURE, is_gif },
	{ "webp", "image/webp", MEDIA_PICTURE, is_webp },
	{ "heic", "image/heic", MEDIA_PICTURE, is_heic },
	{ "mp3", "audio/mpeg", MEDIA_SOUND, is_mp3 },
	{ "ogg", "audio/ogg", MEDIA_SOUND, is_ogg },
	{ "amr", "audio/amr", MEDIA_SOUND, is_amr },
	{ "aac", "audio/aac", MEDIA_SOUND, is_aac },
	{ "m4a", "audio/mp4", MEDIA_SOUND, is_boxes },
	{ "wav", "audio/wav", MEDIA_SOUND, is_wav },
	{ "mp4", "video/mp4", MEDIA_FILM, is_boxes },
	{ "3gp", "video/3gpp", MEDIA_FILM, is_boxes },
	{ "mov", "video/quicktime", MEDIA_FILM, is_boxes },
	{ "avi", "video/x-msvideo", MEDIA_FILM, is_avi },
	{ "pdf", "application/pdf", MEDIA_DOCUMENT, is_pdf },
	{ "doc", "application/msword", MEDIA_DOCUMENT, is_ole },
	{ "docx", OOXML "wordprocessingml.document", MEDIA_DOCUMENT, is_zip },
	{ "xls", "application/vnd.ms-excel", MEDIA_DOCUMENT, is_ole },
	{ "xlsx", OOXML "spreadsheetml.sheet", MEDIA_DOCUMENT, is_zip },
	{ "ppt", "application/vnd.ms-powerpoint", MEDIA_DOCUMENT, is_ole },
	{ "pptx", OOXML "presentationml.presentation", MEDIA_DOCUMENT, is_zip },
	{ "vcf", "text/vcard", MEDIA_DOCUMENT, is_vcard },
};

/* Other names in use: { as written, as in the table }. */
static const struct {
	const char *other, *name;
} aliases[] = {
	{ "image/jpg", "image/jpeg" },
	{ "image/pjpeg", "image/jpeg" },
	{ "image/heif", "image/heic" },
	{ "audio/mp3", "audio/mpeg" },
	{ "application/ogg", "audio/ogg" },
	{ "audio/opus", "audio/ogg" },
	{ "audio/aacp", "audio/aac" },
	{ "audio/x-m4a", "audio/mp4" },
	{ "audio/x-wav", "audio/wav" },
	{ "audio/3gpp", "video/3gpp" },
	{ "video/3gpp2", "video/3gpp" },
	{ "video/avi", "video/x-msvideo" },
	{ "video/msvideo", "video/x-msvideo" },
	{ "application/x-pdf", "application/pdf" },
	{ "text/x-vcard", "text/vcard" },
	{ "text/directory", "text/vcard" },
	{ "jpeg", "jpg" },
	{ "heif", "heic" },
	{ "oga", "ogg" },
	{ "opus", "ogg" },
	{ "vcard", "vcf" },
};

static bool
is_word(const char *row, const char *word, size_t n)
{
	return strlen(row) == n && strncasecmp(row, word, n) == 0;
}

static const struct media_type *
find(const char *word, size_t n)
{
	for (size_t i = 0; i < NELEMS(aliases); i++) {
		if (is_word(aliases[i].other, word, n)) {
			word = aliases[i].name;
			n = strlen(word);
			break;
		}
	}
	for (size_t i = 0; i < NELEMS(rows); i++)
		if (is_word(rows[i].mime, word, n) || is_word(rows[i].ext, word, n))
			return &rows[i];
	return NULL;
}

const struct media_type *
media_type_of(const char *mime)
{
	size_t n;

	if (mime == NULL)
		return NULL;
	mime += strspn(mime, " \t");
	n = strcspn(mime, "; \t");
	return memchr(mime, '/', n) != NULL ? find(mime, n) : NULL;
}

const struct media_type *
media_type_by_ext(const char *ext)
{
	return strchr(ext, '/') == NULL ? find(ext, strlen(ext)) : NULL;
}

const struct media_type *
media_types(size_t *n)
{
	*n = NELEMS(rows);
	return rows;
}

bool
media_type_fits(const struct media_type *type, const void *head, size_t n)
{
	return type->begins(head, n);
}
