/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "support/leaks.h"
#include "support/web_fixture.h"
#include "web/request.h"

TestSuite(request, .fini = no_leaks);

#define FORM "application/x-www-form-urlencoded"

static struct conf *
conf(void)
{
	char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
		(char[]){ "BOTLINE_API__SECRET=s" }, NULL };
	struct conf *c = conf_with(env);

	cr_assert_not_null(c);
	return c;
}

static bool
read_one(struct web_req *r, struct arena *a, struct fake_io *io, struct conf *c,
    struct err *e)
{
	*r = (struct web_req){ 0 };
	*e = (struct err){ 0 };
	return web_read(r, &io->io, a, c, &clock_system, e);
}

Test(request, head_and_body)
{
	static const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
		{ "REQUEST_URI", "/bot%20line?x=1&y=%2B" },
		{ "HTTP_HOST", "h.example:8443" }, { "HTTPS", "on" },
		{ "CONTENT_TYPE", FORM "; charset=UTF-8" }, { "CONTENT_LENGTH", "7" },
		{ "HTTP_X_TWILIO_SIGNATURE", "sig=" }, { 0 } };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct conf *c = conf();
	struct fake_io io;
	struct web_req r;
	struct err e;

	fake_io_init(&io, vars, "a=1&b=+", 7);
	io.piece = 2;
	cr_assert(read_one(&r, a, &io, c, &e), "%s", e.text);
	cr_expect_eq(r.method, WEB_POST);
	cr_expect_str_eq(r.uri, "/bot%20line?x=1&y=%2B", "kept as sent: it is signed");
	cr_expect_str_eq(r.path, "/bot%20line");
	cr_expect_str_eq(r.host, "h.example:8443");
	cr_expect(r.https);
	cr_expect_str_eq(r.signature, "sig=");
	cr_expect_eq(r.kind, WEB_FORM);
	cr_expect_str_eq(form_get(&r.form, "b"), " ");
	cr_expect_eq(r.env, CONF_PRODUCTION);
	conf_unref(c);
}

/* Whatever is none is as none: the message is taken all the same. */
Test(request, token_of_repeats)
{
	static const struct {
		const char *name, *token, *want;
	} t[] = {
		{ "a UUID", "0d2a8a3c-67F0-4c11", "0d2a8a3c-67F0-4c11" },
		{ "absent", NULL, NULL },
		{ "empty", "", NULL },
		{ "with a blank", "a b", NULL },
		{ "64",
		    "0123456789012345678901234567890123456789012345678901234567890123",
		    "0123456789012345678901234567890123456789012345678901234567890123" },
		{ "65",
		    "01234567890123456789012345678901234567890123456789012345678901234",
		    NULL },
	};
	struct conf *c = conf();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
			{ "REQUEST_URI", "/" },
			{ "HTTP_I_TWILIO_IDEMPOTENCY_TOKEN", t[i].token }, { 0 } };
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct fake_io io;
		struct web_req r;
		struct err e;

		fake_io_init(&io, vars, "", 0);
		cr_assert(read_one(&r, a, &io, c, &e), "%s: %s", t[i].name, e.text);
		if (t[i].want == NULL)
			cr_expect_null(r.repeat_token, "%s", t[i].name);
		else
			cr_expect_str_eq(r.repeat_token, t[i].want, "%s", t[i].name);
	}
	conf_unref(c);
}

Test(request, address_in_parts)
{
	static const struct {
		const char *script, *info, *query, *uri, *path;
	} t[] = {
		{ "/botline", NULL, "", "/botline", "/botline" },
		{ "/botline", "/in", "a=1", "/botline/in?a=1", "/botline/in" },
		{ "", "/in", NULL, "/in", "/in" },
	};
	struct conf *c = conf();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
			{ "SCRIPT_NAME", t[i].script }, { "PATH_INFO", t[i].info },
			{ "QUERY_STRING", t[i].query }, { 0 } };
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct fake_io io;
		struct web_req r;
		struct err e;

		fake_io_init(&io, vars, "", 0);
		cr_assert(read_one(&r, a, &io, c, &e), "%s: %s", t[i].uri, e.text);
		cr_expect_str_eq(r.uri, t[i].uri);
		cr_expect_str_eq(r.path, t[i].path, "%s", t[i].uri);
	}
	conf_unref(c);
}

Test(request, media_types)
{
	static const struct {
		const char *type;
		enum web_body want;
	} t[] = {
		{ FORM, WEB_FORM },
		{ "Application/X-WWW-Form-Urlencoded ;charset=utf-8", WEB_FORM },
		{ "application/json", WEB_JSON },
		{ "application/json; charset=utf-8", WEB_JSON },
		{ "application/jsonp", WEB_OTHER_BODY },
		{ "multipart/form-data; boundary=x", WEB_OTHER_BODY },
		{ "", WEB_OTHER_BODY },
		{ NULL, WEB_OTHER_BODY },
	};
	struct conf *c = conf();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
			{ "REQUEST_URI", "/" }, { "CONTENT_TYPE", t[i].type }, { 0 } };
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct fake_io io;
		struct web_req r;
		struct err e;

		fake_io_init(&io, vars, "{}", 2);
		cr_assert(read_one(&r, a, &io, c, &e), "%s", e.text);
		cr_expect_eq(r.kind, t[i].want, "%s", t[i].type);
	}
	conf_unref(c);
}

Test(request, what_is_refused)
{
	static char big[LIMIT_REQUEST_BODY + 1], long_host[LIMIT_REQUEST_PARAM + 2];
	static char many[LIMIT_FORM_FIELDS * 2 + 8];
	static const struct {
		const char *name, *uri, *host, *length, *body;
		size_t len;
		bool stalls;
		enum err_kind want;
	} t[] = {
		{ "no path", NULL, "h", NULL, "", 0, false, ERR_INPUT },
		{ "path without slash", "http://x/", "h", NULL, "", 0, false,
		    ERR_INPUT },
		{ "length no number", "/", "h", "7x", "", 0, false, ERR_INPUT },
		{ "length negative", "/", "h", "-1", "", 0, false, ERR_INPUT },
		{ "length beyond 64 bits", "/", "h", "99999999999999999999", "", 0,
		    false, ERR_INPUT },
		{ "truncated", "/", "h", "10", "a=1", 3, false, ERR_INPUT },
		{ "stalled", "/", "h", "10", "a=1", 3, true, ERR_INPUT },
		{ "declared too large", "/", "h", "262145", "", 0, false, ERR_TOO_BIG },
		{ "too large without a length", "/", "h", NULL, big, sizeof(big), false,
		    ERR_TOO_BIG },
		{ "too large for its length", "/", "h", "3", big, sizeof(big), false,
		    ERR_TOO_BIG },
		{ "header too long", "/", long_host, NULL, "", 0, false, ERR_TOO_BIG },
		{ "too many fields", "/", "h", NULL, many, sizeof(many), false,
		    ERR_TOO_BIG },
	};
	struct conf *c = conf();

	memset(big, 'a', sizeof(big));
	memset(long_host, 'h', sizeof(long_host) - 1);
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 == 0 ? 'a' : '&';
	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
			{ "REQUEST_URI", t[i].uri }, { "HTTP_HOST", t[i].host },
			{ "CONTENT_LENGTH", t[i].length }, { "CONTENT_TYPE", FORM },
			{ 0 } };
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct fake_io io;
		struct web_req r;
		struct err e;

		fake_io_init(&io, vars, t[i].body, t[i].len);
		io.stalls = t[i].stalls;
		cr_expect_not(read_one(&r, a, &io, c, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].want, "%s: %s", t[i].name, e.text);
	}
	conf_unref(c);
}

/* A clock that runs a second at each look: bytes that drip in for too long. */
static int64_t
fast_mono(const struct clock *c)
{
	static int64_t now;

	(void)c;
	return now += 1000;
}

Test(request, a_body_that_drips_is_cut_off)
{
	static const struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
		{ "REQUEST_URI", "/" }, { 0 } };
	const struct clock clock = { clock_system.wall_s, fast_mono };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	static char body[1000];
	struct conf *c = conf();
	struct fake_io io;
	struct web_req r = { 0 };
	struct err e = { 0 };

	memset(body, 'a', sizeof(body));
	fake_io_init(&io, vars, body, sizeof(body));
	io.piece = 1;
	cr_expect_not(web_read(&r, &io.io, a, c, &clock, &e));
	cr_expect_eq(e.kind, ERR_INPUT);
	cr_expect_lt(io.pos, 20);
	conf_unref(c);
}

Test(request, answers)
{
	static const struct fake_var none[] = { { 0 } };
	const struct web_answer yes = { .status = 200,
		.content_type = "text/xml; charset=utf-8",
		.body = "<Response/>",
		.len = 11 };
	const struct web_answer no = { .status = 405,
		.content_type = "text/plain",
		.body = "",
		.headers = "Allow: POST\r\n" };
	struct fake_io io;

	fake_io_init(&io, none, "", 0);
	cr_assert(web_answer_write(&yes, &io.io));
	cr_expect_str_eq(io.written,
	    "Status: 200 OK\r\n"
	    "Content-Type: text/xml; charset=utf-8\r\n"
	    "Content-Length: 11\r\n"
	    "Cache-Control: no-store\r\n"
	    "\r\n"
	    "<Response/>");
	fake_io_init(&io, none, "", 0);
	cr_assert(web_answer_write(&no, &io.io));
	cr_expect_not_null(strstr(io.written, "Status: 405 Method Not Allowed\r\n"));
	cr_expect_not_null(strstr(io.written, "Allow: POST\r\n"));
}
