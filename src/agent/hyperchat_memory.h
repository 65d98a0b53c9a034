/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_HYPERCHAT_MEMORY_H
#define AGENT_HYPERCHAT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"

/*
 * What goes with a chat of HyperChat (agent_chat.memory), as JSON:
 *
 *	{"v":1,"user":"U1","last":"m9","queue":true,"agents":["A1"]}
 */
enum { HC_AGENTS = 8 };

struct hc_memory {
	const char *user; /* the customer's id at HyperChat; NULL: not known */
	const char *last; /* id of the newest message that is his; NULL: not known */
	bool queue; /* it may wait in a queue */
	const char *agents[HC_AGENTS]; /* ids known as agents', oldest first */
	size_t n_agents;
};

/*
 * Reads it; texts live in the arena. What cannot be read (NULL, foreign bytes, another
 * version) is as good as none: nothing known, and there may be a queue. Thread-safe.
 */
struct hc_memory hc_memory_read(const char *memory, struct arena *a) MUST_CHECK;

const char *hc_memory_write(const struct hc_memory *m, struct arena *a) MUST_CHECK;

bool hc_memory_is_agent(const struct hc_memory *m, const char *id) MUST_CHECK;

/* Keeps the id, which has to live as long; the oldest goes when there are too many. */
void hc_memory_add_agent(struct hc_memory *m, const char *id);

#endif
