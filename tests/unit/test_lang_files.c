/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include <criterion/criterion.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/fold.h"
#include "base/utf8.h"
#include "conf/cfg_keys.h"
#include "dialog/match.h"
#include "dialog/session.h"
#include "support/leaks.h"

/*
 * The language files as they are shipped, and what lang/NOTES.md says of them. Read line by
 * line here, since libconfig does not show the optional texts, which are comment lines.
 */

TestSuite(lang_files, .fini = no_leaks);

#define LINES_MAX 256

struct line {
	char *whole; /* cut up when it has a label */
	const char *label, *text; /* NULL when the line has none */
	bool optional; /* a comment: take the # away to use it */
};

struct lang_file {
	const char *code;
	struct line lines[LINES_MAX];
	size_t n;
};

static const struct {
	const char *name;
	bool optional;
} known[] = {
#define LABEL(name, params, optional) { (name), (optional) },
#include "conf/labels.def"
};

static char *
read_text(struct arena *a, const char *name)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100000);
	const char *path = arena_printf(a, "%s/%s", TOP_SRCDIR, name);
	struct err e;

	cr_assert(file_read(AT_FDCWD, path, &b, &e), "%s", e.text);
	return arena_strndup(a, b.data, b.len);
}

/* label = "text"; with or without "# " in front. Other lines have no label. */
static void
read_line(struct line *l)
{
	char *s = l->whole, *equals, *end;

	l->optional = strncmp(s, "# ", 2) == 0;
	s += l->optional ? 2 : 0;
	equals = strstr(s, " = \"");
	end = s + strlen(s);
	if (equals == NULL || strcspn(s, " ") != (size_t)(equals - s) || end - s < 2 ||
	    strcmp(end - 2, "\";") != 0)
		return;
	*equals = end[-2] = '\0';
	l->label = s;
	l->text = equals + 4;
}

static struct lang_file *
read_lang(struct arena *a, const char *code)
{
	struct lang_file *f = arena_alloc(a, sizeof(*f));
	char *text = read_text(a, arena_printf(a, "lang/%s.cfg", code));

	f->code = code;
	for (char *end; *text != '\0'; text = end + 1) {
		cr_assert_lt(f->n, LINES_MAX, "%s", code);
		end = strchr(text, '\n');
		cr_assert_not_null(end, "%s: the last line ends", code);
		*end = '\0';
		f->lines[f->n].whole = text;
		read_line(&f->lines[f->n++]);
	}
	return f;
}

static const char *
text_of(const struct lang_file *f, const char *label)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->lines[i].label != NULL && strcmp(f->lines[i].label, label) == 0)
			return f->lines[i].text;
	cr_assert_fail("lang/%s.cfg has no %s", f->code, label);
	return "";
}

/* Every language a bot may speak; a NULL ends the row. */
static struct lang_file **
read_all(struct arena *a)
{
	const char *codes = CFG_LANGUAGES;
	struct lang_file **all =
	    arena_alloc(a, (strlen(codes) / 3 + 2) * sizeof(struct lang_file *));
	size_t n = 0;

	for (; *codes != '\0'; codes += 2 + (codes[2] == ' '))
		all[n++] = read_lang(a, arena_strndup(a, codes, 2));
	cr_assert_eq(n, 28);
	return all;
}

static const struct lang_file *
english_of(struct lang_file *const *all)
{
	while (strcmp((*all)->code, "en") != 0)
		all++;
	return *all;
}

Test(lang_files, no_file_is_forgotten)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *shipped = read_text(a, "lang/Makefile.inc");
	DIR *dir = opendir(TOP_SRCDIR "/lang");
	struct dirent *d;
	size_t n = 0;

	cr_assert_not_null(dir);
	while ((d = readdir(dir)) != NULL) {
		if (strlen(d->d_name) != 6 || strcmp(d->d_name + 2, ".cfg") != 0)
			continue;
		n++;
		cr_expect_not_null(
		    strstr(CFG_LANGUAGES, arena_strndup(a, d->d_name, 2)), "%s",
		    d->d_name);
		cr_expect_not_null(strstr(shipped, arena_printf(a, "/%s", d->d_name)),
		    "lang/Makefile.inc: %s", d->d_name);
	}
	closedir(dir);
	cr_expect_eq(n, (strlen(CFG_LANGUAGES) + 1) / 3);
}

/* English has every label of the program, those that may be absent as comments. */
Test(lang_files, english_is_the_program_s)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct lang_file *en = read_lang(a, "en");
	size_t n = 0;

	for (size_t i = 0; i < en->n; i++) {
		if (en->lines[i].label == NULL)
			continue;
		cr_assert_lt(n, NELEMS(known));
		cr_expect_str_eq(en->lines[i].label, known[n].name);
		cr_expect_eq(
		    en->lines[i].optional, known[n].optional, "%s", known[n].name);
		n++;
	}
	cr_expect_eq(n, NELEMS(known));
}

/* The same lines everywhere, but for the first and the texts. */
Test(lang_files, all_have_the_shape_of_english)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct lang_file **all = read_all(a);
	const struct lang_file *en = english_of(all);

	for (; *all != NULL; all++) {
		const struct line *have = (*all)->lines;

		cr_assert_eq((*all)->n, en->n, "%s", (*all)->code);
		cr_expect_eq(strncmp(have[0].whole, "# ", 2), 0, "%s", (*all)->code);
		for (size_t i = 1; i < en->n; i++) {
			const struct line *want = &en->lines[i];

			cr_assert_eq(have[i].label == NULL, want->label == NULL,
			    "lang/%s.cfg:%zu", (*all)->code, i + 1);
			cr_expect_eq(have[i].optional, want->optional,
			    "lang/%s.cfg:%zu", (*all)->code, i + 1);
			cr_expect_str_eq(
			    want->label != NULL ? have[i].label : have[i].whole,
			    want->label != NULL ? want->label : want->whole,
			    "lang/%s.cfg:%zu", (*all)->code, i + 1);
		}
	}
}

static bool
in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The $words of a text, in the order of the alphabet: word order is the language's own. */
static const char *
params_of(struct arena *a, const char *text)
{
	const char *words[8], *all = "";
	size_t n = 0, len;

	for (const char *s = text; (s = strchr(s, '$')) != NULL; s++) {
		size_t i = n++;

		for (len = 1; in_word(s[len]);)
			len++;
		cr_assert_lt(i, NELEMS(words));
		words[i] = arena_strndup(a, s, len);
		for (; i > 0 && strcmp(words[i - 1], words[i]) > 0; i--) {
			const char *swap = words[i];

			words[i] = words[i - 1];
			words[i - 1] = swap;
		}
	}
	for (size_t i = 0; i < n; i++)
		all = arena_printf(a, "%s%s ", all, words[i]);
	return all;
}

static bool
blank_at(const char *s, size_t pos)
{
	return s[pos] != '\0' && utf8_is_blank(utf8_next(s, strlen(s), &pos));
}

/* Where the last code point begins. */
static size_t
last_of(const char *s)
{
	size_t last = 0, pos = 0, n = strlen(s);

	while (pos < n) {
		last = pos;
		utf8_next(s, n, &pos);
	}
	return last;
}

static void
check_text(struct arena *a, const char *where, const char *label, const char *text)
{
	bool goes_on = strcmp(label, "ticket_created") == 0;
	size_t n = strlen(text), pos = 0, last = last_of(text);
	uint8_t *composed;

	cr_assert(utf8_valid(text, n), "%s", where);
	cr_assert_gt(n, 0, "%s", where);
	cr_expect_not(blank_at(text, 0), "%s: a blank in front", where);
	cr_expect_eq(blank_at(text, last), goes_on, "%s: a blank at the end", where);
	if (goes_on)
		cr_expect_not(
		    blank_at(text, last_of(arena_strndup(a, text, last))), "%s", where);
	cr_expect_null(strstr(text, "  "), "%s: two blanks", where);
	cr_expect_null(strchr(text, '\\'), "%s: an escape", where);
	while (pos < n) {
		uint32_t c = utf8_next(text, n, &pos);

		cr_expect(c >= 0x20 && c != 0x7f && c != 0xa0 && c != 0xfffd,
		    "%s: U+%04X", where, (unsigned)c);
	}
	composed = utf8proc_NFC((const uint8_t *)text);
	cr_expect_str_eq((const char *)composed, text, "%s: letters composed", where);
	free(composed);
}

Test(lang_files, texts)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct lang_file **all = read_all(a);
	const struct lang_file *en = english_of(all);

	for (; *all != NULL; all++) {
		for (size_t i = 0; i < (*all)->n; i++) {
			const struct line *l = &(*all)->lines[i];
			const char *where =
			    arena_printf(a, "lang/%s.cfg:%zu", (*all)->code, i + 1);

			if (l->label == NULL)
				continue;
			check_text(a, where, l->label, l->text);
			cr_expect_str_eq(params_of(a, l->text),
			    params_of(a, text_of(en, l->label)), "%s", where);
		}
	}
}

static size_t
code_points(const char *s)
{
	size_t n = 0;

	for (size_t pos = 0; s[pos] != '\0'; n++)
		utf8_next(s, strlen(s), &pos);
	return n;
}

Test(lang_files, words_of_the_interface)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (struct lang_file **all = read_all(a); *all != NULL; all++) {
		const char *command = text_of(*all, "close_chat_key_word");
		const char *hint = text_of(*all, "date_format");

		cr_expect_leq(code_points(text_of(*all, "click_to_choose")), 20, "%s",
		    (*all)->code);
		cr_expect_eq(*command, '/', "%s", (*all)->code);
		cr_expect_gt(code_points(command), 2, "%s", (*all)->code);
		for (size_t pos = 1; command[pos] != '\0';)
			cr_expect(utf8proc_category((int32_t)utf8_next(command,
				      strlen(command), &pos)) <= UTF8PROC_CATEGORY_MC,
			    "%s: letters only behind the slash", (*all)->code);
		/* Hints stand behind a text, in brackets; a date has two slashes. */
		cr_expect_not_null(strchr(hint, '/'), "%s", (*all)->code);
		cr_expect_neq(strchr(hint, '/'), strrchr(hint, '/'));
		cr_expect(*hint == '(' || strncmp(hint, "\xef\xbc\x88", 3) == 0, "%s",
		    (*all)->code);
	}
}

static char *
in_capitals(struct arena *a, const char *s)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(1000);

	for (size_t pos = 0; s[pos] != '\0';)
		utf8_put(&out,
		    (uint32_t)utf8proc_toupper((int32_t)utf8_next(s, strlen(s), &pos)));
	return arena_strndup(a, out.data, out.len);
}

/* Which of the two answers the text is: 1, 2, or 0. */
static size_t
answer(struct arena *a, const struct lang_file *f, const char *typed)
{
	const struct choice choices[] = { { .label = text_of(f, "yes") },
		{ .label = text_of(f, "no") } };
	struct match m = match_text(a, choices, NELEMS(choices), typed);

	return m.kind == MATCH_CHOICE ? m.index + 1 : 0;
}

static const char *
folded(struct arena *a, const char *s)
{
	return fold_text(a, s, strlen(s));
}

Test(lang_files, yes_and_no)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (struct lang_file **all = read_all(a); *all != NULL; all++) {
		const char *yes = text_of(*all, "yes"), *no = text_of(*all, "no");
		const char *command = folded(a, text_of(*all, "close_chat_key_word"));
		const char *code = (*all)->code;
		size_t y = 0, n = 0;

		cr_expect_neq(utf8_next(folded(a, yes), strlen(folded(a, yes)), &y),
		    utf8_next(folded(a, no), strlen(folded(a, no)), &n),
		    "%s: the first letter tells yes from no", code);
		cr_expect_str_neq(command, folded(a, yes), "%s", code);
		cr_expect_str_neq(command, folded(a, no), "%s", code);
		for (size_t i = 0; i < 2; i++) {
			const char *label = i == 0 ? yes : no;

			cr_expect_eq(answer(a, *all, label), i + 1, "%s", code);
			cr_expect_eq(answer(a, *all, in_capitals(a, label)), i + 1,
			    "%s: %s", code, in_capitals(a, label));
			cr_expect_eq(answer(a, *all, arena_printf(a, " %s! ", label)),
			    i + 1, "%s", code);
			cr_expect_eq(
			    match_negation(a, no, arena_printf(a, "%s, x", label)),
			    i == 1, "%s", code);
		}
	}
}

/* What people type who take the short way on their keyboards. */
Test(lang_files, yes_and_no_as_typed)
{
	static const struct {
		const char *code, *typed;
		size_t answer;
	} t[] = {
		{ "tr", "HAYIR", 2 },
		{ "tr", "hayir", 2 },
		{ "tr", "HAY\u0130R", 2 },
		{ "tr", "evet.", 1 },
		{ "el", "\u03bf\u03c7\u03b9", 2 },
		{ "el", "\u039f\u03a7\u0399", 2 },
		{ "el", "\u039d\u0391\u0399", 1 },
		{ "ja", "\u306f\u3044\u3002", 1 },
		{ "ja", "\u3044\u3044\u3048", 2 },
		{ "ja", "\u3000\u306f\u3044", 1 },
		{ "ja", "\uff12", 2 },
		{ "ko", "\ub124.", 1 },
		{ "ko", "\uc544\ub2c8\uc694", 2 },
		{ "zh", "\u662f\u3002", 1 },
		{ "ar", "\u0644\u0627.", 2 },
		{ "th", "\u0e43\u0e0a\u0e48", 1 },
		{ "th", "\u0e44\u0e21\u0e48", 2 },
		{ "th", "\u0e44\u0e21\u0e48\u0e43\u0e0a\u0e48", 0 },
		{ "uk", "\u041d\u0406", 2 },
		{ "es", "si", 1 },
		{ "pt", "nao", 2 },
		{ "it", "SI!", 1 },
		{ "de", "Nein!!", 2 },
		{ "de", "ja", 1 },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(answer(a, read_lang(a, t[i].code), t[i].typed),
		    t[i].answer, "%s: %s", t[i].code, t[i].typed);
}

/* The part of the notes below that heading, up to the next of its level. */
static const char *
notes_below(struct arena *a, const char *heading)
{
	char *notes = read_text(a, "lang/NOTES.md");
	char *found = strstr(notes, arena_printf(a, "\n%s", heading)), *end;
	size_t level = strspn(heading, "#");

	cr_assert_not_null(found, "lang/NOTES.md: %s", heading);
	found = strchr(found + 1, '\n');
	end = strstr(found, arena_printf(a, "\n%.*s ", (int)level, "###"));
	return end != NULL ? arena_strndup(a, found, (size_t)(end - found)) : found;
}

/* What a list says of a language: the rest of its line "- es: …"; "" without one. */
static const char *
noted(struct arena *a, const char *list, const char *code)
{
	const char *found = strstr(list, arena_printf(a, "\n- %s: ", code));

	if (found == NULL)
		return "";
	found += strlen("\n- es: ");
	return arena_strndup(a, found, strcspn(found, "\n"));
}

static size_t
lines_of(const char *list)
{
	size_t n = 0;

	for (; (list = strstr(list, "\n- ")) != NULL; list++)
		n++;
	return n;
}

Test(lang_files, texts_equal_to_english)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *list = notes_below(a, "## Texts equal to the English ones");
	struct lang_file **all = read_all(a);
	const struct lang_file *en = english_of(all);
	size_t n = 0;

	for (; *all != NULL; all++) {
		const char *equal = "", *code = (*all)->code;
		const char *about = notes_below(a, arena_printf(a, "### %s: ", code));

		for (size_t i = 0; *all != en && i < en->n; i++) {
			const char *label = en->lines[i].label;

			if (label == NULL ||
			    strcmp(text_of(*all, label), en->lines[i].text) != 0)
				continue;
			equal = arena_printf(
			    a, "%s%s%s", equal, *equal != '\0' ? ", " : "", label);
			cr_expect_not_null(
			    strstr(about, arena_printf(a, "`%s`", label)),
			    "lang/NOTES.md says why %s of %s is the English text",
			    label, code);
		}
		cr_expect_str_eq(noted(a, list, code), equal, "%s", code);
		n += *equal != '\0';
	}
	cr_expect_eq(lines_of(list), n, "no line that says nothing");
}

/* Units of a text in the GSM 7-bit alphabet (3GPP TS 23.038); 0 when it does not fit in. */
static size_t
gsm_units(const char *s)
{
	static const char once[] =
	    "\u00a3\u00a5\u00e8\u00e9\u00f9\u00ec\u00f2\u00c7\u00d8\u00f8\u00c5"
	    "\u00e5\u0394\u03a6\u0393\u039b\u03a9\u03a0\u03a8\u03a3\u0398\u039e"
	    "\u00c6\u00e6\u00df\u00c9\u00a4\u00a1\u00c4\u00d6\u00d1\u00dc\u00a7"
	    "\u00bf\u00e4\u00f6\u00f1\u00fc\u00e0";
	static const char twice[] = "^{}\\[~]|\u20ac";
	size_t units = 0;

	for (size_t pos = 0, from; s[pos] != '\0';) {
		char letter[8] = "";

		from = pos;
		utf8_next(s, strlen(s), &pos);
		memcpy(letter, s + from, pos - from);
		if (strstr(twice, letter) != NULL)
			units += 2;
		else if ((*letter >= ' ' && *letter <= '~' && *letter != '`') ||
		    strstr(once, letter) != NULL)
			units++;
		else
			return 0;
	}
	return units;
}

static size_t
segments(const char *s)
{
	size_t gsm = gsm_units(s), ucs2 = utf8_utf16_units(s, strlen(s));

	if (gsm > 0)
		return gsm <= 160 ? 1 : (gsm + 152) / 153;
	return ucs2 <= 70 ? 1 : (ucs2 + 66) / 67;
}

Test(lang_files, segments_of_texts)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *list = notes_below(a, "## Labels of more than one SMS segment");
	size_t n = 0;

	for (struct lang_file **all = read_all(a); *all != NULL; all++) {
		const char *longer = "", *code = (*all)->code;

		for (size_t i = 0; i < (*all)->n; i++) {
			const struct line *l = &(*all)->lines[i];
			size_t has = l->label != NULL ? segments(l->text) : 1;

			cr_expect_leq(has, 3, "%s %s", code, l->label);
			if (has > 1)
				longer = arena_printf(a, "%s%s%s %zu", longer,
				    *longer != '\0' ? ", " : "", l->label, has);
		}
		cr_expect_str_eq(noted(a, list, code), longer, "%s", code);
		n += *longer != '\0';
	}
	cr_expect_eq(lines_of(list), n, "no line that says nothing");
}
