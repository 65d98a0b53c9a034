/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bot has a ticket made. That is done within the turn, and cannot be undone when the turn
 * is worked again: so it is noted under the id of the user's message just before the office is
 * told to make it, and the ticket's number behind that. A turn that was interrupted goes on
 * from the note in its record (once.h), without asking the bot again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "agent/tickets.h"
#include "base/buf.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "conf/lang.h"
#include "dialog/after.h"
#include "dialog/work.h"
#include "store/kv.h"

/* What is known of this message's ticket. */
enum known {
	KNOWN_NEW, /* nothing: it may be made */
	KNOWN_MADE, /* *number */
	KNOWN_BEGUN, /* somebody was about to make it, and has not said more */
	KNOWN_NOT /* it cannot be told, or noted */
};

static const char *
name_of(const struct work *w)
{
	return arena_printf(
	    w->t->arena, "once/ticket/%s/%s", conf_env_name(w->s.env), w->in->sid);
}

static enum known
read_note(const struct work *w, const char **number, struct err *e)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(LIMIT_KV_VALUE);

	switch (kv_get(w->d->state, name_of(w), &value, e)) {
	case KV_OK:
		break;
	case KV_NONE:
		return KNOWN_NEW;
	case KV_THERE:
	case KV_FAILED:
		return KNOWN_NOT;
	}
	if (value.len == 0)
		return KNOWN_BEGUN;
	*number = arena_strndup(w->t->arena, value.data, value.len);
	return KNOWN_MADE;
}

/* It is about to be made. */
static bool
note_begin(void *work)
{
	const struct work *w = work;
	struct err e = { 0 };

	if (kv_put_new(w->d->state, name_of(w), "", 0, &e) == KV_OK)
		return true;
	LOG(LOG_WARN, "dialog", "a ticket is not made, which cannot be noted",
	    LS("why", e.text), LH(HINT_STATE));
	return false;
}

static void
note_made(const struct work *w, const char *number)
{
	size_t n = strlen(number) < LIMIT_KV_VALUE ? strlen(number) : LIMIT_KV_VALUE;
	struct err e;

	if (!kv_put(w->d->state, name_of(w), number, n, &e))
		LOG(LOG_WARN, "dialog", "number of a ticket not noted",
		    LS("why", e.text),
		    LH("a second ticket may be made if the turn is repeated; look "
		       "at the disk of store.state_path"));
}

static void
note_not_made(const struct work *w)
{
	struct err e;

	if (kv_drop(w->d->state, name_of(w), &e) == KV_FAILED)
		LOG(LOG_WARN, "dialog", "note of a ticket not dropped",
		    LS("why", e.text), LH(HINT_STATE));
}

static bool
make(struct work *w, const struct bot_ticket *form, const char **number, struct err *e)
{
	struct ticket_new ticket = { .name = form->name,
		.contact = form->contact,
		.inquiry = form->inquiry,
		.phones = contact_phones(w->in->user_id),
		.queue = form->queue,
		.about = note_begin,
		.arg = w };
	struct agent_call call;

	ticket.n_lines = connect_history(w, &ticket.lines);
	call = chat_call(w, w->t->until_ms);
	switch (tickets_make(w->d->tickets, &call, &ticket, number, e)) {
	case TICKET_MADE:
		note_made(w, *number);
		return true;
	case TICKET_NOT_MADE:
		note_not_made(w);
		break;
	case TICKET_UNSURE:
		break;
	}
	return false;
}

static bool
make_once(
    struct work *w, const struct bot_ticket *form, const char **number, struct err *e)
{
	switch (read_note(w, number, e)) {
	case KNOWN_NEW:
		return make(w, form, number, e);
	case KNOWN_MADE:
		LOG(LOG_INFO, "dialog", "ticket had been made", LS("ticket", *number));
		return true;
	case KNOWN_BEGUN:
		return err_set(e, ERR_TIMEOUT, 0,
		    "an earlier try ended without a word: the ticket may be there");
	case KNOWN_NOT:
		break;
	}
	return err_wrap(e, "note of a ticket");
}

/* What it needs. */
static bool
can_make(const struct work *w, const struct bot_ticket *form, struct err *e)
{
	if (!tickets_enabled(w->d->tickets, w->cfg))
		return err_set(e, ERR_CONFIG, 0,
		    "there are no credentials for Messenger: fill in "
		    "chat.messenger.key and secret");
	if (w->d->state == NULL)
		return err_set(e, ERR_CONFIG, 0, "there is no store.state_path");
	if (*form->contact == '\0')
		return err_set(e, ERR_INPUT, 0, "its form has no EMAIL_ADDRESS");
	if (*form->inquiry == '\0')
		return err_set(e, ERR_INPUT, 0, "its form has no INQUIRY");
	if (w->t->until_ms - work_now_ms(w) < LIMIT_MIN_CALL_MS)
		return err_set(e, ERR_TIMEOUT, 0, "no time is left to make it");
	return true;
}

/* The label ends with a blank, or somebody has forgotten it. */
static void
say_made(struct work *w, const char *number)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(LIMIT_HTML);
	const char *label = lang_get(w->lang, "ticket_created");
	size_t n = strlen(label);

	buf_str(&html, label);
	buf_str(&html, n > 0 && label[n - 1] != ' ' ? " " : "");
	buf_xml(&html, number, strlen(number));
	compose_label(&w->reply, arena_strndup(w->t->arena, html.data, html.len));
}

/* Of several answers the first is meant. */
static const struct bot_ticket *
wanted(const struct bot_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->answers[i].ticket != NULL)
			return r->answers[i].ticket;
	return NULL;
}

static void
deal_with(struct work *w, const struct bot_ticket *form)
{
	const char *number = "";
	struct err e = { 0 };

	w->ticketed = true;
	if (can_make(w, form, &e) && make_once(w, form, &number, &e)) {
		w->outcome = "ticket";
		metrics_count(M_ESCALATIONS, M_ESCALATION_ticket, 0);
		LOG(LOG_INFO, "dialog", "ticket of the bot", LS("ticket", number));
		say_made(w, number);
		return;
	}
	w->outcome = "no ticket";
	LOG(err_is_ours(&e) ? LOG_ERROR : LOG_WARN, "dialog", "ticket not made",
	    LS("kind", err_kind_name(e.kind)), LI("code", e.code), LS("why", e.text),
	    LH(err_hint(&e)));
	work_say(w, "ticket_error");
}

/* As the record keeps it. */
static const struct bot_form *
form_of(struct arena *a, const struct bot_ticket *ticket)
{
	struct bot_field *fields = arena_alloc(a, 2 * sizeof(*fields));
	struct bot_form *form = arena_alloc(a, sizeof(*form));

	fields[0] = (struct bot_field){ "inquiry", ticket->inquiry };
	fields[1] = (struct bot_field){ "queue",
		arena_printf(a, "%lld", (long long)ticket->queue) };
	*form = (struct bot_form){ .name = ticket->name,
		.contact = ticket->contact,
		.fields = fields,
		.n = 2 };
	return form;
}

void
ticket_look(struct work *w, const struct bot_result *r)
{
	const struct bot_ticket *form = wanted(r);
	struct once_next next = { .kind = BEGUN_TICKET };

	if (form == NULL || w->ticketed)
		return;
	next.form = form_of(w->t->arena, form);
	if (once_note(w, &next))
		deal_with(w, form);
}

bool
ticket_go_on(struct work *w)
{
	const struct bot_form *form = w->once.was.form;
	struct bot_ticket ticket;

	if (form == NULL || form->n != 2)
		return false;
	ticket = (struct bot_ticket){ .name = form->name,
		.contact = form->contact,
		.inquiry = form->fields[0].value,
		.queue = strtoll(form->fields[1].value, NULL, 10) };
	once_say_again(w);
	once_recall_bot(w);
	if (!w->once.was.passed) {
		w->s.pending = (struct pending){ .kind = PENDING_NONE };
		w->s.escalation = (struct escalation){ .type = ESCALATION_NONE };
	}
	deal_with(w, &ticket);
	return true;
}
