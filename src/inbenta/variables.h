/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_VARIABLES_H
#define INBENTA_VARIABLES_H

#include <stdbool.h>

#include "base/err.h"
#include "inbenta/call.h"

/*
 * Sets a variable of the conversation whose session (token) this is, which its contents can
 * ask for: "agents_available" is "true" or "false". False: it may not be set; errors as
 * inbenta_call_do() says, ERR_UPSTREAM also when the session has expired, ERR_TOO_BIG for
 * more than LIMIT_USER_TEXT. May be repeated. Source: Inbenta, "Chatbot API: variables".
 */
bool inbenta_variable_set(const struct inbenta_call *c, const char *session,
    const char *name, const char *value, struct err *e) MUST_CHECK;

/* The same as one call of several; root is of no interest when it is good. */
enum inbenta_verdict inbenta_variable_tell(struct inbenta_talk *t, const char *session,
    const char *name, const char *value, int64_t timeout_ms, struct err *e) MUST_CHECK;

#endif
