/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "hyperchat/messages.h"
#include "hyperchat/settle.h"

/* Newest first is as usual as oldest first; where moments are told, they decide. */
static bool
is_backwards(const struct hyperchat_messages *m)
{
	int64_t first = 0, last = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->list[i].created_ms == 0)
			continue;
		if (first == 0)
			first = m->list[i].created_ms;
		last = m->list[i].created_ms;
	}
	return first > last;
}

static void
turn_round(struct hyperchat_messages *m)
{
	for (size_t i = 0; i < m->n / 2; i++) {
		struct hyperchat_message swap = m->list[i];

		m->list[i] = m->list[m->n - 1 - i];
		m->list[m->n - 1 - i] = swap;
	}
}

bool
hyperchat_messages_read(js *root, struct arena *a, struct hyperchat_messages *out)
{
	struct hyperchat_messages m = { 0 };
	js *list = json_object_is_type(root, json_type_array)
	    ? root
	    : js_arr(root, "messages");

	if (list == NULL)
		return false;
	m.list = arena_alloc(a, (json_object_array_length(list) + 1) * sizeof(*m.list));
	for (size_t i = 0; i < json_object_array_length(list); i++)
		m.list[m.n++] =
		    hyperchat_message_read(json_object_array_get_idx(list, i), a);
	if (is_backwards(&m))
		turn_round(&m);
	*out = m;
	return true;
}

bool
hyperchat_messages_get(const struct hyperchat_call *c, const char *chat_id,
    struct hyperchat_messages *out, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat messages",
		.path = hyperchat_path(c->arena, "chats/", chat_id, "/messages") };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	if (hyperchat_call_do(c, &q, &r, e) != HYPERCHAT_GOOD)
		return false;
	if (hyperchat_messages_read(r.root, c->arena, out))
		return true;
	return err_set(e, ERR_UPSTREAM, 0, "%s: no messages in it", q.what);
}

enum hyperchat_outcome
hyperchat_message_post(const struct hyperchat_call *c,
    const struct hyperchat_post *post, const char **id, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat message",
		.path = hyperchat_path(c->arena, "chats/", post->chat_id, "/messages"),
		.body = &body,
		.once = true };
	struct hyperchat_sent s = { .chat_id = post->chat_id,
		.sender = post->sender,
		.text = post->text,
		.after = post->after };

	buf_chr(&body, '{');
	hyperchat_put_text(&body, "chatId", post->chat_id);
	hyperchat_put_text(&body, "sender", post->sender);
	hyperchat_put_text(&body, "message", post->text);
	buf_chr(&body, '}');
	return hyperchat_settle(c, &q, &s, id, e);
}
