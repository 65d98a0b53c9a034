/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hint.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/events.h"
#include "sandbox/outbox.h"
#include "sandbox/replies.h"
#include "sandbox/sandbox.h"
#include "sandbox/sender.h"

enum { STACK = 512 * 1024 };

/* One message. Freed by the worker, or by the waiter when there is one. */
struct job {
	struct sending what; /* its strings in the arena, its JSON our own */
	struct arena *arena;
	struct webhook_result result;
	bool awaited, finished;
	struct job *next;
};

/* A conversation with messages on their way. */
struct lane {
	char *key;
	struct job *first, **end;
	struct lane *next; /* of all lanes */
	struct lane *next_ready; /* of those that wait for a worker */
};

struct sender {
	struct sandbox *sb;
	pthread_mutex_t lock; /* guards the rest; webhooks read `stopping` without */
	pthread_cond_t work; /* a lane is ready, or it is time to stop */
	pthread_cond_t finished; /* an awaited job is */
	struct lane *lanes, *ready, **ready_end;
	size_t n_waiting;
	pthread_t workers[SENDER_WORKERS];
	size_t n_workers, n_idle, n_ready;
	uint64_t n_parallel; /* makes lanes of their own */
	atomic_bool stopping;
};

/* A json-c tree must not be shared between threads. */
static js *
copy_of(js *o)
{
	js *copy = NULL;

	if (o != NULL && json_object_deep_copy(o, &copy, NULL) != 0)
		abort(); /* out of memory */
	return copy;
}

static struct job *
job_new(const struct sending *what, bool awaited)
{
	struct job *j = xcalloc(1, sizeof(*j));
	const struct outgoing *from = &what->out;
	struct outgoing *to = &j->what.out;

	j->arena = arena_new();
	j->awaited = awaited;
	j->what = *what;
	to->from = arena_strdup(j->arena, from->from);
	to->to = arena_strdup(j->arena, from->to);
	to->body = arena_strdup(j->arena, from->body);
	to->account_sid = arena_strdup(j->arena, from->account_sid);
	to->auth_token = arena_strdup(j->arena, from->auth_token);
	to->params = copy_of(from->params);
	to->extra = copy_of(from->extra);
	to->carries = copy_of(from->carries);
	return j;
}

static void
job_free(struct job *j)
{
	js_putp(&j->what.out.params);
	js_putp(&j->what.out.extra);
	js_putp(&j->what.out.carries);
	arena_free(j->arena);
	free(j);
}

/* Puts a lane into the queue of those that a worker may take. */
static void
make_ready_locked(struct sender *s, struct lane *l)
{
	l->next_ready = NULL;
	*s->ready_end = l;
	s->ready_end = &l->next_ready;
	s->n_ready++;
	pthread_cond_signal(&s->work);
}

static struct lane *
lane_new_locked(struct sender *s, const char *key)
{
	struct lane *l = xcalloc(1, sizeof(*l));

	l->key = xstrdup(key);
	l->end = &l->first;
	l->next = s->lanes;
	s->lanes = l;
	return l;
}

static void
lane_free_locked(struct sender *s, struct lane *l)
{
	struct lane **link = &s->lanes;

	while (*link != l)
		link = &(*link)->next;
	*link = l->next;
	free(l->key);
	free(l);
}

static void
enqueue_locked(struct sender *s, struct job *j)
{
	const char *key =
	    arena_printf(j->arena, "%s %s", j->what.out.from, j->what.out.to);
	struct lane *l = s->lanes;
	bool idle;

	if (j->what.parallel)
		key = arena_printf(
		    j->arena, "%s #%llu", key, (unsigned long long)++s->n_parallel);
	while (l != NULL && strcmp(l->key, key) != 0)
		l = l->next;
	if (l == NULL)
		l = lane_new_locked(s, key);
	idle = l->first == NULL;
	*l->end = j;
	l->end = &j->next;
	s->n_waiting++;
	if (idle)
		make_ready_locked(s, l);
}

static const char *
foreign_from(const struct sending *w)
{
	return w->foreign ? w->out.from : NULL;
}

static int64_t
tell_out(struct sandbox *sb, const struct sending *w)
{
	js *media = js_arr(w->out.carries, "media");
	struct outbox_note note = { w->out.sid, "inbound", w->out.from, w->out.to,
		w->out.body, "received",
		media != NULL ? json_object_array_length(media) : 0 };
	js *o =
	    w->out.carries != NULL ? copy_of(w->out.carries) : json_object_new_object();

	json_object_object_add(o, "sid", json_object_new_string(w->out.sid));
	json_object_object_add(o, "body", json_object_new_string(w->out.body));
	/* Twilio's list has all messages. */
	outbox_note(sb->outbox, &note);
	return events_add(sb->events, w->channel, "out", foreign_from(w), o);
}

static void
tell_done(struct events *ev, const struct sending *w, const struct webhook_result *res)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "sid", json_object_new_string(w->out.sid));
	json_object_object_add(o, "status", json_object_new_int(res->status));
	json_object_object_add(o, "ms", json_object_new_int64(res->ms));
	json_object_object_add(o, "messages", json_object_new_int((int)res->twiml.n));
	if (res->n_tries > 1)
		json_object_object_add(o, "tries", webhook_tries_json(res));
	events_add(ev, w->channel, "done", foreign_from(w), o);
}

static void
tell_fault(struct events *ev, const struct sending *w, const struct twilio_fault *f)
{
	js *o = twilio_fault_json(f);

	json_object_object_add(o, "sid", json_object_new_string(w->out.sid));
	events_add(ev, w->channel, "fault", foreign_from(w), o);
}

static void
tell_result(struct sandbox *sb, struct arena *a, const struct sending *w,
    struct webhook_result *res)
{
	struct events *ev = sb->events;

	tell_done(ev, w, res);
	replies_send(sb, a, w, res);
	for (size_t i = 0; i < res->twiml.n_faults; i++)
		tell_fault(ev, w, &res->twiml.faults[i]);
}

static void
work_on(struct sender *s, struct webhook *w, struct job *j)
{
	char masked[LOG_MASK_SIZE];
	const struct twiml *t = &j->result.twiml;

	replies_stock(s->sb, &j->what);
	webhook_call(w, j->arena, &j->what.out, &j->result);
	tell_result(s->sb, j->arena, &j->what, &j->result);
	LOG(LOG_INFO, "sandbox", "webhook",
	    LS("from", log_masked(j->what.out.from, masked)),
	    LI("status", j->result.status), LI("ms", j->result.ms),
	    LI("tries", j->result.n_tries), LI("messages", t->n),
	    LI("fault", t->n_faults > 0 ? t->faults[0].code : 0));
}

/* The lane's first job is done: the next one may be taken. */
static void
advance_locked(struct sender *s, struct lane *l)
{
	struct job *j = l->first;

	l->first = j->next;
	if (l->first == NULL)
		lane_free_locked(s, l);
	else
		make_ready_locked(s, l);
	s->n_waiting--;
	j->finished = true;
	if (j->awaited)
		pthread_cond_broadcast(&s->finished);
	else
		job_free(j);
}

static struct lane *
take_lane_locked(struct sender *s)
{
	struct lane *l;

	s->n_idle++;
	while (s->ready == NULL && !s->stopping)
		pthread_cond_wait(&s->work, &s->lock);
	s->n_idle--;
	l = s->ready;
	if (l == NULL)
		return NULL;
	s->n_ready--;
	s->ready = l->next_ready;
	if (s->ready == NULL)
		s->ready_end = &s->ready;
	return l;
}

static void *
worker(void *cls)
{
	struct sender *s = cls;
	struct webhook *w = webhook_new(s->sb->opts, &s->stopping);
	struct lane *l;

	pthread_mutex_lock(&s->lock);
	while ((l = take_lane_locked(s)) != NULL) {
		pthread_mutex_unlock(&s->lock);
		work_on(s, w, l->first);
		pthread_mutex_lock(&s->lock);
		advance_locked(s, l);
	}
	pthread_mutex_unlock(&s->lock);
	webhook_free(w);
	return NULL;
}

/* One more worker for one more job, unless one is free for it or there are enough. */
static bool
hire_locked(struct sender *s)
{
	pthread_attr_t attr;
	int rc;

	if (s->n_idle > s->n_ready || s->n_workers == SENDER_WORKERS)
		return s->n_workers > 0;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&s->workers[s->n_workers], &attr, worker, s);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		s->n_workers++;
	else
		LOG(LOG_WARN, "sandbox", "no more threads", LI("workers", s->n_workers),
		    LH(HINT_THREADS));
	return s->n_workers > 0;
}

struct sender *
sender_new(struct sandbox *sb)
{
	struct sender *s = xcalloc(1, sizeof(*s));

	s->sb = sb;
	s->ready_end = &s->ready;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->work, NULL);
	pthread_cond_init(&s->finished, NULL);
	return s;
}

void
sender_stop(struct sender *s)
{
	pthread_mutex_lock(&s->lock);
	atomic_store(&s->stopping, true);
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&s->lock);
	/* No worker is hired once `stopping` is set, so the table stands still. */
	for (size_t i = 0; i < s->n_workers; i++)
		pthread_join(s->workers[i], NULL);
}

void
sender_free(struct sender *s)
{
	if (s == NULL)
		return;
	pthread_cond_destroy(&s->finished);
	pthread_cond_destroy(&s->work);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Waits for the job, which is then the caller's alone. */
static void
await(struct sender *s, struct job *j, js **result)
{
	pthread_mutex_lock(&s->lock);
	while (!j->finished)
		pthread_cond_wait(&s->finished, &s->lock);
	pthread_mutex_unlock(&s->lock);
	*result = webhook_result_json(&j->what.out, &j->result);
	job_free(j);
}

int64_t
sender_send(struct sender *s, const struct sending *what, js **result)
{
	struct job *j = job_new(what, result != NULL);
	int64_t seq = -1;

	pthread_mutex_lock(&s->lock);
	if (!s->stopping && s->n_waiting < SENDER_WAITING_MAX && hire_locked(s)) {
		seq = tell_out(s->sb, &j->what);
		enqueue_locked(s, j);
	}
	pthread_mutex_unlock(&s->lock);
	if (seq < 0)
		job_free(j);
	else if (result != NULL)
		await(s, j, result);
	return seq;
}
