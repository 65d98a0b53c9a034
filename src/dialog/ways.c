/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reply goes in the response to its message, or by the queue, in a job that owns it. By the
 * queue go: what comes late, what is too much for a response, or for Twilio after the ones
 * before it, and what would overtake messages of this conversation that are in the queue. The
 * order of the commits: the job, with the message, leased by this thread; the record, with the
 * reply and the job's number; then the messages in the place of the job. A crash behind the
 * first, and the message is worked again; behind the second, and whoever takes the job finds
 * its reply in the record.
 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "channel/out.h"
#include "dialog/counted.h"
#include "dialog/deliver.h"
#include "dialog/notice.h"
#include "dialog/said.h"
#include "dialog/turn_note.h"
#include "dialog/work.h"
#include "http/http.h"

/* Why most go by the queue. */
#define WAY_LATE "late"

bool
way_waits(const struct work *w)
{
	return w->way.own.answer != NULL && w->way.own.reply_ms != 0 &&
	    !w->way.answered;
}

bool
way_answer(struct work *w, const struct reply *reply)
{
	struct turn *t = &w->way.own;

	if (t->answer == NULL || w->way.answered)
		return true;
	w->way.answered = true;
	t->until_ms = w->way.until_ms;
	if (!t->answer(t->arg, reply))
		return false;
	counted_reply(w, reply);
	return true;
}

/* When he has to be told something; later than the deadline he cannot be. */
static int64_t
alarm_of(const struct turn *t)
{
	return t->notice_ms != 0 && t->notice_ms < t->reply_ms ? t->notice_ms
							       : t->reply_ms;
}

/* Nobody can be told later: all has to be over when the answer is due. */
static void
hurry(struct work *w, int64_t until_ms)
{
	if (w->way.own.reply_ms != 0 && w->way.own.until_ms > until_ms)
		w->way.own.until_ms = until_ms;
}

void
way_begin(struct work *w, const struct turn *t)
{
	const struct dialog *d = w->d;

	w->way.own = *t;
	w->way.until_ms = t->until_ms;
	w->way.alarm_ms = alarm_of(t);
	w->t = &w->way.own;
	w->way.ord_ms = clock_wall_ms(d->clock);
	w->way.open =
	    d->state != NULL && out_enabled(d->out, conf_cfg(t->conf, t->env));
	if (!w->way.open)
		hurry(w, t->reply_ms);
	else if (way_waits(w) && t->http != NULL)
		http_alarm(t->http, w->way.alarm_ms, way_late, w);
}

void
way_end(struct work *w)
{
	if (w->t->http != NULL)
		http_alarm(w->t->http, 0, NULL, NULL);
}

/* Whether the queue says so; one that cannot be asked does not. */
static bool
is_there(enum queue_result r, const struct err *e)
{
	if (r == QUEUE_FAILED)
		LOG(LOG_WARN, "dialog", "queue not looked at", LS("why", e->text),
		    LH(HINT_STATE));
	return r == QUEUE_OK;
}

static bool
queue_has(const struct work *w, const char *kind)
{
	struct err e;

	return is_there(queue_lane_has(w->d->state, w->conv_id, kind, &e), &e);
}

/* The message as a job. False: it is too big for one. */
static bool
note(const struct work *w, struct new_job *job, struct err *e)
{
	*job = (struct new_job){
		.lane = w->conv_id,
		.kind = "turn",
		.body = turn_note_write(w->t->arena, w->t->env, w->in),
		.ord_ms = w->way.ord_ms,
	};
	return job->body != NULL ||
	    err_set(e, ERR_TOO_BIG, 0, "message: more than %d bytes as a job",
		LIMIT_QUEUE_BODY);
}

bool
way_claim(struct work *w, const char *because)
{
	enum queue_result r = QUEUE_FULL;
	struct new_job job;
	struct err e = { 0 };

	if (note(w, &job, &e))
		r = queue_claim(w->d->state, &job, &w->way.job, &e);
	if (r == QUEUE_OK) {
		if (strcmp(because, WAY_LATE) == 0)
			metrics_count(M_TURNS_LATE, 0, 0);
		w->way.owned = true;
		return true;
	}
	w->way.open = false;
	w->way.stuck = r == QUEUE_FAILED;
	LOG(LOG_WARN, "dialog", "reply does not go by the queue",
	    LS("because", because), LS("why", e.text),
	    LH("is the queue full (botlinectl queue list), the disk of "
	       "store.state_path, or twilio.credentials empty?"));
	return false;
}

/* Whether he is asked for a moment at all: who wants no messages is not. */
static bool
has_notice(struct work *w)
{
	if (w->t->notice_ms == 0)
		return false;
	if (w->cfg == NULL) { /* he stands in line still */
		work_use_env(w, w->t->env);
		w->heard.text = said_clean(w->t->arena, w->in->text);
	}
	return opt_out_of(w) != OPT_OUT_STOP;
}

/*
 * The job is there: whoever waits is let go. He is asked for a moment now, if that moment has
 * come, or by a job of its own when it comes.
 */
static void
let_go(struct work *w)
{
	const struct turn *t = w->t;
	struct reply reply = { .n = 0 };
	bool notice = has_notice(w);

	if (notice && (t->notice_ms > t->reply_ms || t->road == ROAD_QUEUE))
		notice_add(w);
	else if (notice && streak_has_room(&w->s.streak, work_now_s(w), 1) &&
	    notice_is_first(w))
		notice_reply(w, &reply);
	w->way.said = reply.n;
	(void)way_answer(w, &reply);
}

static void
hand_over(struct work *w, const char *because)
{
	if (way_claim(w, because))
		let_go(w);
	else
		hurry(w, w->way.own.reply_ms + LIMIT_LOCK_GRACE_MS);
}

void
way_late(void *work)
{
	struct work *w = work;

	if (way_waits(w) && !w->way.owned && w->way.open)
		hand_over(w, WAY_LATE);
}

void
way_ahead(struct work *w)
{
	if (w->t->road == ROAD_QUEUE && way_waits(w) && w->way.open)
		hand_over(w, "so configured");
}

bool
way_is_behind(const struct work *w)
{
	return w->way.open && queue_has(w, "turn");
}

static enum turn_end
refuse(struct work *w, struct reply *out)
{
	w->outcome = "busy";
	work_use_env(w, w->t->env);
	work_say(w, "busy");
	compose_end(&w->reply, out);
	(void)way_answer(w, out);
	return TURN_REFUSED;
}

static enum queue_result
add(struct work *w, int64_t due_ms, struct err *e)
{
	struct arena *a = w->t->arena;
	const char *seen = *w->in->sid == '\0'
	    ? NULL
	    : arena_printf(a, "turn/%s/%s", conf_env_name(w->t->env), w->in->sid);
	struct new_job job;

	if (!note(w, &job, e))
		return QUEUE_FAILED;
	job.due_ms = due_ms;
	return queue_add(w->d->state, &job, 1, seen, e);
}

enum turn_end
way_line_up(struct work *w, int64_t due_ms, struct reply *out)
{
	enum turn_end end = TURN_DONE;
	struct err e = { 0 };

	if (!w->way.open)
		return refuse(w, out);
	switch (add(w, due_ms, &e)) {
	case QUEUE_OK:
		w->outcome = "lined up";
		break;
	case QUEUE_SEEN:
		w->outcome = "repeat";
		end = TURN_REPEAT;
		break;
	case QUEUE_NONE:
	case QUEUE_LOST:
	case QUEUE_FULL:
	case QUEUE_FAILED:
		LOG(LOG_WARN, "dialog", "message not put into the queue",
		    LS("why", e.text),
		    LH("botlinectl queue list: is it full, and of what? else look "
		       "at the disk of store.state_path"));
		return refuse(w, out);
	}
	*out = (struct reply){ .n = 0 };
	(void)way_answer(w, out);
	return end;
}

/* An earlier message that was late was put back, or its process has died, meanwhile. */
static bool
is_ahead_of_one(const struct work *w)
{
	struct err e;

	return w->way.open && !w->way.lent &&
	    is_there(
		queue_lane_before(w->d->state, w->conv_id, "turn", w->way.ord_ms, &e),
		&e);
}

bool
way_lets_pass(struct work *w, struct reply *out, enum turn_end *end)
{
	if (!is_ahead_of_one(w))
		return false;
	if (!w->way.owned) {
		*end = way_line_up(w, 0, out);
		return true;
	}
	*out = (struct reply){ .n = 0 };
	(void)way_answer(w, out);
	w->outcome = "put back";
	way_put_back(w, "behind an earlier message", false);
	*end = TURN_DONE;
	return true;
}

/*
 * Messages that messages of this conversation in the queue must not be overtaken by. Not
 * those of the user: who has entered the conversation came before them.
 */
static bool
would_overtake(const struct work *w)
{
	return queue_has(w, NULL) && (queue_has(w, "send") || queue_has(w, "event"));
}

/* Why it has to go by the queue; NULL: it does not. */
static const char *
why_queued(const struct work *w, size_t n)
{
	if (way_waits(w) && work_now_ms(w) >= w->t->reply_ms)
		return WAY_LATE;
	if (n == 0)
		return NULL;
	if (deliver_is_confirmed(w->cfg))
		return "confirmed";
	if (!compose_fits(&w->reply))
		return "long";
	if (!streak_has_room(&w->s.streak, work_now_s(w), n))
		return "many in a row";
	if (w->t->road == ROAD_RESPONSE)
		return NULL;
	return would_overtake(w) ? "not the first" : NULL;
}

bool
way_choose(struct work *w, struct reply *reply, struct err *e)
{
	const char *because;

	if (w->way.open) {
		compose_all(&w->reply, reply);
		because = w->way.owned ? NULL : why_queued(w, reply->n);
		if (because == NULL || way_claim(w, because))
			return true;
	}
	compose_end(&w->reply, reply);
	/* A queue that is full is not empty soon; a disk that is full may be better soon. */
	if (w->way.stuck && reply->n > 0 && w->t->road != ROAD_RESPONSE &&
	    would_overtake(w))
		return err_set(
		    e, ERR_IO, 0, "earlier messages wait, and none can be added");
	return true;
}

static void
log_kept(struct work *w, const char *what, const struct err *e)
{
	LOG(LOG_WARN, "dialog", "job of a turn is left to others", LS("not", what),
	    LI("job", w->way.job.id), LS("why", e->text), LH(HINT_OTHERS));
}

static void
done(struct work *w)
{
	struct err e;

	w->way.owned = false;
	switch (
	    queue_done(w->d->state, &w->way.job, w->way.follow, w->way.n_follow, &e)) {
	case QUEUE_FAILED:
		/* Its reply is in the record: whoever takes the job sends that. */
		log_kept(w, "done", &e);
		way_put_back(w, e.text, true);
		break;
	case QUEUE_LOST:
		LOG(LOG_WARN, "dialog", "turn took longer than its lease",
		    LI("job", w->way.job.id), LH(HINT_LEASE));
		break;
	case QUEUE_OK:
	case QUEUE_NONE:
	case QUEUE_SEEN:
	case QUEUE_FULL:
		break;
	}
}

void
way_send(struct work *w, const struct message *messages, size_t n)
{
	const struct deliver_to to = { .env = w->s.env,
		.conv_id = w->conv_id,
		.to = w->in->from,
		.from = w->in->to,
		.url = w->in->url,
		.now_s = work_now_s(w) };

	w->way.follow = deliver_jobs(w->t->arena, &to, messages, n);
	w->way.n_follow = n;
	if (!w->way.lent)
		done(w);
}

void
way_put_back(struct work *w, const char *why, bool tried)
{
	const struct job_later later = {
		.delay_ms = LIMIT_BACKOFF_FIRST_MS,
		.why = why,
		.free = !tried,
	};
	struct err e;

	w->way.owned = false;
	if (queue_later(w->d->state, &w->way.job, &later, &e) == QUEUE_FAILED) {
		log_kept(w, "put back", &e);
		queue_give_up(w->d->state, &w->way.job);
	}
}

void
way_put_off(struct work *w, int64_t delay_ms)
{
	const struct job_later later = {
		.delay_ms = delay_ms, .why = "more may follow", .free = true
	};
	struct err e;

	w->way.owned = false;
	if (queue_later(w->d->state, &w->way.job, &later, &e) == QUEUE_FAILED) {
		log_kept(w, "put off", &e);
		queue_give_up(w->d->state, &w->way.job);
	}
}

void
way_forget(struct work *w)
{
	w->way.follow = NULL;
	w->way.n_follow = 0;
	done(w);
}
