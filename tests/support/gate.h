/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_GATE_H
#define SUPPORT_GATE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/attr.h"

/* Holds calls until the test lets them go, and counts who is in at once. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t turned;
	int inside, most;
	bool open;
};

#define GATE_INIT \
	{ \
		PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false \
	}

static UNUSED void
gate_pass(void *arg)
{
	struct gate *g = arg;

	pthread_mutex_lock(&g->lock);
	g->inside++;
	if (g->inside > g->most)
		g->most = g->inside;
	pthread_cond_broadcast(&g->turned);
	while (!g->open)
		pthread_cond_wait(&g->turned, &g->lock);
	g->inside--;
	pthread_mutex_unlock(&g->lock);
}

static UNUSED void
gate_wait_inside(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	while (g->inside == 0)
		pthread_cond_wait(&g->turned, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

static UNUSED void
gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->open = true;
	pthread_cond_broadcast(&g->turned);
	pthread_mutex_unlock(&g->lock);
}

#endif
