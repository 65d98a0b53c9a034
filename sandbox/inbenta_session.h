/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_SESSION_H
#define SANDBOX_INBENTA_SESSION_H

#include "sandbox/sessions.h"
#include "sandbox/server.h"

/*
 * What the Chatbot API keeps about a conversation besides its question: variables and
 * history. Shared checks of all calls that belong to a conversation.
 */

/*
 * Key, access token and session of the request. The session is entered, to be left with
 * inbenta_leave(); NULL, and answered, when one of them is not good.
 */
struct session *inbenta_session(
    struct sandbox *sb, const struct request *q, struct reply *r) MUST_CHECK;
void inbenta_leave(struct sandbox *sb);

/* {"success":true} */
void inbenta_success(struct reply *r);

handler_fn variables_get, variables_post, variables_multiple_post, history_get;

#endif
