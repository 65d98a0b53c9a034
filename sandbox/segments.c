/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "sandbox/segments.h"

/* One segment alone, and each of several: the head that joins them takes its share. */
enum { GSM_ALONE = 160, GSM_JOINED = 153, UCS_ALONE = 70, UCS_JOINED = 67 };

/* Beyond ASCII: GSM 03.38's default alphabet. */
static const uint32_t gsm_letters[] = { 0xa3, 0xa5, 0xe8, 0xe9, 0xf9, 0xec, 0xf2, 0xc7,
	0xd8, 0xf8, 0xc5, 0xe5, 0x394, 0x3a6, 0x393, 0x39b, 0x3a9, 0x3a0, 0x3a8, 0x3a3,
	0x398, 0x39e, 0xc6, 0xe6, 0xdf, 0xc9, 0xa4, 0xa1, 0xc4, 0xd6, 0xd1, 0xdc, 0xa7,
	0xbf, 0xe4, 0xf6, 0xf1, 0xfc, 0xe0 };

/* Those behind an escape, which cost two. */
static const uint32_t gsm_escaped[] = { '\f', '^', '{', '}', '\\', '[', '~', ']', '|',
	0x20ac };

static bool
among(const uint32_t *set, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n; i++)
		if (set[i] == c)
			return true;
	return false;
}

/* 0: not in GSM-7. */
static size_t
gsm_units(uint32_t c)
{
	if (among(gsm_escaped, NELEMS(gsm_escaped), c))
		return 2;
	if (c == '\n' || c == '\r' || (c >= ' ' && c < 0x7f && c != '`'))
		return 1;
	return among(gsm_letters, NELEMS(gsm_letters), c) ? 1 : 0;
}

static size_t
ucs_units(uint32_t c)
{
	return c > 0xffff ? 2 : 1;
}

static size_t
count(const char *text, size_t len, size_t (*units)(uint32_t), size_t alone,
    size_t joined)
{
	size_t total = 0, n = 1, used = 0;

	for (size_t pos = 0; pos < len;) {
		size_t u = units(utf8_next(text, len, &pos));

		total += u;
		/* What costs two is not torn apart. */
		if (used + u > joined) {
			n++;
			used = 0;
		}
		used += u;
	}
	return total <= alone ? 1 : n;
}

struct segments
segments_of(const char *text, size_t len)
{
	for (size_t pos = 0; pos < len;)
		if (gsm_units(utf8_next(text, len, &pos)) == 0)
			return (struct segments){ "UCS-2",
				count(text, len, ucs_units, UCS_ALONE, UCS_JOINED) };
	return (struct segments){ "GSM-7",
		count(text, len, gsm_units, GSM_ALONE, GSM_JOINED) };
}
