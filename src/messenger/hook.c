/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "messenger/call.h"
#include "messenger/hook.h"

bool
messenger_hook_proven(const char *secret, const char *given)
{
	return secret[0] != '\0' && given != NULL &&
	    ct_equal(secret, strlen(secret), given, strlen(given));
}

static void
make_key(js *event, size_t equal_before, char key[SHA256_HEX_SIZE])
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(8 * LIMIT_REQUEST_BODY);

	buf_printf(&text, "%zu ", equal_before);
	js_write(&text, event);
	sha256_hex(text.data, text.len, key);
}

/* How many of the list before this one are equal to it. */
static size_t
count_equal(js *list, size_t at)
{
	js *is = json_object_array_get_idx(list, at);
	size_t n = 0;

	for (size_t i = 0; i < at; i++)
		n += json_object_equal(json_object_array_get_idx(list, i), is) != 0;
	return n;
}

/* Somebody has said something, and nobody will hear it. */
static void
tell_useless(const char *number, const char *contact)
{
	LOG(LOG_WARN, "messenger", "reply to a ticket of no use",
	    LS("ticket", number != NULL ? number : "none"),
	    LS("why",
		number == NULL           ? "its number is none"
		    : contact[0] == '\0' ? "it does not tell whose ticket it is"
					 : "its contact is too long"),
	    LH("nobody reads it: tell the agent; the ticket in Messenger needs a "
	       "number and the contact of its user"));
}

/* False: it is no reply, or of no use. */
static bool
read_reply(js *event, struct arena *a, struct messenger_reply *out)
{
	const char *contact = js_str(event, "resource_data.creator.identifier", "");
	const char *text = js_str(event, "action_data.text", "");

	if (!utf8_shows(text, strlen(text)))
		return false;
	out->number = messenger_id(event, "resource", a);
	if (out->number == NULL || contact[0] == '\0' ||
	    strlen(contact) > LIMIT_LABEL) {
		tell_useless(out->number, contact);
		return false;
	}
	out->contact = arena_strdup(a, contact);
	out->text = arena_strdup(a, text);
	return true;
}

bool
messenger_hook_read(struct messenger_replies *out, struct arena *a, const char *body,
    size_t len, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_replies got = { 0 };
	struct messenger_reply *all;
	js *events;

	if (len > LIMIT_REQUEST_BODY)
		return err_set(e, ERR_TOO_BIG, 0, "ticket webhook: %zu bytes", len);
	if (!js_parse(body, len, &root, e))
		return err_wrap(e, "ticket webhook");
	events = js_arr(root, "events");
	if (events == NULL)
		return err_set(e, ERR_INPUT, 0, "ticket webhook: no events");
	if (json_object_array_length(events) > LIMIT_TICKET_EVENTS)
		return err_set(e, ERR_TOO_BIG, 0, "ticket webhook: more than %d events",
		    LIMIT_TICKET_EVENTS);
	all = arena_alloc(a, (json_object_array_length(events) + 1) * sizeof(*all));
	for (size_t i = 0; i < json_object_array_length(events); i++) {
		js *event = json_object_array_get_idx(events, i);

		if (!read_reply(event, a, &all[got.n])) {
			got.others++;
			continue;
		}
		make_key(event, count_equal(events, i), all[got.n].key);
		got.n++;
	}
	got.list = all;
	*out = got;
	return true;
}
