/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <libxml/HTMLparser.h>

#include "render/entity.h"

enum { REPLACEMENT = 0xfffd, LAST_CODE_POINT = 0x10ffff };

/* Windows-1252 from 0x80; the five bytes it does not use have no meaning. */
static const uint16_t windows_1252[32] = {
	0x20ac,
	REPLACEMENT,
	0x201a,
	0x0192,
	0x201e,
	0x2026,
	0x2020,
	0x2021,
	0x02c6,
	0x2030,
	0x0160,
	0x2039,
	0x0152,
	REPLACEMENT,
	0x017d,
	REPLACEMENT,
	REPLACEMENT,
	0x2018,
	0x2019,
	0x201c,
	0x201d,
	0x2022,
	0x2013,
	0x2014,
	0x02dc,
	0x2122,
	0x0161,
	0x203a,
	0x0153,
	REPLACEMENT,
	0x017e,
	0x0178,
};

static uint32_t
character(uint32_t number)
{
	if (number >= 0x80 && number <= 0x9f)
		return windows_1252[number - 0x80];
	if (number == '\t' || number == '\n' || number == '\r')
		return number == '\r' ? '\n' : number;
	if (number < 0x20 || number == 0x7f || number > LAST_CODE_POINT ||
	    (number >= 0xd800 && number <= 0xdfff) || (number & 0xfffe) == 0xfffe)
		return REPLACEMENT;
	return number;
}

static int
digit_value(char c, uint32_t base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static size_t
read_number(const char *s, size_t n, uint32_t *code_point)
{
	uint32_t base = n > 2 && (s[2] == 'x' || s[2] == 'X') ? 16 : 10;
	size_t first = base == 16 ? 3 : 2, i = first;
	uint32_t number = 0;

	for (; i < n && digit_value(s[i], base) >= 0; i++)
		if (number <= LAST_CODE_POINT)
			number = number * base + (uint32_t)digit_value(s[i], base);
	if (i == first)
		return 0;
	*code_point = character(number);
	return i < n && s[i] == ';' ? i + 1 : i;
}

size_t
entity_read(const char *s, size_t n, uint32_t *code_point)
{
	char name[16]; /* the longest of HTML 4 has eight letters */
	const htmlEntityDesc *known;
	size_t len = 0;

	if (n > 1 && s[1] == '#')
		return read_number(s, n, code_point);
	while (1 + len < n && s[1 + len] != ';') {
		if (len + 1 == sizeof(name))
			return 0;
		name[len] = s[1 + len];
		len++;
	}
	if (1 + len == n)
		return 0;
	name[len] = '\0';
	known = htmlEntityLookup((const xmlChar *)name);
	if (known == NULL)
		return 0;
	*code_point = known->value;
	return len + 2;
}
