/* SPDX-License-Identifier: Apache-2.0 */
/* The holder of the snapshot that is in force. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "conf/conf.h"

struct conf_box {
	pthread_mutex_t mutex; /* guards `now` */
	struct conf *now;
};

struct conf_box *
conf_box_new(struct conf *first)
{
	struct conf_box *b = xcalloc(1, sizeof(*b));

	pthread_mutex_init(&b->mutex, NULL);
	b->now = first;
	return b;
}

void
conf_box_free(struct conf_box *b)
{
	if (b == NULL)
		return;
	conf_unref(b->now);
	pthread_mutex_destroy(&b->mutex);
	free(b);
}

struct conf *
conf_box_get(struct conf_box *b)
{
	struct conf *c;

	pthread_mutex_lock(&b->mutex);
	c = conf_ref(b->now);
	pthread_mutex_unlock(&b->mutex);
	return c;
}

void
conf_box_set(struct conf_box *b, struct conf *next)
{
	struct conf *old;

	pthread_mutex_lock(&b->mutex);
	old = b->now;
	b->now = next;
	pthread_mutex_unlock(&b->mutex);
	conf_unref(old);
}
