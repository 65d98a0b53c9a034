/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_AGENT_CONTRACT_H
#define SUPPORT_AGENT_CONTRACT_H

#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "agent/agent.h"
#include "base/file.h"
#include "support/patience.h"

/*
 * The promises of agent/agent.h, checked on any engine. The engine's own test brings a
 * stand-in for its upstream that can be set to each of the scenes, and calls
 * agent_contract_run() from a Criterion test.
 */
enum agent_scene {
	AGENT_SCENE_FREE, /* somebody is there; chats open, all is taken, no queue */
	AGENT_SCENE_QUEUE, /* the same, with a queue in which the chat stands */
	AGENT_SCENE_BUSY, /* nobody is there */
	AGENT_SCENE_EXISTING, /* the user has a chat with an agent in it */
	AGENT_SCENE_OVER, /* the chat is closed */
	AGENT_SCENE_PICKY, /* files are not taken */
	AGENT_SCENE_HEARD, /* AGENT_CONTRACT_HEARD and p-1.png of the user are in it */
	AGENT_SCENE_HALF, /* the user has a chat that nobody was asked to take */
	AGENT_SCENE_DOWN, /* connections end without an answer */
	AGENT_SCENE_ERROR, /* status 500 */
	AGENT_SCENE_GARBAGE, /* bytes that are no answer */
	AGENT_SCENE_SILENT, /* nothing comes, connections stay */
	N_AGENT_SCENES
};

struct agent_contract {
	const struct agent_ops *ops;
	const struct clock *clock;
	struct http *http;
	const struct cfg *cfg; /* switched on, with credentials the stand-in accepts */
	const struct cfg *off; /* switched off */
	void *sim;
	void (*set)(void *sim, enum agent_scene scene);
	size_t (*calls)(void *sim); /* how many came */
	/* Whether this text was in any body that came so far. */
	bool (*heard)(void *sim, const char *text);
	/*
	 * The body of an event of this kind in the chat that the stand-in opens, by an agent
	 * of the stand-in; of the user himself for AGENT_EV_LEFT and, a text, AGENT_EV_NOTHING.
	 */
	const char *(*event)(enum agent_event_kind kind);
	const char *file; /* content of the file that AGENT_EV_MEDIA brings */
	const char *shown; /* name of the agent */
};

#define AGENT_CONTRACT_SECRET "a private text"
#define AGENT_CONTRACT_HEARD "only once"

struct agent_contract_run {
	const struct agent_contract *k;
	struct agent *agent;
	struct arena *arena;
	bool again; /* an earlier try may have opened a chat */
};

static inline struct agent_call
agent_contract_call(const struct agent_contract_run *t, int64_t ms)
{
	return (struct agent_call){ .http = t->k->http,
		.cfg = t->k->cfg,
		.env = "production",
		.arena = t->arena,
		.until_ms = clock_mono_ms(t->k->clock) + ms };
}

static inline enum agent_opening
agent_contract_try(const struct agent_contract_run *t, enum agent_scene scene,
    int64_t ms, struct agent_opened *out, struct err *e)
{
	static const struct agent_field fields[] = { { "INQUIRY", "late \"parcel\"" } };
	static const struct agent_line lines[] = {
		{ .text = AGENT_CONTRACT_SECRET, .said_at = 1700000000 },
		{ .by_bot = true, .text = "<p>Hi!</p>" },
		{ .by_bot = true, .text = " " },
	};
	const struct agent_user user = { .id = "twilio-34900-34600",
		.name = "Ann Lee",
		.contact = "ann@mail.example",
		.phone = "+34600",
		.fields = fields,
		.n_fields = 1,
		.again = t->again };
	struct agent_call call = agent_contract_call(t, ms);

	t->k->set(t->k->sim, scene);
	return agent_open(t->agent, &call, &user, lines, NELEMS(lines), out, e);
}

static inline struct agent_opened
agent_contract_open(const struct agent_contract_run *t, enum agent_scene scene)
{
	struct agent_opened o = { 0 };
	struct err e = { 0 };

	cr_assert_eq(agent_contract_try(t, scene, PATIENCE_MS, &o, &e), AGENT_OPENED,
	    "scene %d: %s", (int)scene, e.text);
	cr_assert_not_null(o.chat.id);
	cr_assert_not_null(o.chat.memory);
	cr_expect_leq(strlen(o.chat.memory), AGENT_MEMORY_MAX);
	return o;
}

static inline void
agent_contract_switch(const struct agent_contract_run *t)
{
	struct agent_place place = agent_place(t->agent, t->k->cfg);

	cr_expect(agent_enabled(t->agent, t->k->cfg));
	cr_expect_not(agent_enabled(t->agent, t->k->off));
	cr_expect_not(agent_enabled(NULL, t->k->cfg));
	cr_expect_str_neq(place.app, "");
	cr_expect_str_neq(place.region, "");
}

static inline void
agent_contract_there(const struct agent_contract_run *t)
{
	static const struct {
		enum agent_scene scene;
		enum agent_there want;
	} s[] = {
		{ AGENT_SCENE_FREE, AGENT_THERE },
		{ AGENT_SCENE_QUEUE, AGENT_THERE },
		{ AGENT_SCENE_BUSY, AGENT_NOBODY },
		{ AGENT_SCENE_DOWN, AGENT_NOBODY },
		{ AGENT_SCENE_ERROR, AGENT_NOBODY },
		{ AGENT_SCENE_GARBAGE, AGENT_NOBODY },
		{ AGENT_SCENE_SILENT, AGENT_NOBODY },
	};

	for (size_t i = 0; i < NELEMS(s); i++) {
		struct agent_call call = agent_contract_call(
		    t, s[i].scene == AGENT_SCENE_SILENT ? SHORT_MS : PATIENCE_MS);

		t->k->set(t->k->sim, s[i].scene);
		cr_expect_eq(agent_there(t->agent, &call), s[i].want, "scene %d",
		    (int)s[i].scene);
	}
}

/* A chat begins with what was said before, unless there is one, or nobody. */
static inline void
agent_contract_begins(const struct agent_contract_run *t)
{
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE), none;
	struct err e = { 0 };

	cr_expect_not(o.existed);
	cr_expect_not(o.queued);
	cr_expect_not(o.talking);
	cr_expect(t->k->heard(t->k->sim, AGENT_CONTRACT_SECRET));
	cr_expect(t->k->heard(t->k->sim, "twilio-34900-34600"));
	cr_expect(t->k->heard(t->k->sim, "Ann Lee"));
	cr_expect(t->k->heard(t->k->sim, "ann@mail.example"));
	cr_expect(t->k->heard(t->k->sim, "late \\\"parcel\\\""));

	o = agent_contract_open(t, AGENT_SCENE_QUEUE);
	cr_expect(o.queued);
	o = agent_contract_open(t, AGENT_SCENE_EXISTING);
	cr_expect(o.existed);
	cr_expect(o.talking);
	memset(&none, 0, sizeof(none));
	cr_expect_eq(agent_contract_try(t, AGENT_SCENE_BUSY, PATIENCE_MS, &none, &e),
	    AGENT_NONE);
	cr_expect_null(none.chat.id);
}

/* A text or, with text NULL, a file is given to the agent. */
static inline enum agent_outcome
agent_contract_give(const struct agent_contract_run *t, enum agent_scene scene,
    int64_t ms, const char *text, struct agent_chat *chat)
{
	struct agent_call call = agent_contract_call(t, ms);
	struct agent_file file = {
		.fd = -1, .size = 5, .name = "p-1.png", .type = "image/png"
	};
	enum agent_outcome o;
	struct err e = { 0 };

	t->k->set(t->k->sim, scene);
	if (text != NULL) {
		o = agent_say(t->agent, &call, chat, text, &e);
	} else {
		cr_assert(file_unnamed(NULL, &file.fd, &e), "%s", e.text);
		cr_assert(file_write_all(file.fd, "\x89PNG\n", 5, &e), "%s", e.text);
		o = agent_send(t->agent, &call, chat, &file, &e);
		close(file.fd);
	}
	cr_expect_eq(e.text[0] == '\0' || o != AGENT_DELIVERED, true);
	if (o != AGENT_DELIVERED)
		cr_expect_str_neq(e.text, "", "scene %d", (int)scene);
	cr_expect_null(strstr(e.text, AGENT_CONTRACT_SECRET), "%s", e.text);
	return o;
}

/* Also without its memory; what a text or file changes in it is to be kept. */
static inline void
agent_contract_talk(const struct agent_contract_run *t)
{
	static const char *const lost[] = { NULL, "", "{", "null", "[]", "{\"v\":99}",
		"\xff" };
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);
	const char *const texts[] = { "so \"so\"\nand so", NULL };

	for (size_t k = 0; k < NELEMS(texts); k++) {
		for (size_t i = 0; i < NELEMS(lost); i++) {
			struct agent_chat chat = { o.chat.id, lost[i] };

			cr_expect_eq(agent_contract_give(t, AGENT_SCENE_FREE,
					 PATIENCE_MS, texts[k], &chat),
			    AGENT_DELIVERED, "memory %zu", i);
			cr_assert_not_null(chat.memory);
			cr_expect_leq(strlen(chat.memory), AGENT_MEMORY_MAX);
		}
		cr_expect_eq(agent_contract_give(
				 t, AGENT_SCENE_OVER, PATIENCE_MS, texts[k], &o.chat),
		    AGENT_OVER);
	}
	cr_expect(t->k->heard(t->k->sim, "so \\\"so\\\"\\nand so"));
	cr_expect(t->k->heard(t->k->sim, "\x89PNG\n"));
	cr_expect_eq(
	    agent_contract_give(t, AGENT_SCENE_PICKY, PATIENCE_MS, NULL, &o.chat),
	    AGENT_NOT_TAKEN);
}

static inline enum agent_outcome
agent_contract_look(const struct agent_contract_run *t, enum agent_scene scene,
    const char *text, const char *file, struct agent_chat *chat, struct err *e)
{
	const struct agent_said said = {
		.text = text, .file = file, .since_s = clock_wall_s(t->k->clock)
	};
	struct agent_call call = agent_contract_call(
	    t, scene == AGENT_SCENE_SILENT ? SHORT_MS : PATIENCE_MS);

	t->k->set(t->k->sim, scene);
	return agent_look(t->agent, &call, chat, &said, e);
}

/* What may have been said is looked for, and not said. */
static inline void
agent_contract_looks(const struct agent_contract_run *t)
{
	static const struct {
		const char *text, *file;
		enum agent_scene scene;
		enum agent_outcome is;
	} s[] = {
		{ AGENT_CONTRACT_HEARD, NULL, AGENT_SCENE_HEARD, AGENT_DELIVERED },
		{ NULL, "p-1.png", AGENT_SCENE_HEARD, AGENT_DELIVERED },
		{ "only", NULL, AGENT_SCENE_HEARD, AGENT_NOT_DELIVERED },
		{ NULL, "p-2.png", AGENT_SCENE_HEARD, AGENT_NOT_DELIVERED },
		{ AGENT_CONTRACT_HEARD, NULL, AGENT_SCENE_FREE, AGENT_NOT_DELIVERED },
		{ AGENT_CONTRACT_HEARD, NULL, AGENT_SCENE_DOWN, AGENT_UNSURE },
		{ NULL, "p-1.png", AGENT_SCENE_ERROR, AGENT_UNSURE },
		{ AGENT_CONTRACT_HEARD, NULL, AGENT_SCENE_GARBAGE, AGENT_UNSURE },
		{ AGENT_CONTRACT_HEARD, NULL, AGENT_SCENE_SILENT, AGENT_UNSURE },
	};
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);

	for (size_t i = 0; i < NELEMS(s); i++)
		for (int lost = 0; lost < 2; lost++) {
			struct agent_chat chat = { o.chat.id,
				lost ? NULL : o.chat.memory };
			const char *before = chat.memory;
			struct err e = { 0 };

			cr_expect_eq(agent_contract_look(t, s[i].scene, s[i].text,
					 s[i].file, &chat, &e),
			    s[i].is, "look %zu, lost %d: %s", i, lost, e.text);
			cr_expect_eq(e.kind != ERR_NONE, s[i].is == AGENT_UNSURE);
			if (s[i].is == AGENT_DELIVERED)
				cr_assert_not_null(chat.memory);
			else
				cr_expect_eq(chat.memory, before, "as it was");
		}
	cr_expect_not(t->k->heard(t->k->sim, AGENT_CONTRACT_HEARD), "nothing is said");
}

/* An earlier try did not tell how it ended: its chat is gone on with, if there is one. */
static inline void
agent_contract_again(const struct agent_contract_run *once)
{
	static const enum agent_scene silent[] = { AGENT_SCENE_DOWN, AGENT_SCENE_ERROR,
		AGENT_SCENE_GARBAGE, AGENT_SCENE_SILENT };
	const struct agent_contract_run again = {
		.k = once->k, .agent = once->agent, .arena = once->arena, .again = true
	};
	const struct agent_contract_run *t = &again;
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_HALF);

	cr_expect_not(o.talking);
	cr_expect(agent_contract_open(t, AGENT_SCENE_EXISTING).talking);
	cr_expect_not(agent_contract_open(t, AGENT_SCENE_FREE).existed);
	for (size_t i = 0; i < NELEMS(silent); i++) {
		bool waits = silent[i] == AGENT_SCENE_SILENT;
		struct err e = { 0 };

		o = (struct agent_opened){ .chat.id = "untouched" };
		cr_expect_eq(agent_contract_try(
				 t, silent[i], waits ? SHORT_MS : PATIENCE_MS, &o, &e),
		    AGENT_OPEN_UNSURE, "scene %d: %s", (int)silent[i], e.text);
		cr_expect_neq(e.kind, ERR_NONE);
		cr_expect_str_eq(o.chat.id, "untouched");
	}
}

static inline void
agent_contract_states(const struct agent_contract_run *t)
{
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	struct agent_opened free = agent_contract_open(t, AGENT_SCENE_FREE);
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_QUEUE);
	size_t calls = t->k->calls(t->k->sim);

	cr_expect_eq(agent_state(t->agent, &call, &free.chat), AGENT_STATE_RINGING);
	cr_expect_eq(t->k->calls(t->k->sim), calls, "no queue, no call");
	cr_expect_eq(agent_state(t->agent, &call, &o.chat), AGENT_STATE_QUEUED);
	cr_expect_eq(t->k->calls(t->k->sim), calls + 1);
	t->k->set(t->k->sim, AGENT_SCENE_EXISTING);
	cr_expect_eq(agent_state(t->agent, &call, &o.chat), AGENT_STATE_TALKING);
	t->k->set(t->k->sim, AGENT_SCENE_OVER);
	cr_expect_eq(agent_state(t->agent, &call, &o.chat), AGENT_STATE_OVER);
	t->k->set(t->k->sim, AGENT_SCENE_ERROR);
	cr_expect_eq(agent_state(t->agent, &call, &o.chat), AGENT_STATE_UNKNOWN);
}

static inline void
agent_contract_ends(const struct agent_contract_run *t)
{
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);
	struct agent_chat lost = { o.chat.id, NULL };
	struct err e = { 0 };

	for (int by_user = 0; by_user < 2; by_user++) {
		t->k->set(t->k->sim, AGENT_SCENE_FREE);
		cr_expect(agent_leave(t->agent, &call, &o.chat, by_user, &e));
		cr_expect(agent_leave(t->agent, &call, &lost, by_user, &e));
		t->k->set(t->k->sim, AGENT_SCENE_OVER);
		cr_expect(agent_leave(t->agent, &call, &o.chat, by_user, &e));
		t->k->set(t->k->sim, AGENT_SCENE_ERROR);
		cr_expect_not(agent_leave(t->agent, &call, &o.chat, by_user, &e));
		cr_expect_neq(e.kind, ERR_NONE);
	}
}

/* Events. */

static inline bool
agent_contract_read(const struct agent_contract_run *t, const char *body,
    struct agent_event *ev, struct err *e)
{
	return agent_event_read(
	    t->agent, t->k->cfg, t->arena, body, strlen(body), ev, e);
}

static inline void
agent_contract_whole(const struct agent_event *ev)
{
	cr_assert_not_null(ev->chat_id);
	cr_assert(ev->name != NULL && ev->by != NULL && ev->shown != NULL);
	cr_assert(ev->message_id != NULL && ev->html != NULL);
	cr_assert(ev->file.url && ev->file.name && ev->file.type && ev->ticket);
	cr_expect_eq(strlen(ev->key), SHA256_HEX_SIZE - 1);
}

/* Each kind is known, and is the same when it has come twice and when it is resolved. */
static inline void
agent_contract_events(const struct agent_contract_run *t)
{
	static const enum agent_event_kind kinds[] = { AGENT_EV_NOTHING, AGENT_EV_TEXT,
		AGENT_EV_MEDIA, AGENT_EV_JOINED, AGENT_EV_QUEUE, AGENT_EV_CLOSED,
		AGENT_EV_INACTIVE, AGENT_EV_LEFT, AGENT_EV_NOBODY, AGENT_EV_OVER,
		AGENT_EV_TICKET };
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);

	for (size_t i = 0; i < NELEMS(kinds); i++) {
		const char *body = t->k->event(kinds[i]);
		struct agent_event ev, again;
		struct err e = { 0 };

		cr_assert(agent_contract_read(t, body, &ev, &e), "%s", e.text);
		cr_assert(agent_contract_read(t, body, &again, &e), "%s", e.text);
		agent_contract_whole(&ev);
		cr_expect_str_eq(ev.key, again.key);
		cr_expect_str_eq(ev.chat_id, o.chat.id);
		cr_assert(agent_event_resolve(
			      t->agent, &call, AGENT_PROVEN, &o.chat, &ev, &e),
		    "kind %d: %s", (int)kinds[i], e.text);
		agent_contract_whole(&ev);
		cr_expect_eq(
		    ev.kind, kinds[i], "kind %d is %d", (int)kinds[i], (int)ev.kind);
		cr_assert_not_null(o.chat.memory);
		cr_expect_leq(strlen(o.chat.memory), AGENT_MEMORY_MAX);
		if (kinds[i] == AGENT_EV_JOINED)
			cr_expect_str_eq(ev.shown, t->k->shown);
		if (kinds[i] == AGENT_EV_QUEUE)
			cr_expect_geq(ev.position, 1);
		if (kinds[i] == AGENT_EV_TEXT)
			cr_expect_str_neq(ev.html, "");
		cr_expect_eq(ev.ticket[0] != '\0', kinds[i] == AGENT_EV_TICKET);
	}
}

/* An agent is asked for once; who cannot be asked for is for later. */
static inline void
agent_contract_askings(const struct agent_contract_run *t)
{
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	const char *body = t->k->event(AGENT_EV_TEXT);
	struct agent_event ev, own;
	size_t calls = t->k->calls(t->k->sim);
	struct err e = { 0 };

	cr_assert(agent_contract_read(t, body, &ev, &e), "%s", e.text);
	t->k->set(t->k->sim, AGENT_SCENE_ERROR);
	cr_expect_not(
	    agent_event_resolve(t->agent, &call, AGENT_PROVEN, &o.chat, &ev, &e));
	cr_expect_neq(e.kind, ERR_NONE);
	cr_expect_eq(ev.kind, AGENT_EV_TEXT, "untouched");
	cr_expect_eq(t->k->calls(t->k->sim), calls + 1);

	t->k->set(t->k->sim, AGENT_SCENE_FREE);
	for (int i = 0; i < 3; i++)
		cr_expect(agent_event_resolve(
		    t->agent, &call, AGENT_PROVEN, &o.chat, &ev, &e));
	cr_expect_eq(t->k->calls(t->k->sim), calls + 2, "asked for once");

	body = t->k->event(AGENT_EV_NOTHING);
	cr_assert(agent_contract_read(t, body, &own, &e), "%s", e.text);
	cr_expect(agent_event_is_users(t->agent, t->arena, &o.chat, &own));
	cr_expect_not(agent_event_is_users(t->agent, t->arena, &o.chat, &ev));
	cr_expect_not(agent_event_is_users(t->agent, t->arena,
			  &(struct agent_chat){ o.chat.id, NULL }, &own),
	    "it cannot be told");
	cr_expect(
	    agent_event_resolve(t->agent, &call, AGENT_PROVEN, &o.chat, &own, &e));
	cr_expect_eq(own.kind, AGENT_EV_NOTHING);
	cr_expect_eq(t->k->calls(t->k->sim), calls + 2, "the user's own: none");
}

/* Of a chat that nobody has a note of, the owner is found, and it can be gone on with. */
static inline void
agent_contract_owner(const struct agent_contract_run *t)
{
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	struct agent_chat chat = { 0 };
	struct agent_event ev;
	const char *id = NULL;
	bool over = true;
	struct err e = { 0 };

	cr_assert(
	    agent_contract_read(t, t->k->event(AGENT_EV_TEXT), &ev, &e), "%s", e.text);
	t->k->set(t->k->sim, AGENT_SCENE_ERROR);
	cr_expect_not(agent_event_owner(t->agent, &call, &ev, &id, &chat, &over, &e));
	cr_expect_null(id);
	t->k->set(t->k->sim, AGENT_SCENE_FREE);
	cr_assert(agent_event_owner(t->agent, &call, &ev, &id, &chat, &over, &e), "%s",
	    e.text);
	cr_assert_not_null(id);
	cr_expect_not(over);
	cr_expect_str_eq(id, "twilio-34900-34600");
	cr_expect_str_eq(chat.id, ev.chat_id);
	cr_assert(agent_event_resolve(t->agent, &call, AGENT_PROVEN, &chat, &ev, &e));
	cr_expect_eq(ev.kind, AGENT_EV_TEXT);
}

/* Who it was is asked for; a survey may be there or not, as the stand-in is set up. */
static inline void
agent_contract_after(const struct agent_contract_run *t)
{
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE);
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	struct agent_contact who = { "untouched", "untouched" };
	const char *url = NULL;
	struct err e = { 0 };

	t->k->set(t->k->sim, AGENT_SCENE_ERROR);
	cr_expect_not(agent_contact(t->agent, &call, &o.chat, &who, &e));
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
	cr_expect_str_eq(who.id, "untouched");
	t->k->set(t->k->sim, AGENT_SCENE_FREE);
	cr_assert(agent_contact(t->agent, &call, &o.chat, &who, &e), "%s", e.text);
	cr_expect_str_eq(who.id, "twilio-34900-34600");
	cr_assert_not_null(who.contact);
	cr_assert(agent_survey(t->agent, &call, "123", &url, &e), "%s", e.text);
}

static inline void
agent_contract_files(const struct agent_contract_run *t)
{
	struct agent_call call = agent_contract_call(t, PATIENCE_MS);
	CLEANUP(buf_fini) struct buf content = BUF_INIT(1000);
	struct agent_file file;
	struct agent_event ev;
	struct err e = { 0 };

	cr_assert(
	    agent_contract_read(t, t->k->event(AGENT_EV_MEDIA), &ev, &e), "%s", e.text);
	t->k->set(t->k->sim, AGENT_SCENE_ERROR);
	cr_expect_not(agent_fetch(t->agent, &call, &ev, NULL, &file, &e));
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
	t->k->set(t->k->sim, AGENT_SCENE_FREE);
	cr_assert(agent_fetch(t->agent, &call, &ev, "/tmp", &file, &e), "%s", e.text);
	cr_assert_eq(lseek(file.fd, 0, SEEK_SET), 0);
	cr_assert(file_read_all(file.fd, &content, &e));
	close(file.fd);
	cr_expect_str_eq(content.data, t->k->file);
	cr_expect_eq(file.size, strlen(t->k->file));
	cr_expect_str_neq(file.name, "");
	cr_expect_str_neq(file.type, "");
}

static inline void
agent_contract_no_events(const struct agent_contract_run *t)
{
	static const char *const bad[] = { "", "{", "null", "[]", "{}", "\xff" };
	struct agent_event ev = { .position = 7 };

	for (size_t i = 0; i < NELEMS(bad); i++) {
		struct err e = { 0 };

		cr_expect_not(agent_contract_read(t, bad[i], &ev, &e), "'%s'", bad[i]);
		cr_expect_eq(e.kind, ERR_INPUT, "'%s': %s", bad[i], e.text);
		cr_expect_eq(ev.position, 7, "nothing is handed out");
	}
}

/* Trouble. */

/* Nothing is handed out, no secret is told, and it ends in time. */
static inline void
agent_contract_trouble(const struct agent_contract_run *t)
{
	static const enum agent_scene scenes[] = { AGENT_SCENE_DOWN, AGENT_SCENE_ERROR,
		AGENT_SCENE_GARBAGE, AGENT_SCENE_SILENT };
	struct agent_opened before = agent_contract_open(t, AGENT_SCENE_FREE);

	for (size_t i = 0; i < NELEMS(scenes); i++) {
		bool silent = scenes[i] == AGENT_SCENE_SILENT;
		int64_t ms = silent ? SHORT_MS : PATIENCE_MS;
		int64_t start = clock_mono_ms(t->k->clock);
		struct agent_opened o = { .chat.id = "untouched" };
		struct agent_chat chat = before.chat;
		enum agent_outcome said, sent;
		struct err e = { 0 };

		cr_expect_neq(agent_contract_try(t, scenes[i], ms, &o, &e),
		    AGENT_OPENED, "scene %d", (int)scenes[i]);
		cr_expect_eq(e.kind, silent ? ERR_TIMEOUT : ERR_UPSTREAM, "%s", e.text);
		cr_expect_null(strstr(e.text, AGENT_CONTRACT_SECRET), "%s", e.text);
		cr_expect_str_eq(o.chat.id, "untouched");
		said =
		    agent_contract_give(t, scenes[i], ms, AGENT_CONTRACT_SECRET, &chat);
		sent = agent_contract_give(t, scenes[i], ms, NULL, &chat);
		cr_expect(said == AGENT_NOT_DELIVERED || said == AGENT_UNSURE);
		cr_expect(sent == AGENT_NOT_DELIVERED || sent == AGENT_UNSURE);
		cr_expect_eq(chat.memory, before.chat.memory, "as it was");
		cr_expect_lt(clock_mono_ms(t->k->clock) - start, PATIENCE_MS / 2);
	}
}

static inline void
agent_contract_no_time(const struct agent_contract_run *t)
{
	struct agent_opened o = agent_contract_open(t, AGENT_SCENE_FREE), none;
	struct agent_call call = agent_contract_call(t, -1);
	size_t calls = t->k->calls(t->k->sim);
	struct err e = { 0 };

	cr_expect_eq(agent_there(t->agent, &call), AGENT_NOBODY);
	cr_expect_neq(
	    agent_contract_try(t, AGENT_SCENE_FREE, -1, &none, &e), AGENT_OPENED);
	cr_expect_eq(e.kind, ERR_TIMEOUT, "%s", e.text);
	cr_expect_eq(agent_contract_give(t, AGENT_SCENE_FREE, -1, "late", &o.chat),
	    AGENT_NOT_DELIVERED);
	cr_expect_not(agent_leave(t->agent, &call, &o.chat, true, &e));
	cr_expect_eq(t->k->calls(t->k->sim), calls, "no time, no call");
}

static inline void
agent_contract_run(const struct agent_contract *k)
{
	struct agent_contract_run t = { .k = k, .arena = arena_new() };

	cr_assert_not_null(k->ops->name);
	t.agent = agent_from_ops(k->ops, k->ops->open(k->clock));
	agent_contract_switch(&t);
	agent_contract_there(&t);
	agent_contract_begins(&t);
	agent_contract_talk(&t);
	agent_contract_looks(&t);
	agent_contract_again(&t);
	agent_contract_states(&t);
	agent_contract_ends(&t);
	agent_contract_events(&t);
	agent_contract_askings(&t);
	agent_contract_owner(&t);
	agent_contract_files(&t);
	agent_contract_after(&t);
	agent_contract_no_events(&t);
	agent_contract_trouble(&t);
	agent_contract_no_time(&t);
	agent_free(t.agent);
	arena_free(t.arena);
}

#endif
