/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "hyperchat/events.h"
#include "hyperchat/shape.h"
#include "support/leaks.h"

TestSuite(hyperchat_events, .fini = no_leaks);

/* The texts of an event, "-" for what is missing, and its numbers, in one line. */
static const char *
shown(struct arena *a, const struct hyperchat_event *ev)
{
	const struct hyperchat_message *m = &ev->message;
	const char *t[] = { ev->app_id, ev->chat_id, ev->user_id, m->id, m->text,
		m->media_url, m->media_type, m->media_name, ev->reason, ev->activity,
		ev->ticket_id };
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4000);

	for (size_t i = 0; i < NELEMS(t); i++)
		buf_printf(&b, "%s ", t[i] != NULL ? t[i] : "-");
	buf_printf(&b, "%lld %lld%s%s", (long long)ev->queue_position,
	    (long long)ev->created_ms, ev->by_system ? " system" : "",
	    m->is_media ? " media" : "");
	cr_assert(buf_ok(&b));
	return arena_strdup(a, b.data);
}

#define EV(name, data) \
	"{\"trigger\":\"" name \
	"\",\"appId\":\"APP\",\"created_at\":1714557700,\"data\":" data "}"

Test(hyperchat_events, triggers)
{
	static const struct {
		const char *body;
		enum hyperchat_trigger is;
		/* app, chat, user, message, text, url, type, name, reason, activity, ticket */
		const char *shown;
	} t[] = {
		{ EV("queues:update",
		      "{\"chatId\":\"C1\",\"userId\":\"U1\","
		      "\"data\":{\"queuePosition\":2}}"),
		    HYPERCHAT_ON_QUEUE, "APP C1 U1 - - - - - - - - 2 1714557700000" },
		{ EV("queues:update",
		      "{\"chatId\":7,\"data\":{\"queuePosition\":\"0\"}}"),
		    HYPERCHAT_ON_QUEUE, "APP 7 - - - - - - - - - 0 1714557700000" },
		{ EV("queues:update",
		      "{\"chatId\":\"C1\",\"data\":{\"queuePosition\":-3}}"),
		    HYPERCHAT_ON_QUEUE, "APP C1 - - - - - - - - - -1 1714557700000" },
		{ EV("queues:update", "{\"chatId\":\"C1\",\"data\":[]}"),
		    HYPERCHAT_ON_QUEUE, "APP C1 - - - - - - - - - -1 1714557700000" },
		{ EV("invitations:new", "{\"chatId\":\"C1\",\"userId\":\"A1\"}"),
		    HYPERCHAT_ON_INVITED,
		    "APP C1 A1 - - - - - - - - -1 1714557700000" },
		{ EV("invitations:accept", "{\"chatId\":\"C1\",\"userId\":\"A1\"}"),
		    HYPERCHAT_ON_ACCEPTED,
		    "APP C1 A1 - - - - - - - - -1 1714557700000" },
		{ EV("forever:alone", "{\"chatId\":\"C1\"}"), HYPERCHAT_ON_ALONE,
		    "APP C1 - - - - - - - - - -1 1714557700000" },
		{ EV("chats:close", "{\"chatId\":\"C1\",\"userId\":\"A1\"}"),
		    HYPERCHAT_ON_CLOSED, "APP C1 A1 - - - - - - - - -1 1714557700000" },
		{ EV("chats:close",
		      "{\"chatId\":\"C1\",\"userId\":\"system\","
		      "\"extraData\":{\"reason\":\"inactivity\"}}"),
		    HYPERCHAT_ON_CLOSED,
		    "APP C1 - - - - - - inactivity - - -1 1714557700000 system" },
		{ EV("chats:close",
		      "{\"chatId\":\"C1\",\"userId\":[\"system\"],"
		      "\"extraData\":\"inactivity\"}"),
		    HYPERCHAT_ON_CLOSED, "APP C1 - - - - - - - - - -1 1714557700000" },
		{ EV("messages:new",
		      "{\"message\":{\"id\":\"m9\",\"chat\":\"C1\",\"sender\":\"A1\","
		      "\"type\":\"text\",\"message\":\"<p>Hi</p>\"}}"),
		    HYPERCHAT_ON_MESSAGE,
		    "APP C1 A1 m9 <p>Hi</p> - - - - - - -1 1714557700000" },
		{ EV("messages:new",
		      "{\"message\":{\"id\":10,\"chat\":\"C1\",\"sender\":\"A1\","
		      "\"type\":\"media\",\"message\":{\"url\":\"/media/M7\","
		      "\"type\":\"image/png\",\"name\":\"l.png\"}}}"),
		    HYPERCHAT_ON_MESSAGE,
		    "APP C1 A1 10 - /media/M7 image/png l.png - - - -1 1714557700000 "
		    "media" },
		{ EV("messages:new",
		      "{\"message\":{\"type\":\"media\",\"message\":\"x\"}}"),
		    HYPERCHAT_ON_MESSAGE,
		    "APP - - - - - - - - - - -1 1714557700000 media" },
		{ EV("messages:new",
		      "{\"chatId\":\"C2\",\"userId\":\"U9\",\"message\":"
		      "{\"chat\":\"C1\",\"sender\":\"A1\"}}"),
		    HYPERCHAT_ON_MESSAGE,
		    "APP C2 A1 - - - - - - - - -1 1714557700000" },
		{ EV("messages:new",
		      "{\"userId\":\"U1\",\"message\":"
		      "{\"chat\":\"C1\",\"sender\":\"system\"}}"),
		    HYPERCHAT_ON_MESSAGE,
		    "APP C1 - - - - - - - - - -1 1714557700000 system" },
		{ EV("messages:new", "{\"message\":\"text\"}"), HYPERCHAT_ON_MESSAGE,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("users:activity",
		      "{\"chatId\":\"C1\",\"userId\":\"A1\","
		      "\"type\":\"writing\"}"),
		    HYPERCHAT_ON_ACTIVITY,
		    "APP C1 A1 - - - - - - writing - -1 1714557700000" },
		{ EV("system:info", "{\"chatId\":\"C1\",\"data\":{\"ticketId\":123}}"),
		    HYPERCHAT_ON_INFO, "APP C1 - - - - - - - - 123 -1 1714557700000" },
		{ EV("system:info",
		      "{\"chatId\":\"C1\",\"data\":{\"ticketId\":\"T-1\"}}"),
		    HYPERCHAT_ON_INFO, "APP C1 - - - - - - - - T-1 -1 1714557700000" },
		{ EV("chats:create", "{}"), HYPERCHAT_ON_CREATED,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("chats:join", "{}"), HYPERCHAT_ON_JOINED,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("chats:leave", "null"), HYPERCHAT_ON_LEFT,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("chats:assign", "[]"), HYPERCHAT_ON_ASSIGNED,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("messages:read", "\"\""), HYPERCHAT_ON_READ,
		    "APP - - - - - - - - - - -1 1714557700000" },
		{ EV("chats:exploded",
		      "{\"chatId\":\"C1\",\"message\":{\"id\":\"m\"}}"),
		    HYPERCHAT_ON_UNKNOWN, "APP C1 - - - - - - - - - -1 1714557700000" },
		{ "{\"trigger\":\"\"}", HYPERCHAT_ON_UNKNOWN,
		    "- - - - - - - - - - - -1 0" },
		{ "{\"trigger\":\"MESSAGES:NEW\",\"appId\":7,\"created_at\":[]}",
		    HYPERCHAT_ON_UNKNOWN, "- - - - - - - - - - - -1 0" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hyperchat_event ev;
		struct err e = { 0 };

		cr_assert(
		    hyperchat_event_read(&ev, a, t[i].body, strlen(t[i].body), &e),
		    "%s: %s", t[i].body, e.text);
		cr_expect_eq(ev.trigger, t[i].is, "%s", t[i].body);
		cr_expect_str_eq(shown(a, &ev), t[i].shown, "%s", t[i].body);
	}
}

Test(hyperchat_events, not_events)
{
	static const char *const t[] = { "", "{}", "[]", "null", "{\"trigger\":7}",
		"{\"trigger\":null}", "{\"trigger\":[\"messages:new\"]}",
		"{\"trigger\":\"messages:new\"", "{\"trigger\":\"\xff\"}",
		"{\"trigger\":\"a\\u0000b\"}", "trigger=messages:new" };
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hyperchat_event ev = { .name = "untouched" };
		struct err e = { 0 };

		cr_assert_not(
		    hyperchat_event_read(&ev, a, t[i], strlen(t[i]), &e), "%s", t[i]);
		cr_expect_eq(e.kind, ERR_INPUT, "%s: %s", t[i], e.text);
		cr_expect_str_eq(ev.name, "untouched");
	}
}

Test(hyperchat_events, moments)
{
	static const struct {
		const char *created_at;
		int64_t ms;
	} t[] = {
		{ "1714557700", 1714557700000 },
		{ "1714557700123", 1714557700123 },
		{ "\"1714557700\"", 1714557700000 },
		{ "1714557700.25", 1714557700250 },
		{ "1714557700.0", 1714557700000 },
		{ "0", 0 },
		{ "-1", 0 },
		{ "-1.5", 0 },
		{ "1e300", 0 },
		{ "99999999999999999999", 0 },
		{ "9223372036854775806", 0 },
		{ "\"2024-05-01T10:00:00Z\"", 0 },
		{ "null", 0 },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *body = arena_printf(
		    a, "{\"trigger\":\"x\",\"created_at\":%s}", t[i].created_at);
		struct hyperchat_event ev;
		struct err e = { 0 };

		cr_assert(hyperchat_event_read(&ev, a, body, strlen(body), &e));
		cr_expect_eq(ev.created_ms, t[i].ms, "%s: %lld", t[i].created_at,
		    (long long)ev.created_ms);
	}
}

Test(hyperchat_events, ids)
{
	static char longest[LIMIT_HYPERCHAT_ID + 2];
	static const struct {
		const char *id;
		bool ok;
	} t[] = { { "C1", true }, { "a/b?c#d%", true }, { "...", true }, { "", false },
		{ ".", false }, { "..", false }, { "a b", false }, { "a\nb", false },
		{ "\xc3\xa9", false }, { "\x7f", false } };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(hyperchat_id_ok(t[i].id), t[i].ok, "%s", t[i].id);
	memset(longest, 'x', LIMIT_HYPERCHAT_ID);
	cr_expect(hyperchat_id_ok(longest));
	longest[LIMIT_HYPERCHAT_ID] = 'x';
	cr_expect_not(hyperchat_id_ok(longest));
}

/* An address that is too long is none: cut, it would be another one. */
Test(hyperchat_events, long_texts)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(64 * 1024);
	struct hyperchat_event ev;
	struct err e = { 0 };

	buf_str(&b,
	    "{\"trigger\":\"messages:new\",\"data\":{\"message\":{\"message\":{"
	    "\"url\":\"/media/");
	for (int i = 0; i < LIMIT_URL; i++)
		buf_chr(&b, 'u');
	buf_str(&b, "\",\"name\":\"");
	for (int i = 0; i < LIMIT_LABEL; i++)
		buf_str(&b, "\xe2\x82\xac");
	buf_str(&b, "\"}}}}");
	cr_assert(buf_ok(&b));
	cr_assert(hyperchat_event_read(&ev, a, b.data, b.len, &e), "%s", e.text);
	cr_expect(ev.message.is_media);
	cr_expect_null(ev.message.media_url);
	cr_expect_eq(strlen(ev.message.media_name), LIMIT_LABEL / 3 * 3u);
}

/* The key of an event that comes again, and of others. */
Test(hyperchat_events, keys)
{
	static const char *const bodies[] = {
		/* The same message, delivered twice with other bytes. */
		EV("messages:new", "{\"message\":{\"id\":\"m9\",\"message\":\"a\"}}"),
		EV("messages:new", "{\"message\":{\"message\":\"a\",\"id\":\"m9\"}}"),
		EV("messages:new", "{\"message\":{\"id\":\"m8\",\"message\":\"a\"}}"),
		EV("messages:new", "{\"message\":{\"message\":\"a\"}}"),
		EV("messages:new", "{\"message\":{\"message\":\"b\"}}"),
		EV("messages:read", "{\"message\":{\"id\":\"m9\"}}"),
		EV("chats:close", "{\"chatId\":\"C1\"}"),
		EV("chats:close", "{\"chatId\":\"C2\"}"),
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char keys[NELEMS(bodies)][SHA256_HEX_SIZE];

	for (size_t i = 0; i < NELEMS(bodies); i++) {
		struct hyperchat_event ev;
		struct err e = { 0 };

		cr_assert(
		    hyperchat_event_read(&ev, a, bodies[i], strlen(bodies[i]), &e));
		hyperchat_event_key(&ev, bodies[i], strlen(bodies[i]), keys[i]);
		for (size_t k = 0; k < i; k++)
			cr_expect_eq(strcmp(keys[i], keys[k]) == 0, i == 1 && k == 0,
			    "%zu and %zu", i, k);
	}
}
