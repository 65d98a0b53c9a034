/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_OUT_H
#define SUPPORT_FAKE_OUT_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "channel/out.h"

/*
 * A way out that does what the test put in, and writes down what arrives and what is looked
 * up, one behind the other: "TO<FROM: TEXT +URL;", "find TO: TEXT;". The first `unlucky`
 * messages meet `result`, the others are sent. `during` runs in the middle of each call to
 * send, behind the message's arrival.
 */
enum { FAKE_OUT_LIST = 64 };

struct fake_out_sent {
	char id[40], text[160];
};

struct fake_out {
	bool disabled;
	int unlucky; /* -1: all */
	enum out_result result;
	enum out_why why;
	int64_t after_ms;
	enum out_found found; /* what is looked up, unless… */
	bool lists; /* …it is looked for among what has arrived */
	bool arrives; /* what meets OUT_UNKNOWN does so all the same */
	void (*during)(void *arg);
	void *arg;
	const _Atomic int64_t *now_s; /* Unix time; NULL: 0 */

	pthread_mutex_t lock; /* guards what stands below */
	int tried, sent;
	char did[8192];
	char callback[256]; /* of the last one */
	int64_t from_s, to_s; /* of the last search */
	struct fake_out_sent list[FAKE_OUT_LIST];
};

#define FAKE_OUT_INIT \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}

static inline void
fake_out_close(void *self)
{
	(void)self; /* it is the test's own */
}

static inline bool
fake_out_enabled(void *self, const struct cfg *cfg)
{
	struct fake_out *f = self;

	(void)cfg;
	return !f->disabled;
}

static inline void
fake_out_write(struct fake_out *f, const struct outgoing *m)
{
	size_t len = strlen(f->did);

	len += (size_t)snprintf(f->did + len, sizeof(f->did) - len, "%s<%s: %s", m->to,
	    m->from, m->text != NULL ? m->text : "");
	for (size_t i = 0; i < m->n_media && len < sizeof(f->did); i++)
		len += (size_t)snprintf(
		    f->did + len, sizeof(f->did) - len, " +%s", m->media[i]);
	if (len < sizeof(f->did))
		snprintf(f->did + len, sizeof(f->did) - len, ";");
}

/* It is at the phone. */
static inline const char *
fake_out_arrive(struct fake_out *f, const struct outgoing *m)
{
	struct fake_out_sent *s = &f->list[f->sent++ % FAKE_OUT_LIST];

	snprintf(s->id, sizeof(s->id), "SM%032d", f->sent);
	snprintf(s->text, sizeof(s->text), "%s", m->text != NULL ? m->text : "");
	fake_out_write(f, m);
	return s->id;
}

static inline void
fake_out_send(void *self, const struct out_call *call, const struct outgoing *m,
    struct out_sent *s)
{
	struct fake_out *f = self;

	pthread_mutex_lock(&f->lock);
	*s = (struct out_sent){ .result = OUT_SENT, .id = "" };
	if (f->unlucky != 0)
		s->result = f->result;
	if (f->unlucky > 0)
		f->unlucky--;
	f->tried++;
	snprintf(f->callback, sizeof(f->callback), "%s",
	    m->status_callback != NULL ? m->status_callback : "");
	s->from_s = s->to_s = f->now_s != NULL ? *f->now_s : 0;
	if (s->result == OUT_SENT) {
		s->id = arena_strdup(call->arena, fake_out_arrive(f, m));
	} else {
		if (s->result == OUT_UNKNOWN && f->arrives)
			(void)fake_out_arrive(f, m);
		s->why = s->result == OUT_REFUSED ? f->why : OUT_WHY_NONE;
		s->after_ms = s->result == OUT_LATER ? f->after_ms : 0;
		(void)err_set(&s->error, ERR_UPSTREAM, 0, "fake trouble");
	}
	pthread_mutex_unlock(&f->lock);
	if (f->during != NULL)
		f->during(f->arg);
}

/* The id of the newest of the kind that does not count as known; NULL: there is none. */
static inline const char *
fake_out_look(const struct fake_out *f, const struct out_search *s)
{
	for (int i = f->sent < FAKE_OUT_LIST ? f->sent : FAKE_OUT_LIST; i > 0; i--) {
		const struct fake_out_sent *it = &f->list[i - 1];
		bool known = false;

		for (size_t k = 0; k < s->n_known; k++)
			known = known || strcmp(s->known[k], it->id) == 0;
		if (!known && s->m->text != NULL && strcmp(it->text, s->m->text) == 0)
			return it->id;
	}
	return NULL;
}

static inline void
fake_out_find(void *self, const struct out_call *call, const struct out_search *s,
    struct out_finding *out)
{
	struct fake_out *f = self;
	size_t len;

	pthread_mutex_lock(&f->lock);
	len = strlen(f->did);
	snprintf(f->did + len, sizeof(f->did) - len, "find %s: %s;", s->m->to,
	    s->m->text != NULL ? s->m->text : "");
	f->from_s = s->from_s;
	f->to_s = s->to_s;
	*out = (struct out_finding){ .found = f->found, .id = "" };
	if (f->lists)
		out->found = fake_out_look(f, s) != NULL ? OUT_FOUND : OUT_ABSENT;
	if (out->found == OUT_FOUND)
		out->id = arena_strdup(
		    call->arena, f->lists ? fake_out_look(f, s) : "SMfound");
	out->after_ms = f->found == OUT_EARLY ? f->after_ms : 0;
	if (f->found == OUT_NO_ANSWER)
		(void)err_set(&out->error, ERR_UPSTREAM, 0, "fake trouble");
	pthread_mutex_unlock(&f->lock);
}

static const struct out_ops fake_out_ops = {
	.close = fake_out_close,
	.enabled = fake_out_enabled,
	.send = fake_out_send,
	.find = fake_out_find,
};

#endif
