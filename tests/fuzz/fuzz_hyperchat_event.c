/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any body as an event of HyperChat: what comes out keeps the limits and the promises of
 * hyperchat/events.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "hyperchat/events.h"
#include "hyperchat/shape.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_id(const char *id)
{
	need(id == NULL || hyperchat_id_ok(id));
}

static void
check_text(const char *s, size_t max)
{
	need(s == NULL ||
	    (s[0] != '\0' && strlen(s) <= max && utf8_valid(s, strlen(s))));
}

static void
check_message(const struct hyperchat_event *ev)
{
	const struct hyperchat_message *m = &ev->message;

	check_id(m->id);
	check_id(m->chat_id);
	check_id(m->sender);
	check_text(m->text, LIMIT_REQUEST_BODY);
	check_text(m->media_url, LIMIT_URL);
	check_text(m->media_type, LIMIT_LABEL);
	check_text(m->media_name, LIMIT_LABEL);
	need(m->is_media || m->media_url == NULL);
	need(ev->trigger == HYPERCHAT_ON_MESSAGE ||
	    (m->id == NULL && m->text == NULL && !m->is_media));
	need(m->chat_id == NULL || ev->chat_id != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *body = (const char *)data;
	char key[SHA256_HEX_SIZE];
	struct hyperchat_event ev;
	struct err e = { 0 };

	if (size > LIMIT_REQUEST_BODY)
		return 0;
	if (!hyperchat_event_read(&ev, a, body, size, &e)) {
		need((e.kind == ERR_INPUT || e.kind == ERR_TOO_BIG) &&
		    e.text[0] != '\0');
		return 0;
	}
	need(ev.name != NULL && strlen(ev.name) <= LIMIT_HYPERCHAT_ID);
	check_text(ev.app_id, LIMIT_HYPERCHAT_ID);
	check_id(ev.chat_id);
	check_id(ev.user_id);
	check_id(ev.ticket_id);
	check_text(ev.reason, LIMIT_HYPERCHAT_ID);
	check_text(ev.activity, LIMIT_HYPERCHAT_ID);
	need(ev.queue_position >= -1 && ev.created_ms >= 0);
	check_message(&ev);
	hyperchat_event_key(&ev, body, size, key);
	need(strlen(key) == SHA256_HEX_SIZE - 1);
	return 0;
}
