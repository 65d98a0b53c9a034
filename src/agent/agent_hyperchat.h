/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_AGENT_HYPERCHAT_H
#define AGENT_AGENT_HYPERCHAT_H

#include "agent/agent.h"

/*
 * Inbenta's HyperChat as a system of live agents. Settings: chat.chat.*, and of others
 * api.timeout_ms for one call, media.max_bytes. What goes with a chat: hyperchat_memory.h.
 */
extern const struct agent_ops agent_hyperchat;

#endif
