/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_appdata.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/sandbox.h"

struct group {
	char *name, *results; /* JSON text of an array */
};

struct appdata {
	pthread_mutex_t lock; /* guards the rest */
	struct group groups[APPDATA_GROUPS];
	size_t n;
};

struct appdata *
appdata_new(void)
{
	struct appdata *d = xcalloc(1, sizeof(*d));

	pthread_mutex_init(&d->lock, NULL);
	return d;
}

static void
clear(struct appdata *d)
{
	pthread_mutex_lock(&d->lock);
	for (size_t i = 0; i < d->n; i++) {
		free(d->groups[i].name);
		free(d->groups[i].results);
	}
	d->n = 0;
	pthread_mutex_unlock(&d->lock);
}

void
appdata_free(struct appdata *d)
{
	if (d == NULL)
		return;
	clear(d);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

static struct group *
find_locked(struct appdata *d, const char *name)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->groups[i].name, name) == 0)
			return &d->groups[i];
	return NULL;
}

/* False: there are too many groups. */
static bool
put(struct appdata *d, const char *name, const char *results)
{
	struct group *g;

	pthread_mutex_lock(&d->lock);
	g = find_locked(d, name);
	if (g == NULL && d->n < APPDATA_GROUPS) {
		g = &d->groups[d->n++];
		*g = (struct group){ xstrdup(name), NULL };
	}
	if (g != NULL) {
		free(g->results);
		g->results = xstrdup(results);
	}
	pthread_mutex_unlock(&d->lock);
	return g != NULL;
}

/* The group's results, the caller's; NULL when there is no such group. */
static js *
get(struct appdata *d, const char *name)
{
	const struct group *g;
	js *results = NULL;
	struct err e;

	pthread_mutex_lock(&d->lock);
	g = find_locked(d, name);
	if (g != NULL && !js_parse(g->results, strlen(g->results), &results, &e))
		abort(); /* it was written by js_write() */
	pthread_mutex_unlock(&d->lock);
	return results;
}

/* Those of the asked name; all when none is asked for. */
static js *
named(js *results, const char *name)
{
	js *some = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(results); i++) {
		js *one = json_object_array_get_idx(results, i);

		if (name == NULL || *name == '\0' ||
		    strcmp(js_str(one, "name", ""), name) == 0)
			json_object_array_add(some, json_object_get(one));
	}
	return some;
}

static void
tell(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *results = NULL;
	js *o;

	if (!inbenta_gate(sb, q, r))
		return;
	results = get(sb->appdata, strrchr(q->path, '/') + 1);
	if (results == NULL) {
		api_refuses(r, 404, "There is no app data of that group");
		return;
	}
	o = json_object_new_object();
	json_object_object_add(o, "results", named(results, request_arg(q, "name")));
	reply_json(r, 200, o);
}

void
appdata_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "appdata", tell);
}

void
control_appdata(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	CLEANUP(buf_fini) struct buf text = BUF_INIT(APPDATA_BYTES);
	const char *group;

	if (body == NULL)
		return;
	group = js_str(body, "group", "");
	if (*group == '\0' || strchr(group, '/') != NULL) {
		reply_error(r, 400, "group must be a name");
		return;
	}
	if (js_arr(body, "results") == NULL) {
		reply_error(r, 400, "results must be a list");
		return;
	}
	js_write(&text, js_arr(body, "results"));
	if (!buf_ok(&text))
		reply_error(r, 413, "the results are too large");
	else if (!put(sb->appdata, group, text.data))
		reply_error(r, 409, "%d groups are there already", APPDATA_GROUPS);
	else
		r->status = 204;
}

void
control_appdata_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	clear(sb->appdata);
	r->status = 204;
}
