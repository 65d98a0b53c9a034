/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One reply to a ticket, from the queue: whose phone it goes to, and how it reads there. The
 * messages are put into his conversation's lane under the reply's key, so that a job which is
 * worked again puts none there twice.
 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "conf/lang.h"
#include "dialog/deliver.h"
#include "dialog/event_i.h"
#include "dialog/ticket.h"
#include "dialog/ticket_i.h"
#include "store/conv.h"

struct ticket_job {
	struct work w; /* nobody wrote: w.in is NULL, w.t is &own */
	struct turn own;
	struct ticket_note note;
	const char *user, *ours; /* addresses */
};

static enum job_end
later(struct ticket_job *x, struct job_result *out, const struct err *e)
{
	out->why = arena_strdup(x->own.arena, e->text);
	return JOB_LATER;
}

static enum job_end
dead(struct ticket_job *x, struct job_result *out, const char *why)
{
	LOG(LOG_WARN, "dialog", "reply to a ticket not sent", LS("why", why),
	    LH("botlinectl queue list shows it; answer the user by another way, or "
	       "mend his phone in Messenger and botlinectl queue retry JOB"));
	out->why = arena_strdup(x->own.arena, why);
	return JOB_DEAD;
}

/* A label that somebody has put marks around; they stand around the whole line here. */
static const char *
without_marks(struct arena *a, const char *label)
{
	size_t n = strlen(label);

	return n > 2 && label[0] == '_' && label[n - 1] == '_'
	    ? arena_strndup(a, label + 1, n - 2)
	    : label;
}

/* A label, and what stands behind it, as HTML. */
static const char *
label_of(const struct work *w, const char *name, const char *behind)
{
	struct arena *a = w->t->arena;

	return arena_printf(
	    a, "%s%s", without_marks(a, lang_get(w->lang, name)), behind);
}

static const char *
number_html(struct arena *a, const char *number)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(8 * LIMIT_TICKET);

	buf_str(&html, ": <b>");
	buf_xml(&html, number, strlen(number));
	buf_str(&html, "</b>");
	return arena_strndup(a, html.data, html.len);
}

static void
compose(struct ticket_job *x)
{
	struct work *w = &x->w;
	const char *number = number_html(x->own.arena, x->note.number);
	const struct block blocks[] = {
		{ .html = label_of(w, "ticket_response_intro", ":"),
		    .label = true,
		    .italic = true },
		{ .html = x->note.html,
		    .plain = strchr(x->note.html, '<') == NULL,
		    .tight = true },
		{ .html = label_of(w, "ticket_response_info", number),
		    .label = true,
		    .italic = true },
		{ .html = label_of(w, "ticket_response_end", ""),
		    .label = true,
		    .italic = true,
		    .tight = true },
	};

	compose_say(&w->reply, blocks, NELEMS(blocks));
}

/* What becomes of the messages is told to the address that was called last, or is set. */
static const char *
url_of(const struct ticket_job *x)
{
	const char *set = cfg_str(x->w.cfg, CFG_TWILIO_WEBHOOK_URL);

	if (x->w.s.url != NULL)
		return x->w.s.url;
	return *set != '\0' ? set : NULL;
}

static enum job_end
send(struct ticket_job *x, struct job_result *out)
{
	struct work *w = &x->w;
	const struct deliver_to to = { .env = x->note.env,
		.conv_id = w->conv_id,
		.to = x->user,
		.from = x->ours,
		.url = url_of(x),
		.now_s = work_now_s(w),
		.ticket = x->note.number };
	const char *seen = arena_printf(
	    x->own.arena, "ticket/%s/%s/sent", conf_env_name(x->note.env), x->note.key);
	char masked[LOG_MASK_SIZE];
	struct reply reply;
	enum queue_result r;
	struct err e = { 0 };

	compose(x);
	compose_all(&w->reply, &reply);
	r = queue_add(w->d->state,
	    deliver_jobs(x->own.arena, &to, reply.messages, reply.n), reply.n, seen,
	    &e);
	if (r != QUEUE_OK && r != QUEUE_SEEN)
		return later(x, out, &e);
	LOG(LOG_INFO, "dialog", "reply to a ticket",
	    LS("to", log_masked(x->user, masked)),
	    LS("channel", w->reply.channel->name), LI("messages", reply.n),
	    LI("again", r == QUEUE_SEEN));
	return JOB_DONE;
}

/*
 * The record tells how this conversation is reached, if there is one; it is not changed. Its
 * language is the environment's: no record has one of its own.
 */
static enum job_end
work_inside(struct ticket_job *x, struct conv *conv, struct job_result *out)
{
	const struct lang *lang = x->w.lang;
	bool found = false;
	struct err e = { 0 };

	if (!work_load(&x->w, conv, &found, &e))
		return later(x, out, &e);
	x->w.lang = lang;
	if (found && x->w.s.from != NULL && x->w.s.to != NULL) {
		x->user = x->w.s.from;
		x->ours = x->w.s.to;
	}
	x->w.reply.channel = channel_of(x->user);
	return send(x, out);
}

static enum job_end
enter(struct ticket_job *x, struct job_result *out)
{
	int64_t until_ms = work_now_ms(&x->w) + LIMIT_EVENT_WAIT_MS;
	CLEANUP(conv_leavep) struct conv *conv = NULL;
	struct err e = { 0 };

	switch (conv_enter(x->w.d->store, x->w.conv_id, until_ms, NULL, &conv, &e)) {
	case CONV_ENTERED:
		return work_inside(x, conv, out);
	case CONV_BUSY:
	case CONV_LATE:
		out->free = true;
		out->delay_ms = LIMIT_EVENT_AGAIN_MS;
		out->why = "a message of the user is being answered";
		return JOB_LATER;
	case CONV_FAILED:
		break;
	}
	return later(x, out, &e);
}

static enum job_end
reach(struct ticket_job *x, const char *phones, struct job_result *out)
{
	struct arena *a = x->own.arena;
	const char *user_id = channel_user_of(a, phones);

	if (!channel_addresses(a, user_id, &x->user, &x->ours))
		return dead(x, out,
		    "what is kept as the person's phones is no pair of numbers");
	x->w.conv_id = channel_conv_id(a, x->note.env, user_id);
	/* It may ask the bot's side, for which nobody shall wait in line. */
	work_set_up(&x->w);
	return enter(x, out);
}

/* Neither has to be so for ever: the job waits, and is given up when it is too old. */
static bool
can_work(const struct ticket_job *x, struct err *e)
{
	if (!tickets_enabled(x->w.d->tickets, x->w.cfg))
		return err_set(e, ERR_CONFIG, 0,
		    "there are no credentials for Messenger: fill in "
		    "chat.messenger.key and secret");
	return true;
}

static enum job_end
work(struct ticket_job *x, struct job_result *out)
{
	struct agent_call call = chat_call(&x->w, x->own.until_ms);
	const char *phones = NULL;
	struct err e = { 0 };

	if (!can_work(x, &e)) {
		LOG(LOG_ERROR, "dialog", "replies to tickets wait until that is mended",
		    LS("env", conf_env_name(x->note.env)), LS("why", e.text),
		    LH("fill in chat.messenger.key and secret, then reload: they go "
		       "by themselves"));
		return later(x, out, &e);
	}
	switch (tickets_phones(x->w.d->tickets, &call, x->note.contact, &phones, &e)) {
	case PERSON_FOUND:
		return reach(x, phones, out);
	case PERSON_UNKNOWN:
		return dead(x, out, "nobody is known by the ticket's address");
	case PERSON_NO_PHONES:
		return dead(x, out, "the person has never written to us by phone");
	case PERSON_FAILED:
		break;
	}
	return later(x, out, &e);
}

enum job_end
ticket_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct ticket_job x = {
		.own = *t,
		.w = { .d = d,
		    .conv_id = job->lane,
		    .reply = { .arena = t->arena, .may = event_may_show } },
	};
	struct err e = { 0 };

	x.w.t = &x.own;
	if (!ticket_note_read(&x.note, job->body, t->arena, &e))
		return dead(&x, out, e.text);
	log_ticket(x.note.number);
	x.own.env = x.note.env;
	work_use_env(&x.w, x.note.env);
	return work(&x, out);
}
