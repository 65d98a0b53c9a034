/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "base/buf.h"
#include "base/link.h"
#include "twilio/nfc.h"

/* Everything below the first combining mark, U+0300, is as it should be. */
static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0xcc)
			return false;
	return true;
}

static size_t
link_begin(const char *text, size_t n, size_t from)
{
	while (from < n && !link_begins(text + from, n - from))
		from++;
	return from;
}

static void
put_piece(struct buf *out, const char *s, size_t n)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t len = utf8proc_map((const utf8proc_uint8_t *)s,
	    (utf8proc_ssize_t)n, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);

	if (len >= 0)
		buf_add(out, (const char *)composed, (size_t)len);
	else
		buf_add(out, s, n);
	free(composed);
}

/* utf8proc puts accents in order one by one: many on one letter take their square in time. */
#define PIECE_BYTES 1024

/*
 * Bytes of a piece that is composed on its own. Nothing is composed with an ASCII character
 * behind it; where there is none for so long a letter may stay apart from its accent.
 */
static size_t
piece_bytes(const char *s, size_t n)
{
	size_t end = PIECE_BYTES;

	if (n <= PIECE_BYTES)
		return n;
	while (end > 0 && (unsigned char)s[end] >= 0x80)
		end--;
	if (end > 0)
		return end;
	for (end = PIECE_BYTES; ((unsigned char)s[end] & 0xc0) == 0x80 && end > 1;)
		end--;
	return end;
}

static void
put_composed(struct buf *out, const char *s, size_t n)
{
	while (n > 0) {
		size_t len = piece_bytes(s, n);

		put_piece(out, s, len);
		s += len;
		n -= len;
	}
}

/* NFC is at most three times as long in UTF-8 (Unicode Standard Annex 15). */
#define GROWS 3

const char *
nfc_text(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	CLEANUP(buf_fini) struct buf out = BUF_INIT(GROWS * n);

	if (is_plain(text))
		return text;
	for (size_t pos = 0; pos < n;) {
		size_t link = link_begin(text, n, pos);

		put_composed(&out, text + pos, link - pos);
		pos = link < n ? link_end(text, n, link) : n;
		buf_add(&out, text + link, pos - link);
	}
	return arena_strndup(a, out.data, out.len);
}
