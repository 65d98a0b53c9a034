/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "dialog/match.h"
#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(match, .fini = no_leaks);

#define NONE (-1)
#define OUT (-2) /* out of range */

struct match_case {
	const char *name, *text;
	int want; /* index of the choice, or one of the above */
};

static void
expect_match(const struct choice *choices, size_t n, const struct match_case *t)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct match m = match_text(a, choices, n, t->text);
	int got = m.kind == MATCH_NONE     ? NONE
	    : m.kind == MATCH_OUT_OF_RANGE ? OUT
					   : (int)m.index;

	cr_expect_eq(got, t->want, "%s: \"%s\" gives %d", t->name, t->text, got);
}

#define EXPECT_ALL(choices, cases) \
	for (size_t i = 0; i < NELEMS(cases); i++) \
	expect_match(choices, NELEMS(choices), &(cases)[i])

Test(match, integers)
{
	static const struct {
		const char *name, *text;
		bool ok;
		int64_t want;
	} t[] = {
		{ "digits", "42", true, 42 },
		{ "zero", "0", true, 0 },
		{ "blanks, zeros and a bracket", " 007) ", true, 7 },
		{ "keycap", "4\xef\xb8\x8f\xe2\x83\xa3", true, 4 },
		{ "minus", "-42", true, -42 },
		{ "minus as printed",
		    "\xe2\x88\x92"
		    "5",
		    true, -5 },
		{ "full-width", "\xef\xbc\x8d\xef\xbc\x95", true, -5 },
		{ "plus", "+5", true, 5 },
		{ "minus zero", "-0", true, 0 },
		{ "the largest", "9223372036854775806", true, INT64_MAX - 1 },
		{ "too large", "9223372036854775808", true, INT64_MAX },
		{ "far too large", "99999999999999999999999999999999", true,
		    INT64_MAX },
		{ "far too small", "-99999999999999999999999999999999", true,
		    -INT64_MAX },
		{ "nothing", "", false, 0 },
		{ "a sign alone", "-", false, 0 },
		{ "a blank behind the sign", "- 5", false, 0 },
		{ "two signs", "--5", false, 0 },
		{ "a fraction", "1.5", false, 0 },
		{ "two numbers", "1 2", false, 0 },
		{ "a word behind", "5 stars", false, 0 },
		{ "a word", "five", false, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		int64_t got = 77;

		cr_expect_eq(match_integer(t[i].text, &got), t[i].ok, "%s", t[i].name);
		cr_expect_eq(got, t[i].ok ? t[i].want : 77, "%s", t[i].name);
	}
}

Test(match, numbers)
{
	static const struct choice three[] = { { .label = "Card" },
		{ .label = "Bank transfer" }, { .label = "Cash" } };
	static const struct match_case t[] = {
		{ "digit", "2", 1 },
		{ "blanks around", "  3\t\n", 2 },
		{ "no-break space around",
		    "\xc2\xa0"
		    "2\xc2\xa0",
		    1 },
		{ "leading zero", "02", 1 },
		{ "many zeros", "0000000000000000000000001", 0 },
		{ "bracket", "2)", 1 },
		{ "full stop", "1.", 0 },
		{ "hyphen", "3-", 2 },
		{ "blank behind the bracket", "2) ", 1 },
		{ "full-width", "\xef\xbc\x92", 1 },
		{ "full-width with bracket", "\xef\xbc\x92\xef\xbc\x89", 1 },
		{ "full-width with ideographic full stop", "\xef\xbc\x92\xe3\x80\x82",
		    1 },
		{ "Arabic", "\xd9\xa2", 1 },
		{ "Arabic, several", "\xd9\xa0\xd9\xa3", 2 },
		{ "Arabic, too many", "\xd9\xa9", OUT },
		{ "Persian", "\xdb\xb3", 2 },
		{ "Thai with a bracket", "\xe0\xb9\x91)", 0 },
		{ "behind the Arabic ones", "\xd9\xaa", NONE },
		{ "keycap", "2\xef\xb8\x8f\xe2\x83\xa3", 1 },
		{ "keycap without selector", "2\xe2\x83\xa3", 1 },
		{ "two brackets", "2))", NONE },
		{ "bracket before", "(2)", NONE },
		{ "fraction", "2.0", NONE },
		{ "words behind", "2 days", NONE },
		{ "word before", "option 2", NONE },
		{ "minus", "-2", NONE },
		{ "plus", "+2", NONE },
		{ "two numbers", "1 2", NONE },
		{ "zero", "0", OUT },
		{ "one too many", "4", OUT },
		{ "one too many, dressed", " 04) ", OUT },
		{ "huge", "99999999999999999999999999", OUT },
		{ "wraps around 32 bits", "4294967298", OUT },
		{ "empty", "", NONE },
		{ "bracket alone", ")", NONE },
	};

	EXPECT_ALL(three, t);
}

Test(match, labels)
{
	static const struct choice five[] = {
		{ .label = "Opci\xc3\xb3n Uno" },
		{ .label = "\xc2\xbfHorario?" },
		{ .label = "Stra\xc3\x9f"
			   "e" },
		{ .label = "horario" },
		{ .label = "?" },
	};
	static const struct match_case t[] = {
		{ "as shown", "Opci\xc3\xb3n Uno", 0 },
		{ "case and accents", "OPCION uno", 0 },
		{ "blanks inside and around", "  opcion   uno ", 0 },
		{ "punctuation around", "\xc2\xa1opcion uno!", 0 },
		{ "sharp s", "STRASSE", 2 },
		{ "two fold the same: the first", "horario", 1 },
		{ "punctuation alone", " ? ", 4 },
		{ "part of a label", "opcion", NONE },
		{ "label and more", "opcion uno por favor", NONE },
		{ "first letter counts for yes and no only", "s", NONE },
		{ "blank", "   ", NONE },
	};

	EXPECT_ALL(five, t);
}

/* A form's list shows one thing and takes another; both are accepted. */
Test(match, D8_what_a_choice_says)
{
	static const struct choice sizes[] = {
		{ .label = "Small", .say = "S-1" },
		{ .label = "Large", .say = "Small" },
		{ .label = "Two", .say = "2027" },
		{ .label = "None", .say = "" },
	};
	static const struct match_case t[] = {
		{ "what it says", "s-1", 0 },
		{ "a label comes before what another says", "small", 0 },
		{ "label", "LARGE.", 1 },
		{ "says a number", "2027", 2 },
		{ "its place comes first", "2", 1 },
		{ "another number", "2028", OUT },
		{ "nothing is said by an empty text", " ", NONE },
	};

	EXPECT_ALL(sizes, t);
}

/* Buttons and list rows carry an id. */
Test(match, ids)
{
	static const struct choice t3[] = {
		{ .label = "Card", .value = "\"10\"" },
		{ .label = "Bank transfer", .value = "11" },
		{ .label = "bank_12", .value = "{\"v\":1}" },
		{ .label = "Cash", .value = "" },
	};
	static const struct match_case t[] = {
		{ "number", "2", 1 },
		{ "number, dressed", "02)", 1 },
		{ "value", "11", 1 },
		{ "value in quotes of the engine", "10", 0 },
		{ "value as the engine writes it", "{\"v\":1}", 2 },
		{ "label", "BANK TRANSFER", 1 },
		{ "label that looks like an id", "bank_12", 2 },
		{ "number out of range", "12", NONE },
		{ "unknown", "old_menu_3", NONE },
		{ "empty", "", NONE },
		{ "quotes alone", "\"\"", NONE },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct match m = match_id(a, t3, NELEMS(t3), t[i].text);
		int got = m.kind == MATCH_CHOICE ? (int)m.index : NONE;

		cr_expect_eq(got, t[i].want, "%s: %d", t[i].name, got);
		cr_expect_neq(m.kind, MATCH_OUT_OF_RANGE, "%s", t[i].name);
	}
}

Test(match, numbers_come_before_labels)
{
	static const struct choice years[] = { { .label = "2" }, { .label = "2027" } };
	static const struct match_case t[] = {
		{ "a number of the list", "2", 1 },
		{ "a label that is a number", "2027", 1 },
		{ "neither", "2028", OUT },
	};

	EXPECT_ALL(years, t);
}

Test(match, an_empty_label_is_never_meant)
{
	static const struct choice odd[] = { { .label = "" }, { .label = "x" } };
	static const struct match_case t[] = {
		{ "blanks", "  ", NONE },
		{ "by its number", "1", 0 },
	};

	EXPECT_ALL(odd, t);
}

Test(match, first_letters)
{
	static const struct choice english[] = { { .label = "Yes", .polar = true },
		{ .label = "No", .polar = true } };
	static const struct choice spanish[] = { { .label = "S\xc3\xad",
						     .polar = true },
		{ .label = "No", .polar = true } };
	static const struct choice same[] = { { .label = "Aye", .polar = true },
		{ .label = "Absolutely not", .polar = true } };
	static const struct choice mixed[] = { { .label = "Yes", .polar = true },
		{ .label = "No", .polar = true }, { .label = "Yesterday" },
		{ .label = "Later" } };
	static const struct choice twice[] = { { .label = "Yes", .polar = true },
		{ .label = "No", .polar = true }, { .label = "Yes", .polar = true },
		{ .label = "No", .polar = true } };
	static const struct match_case in_english[] = { { "y", "y", 0 },
		{ "capital with mark", "N!", 1 }, { "other", "s", NONE },
		{ "two letters", "ye", NONE } };
	static const struct match_case in_spanish[] = { { "s", "s", 0 },
		{ "n", "n", 1 }, { "y is none", "y", NONE },
		{ "with accent", "S\xcc\x81", 0 } };
	static const struct match_case in_same[] = { { "both begin so", "a", NONE } };
	static const struct match_case in_mixed[] = { { "another begins so", "y",
							  NONE },
		{ "n is free", "n", 1 }, { "l is no yes or no", "l", NONE } };
	static const struct match_case in_twice[] = { { "asked twice", "y", NONE },
		{ "the word means the first", "yes", 0 },
		{ "the number tells", "3", 2 } };

	EXPECT_ALL(english, in_english);
	EXPECT_ALL(spanish, in_spanish);
	EXPECT_ALL(same, in_same);
	EXPECT_ALL(mixed, in_mixed);
	EXPECT_ALL(twice, in_twice);
}

Test(match, negation)
{
	static const struct {
		const char *no, *text;
		bool want;
	} t[] = {
		{ "No", "no", true },
		{ "No", " NO! ", true },
		{ "No", "no thanks", true },
		{ "No", "No, thank you", true },
		{ "No", "no.", true },
		{ "No", "no,thanks", true },
		{ "No", "No...not yet", true },
		{ "No", "nothing", false },
		{ "No", "not now", false },
		{ "No", "no-one knows", false },
		{ "No", "I say no", false },
		{ "No", "maybe", false },
		{ "No", "", false },
		{ "Nein", "nein danke", true },
		{ "Nein", "no thanks", false },
		{ "\xd0\x9d\xd0\xb5\xd1\x82",
		    "\xd0\xbd\xd0\xb5\xd1\x82, \xd1\x81\xd0\xbf", true },
		{ "いいえ", "いいえ、違います", true },
		{ "いいえ", "いいえ違います", false },
		{ "否", "否，谢谢", true },
		{ "لا", "لا، شكرا", true },
		{ "Of course not", "of course NOT!", true },
		{ "Of course not", "of course", false },
		{ "", "x", false },
		{ "", "", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();

		cr_expect_eq(match_negation(a, t[i].no, t[i].text), t[i].want,
		    "\"%s\" with no = \"%s\"", t[i].text, t[i].no);
	}
}
