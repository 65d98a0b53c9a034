/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/hyperchat_rig.h"

#include "base/limits.h"
#include "hyperchat/chats.h"
#include "support/leaks.h"

TestSuite(hyperchat_chats, .fini = no_leaks);

#define GONE .status = 404, .body = "{\"error\":{\"code\":404,\"message\":\"no\"}}"
#define CHAT(status) \
	"{\"chat\":{\"id\":\"C1\",\"creator\":\"U1\",\"source\":3,\"status\":\"" status \
	"\",\"inQueue\":1,\"room\":1,\"lang\":\"en\",\"externalId\":\"\"}}"

static const struct hyperchat_line lines[] = {
	{ .by_bot = false, .text = "hello", .said_at = 1714557600 },
	{ .by_bot = true, .text = "<p>Hi!</p>", .said_at = 1714557601 },
	{ .by_bot = true, .text = " \t\xc2\xa0\n", .said_at = 1714557602 },
	{ .by_bot = false, .text = "", .said_at = 1714557603 },
	{ .by_bot = false, .text = "agent!", .said_at = 0 },
};

#define HISTORY \
	"\"history\":[{\"sender\":\"U1\",\"message\":\"hello\",\"created\":1714557600}," \
	"{\"sender\":\"assistant\",\"message\":\"<p>Hi!</p>\",\"created\":1714557601}," \
	"{\"sender\":\"U1\",\"message\":\"agent!\"}]"

static const struct hyperchat_new_chat a_chat = { .creator = "U1",
	.room = 1,
	.source = 3,
	.lang = "en",
	.lines = lines,
	.n_lines = NELEMS(lines) };

Test(hyperchat_chats, create)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/chats/ ", .body = CHAT("waiting"), .times = -1 }
	};
	static const struct {
		const char *lang;
		size_t n;
		const char *body;
	} t[] = {
		{ "en", NELEMS(lines),
		    "{\"creator\":\"U1\",\"room\":1,\"source\":3,\"lang\":\"en\"," HISTORY
		    "}" },
		{ "", 0,
		    "{\"creator\":\"U1\",\"room\":1,\"source\":3,\"history\":[]}" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_new_chat is = a_chat;
		struct hyperchat_not_created why;
		struct hyperchat_call c;
		struct hyperchat_chat chat;
		struct err e = { 0 };

		is.lang = t[i].lang;
		is.n_lines = t[i].n;
		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_assert(
		    hyperchat_chat_create(&c, &is, &chat, &why, &e), "%s", e.text);
		cr_expect_str_eq(chat.id, "C1");
		cr_expect_str_eq(chat.creator, "U1");
		cr_expect_eq(chat.status, HYPERCHAT_WAITING);
		cr_expect(chat.in_queue);
		cr_expect_eq(chat.source, 3);
		cr_expect_eq(chat.room, 1);
		cr_expect_str_eq(chat.lang, "en");
		cr_expect_str_eq(upstream_get(r.up, 0)->body, t[i].body);
		cr_expect(
		    upstream_has(upstream_get(r.up, 0), "x-hyper-secret: " RIG_SECRET));
	}
}

Test(hyperchat_chats, not_created)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		bool already, sent;
		enum err_kind kind;
	} t[] = {
		{ "has one",
		    { .status = 400,
			.body =
			    "{\"error\":{\"message\":\"User already has a chat\"}}" },
		    true, false, ERR_UPSTREAM },
		{ "refused", { .status = 400, .body = "{\"error\":{}}" }, false, false,
		    ERR_UPSTREAM },
		{ "refused with words",
		    { .status = 400, .body = "{\"error\":{\"message\":\"x\"}}" }, false,
		    false, ERR_UPSTREAM },
		{ "an answer that is none", { .body = "{\"chat\":[]}" }, false, true,
		    ERR_UPSTREAM },
		{ "silence", { .how = UP_STALL }, false, true, ERR_TIMEOUT },
		{ "hang-up", { .how = UP_HANGUP }, false, true, ERR_UPSTREAM },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_not_created why;
		struct hyperchat_call c;
		struct hyperchat_chat chat = { .id = "untouched" };
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		if (t[i].kind == ERR_TIMEOUT)
			r.account.timeout_ms = SHORT_MS;
		c = rig_call(&r);
		cr_assert_not(hyperchat_chat_create(&c, &a_chat, &chat, &why, &e), "%s",
		    t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(why.already, t[i].already, "%s", t[i].name);
		cr_expect_eq(why.sent, t[i].sent, "%s", t[i].name);
		cr_expect_str_eq(chat.id, "untouched", "%s", t[i].name);
		cr_expect_eq(upstream_requests(r.up), 1, "%s: asked once", t[i].name);
	}
}

/* The newest lines are kept. */
Test(hyperchat_chats, a_long_history)
{
	static const struct upstream_step steps[] = { { .body = CHAT("waiting") } };
	static char text[LIMIT_HYPERCHAT_HISTORY / 4];
	struct hyperchat_line many[12] = { 0 };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_new_chat is = a_chat;
	struct hyperchat_not_created why;
	struct hyperchat_call c;
	struct hyperchat_chat chat;
	struct err e = { 0 };
	const char *body;

	memset(text, '\x01', sizeof(text) - 1); /* the longest escape there is */
	for (size_t i = 0; i < NELEMS(many); i++)
		many[i] = (struct hyperchat_line){ i % 2 == 0, text,
			1714557600 + (int64_t)i };
	is.lines = many;
	is.n_lines = NELEMS(many);
	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert(hyperchat_chat_create(&c, &is, &chat, &why, &e), "%s", e.text);
	body = upstream_get(r.up, 0)->body;
	cr_expect_null(strstr(body, "1714557608"));
	for (int i = 9; i < 12; i++) {
		char moment[40];

		snprintf(moment, sizeof(moment), "\"created\":%d", 1714557600 + i);
		cr_expect_not_null(strstr(body, moment), "%d", i);
	}
}

Test(hyperchat_chats, get)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum hyperchat_status status;
		const char *id;
	} t[] = {
		{ "waiting", { .body = CHAT("waiting") }, HYPERCHAT_WAITING, "C1" },
		{ "active", { .body = CHAT("active") }, HYPERCHAT_ACTIVE, "C1" },
		{ "closed", { .body = CHAT("closed") }, HYPERCHAT_CLOSED, "C1" },
		{ "capitals", { .body = CHAT("Closed") }, HYPERCHAT_CLOSED, "C1" },
		{ "a new word", { .body = CHAT("parked") }, HYPERCHAT_STATUS_OTHER,
		    "C1" },
		{ "wrong types",
		    { .body = "{\"chat\":{\"id\":41,\"status\":[1],\"inQueue\":{},"
			      "\"creator\":true,\"source\":\"x\",\"room\":1.5}}" },
		    HYPERCHAT_STATUS_OTHER, "41" },
		{ "unknown", { GONE }, HYPERCHAT_CLOSED, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_chat chat;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_assert(hyperchat_chat_get(&c, "C1", &chat, &e), "%s: %s", t[i].name,
		    e.text);
		cr_expect_eq(chat.status, t[i].status, "%s", t[i].name);
		cr_expect_eq(chat.id == NULL, t[i].id == NULL, "%s", t[i].name);
		if (chat.id != NULL)
			cr_expect_str_eq(chat.id, t[i].id, "%s", t[i].name);
		cr_expect_not_null(chat.creator, "%s", t[i].name);
		cr_expect_str_eq(rig_asked(&r), "GET chats/C1");
	}
}

/* What stands before HyperChat does not tell that a chat is over. */
Test(hyperchat_chats, not_told)
{
	static const struct upstream_step t[] = { { .status = 404, .body = "<html>" },
		{ .status = 500 }, { .body = "{}" }, { .body = "{\"chat\":{}}" },
		{ .status = 401, .body = "{\"error\":{\"code\":401}}" } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct hyperchat_chat chat;
		struct err e = { 0 };

		rig_init(&r, &t[i], 1);
		c = rig_call(&r);
		cr_expect_not(hyperchat_chat_get(&c, "C1", &chat, &e), "%zu", i);
		cr_expect_neq(e.kind, ERR_NONE);
	}
}

Test(hyperchat_chats, close)
{
	static const struct {
		const char *name, *user_id;
		struct upstream_step steps[2];
		bool ok;
		const char *asked;
	} t[] = {
		{ "by the user", "U 1", { { .on = "DELETE", .status = 204 } }, true,
		    "DELETE chats/C1?userId=U%201" },
		{ "by the system", NULL, { { .on = "DELETE", .body = "{}" } }, true,
		    "DELETE chats/C1" },
		{ "unknown", NULL, { { GONE } }, true, "DELETE chats/C1" },
		{ "over already", NULL,
		    { { .on = "DELETE",
			  .status = 400,
			  .body = "{\"error\":{\"code\":400}}" },
			{ .on = "GET", .body = CHAT("closed") } },
		    true, "DELETE chats/C1, GET chats/C1" },
		{ "refused", NULL,
		    { { .on = "DELETE", .body = "{\"error\":{\"message\":\"no\"}}" },
			{ .on = "GET", .body = CHAT("active") } },
		    false, "DELETE chats/C1, GET chats/C1" },
		{ "wrong secret", NULL,
		    { { .status = 401, .body = "{\"error\":{\"code\":401}}" } }, false,
		    "DELETE chats/C1" },
		{ "500", NULL, { { .status = 500 } }, false, "DELETE chats/C1" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct err e = { 0 };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call(&r);
		cr_expect_eq(hyperchat_chat_close(&c, "C1", t[i].user_id, &e), t[i].ok,
		    "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect(t[i].ok || e.kind != ERR_NONE, "%s", t[i].name);
	}
}

Test(hyperchat_chats, assign)
{
	static const struct {
		struct upstream_step step;
		bool ok;
	} t[] = {
		{ { .status = 200, .body = "" }, true },
		{ { .body = "{\"chat\":{}}" }, true },
		{ { .body = "{\"error\":{\"message\":\"Assignation failed\"}}" },
		    false },
		{ { .body = "\r\n<!DOCTYPE html><p>We will be back soon</p>" }, false },
		{ { .status = 500 }, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(
		    hyperchat_chat_assign(&c, "C1", &e), t[i].ok, "%zu: %s", i, e.text);
		cr_expect_str_eq(rig_asked(&r), "GET chats/C1/assign");
	}
}

Test(hyperchat_chats, history)
{
	static const struct upstream_step steps[] = { { .on = "POST", .body = "" } };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect(hyperchat_chat_history(&c, "C1", "U1", lines, NELEMS(lines), &e),
	    "%s", e.text);
	cr_expect_str_eq(rig_asked(&r), "POST chats/C1/history");
	cr_expect_str_eq(upstream_get(r.up, 0)->body, "{" HISTORY "}");
}
