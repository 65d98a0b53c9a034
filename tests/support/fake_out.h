/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_OUT_H
#define SUPPORT_FAKE_OUT_H

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "channel/out.h"

/*
 * A way out that does what the test put in, and writes down what was to go out, one behind
 * the other: "TO<FROM: TEXT +URL;", "find TO: TEXT;". The first `unlucky` messages meet
 * `result`, the others are sent.
 */
struct fake_out {
	bool disabled;
	int unlucky; /* -1: all */
	enum out_result result;
	enum out_why why;
	int64_t after_ms;
	enum out_found found;

	pthread_mutex_t lock; /* guards what stands below */
	int tried, sent;
	char did[8192];
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
	if (s->result == OUT_SENT) {
		s->id = arena_printf(call->arena, "SM%032d", ++f->sent);
		fake_out_write(f, m);
	} else {
		s->why = s->result == OUT_REFUSED ? f->why : OUT_WHY_NONE;
		s->after_ms = s->result == OUT_LATER ? f->after_ms : 0;
		(void)err_set(&s->error, ERR_UPSTREAM, 0, "fake trouble");
	}
	pthread_mutex_unlock(&f->lock);
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
	*out = (struct out_finding){ .found = f->found, .id = "" };
	if (f->found == OUT_FOUND)
		out->id = arena_strdup(call->arena, "SMfound");
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
