/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_HYPERCHAT_DESK_H
#define AGENT_HYPERCHAT_DESK_H

#include <stdbool.h>

#include "agent/agent.h"
#include "agent/hyperchat_memory.h"
#include "hyperchat/agents.h"
#include "hyperchat/call.h"
#include "hyperchat/chats.h"

/* What the parts of the engine share. For this room only. */

/* What is shared between conversations: nothing but time. */
struct hc_engine {
	const struct clock *clock;
};

/* One call of the dialogue, as the calls of hyperchat/ want it. */
struct hc_desk {
	struct hyperchat_account account;
	struct hyperchat_call call; /* of this account: a desk is not copied */
};

/* ERR_CONFIG when the settings do not make an account. */
bool hc_use(struct hc_desk *d, const struct hc_engine *self,
    const struct agent_call *call, struct err *e) MUST_CHECK;

/*
 * The chat's memory, with the customer's id in it: where it is not known, HyperChat is
 * asked. m->user stays NULL when there is no such chat. False: it cannot be asked.
 */
bool hc_recall(const struct hc_desk *d, const struct agent_chat *chat,
    struct hc_memory *m, struct err *e) MUST_CHECK;

/* Whether an external id is one of our conversations; users of other systems have others. */
bool hc_id_is_ours(const char *external_id) MUST_CHECK;

/* The operations that stand in files of their own; see agent.h. */
enum agent_outcome hc_say(void *self, const struct agent_call *call,
    struct agent_chat *chat, const char *text, struct err *e);
enum agent_outcome hc_send(void *self, const struct agent_call *call,
    struct agent_chat *chat, const struct agent_file *file, struct err *e);
enum agent_outcome hc_look(void *self, const struct agent_call *call,
    struct agent_chat *chat, const struct agent_said *said, struct err *e);
enum agent_handshake hc_handshake(void *self, const struct cfg *cfg,
    const struct agent_secrets *s, const char *given);
enum agent_proof hc_proof(void *self, const struct cfg *cfg,
    const struct agent_secrets *s, const char *body, size_t len, const char *given);
bool hc_read(void *self, const struct cfg *cfg, struct arena *arena, const char *body,
    size_t len, struct agent_event *out, struct err *e);
bool hc_is_users(void *self, struct arena *arena, const struct agent_chat *chat,
    const struct agent_event *ev);
bool hc_owner(void *self, const struct agent_call *call, const struct agent_event *ev,
    const char **id, struct agent_chat *chat, bool *over, struct err *e);
bool hc_resolve(void *self, const struct agent_call *call, enum agent_proof proof,
    struct agent_chat *chat, struct agent_event *ev, struct err *e);
bool hc_fetch(void *self, const struct agent_call *call, const struct agent_event *ev,
    const char *dir, struct agent_file *out, struct err *e);
bool hc_survey(void *self, const struct agent_call *call, const char *ticket,
    const char **url, struct err *e);
bool hc_contact(void *self, const struct agent_call *call,
    const struct agent_chat *chat, struct agent_contact *out, struct err *e);

#endif
