/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "inbenta/answers.h"
#include "inbenta/fault.h"
#include "support/leaks.h"
#include "unit/answers_seen.h"

TestSuite(answers, .fini = no_leaks);

static void
read_fixture(const char *name, struct buf *out)
{
	char path[300];
	struct err e;

	snprintf(path, sizeof(path), "%s/tests/unit/fixtures/inbenta/%s.json",
	    TOP_SRCDIR, name);
	cr_assert(file_read(AT_FDCWD, path, out, &e), "%s", e.text);
}

Test(answers, fixtures)
{
	static const struct {
		const char *name, *want; /* NULL: no answers in it */
	} t[] = {
		{ "plain",
		    "answer: <p>We open at <strong>nine</strong>. See <a "
		    "href=\"https://museum.example/hours\">all hours</a>.</p>\n related [More] "
		    "[Tickets]\n rate cmF0ZQ\n" },
		{ "polar",
		    "polar: Did you mean the night tour?\n yes = \"1\"\n no = \"2\"\n" },
		{ "polar-capitals", "polar: Sure?\n yes = 1\n no = 0\n" },
		{ "choice",
		    "choice: <p>Which ticket?</p>\n Adult = \"10\"\n Child = 11\n"
		    " Ask a person = \"12\", as text\n Perhaps a person = \"13\", as text\n"
		    " Not yet = \"14\"\n" },
		{ "extended",
		    "pages: Two pages fit\n page [Tours] [<p>Guided tours</p>] "
		    "[https://museum.example/tours] [YTE]\n page [] [<p>Prices</p>] [] "
		    "[]\n" },
		{ "several",
		    "answer: First.\nanswer: Second.\n no results\npolar: Third?\n yes = \"1\"\n"
		    " no = \"2\"\n offers agent\n" },
		{ "form-field",
		    "list: Pick a day\n Monday = -, as text mon\n Sunday = -, as text 7\n" },
		{ "escalation", "answer: \n wants agent\n" },
		{ "message-list", "answer: <p>one</p><br><p>two</p>\n" },
		{ "message-list-tags",
		    "answer: <b>one</b> <br>\n<i>two</i>\nthree\n<i>four</i>\n" },
		{ "message-list-empty", "answer: the old member\n" },
		{ "message-list-blank", "answer: the old member\n" },
		{ "side-bubble",
		    "answer: Main\n<p>Side</p>\nanswer: alone\nanswer: none\n"
		    "answer: many\nfirst\nsecond\npolar: Sure?\n yes = \"1\"\n" },
		{ "bare", "answer: on its own\n" },
		{ "bare-without-type", "answer: no type, yet an answer\n" },
		{ "not-a-list", "answer: an object where the list stands\n" },
		{ "session-token",
		    "answer: hi\nsession: "
		    "eyJhbGciOiJIUzI1NiJ9.eyJzZXNzaW9uSWQiOiJ4In0.bmV3\n" },
		{ "no-answers", "" },
		{ "answers-null", "" },
		{ "answers-empty-text", "" },
		{ "unknown-type", "answer: still text\n" },
		{ "no-type", "answer: no type at all\n" },
		{ "nulls", "answer: \n" },
		{ "empty-texts", "answer: \n" },
		{ "empty-lists", "answer: \n" },
		{ "odd-options",
		    "choice: Odd\n By its title = \"2\"\n 2026 = true\n no value = -, as "
		    "text\n null value = -, as text\n empty value = -, as text\n a list = -, "
		    "as text\n an object = -, as text\n quoted = \"say \\\"hi\\\"/é\"\n half = "
		    "1.5\n" },
		{ "odd-elements", "answer: the only one\n" },
		{ "wrong-types", "answer: text\n" },
		{ "gateway-timeout", NULL },
		{ "gateway-error", NULL },
		{ "errors", NULL },
		{ "error", NULL },
		{ "empty-object", NULL },
		{ "a-list", NULL },
		{ "a-text", NULL },
		{ "a-null", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini)
		struct buf text = BUF_INIT(100000), seen = BUF_INIT(100000);
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_answers got = { 0 };
		struct err e = { 0 };
		bool ok;

		read_fixture(t[i].name, &text);
		cr_assert(js_parse(text.data, text.len, &root, &e), "%s: %s", t[i].name,
		    e.text);
		ok = inbenta_answers_read(&got, root, a, &e);
		cr_expect_eq(ok, t[i].want != NULL, "%s: %s", t[i].name, e.text);
		if (!ok)
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", t[i].name);
		answers_seen(&seen, &got);
		cr_expect_str_eq(seen.data, t[i].want ? t[i].want : "", "%s:\n%s",
		    t[i].name, seen.data);
	}
}

Test(answers, faults)
{
	static const struct {
		const char *json, *message;
		int64_t code;
	} t[] = {
		{ "{\"errors\":[{\"message\":\"Session expired\",\"code\":400}]}",
		    "Session expired", 400 },
		{ "{\"error\":{\"message\":\"no\",\"code\":\"401\"}}", "no", 401 },
		{ "{\"message\":\"Unauthorized\"}", "Unauthorized", 0 },
		{ "{\"Message\":\"deny\"}", "deny", 0 },
		{ "{\"errors\":[]}", "", 0 },
		{ "{\"errors\":[7],\"message\":\"m\"}", "m", 0 },
		{ "{\"errors\":null,\"error\":\"\",\"message\":7}", "", 0 },
		{ "{}", "", 0 },
		{ "[]", "", 0 },
	};
	struct inbenta_fault f;

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(js_putp) js *root = NULL;
		struct err e;

		cr_assert(js_parse(t[i].json, strlen(t[i].json), &root, &e));
		inbenta_fault_read(root, &f);
		cr_expect_str_eq(f.message, t[i].message, "%s", t[i].json);
		cr_expect_eq(f.code, t[i].code, "%s", t[i].json);
	}
	inbenta_fault_read(NULL, &f);
	cr_expect_str_eq(f.message, "");
}

/* A response as large as its parts say. */
static void
big_response(struct buf *out, size_t answers, size_t options, size_t letters)
{
	buf_str(out, "{\"answers\":[");
	for (size_t i = 0; i < answers; i++) {
		buf_str(out, i ? ",{" : "{");
		buf_str(out, "\"type\":\"multipleChoiceQuestion\",\"message\":\"x");
		for (size_t k = 0; k < letters; k++)
			buf_str(out, "é");
		buf_str(out, "\",\"options\":[");
		for (size_t k = 0; k < options; k++)
			buf_printf(out, "%s{\"label\":\"o%zu\",\"value\":%zu}",
			    k ? "," : "", k, k);
		buf_str(out, "]}");
	}
	buf_str(out, "]}");
	cr_assert(buf_ok(out));
}

Test(answers, limits)
{
	static const struct {
		const char *name;
		size_t answers, options, letters;
		size_t want_answers, want_options, want_html;
	} t[] = {
		{ "all at the limit", LIMIT_ANSWERS, LIMIT_OPTIONS, 10, LIMIT_ANSWERS,
		    LIMIT_OPTIONS, 21 },
		{ "answers", LIMIT_ANSWERS + 1, 1, 0, LIMIT_ANSWERS, 1, 1 },
		{ "options", 1, LIMIT_OPTIONS + 1, 0, 1, LIMIT_OPTIONS, 1 },
		{ "text, not inside a character", 1, 1, LIMIT_HTML / 2, 1, 1,
		    LIMIT_HTML - 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_answers got = { 0 };
		struct err e = { 0 };

		big_response(&text, t[i].answers, t[i].options, t[i].letters);
		cr_assert(js_parse(text.data, text.len, &root, &e), "%s", e.text);
		cr_assert(inbenta_answers_read(&got, root, a, &e), "%s", e.text);
		cr_expect_eq(got.n, t[i].want_answers, "%s: %zu", t[i].name, got.n);
		cr_expect_eq(got.list[0].n_options, t[i].want_options, "%s", t[i].name);
		cr_expect_eq(strlen(got.list[0].html), t[i].want_html, "%s: %zu",
		    t[i].name, strlen(got.list[0].html));
		cr_expect(utf8_valid(got.list[0].html, strlen(got.list[0].html)));
	}
}

Test(answers, long_labels_and_values)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(10000);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_answers got = { 0 };
	struct err e = { 0 };

	buf_str(
	    &text, "{\"answers\":[{\"type\":\"multipleChoiceQuestion\",\"options\":[");
	buf_printf(&text, "{\"label\":\"%0*d\",\"value\":\"1\"},", LIMIT_LABEL + 1, 1);
	buf_printf(
	    &text, "{\"label\":\"a\",\"value\":\"%0*d\"},", LIMIT_OPTION_VALUE - 2, 1);
	buf_printf(
	    &text, "{\"label\":\"b\",\"value\":\"%0*d\"}]}]}", LIMIT_OPTION_VALUE, 1);
	cr_assert(js_parse(text.data, text.len, &root, &e), "%s", e.text);
	cr_assert(inbenta_answers_read(&got, root, a, &e), "%s", e.text);
	cr_assert_eq(got.list[0].n_options, 3);
	cr_expect_eq(strlen(got.list[0].options[0].label), LIMIT_LABEL);
	cr_expect_not_null(got.list[0].options[1].value);
	cr_expect_null(got.list[0].options[2].value);
	cr_expect(got.list[0].options[2].as_text, "it can still be said");
}

Test(answers, a_session_token_that_fits_no_header_is_not_taken)
{
	static const char *const bad[] = { "", "a b", "a\\r\\nx: y", "\\u00e9" };

	for (size_t i = 0; i < NELEMS(bad); i++) {
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1000);
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct inbenta_answers got = { 0 };
		struct err e = { 0 };

		buf_printf(&text, "{\"answers\":[],\"sessionToken\":\"%s\"}", bad[i]);
		cr_assert(js_parse(text.data, text.len, &root, &e), "%s", e.text);
		cr_assert(inbenta_answers_read(&got, root, a, &e), "%s", e.text);
		cr_expect_null(got.session_token, "%s", bad[i]);
	}
}
