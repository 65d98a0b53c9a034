/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "hyperchat/message.h"
#include "hyperchat/shape.h"

static const char *
text_or_null(js *o, const char *path, size_t max, struct arena *a)
{
	const char *s = hyperchat_text(o, path, max, a);

	return s[0] != '\0' ? s : NULL;
}

static void
read_media(js *file, struct arena *a, struct hyperchat_message *m)
{
	const char *url = js_str(file, "url", "");

	m->is_media = true;
	/* A URL that is cut is another one. */
	if (url[0] != '\0' && strlen(url) <= LIMIT_URL)
		m->media_url = arena_strdup(a, url);
	m->media_type = text_or_null(file, "type", LIMIT_LABEL, a);
	m->media_name = text_or_null(file, "name", LIMIT_LABEL, a);
}

/* The first moment that is told, under any of its usual names. */
static int64_t
read_created(js *o)
{
	static const char *const names[] = { "created", "created_at", "createdAt" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (hyperchat_moment_ms(o, names[i]) != 0)
			return hyperchat_moment_ms(o, names[i]);
	return 0;
}

struct hyperchat_message
hyperchat_message_read(js *o, struct arena *a)
{
	struct hyperchat_message m = { 0 };

	m.id = hyperchat_id(o, "id", a);
	m.chat_id = hyperchat_id(o, "chat", a);
	if (m.chat_id == NULL)
		m.chat_id = hyperchat_id(o, "chatId", a);
	m.sender = hyperchat_id(o, "sender", a);
	if (m.sender == NULL)
		m.sender = hyperchat_id(o, "sender.id", a);
	m.created_ms = read_created(o);
	if (js_obj(o, "message") != NULL)
		read_media(js_obj(o, "message"), a, &m);
	else if (strcmp(js_str(o, "type", ""), "media") == 0)
		m.is_media = true;
	else
		m.text = text_or_null(o, "message", LIMIT_REQUEST_BODY, a);
	return m;
}
