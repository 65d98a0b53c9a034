/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as what HyperChat tells of users, chats and messages: what comes out keeps the
 * limits and the promises of the headers.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "hyperchat/chats.h"
#include "hyperchat/messages.h"
#include "hyperchat/shape.h"
#include "hyperchat/users.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_text(const char *s, size_t max)
{
	need(s != NULL && strlen(s) <= max && utf8_valid(s, strlen(s)));
}

static void
check_user(const struct hyperchat_user *u)
{
	need(hyperchat_id_ok(u->id));
	check_text(u->name, LIMIT_LABEL);
	check_text(u->nickname, LIMIT_LABEL);
	check_text(u->external_id, LIMIT_CONV_ID);
	check_text(u->contact, LIMIT_LABEL);
	check_text(hyperchat_user_shown(u), LIMIT_LABEL);
	need(u->n_chats <= LIMIT_HYPERCHAT_CHATS);
	for (size_t i = 0; i < u->n_chats; i++)
		need(hyperchat_id_ok(u->chats[i]));
}

static void
check_chat(const struct hyperchat_chat *c)
{
	need(hyperchat_id_ok(c->id));
	need(c->creator[0] == '\0' || hyperchat_id_ok(c->creator));
	check_text(c->external_id, LIMIT_CONV_ID);
	check_text(c->lang, LIMIT_HYPERCHAT_ID);
	need(c->status <= HYPERCHAT_STATUS_OTHER);
}

static void
check_message(const struct hyperchat_message *m)
{
	need(m->id == NULL || hyperchat_id_ok(m->id));
	need(m->chat_id == NULL || hyperchat_id_ok(m->chat_id));
	need(m->sender == NULL || hyperchat_id_ok(m->sender));
	need(m->text == NULL || !m->is_media);
	if (m->text != NULL)
		check_text(m->text, LIMIT_REQUEST_BODY);
	if (m->media_url != NULL)
		check_text(m->media_url, LIMIT_URL);
	if (m->media_name != NULL)
		check_text(m->media_name, LIMIT_LABEL);
	need(m->created_ms >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(arena_freep) struct arena *a = NULL;
	struct hyperchat_user user;
	struct hyperchat_chat chat;
	struct hyperchat_messages m;
	struct err e = { 0 };

	if (!js_parse((const char *)data, size, &root, &e))
		return 0;
	a = arena_new();
	if (hyperchat_user_read(js_obj(root, "user"), a, &user))
		check_user(&user);
	if (hyperchat_chat_read(js_obj(root, "chat"), a, &chat))
		check_chat(&chat);
	if (hyperchat_messages_read(root, a, &m))
		for (size_t i = 0; i < m.n; i++)
			check_message(&m.list[i]);
	return 0;
}
