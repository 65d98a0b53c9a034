/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_PROFILE_H
#define INBENTA_PROFILE_H

#include <stdint.h>

#include "base/arena.h"
#include "inbenta/account.h"

struct cfg;

/* How conversations are begun. */
struct inbenta_profile {
	const char *body; /* JSON: answers, forms, lang */
	const char *env; /* x-inbenta-env: "production"… */
	const char *source; /* x-inbenta-source; "": not sent */
	int64_t user_type; /* x-inbenta-user-type */
};

/*
 * The settings conversation.* of an environment; the body is conversation.default with
 * lists as lists, also empty ones. Texts are borrowed from cfg and env, the body lives in
 * the arena. Source: Inbenta, "Chatbot API: conversation".
 */
struct inbenta_profile inbenta_profile_of(
    const struct cfg *cfg, const char *env, struct arena *a) MUST_CHECK;

/* The settings api.*, borrowed from cfg. */
struct inbenta_account inbenta_account_of(const struct cfg *cfg) MUST_CHECK;

#endif
