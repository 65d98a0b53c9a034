/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_SPLIT_CHECK_H
#define SUPPORT_SPLIT_CHECK_H

#include <string.h>

#include "base/utf8.h"
#include "channel/channel.h"

/*
 * What must hold of any text and its parts, NULL when it does: each part fits, is not empty,
 * has no blank at its ends, and together with the blanks between them they are the text.
 * Shared by the unit tests and the fuzz target.
 */
static inline const char *
split_wrong(
    const struct channel *c, const char *text, const char *const *parts, size_t n)
{
	const char *p = text, *end = text + strlen(text);

	for (size_t i = 0; i <= n; i++) {
		const char *part = i < n ? parts[i] : "";
		size_t len = strlen(part), pos = 0;

		for (; p < end; p += pos) {
			pos = 0;
			if (!utf8_is_blank(utf8_next(p, (size_t)(end - p), &pos)))
				break;
		}
		if (i == n)
			return p == end ? NULL : "something is lost at the end";
		if (len == 0)
			return "an empty part";
		if (utf8_utf16_units(part, len) > c->max_units)
			return "a part is too long";
		if ((size_t)(end - p) < len || memcmp(p, part, len) != 0)
			return "a part is not the text at its place";
		for (pos = 0; pos < len;) {
			size_t next = pos;

			if (utf8_is_blank(utf8_next(part, len, &next)) && next == len)
				return "a blank at the end of a part";
			pos = next;
		}
		if (utf8_valid(text, strlen(text)) && !utf8_valid(part, len))
			return "a character is cut";
		p += len;
	}
	return NULL;
}

#endif
