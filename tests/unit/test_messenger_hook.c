/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "messenger/hook.h"
#include "support/leaks.h"

TestSuite(messenger_hook, .fini = no_leaks);

#define ANN "\"resource_data\":{\"creator\":{\"identifier\":\"ann@mail.example\"}}"
#define SAYS(text) "\"action_data\":{\"text\":\"" text "\"}"
#define EVENT "{\"resource\":501," ANN "," SAYS("Hi") "}"

Test(messenger_hook, proof)
{
	static const struct {
		const char *name, *secret, *given;
		bool ok;
	} t[] = {
		{ "the secret", "s3cr3t", "s3cr3t", true },
		{ "another", "s3cr3t", "s3cr3T", false },
		{ "its beginning", "s3cr3t", "s3cr3", false },
		{ "more", "s3cr3t", "s3cr3tt", false },
		{ "none", "s3cr3t", NULL, false },
		{ "empty", "s3cr3t", "", false },
		{ "no secret, no header", "", NULL, false },
		{ "no secret, an empty header", "", "", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(messenger_hook_proven(t[i].secret, t[i].given), t[i].ok,
		    "%s", t[i].name);
}

Test(messenger_hook, read)
{
	static const struct {
		const char *name, *body;
		enum err_kind kind;
		const char *is; /* "NUMBER CONTACT TEXT;" */
		size_t others;
	} t[] = {
		{ "as documented",
		    "{\"events\":[{\"resource\":501," ANN
		    "," SAYS("<p>On its way.</p>") "}]}",
		    ERR_NONE, "501 ann@mail.example <p>On its way.</p>;", 0 },
		{ "all of them, in order",
		    "{\"events\":[" EVENT ",{\"resource\":\"A-2\"," ANN
		    "," SAYS("Ho") "}]}",
		    ERR_NONE, "501 ann@mail.example Hi;A-2 ann@mail.example Ho;", 0 },
		{ "none", "{\"events\":[]}", ERR_NONE, "", 0 },
		{ "what lacks a member is left out",
		    "{\"events\":[{" ANN
		    "," SAYS("a") "},{\"resource\":1," ANN "},{\"resource\":1," SAYS(
			"b") "},null,7,"
			     "{\"resource\":1," ANN
			     "," SAYS(" ") "}," EVENT ",{\"resource\":{}," ANN
					   "," SAYS("c") "}]}",
		    ERR_NONE, "501 ann@mail.example Hi;", 7 },
		{ "members of other types",
		    "{\"events\":[{\"resource\":1,\"resource_data\":{\"creator\":"
		    "{\"identifier\":7}}," SAYS("a") "}]}",
		    ERR_NONE, "", 1 },
		{ "no list", "{\"events\":{}}", ERR_INPUT, "", 0 },
		{ "no events", "{\"a\":1}", ERR_INPUT, "", 0 },
		{ "bare", "[" EVENT "]", ERR_INPUT, "", 0 },
		{ "no JSON", "events=1", ERR_INPUT, "", 0 },
		{ "nothing", "", ERR_INPUT, "", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf is = BUF_INIT(4096);
		struct messenger_replies got = { 0 };
		struct err e = { 0 };

		cr_expect_eq(
		    messenger_hook_read(&got, a, t[i].body, strlen(t[i].body), &e),
		    t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		for (size_t j = 0; j < got.n; j++)
			buf_printf(&is, "%s %s %s;", got.list[j].number,
			    got.list[j].contact, got.list[j].text);
		cr_expect_str_eq(is.data, t[i].is, "%s", t[i].name);
		cr_expect_eq(got.others, t[i].others, "%s", t[i].name);
	}
}

static struct messenger_replies
read_all(struct arena *a, const char *body)
{
	struct messenger_replies got = { 0 };
	struct err e = { 0 };

	cr_assert(messenger_hook_read(&got, a, body, strlen(body), &e), "%s", e.text);
	return got;
}

/* The same reply in a webhook that comes again is known; two equal ones are two. */
Test(messenger_hook, keys)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct messenger_replies two =
	    read_all(a, "{\"events\":[" EVENT "," EVENT "]}");
	struct messenger_replies again =
	    read_all(a, "{\"events\": [{}, " EVENT "," EVENT "], \"more\":1}");
	struct messenger_replies other = read_all(
	    a, "{\"events\":[{\"id\":9,\"resource\":501," ANN "," SAYS("Hi") "}]}");

	cr_assert_eq(two.n, 2);
	cr_assert_eq(again.n, 2);
	cr_assert_eq(other.n, 1);
	cr_expect_str_neq(two.list[0].key, two.list[1].key);
	cr_expect_str_eq(two.list[0].key, again.list[0].key);
	cr_expect_str_eq(two.list[1].key, again.list[1].key);
	cr_expect_str_neq(two.list[0].key, other.list[0].key);
}

Test(messenger_hook, too_much)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct messenger_replies got = { 0 };
	struct err e = { 0 };

	buf_str(&body, "{\"events\":[1");
	for (int i = 0; i < LIMIT_TICKET_EVENTS; i++)
		buf_str(&body, ",1");
	buf_str(&body, "]}");
	cr_expect_not(messenger_hook_read(&got, a, body.data, body.len, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	e = (struct err){ 0 };
	while (body.len <= LIMIT_REQUEST_BODY)
		buf_chr(&body, ' ');
	cr_expect_not(messenger_hook_read(&got, a, body.data, body.len, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
}
