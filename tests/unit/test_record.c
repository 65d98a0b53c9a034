/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "web/record.h"
#include "web/request.h"

TestSuite(record, .fini = no_leaks);

/* The line for a body, behind its time; the caller frees. */
static char *
line_of(enum web_body kind, const char *body, const char *query)
{
	struct arena *a = arena_new();
	struct web_req r = { .kind = kind, .body = body, .body_len = strlen(body) };
	struct log_capture c;
	struct err e;
	char *line;

	cr_assert(form_parse(&r.query, a, query, strlen(query), &e));
	if (kind == WEB_FORM)
		cr_assert(form_parse(&r.form, a, body, strlen(body), &e));
	c = log_capture_begin();
	web_record(&r, "message");
	line = log_capture_end(&c);
	arena_free(a);
	return line;
}

Test(record, forms_and_json)
{
	static const struct {
		const char *name, *body, *query, *want;
		enum web_body kind;
	} t[] = {
		{ "a form", "From=%2B34600111222&Body=Hi+there&To=34900000001", "",
		    "type=form query=\"\" cut=0 bytes=48 "
		    "body=\"From=%2A1222&Body=Hi%20there&To=%2A0001\"\n",
		    WEB_FORM },
		{ "a query", "Body=", "status=1&ref=ab%20c&token=s3cret",
		    "query=\"status=1&ref=ab%20c&token=***\" cut=0 bytes=5 "
		    "body=\"Body=\"\n",
		    WEB_FORM },
		{ "a number in a text, and one that is none",
		    "Body=call+%2B34600111222+on+1700000000", "",
		    "body=\"Body=call%20%2A1222%20on%201700000000\"\n", WEB_FORM },
		{ "an address", "Body=ann%40mail.example", "",
		    "body=\"Body=a%2A%2A%2A%40mail.example\"\n", WEB_FORM },
		{ "a name twice, and none", "a=1&a=2&=3&b", "",
		    "body=\"a=1&a=2&=3&b=\"\n", WEB_FORM },
		{ "a secret", "secret=abc&x=1", "", "body=\"secret=***&x=1\"\n",
		    WEB_FORM },
		{ "JSON", "{\"a\":[1,true,null,\"+34600111222\"],\"token\":\"t\"}", "",
		    "type=json query=\"\" cut=0 bytes=46 "
		    "body=\"{\\\"a\\\":[1,true,null,\\\"*1222\\\"],"
		    "\\\"token\\\":\\\"***\\\"}\"\n",
		    WEB_JSON },
		{ "JSON that is none", "{\"a\":", "", "body=\"{\\\"a\\\":\"\n",
		    WEB_JSON },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char *line = line_of(t[i].kind, t[i].body, t[i].query);

		cr_expect_not_null(strstr(line, t[i].want), "%s: %s", t[i].name, line);
		free(line);
	}
}

/* n times that character, between what is before and after. */
static char *
long_body(const char *before, char c, size_t n, const char *after)
{
	char *body = malloc(strlen(before) + n + strlen(after) + 1);
	char *p;

	cr_assert_not_null(body);
	p = stpcpy(body, before);
	memset(p, c, n);
	memcpy(p + n, after, strlen(after) + 1);
	return body;
}

Test(record, what_is_long_is_cut)
{
	static const struct {
		const char *name, *before, *after, *want;
		size_t n;
		enum web_body kind;
		char c;
	} t[] = {
		{ "fits", "a=", "&b=1", "cut=0 ", 2000, WEB_FORM, 'x' },
		{ "a long field", "a=", "&b=1", "xx%E2%80%A6&b=1\"\n", 5000, WEB_FORM,
		    'x' },
		{ "says how long", "a=", "&b=1", " cut=400 ", 5000, WEB_FORM, 'x' },
		{ "a long text in JSON", "{\"a\":\"", "\",\"b\":1}",
		    "xx\xe2\x80\xa6\\\",\\\"b\\\":1}\"\n", 5000, WEB_JSON, 'x' },
		{ "that grows when it is escaped", "a=", "", " cut=400 ", 1100,
		    WEB_FORM, '%' },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char *body = long_body(t[i].before, t[i].c, t[i].n, t[i].after);
		char *line = line_of(t[i].kind, body, "");

		cr_expect_not_null(strstr(line, t[i].want), "%s: %s", t[i].name, line);
		cr_expect_leq(strlen(line), LIMIT_LOG_LINE, "%s", t[i].name);
		free(line);
		free(body);
	}
}

Test(record, many_fields_leave_no_room)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(20000);
	char *line;

	for (int i = 0; i < 900; i++)
		buf_printf(&body, "field%d=x&", i);
	line = line_of(WEB_FORM, body.data, "");
	cr_expect_not_null(strstr(line, " cut=-1 "), "%s", line);
	cr_expect_not_null(strstr(line, " body=\"\"\n"), "%s", line);
	free(line);
}

Test(record, a_character_is_not_cut_in_two)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(20000);
	char *line;

	buf_str(&body, "{\"a\":\"x");
	while (body.len < 6000)
		buf_str(&body, "\xe2\x82\xac");
	buf_str(&body, "\"}");
	line = line_of(WEB_JSON, body.data, "");
	cr_expect_not_null(
	    strstr(line, "\xe2\x82\xac\xe2\x80\xa6\\\"}\"\n"), "%s", line);
	free(line);
}

Test(record, another_kind_of_body_is_none)
{
	char *line = line_of(WEB_OTHER_BODY, "hello", "");

	cr_expect_str_eq(line, "");
	free(line);
}

Test(record, below_debug_there_is_none)
{
	struct web_req r = { .kind = WEB_FORM, .body = "" };
	struct log_capture c = log_capture_begin();
	char *line;

	log_setup(LOG_INFO, LOG_KV);
	web_record(&r, "message");
	line = log_capture_end(&c);
	cr_expect_str_eq(line, "");
	free(line);
}
