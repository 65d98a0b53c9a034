/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/agent_rig.h"

#include <unistd.h>

#include "base/limits.h"
#include "support/leaks.h"

TestSuite(agent_events, .fini = no_leaks);

#define KNOWN "{\"v\":1,\"user\":\"U1\",\"queue\":false}"
#define EVENT(trigger, data) \
	"{\"trigger\":\"" trigger "\",\"appId\":\"" RIG_APP "\",\"data\":" data "}"
#define SAID(sender, rest) \
	EVENT("messages:new", \
	    "{\"message\":{\"id\":\"m9\",\"chat\":\"C5\",\"sender\":\"" sender \
	    "\"," rest "}}")
#define AGENT(more) "{\"user\":{\"id\":\"A1\"," more "\"providerId\":\"p\"}}"
#define OTHER "{\"user\":{\"id\":\"A1\",\"providerId\":null}}"
#define GONE .status = 404, .body = "{\"error\":{\"code\":404}}"

Test(agent_events, kinds)
{
	static const struct {
		const char *body;
		enum agent_event_kind kind;
		const char *by;
	} t[] = {
		{ EVENT("queues:update",
		      "{\"chatId\":\"C5\",\"data\":{\"queuePosition\":1}}"),
		    AGENT_EV_QUEUE, "" },
		{ EVENT("queues:update",
		      "{\"chatId\":\"C5\",\"userId\":\"U1\",\"data\":{"
		      "\"queuePosition\":\"3\"}}"),
		    AGENT_EV_QUEUE, "U1" },
		{ EVENT("queues:update",
		      "{\"chatId\":\"C5\",\"data\":{\"queuePosition\":0}}"),
		    AGENT_EV_NOTHING, "" },
		{ EVENT("queues:update", "{\"chatId\":\"C5\"}"), AGENT_EV_NOTHING, "" },
		{ EVENT("invitations:new", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		    AGENT_EV_NOTHING, "A1" },
		{ EVENT("invitations:accept", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		    AGENT_EV_JOINED, "A1" },
		{ EVENT("invitations:accept", "{\"chatId\":\"C5\"}"), AGENT_EV_NOTHING,
		    "" },
		{ EVENT("forever:alone", "{\"chatId\":\"C5\"}"), AGENT_EV_NOBODY, "" },
		{ EVENT("forever:alone", "{}"), AGENT_EV_NOTHING, "" },
		{ EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		    AGENT_EV_CLOSED, "A1" },
		{ EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"system\"}"),
		    AGENT_EV_CLOSED, "" },
		{ EVENT("chats:close", "{\"chatId\":\"C5\"}"), AGENT_EV_CLOSED, "" },
		{ EVENT("chats:close",
		      "{\"chatId\":\"C5\",\"userId\":\"system\",\"extraData\":{"
		      "\"reason\":\"inactivity\"}}"),
		    AGENT_EV_INACTIVE, "" },
		{ SAID("A1", "\"message\":\"hi\""), AGENT_EV_TEXT, "A1" },
		{ SAID("A1", "\"message\":\" \\n\""), AGENT_EV_NOTHING, "A1" },
		{ SAID("A1", "\"type\":\"media\",\"message\":{\"url\":\"/media/M7\"}"),
		    AGENT_EV_MEDIA, "A1" },
		{ SAID("A1", "\"type\":\"media\",\"message\":{}"), AGENT_EV_MEDIA,
		    "A1" },
		{ SAID("", "\"message\":\"hi\""), AGENT_EV_NOTHING, "" },
		{ SAID("system", "\"message\":\"hi\""), AGENT_EV_NOTHING, "" },
		{ EVENT("users:activity",
		      "{\"chatId\":\"C5\",\"userId\":\"A1\",\"type\":\"writing\"}"),
		    AGENT_EV_NOTHING, "A1" },
		{ EVENT("system:info", "{\"chatId\":\"C5\",\"data\":{\"ticketId\":9}}"),
		    AGENT_EV_TICKET, "" },
		{ EVENT("system:info", "{\"chatId\":\"C5\",\"data\":{}}"),
		    AGENT_EV_OVER, "" },
		{ EVENT("system:info",
		      "{\"chatId\":\"C5\",\"data\":{\"ticketId\":\"a b\"}}"),
		    AGENT_EV_OVER, "" },
		{ EVENT("chats:assign", "{\"chatId\":\"C5\"}"), AGENT_EV_NOTHING, "" },
		{ EVENT("stars:fall", "{\"chatId\":\"C5\"}"), AGENT_EV_NOTHING, "" },
	};
	CLEANUP(desk_fini) struct desk_rig d;

	desk_init(&d, NULL, 0, NULL, NULL);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_event ev = desk_event(&d, t[i].body);

		cr_expect_eq(ev.kind, t[i].kind, "%s: %d", t[i].body, (int)ev.kind);
		cr_expect_str_eq(ev.by, t[i].by, "%s", t[i].body);
		cr_expect_str_neq(ev.name, "");
	}
	cr_expect_eq(upstream_requests(d.r.up), 0);
}

Test(agent_events, what_they_hold)
{
	CLEANUP(desk_fini) struct desk_rig d;
	struct agent_event ev, later;

	desk_init(&d, NULL, 0, NULL, NULL);
	ev = desk_event(&d,
	    SAID("A1",
		"\"created_at\":1714557700,\"type\":\"media\",\"message\":{\"url\":"
		"\"/media/M7\",\"type\":\"image/png\",\"name\":\"label.png\"}"));
	cr_expect_str_eq(ev.name, "messages:new");
	cr_expect_str_eq(ev.chat_id, "C5");
	cr_expect_str_eq(ev.message_id, "m9");
	cr_expect_str_eq(ev.file.url, "/media/M7");
	cr_expect_str_eq(ev.file.type, "image/png");
	cr_expect_str_eq(ev.file.name, "label.png");
	cr_expect_eq(ev.created_ms, 1714557700000);
	later = desk_event(&d, SAID("A1", "\"message\":\"<b>hi</b>\""));
	cr_expect_str_eq(later.html, "<b>hi</b>");
	cr_expect_str_eq(ev.key, later.key, "a message is known by its id");
	cr_expect_eq(later.created_ms, 0);
	cr_expect_str_eq(later.ticket, "");
	ev = desk_event(
	    &d, EVENT("system:info", "{\"chatId\":\"C5\",\"data\":{\"ticketId\":9}}"));
	cr_expect_str_eq(ev.ticket, "9");
	ev = desk_event(&d, EVENT("forever:alone", "{\"chatId\":\"C5\"}"));
	later = desk_event(&d, EVENT("forever:alone", "{\"chatId\":\"C6\"}"));
	cr_expect_str_neq(ev.key, later.key);
}

/* Another application's is refused; one that names none is what its proof makes of it. */
Test(agent_events, applications)
{
	static const struct {
		const char *body;
		bool want;
	} t[] = {
		{ "{\"trigger\":\"forever:alone\",\"appId\":\"" RIG_APP "\"}", true },
		{ "{\"trigger\":\"forever:alone\",\"appId\":\"app+/1\"}", false },
		{ "{\"trigger\":\"forever:alone\",\"appId\":\"APP\"}", false },
		{ "{\"trigger\":\"forever:alone\"}", true },
	};
	CLEANUP(desk_fini) struct desk_rig d;

	desk_init(&d, NULL, 0, NULL, NULL);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_event ev;
		struct err e = { 0 };

		cr_expect_eq(agent_event_read(d.agent, d.cfg, d.r.arena, t[i].body,
				 strlen(t[i].body), &ev, &e),
		    t[i].want, "row %zu", i);
		cr_expect_eq(e.kind, t[i].want ? ERR_NONE : ERR_DENIED, "%s", e.text);
	}
}

#define CHAT_OF(creator, source) CHAT_IS("waiting", creator, source)
#define CHAT_IS(status, creator, source) \
	"{\"chat\":{\"id\":\"C5\",\"status\":\"" status "\",\"creator\":" creator \
	",\"source\":" source "}}"
#define EXTERNAL(id) "{\"user\":{\"id\":\"U1\",\"externalId\":\"" id "\"}}"
#define OURS EXTERNAL("twilio-34900-34600")

Test(agent_events, F27_owners)
{
	static const struct {
		const char *name, *chat, *user;
		bool ok;
		const char *id;
	} t[] = {
		{ "ours", CHAT_OF("\"U1\"", "3"), OURS, true, "twilio-34900-34600" },
		{ "source as text", CHAT_OF("\"U1\"", "\"3\""), OURS, true,
		    "twilio-34900-34600" },
		{ "ours, over by now", CHAT_IS("closed", "\"U1\"", "3"), OURS, true,
		    "twilio-34900-34600" },
		{ "another source", CHAT_OF("\"U1\"", "4"), OURS, true, NULL },
		{ "no source", CHAT_OF("\"U1\"", "null"), OURS, true, NULL },
		{ "no creator", CHAT_OF("null", "3"), OURS, true, NULL },
		{ "another system's user", CHAT_OF("\"U1\"", "3"),
		    EXTERNAL("vonage-34900-34600"), true, NULL },
		{ "nobody's", CHAT_OF("\"U1\"", "3"), EXTERNAL(""), true, NULL },
		{ "a lost user", CHAT_OF("\"U1\"", "3"), NULL, true, NULL },
		{ "a lost chat", NULL, OURS, true, NULL },
		{ "HTML", "<html>", OURS, false, NULL },
		{ "HTML for a user", CHAT_OF("\"U1\"", "3"), "<html>", false, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step steps[] = { { .on = "GET /v1/chats/C5 ",
						     .body = t[i].chat },
			{ .on = "GET /v1/users/U1 ", .body = t[i].user } };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_chat chat = { 0 };
		struct agent_event ev;
		struct agent_call call;
		const char *id = "untouched";
		bool is_over = t[i].chat != NULL && strstr(t[i].chat, "closed") != NULL;
		bool over = !is_over;
		struct err e = { 0 };

		for (size_t s = 0; s < NELEMS(steps); s++)
			if (steps[s].body == NULL)
				steps[s] =
				    (struct upstream_step){ .on = steps[s].on, GONE };
		desk_init(&d, steps, NELEMS(steps), NULL, NULL);
		call = desk_call(&d);
		ev = desk_event(&d, EVENT("forever:alone", "{\"chatId\":\"C5\"}"));
		cr_expect_eq(
		    agent_event_owner(d.agent, &call, &ev, &id, &chat, &over, &e),
		    t[i].ok, "%s: %s", t[i].name, e.text);
		if (t[i].id != NULL) {
			cr_expect_str_eq(id, t[i].id, "%s", t[i].name);
			cr_expect_str_eq(chat.id, "C5");
			cr_expect_eq(over, is_over, "%s", t[i].name);
			cr_expect_str_eq(
			    chat.memory, "{\"v\":1,\"user\":\"U1\",\"queue\":true}");
		} else if (t[i].ok) {
			cr_expect_null(id, "%s", t[i].name);
		} else {
			cr_expect_str_eq(id, "untouched", "%s", t[i].name);
		}
	}
}

#define HI SAID("A1", "\"message\":\"hi\"")
#define JOINS EVENT("invitations:accept", "{\"chatId\":\"C5\",\"userId\":\"A1\"}")
#define ON_A1 .on = "GET /v1/users/A1 "
#define CHAT(status) \
	"{\"chat\":{\"id\":\"C5\",\"creator\":\"U1\",\"status\":\"" status "\"}}"
#define ON_CHAT .on = "GET /v1/chats/C5 "

Test(agent_events, resolved)
{
	static const struct {
		const char *name, *body, *memory;
		struct upstream_step steps[2];
		enum agent_event_kind kind;
		const char *shown, *asked;
	} t[] = {
		{ "an agent", HI, KNOWN, { { ON_A1, .body = AGENT("") } },
		    AGENT_EV_TEXT, "", "GET users/A1" },
		{ "a known agent", HI, "{\"v\":1,\"user\":\"U1\",\"agents\":[\"A1\"]}",
		    { { 0 } }, AGENT_EV_TEXT, "", "" },
		{ "somebody else", HI, KNOWN, { { ON_A1, .body = OTHER } },
		    AGENT_EV_NOTHING, "", "GET users/A1" },
		{ "nobody", HI, KNOWN, { { ON_A1, GONE } }, AGENT_EV_NOTHING, "",
		    "GET users/A1" },
		{ "the user", SAID("U1", "\"message\":\"hi\""), KNOWN, { { 0 } },
		    AGENT_EV_NOTHING, "", "" },
		{ "the user, who was forgotten", SAID("U1", "\"message\":\"hi\""), "",
		    { { ON_CHAT, .body = CHAT("active") } }, AGENT_EV_NOTHING, "",
		    "GET chats/C5" },
		{ "an agent of a lost chat", HI, NULL,
		    { { ON_CHAT, GONE }, { ON_A1, .body = AGENT("") } }, AGENT_EV_TEXT,
		    "", "GET chats/C5, GET users/A1" },
		{ "joins", JOINS, KNOWN,
		    { { ON_A1, .body = AGENT("\"name\":\"Robert\",") } },
		    AGENT_EV_JOINED, "Robert", "GET users/A1" },
		{ "joins by his nickname, though known", JOINS,
		    "{\"v\":1,\"user\":\"U1\",\"agents\":[\"A1\"]}",
		    { { ON_A1,
			.body = AGENT("\"name\":\"Robert\",\"nickname\":\"Bob\",") } },
		    AGENT_EV_JOINED, "Bob", "GET users/A1" },
		{ "joins without a name", JOINS, KNOWN,
		    { { ON_A1, .body = AGENT("") } }, AGENT_EV_JOINED, "",
		    "GET users/A1" },
		{ "somebody else joins", JOINS, KNOWN, { { ON_A1, .body = OTHER } },
		    AGENT_EV_NOTHING, "", "GET users/A1" },
		{ "closed by the user",
		    EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"U1\"}"),
		    KNOWN, { { 0 } }, AGENT_EV_LEFT, "", "" },
		{ "closed by an agent",
		    EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"A1\"}"),
		    KNOWN, { { 0 } }, AGENT_EV_CLOSED, "", "" },
		{ "closed by the system",
		    EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"system\"}"),
		    NULL, { { 0 } }, AGENT_EV_CLOSED, "", "" },
		{ "nobody is left", EVENT("forever:alone", "{\"chatId\":\"C5\"}"), NULL,
		    { { 0 } }, AGENT_EV_NOBODY, "", "" },
		{ "of no use", EVENT("users:activity", "{\"chatId\":\"C5\"}"), NULL,
		    { { 0 } }, AGENT_EV_NOTHING, "", "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_chat chat = { "C5", t[i].memory };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_event ev;
		struct agent_call call;
		struct err e = { 0 };

		desk_init(&d, t[i].steps, NELEMS(t[i].steps), NULL, NULL);
		call = desk_call(&d);
		ev = desk_event(&d, t[i].body);
		cr_expect(
		    agent_event_resolve(d.agent, &call, AGENT_PROVEN, &chat, &ev, &e),
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(ev.kind, t[i].kind, "%s: %d", t[i].name, (int)ev.kind);
		cr_expect_str_eq(ev.shown, t[i].shown, "%s", t[i].name);
		cr_expect_str_eq(
		    rig_asked(&d.r), t[i].asked, "%s: %s", t[i].name, rig_asked(&d.r));
	}
}

#define LIST(sender, text) \
	"{\"messages\":[{\"id\":\"m8\",\"sender\":\"A1\",\"message\":\"before\"}," \
	"{\"id\":\"m9\",\"sender\":\"" sender "\",\"message\":\"" text "\"}]}"
#define ON_MESSAGES .on = "GET /v1/chats/C5/messages "
#define ENDS EVENT("chats:close", "{\"chatId\":\"C5\",\"userId\":\"system\"}")
#define TICKET EVENT("system:info", "{\"chatId\":\"C5\",\"data\":{\"ticketId\":9}}")
#define MOVES \
	EVENT("queues:update", "{\"chatId\":\"C5\",\"data\":{\"queuePosition\":1}}")

/* What nobody has signed counts as far as HyperChat itself says so. */
Test(agent_events, without_proof)
{
	static const struct {
		const char *name, *body;
		struct upstream_step steps[2];
		enum agent_event_kind kind;
		const char *html;
	} t[] = {
		{ "a text, in HyperChat's words", SAID("A1", "\"message\":\"forged\""),
		    { { ON_MESSAGES, .body = LIST("A1", "real") },
			{ ON_A1, .body = AGENT("") } },
		    AGENT_EV_TEXT, "real" },
		{ "of another sender", HI,
		    { { ON_MESSAGES, .body = LIST("U1", "real") } }, AGENT_EV_NOTHING,
		    "real" },
		{ "of the system", HI,
		    { { ON_MESSAGES, .body = LIST("system", "real") } },
		    AGENT_EV_NOTHING, "real" },
		{ "of nobody", HI, { { ON_MESSAGES, .body = "[]" } }, AGENT_EV_NOTHING,
		    "hi" },
		{ "closed", ENDS, { { ON_CHAT, .body = CHAT("closed") } },
		    AGENT_EV_CLOSED, "" },
		{ "a ticket", TICKET, { { ON_CHAT, .body = CHAT("closed") } },
		    AGENT_EV_TICKET, "" },
		{ "a ticket of one that is not closed", TICKET,
		    { { ON_CHAT, .body = CHAT("active") } }, AGENT_EV_NOTHING, "" },
		{ "not closed", ENDS, { { ON_CHAT, .body = CHAT("active") } },
		    AGENT_EV_NOTHING, "" },
		{ "joined", JOINS,
		    { { ON_CHAT, .body = CHAT("active") },
			{ ON_A1, .body = AGENT("") } },
		    AGENT_EV_JOINED, "" },
		{ "joined, but closed", JOINS, { { ON_CHAT, .body = CHAT("closed") } },
		    AGENT_EV_NOTHING, "" },
		{ "moves on", MOVES, { { ON_CHAT, .body = CHAT("waiting") } },
		    AGENT_EV_QUEUE, "" },
		{ "moves on, but talks", MOVES, { { ON_CHAT, .body = CHAT("active") } },
		    AGENT_EV_NOTHING, "" },
		{ "of no chat", MOVES, { { ON_CHAT, GONE } }, AGENT_EV_NOTHING, "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_chat chat = { "C5", KNOWN };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_event ev, before;
		struct agent_call call;
		struct err e = { 0 };

		desk_init(&d, t[i].steps, NELEMS(t[i].steps), NULL, NULL);
		call = desk_call(&d);
		ev = desk_event(&d, t[i].body);
		before = ev;
		cr_expect(
		    agent_event_resolve(d.agent, &call, AGENT_UNPROVEN, &chat, &ev, &e),
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(ev.kind, t[i].kind, "%s: %d", t[i].name, (int)ev.kind);
		cr_expect_str_eq(ev.html, t[i].html, "%s", t[i].name);

		upstream_script(d.r.up, NULL, 0);
		ev = before;
		cr_expect_not(
		    agent_event_resolve(d.agent, &call, AGENT_UNPROVEN, &chat, &ev, &e),
		    "%s", t[i].name);
		cr_expect_eq(ev.kind, before.kind, "it is for later");
	}
}

Test(agent_events, files)
{
	static char big[1026];
	static const struct {
		const char *name, *url, *told;
		struct upstream_step step;
		enum err_kind kind; /* ERR_NONE: it comes */
		const char *type;
	} t[] = {
		{ "typed by the server", "/media/M7", "image/gif",
		    { .headers = "Content-Type: image/PNG; x=y\r\n", .body = "abc" },
		    ERR_NONE, "image/png" },
		{ "typed by the event", "/media/M7", "Image/GIF; q=1",
		    { .body = "abc" }, ERR_NONE, "image/gif" },
		{ "untyped", "media/M7", "", { .body = "abc" }, ERR_NONE, "" },
		{ "too large", "/media/M7", "", { .body = big }, ERR_TOO_BIG, NULL },
		{ "gone", "/media/M7", "", { .status = 404 }, ERR_UPSTREAM, NULL },
		{ "elsewhere", "https://evil.example/media/M7", "", { .body = "abc" },
		    ERR_DENIED, NULL },
		{ "nowhere", "", "", { .body = "abc" }, ERR_DENIED, NULL },
	};

	memset(big, 'x', sizeof(big) - 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_event ev = { .kind = AGENT_EV_MEDIA };
		CLEANUP(desk_fini) struct desk_rig d;
		struct agent_file file = { .fd = -1 };
		struct agent_call call;
		struct err e = { 0 };
		bool ok;

		desk_init(&d, &t[i].step, 1, "BOTLINE_MEDIA__MAX_BYTES=1024", NULL);
		call = desk_call(&d);
		ev.file.url = t[i].url;
		ev.file.name = "n.png";
		ev.file.type = t[i].told;
		ok = agent_fetch(d.agent, &call, &ev, NULL, &file, &e);
		cr_expect_eq(ok, t[i].kind == ERR_NONE, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(upstream_requests(d.r.up), t[i].kind != ERR_DENIED);
		if (!ok)
			continue;
		cr_expect_eq(file.size, 3);
		cr_expect_str_eq(file.type, t[i].type, "%s", t[i].name);
		cr_expect_str_eq(file.name, "n.png");
		cr_expect(upstream_has(
		    upstream_get(d.r.up, 0), "x-hyper-secret: " RIG_SECRET));
		cr_expect_null(strstr(upstream_get(d.r.up, 0)->line, "s3cr3t"));
		close(file.fd);
	}
}

static const char *const two[] = { "newer", "older" };

Test(agent_events, handshakes)
{
	static const struct {
		const char *name, *more, *most;
		struct agent_secrets s;
		const char *given;
		enum agent_handshake want;
	} t[] = {
		{ "the first", NULL, NULL, { 0 }, "s", AGENT_SHAKE_STORE_FIRST },
		{ "none", NULL, NULL, { 0 }, NULL, AGENT_SHAKE_REFUSE },
		{ "empty", NULL, NULL, { 0 }, "", AGENT_SHAKE_REFUSE },
		{ "with a blank", NULL, NULL, { 0 }, "a b", AGENT_SHAKE_REFUSE },
		{ "a second", NULL, NULL, { .stored = two, .n = 2 }, "s",
		    AGENT_SHAKE_REFUSE },
		{ "a second that is allowed", NULL, NULL,
		    { .stored = two, .n = 2, .allowed = true }, "s",
		    AGENT_SHAKE_STORE },
		{ "one of them again", NULL, NULL, { .stored = two, .n = 2 }, "older",
		    AGENT_SHAKE_ECHO },
		{ "always", SET("HANDSHAKE") "always", NULL, { .stored = two, .n = 2 },
		    "s", AGENT_SHAKE_STORE },
		{ "never", SET("HANDSHAKE") "never", NULL, { .allowed = true }, "s",
		    AGENT_SHAKE_REFUSE },
		{ "never, but known", SET("HANDSHAKE") "never", NULL,
		    { .stored = two, .n = 2 }, "newer", AGENT_SHAKE_ECHO },
		{ "the preset one", SET("WEBHOOK_SECRET") "preset", NULL, { 0 },
		    "preset", AGENT_SHAKE_ECHO },
		{ "not the preset one", SET("WEBHOOK_SECRET") "preset",
		    SET("HANDSHAKE") "always",
		    { .stored = two, .n = 2, .allowed = true }, "newer",
		    AGENT_SHAKE_REFUSE },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(desk_fini) struct desk_rig d;

		desk_init(&d, NULL, 0, t[i].more, t[i].most);
		cr_expect_eq(agent_handshake(d.agent, d.cfg, &t[i].s, t[i].given),
		    t[i].want, "%s", t[i].name);
		cr_expect_eq(upstream_requests(d.r.up), 0);
	}
}

#define BODY \
	"{\"trigger\":\"forever:alone\",\"appId\":\"APP+/1\",\"data\":{\"chatId\":\"C5\"}}"
/* HMAC-SHA256 by Python's hmac: of BODY and of its data with "s3", of BODY with "preset". */
#define RAW "9995b9d0722f23fb6e7c2e79ad9aaaee2f603d60a244ccccc1942594ef4f416c"
#define DATA "b38bf41e7963edf8fd031f4baaadd4590afcbee77bc75a568c5a043a76da72b9"
#define PRESET "9897573bf90753e5ac1b2cfdb1f853ddebd98d6583c0494e6b05e4d630e26b2d"

Test(agent_events, proofs)
{
	static const char *const stored[] = { "other", "s3" };
	static const struct {
		const char *name, *more, *most;
		size_t n;
		const char *given;
		enum agent_proof want;
	} t[] = {
		{ "raw", NULL, NULL, 2, RAW, AGENT_PROVEN },
		{ "data", NULL, NULL, 2, DATA, AGENT_PROVEN },
		{ "none", NULL, NULL, 2, NULL, AGENT_FORGED },
		{ "wrong", NULL, NULL, 2, PRESET, AGENT_FORGED },
		{ "no secret", NULL, NULL, 0, RAW, AGENT_FORGED },
		{ "its secret is not stored", NULL, NULL, 1, RAW, AGENT_FORGED },
		{ "raw alone", SET("WEBHOOK_SIGNATURE") "raw", NULL, 2, RAW,
		    AGENT_PROVEN },
		{ "raw alone, over data", SET("WEBHOOK_SIGNATURE") "raw", NULL, 2, DATA,
		    AGENT_FORGED },
		{ "data alone", SET("WEBHOOK_SIGNATURE") "data", NULL, 2, DATA,
		    AGENT_PROVEN },
		{ "data alone, over all", SET("WEBHOOK_SIGNATURE") "data", NULL, 2, RAW,
		    AGENT_FORGED },
		{ "off", SET("WEBHOOK_SIGNATURE") "off", NULL, 0, NULL,
		    AGENT_UNPROVEN },
		{ "the preset secret", SET("WEBHOOK_SECRET") "preset", NULL, 0, PRESET,
		    AGENT_PROVEN },
		{ "in place of those stored", SET("WEBHOOK_SECRET") "preset", NULL, 2,
		    RAW, AGENT_FORGED },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct agent_secrets s = { .stored = stored, .n = t[i].n };
		CLEANUP(desk_fini) struct desk_rig d;

		desk_init(&d, NULL, 0, t[i].more, t[i].most);
		cr_expect_eq(agent_event_proof(
				 d.agent, d.cfg, &s, BODY, strlen(BODY), t[i].given),
		    t[i].want, "%s", t[i].name);
		cr_expect_eq(upstream_requests(d.r.up), 0);
	}
}
