/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HYPER_INNER_H
#define SANDBOX_HYPER_INNER_H

#include <pthread.h>

#include "sandbox/hyper.h"

/*
 * Shared by the files of the stand-in for HyperChat. What it knows is JSON, as it tells it;
 * members that the API does not show are named here.
 *
 *   user   id name nickname externalId contact extraInfo providerId chats
 *          agents also: online slots rooms langs auto counts counts_ms echoes
 *   chat   id creator source status inQueue room lang externalId
 *          also: agents (ids of those in it) invited (the one asked) refused (ids)
 *          position (in the queue) history messages created typing
 */
struct hyper {
	struct sandbox *sb;
	pthread_mutex_t lock; /* guards the rest */
	js *users, *chats; /* by id, in the order they were made */
	js *leaks; /* requests that had credentials in their address */
	bool survey_in_body; /* a survey's address is told to a GET with a body alone */
	bool queue; /* new chats stand in line until an agent takes them */
	int64_t n_ids;
};

/* Everything of the functions below expects the lock to be held. */

/* hyper.c */

/* "C" and a number and random digits: ids of two sandboxes differ. */
const char *hyper_id(struct hyper *h, struct arena *a, char kind);
js *hyper_user(struct hyper *h, const char *id); /* NULL: none; borrowed */
js *hyper_chat(struct hyper *h, const char *id);
bool hyper_is_agent(js *user);
bool hyper_is_status(js *chat, const char *status);
bool hyper_list_has(js *list, const char *text);
/* As the API shows them; the caller's. */
js *hyper_user_view(js *user) MUST_CHECK;
js *hyper_chat_view(js *chat) MUST_CHECK;
js *hyper_message_view(js *message) MUST_CHECK;
/* As the desk sees it: without history and messages unless `whole`. */
js *hyper_desk_view(struct hyper *h, js *chat, bool whole) MUST_CHECK;
/* Agents and settings, as the desk sees them. */
js *hyper_team_view(struct hyper *h) MUST_CHECK;
/* New parts for the state at start: two agents, no queue. */
void hyper_reset(struct hyper *h);
/* Sets a member of an object to a text, a number. */
void hyper_set(js *o, const char *name, const char *text);
void hyper_set_int(js *o, const char *name, int64_t n);

/* hyper_team.c: agents */

/* Adds an agent or changes the one of that id; NULL, or what is wrong with it. */
const char *team_put(struct hyper *h, js *agent);
/* Chats of the agent that are not closed, those he is asked for included. */
int64_t team_load(struct hyper *h, const char *agent);
bool team_is_free(struct hyper *h, js *agent);
/* For the room, and the language unless it is "". */
bool team_serves(js *agent, int64_t room, const char *lang);

/* hyper_script.c: agents who talk by themselves */

enum { SCRIPT_TEXTS = 1000, SCRIPT_MS_MAX = 60000 };

/* "TEXT 1 of n", … with pauses between them, as long as the chat is open; NULL, or why not. */
const char *flow_count(struct hyper *h, js *chat, js *agent, const char *text,
    int64_t n, int64_t ms) MUST_CHECK;
/* The agent has come into the chat. */
void flow_accepted(struct hyper *h, js *chat, js *agent);
/* The customer has said it. */
void flow_heard(struct hyper *h, js *chat, const char *text);

/* hyper_flow.c: what happens to chats, with its events */

/* A new chat of the user; body as POST chats/ has it and already checked. */
js *flow_create(struct hyper *h, js *creator, js *body);
/* Asks an agent who is free; false: there is none. */
bool flow_invite(struct hyper *h, js *chat) MUST_CHECK;
void flow_accept(struct hyper *h, js *chat, js *agent);
/* The agent does not want it: another one is asked, else nobody is left. */
void flow_refuse(struct hyper *h, js *chat, js *agent);
/* by: a user id or "system"; reason NULL: none. */
void flow_close(struct hyper *h, js *chat, const char *by, const char *reason);
void flow_alone(struct hyper *h, js *chat);
void flow_info(struct hyper *h, js *chat, int64_t ticket);
void flow_typing(struct hyper *h, js *chat, js *user, const char *type);
/* text, or media with url, type and name; returns the message, which is the chat's. */
js *flow_say(struct hyper *h, js *chat, const char *sender, const char *text);
js *flow_media(struct hyper *h, js *chat, const char *sender, js *media);
/* The chat becomes a ticket, which system:info tells; its id, 0: there are too many. */
int64_t flow_ticket(struct hyper *h, js *chat);
/* The same when so much time has passed. */
void flow_ticket_later(struct hyper *h, js *chat, int64_t ms);
/* An agent comes or goes. */
void flow_online(struct hyper *h, js *agent, bool online);
/* Places in line; and those who take chats by themselves do so. */
void flow_queue(struct hyper *h);
/* The desk shows the agents and settings as they are now. */
void flow_team(struct hyper *h);

#endif
