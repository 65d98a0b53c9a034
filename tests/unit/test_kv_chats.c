/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/chats.h"
#include "store/kv.h"
#include "unit/queue_support.h"

TestSuite(kv, .init = not_for_ever, .fini = no_leaks);
TestSuite(chats, .init = not_for_ever, .fini = no_leaks);

enum { NOW = 2000000000 };

Test(kv, values)
{
	static const char big[LIMIT_KV_VALUE + 1], bytes[] = "a\0b";
	static char name[LIMIT_KV_NAME + 2];
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct state *st = open_state(&dir, &clock_system);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	struct err e = { 0 };

	memset(name, 'n', sizeof(name) - 1);
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_NONE);
	cr_expect(kv_put(st, "x", bytes, 3, &e), "%s", e.text);
	cr_expect(kv_put(st, "y", NULL, 0, &e), "nothing at all is a value");
	cr_expect_eq(kv_put_new(st, "x", "2", 1, &e), KV_THERE);
	cr_expect_eq(kv_put_new(st, "z", "3", 1, &e), KV_OK);
	state_close(st);

	st = open_state(&dir, &clock_system);
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_OK);
	cr_expect(b.len == 3 && memcmp(b.data, bytes, 3) == 0);
	cr_expect(kv_put(st, "x", "new", 3, &e));
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_OK);
	cr_expect_str_eq(b.data, "new");
	cr_expect_eq(kv_swap(st, "x", "old", 3, "newer", 5, &e), KV_NONE);
	cr_expect_eq(kv_swap(st, "x", "new", 3, "newer", 5, &e), KV_OK);
	cr_expect_eq(kv_swap(st, "x", "new", 3, "newest", 6, &e), KV_NONE);
	cr_expect_eq(kv_swap(st, "w", "", 0, "w", 1, &e), KV_NONE, "there is none");
	cr_expect_eq(kv_swap(st, "y", "", 0, "", 0, &e), KV_OK);
	cr_expect_eq(
	    kv_swap(st, "x", "newer", 5, big, LIMIT_KV_VALUE + 1, &e), KV_FAILED);
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_OK);
	cr_expect_str_eq(b.data, "newer");
	cr_expect_eq(kv_get(st, "y", &b, &e), KV_OK);
	cr_expect_eq(b.len, 0);
	cr_expect_eq(kv_drop(st, "x", &e), KV_OK);
	cr_expect_eq(kv_drop(st, "x", &e), KV_NONE);
	cr_expect_eq(kv_get(st, "x", &b, &e), KV_NONE);
	cr_expect_eq(kv_get(st, "z", &b, &e), KV_OK, "others stay");

	cr_expect_not(kv_put(st, "x", big, LIMIT_KV_VALUE + 1, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect(kv_put(st, "x", big, LIMIT_KV_VALUE, &e));
	cr_expect_eq(kv_put_new(st, name, "", 0, &e), KV_FAILED);
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	cr_expect_eq(kv_put_new(st, name + 1, "", 0, &e), KV_OK);
	cr_expect_not(kv_put(st, "", "", 0, &e));
	state_close(st);
}

Test(chats, life)
{
	const struct chat_row row = { .id = "42",
		.env = "production",
		.conv = "conv",
		.user = "whatsapp:+15550001",
		.ours = "whatsapp:+15550009",
		.extra = "{\"user\":7}" };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct chat_row out = { 0 }, other = row;
	struct err e = { 0 };

	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_NONE);
	cr_expect_eq(chats_close(st, "production", "42", &e), CHATS_NONE);
	cr_expect(chats_put(st, &row, &e), "%s", e.text);
	cr_expect_eq(chats_find(st, "development", "42", a, &out, &e), CHATS_NONE,
	    "another environment's number 42 is another chat");
	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_OK);
	cr_expect_str_eq(out.id, "42");
	cr_expect_str_eq(out.env, "production");
	cr_expect_str_eq(out.conv, "conv");
	cr_expect_str_eq(out.user, row.user);
	cr_expect_str_eq(out.ours, row.ours);
	cr_expect_str_eq(out.extra, row.extra);
	cr_expect_not(out.closed);

	other.conv = "another";
	cr_expect(chats_put(st, &other, &e));
	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_OK);
	cr_expect_str_eq(out.conv, "another");

	clock.now_s += 100;
	cr_expect_eq(chats_close(st, "production", "42", &e), CHATS_OK);
	clock.now_s += LIMIT_CHAT_CLOSED_S - 1;
	cr_expect_eq(
	    chats_close(st, "production", "42", &e), CHATS_OK, "a second time");
	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_OK);
	cr_expect(out.closed);
	clock.now_s += 1;
	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_NONE,
	    "its life was not renewed");
	cr_expect_eq(chats_close(st, "production", "42", &e), CHATS_NONE);
	cr_expect(chats_put(st, &row, &e), "opened again");
	cr_expect_eq(chats_find(st, "production", "42", a, &out, &e), CHATS_OK);
	cr_expect_not(out.closed);
}

/* A conversation whose record is gone still knows the chat that it is in. */
Test(chats, open_of_a_conversation)
{
	struct chat_row row = { .id = "1",
		.env = "production",
		.conv = "conv",
		.user = "u",
		.ours = "o",
		.extra = "x" };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct chat_row out = { .id = "untouched" };
	struct err e = { 0 };

	cr_expect_eq(chats_open_of(st, "production", "conv", a, &out, &e), CHATS_NONE);
	cr_expect_str_eq(out.id, "untouched");
	cr_expect(chats_put(st, &row, &e), "%s", e.text);
	cr_expect_eq(chats_open_of(st, "development", "conv", a, &out, &e), CHATS_NONE);
	cr_expect_eq(chats_open_of(st, "production", "con", a, &out, &e), CHATS_NONE);
	cr_assert_eq(chats_open_of(st, "production", "conv", a, &out, &e), CHATS_OK);
	cr_expect_str_eq(out.id, "1");
	cr_expect_str_eq(out.env, "production");
	cr_expect_str_eq(out.conv, "conv");
	cr_expect_str_eq(out.user, "u");
	cr_expect_str_eq(out.ours, "o");
	cr_expect_str_eq(out.extra, "x");

	clock.now_s += 10;
	row.id = "2";
	cr_expect(chats_put(st, &row, &e));
	cr_expect_eq(chats_open_of(st, "production", "conv", a, &out, &e), CHATS_OK);
	cr_expect_str_eq(out.id, "2", "the last one");
	cr_expect_eq(chats_close(st, "production", "2", &e), CHATS_OK);
	cr_expect_eq(chats_open_of(st, "production", "conv", a, &out, &e), CHATS_OK);
	cr_expect_str_eq(out.id, "1", "the other is closed");
	clock.now_s += LIMIT_CHAT_OPEN_S;
	cr_expect_eq(chats_open_of(st, "production", "conv", a, &out, &e), CHATS_NONE,
	    "nobody has heard of it for long");
}

/* Notes of what must not be done twice go; other values stay, whatever their age. */
Test(kv, sweep)
{
	static const struct {
		const char *name;
		bool stays;
	} t[] = { { "once/a", false }, { "once/b/c", false }, { "once", true },
		{ "onc", true }, { "once0", true }, { "hook", true } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	struct err e = { 0 };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_assert(kv_put(st, t[i].name, "v", 1, &e), "%s", e.text);
	clock.now_s += LIMIT_SEEN_S - 1;
	cr_assert(state_sweep(st, 10, &e), "%s", e.text);
	cr_expect_eq(kv_get(st, "once/a", &b, &e), KV_OK, "not yet");
	clock.now_s += 1;
	cr_assert(state_sweep(st, 10, &e), "%s", e.text);
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(kv_get(st, t[i].name, &b, &e),
		    t[i].stays ? KV_OK : KV_NONE, "%s", t[i].name);
}

Test(chats, limits_and_sweep)
{
	static char longest[LIMIT_CHAT_FIELD + 2], extra[LIMIT_CHAT_EXTRA + 2];
	struct chat_row row = { .id = "1",
		.env = "",
		.conv = "c",
		.user = longest,
		.ours = "o",
		.extra = extra };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	struct fake_clock clock = FAKE_CLOCK(NOW);
	CLEANUP(state_closep) struct state *st = open_state(&dir, &clock.clock);
	struct err e = { 0 };

	memset(longest, 'x', sizeof(longest) - 1);
	cr_expect_not(chats_put(st, &row, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	row.user = longest + 1;
	memset(extra, 'x', sizeof(extra) - 1);
	cr_expect_not(chats_put(st, &row, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
	row.extra = extra + 1;
	cr_expect(chats_put(st, &row, &e), "as long as allowed");
	row.id = "2";
	cr_expect(chats_put(st, &row, &e));
	cr_expect_eq(chats_close(st, "", "2", &e), CHATS_OK);
	clock.now_s += LIMIT_CHAT_CLOSED_S;
	cr_expect(state_sweep(st, 10, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM chat"), 1, "the open one");
	clock.now_s = NOW + LIMIT_CHAT_OPEN_S;
	cr_expect(state_sweep(st, 10, &e));
	cr_expect_eq(behind_number(st, "SELECT count(*) FROM chat"), 0);
}
