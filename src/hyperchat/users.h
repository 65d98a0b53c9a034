/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_USERS_H
#define HYPERCHAT_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "hyperchat/call.h"

struct hyperchat_extra {
	const char *name, *value;
};

/* What the agent shall know of a customer. "" or 0: not told. */
struct hyperchat_profile {
	const char *external_id; /* ours: "twilio-…"; needed */
	const char *name; /* the caller falls back to guestName or the number */
	const char *contact; /* e-mail */
	const struct hyperchat_extra *extra;
	size_t n_extra;
};

/* A customer or an agent. Texts are never NULL, but for id. */
struct hyperchat_user {
	const char *id; /* NULL: there is no such user */
	const char *name, *nickname;
	const char *external_id, *contact;
	bool is_agent; /* has a providerId: the one mark by which agents are told */
	const char **chats; /* ids of the chats it lists, in its order */
	size_t n_chats; /* at most LIMIT_HYPERCHAT_CHATS */
};

/*
 * The customer with that external id, made or brought up to date. One that exists (409) is
 * found by its external id and updated; when only the update fails, that is logged and the
 * user is used as it is.
 */
bool hyperchat_user_put(const struct hyperchat_call *c,
    const struct hyperchat_profile *profile, struct hyperchat_user *out,
    struct err *e) MUST_CHECK;

/* out->id is NULL when nobody has exactly that external id, or that id (404). */
bool hyperchat_user_find(const struct hyperchat_call *c, const char *external_id,
    struct hyperchat_user *out, struct err *e) MUST_CHECK;
bool hyperchat_user_get(const struct hyperchat_call *c, const char *id,
    struct hyperchat_user *out, struct err *e) MUST_CHECK;

/* Tells the agent that the user does something: "writing", "not-writing". */
bool hyperchat_user_activity(const struct hyperchat_call *c, const char *id,
    const char *type, struct err *e) MUST_CHECK;

/* Reads a user object; false when it has no id: *out is then untouched. */
bool hyperchat_user_read(js *o, struct arena *a, struct hyperchat_user *out) MUST_CHECK;

/* What customers see of an agent: nickname, else name, else "". Borrowed from the user. */
const char *hyperchat_user_shown(const struct hyperchat_user *u) MUST_CHECK;

#endif
