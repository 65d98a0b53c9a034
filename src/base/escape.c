/* SPDX-License-Identifier: Apache-2.0 */
/* The escapes of buf.h: one function for each target, none of them ever fails. */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* Char of XML 1.0, production 2; a document that holds another is lost as a whole. */
static bool
xml_allows(uint32_t c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c != 0xFFFE && c != 0xFFFF;
}

/*
 * Most text needs no escape: appends the printable ASCII at pos that is none of `special`;
 * where it ends.
 */
static size_t
add_plain(struct buf *b, const char *s, size_t n, size_t pos, const char *special)
{
	size_t end = pos;

	while (end < n && s[end] >= ' ' && s[end] <= '~' &&
	    strchr(special, s[end]) == NULL)
		end++;
	if (end > pos)
		buf_add(b, s + pos, end - pos);
	return end;
}

void
buf_xml(struct buf *b, const char *s, size_t n)
{
	for (size_t pos = add_plain(b, s, n, 0, "&<>\"'"); pos < n;
	     pos = add_plain(b, s, n, pos, "&<>\"'")) {
		uint32_t c = utf8_next(s, n, &pos);

		if (!xml_allows(c))
			continue;
		switch (c) {
		case '&':
			buf_str(b, "&amp;");
			break;
		case '<':
			buf_str(b, "&lt;");
			break;
		case '>':
			buf_str(b, "&gt;");
			break;
		case '"':
			buf_str(b, "&quot;");
			break;
		case '\'':
			buf_str(b, "&#39;");
			break;
		case '\r':
			buf_str(b, "&#13;"); /* a bare one would be read as LF */
			break;
		default:
			utf8_put(b, c);
		}
	}
}

static bool
url_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL);
}

void
buf_url(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (url_unreserved(c))
			buf_chr(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}

/* Controls, C1 included, and line ends of Unicode: a log or terminal might obey them. */
static bool
json_escapes(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029;
}

void
buf_json(struct buf *b, const char *s, size_t n)
{
	for (size_t pos = add_plain(b, s, n, 0, "\"\\"); pos < n;
	     pos = add_plain(b, s, n, pos, "\"\\")) {
		uint32_t c = utf8_next(s, n, &pos);

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", (char)c);
		else if (c == '\n')
			buf_str(b, "\\n");
		else if (c == '\t')
			buf_str(b, "\\t");
		else if (json_escapes(c))
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			utf8_put(b, c);
	}
}

void
buf_header(struct buf *b, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		buf_chr(b, c < 0x20 || c == 0x7F ? ' ' : (char)c);
	}
}

void
buf_base64(struct buf *b, const void *data, size_t n)
{
	static const char digits[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *in = data;

	for (size_t i = 0; i < n; i += 3) {
		unsigned one = i + 1 < n ? in[i + 1] : 0U,
			 two = i + 2 < n ? in[i + 2] : 0U;
		unsigned v = (unsigned)in[i] << 16 | one << 8 | two;

		buf_chr(b, digits[v >> 18]);
		buf_chr(b, digits[v >> 12 & 63]);
		buf_chr(b, i + 1 < n ? digits[v >> 6 & 63] : '=');
		buf_chr(b, i + 2 < n ? digits[v & 63] : '=');
	}
}

static bool
logval_is_plain(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= ' ' || c >= 0x7F || c == '"' || c == '\\' || c == '=')
			return false;
	}
	return n > 0;
}

void
buf_logval(struct buf *b, const char *s, size_t n)
{
	if (logval_is_plain(s, n)) {
		buf_add(b, s, n);
		return;
	}
	buf_chr(b, '"');
	buf_json(b, s, n);
	buf_chr(b, '"');
}
