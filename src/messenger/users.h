/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_USERS_H
#define MESSENGER_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "messenger/call.h"

/*
 * People as Messenger keeps them. Of the extra fields of a person one is ours, by its id: it
 * holds the phones. Source: Inbenta, "Messenger API: users".
 */
enum { MESSENGER_FIELD_PHONES = 2 };

struct messenger_user {
	const char *id;
	const char *phones; /* trimmed; NULL: none */
	const char *extra; /* all extra fields, a JSON list */
};

struct messenger_users {
	const struct messenger_user *list;
	size_t n; /* at most LIMIT_PEOPLE */
};

/* Whether a text can be an e-mail address: something, "@", something; no blanks. */
bool messenger_address_ok(const char *address) MUST_CHECK;

/*
 * Reads a list of users, in the arena: those with an id and exactly this address, in any
 * case of its letters. False: it is no list.
 */
bool messenger_users_read(struct messenger_users *out, js *root, const char *address,
    struct arena *a) MUST_CHECK;

/* out->n is 0 when nobody has the address. */
bool messenger_users_find(struct messenger_call *c, const char *address,
    struct messenger_users *out, struct err *e) MUST_CHECK;

/*
 * Puts the phones into the user's field, in place of others, and leaves all other fields as
 * they are. Sent as JSON, and once more as a form where that is refused (400, 415):
 * Inbenta's own connectors do either. May be repeated.
 */
bool messenger_user_keep(struct messenger_call *c, const struct messenger_user *user,
    const char *phones, struct err *e) MUST_CHECK;

/*
 * Makes a user; *id is the new one's. Whoever cannot be sure that none was made looks for
 * the address again.
 */
bool messenger_user_make(struct messenger_call *c, const char *name,
    const char *address, const char **id, struct err *e) MUST_CHECK;

#endif
