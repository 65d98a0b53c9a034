/* SPDX-License-Identifier: Apache-2.0 */
/* What botlinectl tells of a conversation is what the dialogue wrote. */
#include "config.h"

#include <criterion/criterion.h>

#include "base/arena.h"
#include "ctl/session_seen.h"
#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(session_seen, .fini = no_leaks);

static struct session_seen
seen_of(struct arena *a, const struct session *s)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct session_seen seen = { 0 };

	session_encode(s, &b);
	cr_assert(buf_ok(&b));
	session_seen_read(&seen, a, b.data, b.len);
	return seen;
}

Test(session_seen, what_the_dialogue_writes)
{
	static const struct choice choices[] = {
		{ .label = "a", .value = "1", .kind = CHOICE_OPTION },
		{ .label = "b", .value = "2", .kind = CHOICE_OPTION },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct session s = {
		.env = CONF_PRODUCTION,
		.from = "+34600111222",
		.to = "+15550001",
		.pending = { .kind = PENDING_CHOICE, .choices = choices, .n = 2 },
		.hold = { .code = "c", .comment = "" },
		.flood = { .empty_ms = 1, .over = true },
	};
	struct begun note = { .sid = "SM5", .kind = BEGUN_LEAVE, .chat = "x" };
	struct session_seen seen;

	cr_assert_not_null(session_claim(&s, "SM1", NULL, NULL, 0));
	session_begin(&s, &note);
	s.known[s.n_known++] = "SM0";
	seen = seen_of(a, &s);
	cr_expect_eq(seen.version, SESSION_VERSION);
	cr_expect_str_eq(seen.env, "production");
	cr_expect_str_eq(seen.from, "+34600111222");
	cr_expect_str_eq(seen.to, "+15550001");
	cr_expect_str_eq(seen.pending, "choice");
	cr_expect_eq(seen.choices, 2);
	cr_expect_str_eq(seen.hold, "c");
	cr_expect(seen.flooded);
	cr_expect_eq(seen.replies, 1);
	cr_expect_eq(seen.known, 1);
	cr_expect_eq(seen.notes, 1);
	cr_expect_null(seen.chat);
	cr_expect_not(seen.survey);
}

Test(session_seen, a_chat)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct session s = {
		.chat = { .id = "chat-1",
		    .talking = true,
		    .since_s = 7,
		    .position = 3 },
		.survey = { .stage = WALK_ASKED },
	};
	struct session_seen seen = seen_of(a, &s);

	cr_expect_str_eq(seen.chat, "chat-1");
	cr_expect(seen.talking);
	cr_expect_eq(seen.chat_since_s, 7);
	cr_expect_eq(seen.chat_position, 3);
	cr_expect(seen.survey);
	cr_expect_null(seen.hold);
	cr_expect_str_eq(seen.pending, "none");
}

Test(session_seen, what_cannot_be_read)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4096);
	struct session_seen seen = { 0 };

	session_seen_read(&seen, a, "{", 1);
	cr_expect_eq(seen.version, 0);
	session_seen_line(&b, a, &seen);
	cr_expect_not_null(strstr(b.data, " unreadable\n"));
}
