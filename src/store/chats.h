/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_CHATS_H
#define STORE_CHATS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct arena;
struct state;

/*
 * Which conversation a live chat belongs to, so that an event finds it although the session
 * is gone. A row is written before the chat can have events, is kept LIMIT_CHAT_OPEN_S after
 * it was last put, and LIMIT_CHAT_CLOSED_S after the chat was closed. Thread-safe, shared by
 * processes, durable: see state.h. Each text is at most LIMIT_CHAT_FIELD bytes, extra
 * LIMIT_CHAT_EXTRA.
 */
struct chat_row {
	const char
	    *id; /* the agent system's name of the chat, environment by environment */
	const char *env; /* the environment it belongs to */
	const char *conv; /* id of the conversation */
	const char *user, *ours; /* addresses for messages to the user: To, From */
	const char *extra; /* JSON text of whoever put it: its own business */
	bool closed;
};

enum chats_result {
	CHATS_OK,
	CHATS_NONE, /* no such chat, or expired */
	CHATS_FAILED /* nothing was changed, see *e */
};

/* Puts it in place of a former one of that env and id; `closed` does not count: it is open. */
bool chats_put(struct state *st, const struct chat_row *row, struct err *e) MUST_CHECK;

/* Texts are in the arena. */
enum chats_result chats_find(struct state *st, const char *env, const char *id,
    struct arena *a, struct chat_row *out, struct err *e) MUST_CHECK;

/* The chat of that conversation which is open, of several the last one that was put. */
enum chats_result chats_open_of(struct state *st, const char *env, const char *conv,
    struct arena *a, struct chat_row *out, struct err *e) MUST_CHECK;

/* How many are open. */
bool chats_count(struct state *st, int64_t *n, struct err *e) MUST_CHECK;

/* From now on it counts as closed. CHATS_OK also when it was before; its life stays then. */
enum chats_result chats_close(
    struct state *st, const char *env, const char *id, struct err *e) MUST_CHECK;

#endif
