/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_TALK_H
#define SANDBOX_INBENTA_TALK_H

#include "sandbox/server.h"
#include "sandbox/sessions.h"

/* What the connector says for its user: exactly one of the three. */
struct said {
	const char *message, *option, *direct;
	const char *key; /* how a dictated answer names it */
};

/*
 * The bot's side of one message, with the session entered: what is dictated, else a word of
 * trouble, else what the knowledge file has. *f is the fault to apply once the session is
 * left; its kind is NULL for none.
 */
void talk(struct sandbox *sb, struct session *x, const struct request *q,
    const struct said *said, struct reply *r, struct fault *f);

#endif
