/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the golden files leave out: markup that parsers disagree on, hostile input, and the
 * corners of each rule. NULL for WhatsApp: the same text as on SMS.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"

TestSuite(html, .init = render_init, .fini = no_leaks);

#define R "\xEF\xBF\xBD"

struct row {
	const char *name, *in, *sms, *whatsapp;
};

static void
check(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_fini) struct buf sms = BUF_INIT(4096);
		CLEANUP(buf_fini) struct buf whatsapp = BUF_INIT(4096);
		const char *want = t[i].whatsapp ? t[i].whatsapp : t[i].sms;
		size_t len = strlen(t[i].in);

		render_html(&sms, t[i].in, len, RENDER_PLAIN, NULL);
		render_html(&whatsapp, t[i].in, len, RENDER_WHATSAPP, NULL);
		cr_expect_str_eq(sms.data, t[i].sms, "%s, SMS:\n%s\nwanted:\n%s",
		    t[i].name, sms.data, t[i].sms);
		cr_expect_str_eq(whatsapp.data, want, "%s, WhatsApp:\n%s\nwanted:\n%s",
		    t[i].name, whatsapp.data, want);
	}
}

#define CHECK(...) \
	do { \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		check(rows_, NELEMS(rows_)); \
	} while (0)

Test(html, d1_what_is_a_tag)
{
	CHECK({ "nothing", "", "", NULL }, { "a lone <", "<", "<", NULL },
	    { "<! alone", "a <!", "a <!", NULL }, { "</ alone", "a </", "a </", NULL },
	    { "a quote that never closes", "<a href=\"u>t</a> x", "t (\"u) x", NULL },
	    { "an apostrophe among names", "<p don't>it's</p>", "it's", NULL },
	    { "a quote inside a bare value", "<a href=u\"v>t</a>", "t (u\"v)", NULL },
	    { "a bracket in a quoted value", "<a title=\"<b>\" href='u'>t</a>", "t (u)",
		NULL },
	    { "a quoted value that swallows a tag", "<a href=\"<b>x\">t</a>",
		"t (<b>x)", NULL },
	    { "a quote that closes, but no tag end", "<a href=\"x\" y",
		"<a href=\"x\" y", NULL },
	    { "a value of nothing", "<a href=>t</a>", "t", NULL },
	    { "a value without a name", "<a =\"x y\" href=u>t</a>", "t (u)", NULL },
	    { "a slash behind a bare value", "<a href=u/>t</a>", "t (u/)", NULL },
	    { "an end tag with attributes", "<b>x</b a=\"<\">y", "xy", "*x*y" },
	    { "a name too long for us", "<averyveryverylongname>x", "x", NULL },
	    { "the smallest comments", "a<!-->b<!--->c<!---->d", "abcd", NULL },
	    { "a comment with a bang", "a<!-- x --!>b<!-- --> c", "ab c", NULL },
	    { "a comment without end", "a<!-- <b>x", "a", NULL },
	    { "a declaration", "<!DOCTYPE html>a<![CDATA[b]]>c", "ac", NULL },
	    { "an empty end tag", "a</>b</ x>c", "abc", NULL },
	    { "a title without end", "a<title>b<b>c", "a", NULL },
	    { "a script in a script", "<script>\"<script></script>\"</script>x", "\"x",
		NULL },
	    { "an end tag of a longer name", "a<style></styles></style >b", "ab",
		NULL },
	    { "a head that the body ends", "<head>x<body>a", "a", NULL },
	    { "a head without end", "<head>a", "a", NULL },
	    { "behind the end of the document", "<html>a</body></html>b", "ab", NULL },
	    { "an encoding that is not so", "<meta charset=latin1>\xC3\xA9", "\xC3\xA9",
		NULL });
}

Test(html, d2_references)
{
	CHECK({ "at the end of the text", "<b>x</b> &", "x &", "*x* &" },
	    { "hexadecimal, both cases", "&#x41;&#X4a;", "AJ", NULL },
	    { "without semicolon", "&#65 &#x42.", "A B.", NULL },
	    { "without digits", "&#; &#x; &#xg;", "&#; &#x; &#xg;", NULL },
	    { "a number past all", "&#99999999999999999999;", R, NULL },
	    { "controls and no characters", "&#1;&#127;&#xFFFF;&#x1FFFE;", R R R R,
		NULL },
	    { "Windows-1252", "&#x80;&#150;&#129;", "\xE2\x82\xAC\xE2\x80\x93" R,
		NULL },
	    { "a reference that makes a reference", "&amp;amp;lt;", "&amp;lt;", NULL },
	    { "a line feed by number", "a&#10;b&#13;c", "a\nb\nc", NULL },
	    { "a name too long", "&averyveryverylongname;", "&averyveryverylongname;",
		NULL },
	    { "controls in the text",
		"a\x01\x7F\xC2\x81"
		"b<b>",
		"ab", NULL },
	    { "no characters in the text", "\xEF\xBF\xBE <b>", R, NULL },
	    { "a byte order mark",
		"\xEF\xBB\xBF"
		"a\xEF\xBB\xBF"
		"b",
		"ab", NULL });
}

Test(html, d3_lines)
{
	CHECK(
	    { "an item in an item alone", "<ul><li><ol><li>x</ol></ul>", "1. x", NULL },
	    { "a list right in a list", "<ol><li>a<ul><li>b</ul><li>c</ol>",
		"1. a\n- b\n2. c", NULL },
	    { "the same, between the items", "<ol><li>a</li><ul><li>b</ul><li>c</ol>",
		"1. a\n- b\n2. c", NULL },
	    { "an item without a list", "<li>a", "- a", NULL },
	    { "too many ends", "</ol></ul></li>a<ul><li>b", "a\n- b", NULL },
	    { "a start of nonsense",
		"<ol start=x><li>a</ol><ol start=99999999999><li>b", "1. a\n1. b",
		NULL },
	    { "a start below one", "<ol start=-1><li>a<li>b<li>c", "-1. a\n0. b\n1. c",
		NULL },
	    { "start on a list of dashes", "<ul start=5><li>a", "- a", NULL },
	    { "an empty item leads nothing on", "<ul><li></ul>a", "a", NULL },
	    { "cells without rows", "<td>a</td><td>b</td>", "a b", NULL },
	    { "an empty cell", "<tr><td>a<td><td>b<tr><td>c", "a b\nc", NULL });
}

Test(html, d4_links)
{
	CHECK({ "text then a link that closes late", "<a href=u>x<p>y", "x\ny (u)",
		  NULL },
	    { "a link in a link", "<a href=u>x<a href=v>y</a>z", "x (u)y (v)z", NULL },
	    { "an empty link in a line", "see <a href=u></a>, ok", "see u, ok", NULL },
	    { "a block in a link", "<a href=u><div>x</div></a>y", "x (u)\ny", NULL },
	    { "blanks at the ends", "a<a href=u> x </a>b", "a x (u) b", NULL },
	    { "the address, but bold", "<a href='http://u'><b>u</b></a>.", "http://u.",
		NULL },
	    { "the same, bold around", "<b><a href='http://u/'>u</a></b>.",
		"http://u/.", "*http://u/*." },
	    { "bold ends in it", "a <b>b <a href='http://u'>u</b></a>c",
		"a b http://uc", "a *b* http://uc" },
	    { "only the text bold", "<a href=u><b>x</b></a>", "x (u)", "*x* (u)" },
	    { "script in disguise", "<a href=' java\tscript:x'>t</a>", "t", NULL },
	    { "other things that no phone opens",
		"<a href=data:x>t</a><a href=vbscript:x>u</a>", "tu", NULL },
	    { "blanks in an address", "<a href=' http://a b '>t</a>",
		"t (http://a%20b)", NULL },
	    { "a phone number, written nicely",
		"<a href='tel:+34600111222'>+34 600-111.222</a>", "+34 600-111.222",
		NULL },
	    { "a phone number with blanks",
		"<a href='tel:+34 600%20111 222'>+34600111222</a>", "+34600111222",
		NULL },
	    { "the same under a word", "<a href='tel:+34 600 111'>Call</a>",
		"Call (+34 600 111)", NULL },
	    { "another phone number", "<a href='TEL:+34;ext=1'>34</a>", "34 (+34)",
		NULL },
	    { "mail with a subject", "<a href='mailto:a@b?subject=x'>a@b</a>", "a@b",
		NULL },
	    { "only a scheme", "<a href='mailto:'>t</a>", "t", NULL });
}

Test(html, d5_emphasis)
{
	CHECK({ "crossed", "<b>a<i>b</b>c</i>d", "abcd", "*a_b_*_c_d" },
	    { "across an unclosed block", "<b><div>a</b></div>b", "a\nb", "*a*\nb" },
	    { "never closed", "<b>a<p>b", "a\nb", "*a*\n*b*" },
	    { "closed too often", "a</b></i>b<b>c", "abc", "ab*c*" },
	    { "side by side", "<b>a</b><b>b</b> <b>c</b>", "ab c", "*ab* *c*" },
	    { "a blank that moves out in front of a comma", "<b>a </b>, b", "a , b",
		"*a*, b" },
	    { "a blank that was outside", "<b>a</b> , b", "a , b", "*a* , b" },
	    { "a blank that stays inside", "<b>a , b</b>", "a , b", "*a , b*" },
	    { "only blanks", "a<b> </b>b<i><br></i>c", "a b\nc", NULL },
	    { "nested in its kind", "<b>a<strong>b</strong>c</b>d", "abcd", "*abc*d" },
	    { "marks in the text stay", "2*3*4 <b>x</b>", "2*3*4 x", "2*3*4 *x*" },
	    { "around an item", "<b><li>a<li>b</b>", "- a\n- b", "- *a*\n- *b*" });
}

Test(html, d6_d7_blanks)
{
	CHECK({ "blanks only", " \t\n ", "", NULL },
	    { "a lone CR", "a\rb", "a\nb", NULL },
	    { "form feed and vertical tab", "a\f\vb", "a b", NULL },
	    { "next line, line separator",
		"a\xC2\x85"
		"b\xE2\x80\xA8"
		"c",
		"a\nb\nc", NULL },
	    { "wide blanks",
		"a\xE3\x80\x80\xE2\x80\x83"
		"b",
		"a b", NULL },
	    { "a joiner is no blank",
		"a\xE2\x80\x8D"
		"b",
		"a\xE2\x80\x8D"
		"b",
		NULL });
}

/* Lists deeper than we count go on as the deepest we do. */
Test(html, lists_of_any_depth)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(4096), out = BUF_INIT(4096);

	for (int i = 0; i < 100; i++)
		buf_str(&in, "<ul>");
	buf_str(&in, "<ol><li>deep</ol>");
	for (int i = 0; i < 100; i++)
		buf_str(&in, "</ul>");
	buf_str(&in, "<ol><li>out</ol>");
	render_html(&out, in.data, in.len, RENDER_PLAIN, NULL);
	cr_expect_str_eq(out.data, "- deep\n1. out");
}

Test(html, appends_and_is_cut)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8);

	buf_str(&b, "ab ");
	render_html(&b, "<p>\n c</p>", 10, RENDER_PLAIN, NULL);
	cr_expect_str_eq(b.data, "ab c");
	render_html(&b, "<b>123456</b>", 13, RENDER_WHATSAPP, NULL);
	cr_expect_not(buf_ok(&b));
	cr_expect_leq(b.len, 8);
}

Test(html, nul_bytes_are_dropped)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(100);

	render_html(&b, "a\0b<i\0>c\0", 9, RENDER_PLAIN, NULL);
	cr_expect_eq(b.len, 3);
	cr_expect_str_eq(b.data, "abc");
}

Test(html, more_than_the_limit_is_not_read)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(2 * LIMIT_HTML);
	CLEANUP(freep) char *in = xmalloc(LIMIT_HTML + 1);

	memset(in, 'a', LIMIT_HTML + 1);
	render_html(&b, in, LIMIT_HTML + 1, RENDER_PLAIN, NULL);
	cr_expect_eq(b.len, LIMIT_HTML);
}

/* CPU seconds for `piece` repeated until there are n bytes. */
static double
cost(const char *piece, size_t n)
{
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), out = BUF_INIT(8 * LIMIT_HTML);
	struct timespec a, z;

	while (in.len + strlen(piece) <= n)
		buf_str(&in, piece);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	render_html(&out, in.data, in.len, RENDER_WHATSAPP, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &z);
	cr_expect(buf_ok(&out), "%s", piece);
	cr_expect(utf8_valid(out.data, out.len), "%s", piece);
	return (double)(z.tv_sec - a.tv_sec) + (double)(z.tv_nsec - a.tv_nsec) / 1e9;
}

/* Sixteen times the input may take 50 times as long, not 256 times. */
Test(html, time_is_linear, .init = not_for_ever)
{
	static const char *const pieces[] = { "<b>", "<div>", "<a", "<", "&", "&#",
		"&amp", "</i>", "<li>", "<ul>", "<a href=x>", "<a href=\"",
		"<a x=\"<a y='", "<a b=c\"", "\"<a =\"", "<!-", "<!--", "<!---->",
		"<head>", "<head><title></title>", "<title>", "</p>", "<b>a\n",
		"<a href=u><p>", "<ol><li>x", "\xE9", " ",
		"<a href=http://x>http://x</a>" };

	for (size_t i = 0; i < NELEMS(pieces); i++) {
		double small = cost(pieces[i], LIMIT_HTML / 16);
		double large = cost(pieces[i], LIMIT_HTML);

		cr_expect_lt(large, 50 * small + 0.05, "%s: %g s, then %g s", pieces[i],
		    small, large);
	}
}

static double
cost_of_names(size_t size)
{
	CLEANUP(buf_fini) struct buf in = BUF_INIT(LIMIT_HTML);
	CLEANUP(buf_fini) struct buf out = BUF_INIT(2 * LIMIT_HTML);
	struct timespec a, z;

	buf_str(&in, "<a href=u");
	for (int i = 0; in.len < size - 20; i++)
		buf_printf(&in, " a%x", (unsigned)i);
	buf_str(&in, ">t</a>");
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
	render_html(&out, in.data, in.len, RENDER_PLAIN, NULL);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &z);
	cr_expect_str_eq(out.data, "t (u)");
	return (double)(z.tv_sec - a.tv_sec) + (double)(z.tv_nsec - a.tv_nsec) / 1e9;
}

/* libxml2 compares each name with all before it. */
Test(html, time_is_linear_in_names_of_attributes)
{
	double small = cost_of_names(LIMIT_HTML / 16),
	       large = cost_of_names(LIMIT_HTML);

	cr_expect_lt(large, 50 * small + 0.05, "%g s, then %g s", small, large);
}

/* libxml2 writes to stderr unless told not to. */
Test(html, nothing_is_written_to_stderr)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4096);
	static const char in[] =
	    "<x-y a=1><b c=\"&bogus;\"></i>&#0;<a href='&#xD800;'>";
	char caught;
	int ends[2], saved = dup(STDERR_FILENO);

	cr_assert_eq(pipe(ends), 0);
	cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
	close(ends[1]);
	render_html(&b, in, strlen(in), RENDER_PLAIN, NULL);
	cr_assert_geq(dup2(saved, STDERR_FILENO), 0); /* the last writer's end */
	cr_expect_eq(read(ends[0], &caught, 1), 0);
	close(ends[0]);
	close(saved);
}

Test(html, labels)
{
	static const struct {
		const char *name, *in, *want;
	} t[] = {
		{ "plain", "Yes", "Yes" },
		{ "empty", "", "" },
		{ "lines", "<p>a</p>\n\n<p>b<br>c</p>", "a b c" },
		{ "a list has no marks", "<ol><li>a<li>b</ol>", "a b" },
		{ "no emphasis", "<b>a</b> <i>b</i>", "a b" },
		{ "a link is its text", "<a href=http://u>a</a>", "a" },
		{ "a link without text", "<a href=http://u></a>", "" },
		{ "references", "caf&eacute; &lt;3", "caf\xC3\xA9 <3" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(100);

		render_label(&b, t[i].in, strlen(t[i].in));
		cr_expect_str_eq(b.data, t[i].want, "%s", t[i].name);
	}
}

Test(html, options)
{
	static const char *const labels[] = { "one", "two", "three" };
	static const struct {
		const char *name;
		size_t n, first;
		const char *mark, *want;
	} t[] = {
		{ "none", 0, 1, ") ", "" },
		{ "one", 1, 1, ") ", "1) one" },
		{ "three", 3, 1, ") ", "1) one\n2) two\n3) three" },
		{ "going on", 2, 10, ") ", "10) one\n11) two" },
		{ "a survey's", 2, 1, " - ", "1 - one\n2 - two" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf b = BUF_INIT(100);

		render_options(&b, labels, t[i].n, t[i].first, t[i].mark);
		cr_expect_str_eq(b.data, t[i].want, "%s", t[i].name);
	}
}
