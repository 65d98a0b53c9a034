/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "inbenta/token.h"
#include "inbenta/cached_file.h"
#include "support/leaks.h"

TestSuite(token, .fini = no_leaks);

static const int64_t now_s = 1700000000;
static const char url[] = "https://api.inbenta.example/";

#define APIS "\"apis\":{\"chatbot\":\"https://bot.example/prod/chatbot/\"}"

Test(token, answers_of_auth)
{
	static const struct {
		const char *name, *body;
		int64_t expires_at;
	} t[] = {
		{ "as documented",
		    "{\"accessToken\":\"a.b.c\",\"expiration\":1700001200,"
		    "\"expires_in\":1200," APIS "}",
		    1700001200 },
		{ "numbers as texts",
		    "{\"accessToken\":\"a\",\"expiration\":\"1700001200\","
		    "\"expires_in\":\"1200\"," APIS "}",
		    1700001200 },
		{ "the moment is nearer",
		    "{\"accessToken\":\"a\",\"expiration\":1700000100,\"expires_in\":1200," APIS
		    "}",
		    1700000100 },
		{ "the span is nearer",
		    "{\"accessToken\":\"a\",\"expiration\":1700009999,\"expires_in\":1200," APIS
		    "}",
		    1700001200 },
		{ "our clock is an hour ahead",
		    "{\"accessToken\":\"a\",\"expiration\":1699997600,\"expires_in\":1200," APIS
		    "}",
		    1700001200 },
		{ "the moment alone",
		    "{\"accessToken\":\"a\",\"expiration\":1700000500," APIS "}",
		    1700000500 },
		{ "the span alone",
		    "{\"accessToken\":\"a\",\"expires_in\":77," APIS "}", 1700000077 },
		{ "neither", "{\"accessToken\":\"a\"," APIS "}", 1700001200 },
		{ "nonsense",
		    "{\"accessToken\":\"a\",\"expiration\":-1,\"expires_in\":-5," APIS
		    "}",
		    1700001200 },
		{ "a span of ages",
		    "{\"accessToken\":\"a\",\"expires_in\":99999999999," APIS "}",
		    1700000000 + 10 * 365 * 86400LL },
		{ "unknown members",
		    "{\"x\":[1,{}],\"accessToken\":\"a\",\"expires_in\":9," APIS "}",
		    1700000009 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(inbenta_token_fini) struct inbenta_token got = { 0 };
		CLEANUP(inbenta_token_fini) struct inbenta_token again = { 0 };
		struct err e = { 0 };

		cr_assert(inbenta_token_parse(
			      &got, t[i].body, strlen(t[i].body), url, NULL, now_s, &e),
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(got.expires_at, t[i].expires_at, "%s: %lld", t[i].name,
		    (long long)got.expires_at);
		cr_expect_str_eq(got.chatbot, "https://bot.example/prod/chatbot");
		/* What is written to the file reads back as the same. */
		cr_assert(
		    inbenta_token_load(&again, got.text, strlen(got.text), url, &e),
		    "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(again.value, got.value, "%s", t[i].name);
		cr_expect_eq(again.expires_at, got.expires_at, "%s", t[i].name);
	}
}

Test(token, answers_without_a_token)
{
	static const struct {
		const char *name, *body;
		enum err_kind kind;
	} t[] = {
		{ "no product we know",
		    "{\"accessToken\":\"a\",\"apis\":{\"chat\":\"https://x\"}}",
		    ERR_CONFIG },
		{ "chatbot of slashes",
		    "{\"accessToken\":\"a\",\"apis\":{\"chatbot\":\"//\"}}",
		    ERR_CONFIG },
		{ "no APIs", "{\"accessToken\":\"a\",\"expires_in\":1200}",
		    ERR_CONFIG },
		{ "APIs null", "{\"accessToken\":\"a\",\"apis\":null}", ERR_CONFIG },
		{ "no token", "{\"expires_in\":1200," APIS "}", ERR_UPSTREAM },
		{ "empty token", "{\"accessToken\":\"\"," APIS "}", ERR_UPSTREAM },
		{ "token null", "{\"accessToken\":null," APIS "}", ERR_UPSTREAM },
		{ "token is a number", "{\"accessToken\":7," APIS "}", ERR_UPSTREAM },
		{ "token with a line end", "{\"accessToken\":\"a\\r\\nb\"," APIS "}",
		    ERR_UPSTREAM },
		{ "an error", "{\"message\":\"Unauthorized\"}", ERR_UPSTREAM },
		{ "a list", "[]", ERR_UPSTREAM },
		{ "HTML", "<html></html>", ERR_UPSTREAM },
		{ "nothing", "", ERR_UPSTREAM },
		{ "half", "{\"accessToken\":\"a\",", ERR_UPSTREAM },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(inbenta_token_fini) struct inbenta_token got = { 0 };
		struct err e = { 0 };

		cr_expect_not(inbenta_token_parse(&got, t[i].body, strlen(t[i].body),
				  url, NULL, now_s, &e),
		    "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_null(got.value, "%s", t[i].name);
	}
}

Test(token, products)
{
	static const struct {
		const char *name, *apis, *chatbot, *ticketing;
	} t[] = {
		{ "both", "\"chatbot\":\"https://a/\",\"ticketing\":\"https://b//\"",
		    "https://a", "https://b" },
		{ "of a Messenger instance", "\"ticketing\":\"https://b\"", NULL,
		    "https://b" },
		{ "ticketing is no text", "\"chatbot\":\"https://a\",\"ticketing\":7",
		    "https://a", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(inbenta_token_fini)
		struct inbenta_token got = { 0 }, copy = { 0 };
		struct err e = { 0 };
		char body[200];

		snprintf(body, sizeof(body), "{\"accessToken\":\"a\",\"apis\":{%s}}",
		    t[i].apis);
		cr_assert(
		    inbenta_token_parse(&got, body, strlen(body), url, NULL, now_s, &e),
		    "%s: %s", t[i].name, e.text);
		inbenta_token_copy(&copy, &got);
		for (int api = INBENTA_CHATBOT; api <= INBENTA_TICKETING; api++) {
			const char *want =
			    api == INBENTA_CHATBOT ? t[i].chatbot : t[i].ticketing;
			const char *is =
			    inbenta_token_base(&copy, (enum inbenta_api)api);

			if (want == NULL)
				cr_expect_null(is, "%s", t[i].name);
			else
				cr_expect_str_eq(is, want, "%s", t[i].name);
		}
	}
}

Test(token, a_refresh_keeps_the_apis)
{
	static const char first[] =
	    "{\"accessToken\":\"one\",\"expires_in\":100," APIS "}";
	static const char second[] = "{\"accessToken\":\"two\",\"expires_in\":200}";
	static const char moved[] = "{\"accessToken\":\"three\",\"expires_in\":200,"
				    "\"apis\":{\"chatbot\":\"https://new.example\"}}";
	CLEANUP(inbenta_token_fini)
	struct inbenta_token a = { 0 }, b = { 0 }, c = { 0 }, copy = { 0 };
	struct err e;

	cr_assert(inbenta_token_parse(&a, first, strlen(first), url, NULL, now_s, &e));
	inbenta_token_copy(&copy, &a);
	cr_assert(
	    inbenta_token_parse(&b, second, strlen(second), url, &copy, now_s, &e));
	cr_expect_str_eq(b.value, "two");
	cr_expect_str_eq(b.chatbot, a.chatbot);
	cr_expect_eq(b.expires_at, now_s + 200);
	cr_expect_not_null(strstr(b.text, "\"apis\""));
	cr_assert(inbenta_token_parse(&c, moved, strlen(moved), url, &b, now_s, &e));
	cr_expect_str_eq(c.chatbot, "https://new.example");
}

Test(token, files)
{
	static const struct {
		const char *name, *text;
		enum err_kind kind;
	} t[] = {
		{ "of Inbenta's own connector",
		    "{\"accessToken\":\"a\",\"expiration\":1700001200,\"expires_in\":1200," APIS
		    "}",
		    ERR_NONE },
		{ "ours",
		    "{\"accessToken\":\"a\",\"expiration\":1700001200," APIS
		    ",\"auth_url\":\"https://api.inbenta.example\"}",
		    ERR_NONE },
		{ "of another address",
		    "{\"accessToken\":\"a\",\"expiration\":1700001200," APIS
		    ",\"auth_url\":\"https://other.example\"}",
		    ERR_CONFIG },
		{ "no expiration", "{\"accessToken\":\"a\"," APIS "}", ERR_INPUT },
		{ "no token", "{\"expiration\":1700001200," APIS "}", ERR_INPUT },
		{ "no APIs", "{\"accessToken\":\"a\",\"expiration\":1700001200}",
		    ERR_INPUT },
		{ "empty", "", ERR_INPUT },
		{ "garbage", "\xff\x00garbage", ERR_INPUT },
		{ "cut", "{\"accessToken\":\"a\",\"expir", ERR_INPUT },
		{ "a list", "[1]", ERR_INPUT },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(inbenta_token_fini) struct inbenta_token got = { 0 };
		struct err e = { 0 };

		cr_expect_eq(
		    inbenta_token_load(&got, t[i].text, strlen(t[i].text), url, &e),
		    t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(got.value != NULL, t[i].kind == ERR_NONE, "%s", t[i].name);
	}
}

Test(token, what_fits_a_header)
{
	static char longest[LIMIT_TOKEN + 2];

	memset(longest, 'a', LIMIT_TOKEN);
	cr_expect(inbenta_token_ok("a"));
	cr_expect(inbenta_token_ok("eyJ.-_~+/=.x"));
	cr_expect(inbenta_token_ok(longest));
	longest[LIMIT_TOKEN] = 'a';
	cr_expect_not(inbenta_token_ok(longest));
	cr_expect_not(inbenta_token_ok(""));
	cr_expect_not(inbenta_token_ok("a b"));
	cr_expect_not(inbenta_token_ok("a\n"));
	cr_expect_not(inbenta_token_ok("\xc3\xa9"));
	cr_expect_not(inbenta_token_ok("\x7f"));
}

Test(token, names_of_files)
{
	static const struct {
		const char *name, *prefix, *key, *file, *shown;
	} t[] = {
		{ "usual", CACHED_TOKEN, "k+/01234567 89=",
		    "cached-accesstoken-k01234567 89", "cached-accesstoken-k012*" },
		{ "short", CACHED_TOKEN, "Ab+/9=", "cached-accesstoken-Ab9",
		    "cached-accesstoken-*" },
		{ "no letter", CACHED_TOKEN, "+/=", "cached-accesstoken-",
		    "cached-accesstoken-*" },
		{ "app data", CACHED_APPDATA, "k+/01234567-89=",
		    "cached-appdata-k0123456789", "cached-appdata-k012*" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(freep) char *file = cached_file_name(t[i].prefix, t[i].key);
		CLEANUP(freep) char *shown = cached_file_shown(file);

		cr_expect_str_eq(file, t[i].file, "%s", t[i].name);
		cr_expect_str_eq(shown, t[i].shown, "%s", t[i].name);
	}
}

/* An access key is a secret: errors that name its file must not go to the log with it. */
Test(token, errors_without_the_key)
{
	static const struct {
		const char *name, *text, *want;
	} t[] = {
		{ "none in it", "disk: full", "disk: full" },
		{ "once", "cache /s/cached-accesstoken-k0123456789: too big",
		    "cache /s/cached-accesstoken-k012*: too big" },
		{ "twice",
		    "cached-accesstoken-k0123456789: cached-accesstoken-k0123456789: x",
		    "cached-accesstoken-k012*: cached-accesstoken-k012*: x" },
		{ "cut in the key", "at cached-accesstoken-k01234",
		    "at cached-accesstoken-k012*" },
		{ "cut before it", "at cached-accesstoken-k",
		    "at cached-accesstoken-k" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };

		(void)err_set(&e, ERR_IO, 0, "%s", t[i].text);
		cr_expect_str_eq(cached_file_hide(&e, "cached-accesstoken-k012*"),
		    t[i].want, "%s", t[i].name);
	}
}
