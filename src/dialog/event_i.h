/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_EVENT_I_H
#define DIALOG_EVENT_I_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/arena.h"
#include "base/err.h"
#include "conf/conf.h"
#include "dialog/event.h"

/* What the files of the event's way share. For this room only. */

/* The body of a job "event". */
struct event_note {
	enum conf_env env;
	enum agent_proof proof;
	bool
	    asks; /* it stands in a lane of its own: whose chat it is has to be asked */
	int64_t ord_ms; /* where it stands among the events of its lane, Unix time */
	const char *key; /* agent_event.key */
	const char *body; /* that the event is read from */
	size_t len;
};

/* Written as JSON into the arena. NULL: it is more than a job may hold. */
const char *event_note_write(const struct event_note *n, struct arena *a) MUST_CHECK;
bool event_note_read(
    struct event_note *n, const char *json, struct arena *a, struct err *e) MUST_CHECK;

/* What a chat's row keeps for us (chat_row.extra). */
struct event_extra {
	const char *memory; /* see agent_chat: for events; NULL: none */
	const char *url; /* see inbound.url; NULL: none */
};

const char *event_extra_write(const struct event_extra *x, struct arena *a) MUST_CHECK;
/* What cannot be read is not there. */
struct event_extra event_extra_read(const char *json, struct arena *a) MUST_CHECK;

/* The one conversation of that user, see inbound.conv_id and user_id. */
const char *event_conv_id(
    struct arena *a, enum conf_env env, const char *user_id) MUST_CHECK;

#endif
