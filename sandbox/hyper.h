/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HYPER_H
#define SANDBOX_HYPER_H

#include "sandbox/server.h"

/*
 * The stand-in for HyperChat: users, agents, chats and what is said in them, behind the
 * REST interface that a connector uses, the desk page, and the control interface. Source:
 * Inbenta, "HyperChat API", "HyperChat webhooks".
 */
struct hyper;

enum {
	HYPER_USERS = 20000,
	HYPER_CHATS = 5000, /* closed ones go when there are more */
	HYPER_MESSAGES = 5000, /* of one chat */
	HYPER_AGENTS = 50,
	HYPER_TEXT_BYTES = 64 * 1024 /* of one message */
};

struct hyper *hyper_new(struct sandbox *sb);
void hyper_free(struct hyper *h); /* NULL is allowed */

/* Everything below /hyperchat/v1/. */
handler_fn hyper_rest;
/* /sandbox/hyperchat: settings, state, reset. */
handler_fn control_hyper, control_hyper_state, control_hyper_clear;
/* What agents do at the desk, and what the desk page looks at. */
handler_fn desk_act, desk_state, desk_events, desk_media;

#endif
