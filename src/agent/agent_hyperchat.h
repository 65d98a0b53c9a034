/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_AGENT_HYPERCHAT_H
#define AGENT_AGENT_HYPERCHAT_H

#include "agent/agent.h"

/*
 * Inbenta's HyperChat as a system of live agents. Settings: chat.chat.*, and of others
 * api.timeout_ms for one call, media.max_bytes. What goes with a chat: hyperchat_memory.h.
 */
extern const struct agent_ops agent_hyperchat;

struct hyperchat_account;

/* The application that the configuration names; texts live in the arena. ERR_CONFIG: it is not
 * whole (hyperchat/account.h). */
bool agent_hyperchat_account(struct arena *a, const struct cfg *cfg,
    struct hyperchat_account *out, struct err *e) MUST_CHECK;

#endif
