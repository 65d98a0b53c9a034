/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hint.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"

enum { STACK = 512 * 1024 };

struct task {
	struct chore what; /* its lane our own */
	int64_t due_ms;
	struct task *next;
};

struct chores {
	pthread_mutex_t lock; /* guards the rest; calls read `stopping` without */
	pthread_cond_t work; /* a task may be due, or it is time to stop */
	struct task *first; /* waiting, by due time; of the same in order of arrival */
	struct task *running[CHORES_WORKERS];
	size_t n, n_running, n_idle; /* n: waiting and running */
	pthread_t workers[CHORES_WORKERS];
	size_t n_workers;
	atomic_bool stopping;
};

struct chores *
chores_new(void)
{
	struct chores *c = xcalloc(1, sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	clock_cond_init(&c->work);
	return c;
}

static void
task_free(struct task *t)
{
	t->what.release(t->what.arg);
	free((char *)t->what.lane);
	free(t);
}

static void
insert_locked(struct chores *c, struct task *t)
{
	struct task **at = &c->first;

	while (*at != NULL && (*at)->due_ms <= t->due_ms)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
}

static void
remove_locked(struct chores *c, struct task *t)
{
	struct task **at = &c->first;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

static bool
is_kept_locked(const struct chores *c, const char *lane)
{
	for (size_t i = 0; i < c->n_running; i++)
		if (strcmp(c->running[i]->what.lane, lane) == 0)
			return true;
	return false;
}

/* The first that is due and whose lane is free; else *wait_ms is the time to look again. */
static struct task *
due_locked(const struct chores *c, int64_t *wait_ms)
{
	int64_t now = clock_mono_ms(&clock_system);

	*wait_ms = INT64_MAX;
	for (struct task *t = c->first; t != NULL; t = t->next) {
		if (t->due_ms > now) {
			*wait_ms = t->due_ms - now;
			return NULL;
		}
		/* When the lane becomes free, its worker looks again. */
		if (!is_kept_locked(c, t->what.lane))
			return t;
	}
	return NULL;
}

static void
wait_locked(struct chores *c, int64_t ms)
{
	struct timespec until;

	c->n_idle++;
	if (ms == INT64_MAX) {
		pthread_cond_wait(&c->work, &c->lock);
	} else {
		until = clock_after(ms);
		pthread_cond_timedwait(&c->work, &c->lock, &until);
	}
	c->n_idle--;
}

/* NULL: it is time to stop. */
static struct task *
take_locked(struct chores *c)
{
	struct task *t;
	int64_t wait_ms;

	while (!c->stopping) {
		t = due_locked(c, &wait_ms);
		if (t != NULL) {
			remove_locked(c, t);
			c->running[c->n_running++] = t;
			return t;
		}
		wait_locked(c, wait_ms);
	}
	return NULL;
}

/* Has run: it waits once more, or is gone. */
static void
put_back_locked(struct chores *c, struct task *t, int64_t again_ms)
{
	size_t i = 0;

	while (c->running[i] != t)
		i++;
	c->running[i] = c->running[--c->n_running];
	if (again_ms == CHORE_DONE) {
		c->n--;
		task_free(t);
	} else {
		t->due_ms = clock_mono_ms(&clock_system) + again_ms;
		insert_locked(c, t);
	}
	pthread_cond_broadcast(&c->work);
}

static void *
worker(void *cls)
{
	struct chores *c = cls;
	struct outside *o = outside_new(&c->stopping);
	struct task *t;
	int64_t again;

	pthread_mutex_lock(&c->lock);
	while ((t = take_locked(c)) != NULL) {
		pthread_mutex_unlock(&c->lock);
		again = t->what.run(o, t->what.arg);
		pthread_mutex_lock(&c->lock);
		put_back_locked(c, t, again);
	}
	pthread_mutex_unlock(&c->lock);
	outside_free(o);
	return NULL;
}

/* One more worker for one more task, unless one is free for it or there are enough. */
static bool
hire_locked(struct chores *c)
{
	pthread_attr_t attr;
	int rc;

	if (c->n_idle > c->n - c->n_running || c->n_workers == CHORES_WORKERS)
		return true;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&c->workers[c->n_workers], &attr, worker, c);
	pthread_attr_destroy(&attr);
	if (rc == 0)
		c->n_workers++;
	else
		LOG(LOG_WARN, "sandbox", "no more threads", LI("workers", c->n_workers),
		    LH(HINT_THREADS));
	return c->n_workers > 0;
}

bool
chores_add(struct chores *c, const struct chore *what)
{
	struct task *t = xcalloc(1, sizeof(*t));
	bool taken;

	t->what = *what;
	t->what.lane = xstrdup(what->lane);
	t->due_ms = clock_mono_ms(&clock_system) + what->in_ms;
	pthread_mutex_lock(&c->lock);
	taken = !c->stopping && c->n < CHORES_WAITING_MAX && hire_locked(c);
	if (taken) {
		c->n++;
		insert_locked(c, t);
		pthread_cond_broadcast(&c->work);
	}
	pthread_mutex_unlock(&c->lock);
	if (!taken)
		task_free(t);
	return taken;
}

size_t
chores_left(struct chores *c)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->n;
	pthread_mutex_unlock(&c->lock);
	return n;
}

const atomic_bool *
chores_stopping(const struct chores *c)
{
	return &c->stopping;
}

void
chores_stop(struct chores *c)
{
	pthread_mutex_lock(&c->lock);
	atomic_store(&c->stopping, true);
	pthread_cond_broadcast(&c->work);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < c->n_workers; i++)
		pthread_join(c->workers[i], NULL);
}

void
chores_free(struct chores *c)
{
	struct task *t;

	if (c == NULL)
		return;
	while ((t = c->first) != NULL) {
		c->first = t->next;
		task_free(t);
	}
	pthread_cond_destroy(&c->work);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
