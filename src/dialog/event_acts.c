/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an agent's event means to the user: one row for each kind. An event never touches a
 * pending question, unless its chat comes back. A chat that is still open when its
 * conversation was lost is taken up again; one that has ended is not, but what an agent said
 * in it is still said.
 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "conf/lang.h"
#include "dialog/event_i.h"

/* Whether it is the chat the conversation is in. */
static bool
is_here(const struct event_work *x)
{
	const char *id = x->w.s.chat.id;

	return id != NULL && strcmp(id, x->ev.chat_id) == 0;
}

/*
 * The record decides. A chat that it does not know is open if its row says so, and there is
 * no other.
 */
static bool
is_open(const struct event_work *x)
{
	const char *ended = x->w.s.ended;

	if (x->w.s.chat.id != NULL)
		return is_here(x);
	if (ended != NULL && strcmp(ended, x->ev.chat_id) == 0)
		return false;
	return x->known && !x->row.closed;
}

/*
 * A chat that nobody here has opened, though the conversation is remembered: one that found
 * no agent and was closed at once, say. The user never heard of it.
 */
static bool
is_strange(const struct event_work *x)
{
	return !is_here(x) && x->recorded && x->extra.asked;
}

/*
 * A chat that was over before we had a note of it: it is not taken up, and what it was about
 * is past; but that it ends may be news.
 */
static bool
is_past(const struct event_work *x)
{
	return x->extra.over && !is_here(x) && x->ev.kind != AGENT_EV_CLOSED &&
	    x->ev.kind != AGENT_EV_INACTIVE;
}

/* The chat of an event that shows it to be alive is the conversation's from here on. */
static void
take_up(struct event_work *x)
{
	struct session *s = &x->w.s;

	if (is_here(x))
		return;
	LOG(LOG_INFO, "dialog", "chat taken up again", LS("chat", x->ev.chat_id));
	s->chat = (struct chat){ .id = x->ev.chat_id,
		.memory = x->chat.memory,
		.since_s = work_now_s(&x->w) };
	survey_put_away(&x->w);
	s->pending = (struct pending){ .kind = PENDING_NONE };
	s->escalation = (struct escalation){ .type = ESCALATION_NONE };
	s->used_at = work_now_s(&x->w);
	x->changed = true;
}

/* Takes it up, as one in which an agent is. */
static void
talk(struct event_work *x)
{
	if (!x->open)
		return;
	take_up(x);
	x->changed = x->changed || !x->w.s.chat.talking;
	x->w.s.chat.talking = true;
}

static void
on_text(struct event_work *x)
{
	const char *html = x->ev.html;
	struct block b = { .html = html, .plain = strchr(html, '<') == NULL };

	talk(x);
	compose_say(&x->w.reply, &b, 1);
}

static void
on_media(struct event_work *x)
{
	talk(x);
	event_say_file(x);
}

/* A text that is none of ours, inside one of ours. */
static const char *
escaped(struct arena *a, const char *text)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_HTML);

	buf_xml(&b, text, strlen(text));
	return arena_strndup(a, b.data, b.len);
}

static void
say_joined(struct event_work *x)
{
	struct work *w = &x->w;
	struct lang_param name = { "agentName", escaped(w->t->arena, x->ev.shown) };

	compose_notice(
	    &w->reply, lang_say(w->lang, w->t->arena, "agent_joined", &name, 1));
}

static void
on_joined(struct event_work *x)
{
	struct chat *c = &x->w.s.chat;

	if (!x->open)
		return;
	talk(x);
	if (!session_joined(c, x->ev.by))
		return;
	x->changed = true;
	say_joined(x);
	if (!c->attended)
		x->w.came = c->id;
	c->attended = true;
}

static void
say_position(struct event_work *x)
{
	struct work *w = &x->w;
	const char *number =
	    arena_printf(w->t->arena, "%lld", (long long)x->ev.position);
	struct lang_param param = { "queuePosition", number };

	if (x->ev.position == 1)
		work_say(w, "queue_estimation_first");
	else
		compose_label(&w->reply,
		    lang_say(w->lang, w->t->arena, "queue_estimation", &param, 1));
}

/* When it happened; 0: not known. A moment that is still to come would outdate all others. */
static int64_t
moment_ms(const struct event_work *x)
{
	const int64_t skew_ms = (int64_t)LIMIT_CLOCK_SKEW_S * 1000;
	int64_t now_ms = clock_wall_ms(x->w.d->clock);

	return x->ev.created_ms <= now_ms + skew_ms ? x->ev.created_ms : 0;
}

/* Not the same again, nothing that a newer one has overtaken, nothing beside an agent. */
static void
on_queue(struct event_work *x)
{
	struct chat *c = &x->w.s.chat;
	int64_t at_ms = moment_ms(x);

	if (!x->open)
		return;
	take_up(x);
	if (c->talking || c->position == x->ev.position ||
	    (at_ms != 0 && at_ms < c->position_ms))
		return;
	c->position = x->ev.position;
	c->position_ms = at_ms;
	x->changed = true;
	say_position(x);
}

static void
end_chat(struct event_work *x)
{
	struct session *s = &x->w.s;

	if (is_here(x)) {
		if (!s->chat.talking && !s->chat.attended)
			x->w.none_came = x->ev.chat_id;
		s->chat = (struct chat){ .id = NULL };
	}
	s->ended = x->ev.chat_id;
	x->changed = true;
	x->ends = true;
}

static void
say_closed(struct work *w, const char *label)
{
	compose_notice(&w->reply, lang_get(w->lang, label));
}

static void
on_closed(struct event_work *x)
{
	bool idle = x->ev.kind == AGENT_EV_INACTIVE &&
	    lang_has(x->w.lang, "chat_closed_inactivity");

	x->ends = true;
	if (!x->open)
		return;
	end_chat(x);
	say_closed(&x->w, idle ? "chat_closed_inactivity" : "chat_closed");
}

static void
on_left(struct event_work *x)
{
	x->ends = true;
	if (x->open)
		end_chat(x);
}

/* A moment ago nobody was left; someone may have come since. */
static enum agent_state
look(struct event_work *x)
{
	struct work *w = &x->w;
	struct agent_call call = chat_call(w, work_now_ms(w) + LIMIT_NOTE_MS);

	return agent_state(w->d->agent, &call, &x->chat);
}

static bool
on_nobody(struct event_work *x, struct err *e)
{
	struct work *w = &x->w;
	bool talking = is_here(x) && w->s.chat.talking;
	enum agent_state state = talking ? look(x) : AGENT_STATE_RINGING;

	if (!x->open || state == AGENT_STATE_TALKING)
		return true;
	if (state == AGENT_STATE_UNKNOWN)
		return err_set(e, ERR_UPSTREAM, 0, "the chat cannot be asked for");
	if (!leave_add(w->d, w->t->arena, w->s.env, &x->chat, false, e))
		return false;
	end_chat(x);
	work_say(w, "no_agents");
	say_closed(w, "chat_closed");
	return true;
}

static const struct {
	void (*act)(struct event_work *x);
	bool (*try)(struct event_work *x, struct err *e); /* where that may fail */
	bool says_labels;
	bool ends;
} rows[] = {
	[AGENT_EV_NOTHING] = { NULL, NULL, false, false },
	[AGENT_EV_TEXT] = { on_text, NULL, false, false },
	[AGENT_EV_MEDIA] = { on_media, NULL, false, false },
	[AGENT_EV_JOINED] = { on_joined, NULL, true, false },
	[AGENT_EV_QUEUE] = { on_queue, NULL, true, false },
	[AGENT_EV_CLOSED] = { on_closed, NULL, true, true },
	[AGENT_EV_INACTIVE] = { on_closed, NULL, true, true },
	[AGENT_EV_LEFT] = { on_left, NULL, false, true },
	[AGENT_EV_NOBODY] = { NULL, on_nobody, true, true },
	[AGENT_EV_OVER] = { on_closed, NULL, true, true },
	[AGENT_EV_TICKET] = { on_closed, NULL, true, true },
};

bool
event_act(struct event_work *x, struct err *e)
{
	enum agent_event_kind kind = x->ev.kind;
	bool past = is_past(x), strange = rows[kind].ends && is_strange(x);

	x->open = !past && is_open(x) && !strange;
	if (rows[kind].says_labels && x->open)
		work_set_up(&x->w);
	if (rows[kind].act != NULL)
		rows[kind].act(x);
	if (rows[kind].try != NULL && !rows[kind].try(x, e))
		return false;
	x->ends = x->ends && !past;
	x->follows = x->ends && !strange;
	return true;
}

bool
event_ends(enum agent_event_kind kind)
{
	return rows[kind].ends;
}
