/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/js.h"
#include "base/utf8.h"
#include "support/leaks.h"
#include "twilio/segments.h"

TestSuite(segments, .fini = no_leaks);

#define VECTORS TOP_SRCDIR "/tests/vectors/segment-vectors.json"

/* What is sent of a vector: what Smart Encoding, which is not ours, has made of its text. */
static js *
sent(js *v)
{
	bool smart = js_bool(v, "smart", false);
	js *text = js_get(v, smart ? "sent_text" : "text");

	cr_assert_not_null(text, "%s", js_str(v, "id", "?"));
	return text;
}

/* Every segment of a vector, by its units. */
static void
check_parts(js *v, const struct seg_bill *b, const char *text, size_t n)
{
	const char *id = js_str(v, "id", "?");
	js *want = js_arr(v, "units_per_segment");
	size_t n_want = json_object_array_length(want), pos = 0;

	cr_expect_eq(b->segments, n_want, "%s", id);
	for (size_t i = 0; i < n_want; i++) {
		size_t units = seg_next(b, text, n, &pos);
		int64_t w = json_object_get_int64(json_object_array_get_idx(want, i));

		cr_expect_eq((int64_t)units, w, "%s, segment %zu: %zu", id, i, units);
	}
	cr_expect_eq(pos, n, "%s: ends early", id);
	cr_expect_eq(seg_next(b, text, n, &pos), 0, "%s", id);
}

static void
check_vector(js *v)
{
	const char *id = js_str(v, "id", "?");
	js *body = sent(v);
	const char *text = json_object_get_string(body);
	size_t n = (size_t)json_object_get_string_len(body);
	struct seg_bill b = seg_count(text, n);
	size_t bits = b.alphabet == SEG_GSM7 ? 7 : 16;
	size_t heads = b.segments > 1 ? b.segments * 48 : 0;

	cr_expect_str_eq(
	    seg_alphabet_name(b.alphabet), js_str(v, "encoding", ""), "%s", id);
	cr_expect_eq(
	    (int64_t)b.segments, js_int(v, "segments", -1), "%s: %zu", id, b.segments);
	cr_expect_eq((int64_t)b.units, js_int(v, "units", -1), "%s: %zu", id, b.units);
	cr_expect_eq(
	    (int64_t)(b.units * bits), js_int(v, "message_bits", -1), "%s", id);
	cr_expect_eq(
	    (int64_t)(b.units * bits + heads), js_int(v, "total_bits", -1), "%s", id);
	check_parts(v, &b, text, n);
}

Test(segments, vectors)
{
	CLEANUP(js_putp) js *root = json_object_from_file(VECTORS);
	js *all = js_arr(root, "vectors");

	cr_assert_not_null(all);
	cr_expect_eq(json_object_array_length(all), 135);
	for (size_t i = 0; i < json_object_array_length(all); i++)
		check_vector(json_object_array_get_idx(all, i));
}

/* The whole of Unicode against the table of the vectors. */
Test(segments, alphabet)
{
	CLEANUP(js_putp) js *root = json_object_from_file(VECTORS);
	js *table = js_arr(root, "gsm7");
	size_t found = 0;

	cr_assert_not_null(table);
	for (size_t i = 0; i < json_object_array_length(table); i++) {
		js *row = json_object_array_get_idx(table, i);
		const char *c = js_str(row, "char", "");
		size_t pos = 0;

		cr_expect_eq((int64_t)seg_septets(utf8_next(c, strlen(c), &pos)),
		    js_int(row, "septets", -1), "%s", js_str(row, "code", "?"));
	}
	for (uint32_t c = 0; c <= 0x10ffff; c++)
		found += seg_septets(c) > 0;
	cr_expect_eq(found, 137);
	cr_expect_eq(json_object_array_length(table), 137);
}

/* What the vectors do not have. */
Test(segments, odd_texts)
{
	static const struct {
		const char *name, *head, *again, *tail; /* again: so many `times` */
		size_t times, units, segments, first;
	} t[] = {
		{ "accents without end are cut", "e", "\xcc\x81", "", 200, 201, 3, 67 },
		{ "and a pair in them is not", "", "\xf0\x9f\x8f\xbb", "", 40, 80, 2,
		    66 },
		{ "a flag is whole", "", "\xf0\x9f\x87\xaa\xf0\x9f\x87\xb8", "", 18, 72,
		    2, 64 },
		{ "ill-formed bytes are one unit each", "", "\xff", "", 71, 71, 2, 67 },
		{ "one at the end", "a", "a", "\xe2\x82", 160, 162, 3, 67 },
		{ "line feeds are septets", "", "\n", "", 161, 161, 2, 153 },
		{ "CR LF at a border of UCS-2", "\xe2\x80\xa6", "\r\n", "", 40, 81, 2,
		    67 },
		{ "euro signs", "", "\xe2\x82\xac", "", 80, 160, 1, 160 },
		{ "one too many", "", "\xe2\x82\xac", "", 81, 162, 2, 152 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf text = BUF_INIT(4096);
		struct seg_bill b;
		size_t pos = 0;

		buf_str(&text, t[i].head);
		for (size_t k = 0; k < t[i].times; k++)
			buf_str(&text, t[i].again);
		buf_str(&text, t[i].tail);
		b = seg_count(text.data, text.len);
		cr_expect_eq(b.units, t[i].units, "%s: %zu", t[i].name, b.units);
		cr_expect_eq(
		    b.segments, t[i].segments, "%s: %zu", t[i].name, b.segments);
		cr_expect_eq(seg_next(&b, text.data, text.len, &pos), t[i].first,
		    "%s, first segment", t[i].name);
	}
}
