/* SPDX-License-Identifier: Apache-2.0 */
/* Which webhook a request is, row by row, and what none of them is. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "support/leaks.h"
#include "support/web_fixture.h"
#include "web/pace.h"
#include "web/request.h"
#include "web/router.h"

TestSuite(router, .fini = no_leaks);

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define MESSAGE "AccountSid=AC1&MessageSid=SM1&From=a&To=b&Body=hi"
#define REPORT "AccountSid=AC1&MessageSid=SM1&MessageStatus=sent"
#define EVENT "{\"trigger\":\"messages:new\",\"data\":{}}"

static struct conf *
some_conf(void)
{
	char *env[] = { (char[]){ "BOTLINE_API__KEY=k" },
		(char[]){ "BOTLINE_API__SECRET=s" }, NULL };
	struct conf *c = conf_with(env);

	cr_assert_not_null(c);
	return c;
}

static void
expect_route(struct conf *c, const struct fake_var *vars, const char *body,
    const char *name, const char *want)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct web_req r = { 0 };
	struct err e = { 0 };
	struct fake_io io;
	const char *is;

	fake_io_init(&io, vars, body, strlen(body));
	cr_assert(
	    web_read(&r, &io.io, a, c, &clock_system, &e), "%s: %s", name, e.text);
	is = web_route_name(&r);
	cr_expect_str_eq(
	    is != NULL ? is : "none", want != NULL ? want : "none", "%s", name);
}

Test(router, rows)
{
	static const struct {
		const char *name, *method, *uri, *type, *secret, *body, *want;
	} t[] = {
		{ "file", "GET", "/b?media=0f", NULL, NULL, "", "media" },
		{ "file behind other members", "GET", "/b?a=1&media=0f", NULL, NULL, "",
		    "media" },
		{ "look at a file", "HEAD", "/b?media=0f", NULL, NULL, "", "media" },
		{ "a token is none: the handler says so", "GET", "/b?media=", NULL,
		    NULL, "", "media" },
		{ "other member", "GET", "/b?medium=0f", NULL, NULL, "", NULL },
		{ "member of the path", "GET", "/media=0f", NULL, NULL, "", NULL },
		{ "nothing asked for", "GET", "/b", NULL, NULL, "", NULL },
		{ "secret by GET", "GET", "/b", NULL, "s", "", NULL },
		{ "file by DELETE", "DELETE", "/b?media=0f", NULL, NULL, "", NULL },
		{ "message by PUT", "PUT", "/b", FORM, NULL, MESSAGE, NULL },
		{ "handshake without a body", "POST", "/b", NULL, "s", "",
		    "handshake" },
		{ "handshake with JSON", "POST", "/b", JSON, "s", "{}", "handshake" },
		{ "handshake with what is no JSON", "POST", "/b", JSON, "s", "{",
		    "handshake" },
		{ "handshake before a form", "POST", "/b", FORM, "s", MESSAGE,
		    "handshake" },
		{ "handshake: a trigger further down is none", "POST", "/b", JSON, "s",
		    "{\"data\":{\"trigger\":1}}", "handshake" },
		{ "event", "POST", "/b", JSON, NULL, EVENT, "event" },
		{ "event with a secret", "POST", "/b", JSON, "s", EVENT, "event" },
		{ "event with a charset", "POST", "/b", JSON "; charset=utf-8", NULL,
		    EVENT, "event" },
		{ "event, its trigger no text", "POST", "/b", JSON, NULL,
		    "{\"trigger\":[]}", "event" },
		{ "event as a form", "POST", "/b", FORM, NULL, EVENT, NULL },
		{ "event without a type", "POST", "/b", NULL, NULL, EVENT, NULL },
		{ "trigger twice", "POST", "/b", JSON, NULL,
		    "{\"trigger\":1,\"trigger\":2}", NULL },
		{ "trigger as a value", "POST", "/b", JSON, NULL, "{\"a\":\"trigger\"}",
		    NULL },
		{ "JSON cut short", "POST", "/b", JSON, NULL, "{\"trigger\":\"a\"",
		    NULL },
		{ "list of events", "POST", "/b", JSON, NULL, "[" EVENT "]", NULL },
		{ "ticket", "POST", "/b", JSON, NULL, "{\"events\":[{}]}", "ticket" },
		{ "ticket with blanks", "POST", "/b", JSON, NULL,
		    " {\"a\":1, \"events\" : [ ] } ", "ticket" },
		{ "events that are no list", "POST", "/b", JSON, NULL,
		    "{\"events\":{}}", NULL },
		{ "events further down", "POST", "/b", JSON, NULL,
		    "{\"a\":{\"events\":[]}}", NULL },
		{ "events twice", "POST", "/b", JSON, NULL,
		    "{\"events\":[],\"events\":[]}", NULL },
		{ "a trigger comes first", "POST", "/b", JSON, NULL,
		    "{\"events\":[],\"trigger\":\"a\"}", "event" },
		{ "ticket by GET", "GET", "/b", JSON, NULL, "{\"events\":[]}", NULL },
		{ "ticket as a form", "POST", "/b", FORM, NULL, "{\"events\":[]}",
		    NULL },
		{ "other JSON", "POST", "/b", JSON, NULL, "{\"a\":[]}", NULL },
		{ "message in JSON", "POST", "/b", JSON, NULL,
		    "{\"AccountSid\":\"AC1\",\"Body\":\"hi\"}", NULL },
		{ "status", "POST", "/b", FORM, NULL, REPORT, "status" },
		{ "status at our own address", "POST", "/b?status=1", FORM, NULL,
		    REPORT, "status" },
		{ "status by another name", "POST", "/b?status=1", FORM, NULL,
		    "AccountSid=AC1&SmsSid=SM1&SmsStatus=sent", "status" },
		{ "status of nobody", "POST", "/b?status=1", FORM, NULL,
		    "MessageStatus=sent", NULL },
		{ "message", "POST", "/b", FORM, NULL, MESSAGE, "message" },
		{ "message with an empty text", "POST", "/b", FORM, NULL,
		    "AccountSid=AC1&Body=", "message" },
		{ "message with a status of its own", "POST", "/b?status=1", FORM, NULL,
		    MESSAGE "&MessageStatus=received", "message" },
		{ "message without a text", "POST", "/b", FORM, NULL, "AccountSid=AC1",
		    "message" },
		{ "message at the address of a file", "POST", "/b?media=0f", FORM, NULL,
		    MESSAGE, "message" },
		{ "form of others", "POST", "/b", FORM, NULL, "a=1", NULL },
		{ "nothing at all", "POST", "/b", NULL, NULL, "", NULL },
	};
	struct conf *c = some_conf();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", t[i].method },
			{ "REQUEST_URI", t[i].uri }, { "CONTENT_TYPE", t[i].type },
			{ "HTTP_X_HOOK_SECRET", t[i].secret }, { 0 } };
		expect_route(c, vars, t[i].body, t[i].name, t[i].want);
	}
	conf_unref(c);
}

/* Asked for by its header. */
Test(router, challenges)
{
	static const struct {
		const char *name, *method, *uri, *challenge, *want;
	} t[] = {
		{ "challenge", "GET", "/b", "c", "challenge" },
		{ "an empty one", "GET", "/b", "", "challenge" },
		{ "none", "GET", "/b", NULL, NULL },
		{ "by HEAD", "HEAD", "/b", "c", NULL },
		{ "by POST", "POST", "/b", "c", NULL },
		{ "at the address of a file", "GET", "/b?media=0f", "c", "media" },
	};
	struct conf *c = some_conf();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", t[i].method },
			{ "REQUEST_URI", t[i].uri },
			{ "HTTP_X_INBENTA_CHALLENGE", t[i].challenge }, { 0 } };

		expect_route(c, vars, "", t[i].name, t[i].want);
	}
	conf_unref(c);
}

Test(router, addresses_without_our_members)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "https://h/p", "https://h/p" },
		{ "https://h/p?", "https://h/p?" },
		{ "https://h/p?status=1", "https://h/p" },
		{ "https://h/p?media=0f", "https://h/p" },
		{ "https://h/p?a=%20&status=1", "https://h/p?a=%20" },
		{ "https://h/p?status=1&a=b", "https://h/p?a=b" },
		{ "https://h/p?a&status&b=c=d&media=", "https://h/p?a&b=c=d" },
		{ "https://h/p?statuses=1&x=status=1",
		    "https://h/p?statuses=1&x=status=1" },
		{ "https://h/status=1?a=1", "https://h/status=1?a=1" },
		{ "https://h?status=1&status=2", "https://h" },
		{ "https://h/p?status=1&ticket=%23A-1", "https://h/p" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_eq(web_url_without_ours(a, t[i].in), t[i].want);
}

/* As many at once as in a second, then one each time its share of the second is over. */
Test(router, pace)
{
	struct pace p = { 0 };
	int taken = 0;

	for (int i = 0; i < 30; i++)
		taken += pace_take(&p, 5000, 20);
	cr_expect_eq(taken, 20);
	cr_expect_not(pace_take(&p, 5049, 20));
	cr_expect(pace_take(&p, 5050, 20));
	cr_expect_not(pace_take(&p, 5051, 20));
	taken = 0;
	for (int i = 0; i < 30; i++)
		taken += pace_take(&p, 9000, 20);
	cr_expect_eq(taken, 20, "what was not used does not add up");
}
