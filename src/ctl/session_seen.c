/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/js.h"
#include "ctl/session_seen.h"
#include "ctl/screen.h"
#include "ctl/show.h"

/* Digits of a key that name a conversation among those of one host, and for the eye. */
enum { KEY_SHOWN = 12 };

static const char *
text_of(struct arena *a, js *o, const char *path)
{
	return arena_strdup(a, js_str(o, path, NULL));
}

static int64_t
length_of(js *o, const char *path)
{
	js *list = js_arr(o, path);

	return list != NULL ? (int64_t)json_object_array_length(list) : 0;
}

void
session_seen_read(
    struct session_seen *s, struct arena *a, const char *record, size_t len)
{
	const struct conv_seen file = s->file;
	CLEANUP(js_putp) js *o = NULL;
	struct err e;

	*s = (struct session_seen){ .file = file,
		.body = arena_strndup(a, record, len) };
	if (!js_parse(record, len, &o, &e))
		return;
	s->version = js_int(o, "version", 0);
	s->env = text_of(a, o, "env");
	s->from = text_of(a, o, "from");
	s->to = text_of(a, o, "to");
	s->pending = text_of(a, o, "pending.kind");
	s->choices = length_of(o, "pending.choices");
	s->chat = text_of(a, o, "chat.id");
	s->chat_since_s = js_int(o, "chat.since_s", 0);
	s->chat_position = js_int(o, "chat.position", 0);
	s->talking = js_bool(o, "chat.talking", false);
	s->hold = text_of(a, o, "hold.code");
	s->survey = js_get(o, "survey") != NULL;
	s->flooded = js_bool(o, "flood.over", false);
	s->replies = length_of(o, "claims");
	s->known = length_of(o, "known");
	s->notes = length_of(o, "begun");
}

/* "?" for what a record does not tell. */
static const char *
shown(struct arena *a, const char *text)
{
	return text != NULL ? screen_line(a, show_masked(a, text)) : "?";
}

static const char *
chat_state(const struct session_seen *s)
{
	return s->chat == NULL ? "none" : s->talking ? "talking" : "waiting";
}

void
session_seen_line(struct buf *b, struct arena *a, const struct session_seen *s)
{
	buf_printf(b, "%.*s %s used=%s env=%s from=%s to=%s", KEY_SHOWN, s->file.key,
	    s->file.in_line > 0 ? "working" : "idle",
	    show_moment_ms(a, s->file.used_s * 1000), shown(a, s->env),
	    shown(a, s->from), shown(a, s->to));
	buf_printf(b, " pending=%s chat=%s", shown(a, s->pending), chat_state(s));
	buf_printf(b, "%s%s%s\n", s->survey ? " survey" : "",
	    s->flooded ? " flooded" : "", s->version == 0 ? " unreadable" : "");
}

static void
put_chat(struct buf *b, struct arena *a, const struct session_seen *s)
{
	if (s->chat == NULL)
		return;
	buf_printf(b, "chat: %s, %s since %s", screen_line(a, s->chat),
	    s->talking ? "with an agent" : "waiting for an agent",
	    show_moment_ms(a, s->chat_since_s * 1000));
	if (!s->talking && s->chat_position > 0)
		buf_printf(b, ", place %" PRId64 " in the queue", s->chat_position);
	buf_chr(b, '\n');
}

void
session_seen_text(
    struct buf *b, struct arena *a, const struct session_seen *s, bool body)
{
	const bool asks = s->pending != NULL && strcmp(s->pending, "none") != 0;

	buf_printf(b, "id: %s\n", s->file.key);
	buf_printf(b, "state: %s\n",
	    s->file.in_line > 1        ? "working, others wait in line"
		: s->file.in_line == 1 ? "working"
				       : "idle");
	buf_printf(b, "user: %s\nto: %s\nenvironment: %s\n",
	    body && s->from != NULL ? screen_line(a, s->from) : shown(a, s->from),
	    body && s->to != NULL ? screen_line(a, s->to) : shown(a, s->to),
	    shown(a, s->env));
	buf_printf(b, "last used: %s\n", show_moment_ms(a, s->file.used_s * 1000));
	buf_printf(b, "open question: %s", shown(a, s->pending));
	if (asks)
		buf_printf(b, ", %" PRId64 " choices", s->choices);
	buf_chr(b, '\n');
	put_chat(b, a, s);
	if (s->survey)
		buf_str(b, "survey: it runs\n");
	if (s->hold != NULL)
		buf_str(b, "rating: still to be sent\n");
	if (s->flooded)
		buf_str(b, "flood: over the limit\n");
	if (s->notes > 0)
		buf_printf(b, "begun at the agents' side: %" PRId64 "\n", s->notes);
	buf_printf(b,
	    "repeats: %" PRId64 " messages with their replies, %" PRId64 " more ids\n",
	    s->replies, s->known);
	buf_printf(b, "record: version %" PRId64 ", %zu bytes\n", s->version,
	    s->body != NULL ? strlen(s->body) : 0);
	if (body && s->body != NULL)
		buf_printf(b, "body: %s\n", screen_line(a, s->body));
}

static const char *
address(struct arena *a, const char *text, bool body)
{
	return text == NULL || body ? text : show_masked(a, text);
}

static const char *
yes(bool on)
{
	return on ? "true" : "false";
}

void
session_seen_json(
    struct buf *b, struct arena *a, const struct session_seen *s, bool body)
{
	js_put_text(b, "{\"id\":", s->file.key);
	buf_printf(b, ",\"in_line\":%d", s->file.in_line);
	js_put_text(b, ",\"used\":", show_moment_ms(a, s->file.used_s * 1000));
	js_put_text(b, ",\"env\":", s->env);
	js_put_text(b, ",\"from\":", address(a, s->from, body));
	js_put_text(b, ",\"to\":", address(a, s->to, body));
	js_put_text(b, ",\"pending\":", s->pending);
	buf_printf(b, ",\"choices\":%" PRId64, s->choices);
	js_put_text(b, ",\"chat\":{\"state\":", chat_state(s));
	js_put_text(b, ",\"id\":", s->chat);
	if (s->chat != NULL)
		js_put_text(
		    b, ",\"since\":", show_moment_ms(a, s->chat_since_s * 1000));
	buf_printf(b, ",\"position\":%" PRId64 "}", s->chat_position);
	buf_printf(b, ",\"survey\":%s,\"rating_held\":%s,\"flooded\":%s",
	    yes(s->survey), yes(s->hold != NULL), yes(s->flooded));
	buf_printf(b,
	    ",\"begun\":%" PRId64 ",\"replies\":%" PRId64 ",\"known\":%" PRId64
	    ",\"version\":%" PRId64,
	    s->notes, s->replies, s->known, s->version);
	js_put_text(b, ",\"body\":", body ? s->body : NULL);
	buf_chr(b, '}');
}

void
session_seen_losses(struct buf *b, struct arena *a, const struct session_seen *s)
{
	if (s->chat != NULL)
		buf_printf(b,
		    "- where its chat with agents stood (%s); the chat itself stays "
		    "open, and the next message finds it: agents end it in HyperChat\n",
		    screen_line(a, s->chat));
	if (s->notes > 0)
		buf_str(b,
		    "- a note of what was begun at the agents' side: if its message "
		    "comes again, it may be said there twice\n");
	if (s->pending != NULL && strcmp(s->pending, "none") != 0)
		buf_str(b, "- the open question: a number will not answer it\n");
	if (s->survey)
		buf_str(b, "- the survey that ran, with its answers\n");
	if (s->hold != NULL)
		buf_str(b, "- a rating that was still to be sent\n");
	if (s->replies + s->known > 0)
		buf_printf(b,
		    "- %" PRId64 " ids of messages: if Twilio repeats one of them, it "
		    "is worked as a new one\n",
		    s->replies + s->known);
	buf_str(b, "- the bot's session: it begins a new one\n");
}
