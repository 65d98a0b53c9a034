/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_TICKET_I_H
#define DIALOG_TICKET_I_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "conf/conf.h"

/* The body of a job "ticket", JSON. Plain values. For this room only. */
struct ticket_note {
	enum conf_env env;
	const char *key; /* of this reply, and of no other */
	const char *number; /* of the ticket; at most LIMIT_TICKET bytes */
	const char *contact; /* of whoever asked */
	const char *html; /* see struct ticket_reply */
};

/* Written into the arena. NULL: it is more than a job may hold. */
const char *ticket_note_write(const struct ticket_note *n, struct arena *a) MUST_CHECK;
/* Texts are in the arena. ERR_INPUT for what ticket_note_write() has not written. */
bool ticket_note_read(
    struct ticket_note *n, const char *json, struct arena *a, struct err *e) MUST_CHECK;

#endif
