/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "render/link.h"

static bool
has_prefix(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

/* Bytes below and including the blank, which URLs in attributes may be wrapped in. */
static bool
is_wrapping(char c)
{
	return (unsigned char)c <= ' ';
}

/* As browsers read it: outer blanks and inner tabs and line ends are not there. */
static void
write_url(const char *href, struct buf *out)
{
	size_t n = strlen(href), pos = 0;

	while (n > 0 && is_wrapping(href[n - 1]))
		n--;
	while (pos < n && is_wrapping(href[pos]))
		pos++;
	while (pos < n) {
		uint32_t c = utf8_next(href, n, &pos);

		if (c == ' ' || (c >= 0xa0 && utf8_is_blank(c)))
			buf_str(out, "%20");
		else if (c > ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0))
			utf8_put(out, c);
	}
}

/* A number is read by people: no URL's blanks in it. */
static void
write_number(const char *s, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		bool blank = n - i >= 3 && memcmp(s + i, "%20", 3) == 0;

		buf_chr(out, blank ? ' ' : s[i]);
		i += blank ? 2 : 0;
	}
}

enum link_kind
link_target(const char *href, struct buf *out)
{
	static const struct {
		const char *prefix;
		enum link_kind kind;
		const char *parameters; /* what they begin with */
	} schemes[] = {
		{ "#", LINK_NONE, "" },
		{ "javascript:", LINK_NONE, "" },
		{ "vbscript:", LINK_NONE, "" },
		{ "data:", LINK_NONE, "" },
		{ "mailto:", LINK_MAIL, "?" },
		{ "tel:", LINK_PHONE, ";?" },
		{ "", LINK_URL, "" },
	};
	CLEANUP(buf_fini) struct buf url = BUF_INIT(out->max);
	const char *p;
	size_t i = 0, n;

	write_url(href, &url);
	while (!has_prefix(url.data, schemes[i].prefix))
		i++;
	if (schemes[i].kind == LINK_NONE)
		return LINK_NONE;
	p = url.data + strlen(schemes[i].prefix);
	n = strcspn(p, schemes[i].parameters);
	if (schemes[i].kind == LINK_PHONE)
		write_number(p, n, out);
	else
		buf_add(out, p, n);
	return buf_ok(&url) && buf_ok(out) && out->len > 0 ? schemes[i].kind
							   : LINK_NONE;
}

/* The part of a URL that two people would compare. */
static void
essence(const char *s, const char **begin, size_t *len)
{
	if (has_prefix(s, "http://") || has_prefix(s, "https://") ||
	    has_prefix(s, "mailto:") || has_prefix(s, "tel:")) {
		s = strchr(s, ':') + 1;
		s += strncmp(s, "//", 2) == 0 ? 2 : 0;
	}
	*begin = s;
	*len = strlen(s);
	while (*len > 0 && s[*len - 1] == '/')
		(*len)--;
}

/* Marks that turn the direction of writing; nobody sees them. */
static bool
is_direction(uint32_t c)
{
	return c == 0x61c || c == 0x200e || c == 0x200f ||
	    (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* What is visible of a text. */
static void
write_visible(const char *s, struct buf *out)
{
	size_t n = strlen(s), pos = 0;

	while (pos < n) {
		size_t from = pos;

		if (!is_direction(utf8_next(s, n, &pos)))
			buf_add(out, s + from, pos - from);
	}
}

static bool
same_number(const char *a, const char *b)
{
	static const char between[] = " -./()";

	for (;;) {
		a += strspn(a, between);
		b += strspn(b, between);
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

bool
link_says(enum link_kind kind, const char *text, const char *target)
{
	CLEANUP(buf_fini) struct buf visible = BUF_INIT(strlen(text) + 1);
	const char *a, *b;
	size_t a_len, b_len;

	write_visible(text, &visible);
	essence(visible.data, &a, &a_len);
	essence(target, &b, &b_len);
	if (a_len == b_len && strncasecmp(a, b, a_len) == 0)
		return true;
	return kind == LINK_PHONE && same_number(a, b);
}
