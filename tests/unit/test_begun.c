/* SPDX-License-Identifier: Apache-2.0 */
/* Notes in a record of what must not be done twice. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/log.h"
#include "bot/bot.h"
#include "dialog/session.h"
#include "support/leaks.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
}

TestSuite(begun, .init = quiet, .fini = no_leaks);

static const struct message said[] = { { .text = "one" }, { .text = "two" } };
static const struct bot_field fields[] = { { "INQUIRY", "a \"parcel\"" } };
static const struct bot_form form = {
	.name = "Ann", .contact = "ann@mail.example", .fields = fields, .n = 1
};
static const struct begun full = { .sid = "SM1",
	.kind = BEGUN_SAY,
	.since_ms = 1700000000123,
	.step = 2,
	.file = "cat.jpg",
	.chat = "C1",
	.memory = "{\"v\":1}",
	.bot = "bot's",
	.form = &form,
	.said = said,
	.n_said = 2,
	.passed = true,
	.opened = true,
	.lost = true,
	.refused = true };

static struct session
again(struct arena *a, const struct session *s)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_RECORD);
	struct session got = { 0 };
	struct err e = { 0 };

	session_encode(s, &out);
	cr_assert(buf_ok(&out));
	cr_assert(session_decode(&got, a, out.data, out.len, &e), "%s", e.text);
	return got;
}

Test(begun, is_kept)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct session s = { .used_at = 5 }, got;
	const struct begun *b;

	session_begin(&s, &full);
	session_begin(
	    &s, &(struct begun){ .sid = "SM2", .kind = BEGUN_OPEN, .since_ms = 7 });
	got = again(a, &s);
	cr_assert_eq(got.n_begun, 2u);
	b = session_begun(&got, "SM1");
	cr_assert_not_null(b);
	cr_expect_eq(b->kind, BEGUN_SAY);
	cr_expect_eq(b->since_ms, full.since_ms);
	cr_expect_eq(b->step, 2);
	cr_expect_str_eq(b->file, "cat.jpg");
	cr_expect_str_eq(b->chat, "C1");
	cr_expect_str_eq(b->memory, "{\"v\":1}");
	cr_expect_str_eq(b->bot, "bot's");
	cr_assert_eq(b->n_said, 2u);
	cr_expect_str_eq(b->said[1].text, "two");
	cr_expect_str_eq(b->form->contact, "ann@mail.example");
	cr_expect_str_eq(b->form->fields[0].value, "a \"parcel\"");
	cr_expect(b->passed && b->opened && b->lost && b->refused);
	b = session_begun(&got, "SM2");
	cr_assert_not_null(b);
	cr_expect_null(b->file);
	cr_expect_null(b->chat);
	cr_expect_null(b->form);
	cr_expect_eq(b->n_said, 0u);
	cr_expect(!b->passed && !b->opened && !b->lost && !b->refused);
	cr_expect(session_may_have_chat(&got));
	cr_expect_null(session_begun(&got, "SM3"));
	cr_expect_null(session_begun(&got, ""));
}

/* One of each message; the oldest go. */
Test(begun, is_bounded)
{
	const char *const sids[] = { "a", "b", "c", "d", "e", "f" };
	struct session s = { 0 };
	struct begun b = full;

	for (size_t i = 0; i < NELEMS(sids); i++)
		for (int twice = 0; twice < 2; twice++) {
			b.sid = sids[i];
			b.step = twice;
			session_begin(&s, &b);
		}
	cr_expect_eq(s.n_begun, (size_t)LIMIT_BEGUN);
	cr_expect_null(session_begun(&s, "b"));
	cr_expect_eq(session_begun(&s, "c")->step, 1);
	cr_expect_eq(session_begun(&s, "f")->step, 1);
}

Test(begun, is_cut)
{
	static char text[LIMIT_BEGUN_BYTES / 2];
	const struct message much[] = { { .text = text }, { .text = text } };
	struct session s = { 0 };
	struct begun b = full;

	memset(text, 'x', sizeof(text) - 1);
	session_begin(&s, &full);
	b.sid = "SM2";
	b.said = much;
	session_begin(&s, &b);
	cr_assert_eq(s.n_begun, 1u, "the older one had to go");
	cr_expect_str_eq(s.begun[0].sid, "SM2");
	cr_expect_eq(s.begun[0].n_said, 1u);
}

Test(begun, ends)
{
	struct session s = { 0 };
	struct begun b = full;

	b.passed = false;
	b.since_ms = 1000;
	session_begin(&s, &b);
	b.sid = "SM2";
	b.since_ms = INT64_C(1000) * LIMIT_BEGUN_S;
	session_begin(&s, &b);
	b.sid = "SM3";
	session_begin(&s, &b);
	session_begun_end(&s, "SM3", INT64_C(1000) * LIMIT_BEGUN_S + 1001);
	cr_assert_eq(s.n_begun, 1u);
	cr_expect_str_eq(s.begun[0].sid, "SM2");
	cr_expect(s.begun[0].passed);
	cr_expect_not(session_may_have_chat(&s));
}

Test(begun, refuses)
{
#define RECORD(notes) \
	"{\"version\":5,\"used_at\":5,\"env\":\"production\",\"pending\":{\"kind\":" \
	"\"none\",\"choices\":[]},\"begun\":" notes ",\"claims\":[]}"
#define NOTE(sid, kind, more) \
	"{\"sid\":\"" sid "\",\"kind\":\"" kind "\",\"since_ms\":1" more "}"
#define SAID ",\"said\":[]"
	static const struct {
		const char *name, *record;
		bool ok;
	} t[] = {
		{ "none", RECORD("[]"), true },
		{ "one", RECORD("[" NOTE("S", "leave", SAID ",\"chat\":\"C\"") "]"),
		    true },
		{ "no list", RECORD("{}"), false },
		{ "no note", RECORD("[1]"), false },
		{ "no sid", RECORD("[" NOTE("", "open", SAID) "]"), false },
		{ "a sid too long",
		    RECORD("[" NOTE(
			"0123456789abcdef0123456789abcdef012", "open", SAID) "]"),
		    false },
		{ "unknown kind", RECORD("[" NOTE("S", "jump", SAID) "]"), false },
		{ "no messages", RECORD("[" NOTE("S", "open", "") "]"), false },
		{ "in no chat", RECORD("[" NOTE("S", "say", SAID) "]"), false },
		{ "a form that is none",
		    RECORD("[" NOTE("S", "open", SAID ",\"form\":1") "]"), false },
		{ "too many",
		    RECORD("[" NOTE("a", "open", SAID) "," NOTE(
			"b", "open", SAID) "," NOTE("c", "open", SAID) "," NOTE("d",
			"open", SAID) "," NOTE("e", "open", SAID) "]"),
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session s = { 0 };
		struct err e = { 0 };

		cr_expect_eq(
		    session_decode(&s, a, t[i].record, strlen(t[i].record), &e),
		    t[i].ok, "%s: %s", t[i].name, e.text);
	}
}
