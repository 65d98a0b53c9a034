/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/calls.h"

static const char *const kept_headers[] = { "x-inbenta-key", "authorization",
	"x-inbenta-session", "x-inbenta-user-type", "x-inbenta-env", "x-inbenta-source",
	"content-type", "content-length", "user-agent", "x-hyper-appid",
	"x-hyper-secret", "x-request-id" };

struct call {
	int64_t n, at_ms;
	int status;
	const char *name, *method; /* static; of the arena */
	const char *path, *body, *query; /* query: JSON text; NULL: none */
	const char *headers[NELEMS(kept_headers)];
	struct arena *arena;
};

struct calls {
	pthread_mutex_t lock; /* guards the rest */
	struct call ring[CALLS_KEPT]; /* call n is at n % CALLS_KEPT */
	int64_t first, last; /* numbers; first > last: none */
	int64_t began_ms;
};

struct calls *
calls_new(void)
{
	struct calls *cs = xcalloc(1, sizeof(*cs));

	pthread_mutex_init(&cs->lock, NULL);
	cs->first = 1;
	cs->began_ms = clock_mono_ms(&clock_system);
	return cs;
}

static struct call *
at(struct calls *cs, int64_t n)
{
	return &cs->ring[n % CALLS_KEPT];
}

static void
drop_first_locked(struct calls *cs)
{
	struct call *c = at(cs, cs->first++);

	arena_free(c->arena);
	*c = (struct call){ 0 };
}

void
calls_clear(struct calls *cs)
{
	pthread_mutex_lock(&cs->lock);
	while (cs->first <= cs->last)
		drop_first_locked(cs);
	pthread_mutex_unlock(&cs->lock);
}

void
calls_free(struct calls *cs)
{
	if (cs == NULL)
		return;
	calls_clear(cs);
	pthread_mutex_destroy(&cs->lock);
	free(cs);
}

static const char *
query_text(struct arena *a, const struct request *q)
{
	CLEANUP(js_putp) js *o = request_query(q);

	return o != NULL ? arena_strdup(a, json_object_to_json_string(o)) : NULL;
}

int64_t
calls_begin(struct calls *cs, const char *call, const struct request *q)
{
	struct call c = { .name = call, .arena = arena_new() };
	size_t n = q->body_len < CALL_BODY_KEPT ? q->body_len : CALL_BODY_KEPT;

	c.method = arena_strdup(c.arena, q->method);
	c.path = arena_strdup(c.arena, q->path);
	c.body = arena_strndup(c.arena, q->body, n);
	c.query = query_text(c.arena, q);
	for (size_t i = 0; i < NELEMS(kept_headers); i++)
		c.headers[i] =
		    arena_strdup(c.arena, request_header(q, kept_headers[i]));

	pthread_mutex_lock(&cs->lock);
	if (cs->last - cs->first + 1 == CALLS_KEPT)
		drop_first_locked(cs);
	c.n = ++cs->last;
	c.at_ms = clock_mono_ms(&clock_system) - cs->began_ms;
	*at(cs, c.n) = c;
	pthread_mutex_unlock(&cs->lock);
	return c.n;
}

void
calls_end(struct calls *cs, int64_t n, int status)
{
	pthread_mutex_lock(&cs->lock);
	if (n >= cs->first && n <= cs->last)
		at(cs, n)->status = status;
	pthread_mutex_unlock(&cs->lock);
}

static js *
text_of(const char *s)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(4 * CALL_BODY_KEPT);

	utf8_repair(&b, s, strlen(s));
	return json_object_new_string_len(b.data, (int)b.len);
}

/* JSON as JSON, anything else as a string. */
static js *
value_of(const char *text)
{
	struct err e;
	js *o = NULL;

	if (text[0] != '\0' && js_parse(text, strlen(text), &o, &e))
		return o;
	return text_of(text);
}

static js *
describe(const struct call *c)
{
	js *o = json_object_new_object();
	js *headers = json_object_new_object();
	const char *session = NULL;

	for (size_t i = 0; i < NELEMS(kept_headers); i++) {
		if (c->headers[i] == NULL)
			continue;
		json_object_object_add(
		    headers, kept_headers[i], text_of(c->headers[i]));
		if (strcmp(kept_headers[i], "x-inbenta-session") == 0)
			session = c->headers[i];
	}
	json_object_object_add(o, "n", json_object_new_int64(c->n));
	json_object_object_add(o, "call", json_object_new_string(c->name));
	json_object_object_add(o, "method", json_object_new_string(c->method));
	json_object_object_add(o, "path", text_of(c->path));
	json_object_object_add(o, "headers", headers);
	json_object_object_add(
	    o, "query", c->query != NULL ? value_of(c->query) : NULL);
	json_object_object_add(o, "body", value_of(c->body));
	json_object_object_add(o, "session", session != NULL ? text_of(session) : NULL);
	json_object_object_add(o, "status", json_object_new_int(c->status));
	json_object_object_add(o, "at_ms", json_object_new_int64(c->at_ms));
	return o;
}

js *
calls_list(struct calls *cs, int64_t since, int64_t max)
{
	js *o = json_object_new_object();
	js *list = json_object_new_array();
	int64_t last, n;

	pthread_mutex_lock(&cs->lock);
	last = cs->last;
	n = since < cs->first ? cs->first : since < last ? since + 1 : last + 1;
	if (max > 0 && last - n >= max)
		last = n + max - 1;
	for (; n <= last; n++)
		json_object_array_add(list, describe(at(cs, n)));
	json_object_object_add(o, "first", json_object_new_int64(cs->first));
	json_object_object_add(o, "last", json_object_new_int64(last));
	pthread_mutex_unlock(&cs->lock);
	json_object_object_add(o, "calls", list);
	return o;
}
