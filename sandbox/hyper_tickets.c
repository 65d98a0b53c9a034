/* SPDX-License-Identifier: Apache-2.0 */
/* Where HyperChat and Messenger meet: a chat becomes a ticket, a ticket has a survey. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/hyper_rest.h"
#include "sandbox/office.h"
#include "sandbox/sandbox.h"

/* Who is called so in the ticket's history. */
static const char *
name_of(struct hyper *h, const char *sender)
{
	js *user = hyper_user(h, sender);
	const char *nick = js_str(user, "nickname", "");

	if (user == NULL)
		return "assistant";
	return *nick != '\0' ? nick : js_str(user, "name", "");
}

static void
add_line(struct hyper *h, js *lines, js *said)
{
	js *line = json_object_new_object();
	const char *file = js_str(said, "message.name", "file");

	hyper_set(line, "user", name_of(h, js_str(said, "sender", "")));
	hyper_set(line, "message", js_str(said, "message", file));
	json_object_array_add(lines, line);
}

int64_t
flow_ticket(struct hyper *h, js *chat)
{
	CLEANUP(js_putp) js *lines = json_object_new_array();
	js *user = hyper_user(h, js_str(chat, "creator", ""));
	js *history = js_arr(chat, "history"), *messages = js_arr(chat, "messages");
	struct office_chat from = { .id = js_str(chat, "id", ""),
		.name = js_str(user, "name", ""),
		.contact = js_str(user, "contact", ""),
		.queue = js_int(chat, "room", 0),
		.source = js_int(chat, "source", 0),
		.lines = lines };
	int64_t ticket;

	for (size_t i = 0; i < json_object_array_length(history); i++)
		add_line(h, lines, json_object_array_get_idx(history, i));
	for (size_t i = 0; i < json_object_array_length(messages); i++)
		add_line(h, lines, json_object_array_get_idx(messages, i));
	ticket = office_chat_ticket(h->sb->office, &from);
	if (ticket > 0)
		flow_info(h, chat, ticket);
	return ticket;
}

struct late {
	struct hyper *h;
	char *chat;
};

static void
late_free(void *arg)
{
	struct late *late = arg;

	free(late->chat);
	free(late);
}

static int64_t
make_now(struct outside *o, void *arg)
{
	struct late *late = arg;
	js *chat;

	(void)o;
	pthread_mutex_lock(&late->h->lock);
	chat = hyper_chat(late->h, late->chat);
	if (chat != NULL)
		(void)flow_ticket(late->h, chat);
	pthread_mutex_unlock(&late->h->lock);
	return CHORE_DONE;
}

void
flow_ticket_later(struct hyper *h, js *chat, int64_t ms)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct late *late = xcalloc(1, sizeof(*late));
	struct chore c = { arena_printf(a, "late ticket %s", js_str(chat, "id", "")),
		ms, make_now, late, late_free };

	late->h = h;
	late->chat = xstrdup(js_str(chat, "id", ""));
	if (!chores_add(h->sb->chores, &c))
		hyper_set(chat, "reason", "no ticket: too many are waiting");
}

/*
 * The address of a survey's page. What it is about comes in the query, or in the body of
 * the GET, as the reference sends it.
 */
void
hyper_surveys_get(const struct hyper_call *c)
{
	CLEANUP(js_putp) js *body = NULL;
	const char *type = request_arg(c->q, "sourceType");
	int64_t ticket = request_arg_int(c->q, "sourceId", 0);
	const char *link;
	struct err e;
	js *survey;

	if (c->q->body_len > 0 && js_parse(c->q->body, c->q->body_len, &body, &e)) {
		type = js_str(body, "sourceType", "");
		ticket = js_int_loose(body, "sourceId", 0);
	} else if (c->h->survey_in_body) {
		type = NULL;
	}
	if (type == NULL || strcmp(type, "ticket") != 0) {
		hyper_refuses(c->r, 400, "sourceType is not valid");
		return;
	}
	link = office_survey_link(c->h->sb->office, c->q, c->id, ticket);
	if (link == NULL) {
		hyper_refuses(c->r, 404, "Survey not found");
		return;
	}
	survey = json_object_new_object();
	hyper_set(survey, "url", link);
	hyper_answers(c->r, "survey", survey);
}
