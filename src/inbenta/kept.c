/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "http/http.h"
#include "inbenta/cached_file.h"
#include "inbenta/kept.h"

void
kept_init(struct kept_list *l)
{
	l->first = NULL;
	pthread_mutex_init(&l->lock, NULL);
	clock_cond_init(&l->ended);
}

void
kept_fini(struct kept_list *l)
{
	struct kept *next;

	for (struct kept *k = l->first; k != NULL; k = next) {
		next = k->next;
		l->fini(k);
		free(k->url);
		free(k->key);
		free(k->file);
		free(k->shown);
		free(k);
	}
	pthread_mutex_destroy(&l->lock);
	pthread_cond_destroy(&l->ended);
}

struct kept *
kept_of_locked(struct kept_list *l, const struct inbenta_account *account)
{
	struct kept *k;

	for (k = l->first; k != NULL; k = k->next)
		if (strcmp(k->url, account->url) == 0 &&
		    strcmp(k->key, account->key) == 0)
			return k;
	k = xcalloc(1, l->size);
	k->url = xstrdup(account->url);
	k->key = xstrdup(account->key);
	k->file = cached_file_name(l->prefix, account->key);
	k->shown = cached_file_shown(k->file);
	k->next = l->first;
	l->first = k;
	return k;
}

void
kept_call_begin_locked(struct kept_list *l, struct kept *k)
{
	k->calling = true;
	pthread_mutex_unlock(&l->lock);
}

void
kept_call_back_locked(struct kept_list *l)
{
	pthread_mutex_lock(&l->lock);
}

void
kept_call_end_locked(struct kept_list *l, struct kept *k)
{
	k->calling = false;
	k->ended++;
	pthread_cond_broadcast(&l->ended);
}

/* Calls the alarm when it is time, and tells how long may be waited for the next. */
static int64_t
alarm_left_locked(struct kept_list *l, struct http *h)
{
	int64_t left;

	pthread_mutex_unlock(&l->lock);
	left = http_alarm_left(h);
	pthread_mutex_lock(&l->lock);
	return left;
}

bool
kept_wait_locked(struct kept_list *l, struct kept *k, struct http *h, int64_t until_ms)
{
	const uint64_t ended = k->ended;

	while (k->ended == ended) {
		int64_t alarm = alarm_left_locked(l, h);
		int64_t left = until_ms - clock_mono_ms(l->clock);
		struct timespec until;

		if (k->ended != ended)
			break;
		if (left <= 0)
			return false;
		if (left > alarm)
			left = alarm;
		if (alarm != INT64_MAX && left > LIMIT_HURRY_LOOK_MS)
			left = LIMIT_HURRY_LOOK_MS;
		until = clock_after(left);
		while (k->ended == ended &&
		    pthread_cond_timedwait(&l->ended, &l->lock, &until) != ETIMEDOUT)
			;
	}
	return true;
}
