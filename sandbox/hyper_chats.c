/* SPDX-License-Identifier: Apache-2.0 */
/* Chats and what is said in them, as HyperChat takes and tells it. */
#include "config.h"

#include <string.h>

#include "sandbox/hyper_rest.h"

enum { HISTORY_MAX = 1000 };

/* NULL: a list of what was said, by "assistant" or by this user. */
static const char *
misfit(js *history, const char *creator)
{
	if (history == NULL)
		return NULL;
	if (!json_object_is_type(history, json_type_array))
		return "history must be a list";
	if (json_object_array_length(history) > HISTORY_MAX)
		return "history is too long";
	for (size_t i = 0; i < json_object_array_length(history); i++) {
		js *one = json_object_array_get_idx(history, i);
		const char *sender = js_str(one, "sender", "");

		if (strcmp(sender, "assistant") != 0 && strcmp(sender, creator) != 0)
			return "a sender in history is neither assistant nor the user";
		if (js_str(one, "message", "")[0] == '\0' ||
		    strlen(js_str(one, "message", "")) > HYPER_TEXT_BYTES)
			return "a message in history is empty or too long";
		if (!json_object_is_type(js_get(one, "created"), json_type_int))
			return "created in history must be a number";
	}
	return NULL;
}

static const char *
chat_misfit(const struct hyper_call *c, const char *creator)
{
	if (!json_object_is_type(js_get(c->body, "room"), json_type_int))
		return "room must be a number";
	if (!json_object_is_type(js_get(c->body, "source"), json_type_int))
		return "source must be a number";
	if (js_get(c->body, "lang") != NULL && js_str(c->body, "lang", NULL) == NULL)
		return "lang must be a text";
	if (js_get(c->body, "externalId") != NULL &&
	    js_str(c->body, "externalId", NULL) == NULL)
		return "externalId must be a text";
	return misfit(js_get(c->body, "history"), creator);
}

/* One that is over gives way to a new one; false: none is. */
static bool
make_room(struct hyper *h)
{
	if (json_object_object_length(h->chats) < HYPER_CHATS)
		return true;
	json_object_object_foreach(h->chats, id, chat)
	{
		if (hyper_is_status(chat, "closed")) {
			json_object_object_del(h->chats, id);
			return true;
		}
	}
	return false;
}

static bool
has_open_chat(struct hyper *h, js *user)
{
	js *chats = js_arr(user, "chats");

	for (size_t i = 0; i < json_object_array_length(chats); i++) {
		js *chat = hyper_chat(
		    h, json_object_get_string(json_object_array_get_idx(chats, i)));

		if (chat != NULL && !hyper_is_status(chat, "closed"))
			return true;
	}
	return false;
}

void
hyper_chats_create(const struct hyper_call *c)
{
	const char *creator = js_str(c->body, "creator", ""), *why;
	js *user = hyper_user(c->h, creator);

	why = chat_misfit(c, creator);
	if (user == NULL)
		hyper_refuses(c->r, 404, "User not found");
	else if (why != NULL)
		hyper_refuses(c->r, 400, "%s", why);
	else if (has_open_chat(c->h, user))
		hyper_refuses(c->r, 409, "User already has a chat");
	else if (!make_room(c->h))
		hyper_refuses(c->r, 503, "There are too many chats");
	else
		hyper_answers(
		    c->r, "chat", hyper_chat_view(flow_create(c->h, user, c->body)));
}

static js *
chat_of(const struct hyper_call *c)
{
	js *chat = hyper_chat(c->h, c->id);

	if (chat == NULL)
		hyper_refuses(c->r, 404, "Chat not found");
	return chat;
}

void
hyper_chats_get(const struct hyper_call *c)
{
	js *chat = chat_of(c);

	if (chat != NULL)
		hyper_answers(c->r, "chat", hyper_chat_view(chat));
}

void
hyper_chats_assign(const struct hyper_call *c)
{
	js *chat = hyper_open_chat(c, c->id);

	if (chat == NULL)
		return;
	if (js_int(chat, "inQueue", 0) == 1)
		hyper_refuses(c->r, 400, "The chat is in the queue");
	else if (!hyper_is_status(chat, "waiting") ||
	    js_str(chat, "invited", "")[0] != '\0')
		hyper_refuses(c->r, 400, "The chat is assigned already");
	else if (!flow_invite(c->h, chat))
		hyper_refuses(c->r, 400, "No agents available");
	else
		hyper_answers(c->r, "chat", hyper_chat_view(chat));
}

void
hyper_chats_delete(const struct hyper_call *c)
{
	const char *by = request_arg(c->q, "userId");
	js *chat = hyper_open_chat(c, c->id);

	if (chat == NULL)
		return;
	if (by != NULL && strcmp(by, js_str(chat, "creator", "")) != 0 &&
	    !hyper_list_has(js_arr(chat, "agents"), by)) {
		hyper_refuses(c->r, 403, "User is not in the chat");
		return;
	}
	flow_close(c->h, chat, by != NULL ? by : "system", NULL);
	hyper_answers(c->r, "chat", hyper_chat_view(chat));
}

void
hyper_history_get(const struct hyper_call *c)
{
	js *chat = chat_of(c);

	if (chat != NULL)
		hyper_answers(
		    c->r, "history", json_object_get(js_arr(chat, "history")));
}

void
hyper_history_post(const struct hyper_call *c)
{
	js *chat = hyper_open_chat(c, c->id), *history = js_get(c->body, "history");
	const char *why;

	if (chat == NULL)
		return;
	why = history == NULL ? "history is missing"
			      : misfit(history, js_str(chat, "creator", ""));
	if (why != NULL) {
		hyper_refuses(c->r, 400, "%s", why);
		return;
	}
	json_object_object_add(chat, "history", json_object_get(history));
	hyper_answers(c->r, "history", json_object_get(history));
}

static void
said(const struct hyper_call *c, js *chat, const char *sender, const char *text)
{
	hyper_answers(
	    c->r, "message", json_object_get(flow_say(c->h, chat, sender, text)));
	if (strcmp(sender, js_str(chat, "creator", "")) == 0)
		flow_heard(c->h, chat, text);
}

void
hyper_messages_post(const struct hyper_call *c)
{
	const char *sender = js_str(c->body, "sender", "");
	const char *text = js_str(c->body, "message", "");
	js *chat = hyper_open_chat(c, c->id);

	if (chat == NULL)
		return;
	if (strcmp(js_str(c->body, "chatId", ""), c->id) != 0)
		hyper_refuses(c->r, 400, "chatId is not the chat of the path");
	else if (strcmp(sender, js_str(chat, "creator", "")) != 0 &&
	    !hyper_list_has(js_arr(chat, "agents"), sender))
		hyper_refuses(c->r, 403, "User is not in the chat");
	else if (*text == '\0' || strlen(text) > HYPER_TEXT_BYTES)
		hyper_refuses(c->r, 400, "message is empty or too long");
	else if (json_object_array_length(js_arr(chat, "messages")) >= HYPER_MESSAGES)
		hyper_refuses(c->r, 503, "The chat has too many messages");
	else
		said(c, chat, sender, text);
}

void
hyper_messages_get(const struct hyper_call *c)
{
	js *chat = chat_of(c);

	if (chat != NULL)
		hyper_answers(
		    c->r, "messages", json_object_get(js_arr(chat, "messages")));
}
