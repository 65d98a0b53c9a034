/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "hyperchat/events.h"
#include "hyperchat/shape.h"

static const struct {
	const char *name;
	enum hyperchat_trigger is;
} triggers[] = {
	{ "queues:update", HYPERCHAT_ON_QUEUE },
	{ "invitations:new", HYPERCHAT_ON_INVITED },
	{ "invitations:accept", HYPERCHAT_ON_ACCEPTED },
	{ "forever:alone", HYPERCHAT_ON_ALONE },
	{ "chats:close", HYPERCHAT_ON_CLOSED },
	{ "messages:new", HYPERCHAT_ON_MESSAGE },
	{ "users:activity", HYPERCHAT_ON_ACTIVITY },
	{ "system:info", HYPERCHAT_ON_INFO },
	{ "chats:create", HYPERCHAT_ON_CREATED },
	{ "chats:join", HYPERCHAT_ON_JOINED },
	{ "chats:leave", HYPERCHAT_ON_LEFT },
	{ "chats:assign", HYPERCHAT_ON_ASSIGNED },
	{ "messages:read", HYPERCHAT_ON_READ },
};

static enum hyperchat_trigger
read_trigger(const char *name)
{
	for (size_t i = 0; i < NELEMS(triggers); i++)
		if (strcmp(triggers[i].name, name) == 0)
			return triggers[i].is;
	return HYPERCHAT_ON_UNKNOWN;
}

static const char *
word(js *o, const char *path, struct arena *a)
{
	const char *s = hyperchat_text(o, path, LIMIT_HYPERCHAT_ID, a);

	return s[0] != '\0' ? s : NULL;
}

static void
set_user(struct hyperchat_event *ev, const char *id)
{
	ev->by_system = id != NULL && strcmp(id, "system") == 0;
	ev->user_id = ev->by_system ? NULL : id;
}

static void
read_data(js *data, struct arena *a, struct hyperchat_event *ev)
{
	int64_t position = js_int_loose(data, "data.queuePosition", -1);

	ev->chat_id = hyperchat_id(data, "chatId", a);
	set_user(ev, hyperchat_id(data, "userId", a));
	ev->queue_position = position >= 0 ? position : -1;
	ev->reason = word(data, "extraData.reason", a);
	ev->activity = word(data, "type", a);
	ev->ticket_id = hyperchat_id(data, "data.ticketId", a);
	if (ev->trigger != HYPERCHAT_ON_MESSAGE)
		return;
	ev->message = hyperchat_message_read(js_obj(data, "message"), a);
	if (ev->chat_id == NULL)
		ev->chat_id = ev->message.chat_id;
	if (ev->message.sender != NULL)
		set_user(ev, ev->message.sender);
	if (ev->message.created_ms == 0)
		ev->message.created_ms = ev->created_ms;
}

bool
hyperchat_event_read(struct hyperchat_event *out, struct arena *a, const char *body,
    size_t len, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	struct hyperchat_event ev = { .queue_position = -1 };
	const char *name;

	if (!js_parse(body, len, &root, e) || !js_need_str(root, "trigger", &name, e))
		return err_wrap(e, "hyperchat event");
	ev.trigger = read_trigger(name);
	ev.name = hyperchat_text(root, "trigger", LIMIT_HYPERCHAT_ID, a);
	ev.app_id = word(root, "appId", a);
	ev.created_ms = hyperchat_moment_ms(root, "created_at");
	read_data(js_obj(root, "data"), a, &ev);
	*out = ev;
	return true;
}

void
hyperchat_event_key(const struct hyperchat_event *ev, const char *body, size_t len,
    char out[SHA256_HEX_SIZE])
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(2 * LIMIT_HYPERCHAT_ID + 1);

	if (ev->trigger != HYPERCHAT_ON_MESSAGE || ev->message.id == NULL) {
		sha256_hex(body, len, out);
		return;
	}
	buf_printf(&b, "%s %s", ev->name, ev->message.id);
	sha256_hex(b.data, b.len, out);
}
