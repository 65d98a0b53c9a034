/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HYPER_REST_H
#define SANDBOX_HYPER_REST_H

#include "sandbox/hyper_inner.h"

/* The REST interface of the stand-in for HyperChat, in parts. */

/* One call. */
struct hyper_call {
	struct hyper *h; /* locked */
	const struct request *q;
	struct reply *r;
	const char *id; /* the one in the path; NULL: none */
	js *body; /* an object; NULL unless the route takes one */
};

typedef void hyper_fn(const struct hyper_call *c);

/* {"error":{"code","message"}} */
void hyper_refuses(struct reply *r, int status, const char *fmt, ...) PRINTF(3, 4);
/* {"name":value}; the value is taken. */
void hyper_answers(struct reply *r, const char *name, js *value);

/* hyper_users.c */
hyper_fn hyper_settings_get, hyper_agents_available, hyper_agents_online,
    hyper_users_create, hyper_users_find, hyper_users_get, hyper_users_put,
    hyper_users_activity;
/* hyper_chats.c */
hyper_fn hyper_chats_create, hyper_chats_get, hyper_chats_assign, hyper_chats_delete,
    hyper_history_get, hyper_history_post, hyper_messages_post, hyper_messages_get;
/* hyper_media.c */
hyper_fn hyper_media_post, hyper_media_get;
/* hyper_tickets.c */
hyper_fn hyper_surveys_get;

/*
 * The open chat of the path, and its user named by a member of the body or the query; NULL,
 * and answered, when there is none.
 */
js *hyper_open_chat(const struct hyper_call *c, const char *id) MUST_CHECK;

#endif
