/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "hyperchat/messages.h"
#include "hyperchat/settle.h"
#include "support/leaks.h"

TestSuite(hyperchat_messages, .fini = no_leaks);

#define ON_POST .on = "POST /v1/chats/C1/messages "
#define ON_LIST .on = "GET /v1/chats/C1/messages "
#define ON_CHAT .on = "GET /v1/chats/C1 "
#define POSTED "POST chats/C1/messages"
#define LISTED ", GET chats/C1/messages"
#define ASKED ", GET chats/C1"
#define NO(code) .status = (code), .body = "{\"error\":{\"code\":" #code "}}"
#define IS(status) \
	ON_CHAT, .body = "{\"chat\":{\"id\":\"C1\",\"status\":\"" status "\"}}"
#define M(id, sender, text, created) \
	"{\"id\":\"" id "\",\"sender\":\"" sender "\",\"message\":\"" text \
	"\",\"created\":" created "}"
#define NOW "1714557600"
#define OLD "1714557400"

Test(hyperchat_messages, post)
{
	static const struct upstream_step steps[] = {
		{ ON_POST, .body = "{\"message\":{\"id\":\"m1\"}}" },
		{ ON_POST, .body = "{\"message\":{}}" }
	};
	const struct hyperchat_post post = {
		.chat_id = "C1", .sender = "U1", .text = "say \"h\xc3\xa9\"\n"
	};
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	const char *id = "untouched";
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert_eq(hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	cr_expect_str_eq(id, "m1");
	cr_expect_str_eq(upstream_get(r.up, 0)->body,
	    "{\"chatId\":\"C1\",\"sender\":\"U1\",\"message\":\"say "
	    "\\\"h\xc3\xa9\\\"\\n\"}");
	cr_assert_eq(hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	cr_expect_null(id, "they did not tell it");
}

Test(hyperchat_messages, outcomes)
{
	static const struct {
		const char *name;
		struct upstream_step steps[3];
		enum hyperchat_outcome is;
		enum err_kind kind;
		const char *asked;
	} t[] = {
		{ "closed", { { ON_POST, NO(404) }, { IS("closed") } }, HYPERCHAT_OVER,
		    ERR_UPSTREAM, POSTED ASKED },
		{ "unknown", { { ON_POST, NO(404) }, { ON_CHAT, NO(404) } },
		    HYPERCHAT_OVER, ERR_UPSTREAM, POSTED ASKED },
		{ "refused in a chat that is closed",
		    { { ON_POST, NO(400) }, { IS("closed") } }, HYPERCHAT_OVER,
		    ERR_UPSTREAM, POSTED ASKED },
		{ "refused in a chat that is open",
		    { { ON_POST, NO(404) }, { IS("active") } }, HYPERCHAT_NOT_DELIVERED,
		    ERR_UPSTREAM, POSTED ASKED },
		{ "refused, and no second witness",
		    { { ON_POST, NO(404) }, { ON_CHAT, .status = 500 } },
		    HYPERCHAT_NOT_DELIVERED, ERR_UPSTREAM, POSTED ASKED },
		{ "404 of something else", { { ON_POST, .status = 404 } },
		    HYPERCHAT_NOT_DELIVERED, ERR_UPSTREAM, POSTED },
		{ "403 in a chat that is closed",
		    { { ON_POST, NO(403) }, { IS("closed") } }, HYPERCHAT_OVER,
		    ERR_DENIED, POSTED ASKED },
		{ "403 in a chat that is open",
		    { { ON_POST, NO(403) }, { IS("active") } }, HYPERCHAT_NOT_DELIVERED,
		    ERR_DENIED, POSTED ASKED },
		{ "wrong secret", { { ON_POST, NO(401) } }, HYPERCHAT_NOT_DELIVERED,
		    ERR_DENIED, POSTED },
		{ "403 of something else", { { ON_POST, .status = 403 } },
		    HYPERCHAT_NOT_DELIVERED, ERR_DENIED, POSTED },
		{ "throttled for long",
		    { { ON_POST, .status = 429, .headers = "Retry-After: 3600\r\n" } },
		    HYPERCHAT_NOT_DELIVERED, ERR_UPSTREAM, POSTED },
		{ "500, and it is not there",
		    { { ON_POST, .status = 500 }, { ON_LIST, .body = "[]" } },
		    HYPERCHAT_NOT_DELIVERED, ERR_UPSTREAM, POSTED LISTED },
		{ "500, and nobody can tell",
		    { { ON_POST, .status = 500 }, { ON_LIST, .status = 500 } },
		    HYPERCHAT_UNSURE, ERR_UPSTREAM, POSTED LISTED },
		{ "HTML, and nobody can tell",
		    { { ON_POST, .body = "<html>" }, { ON_LIST, .body = "<html>" } },
		    HYPERCHAT_UNSURE, ERR_UPSTREAM, POSTED LISTED },
		{ "a list that is none",
		    { { ON_POST, .how = UP_HANGUP }, { ON_LIST, .body = "{}" } },
		    HYPERCHAT_UNSURE, ERR_UPSTREAM, POSTED LISTED },
		{ "half JSON, and it is there",
		    { { ON_POST, .body = "{\"mess" },
			{ ON_LIST,
			    .body =
				"{\"messages\":[" M("m9", "U1", "hello", NOW) "]}" } },
		    HYPERCHAT_DELIVERED, ERR_NONE, POSTED LISTED },
		{ "hang-up, and it is there",
		    { { ON_POST, .how = UP_HANGUP },
			{ ON_LIST, .body = "[" M("m9", "U1", "hello", NOW) "]" } },
		    HYPERCHAT_DELIVERED, ERR_NONE, POSTED LISTED },
		{ "silence, and it is there",
		    { { ON_POST, .how = UP_STALL },
			{ ON_LIST, .body = "[" M("m9", "U1", "hello", NOW) "]" } },
		    HYPERCHAT_DELIVERED, ERR_NONE, POSTED LISTED },
		{ "silence, and silence",
		    { { ON_POST, .how = UP_STALL }, { ON_LIST, .how = UP_STALL } },
		    HYPERCHAT_UNSURE, ERR_TIMEOUT, POSTED LISTED },
	};
	const struct hyperchat_post post = {
		.chat_id = "C1", .sender = "U1", .text = "hello"
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		const char *id = "untouched";
		struct err e = { 0 };
		enum hyperchat_outcome is;

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		if (t[i].steps[0].how == UP_STALL)
			r.account.timeout_ms = SHORT_MS;
		c = rig_call(&r);
		is = hyperchat_message_post(&c, &post, &id, &e);
		cr_assert_eq(is, t[i].is, "%s: %d: %s", t[i].name, is, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect_str_eq(id, is == HYPERCHAT_DELIVERED ? "m9" : "untouched");
		cr_expect_null(strstr(e.text, "hello"), "%s", e.text);
		if (is != HYPERCHAT_DELIVERED)
			cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
	}
}

/* Nothing left us: nobody has to be asked. */
Test(hyperchat_messages, nobody_there)
{
	const struct hyperchat_post post = {
		.chat_id = "C1", .sender = "U1", .text = "hello"
	};
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	const char *id = NULL;
	struct err e = { 0 };

	rig_init(&r, NULL, 0);
	upstream_freep(&r.up);
	c = rig_call(&r);
	cr_expect_eq(
	    hyperchat_message_post(&c, &post, &id, &e), HYPERCHAT_NOT_DELIVERED);
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
	cr_expect_null(strstr(e.text, "settled"), "%s", e.text);
}

/* Which of the messages of the chat is the one that got no answer. */
Test(hyperchat_messages, settled)
{
	static const struct {
		const char *name, *after, *list;
		enum hyperchat_outcome is;
		const char *id;
	} t[] = {
		{ "another sender", NULL, "[" M("m1", "A1", "ok", NOW) "]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "another text", NULL, "[" M("m1", "U1", "okay", NOW) "]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "too old", NULL, "[" M("m1", "U1", "ok", OLD) "]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "their clock is behind", NULL,
		    "[" M("m1", "U1", "ok", "1714557481") "]", HYPERCHAT_DELIVERED,
		    "m1" },
		{ "in ms", NULL, "[" M("m1", "U1", "ok", NOW "123") "]",
		    HYPERCHAT_DELIVERED, "m1" },
		{ "moment not told", NULL,
		    "[{\"id\":\"m1\",\"sender\":\"U1\",\"message\":\"ok\"}]",
		    HYPERCHAT_UNSURE, NULL },
		{ "the one before", "m1", "[" M("m1", "U1", "ok", NOW) "]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "behind the one before", "m1",
		    "[" M("m1", "U1", "ok", NOW) "," M("m2", "U1", "ok", NOW) "]",
		    HYPERCHAT_DELIVERED, "m2" },
		{ "no moment is needed then", "m1",
		    "[{\"id\":\"m1\"},{\"id\":2,\"sender\":\"U1\",\"message\":\"ok\"}]",
		    HYPERCHAT_DELIVERED, "2" },
		{ "newest first", "m1",
		    "[" M("m2", "U1", "ok", "1714557590") "," M(
			"m1", "U1", "ok", OLD) "]",
		    HYPERCHAT_DELIVERED, "m2" },
		{ "newest first, only older ones", "m2",
		    "[" M("m2", "U1", "no", "1714557590") "," M(
			"m1", "U1", "ok", OLD) "]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "the one before is not listed", "m0",
		    "[" M("m1", "U1", "ok", OLD) "]", HYPERCHAT_NOT_DELIVERED, NULL },
		{ "a picture of that name", NULL,
		    "[{\"id\":\"m1\",\"sender\":\"U1\",\"type\":\"media\",\"message\":{"
		    "\"name\":\"ok\"},\"created\":" NOW "}]",
		    HYPERCHAT_NOT_DELIVERED, NULL },
		{ "things that are no messages", NULL,
		    "[null,7,[],{},\"ok\"," M("m1", "U1", " ok\\r\\n", NOW) "]",
		    HYPERCHAT_DELIVERED, "m1" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { { ON_POST, .status = 502 },
			{ ON_LIST, .body = t[i].list } };
		const struct hyperchat_post post = { .chat_id = "C1",
			.sender = "U1",
			.text = "ok",
			.after = t[i].after };
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		const char *id = NULL;
		struct err e = { 0 };
		enum hyperchat_outcome is;

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		is = hyperchat_message_post(&c, &post, &id, &e);
		cr_expect_eq(is, t[i].is, "%s: %d: %s", t[i].name, is, e.text);
		cr_expect_eq(id == NULL, t[i].id == NULL, "%s", t[i].name);
		if (id != NULL && t[i].id != NULL)
			cr_expect_str_eq(id, t[i].id, "%s", t[i].name);
	}
}

Test(hyperchat_messages, the_same_text)
{
	static const struct {
		const char *ours, *theirs;
		bool same;
	} t[] = {
		{ "", "", true },
		{ "a", "a", true },
		{ "a", "b", false },
		{ "a", "ab", false },
		{ "ab", "a", false },
		{ "  a\tb \n", "a b", true },
		{ "a\r\nb", "a\nb", true },
		{ "a b", "ab", false },
		{ "ab", "a b", false },
		{ "", " \n", true },
		{ "1 < 2 & \"x\" 'y'", "1 &lt; 2 &amp; &quot;x&quot; &#39;y&#039;",
		    true },
		{ "&amp;", "&amp;", true },
		{ "&amp;", "&amp;amp;", true },
		{ "&amp;", "&", false },
		{ "&", "&amp", false },
		{ "a & b", "a & b", true },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(hyperchat_same_text(t[i].ours, t[i].theirs), t[i].same,
		    "%zu: \"%s\"", i, t[i].ours);
}

Test(hyperchat_messages, list)
{
	static const struct upstream_step steps[] = { { ON_LIST,
	    .body = "{\"messages\":["
		    "{\"id\":\"m1\",\"chat\":\"C1\",\"sender\":{\"id\":\"A1\"},"
		    "\"type\":\"text\",\"message\":\"<p>x</p>\",\"created_at\":5},"
		    "{\"id\":2,\"chatId\":\"C1\",\"sender\":\"A1\",\"type\":\"media\","
		    "\"message\":{\"url\":\"/media/M7\",\"type\":\"image/png\","
		    "\"name\":\"l.png\"},\"createdAt\":\"6\"}]}" } };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct hyperchat_messages m;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_messages_get(&c, "C1", &m, &e), "%s", e.text);
	cr_assert_eq(m.n, 2);
	cr_expect_str_eq(m.list[0].id, "m1");
	cr_expect_str_eq(m.list[0].chat_id, "C1");
	cr_expect_str_eq(m.list[0].sender, "A1");
	cr_expect_str_eq(m.list[0].text, "<p>x</p>");
	cr_expect_not(m.list[0].is_media);
	cr_expect_eq(m.list[0].created_ms, 5000);
	cr_expect_str_eq(m.list[1].id, "2");
	cr_expect_str_eq(m.list[1].chat_id, "C1");
	cr_expect_null(m.list[1].text);
	cr_expect(m.list[1].is_media);
	cr_expect_str_eq(m.list[1].media_url, "/media/M7");
	cr_expect_str_eq(m.list[1].media_type, "image/png");
	cr_expect_str_eq(m.list[1].media_name, "l.png");
	cr_expect_eq(m.list[1].created_ms, 6000);
}

/* Looking for what an earlier call may have said. */
Test(hyperchat_messages, looks)
{
	static const struct {
		const char *name;
		struct upstream_step steps[2];
		const char *after;
		enum hyperchat_outcome is;
	} t[] = {
		{ "it is there",
		    { { ON_LIST, .body = "[" M("m9", "U1", "ok", NOW) "]" } }, NULL,
		    HYPERCHAT_DELIVERED },
		{ "it is not",
		    { { ON_LIST, .body = "[" M("m9", "U1", "no", NOW) "]" } }, NULL,
		    HYPERCHAT_NOT_DELIVERED },
		{ "the one before alone",
		    { { ON_LIST, .body = "[" M("m9", "U1", "ok", NOW) "]" } }, "m9",
		    HYPERCHAT_NOT_DELIVERED },
		{ "no moment is told",
		    { { ON_LIST,
			.body =
			    "[{\"id\":\"m9\",\"sender\":\"U1\",\"message\":\"ok\"}]" } },
		    NULL, HYPERCHAT_UNSURE },
		{ "no answer", { { ON_LIST, .status = 500 } }, NULL, HYPERCHAT_UNSURE },
		{ "no such chat",
		    { { ON_LIST, .status = 404, .body = "{\"error\":{\"code\":404}}" },
			{ .on = "GET /v1/chats/C1 ",
			    .status = 404,
			    .body = "{\"error\":{\"code\":404}}" } },
		    NULL, HYPERCHAT_OVER },
		{ "a 404 of who knows whom",
		    { { ON_LIST, .status = 404, .body = "<html>" },
			{ .on = "GET /v1/chats/C1 ",
			    .status = 404,
			    .body = "<html>" } },
		    NULL, HYPERCHAT_UNSURE },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_trace trace = { .chat_id = "C1",
			.sender = "U1",
			.text = "ok",
			.after = t[i].after };
		const char *id = "untouched";
		struct hyperchat_call c;
		struct err e = { 0 };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call(&r);
		trace.posted_at = clock_wall_s(c.clock);
		cr_expect_eq(hyperchat_look(&c, &trace, &id, &e), t[i].is, "%s: %s",
		    t[i].name, e.text);
		cr_expect_str_eq(
		    id, t[i].is == HYPERCHAT_DELIVERED ? "m9" : "untouched");
		cr_expect_eq(upstream_count(r.up, "POST"), 0, "%s", t[i].name);
	}
}
