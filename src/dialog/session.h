/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_SESSION_H
#define DIALOG_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/limits.h"
#include "bot/bot.h"
#include "conf/conf.h"
#include "dialog/begun.h"
#include "dialog/flood.h"
#include "dialog/loop.h"
#include "dialog/message.h"
#include "dialog/streak.h"
#include "dialog/survey_walk.h"

/*
 * What botline remembers of one conversation between two messages, and its form on
 * disk: JSON with a version. Plain values; all texts live in an arena. One thread.
 */

/*
 * A record of another version is begun anew: conversations last a day. Those before are
 * read as well, so that an upgrade interrupts nobody.
 */
enum { SESSION_VERSION = 5, SESSION_VERSION_OLDEST = 2 };

/* What the next message may answer. A new kind also needs its rows in step.c. */
enum pending_kind {
	PENDING_NONE,
	PENDING_POLAR, /* yes/no questions only */
	PENDING_CHOICE, /* numbered choices, yes and no may be among them */
	PENDING_LIST, /* the same, and some are a form's */
	PENDING_PAGES, /* pages only */
	PENDING_RATING, /* did the answer help? */
	PENDING_COMMENT, /* why not? Anything that is said answers it */
	PENDING_ESCALATION, /* an agent? Options of the bot may stand above it */
	PENDING_KINDS
};

/* A word for records and logs: "none", "polar"… */
const char *pending_kind_name(enum pending_kind kind);

/* What choosing does. A new kind also needs its row in acts.c. */
enum choice_kind {
	CHOICE_OPTION, /* goes to the bot */
	CHOICE_LIST, /* the same, of a form's list */
	CHOICE_PAGE, /* shows `html` */
	CHOICE_RATING, /* rates what was shown */
	CHOICE_WANTED, /* an agent is wanted */
	CHOICE_UNWANTED, /* none is */
	CHOICE_KINDS
};

const char *choice_kind_name(enum choice_kind kind);

/* One numbered choice as the phone showed it. Texts are never NULL but where it is said. */
struct choice {
	const char *label; /* plain text, in the user's language */
	const char
	    *value; /* the engine's own, see bot_option; of a page: its click code */
	const char *say; /* plain text that is said; NULL: the label */
	const char *html; /* of CHOICE_PAGE; NULL elsewhere */
	enum choice_kind kind;
	bool as_text; /* see bot_option */
	bool polar; /* of a yes/no question: its first letter will do */
	int64_t rating; /* of CHOICE_RATING: its id, … */
	bool comment; /* … whether to ask why, … */
	bool negative; /* … and whether it counts as a bad one */
	bool to_agent; /* see bot_option.starts_agent */
};

struct pending {
	enum pending_kind kind;
	bool warned; /* a number out of range was just typed */
	const struct choice *choices; /* number N means choices[N - 1] */
	size_t n;
	bool retried; /* of PENDING_LIST: its one wrong answer was given */
	const char *code; /* of PENDING_RATING: of what is rated; NULL elsewhere */
};

/*
 * A rating whose one event is still to be sent: it waits for its comment, or the bot could
 * not be told.
 */
struct hold {
	const char *code; /* NULL: nothing is held */
	int64_t rating;
	const char *comment; /* "": none, or none yet */
	int64_t due_s; /* Unix time: not before that */
	int64_t tries; /* that failed */
	bool sending; /* whoever wrote this was about to send it */
};

/* Why a user is asked whether he wants an agent, or is brought to one. */
enum escalation_type {
	ESCALATION_NONE,
	ESCALATION_FLAG, /* the bot says so, of itself */
	ESCALATION_NO_RESULTS,
	ESCALATION_RATINGS, /* bad ones */
	ESCALATION_OFFER, /* the bot asks; what comes of it is told to it */
	ESCALATION_DIRECT, /* the user asked for one */
	ESCALATION_FORM, /* and has answered what the bot asks before */
	ESCALATION_TYPES
};

const char *escalation_name(enum escalation_type type);

/* What an answer to PENDING_ESCALATION goes on with; nothing else outlives a turn. */
struct escalation {
	enum escalation_type type;
	const struct bot_form *form; /* that came with the offer; NULL: none yet */
};

/* A chat with an agent. While there is one the bot hears nothing. */
struct chat {
	const char *id; /* NULL: there is none */
	const char *memory; /* see agent_chat */
	bool talking; /* an agent is there; before that it may wait in a queue */
	int64_t since_s; /* Unix time of its beginning */
	int64_t notice_s; /* of the last word on the queue; 0: none */
	int64_t position; /* in the queue, as last told to the user; 0: none was */
	int64_t position_ms; /* when that was so, Unix time; 0: not known */
	bool attended; /* that an agent came was told to the bot */
	const char *joined[LIMIT_CHAT_AGENTS]; /* who were said to have joined */
	size_t n_joined;
};

/*
 * What was worked last by a job, and what the user is told of it: kept so that the same job,
 * when it is worked again, says the same.
 */
struct last_event {
	const char *key; /* NULL: there was none */
	const struct message *messages;
	size_t n;
};

/* Which way a reply goes. */
enum claim_way {
	CLAIM_INLINE, /* in the response to the message */
	CLAIM_QUEUED /* by the queue: the response was empty */
};

/* A message that was answered, and how. */
struct claim {
	const char *sid;
	const char *token; /* see inbound.token; NULL: none */
	const struct message *messages;
	size_t n;
	enum claim_way way;
	bool cut; /* there was no room for the messages: n is 0 */
	int64_t job; /* of CLAIM_QUEUED: the job that owns the reply */
};

struct session {
	enum conf_env env; /* the first message's; kept for good */
	int64_t used_at; /* Unix time of the last turn */
	bool greeted; /* the bot was asked something, or has said its welcome */
	const char *memory; /* the bot's; NULL: none */
	int64_t negative_count; /* bad ratings in a row */
	int64_t no_results; /* answers in a row that found nothing */
	const char *from, *to; /* addresses as last received; NULL: not known */
	const char *url; /* inbound.url as last received; NULL: not known */
	struct streak streak; /* of what was said in responses */
	struct escalation escalation;
	struct chat chat;
	const char *ended; /* id of the chat that ended last; NULL: none did */
	struct last_event event; /* of an agent */
	struct survey_walk survey; /* that runs: it hears the user first */
	struct last_event surveyed; /* key: the chat whose survey began last */
	struct pending pending; /* put away while a survey runs */
	struct hold hold;
	struct flood flood;
	struct loop loop;
	struct claim claims[LIMIT_CLAIMS]; /* oldest first, no sid twice */
	size_t n_claims;
	struct begun begun[LIMIT_BEGUN]; /* oldest first, no sid twice */
	size_t n_begun;
	const char
	    *known[LIMIT_KNOWN]; /* sids and tokens of claims that were forgotten */
	size_t n_known; /* oldest first */
};

/*
 * The fields of a form for which a record has room (LIMIT_AGENT_FORM as written). What is
 * left out is logged. NULL when not even name and contact fit, or there is no form.
 */
const struct bot_form *session_form(struct arena *a, const struct bot_form *form);

/* Reads a record that session_encode() wrote. ERR_INPUT for anything else. */
bool session_decode(struct session *s, struct arena *a, const char *data, size_t len,
    struct err *e) MUST_CHECK;

/*
 * Appends the record; ask buf_ok(out). The replies of the newest claims are kept, up to
 * LIMIT_CLAIM_BYTES as written, and to what the rest leaves of LIMIT_RECORD; a claim whose reply does not fit keeps its sid, and
 * answers with no text.
 */
void session_encode(const struct session *s, struct buf *out);

/* Bytes that a choice takes in a record. */
size_t session_choice_bytes(const struct choice *c) MUST_CHECK;

/*
 * The claim of that sid, or of that token (NULL, "": none). Of one that was forgotten nothing
 * is left but that it was: no sid, no messages, `cut`. NULL when there is none, and always
 * for a sid that is "".
 */
const struct claim *session_find(
    const struct session *s, const char *sid, const char *token);

/*
 * Adds a claim, of CLAIM_INLINE unless the caller says otherwise. The oldest beyond
 * LIMIT_CLAIMS is forgotten, but for its sid and token: the last LIMIT_KNOWN of those are
 * kept. Borrows all it is given. A sid that is "" or longer than LIMIT_SID is not kept (NULL):
 * such a message has no repeats. A token longer than LIMIT_REPEAT_TOKEN counts as none.
 */
struct claim *session_claim(struct session *s, const char *sid, const char *token,
    const struct message *messages, size_t n);

/* The newest claim, if it is of that sid; else NULL. */
struct claim *session_last(struct session *s, const char *sid);

/* Bytes that messages take in a record; those of one claim have LIMIT_CLAIM_BYTES. */
size_t session_messages_bytes(const struct message *messages, size_t n) MUST_CHECK;

/*
 * Puts an event in place of the last one, with those of its messages that fit, from the
 * first on, LIMIT_EVENT_BYTES as written. Returns how many do. Borrows the texts.
 */
size_t session_event(struct session *s, const char *key, const struct message *messages,
    size_t n) MUST_CHECK;

/*
 * Notes that the survey about this chat has begun, and what is said then, as much of it as
 * fits into LIMIT_SURVEY_SAID bytes as written. Returns how many messages do. Borrows the
 * texts.
 */
size_t session_surveyed(struct session *s, const char *chat,
    const struct message *messages, size_t n) MUST_CHECK;

/* Notes that this agent has joined the chat. False: it was noted before. */
bool session_joined(struct chat *c, const char *agent) MUST_CHECK;

#endif
