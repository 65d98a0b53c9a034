/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the text of an SMS: its segments add up and none is overfull, and making it
 * plain, if at all, makes it cheaper, no longer than a message may be, and is done with.
 */
#include "config.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "twilio/segments.h"
#include "twilio/transliterate.h"

static void
must(bool held)
{
	if (!held)
		abort();
}

/* Whether a segment ends where a character of the text does. */
static bool
is_border(const char *text, size_t n, size_t at)
{
	size_t pos = 0;

	while (pos < at)
		utf8_next(text, n, &pos);
	return pos == at;
}

static struct seg_bill
add_up(const char *text, size_t n)
{
	struct seg_bill b = seg_count(text, n);
	size_t segments = 0, units = 0, one;

	for (size_t pos = 0; (one = seg_next(&b, text, n, &pos)) > 0; segments++) {
		must(one <= b.room && is_border(text, n, pos));
		units += one;
	}
	must(units == b.units && b.segments > 0);
	must(segments == b.segments || (n == 0 && segments == 0));
	must(b.segments >= (b.units + b.room - 1) / b.room);
	return b;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(buf_fini) struct buf plain = BUF_INIT(size);
	CLEANUP(buf_fini) struct buf again = BUF_INIT(size);
	const char *text = (const char *)data;
	struct seg_bill b, better;

	if (size > LIMIT_HTML)
		return 0;
	b = add_up(text, size);
	if (!transliterate(text, size, LIMIT_PART_UNITS, &plain)) {
		must(plain.len == 0 && buf_ok(&plain));
		return 0;
	}
	better = add_up(plain.data, plain.len);
	must(buf_ok(&plain) && plain.len <= size && plain.len <= LIMIT_PART_UNITS * 2);
	must(utf8_valid(plain.data, plain.len));
	must(b.alphabet == SEG_UCS2 && better.alphabet == SEG_GSM7);
	must(better.segments < b.segments);
	must(utf8_utf16_units(plain.data, plain.len) <= LIMIT_PART_UNITS);
	must(!transliterate(plain.data, plain.len, LIMIT_PART_UNITS, &again));
	return 0;
}
