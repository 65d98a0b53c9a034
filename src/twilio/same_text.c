/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "twilio/answer.h"

static const char trial_notice[] = "Sent from your Twilio trial account - ";

/* Ranges whose characters Smart Encoding may change or drop, letters of them apart. */
static const struct {
	uint32_t first, last;
} unsteady[] = {
	{ 0x00, 0x2F },
	{ 0x3A, 0x40 },
	{ 0x5B, 0x60 },
	{ 0x7B, 0xBF },
	{ 0xD7, 0xD7 },
	{ 0xF7, 0xF7 },
	{ 0x1C3, 0x1C3 },
	{ 0x2B0, 0x36F },
	{ 0x1D00, 0x1DFF },
	{ 0x2000, 0x2BFF },
	{ 0x3000, 0x303F },
	{ 0xA700, 0xA7FF },
	{ 0xFE00, 0xFFFF },
};

struct reader {
	const char *text;
	size_t len, pos;
	const char *pending; /* rest of what a character stands for */
};

static bool
is_unsteady(uint32_t c)
{
	for (size_t i = 0; i < NELEMS(unsteady); i++)
		if (c >= unsteady[i].first && c <= unsteady[i].last)
			return true;
	return false;
}

/* The next character that stays as it is, or what it becomes; 0 at the end. */
static uint32_t
next_steady(struct reader *r)
{
	while (r->pending == NULL || *r->pending == '\0') {
		uint32_t c;

		if (r->pos >= r->len)
			return 0;
		c = utf8_next(r->text, r->len, &r->pos);
		if (c >= 0xBC && c <= 0xBE) /* 1/4, 1/2, 3/4 */
			r->pending = &"14\00012\00034"[(c - 0xBC) * 3];
		else if ((c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A))
			return c - 0xFEE0; /* as wide as a Chinese one */
		else if (!is_unsteady(c))
			return c;
	}
	return (unsigned char)*r->pending++;
}

/* Not where nothing steady is left: "?" is not "!". */
static bool
same_letters(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct reader x = { a, a_len, 0, NULL }, y = { b, b_len, 0, NULL };
	uint32_t c = next_steady(&x), d = next_steady(&y);

	if (c == 0)
		return false;
	while (c == d && c != 0) {
		c = next_steady(&x);
		d = next_steady(&y);
	}
	return c == d;
}

/* Without the blanks at both ends. */
static const char *
trimmed(const char *s, size_t *len)
{
	size_t n = strlen(s), pos = 0, begin = 0, end = 0;

	while (pos < n) {
		if (!utf8_is_blank(utf8_next(s, n, &pos)))
			end = pos;
		else if (end == 0)
			begin = pos;
	}
	*len = end > begin ? end - begin : 0;
	return s + begin;
}

bool
twilio_same_text(const char *sent, const char *listed)
{
	size_t a_len, b_len;
	const char *a, *b;

	if (strncmp(listed, trial_notice, sizeof(trial_notice) - 1) == 0 &&
	    strncmp(sent, trial_notice, sizeof(trial_notice) - 1) != 0)
		listed += sizeof(trial_notice) - 1;
	a = trimmed(sent, &a_len);
	b = trimmed(listed, &b_len);
	if (a_len == b_len && memcmp(a, b, a_len) == 0)
		return true;
	return same_letters(a, a_len, b, b_len);
}
