/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_DIALOG_H
#define DIALOG_DIALOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "conf/conf.h"
#include "dialog/message.h"

struct agent;
struct bot;
struct http;
struct incoming_place;
struct out;
struct state;
struct store;
struct tickets;

/*
 * The conversation. A message of a person comes in, what the phone shall show comes out.
 * The record of the conversation is read, changed and committed in between, once.
 */

/* What all turns share. Borrowed; const while turns run. */
struct dialog {
	struct store *store;
	struct bot *bot;
	const struct clock *clock;
	struct agent *agent; /* NULL: there are no live agents */
	struct tickets *tickets; /* the office behind them; NULL: there is none */
	struct state *state; /* queue and chats; NULL: there is neither */
	struct out *out; /* the way to a phone outside a request; NULL: none */
};

struct reply {
	const struct message *messages; /* in order */
	size_t n;
};

/* Which way a reply is to go where both are open. What is late goes by the queue. */
enum turn_road {
	ROAD_AS_IT_FITS, /* in the response, unless messages in the queue wait before it */
	ROAD_RESPONSE, /* in the response whenever it holds it */
	ROAD_QUEUE /* by the queue, all of it: whoever waits is answered at once */
};

/* What one turn may use. Times are moments of the clock's mono_ms. */
struct turn {
	struct conf *conf; /* the snapshot the request began with */
	enum conf_env env; /* as detected; a conversation keeps its first */
	struct http *http;
	struct arena *arena; /* the reply lives here */
	int64_t
	    reply_ms; /* when the one who waits has to have an answer; 0: nobody waits */
	int64_t until_ms; /* when the work has to be over */
	int64_t
	    notice_ms; /* when the user is asked for a moment, may be behind reply_ms; 0: never */
	enum turn_road road;
	/*
	 * Gives the answer to whoever waits, once, from within dialog_turn(), as soon as it is
	 * decided: the reply, or an empty one when it will come later by the queue. NULL:
	 * nobody waits. False: he has left; what he did not hear goes by the queue.
	 */
	bool (*answer)(void *arg, const struct reply *reply);
	void *arg;
};

/* What a message is besides a text, as the network has answered it already. */
enum opt_out {
	OPT_OUT_NONE, /* nothing of that kind is known */
	OPT_OUT_STOP, /* he wants no more messages, and gets none */
	OPT_OUT_START, /* he wants them again */
	OPT_OUT_HELP, /* he was told who we are */
	OPT_OUT_KINDS
};

/* What tells a repeat. */
struct inbound_id {
	const char *sid, *token; /* see inbound */
};

/* A proven message. */
struct inbound {
	const char *sid; /* of the message; a repeat carries the same */
	/*
	 * Of the request that brings it: another one with the same token brings the same
	 * message, whatever its sid. NULL: not known.
	 */
	const char *token;
	const char *conv_id; /* of the conversation */
	const char *user_id; /* as the company's systems know the user */
	const char *from; /* the user's address; tells the channel */
	const char *to;
	const char *text; /* UTF-8, not trimmed, may be "" */
	const char
	    *pick; /* id of the button or list row that was pressed; NULL: none */
	size_t n_media; /* files that came along */
	const struct incoming_place
	    *files; /* where they are; of some nothing may be known */
	size_t n_files;
	/* The address that was called, as proven, without its query's ours; NULL: unknown. */
	const char *url;
	enum opt_out opt_out; /* of the network's own handling */
	/* Earlier messages of his whose texts stand in front of this one's. */
	const struct inbound_id *joined;
	size_t n_joined;
};

enum turn_end {
	TURN_DONE, /* answered now, or accepted: it goes by the queue */
	TURN_REPEAT, /* answered before: the same reply again */
	TURN_REFUSED, /* it cannot wait anywhere: the reply says so; nothing was recorded */
	TURN_FAILED /* not begun or not committed (*e): nothing was said */
};

/*
 * Works one message whole: enters the conversation, finds repeats, reads the text against
 * what was asked, asks the bot, renders, commits. Trouble of the bot is a reply in the
 * bot's language, not an error; it is logged here. With t->answer, that was called unless the
 * end is TURN_FAILED; *out is what it was given, or would have been.
 */
enum turn_end dialog_turn(const struct dialog *d, const struct turn *t,
    const struct inbound *in, struct reply *out, struct err *e) MUST_CHECK;

/*
 * Does what is due in conversations though nobody writes (store/due.h): sends ratings whose
 * comment did not come. At most max conversations, and none is begun after t->until_ms; one
 * that is busy is left for later. t->env is not used. Returns how many it looked at.
 */
size_t dialog_due(const struct dialog *d, const struct turn *t, size_t max);

#endif
