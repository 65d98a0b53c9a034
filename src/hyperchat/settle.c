/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "hyperchat/chats.h"
#include "hyperchat/settle.h"
#include "hyperchat/shape.h"

static bool
is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Decodes what HTML's escape of a text would leave; 0 bytes when nothing stands here. */
static size_t
entity(const char *s, char *is)
{
	static const struct {
		const char *entity;
		char is;
	} t[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' },
		{ "&#39;", '\'' }, { "&#039;", '\'' }, { "&#x27;", '\'' } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		size_t n = strlen(t[i].entity);

		if (strncmp(s, t[i].entity, n) == 0) {
			*is = t[i].is;
			return n;
		}
	}
	return 0;
}

/* The next character, a run of blanks being one; NUL at the end, also behind blanks. */
static char
next(const char **s, bool decode)
{
	char c = **s;
	size_t n = 1;

	if (c == '\0')
		return c;
	if (is_white(c)) {
		while (is_white(**s))
			++*s;
		return **s == '\0' ? '\0' : ' ';
	}
	if (decode && c == '&' && entity(*s, &c) > 0)
		n = entity(*s, &c);
	*s += n;
	return c;
}

static bool
same(const char *ours, const char *theirs, bool decode)
{
	char a, b;

	while (is_white(*ours))
		ours++;
	while (is_white(*theirs))
		theirs++;
	do {
		a = next(&ours, false);
		b = next(&theirs, decode);
	} while (a == b && a != '\0');
	return a == b;
}

bool
hyperchat_same_text(const char *ours, const char *theirs)
{
	return same(ours, theirs, false) || same(ours, theirs, true);
}

static bool
is_it(const struct hyperchat_message *m, const struct hyperchat_sent *s)
{
	if (m->sender == NULL || strcmp(m->sender, s->sender) != 0)
		return false;
	if (s->media_name != NULL)
		return m->is_media && m->media_name != NULL &&
		    strcmp(m->media_name, s->media_name) == 0;
	return m->text != NULL && hyperchat_same_text(s->text, m->text);
}

/* Where the messages behind `after` begin; 0 when it is not known, or not there. */
static size_t
behind(const struct hyperchat_messages *m, const char *after)
{
	for (size_t i = m->n; after != NULL && i > 0; i--)
		if (m->list[i - 1].id != NULL && strcmp(m->list[i - 1].id, after) == 0)
			return i;
	return 0;
}

static enum hyperchat_outcome
find(const struct hyperchat_messages *m, const struct hyperchat_sent *s,
    int64_t posted_at, const char **id)
{
	size_t first = behind(m, s->after);
	enum hyperchat_outcome is = HYPERCHAT_NOT_DELIVERED;

	for (size_t i = m->n; i > first; i--) {
		const struct hyperchat_message *at = &m->list[i - 1];

		if (!is_it(at, s))
			continue;
		if (first > 0 ||
		    at->created_ms / 1000 >= posted_at - LIMIT_CLOCK_SKEW_S) {
			*id = at->id;
			return HYPERCHAT_DELIVERED;
		}
		/* One like it; it may be an older one. */
		if (at->created_ms == 0)
			is = HYPERCHAT_UNSURE;
	}
	return is;
}

static enum hyperchat_outcome
ask(const struct hyperchat_call *c, const struct hyperchat_sent *s, int64_t posted_at,
    const char **id, struct err *e)
{
	struct hyperchat_messages m;
	enum hyperchat_outcome is;
	struct err why = { 0 };

	if (!hyperchat_messages_get(c, s->chat_id, &m, &why)) {
		(void)err_wrap(e, "not settled (%.80s)", why.text);
		return HYPERCHAT_UNSURE;
	}
	is = find(&m, s, posted_at, id);
	LOG(LOG_INFO, "hyperchat", "settled", LS("chat", s->chat_id),
	    LI("arrived", is == HYPERCHAT_DELIVERED),
	    LI("unsure", is == HYPERCHAT_UNSURE));
	return is;
}

/* The list was refused: perhaps because there is no such chat. */
static bool
is_unknown(const struct hyperchat_call *c, const char *id, const struct err *refused)
{
	struct hyperchat_chat chat;
	struct err why = { 0 };

	return refused->code == 404 && hyperchat_chat_get(c, id, &chat, &why) &&
	    chat.id == NULL;
}

enum hyperchat_outcome
hyperchat_look(const struct hyperchat_call *c, const struct hyperchat_trace *trace,
    const char **id, struct err *e)
{
	const struct hyperchat_sent s = { .chat_id = trace->chat_id,
		.sender = trace->sender,
		.text = trace->text,
		.media_name = trace->media_name,
		.after = trace->after };
	struct hyperchat_messages m;
	enum hyperchat_outcome is;

	if (!hyperchat_messages_get(c, trace->chat_id, &m, e))
		return is_unknown(c, trace->chat_id, e) ? HYPERCHAT_OVER
							: HYPERCHAT_UNSURE;
	is = find(&m, &s, trace->posted_at, id);
	if (is == HYPERCHAT_UNSURE)
		(void)err_set(e, ERR_UPSTREAM, 0,
		    "hyperchat messages: one like it, of an unknown moment");
	return is;
}

/* HyperChat says no: is that because the chat is over? */
static enum hyperchat_outcome
refused(const struct hyperchat_call *c, const struct hyperchat_sent *s, struct err *e)
{
	struct hyperchat_chat chat;
	struct err why = { 0 };

	/* A 403 may be about the chat; who is refused with a 401 is told nothing of it. */
	if (e->code == 401)
		return HYPERCHAT_NOT_DELIVERED;
	if (!hyperchat_chat_get(c, s->chat_id, &chat, &why)) {
		(void)err_wrap(e, "not known whether it is over (%.80s)", why.text);
		return HYPERCHAT_NOT_DELIVERED;
	}
	return chat.status == HYPERCHAT_CLOSED ? HYPERCHAT_OVER
					       : HYPERCHAT_NOT_DELIVERED;
}

/* A file that is not taken: by its type (403 and these words), or its size. */
static bool
is_not_taken(const struct hyperchat_sent *s, const struct hyperchat_answer *r)
{
	return s->media_name != NULL &&
	    (strcasestr(r->message, "not allowed") != NULL || r->code == 413 ||
		r->code == 415);
}

enum hyperchat_outcome
hyperchat_settle(const struct hyperchat_call *c, const struct hyperchat_request *q,
    const struct hyperchat_sent *s, const char **id, struct err *e)
{
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };
	struct hyperchat_call sooner = *c;
	int64_t posted_at = clock_wall_s(c->clock), now = clock_mono_ms(c->clock);

	if (c->until_ms > now)
		sooner.until_ms = now + (c->until_ms - now) * 2 / 3;
	switch (hyperchat_call_do(&sooner, q, &r, e)) {
	case HYPERCHAT_GOOD:
		*id = hyperchat_id(r.root, "message.id", c->arena);
		return HYPERCHAT_DELIVERED;
	case HYPERCHAT_REFUSED:
		if (!is_not_taken(s, &r))
			return refused(c, s, e);
		(void)err_set(e, ERR_UPSTREAM, r.code,
		    "%s: status %d: its type or size is not taken", q->what, r.code);
		return HYPERCHAT_NOT_TAKEN;
	case HYPERCHAT_FAILED:
		break;
	}
	if (!r.sent || hyperchat_is_no(e))
		return HYPERCHAT_NOT_DELIVERED;
	return ask(c, s, posted_at, id, e);
}
