/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "twilio/file_name.h"

/* More of a header is no name. */
enum { MAX_RAW = 4 * LIMIT_FILE_NAME };

static int
hex(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c != '\0' ? strchr(digits, c | 0x20) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

/* The value of ext-value: UTF-8''%41… */
static void
read_encoded(const char *s, struct buf *out)
{
	if (strncasecmp(s, "UTF-8'", 6) != 0 || strchr(s + 6, '\'') == NULL)
		return;
	for (s = strchr(s + 6, '\'') + 1; *s != '\0' && strchr("; \t", *s) == NULL;
	     s++) {
		int high = *s == '%' ? hex(s[1]) : -1;
		int low = high >= 0 ? hex(s[2]) : -1;

		if (low >= 0) {
			buf_chr(out, (char)(high << 4 | low));
			s += 2;
		} else {
			buf_chr(out, *s);
		}
	}
}

/* A token, or a text in quotes. */
static void
read_plain(const char *s, struct buf *out)
{
	bool quoted = *s == '"';

	s += quoted;
	for (; *s != '\0' && strchr(quoted ? "\"" : "; \t", *s) == NULL; s++) {
		if (quoted && *s == '\\' && s[1] != '\0')
			s++;
		buf_chr(out, *s);
	}
}

/* Behind the next ';' that is not in quotes; NULL at the end. */
static const char *
next_parameter(const char *s)
{
	bool quoted = false;

	for (; *s != '\0' && (quoted || *s != ';'); s++) {
		if (*s == '\\' && quoted && s[1] != '\0')
			s++;
		else if (*s == '"')
			quoted = !quoted;
	}
	return *s == ';' ? s + 1 + strspn(s + 1, " \t") : NULL;
}

static void
raw_name(const char *disposition, struct buf *out)
{
	static const char plain[] = "filename=", encoded[] = "filename*=";

	for (const char *p = disposition; p != NULL; p = next_parameter(p)) {
		if (strncasecmp(p, encoded, sizeof(encoded) - 1) == 0) {
			buf_reset(out); /* goes before the plain one */
			read_encoded(p + sizeof(encoded) - 1, out);
			return;
		}
		if (strncasecmp(p, plain, sizeof(plain) - 1) == 0 && out->len == 0)
			read_plain(p + sizeof(plain) - 1, out);
	}
}

/* Controls, and those that turn the direction of writing: "exe.gpj" is no picture. */
static bool
is_harmful(uint32_t c)
{
	if (c < 0x7F)
		return c < 0x20 || strchr("\"<>|:*?", (int)c) != NULL;
	return c < 0xA0 || utf8_turns(c) || c == 0x2028 || c == 0x2029 || c == 0xFEFF ||
	    c == 0xFFFD;
}

/* What is left of a name: of the last folder's, without what is harmful. */
static void
clean(const struct buf *raw, struct buf *out)
{
	for (size_t pos = 0; pos < raw->len;) {
		uint32_t c = utf8_next(raw->data, raw->len, &pos);

		if (c == '/' || c == '\\')
			buf_reset(out);
		else if (!is_harmful(c) &&
		    (out->len > 0 || (c != '.' && !utf8_is_blank(c))))
			utf8_put(out, c);
	}
}

/* Cuts "….jpg" when the type has it, and what makes the name too long. */
static size_t
stem(const struct buf *name, const struct media_type *type, size_t room)
{
	const char *dot = strrchr(name->data, '.');
	size_t n = name->len;

	if (dot != NULL && media_type_by_ext(dot + 1) == type)
		n = (size_t)(dot - name->data);
	if (n > room)
		for (n = room; n > 0 && ((unsigned char)name->data[n] & 0xC0) == 0x80;)
			n--;
	while (n > 0 && (name->data[n - 1] == ' ' || name->data[n - 1] == '.'))
		n--;
	return n;
}

const char *
twilio_file_name(const char *disposition, const struct media_type *type, const char *id,
    struct arena *a)
{
	static const char *const words[] = { [MEDIA_PICTURE] = "picture",
		[MEDIA_SOUND] = "sound",
		[MEDIA_FILM] = "film",
		[MEDIA_DOCUMENT] = "document" };
	CLEANUP(buf_fini) struct buf raw = BUF_INIT(MAX_RAW);
	CLEANUP(buf_fini) struct buf name = BUF_INIT((size_t)3 * MAX_RAW);
	size_t room = LIMIT_FILE_NAME - strlen(id) - strlen(type->ext) - 2, n = 0;

	if (disposition != NULL)
		raw_name(disposition, &raw);
	if (buf_ok(&raw)) {
		clean(&raw, &name);
		n = stem(&name, type, room);
	}
	if (n == 0)
		return arena_printf(a, "%s-%s.%s", words[type->family], id, type->ext);
	return arena_printf(a, "%.*s-%s.%s", (int)n, name.data, id, type->ext);
}
