/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/events.h"

enum { EVENT_BYTES = 256 * 1024 };

struct event {
	char *json;
	bool foreign;
};

struct events {
	pthread_mutex_t lock; /* guards the rest */
	pthread_cond_t more; /* one was added, or waiting is over; CLOCK_MONOTONIC */
	struct event ring[EVENTS_KEPT]; /* number n is at n % EVENTS_KEPT */
	int64_t last;
	bool awake;
};

struct events *
events_new(void)
{
	struct events *ev = xcalloc(1, sizeof(*ev));

	pthread_mutex_init(&ev->lock, NULL);
	clock_cond_init(&ev->more);
	return ev;
}

void
events_free(struct events *ev)
{
	if (ev == NULL)
		return;
	for (size_t i = 0; i < EVENTS_KEPT; i++)
		free(ev->ring[i].json);
	pthread_cond_destroy(&ev->more);
	pthread_mutex_destroy(&ev->lock);
	free(ev);
}

void
events_wake(struct events *ev)
{
	pthread_mutex_lock(&ev->lock);
	ev->awake = true;
	pthread_cond_broadcast(&ev->more);
	pthread_mutex_unlock(&ev->lock);
}

/* "2026-01-31T10:00:00.123Z" */
static js *
now_text(void)
{
	char day[32], text[64];
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%03ldZ", day, now.tv_nsec / 1000000);
	return json_object_new_string(text);
}

/* Takes o. */
static char *
event_json(int64_t seq, const char *channel, const char *kind, const char *from, js *o)
{
	struct buf b = BUF_INIT(EVENT_BYTES);

	if (o == NULL)
		o = json_object_new_object();
	json_object_object_add(o, "seq", json_object_new_int64(seq));
	json_object_object_add(o, "at", now_text());
	json_object_object_add(o, "channel", json_object_new_string(channel));
	json_object_object_add(o, "kind", json_object_new_string(kind));
	if (from != NULL)
		json_object_object_add(o, "from", json_object_new_string(from));
	js_write(&b, o);
	js_putp(&o);
	return buf_take(&b);
}

int64_t
events_add(struct events *ev, const char *channel, const char *kind, const char *from,
    js *more)
{
	struct event *slot;
	int64_t seq;

	pthread_mutex_lock(&ev->lock);
	seq = ++ev->last;
	slot = &ev->ring[seq % EVENTS_KEPT];
	free(slot->json);
	slot->json = event_json(seq, channel, kind, from, more);
	slot->foreign = from != NULL;
	pthread_cond_broadcast(&ev->more);
	pthread_mutex_unlock(&ev->lock);
	return seq;
}

int64_t
events_last(struct events *ev)
{
	int64_t last;

	pthread_mutex_lock(&ev->lock);
	last = ev->last;
	pthread_mutex_unlock(&ev->lock);
	return last;
}

/* The number of the first event to show after since; beyond `last` when there is none. */
static int64_t
first_locked(const struct events *ev, int64_t since, bool all)
{
	int64_t kept = ev->last > EVENTS_KEPT ? ev->last - EVENTS_KEPT : 0;
	int64_t n = since > kept ? since : kept;

	if (n >= ev->last)
		return ev->last + 1;
	while (++n <= ev->last)
		if (all || !ev->ring[n % EVENTS_KEPT].foreign)
			break;
	return n;
}

static void
wait_locked(struct events *ev, int64_t since, int64_t wait_ms, bool all)
{
	const struct timespec until = clock_after(wait_ms);

	while (!ev->awake && first_locked(ev, since, all) > ev->last)
		if (pthread_cond_timedwait(&ev->more, &ev->lock, &until) != 0)
			return;
}

void
events_list(struct events *ev, int64_t since, int64_t wait_ms, bool all, int64_t max,
    struct buf *out)
{
	const char *comma = "";
	int64_t listed = 0, last;

	if (wait_ms > EVENTS_WAIT_MAX_MS)
		wait_ms = EVENTS_WAIT_MAX_MS;
	buf_str(out, "{\"events\":[");
	pthread_mutex_lock(&ev->lock);
	if (wait_ms > 0)
		wait_locked(ev, since, wait_ms, all);
	last = ev->last;
	for (int64_t n = first_locked(ev, since, all); n <= ev->last;
	     n = first_locked(ev, n, all)) {
		buf_printf(out, "%s%s", comma, ev->ring[n % EVENTS_KEPT].json);
		comma = ",";
		if (++listed == max) {
			last = n;
			break;
		}
	}
	buf_printf(out, "],\"first\":%lld,\"last\":%lld}",
	    (long long)(ev->last > EVENTS_KEPT ? ev->last - EVENTS_KEPT + 1 : 1),
	    (long long)last);
	pthread_mutex_unlock(&ev->lock);
}
