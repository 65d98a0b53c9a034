/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "hyperchat/chats.h"
#include "hyperchat/shape.h"

/* What a line of history counts besides its text, so that many short ones do too. */
enum { LINE_BYTES = 32 };

static const struct hyperchat_chat none = { .creator = "",
	.external_id = "",
	.lang = "",
	.status = HYPERCHAT_CLOSED,
	.source = -1,
	.room = -1 };

static enum hyperchat_status
read_status(js *o)
{
	static const struct {
		const char *word;
		enum hyperchat_status is;
	} words[] = {
		{ "waiting", HYPERCHAT_WAITING },
		{ "active", HYPERCHAT_ACTIVE },
		{ "closed", HYPERCHAT_CLOSED },
	};
	const char *word = js_str(o, "status", "");

	for (size_t i = 0; i < NELEMS(words); i++)
		if (strcasecmp(word, words[i].word) == 0)
			return words[i].is;
	return HYPERCHAT_STATUS_OTHER;
}

bool
hyperchat_chat_read(js *o, struct arena *a, struct hyperchat_chat *out)
{
	struct hyperchat_chat chat = none;
	const char *creator;

	chat.id = hyperchat_id(o, "id", a);
	if (chat.id == NULL)
		return false;
	creator = hyperchat_id(o, "creator", a);
	if (creator != NULL)
		chat.creator = creator;
	chat.external_id = hyperchat_text(o, "externalId", LIMIT_CONV_ID, a);
	chat.lang = hyperchat_text(o, "lang", LIMIT_HYPERCHAT_ID, a);
	chat.status = read_status(o);
	chat.in_queue = js_int_loose(o, "inQueue", 0) == 1;
	chat.source = js_int_loose(o, "source", -1);
	chat.room = js_int_loose(o, "room", -1);
	*out = chat;
	return true;
}

static bool
take_chat(const char *what, js *root, struct arena *a, struct hyperchat_chat *out,
    struct err *e)
{
	if (hyperchat_chat_read(js_obj(root, "chat"), a, out))
		return true;
	return err_set(e, ERR_UPSTREAM, 0, "%s: no chat with an id in it", what);
}

static bool
is_blank(const char *s)
{
	size_t n = strlen(s), pos = 0;

	while (pos < n)
		if (!utf8_is_blank(utf8_next(s, n, &pos)))
			return false;
	return true;
}

static void
put_line(struct buf *b, const struct hyperchat_line *l, const char *user_id)
{
	buf_chr(b, '{');
	hyperchat_put_text(b, "sender", l->by_bot ? "assistant" : user_id);
	hyperchat_put_text(b, "message", l->text);
	if (l->said_at > 0)
		hyperchat_put_int(b, "created", l->said_at);
	buf_chr(b, '}');
}

/* "history":[…], with the newest lines that fit. */
static void
put_history(
    struct buf *b, const struct hyperchat_line *lines, size_t n, const char *user_id)
{
	size_t first = n, bytes = 0;
	bool any = false;

	while (first > 0) {
		bytes += strlen(lines[first - 1].text) + LINE_BYTES;
		if (bytes > LIMIT_HYPERCHAT_HISTORY)
			break;
		first--;
	}
	buf_str(b, "\"history\":[");
	for (size_t i = first; i < n; i++) {
		if (is_blank(lines[i].text))
			continue;
		if (any)
			buf_chr(b, ',');
		any = true;
		put_line(b, &lines[i], user_id);
	}
	buf_chr(b, ']');
}

bool
hyperchat_chat_history(const struct hyperchat_call *c, const char *id,
    const char *user_id, const struct hyperchat_line *lines, size_t n, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat history",
		.path = hyperchat_path(c->arena, "chats/", id, "/history"),
		.body = &body,
		.any_body = true,
		.once = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	buf_chr(&body, '{');
	put_history(&body, lines, n, user_id);
	buf_chr(&body, '}');
	return hyperchat_call_do(c, &q, &r, e) == HYPERCHAT_GOOD;
}

bool
hyperchat_chat_create(const struct hyperchat_call *c,
    const struct hyperchat_new_chat *is, struct hyperchat_chat *out,
    struct hyperchat_not_created *why, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	struct hyperchat_request q = { .what = "hyperchat new chat",
		.path = "chats/",
		.body = &body,
		.once = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };
	enum hyperchat_verdict v;

	buf_chr(&body, '{');
	hyperchat_put_text(&body, "creator", is->creator);
	hyperchat_put_int(&body, "room", is->room);
	hyperchat_put_int(&body, "source", is->source);
	if (is->lang != NULL && is->lang[0] != '\0')
		hyperchat_put_text(&body, "lang", is->lang);
	buf_chr(&body, ',');
	put_history(&body, is->lines, is->n_lines, is->creator);
	buf_chr(&body, '}');
	*why = (struct hyperchat_not_created){ 0 };
	v = hyperchat_call_do(c, &q, &r, e);
	if (v == HYPERCHAT_GOOD && take_chat(q.what, r.root, c->arena, out, e))
		return true;
	why->already = v == HYPERCHAT_REFUSED &&
	    strcasestr(r.message, "already has a chat") != NULL;
	why->sent = r.sent && !hyperchat_is_no(e);
	return false;
}

bool
hyperchat_chat_get(const struct hyperchat_call *c, const char *id,
    struct hyperchat_chat *out, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat chat",
		.path = hyperchat_path(c->arena, "chats/", id, "") };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	switch (hyperchat_call_do(c, &q, &r, e)) {
	case HYPERCHAT_GOOD:
		return take_chat(q.what, r.root, c->arena, out, e);
	case HYPERCHAT_REFUSED:
		if (r.code != 404)
			return false;
		*out = none;
		return true;
	case HYPERCHAT_FAILED:
		break;
	}
	return false;
}

bool
hyperchat_chat_assign(const struct hyperchat_call *c, const char *id, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat assign",
		.path = hyperchat_path(c->arena, "chats/", id, "/assign"),
		.any_body = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	return hyperchat_call_do(c, &q, &r, e) == HYPERCHAT_GOOD;
}

bool
hyperchat_chat_close(
    const struct hyperchat_call *c, const char *id, const char *user_id, struct err *e)
{
	struct hyperchat_request q = { .what = "hyperchat close",
		.method = "DELETE",
		.path = hyperchat_path(c->arena, "chats/", id, ""),
		.any_body = true };
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };
	struct hyperchat_chat chat = none;
	struct err why = { 0 };

	if (user_id != NULL)
		q.path = hyperchat_path(c->arena,
		    arena_printf(c->arena, "%s?userId=", q.path), user_id, "");
	switch (hyperchat_call_do(c, &q, &r, e)) {
	case HYPERCHAT_GOOD:
		return true;
	case HYPERCHAT_REFUSED:
		/* Refused perhaps because it is over: that is what was wanted. */
		return r.code == 404 ||
		    (e->kind != ERR_DENIED && hyperchat_chat_get(c, id, &chat, &why) &&
			chat.status == HYPERCHAT_CLOSED);
	case HYPERCHAT_FAILED:
		break;
	}
	return false;
}
