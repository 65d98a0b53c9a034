/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/link.h"
#include "base/utf8.h"

bool
link_begins(const char *s, size_t n)
{
	static const char *const beginnings[] = { "http://", "https://", "www." };

	for (size_t i = 0; i < NELEMS(beginnings); i++) {
		size_t len = strlen(beginnings[i]), pos = len;

		if (n > len && strncasecmp(s, beginnings[i], len) == 0)
			return !utf8_is_blank(utf8_next(s, n, &pos));
	}
	return false;
}

size_t
link_end(const char *s, size_t n, size_t begin)
{
	size_t end = begin;

	while (end < n) {
		size_t next = end;

		if (utf8_is_blank(utf8_next(s, n, &next)))
			break;
		end = next;
	}
	return end;
}
