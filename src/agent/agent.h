/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"

struct cfg;
struct http;

/*
 * What the dialogue knows of live agents: people who take over from the bot. No name of an
 * engine's API appears above this line of rooms: engines translate.
 */

/* An engine with what it shares between conversations. Thread-safe. */
struct agent;

/* What a call may use. Borrowed for its duration. */
struct agent_call {
	struct http *http;
	const struct cfg *cfg;
	const char *env; /* "production"… */
	struct arena *arena; /* results live here */
	int64_t until_ms; /* clock's mono_ms */
};

/* Whether agents are asked for at all: switched on, with credentials. NULL has none. */
bool agent_enabled(struct agent *a, const struct cfg *cfg) MUST_CHECK;

/* Where chats of this configuration are held, for reports. Borrowed from cfg or constant. */
struct agent_place {
	const char *app, *region;
};
struct agent_place agent_place(struct agent *a, const struct cfg *cfg) MUST_CHECK;

enum agent_there {
	AGENT_NOBODY, /* also when it cannot be asked, which is logged */
	AGENT_THERE
};

/* Whether a chat that is begun now would find somebody. Asked anew each time. */
enum agent_there agent_there(struct agent *a, const struct agent_call *call) MUST_CHECK;

/* A chat. */

struct agent_field {
	const char *name, *value;
};

/* What the agent shall know of a user. NULL and "": not told. */
struct agent_user {
	const char *id; /* of the conversation: "twilio-…"; needed */
	const char *name; /* not told: the configured guest's, else the phone */
	const char *contact; /* not told: the configured guest's */
	const char *phone; /* as it may be shown: "+34600111222"; needed */
	const struct agent_field *fields;
	size_t n_fields;
	bool again; /* see agent_open() */
};

/* One line of what was said before. */
struct agent_line {
	bool by_bot;
	const char *text; /* the bot's may be HTML; blank ones are left out */
	int64_t said_at; /* Unix time; 0: not told */
};

/*
 * A chat as a conversation keeps it: an id, and a text of the engine's own that goes with
 * it. A call may put a newer text into `memory`, which is then to be kept. A text that is
 * lost (NULL) or cannot be read costs a call more, and nothing else.
 */
struct agent_chat {
	const char *id;
	const char *memory; /* at most AGENT_MEMORY_MAX bytes */
};
enum { AGENT_MEMORY_MAX = 4096 };

enum agent_opening {
	AGENT_OPENED,
	AGENT_NONE, /* nobody is there any more, or none can be asked for: logged */
	AGENT_OPEN_FAILED, /* *e tells why; no chat was left open that could be closed */
	AGENT_OPEN_UNSURE /* there may be a chat now, and nobody could tell; *e */
};

struct agent_opened {
	struct agent_chat chat;
	bool existed; /* the user had one: it goes on, and was not given the lines */
	bool talking; /* of one that existed: an agent is in it */
	bool queued; /* it may wait in a queue: agent_state() is worth asking */
};

/*
 * Brings a user to an agent; `lines` are what was said before, oldest first. Two at once for
 * one user could make two chats: the caller holds the conversation.
 *
 * user->again: an earlier try may have begun a chat, and did not come to an end. It is gone on
 * with where it is: a second one is never made of it. So what was AGENT_OPEN_UNSURE, or was
 * interrupted, may be tried again.
 */
enum agent_opening agent_open(struct agent *a, const struct agent_call *call,
    const struct agent_user *user, const struct agent_line *lines, size_t n,
    struct agent_opened *out, struct err *e) MUST_CHECK;

enum agent_outcome {
	AGENT_DELIVERED,
	AGENT_OVER, /* the chat is closed or unknown: what was said may go to the bot */
	AGENT_NOT_DELIVERED, /* it is not in the chat, though it was tried more than once */
	AGENT_NOT_TAKEN, /* a file whose type or size the agent's side does not take */
	AGENT_UNSURE /* it may be in the chat, and nobody could tell: never repeat */
};

/*
 * Says a text to the agent, or hands him a file. What did not arrive for sure is tried twice
 * more within about two seconds, so there is no use in trying again. *e tells why unless it
 * is DELIVERED.
 */
enum agent_outcome agent_say(struct agent *a, const struct agent_call *call,
    struct agent_chat *chat, const char *text, struct err *e) MUST_CHECK;

struct agent_file {
	int fd; /* read from its beginning, by position */
	size_t size; /* may be 0 */
	const char
	    *name; /* with its extension; one of its own for each file of a chat */
	const char *type; /* MIME, lower case; "" of a fetched one: not told */
};
enum agent_outcome agent_send(struct agent *a, const struct agent_call *call,
    struct agent_chat *chat, const struct agent_file *file, struct err *e) MUST_CHECK;

/* What may have been said: by a try that was interrupted, or was AGENT_UNSURE. */
struct agent_said {
	const char *text; /* or: */
	const char *file; /* the name it was sent by */
	int64_t since_s; /* Unix time: not before that */
};

/*
 * Whether it is in the chat. `chat` is as it was before it was said; what agent_say() would
 * have kept is kept when it is found. AGENT_DELIVERED: it is there. AGENT_NOT_DELIVERED: it
 * is not. AGENT_OVER: the chat is unknown, nobody can tell. AGENT_UNSURE: not to be told now.
 * Nothing is said. *e tells why of the last two.
 */
enum agent_outcome agent_look(struct agent *a, const struct agent_call *call,
    struct agent_chat *chat, const struct agent_said *said, struct err *e) MUST_CHECK;

enum agent_state {
	AGENT_STATE_UNKNOWN, /* it could not be asked, which is logged */
	AGENT_STATE_RINGING, /* no agent yet, and no queue either */
	AGENT_STATE_QUEUED, /* no agent yet: it stands in the queue */
	AGENT_STATE_TALKING,
	AGENT_STATE_OVER /* closed, or unknown */
};

/* How a chat stands: one call, none where there is no queue (RINGING). */
enum agent_state agent_state(struct agent *a, const struct agent_call *call,
    const struct agent_chat *chat) MUST_CHECK;

/*
 * Ends a chat, in the name of the user or of nobody. One that is over already, or unknown,
 * is a success.
 */
bool agent_leave(struct agent *a, const struct agent_call *call,
    const struct agent_chat *chat, bool by_user, struct err *e) MUST_CHECK;

/* Events. */

/*
 * The agents' side calls us. `stored` are the secrets of handshakes, newest first; where the
 * configuration has one, it alone counts.
 */
struct agent_secrets {
	const char *const *stored;
	size_t n;
	bool allowed; /* the operator wants one more handshake than "once" */
	bool elsewhere; /* a first one is a stranger's: the same application has one */
};

enum agent_handshake {
	AGENT_SHAKE_REFUSE, /* 403 */
	AGENT_SHAKE_ECHO, /* known already: echo it */
	AGENT_SHAKE_STORE_FIRST, /* store it, if there is still none; then echo it */
	AGENT_SHAKE_STORE /* store it, newest first; then echo it */
};

/* What to do about a handshake with this secret (NULL: none). No network, constant time. */
enum agent_handshake agent_handshake(struct agent *a, const struct cfg *cfg,
    const struct agent_secrets *s, const char *given) MUST_CHECK;

enum agent_proof {
	AGENT_FORGED, /* 403, and nothing else */
	AGENT_PROVEN,
	AGENT_UNPROVEN /* proofs are off: what it says has to be asked for before it counts */
};

/*
 * Whether an event comes from the agents' side. `given` is its signature header; NULL:
 * none. No network, constant time.
 */
enum agent_proof agent_event_proof(struct agent *a, const struct cfg *cfg,
    const struct agent_secrets *s, const char *body, size_t len,
    const char *given) MUST_CHECK;

enum agent_event_kind {
	AGENT_EV_NOTHING, /* of no use to us */
	AGENT_EV_TEXT, /* by, html, message_id */
	AGENT_EV_MEDIA, /* by, file, message_id */
	AGENT_EV_JOINED, /* by, name */
	AGENT_EV_QUEUE, /* position: 1 or more */
	AGENT_EV_CLOSED, /* by an agent, or the agents' side itself */
	AGENT_EV_INACTIVE, /* the same, because nobody wrote */
	AGENT_EV_LEFT, /* closed in the user's own name: he knows */
	AGENT_EV_NOBODY, /* no agent is left to be asked: the chat has to be left */
	AGENT_EV_OVER, /* what comes after a chat has ended, by whomever */
	AGENT_EV_TICKET /* the same: a ticket was made of it */
};

/* Texts are never NULL, but for chat_id. */
struct agent_event {
	enum agent_event_kind kind;
	char key[SHA256_HEX_SIZE]; /* the same for one that comes twice */
	const char *name; /* of the event, for logs */
	const char *chat_id; /* NULL: none, and the kind is NOTHING */
	const char
	    *by; /* whoever did it: an agent's id, when resolved; "" for nobody */
	const char *shown; /* of JOINED, when resolved: the agent's name; may be "" */
	const char *message_id; /* "": not told */
	const char *html; /* plain text, or HTML when there is a "<" in it */
	struct {
		const char *url; /* for agent_fetch() */
		const char *name, *type; /* as told */
	} file;
	const char *ticket; /* of TICKET: its id */
	int64_t position;
	int64_t created_ms; /* Unix time in ms; 0: not told */
};

/*
 * Reads the body of an event; texts live in the arena. The kind is what it can be: CLOSED
 * may turn out LEFT, TEXT the user's own, when resolved. False: ERR_INPUT, ERR_TOO_BIG when
 * it is no event; ERR_DENIED when it is another application's.
 */
bool agent_event_read(struct agent *a, const struct cfg *cfg, struct arena *arena,
    const char *body, size_t len, struct agent_event *out, struct err *e) MUST_CHECK;

/*
 * Whether the chat's memory alone shows that it is the user's own doing, come back to us:
 * what he said, the file he sent, that he has left. No network; false where it cannot be told.
 */
bool agent_event_is_users(struct agent *a, struct arena *arena,
    const struct agent_chat *chat, const struct agent_event *ev) MUST_CHECK;

/*
 * Whose chat it is, for a chat that we have no note of: the id of agent_user.id, and the
 * chat to go on with, unless it is *over by now. *id is NULL when it is not one of ours:
 * other sources, other kinds of users, unknown. False: it cannot be asked now.
 */
bool agent_event_owner(struct agent *a, const struct agent_call *call,
    const struct agent_event *ev, const char **id, struct agent_chat *chat, bool *over,
    struct err *e) MUST_CHECK;

/*
 * Finds out what the event leaves open: whether an agent did it and what he is called. It
 * becomes NOTHING when there is nothing to tell the user. With AGENT_UNPROVEN what it says is
 * looked up, but for the number of a ticket; what is not so becomes NOTHING. Costs at most one call for an agent that the
 * chat's memory does not know, none for others. False: it cannot be asked now, try later;
 * ev is untouched.
 */
bool agent_event_resolve(struct agent *a, const struct agent_call *call,
    enum agent_proof proof, struct agent_chat *chat, struct agent_event *ev,
    struct err *e) MUST_CHECK;

/*
 * Fetches an agent's file into an unnamed file in the folder `dir` (base/file.h; NULL: in
 * memory), of at most media.max_bytes (ERR_TOO_BIG). out->fd is the caller's. The name is
 * as told, "" when it was not. ERR_DENIED: not an address files are fetched from; a file
 * that is gone is ERR_UPSTREAM with the code 404.
 */
bool agent_fetch(struct agent *a, const struct agent_call *call,
    const struct agent_event *ev, const char *dir, struct agent_file *out,
    struct err *e) MUST_CHECK;

/* After a chat. */

/*
 * The address of a survey about a ticket that was made of a chat, for the user to open;
 * *url is NULL when there is none to be had. False: it cannot be asked now.
 */
bool agent_survey(struct agent *a, const struct agent_call *call, const char *ticket,
    const char **url, struct err *e) MUST_CHECK;

/* Who talked in a chat, as the agents' side knows him. Never NULL, "": not told. */
struct agent_contact {
	const char *id; /* agent_user.id; "": none of ours */
	const char
	    *contact; /* what he has told of himself, not what we say of guests */
};
bool agent_contact(struct agent *a, const struct agent_call *call,
    const struct agent_chat *chat, struct agent_contact *out, struct err *e) MUST_CHECK;

/* Engines. */

/* As the functions above, which say what is promised; all are needed. */
struct agent_ops {
	const char *name; /* "hyperchat" */
	void *(*open)(const struct clock *clock);
	void (*close)(void *self);
	bool (*enabled)(void *self, const struct cfg *cfg);
	struct agent_place (*place)(void *self, const struct cfg *cfg);
	enum agent_there (*there)(void *self, const struct agent_call *call);
	enum agent_opening (*begin)(void *self, const struct agent_call *call,
	    const struct agent_user *user, const struct agent_line *lines, size_t n,
	    struct agent_opened *out, struct err *e);
	enum agent_outcome (*say)(void *self, const struct agent_call *call,
	    struct agent_chat *chat, const char *text, struct err *e);
	enum agent_outcome (*send)(void *self, const struct agent_call *call,
	    struct agent_chat *chat, const struct agent_file *file, struct err *e);
	enum agent_outcome (*look)(void *self, const struct agent_call *call,
	    struct agent_chat *chat, const struct agent_said *said, struct err *e);
	enum agent_state (*state)(
	    void *self, const struct agent_call *call, const struct agent_chat *chat);
	bool (*leave)(void *self, const struct agent_call *call,
	    const struct agent_chat *chat, bool by_user, struct err *e);
	enum agent_handshake (*handshake)(void *self, const struct cfg *cfg,
	    const struct agent_secrets *s, const char *given);
	enum agent_proof (*proof)(void *self, const struct cfg *cfg,
	    const struct agent_secrets *s, const char *body, size_t len,
	    const char *given);
	bool (*read)(void *self, const struct cfg *cfg, struct arena *arena,
	    const char *body, size_t len, struct agent_event *out, struct err *e);
	bool (*is_users)(void *self, struct arena *arena, const struct agent_chat *chat,
	    const struct agent_event *ev);
	bool (*owner)(void *self, const struct agent_call *call,
	    const struct agent_event *ev, const char **id, struct agent_chat *chat,
	    bool *over, struct err *e);
	bool (*resolve)(void *self, const struct agent_call *call,
	    enum agent_proof proof, struct agent_chat *chat, struct agent_event *ev,
	    struct err *e);
	bool (*fetch)(void *self, const struct agent_call *call,
	    const struct agent_event *ev, const char *dir, struct agent_file *out,
	    struct err *e);
	bool (*survey)(void *self, const struct agent_call *call, const char *ticket,
	    const char **url, struct err *e);
	bool (*contact)(void *self, const struct agent_call *call,
	    const struct agent_chat *chat, struct agent_contact *out, struct err *e);
};

/* The engines there are; a new one is one more row in agent.c. ERR_CONFIG: no such one. */
struct agent *agent_new(
    const char *name, const struct clock *clock, struct err *e) MUST_CHECK;
/*
 * The same of operations that are in no table and a `self` that exists already: for tests
 * and their fakes. agent_free() calls ops->close(self) as always.
 */
struct agent *agent_from_ops(const struct agent_ops *ops, void *self) MUST_CHECK;

void agent_free(struct agent *a); /* NULL is allowed */

#endif
