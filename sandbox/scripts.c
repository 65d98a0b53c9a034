/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/scripts.h"

struct script {
	char *when, *json;
	int status;
	int64_t times;
	struct script *next;
};

struct scripts {
	pthread_mutex_t lock; /* guards the rest */
	struct script *first, **end;
	size_t n;
};

struct scripts *
scripts_new(void)
{
	struct scripts *s = xcalloc(1, sizeof(*s));

	pthread_mutex_init(&s->lock, NULL);
	s->end = &s->first;
	return s;
}

static void
drop_locked(struct scripts *s, struct script **link)
{
	struct script *x = *link;

	*link = x->next;
	if (s->end == &x->next)
		s->end = link;
	s->n--;
	free(x->when);
	free(x->json);
	free(x);
}

void
scripts_clear(struct scripts *s)
{
	pthread_mutex_lock(&s->lock);
	while (s->first != NULL)
		drop_locked(s, &s->first);
	pthread_mutex_unlock(&s->lock);
}

void
scripts_free(struct scripts *s)
{
	if (s == NULL)
		return;
	scripts_clear(s);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

bool
scripts_add(
    struct scripts *s, const char *when, const char *json, int status, int64_t times)
{
	struct script *x;
	bool room;

	pthread_mutex_lock(&s->lock);
	room = s->n < SCRIPTS_MAX;
	if (room) {
		x = xcalloc(1, sizeof(*x));
		*x = (struct script){ xstrdup(when), xstrdup(json), status, times,
			NULL };
		*s->end = x;
		s->end = &x->next;
		s->n++;
	}
	pthread_mutex_unlock(&s->lock);
	return room;
}

static struct script **
find_locked(struct scripts *s, const char *when)
{
	struct script **link = &s->first;

	while (*link != NULL && strcmp((*link)->when, when) != 0)
		link = &(*link)->next;
	return link;
}

const char *
scripts_take(struct scripts *s, const char *said, struct arena *a, int *status)
{
	struct script **link;
	const char *json = NULL;

	pthread_mutex_lock(&s->lock);
	link = find_locked(s, said);
	if (*link == NULL)
		link = find_locked(s, "*");
	if (*link != NULL) {
		json = arena_strdup(a, (*link)->json);
		*status = (*link)->status;
		if ((*link)->times > 0 && --(*link)->times == 0)
			drop_locked(s, link);
	}
	pthread_mutex_unlock(&s->lock);
	return json;
}
