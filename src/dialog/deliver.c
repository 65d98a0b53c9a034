/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job ends as sent only in the commit that keeps the id of its message. Whoever finds it
 * without that end looks the message up; the ids kept tell it from others with the same text.
 * What the lookup goes by, the time in which it may have been sent, is kept with the job
 * while it is in doubt, and gone before it is sent anew.
 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "channel/out.h"
#include "conf/cfg.h"
#include "dialog/deliver.h"
#include "channel/letter.h"
#include "store/stopped.h"
#include "store/slot.h"

static const char *
callback_of(struct arena *a, const struct deliver_to *to, const char *ref)
{
	CLEANUP(buf_fini) struct buf url = BUF_INIT(2 * LIMIT_URL);

	if (to->url == NULL)
		return NULL;
	buf_str(&url, to->url);
	letter_callback(&url, ref, to->ticket);
	return buf_ok(&url) ? arena_strndup(a, url.data, url.len) : NULL;
}

static struct new_job
job_of(struct arena *a, const char *lane, const struct letter *l)
{
	return (
	    struct new_job){ .lane = lane, .kind = "send", .body = letter_write(a, l) };
}

const struct new_job *
deliver_jobs(struct arena *a, const struct deliver_to *to,
    const struct message *messages, size_t n)
{
	const char *ref = *log_turn_now() != '\0' ? log_turn_now() : NULL;
	const char *callback = callback_of(a, to, ref);
	struct new_job *jobs = arena_alloc(a, (n + 1) * sizeof(*jobs));

	for (size_t i = 0; i < n; i++) {
		const struct letter l = { .env = to->env,
			.m = { .to = to->to,
			    .from = to->from,
			    .text = messages[i].text,
			    .media = messages[i].media,
			    .n_media = messages[i].n_media,
			    .status_callback = callback },
			.made_s = to->now_s,
			.ref = ref,
			.ticket = to->ticket };

		jobs[i] = job_of(a, to->conv_id, &l);
	}
	return jobs;
}

/* What one try has at hand. */
struct delivery {
	const struct dialog *d;
	const struct turn *t;
	const struct job *job;
	struct letter letter;
	struct out_call call;
	const char *sender; /* see out_sender() */
	struct job_result *out;
};

static enum job_end
later(struct delivery *v, int64_t delay_ms, bool unsure, const char *why)
{
	v->out->delay_ms = delay_ms;
	v->out->unsure = unsure;
	v->out->why = arena_strdup(v->t->arena, why);
	return JOB_LATER;
}

static enum job_end
dead(struct delivery *v, const char *why)
{
	v->out->why = arena_strdup(v->t->arena, why);
	return JOB_DEAD;
}

/* What holds the lane until there are news of the message, or none have come. */
static const struct new_job *
confirm_job(struct delivery *v, const char *id)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);
	struct new_job *job = arena_alloc(v->t->arena, sizeof(*job));

	js_put_text(&b, "{\"sid\":", id);
	js_put_text(&b, ",\"ref\":", v->letter.ref);
	js_put_text(&b, ",\"ticket\":", v->letter.ticket);
	buf_chr(&b, '}');
	*job = (struct new_job){
		.lane = v->job->lane,
		.kind = "confirm",
		.body = arena_strndup(v->t->arena, b.data, b.len),
		.due_ms = clock_wall_ms(v->d->clock) + LIMIT_CONFIRM_MS,
	};
	return job;
}

static enum job_end
sent(struct delivery *v, const char *id)
{
	v->out->sent_id = id;
	if (*id == '\0' || !deliver_is_confirmed(v->call.cfg))
		return JOB_DONE;
	v->out->follow = confirm_job(v, id);
	v->out->n_follow = 1;
	return JOB_DONE;
}

/* Keeps the letter with the job. */
static bool
keep(struct delivery *v)
{
	enum queue_result r;
	struct err e;

	r = queue_save(v->d->state, v->job, letter_write(v->t->arena, &v->letter), &e);
	if (r == QUEUE_FAILED)
		LOG(LOG_WARN, "dialog", "state of a message not kept",
		    LI("job", v->job->id), LS("why", e.text), LH(HINT_STATE));
	return r == QUEUE_OK;
}

/* Keeps with the job when it may have been sent; to_s 0: it was not. */
static bool
keep_window(struct delivery *v, int64_t from_s, int64_t to_s)
{
	v->letter.from_s = from_s;
	v->letter.to_s = to_s;
	return keep(v);
}

/* Something has to be mended before this one and those behind it can go. */
static enum job_end
blocked(struct delivery *v, const char *why)
{
	LOG(LOG_ERROR, "dialog", "messages wait until that is mended",
	    LI("job", v->job->id), LS("env", conf_env_name(v->letter.env)),
	    LS("why", why),
	    LH("mend what why= names, then reload: they go by themselves; "
	       "botlinectl queue list shows them"));
	return later(v, 0, false, why);
}

/* The same as text, with the addresses of its files, in the place of this job. */
static enum job_end
send_links(struct delivery *v)
{
	struct arena *a = v->t->arena;
	struct letter l = v->letter;
	const char *text = out_linked(a, &l.m);
	struct new_job *jobs;
	const char *const *pieces;
	size_t n;

	pieces = channel_messages(channel_of(l.m.to), a, text,
	    cfg_bool(v->call.cfg, CFG_SMS_TRANSLITERATE), &n);
	jobs = arena_alloc(a, (n + 1) * sizeof(*jobs));
	l.m.media = NULL;
	l.m.n_media = 0;
	l.from_s = l.to_s = l.slot_ms = 0;
	for (size_t i = 0; i < n; i++) {
		l.m.text = pieces[i];
		jobs[i] = job_of(a, v->job->lane, &l);
	}
	LOG(LOG_WARN, "dialog", "files not taken, their addresses are sent",
	    LI("job", v->job->id), LI("media", v->letter.m.n_media),
	    LH("the channel does not take such files: botline(8), WHAT A PHONE SHOWS"));
	v->out->follow = jobs;
	v->out->n_follow = n;
	return JOB_DONE;
}

/* Nothing more is sent to him until he writes again. */
static void
stop(struct delivery *v, const char *why)
{
	struct err e;

	if (!stop_set(v->d->state, v->job->lane, why, clock_wall_s(v->d->clock), &e))
		LOG(LOG_WARN, "dialog", "a user's stop is not kept", LS("why", e.text),
		    LH(HINT_STATE));
}

/* The slot was used; another try has one of its own. */
static void
give_up_slot(struct delivery *v)
{
	if (v->letter.slot_ms == 0)
		return;
	v->letter.slot_ms = 0;
	(void)keep(v); /* else the next try is out of its turn */
}

/* Twilio takes no more from this sender until then. */
static void
slow_down(struct delivery *v, int64_t after_ms)
{
	int64_t until_ms = clock_wall_ms(v->d->clock);
	struct err e;

	if (after_ms < LIMIT_BACKOFF_FIRST_MS)
		after_ms = LIMIT_BACKOFF_FIRST_MS;
	until_ms += after_ms < LIMIT_BACKOFF_MS ? after_ms : LIMIT_BACKOFF_MS;
	if (!slot_push(v->d->state, v->sender, until_ms, &e))
		LOG(LOG_WARN, "dialog", "a sender's pace is not kept",
		    LS("why", e.text), LH(HINT_STATE));
}

static enum job_end
refused(struct delivery *v, const struct out_sent *s)
{
	static const char *const meaning[] = {
		[OUT_WHY_NONE] = "refused",
		[OUT_WHY_OPTED_OUT] = "the user has opted out",
		[OUT_WHY_WINDOW] = "the user's last message is too long ago",
		[OUT_WHY_RECEIVER] = "no such phone, or it takes no messages",
		[OUT_WHY_CONTENT] = "not let through",
		[OUT_WHY_MEDIA] = "its files are not taken",
		[OUT_WHY_LONG] = "too long",
		[OUT_WHY_OURS] = "there is something to mend",
	};

	if (s->why == OUT_WHY_OPTED_OUT)
		stop(v, s->error.text);
	if (s->why == OUT_WHY_OURS) {
		give_up_slot(v);
		return blocked(v, s->error.text);
	}
	if (s->why == OUT_WHY_MEDIA && v->letter.m.n_media > 0)
		return send_links(v);
	return dead(
	    v, arena_printf(v->t->arena, "%s: %s", meaning[s->why], s->error.text));
}

static enum job_end
send_it(struct delivery *v)
{
	struct out_sent s = { 0 };

	out_send(v->d->out, &v->call, &v->letter.m, &s);
	switch (s.result) {
	case OUT_SENT:
		return sent(v, s.id);
	case OUT_REFUSED:
		return refused(v, &s);
	case OUT_LATER:
		slow_down(v, s.after_ms);
		give_up_slot(v);
		return later(v, s.after_ms, false, s.error.text);
	case OUT_NOT_SENT:
		give_up_slot(v);
		return later(v, 0, false, s.error.text);
	case OUT_UNKNOWN:
		break;
	}
	v->letter.slot_ms = 0;
	/* Not kept: the next try looks at a longer time. */
	(void)keep_window(v, s.from_s, s.to_s);
	return later(v, 0, true, s.error.text);
}

/* Takes a slot, unless there is one that can be waited for. */
static bool
find_slot(struct delivery *v, int64_t now_ms, struct err *e)
{
	int64_t rate = cfg_int(v->call.cfg, CFG_DELIVERY_RATE_PER_S);

	if (v->letter.slot_ms != 0 &&
	    v->letter.slot_ms <= now_ms + LIMIT_PACE_S * (int64_t)1000)
		return true;
	if (rate == 0)
		rate = channel_of(v->letter.m.to)->per_s;
	return slot_take(v->d->state, v->sender, rate, &v->letter.slot_ms, e);
}

/*
 * Sends it when its sender's slot has come. The slot is kept with the job, so that one who
 * waits asks once, and nobody who waits wakes another.
 */
static enum job_end
send_in_turn(struct delivery *v)
{
	const int64_t now_ms = clock_wall_ms(v->d->clock), had_ms = v->letter.slot_ms;
	struct err e;

	if (!find_slot(v, now_ms, &e))
		return later(v, 0, false, e.text);
	if (v->letter.slot_ms <= now_ms)
		return send_it(v);
	if (v->letter.slot_ms != had_ms && !keep(v))
		return later(v, 0, false, "the state cannot be written");
	v->out->free = true;
	return later(
	    v, v->letter.slot_ms - now_ms, false, "its sender sends no faster");
}

/* The try that is in doubt ended before this one began. */
static bool
find_window(struct delivery *v)
{
	return v->letter.to_s != 0 ||
	    keep_window(v, v->letter.made_s, clock_wall_s(v->d->clock));
}

/* The messages of this lane which one that is in doubt is not. */
static bool
find_known(struct delivery *v, struct out_search *s, struct err *e)
{
	int64_t since_ms = (s->from_s - LIMIT_LIST_SKEW_S) * 1000;

	return queue_sent(v->d->state, v->job->lane, since_ms, v->t->arena, &s->known,
	    &s->n_known, e);
}

/* Sends it only when it is sure that it was not sent. */
static enum job_end
look_up(struct delivery *v)
{
	struct out_search s = { .m = &v->letter.m };
	struct out_finding f = { 0 };
	struct err e;

	if (!find_window(v))
		return later(v, 0, true, "the state cannot be written");
	s.from_s = v->letter.from_s;
	s.to_s = v->letter.to_s;
	if (!find_known(v, &s, &e))
		return later(v, 0, true, e.text);
	out_find(v->d->out, &v->call, &s, &f);
	switch (f.found) {
	case OUT_FOUND:
		LOG(LOG_INFO, "dialog", "message had been sent", LI("job", v->job->id),
		    LS("sid", f.id));
		return sent(v, f.id);
	case OUT_ABSENT:
		if (!keep_window(v, 0, 0))
			return later(v, 0, true, "the state cannot be written");
		return send_in_turn(v);
	case OUT_EARLY:
		return later(v, f.after_ms, true, "it may have been sent");
	case OUT_NO_ANSWER:
		break;
	}
	return later(v, 0, true, f.error.text);
}

/* What is in doubt may still be at the phone: nobody looks any more. */
static enum job_end
stopped(struct delivery *v)
{
	v->out->unsure = v->job->unsure;
	return dead(v, "the user has opted out");
}

enum job_end
deliver_send(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct delivery v = { .d = d, .t = t, .job = job, .out = out };
	bool is_stopped;
	struct err e;

	if (!letter_read(&v.letter, job->body, t->arena, &e)) {
		out->unsure = job->unsure;
		return dead(&v, e.text);
	}
	if (v.letter.ref != NULL)
		log_turn(v.letter.ref);
	if (v.letter.ticket != NULL)
		log_ticket(v.letter.ticket);
	v.call = (struct out_call){ .http = t->http,
		.cfg = conf_cfg(t->conf, v.letter.env),
		.arena = t->arena,
		.until_ms = t->until_ms };
	if (!out_enabled(d->out, v.call.cfg)) {
		(void)blocked(&v, "there are no credentials to send with");
		out->unsure = job->unsure;
		return JOB_LATER;
	}
	v.sender = out_sender(t->arena, v.call.cfg, &v.letter.m);
	if (!stop_is(d->state, job->lane, &is_stopped, &e))
		return later(&v, 0, job->unsure, e.text);
	if (is_stopped)
		return stopped(&v);
	return job->unsure ? look_up(&v) : send_in_turn(&v);
}
