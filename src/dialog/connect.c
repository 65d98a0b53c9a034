/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a chat: who the user is, what was said before, where its events belong. */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/metrics.h"
#include "channel/channel.h"
#include "dialog/event_i.h"
#include "dialog/work.h"
#include "store/chats.h"

size_t
connect_history(struct work *w, const struct agent_line **out)
{
	int64_t now_ms = work_now_ms(w);
	struct bot_call call = work_call(w, now_ms + (w->t->until_ms - now_ms) / 2);
	const struct bot_line *said = NULL;
	struct agent_line *lines;
	size_t n = 0;
	struct err e;

	*out = NULL;
	if (w->s.memory == NULL)
		return 0;
	if (!bot_history(w->d->bot, &call, &said, &n, &e)) {
		LOG(LOG_WARN, "dialog", "history not had, the agent goes without",
		    LS("why", e.text), LH(err_hint(&e)));
		return 0;
	}
	lines = arena_alloc(w->t->arena, (n + 1) * sizeof(*lines));
	for (size_t i = 0; i < n; i++)
		lines[i] = (struct agent_line){ said[i].by_bot, said[i].text,
			said[i].said_at };
	*out = lines;
	return n;
}

static struct agent_user
user_of(const struct work *w, const struct bot_form *form)
{
	const char *from = w->in->from;
	struct agent_user user = { .id = w->in->user_id,
		.phone = from + strlen(channel_of(from)->prefix),
		.again = session_may_have_chat(&w->s) };
	struct agent_field *fields;

	if (form == NULL)
		return user;
	fields = arena_alloc(w->t->arena, (form->n + 1) * sizeof(*fields));
	for (size_t i = 0; i < form->n; i++)
		fields[i] =
		    (struct agent_field){ form->fields[i].name, form->fields[i].value };
	user.name = form->name;
	user.contact = form->contact;
	user.fields = fields;
	user.n_fields = form->n;
	return user;
}

/* Events of the chat find the conversation by this, though its record be gone. */
static void
note_chat(struct work *w)
{
	const struct event_extra extra = { .memory = w->s.chat.memory,
		.url = w->in->url };
	const struct chat_row row = { .id = w->s.chat.id,
		.env = conf_env_name(w->s.env),
		.conv = w->conv_id,
		.user = w->in->from,
		.ours = w->in->to,
		.extra = event_extra_write(&extra, w->t->arena) };
	struct err e;

	if (w->d->state != NULL && !chats_put(w->d->state, &row, &e))
		LOG(LOG_WARN, "dialog", "chat not noted; its events are asked for",
		    LS("why", e.text), LH(HINT_STATE));
}

static void
opened(struct work *w, const struct agent_opened *is, size_t lines)
{
	w->s.chat = (struct chat){ .id = is->chat.id,
		.memory = is->chat.memory,
		.talking = is->talking,
		.attended = is->existed && is->talking,
		.since_s = work_now_s(w) };
	w->once.opened = true;
	note_chat(w);
	metrics_count(M_ESCALATIONS, M_ESCALATION_connected, 0);
	LOG(LOG_INFO, "dialog", "chat opened", LS("chat", w->s.chat.id),
	    LI("lines", lines), LI("existed", is->existed));
}

static enum agent_opening
open_chat(struct work *w, const struct bot_form *form)
{
	const struct once_next next = { .kind = BEGUN_OPEN, .form = form };
	struct agent_user user = user_of(w, form);
	struct agent_opened is = { 0 };
	const struct agent_line *lines;
	size_t n = connect_history(w, &lines);
	struct agent_call call;
	enum agent_opening end;
	struct err e = { 0 };

	if (!once_note(w, &next))
		return AGENT_OPEN_FAILED;
	call = chat_call(w, w->t->until_ms);
	end = agent_open(w->d->agent, &call, &user, lines, n, &is, &e);
	if (end == AGENT_OPENED)
		opened(w, &is, n);
	if (end == AGENT_OPEN_UNSURE) {
		end = AGENT_OPEN_FAILED;
		if (once_again(w, &e))
			return end;
	}
	if (end == AGENT_OPEN_FAILED)
		LOG(err_is_ours(&e) ? LOG_ERROR : LOG_WARN, "dialog", "chat not opened",
		    LS("why", e.text), LH(err_hint(&e)));
	return end;
}

enum agent_opening
connect_user(struct work *w, const struct bot_form *form)
{
	enum agent_opening end = escalate_enabled(w) ? open_chat(w, form) : AGENT_NONE;

	switch (end) {
	case AGENT_OPENED:
		w->outcome = "chat";
		work_say(w, "creating_chat");
		break;
	case AGENT_NONE:
		w->no_agents = true;
		metrics_count(M_ESCALATIONS, M_ESCALATION_unavailable, 0);
		break;
	case AGENT_OPEN_FAILED:
	case AGENT_OPEN_UNSURE:
		w->outcome = "no chat";
		metrics_count(M_ESCALATIONS, M_ESCALATION_failed, 0);
		work_say(w, "error_creating_chat");
		break;
	}
	return end;
}

/* What led to the chat is behind it. */
static void
settle_questions(struct work *w)
{
	survey_put_away(w);
	w->s.pending = (struct pending){ .kind = PENDING_NONE };
	w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
	w->s.no_results = 0;
	w->s.negative_count = 0;
}

/*
 * The bot is not asked again: it would hear the end of a form twice. Where users talk to
 * agents alone it was not asked at all.
 */
bool
connect_go_on(struct work *w)
{
	const struct begun *was = &w->once.was;

	if (w->only_agents)
		return false;
	once_say_again(w);
	if (w->s.chat.id != NULL) {
		/* Its events have told of it already. */
		w->outcome = "chat";
		work_say(w, "creating_chat");
		return true;
	}
	once_recall_bot(w);
	switch (connect_user(w, was->form)) {
	case AGENT_OPENED:
		settle_questions(w);
		break;
	case AGENT_NONE:
		w->outcome = "no agents";
		work_say(w, "no_agents");
		break;
	case AGENT_OPEN_FAILED:
	case AGENT_OPEN_UNSURE:
		break;
	}
	return true;
}
