/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_AGENTS_H
#define HYPERCHAT_AGENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "hyperchat/call.h"

/* Where agents are looked for. */
struct hyperchat_room {
	int64_t id;
	const char *lang; /* of the chat to be; "": any */
};

/*
 * Whether chats may wait in a queue while all agents are busy: settings.queue.active, and
 * what the account says where that is missing.
 */
bool hyperchat_queue_mode(
    const struct hyperchat_call *c, bool *active, struct err *e) MUST_CHECK;

/* How many agents of the room have a slot for one more chat. */
bool hyperchat_agents_available(const struct hyperchat_call *c,
    const struct hyperchat_room *room, int64_t *n, struct err *e) MUST_CHECK;

/* Whether any agent of the room is there at all. */
bool hyperchat_agents_online(const struct hyperchat_call *c,
    const struct hyperchat_room *room, bool *any, struct err *e) MUST_CHECK;

/*
 * Whether a chat that is begun now finds an agent: with queue mode somebody has to be
 * online, without it somebody has to be free. Asked anew each time: two calls.
 *
 * False: nobody. *e then tells: ERR_NONE when HyperChat itself says so, else why it could
 * not be asked, which counts as nobody and is for the caller to log.
 */
bool hyperchat_agent_there(const struct hyperchat_call *c,
    const struct hyperchat_room *room, struct err *e) MUST_CHECK;

/* The same when the queue mode is known already: one call. */
bool hyperchat_agent_there_in(const struct hyperchat_call *c,
    const struct hyperchat_room *room, bool queue_mode, struct err *e) MUST_CHECK;

#endif
