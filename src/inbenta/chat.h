/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_CHAT_H
#define INBENTA_CHAT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "inbenta/answers.h"
#include "inbenta/call.h"
#include "inbenta/profile.h"

/* The bot's session of one conversation. */
struct inbenta_session {
	const char *token; /* NULL: none yet */
	int64_t used_at; /* wall_s of the last exchange */
};

struct inbenta_say {
	const char
	    *direct_call; /* calls a content by its own name; NULL: text or option */
	const char *variable, *value; /* set first; a failure is logged; NULL: none */
	const char *text; /* what is said; with an option, what says the same */
	const char *option; /* value of the chosen option, as JSON text; NULL: none */
};

enum inbenta_end {
	INBENTA_ANSWERED,
	INBENTA_SLOW /* their gateway gave up waiting for the bot; *out is empty */
};

/* Names of direct calls. */
#define INBENTA_WELCOME "sys-welcome" /* the bot is to greet */
#define INBENTA_ESCALATE "escalationStart" /* the user is to talk to a person */

/*
 * One message and its answers. A session that is missing, unused for LIMIT_BOT_IDLE_S or
 * ended by the server is replaced by a new one, the last at most once; an option, which only
 * the old session knows, is then said by its text, and the variable is set again. A refused
 * access token (401, 403) is replaced and the call repeated, once. *end and *out are written
 * on success only, *s also when the first session of all was begun before it failed: the
 * next message uses that.
 *
 * ERR_DENIED, ERR_CONFIG   the operator has to mend the credentials
 * ERR_TIMEOUT, ERR_UPSTREAM, ERR_TOO_BIG   no usable answer came
 */
bool inbenta_chat_say(const struct inbenta_call *c, struct inbenta_session *s,
    const struct inbenta_say *say, enum inbenta_end *end, struct inbenta_answers *out,
    struct err *e) MUST_CHECK;

#endif
