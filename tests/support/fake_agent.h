/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_AGENT_H
#define SUPPORT_FAKE_AGENT_H

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "base/file.h"

/*
 * Live agents that do what the test put in, and write down what they were asked, one behind
 * the other, in `did`:
 *
 *	there; open ID NAME CONTACT +FIELD=VALUE [USER|BOT: LINE]; say CHAT TEXT;
 *	send CHAT NAME TYPE SIZE; look CHAT TEXT|NAME; state CHAT; leave CHAT user|nobody;
 *	owner CHAT; fetch URL; link TICKET; contact CHAT;
 *
 * `open` has "again" behind it where an earlier try may have opened one. Texts and names of
 * files that arrived are in `heard`, each with "|" behind it; there they are looked for. In
 * shared memory all of it outlives a process that is killed in the middle.
 *
 * The memory of a chat is a number that grows with each text and file of it. Events come
 * from `events` by their body: a body is the index of one of them, as digits. They are
 * resolved to themselves, unless `resolved` has others at that place.
 */
struct fake_agent {
	enum agent_there there;
	enum agent_opening opening;
	struct agent_opened opened; /* chat.id NULL: "C1" */
	enum agent_outcome outcome; /* of texts and files */
	enum agent_state state;
	struct err trouble; /* of what fails; ERR_NONE: ERR_UPSTREAM "fake trouble" */
	int look_fails; /* so many times; -1: always */
	int lost; /* texts and files that arrive though the outcome is another */
	int dies_before, dies_after; /* kills the process at the call of that number */
	void (*during)(void *arg); /* in the middle of each call to the agents' side */
	void *arg;

	const struct agent_event *events;
	const struct agent_event *resolved; /* NULL: events */
	size_t n_events;
	int resolve_fails; /* so many times */
	const char *learns; /* the chat's memory after an event; NULL: as it was */
	const char *user; /* whose events are the user's own; NULL: nobody's */
	const char *owner; /* NULL: none of ours */
	int fetch_fails; /* so many times; -1: always */
	const char *file; /* content of each file; NULL: it cannot be fetched */
	const char *file_type;
	const char *link; /* of a survey; NULL: there is none */
	int link_fails; /* so many times; -1: always */
	struct agent_contact contact; /* NULLs: "" */
	int contact_fails; /* so many times; -1: always */
	enum agent_handshake handshake;
	enum agent_proof proof;
	bool disabled;
	bool leave_fails;
	bool owned_is_over; /* the chat of the owner */

	pthread_mutex_t lock; /* guards what stands below */
	int calls; /* to the agents' side */
	enum agent_proof resolved_as; /* the last event's proof */
	int opens; /* chats that were made */
	char heard[1024];
	char did[4096];
};

#define FAKE_AGENT_INIT \
	{ \
		.there = AGENT_THERE, .proof = AGENT_PROVEN, \
		.state = AGENT_STATE_TALKING, .lock = PTHREAD_MUTEX_INITIALIZER \
	}

PRINTF(2, 3)
static inline void
fake_agent_note(struct fake_agent *f, const char *fmt, ...)
{
	size_t len = strlen(f->did);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->did + len, sizeof(f->did) - len, fmt, ap);
	va_end(ap);
}

static inline void
fake_agent_begin(struct fake_agent *f)
{
	if (f->during != NULL)
		f->during(f->arg);
	pthread_mutex_lock(&f->lock);
	f->calls++;
	pthread_mutex_unlock(&f->lock);
	/* Without the lock, which would outlive us. */
	if (f->dies_before != 0 && f->calls == f->dies_before)
		raise(SIGKILL);
	pthread_mutex_lock(&f->lock);
}

static inline void
fake_agent_end(struct fake_agent *f)
{
	pthread_mutex_unlock(&f->lock);
	if (f->dies_after != 0 && f->calls == f->dies_after)
		raise(SIGKILL);
}

/* Whether one more of the failures that are left is due now. */
static inline bool
fake_agent_due(int *left)
{
	if (*left > 0)
		return (*left)-- > 0;
	return *left < 0;
}

static inline bool
fake_agent_fail(const struct fake_agent *f, struct err *e)
{
	if (f->trouble.kind == ERR_NONE)
		return err_set(e, ERR_UPSTREAM, 0, "fake trouble");
	*e = f->trouble;
	return false;
}

static inline void
fake_agent_close(void *self)
{
	(void)self; /* it is the test's own */
}

static inline bool
fake_agent_enabled(void *self, const struct cfg *cfg)
{
	struct fake_agent *f = self;

	(void)cfg;
	return !f->disabled;
}

static inline struct agent_place
fake_agent_place(void *self, const struct cfg *cfg)
{
	(void)self;
	(void)cfg;
	return (struct agent_place){ "APP", "eu" };
}

static inline enum agent_there
fake_agent_there(void *self, const struct agent_call *call)
{
	struct fake_agent *f = self;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "there;");
	fake_agent_end(f);
	return f->there;
}

static inline enum agent_opening
fake_agent_open(void *self, const struct agent_call *call,
    const struct agent_user *user, const struct agent_line *lines, size_t n,
    struct agent_opened *out, struct err *e)
{
	struct fake_agent *f = self;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "open %s %s %s", user->id,
	    user->name != NULL ? user->name : "",
	    user->contact != NULL ? user->contact : "");
	for (size_t i = 0; i < user->n_fields; i++)
		fake_agent_note(
		    f, " +%s=%s", user->fields[i].name, user->fields[i].value);
	for (size_t i = 0; i < n; i++)
		fake_agent_note(
		    f, " [%s: %s]", lines[i].by_bot ? "BOT" : "USER", lines[i].text);
	fake_agent_note(f, user->again ? " again;" : ";");
	if (f->opening == AGENT_OPENED && (!user->again || f->opens == 0))
		f->opens++;
	fake_agent_end(f);
	if (f->opening == AGENT_OPEN_FAILED || f->opening == AGENT_OPEN_UNSURE)
		(void)fake_agent_fail(f, e);
	if (f->opening != AGENT_OPENED)
		return f->opening;
	*out = f->opened;
	if (out->chat.id == NULL)
		out->chat.id = "C1";
	if (out->chat.memory == NULL)
		out->chat.memory = "0";
	return AGENT_OPENED;
}

/* What arrives. */
static inline void
fake_agent_hear(struct fake_agent *f, const char *what)
{
	size_t len = strlen(f->heard);

	if (f->outcome == AGENT_DELIVERED || f->lost > 0)
		snprintf(f->heard + len, sizeof(f->heard) - len, "%s|", what);
	if (f->outcome != AGENT_DELIVERED && f->lost > 0)
		f->lost--;
}

static inline enum agent_outcome
fake_agent_outcome(struct fake_agent *f, const struct agent_call *call,
    struct agent_chat *chat, struct err *e)
{
	int was = chat->memory != NULL ? chat->memory[0] - '0' : 0;

	if (f->outcome == AGENT_DELIVERED)
		chat->memory = arena_printf(call->arena, "%d", (was + 1) % 10);
	else
		(void)fake_agent_fail(f, e);
	return f->outcome;
}

static inline enum agent_outcome
fake_agent_say(void *self, const struct agent_call *call, struct agent_chat *chat,
    const char *text, struct err *e)
{
	struct fake_agent *f = self;

	fake_agent_begin(f);
	fake_agent_note(f, "say %s %s;", chat->id, text);
	fake_agent_hear(f, text);
	fake_agent_end(f);
	return fake_agent_outcome(f, call, chat, e);
}

static inline enum agent_outcome
fake_agent_send(void *self, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_file *file, struct err *e)
{
	struct fake_agent *f = self;

	fake_agent_begin(f);
	fake_agent_note(
	    f, "send %s %s %s %zu;", chat->id, file->name, file->type, file->size);
	fake_agent_hear(f, file->name);
	fake_agent_end(f);
	return fake_agent_outcome(f, call, chat, e);
}

static inline bool
fake_agent_has_heard(const struct fake_agent *f, const char *what)
{
	const char *at = f->heard;
	size_t n = strlen(what);

	while ((at = strstr(at, what)) != NULL) {
		if ((at == f->heard || at[-1] == '|') && at[n] == '|')
			return true;
		at += n;
	}
	return false;
}

static inline enum agent_outcome
fake_agent_look(void *self, const struct agent_call *call, struct agent_chat *chat,
    const struct agent_said *said, struct err *e)
{
	const char *what = said->file != NULL ? said->file : said->text;
	struct fake_agent *f = self;
	int was = chat->memory != NULL ? chat->memory[0] - '0' : 0;
	bool fails, heard;

	fake_agent_begin(f);
	fake_agent_note(f, "look %s %s;", chat->id, what);
	fails = fake_agent_due(&f->look_fails);
	heard = fake_agent_has_heard(f, what);
	fake_agent_end(f);
	if (fails) {
		(void)fake_agent_fail(f, e);
		return AGENT_UNSURE;
	}
	if (!heard)
		return AGENT_NOT_DELIVERED;
	chat->memory = arena_printf(call->arena, "%d", (was + 1) % 10);
	return AGENT_DELIVERED;
}

static inline enum agent_state
fake_agent_state(
    void *self, const struct agent_call *call, const struct agent_chat *chat)
{
	struct fake_agent *f = self;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "state %s;", chat->id);
	fake_agent_end(f);
	return f->state;
}

static inline bool
fake_agent_leave(void *self, const struct agent_call *call,
    const struct agent_chat *chat, bool by_user, struct err *e)
{
	struct fake_agent *f = self;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "leave %s %s;", chat->id, by_user ? "user" : "nobody");
	fake_agent_end(f);
	return f->leave_fails ? fake_agent_fail(f, e) : true;
}

static inline enum agent_handshake
fake_agent_handshake(
    void *self, const struct cfg *cfg, const struct agent_secrets *s, const char *given)
{
	struct fake_agent *f = self;

	(void)cfg;
	(void)s;
	return given != NULL ? f->handshake : AGENT_SHAKE_REFUSE;
}

static inline enum agent_proof
fake_agent_proof(void *self, const struct cfg *cfg, const struct agent_secrets *s,
    const char *body, size_t len, const char *given)
{
	struct fake_agent *f = self;

	(void)cfg;
	(void)s;
	(void)body;
	(void)len;
	(void)given;
	return f->proof;
}

/* The index that a body is; n_events when it is none. */
static inline size_t
fake_agent_index(const struct fake_agent *f, const char *body, size_t len)
{
	size_t i = 0;

	if (len == 0 || strspn(body, "0123456789") < len)
		return f->n_events;
	for (size_t at = 0; at < len && i < f->n_events; at++)
		i = i * 10 + (size_t)(body[at] - '0');
	return i < f->n_events ? i : f->n_events;
}

static inline void
fake_agent_key(const struct fake_agent *f, size_t i, char key[SHA256_HEX_SIZE])
{
	if (f->events[i].key[0] != '\0')
		memcpy(key, f->events[i].key, SHA256_HEX_SIZE);
	else
		snprintf(key, SHA256_HEX_SIZE, "event %zu", i);
}

static inline bool
fake_agent_read(void *self, const struct cfg *cfg, struct arena *arena,
    const char *body, size_t len, struct agent_event *out, struct err *e)
{
	struct fake_agent *f = self;
	size_t i = fake_agent_index(f, body, len);
	struct agent_event ev;

	(void)cfg;
	if (i == f->n_events)
		return err_set(e, ERR_INPUT, 0, "fake event: no such one");
	ev = f->events[i];
	fake_agent_key(f, i, ev.key);
	ev.name = ev.name != NULL ? ev.name : arena_printf(arena, "fake:%zu", i);
	ev.by = ev.by != NULL ? ev.by : "";
	ev.shown = ev.shown != NULL ? ev.shown : "";
	ev.message_id = ev.message_id != NULL ? ev.message_id : "";
	ev.html = ev.html != NULL ? ev.html : "";
	ev.ticket = ev.ticket != NULL ? ev.ticket : "";
	ev.file.url = ev.file.url != NULL ? ev.file.url : "";
	ev.file.name = ev.file.name != NULL ? ev.file.name : "";
	ev.file.type = ev.file.type != NULL ? ev.file.type : "";
	*out = ev;
	return true;
}

static inline bool
fake_agent_is_users(void *self, struct arena *arena, const struct agent_chat *chat,
    const struct agent_event *ev)
{
	const struct fake_agent *f = self;

	(void)arena;
	return chat->memory != NULL && f->user != NULL && strcmp(f->user, ev->by) == 0;
}

static inline bool
fake_agent_owner(void *self, const struct agent_call *call,
    const struct agent_event *ev, const char **id, struct agent_chat *chat, bool *over,
    struct err *e)
{
	struct fake_agent *f = self;

	(void)call;
	(void)e;
	fake_agent_begin(f);
	fake_agent_note(f, "owner %s;", ev->chat_id);
	fake_agent_end(f);
	*id = f->owner;
	*over = f->owned_is_over;
	*chat = (struct agent_chat){ .id = ev->chat_id, .memory = "0" };
	return true;
}

static inline bool
fake_agent_resolve(void *self, const struct agent_call *call, enum agent_proof proof,
    struct agent_chat *chat, struct agent_event *ev, struct err *e)
{
	struct fake_agent *f = self;
	bool fails;

	(void)call;
	fake_agent_begin(f);
	f->resolved_as = proof;
	fails = f->resolve_fails > 0 && f->resolve_fails-- > 0;
	fake_agent_end(f);
	if (fails)
		return fake_agent_fail(f, e);
	if (f->learns != NULL)
		chat->memory = f->learns;
	for (size_t i = 0; f->resolved != NULL && i < f->n_events; i++) {
		char key[SHA256_HEX_SIZE];

		fake_agent_key(f, i, key);
		if (strcmp(ev->key, key) != 0)
			continue;
		ev->kind = f->resolved[i].kind;
		if (f->resolved[i].shown != NULL)
			ev->shown = f->resolved[i].shown;
	}
	return true;
}

static inline bool
fake_agent_fetch(void *self, const struct agent_call *call,
    const struct agent_event *ev, const char *dir, struct agent_file *out,
    struct err *e)
{
	struct fake_agent *f = self;
	size_t n = f->file != NULL ? strlen(f->file) : 0;
	bool fails = f->file == NULL || f->fetch_fails != 0;
	int fd = -1;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "fetch %s;", ev->file.url);
	if (f->fetch_fails > 0)
		f->fetch_fails--;
	fake_agent_end(f);
	if (fails)
		return fake_agent_fail(f, e);
	if (!file_unnamed(dir, &fd, e))
		return false;
	if (!file_write_all(fd, f->file, n, e)) {
		close(fd);
		return false;
	}
	*out = (struct agent_file){ .fd = fd,
		.size = n,
		.name = ev->file.name,
		.type = f->file_type != NULL ? f->file_type : "text/plain" };
	return true;
}

static inline bool
fake_agent_survey(void *self, const struct agent_call *call, const char *ticket,
    const char **url, struct err *e)
{
	struct fake_agent *f = self;
	bool fails;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "link %s;", ticket);
	fails = fake_agent_due(&f->link_fails);
	fake_agent_end(f);
	if (fails)
		return fake_agent_fail(f, e);
	*url = f->link;
	return true;
}

static inline bool
fake_agent_contact(void *self, const struct agent_call *call,
    const struct agent_chat *chat, struct agent_contact *out, struct err *e)
{
	struct fake_agent *f = self;
	bool fails;

	(void)call;
	fake_agent_begin(f);
	fake_agent_note(f, "contact %s;", chat->id);
	fails = fake_agent_due(&f->contact_fails);
	fake_agent_end(f);
	if (fails)
		return fake_agent_fail(f, e);
	out->id = f->contact.id != NULL ? f->contact.id : "";
	out->contact = f->contact.contact != NULL ? f->contact.contact : "";
	return true;
}

static const struct agent_ops fake_agent_ops = {
	.name = "fake",
	.close = fake_agent_close,
	.enabled = fake_agent_enabled,
	.place = fake_agent_place,
	.there = fake_agent_there,
	.begin = fake_agent_open,
	.say = fake_agent_say,
	.send = fake_agent_send,
	.look = fake_agent_look,
	.state = fake_agent_state,
	.leave = fake_agent_leave,
	.handshake = fake_agent_handshake,
	.proof = fake_agent_proof,
	.read = fake_agent_read,
	.is_users = fake_agent_is_users,
	.owner = fake_agent_owner,
	.resolve = fake_agent_resolve,
	.fetch = fake_agent_fetch,
	.survey = fake_agent_survey,
	.contact = fake_agent_contact,
};

#endif
