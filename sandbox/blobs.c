/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/xalloc.h"
#include "sandbox/attach.h"
#include "sandbox/blobs.h"

struct kept {
	char id[BLOB_ID_SIZE];
	char *name, *type;
	unsigned char *data;
	size_t len;
	char *serve; /* JSON text; NULL: none */
	int64_t early;
};

struct blobs {
	pthread_mutex_t lock; /* guards the rest */
	struct kept all[BLOBS_MAX]; /* the oldest first */
	size_t n, bytes;
};

struct blobs *
blobs_new(void)
{
	struct blobs *b = xcalloc(1, sizeof(*b));

	pthread_mutex_init(&b->lock, NULL);
	return b;
}

static void
drop_locked(struct blobs *b, size_t i)
{
	struct kept *k = &b->all[i];

	b->bytes -= k->len;
	free(k->name);
	free(k->type);
	free(k->data);
	free(k->serve);
	b->n--;
	memmove(k, k + 1, (b->n - i) * sizeof(*k));
}

void
blobs_clear(struct blobs *b)
{
	pthread_mutex_lock(&b->lock);
	while (b->n > 0)
		drop_locked(b, b->n - 1);
	pthread_mutex_unlock(&b->lock);
}

void
blobs_free(struct blobs *b)
{
	if (b == NULL)
		return;
	blobs_clear(b);
	pthread_mutex_destroy(&b->lock);
	free(b);
}

static struct kept *
find_locked(struct blobs *b, const char *id)
{
	for (size_t i = b->n; i-- > 0;)
		if (strcmp(b->all[i].id, id) == 0)
			return &b->all[i];
	return NULL;
}

void
blobs_put(struct blobs *b, const struct blob *what)
{
	struct kept *k, *old;

	pthread_mutex_lock(&b->lock);
	old = find_locked(b, what->id);
	if (old != NULL)
		drop_locked(b, (size_t)(old - b->all));
	while (b->n == BLOBS_MAX || (b->n > 0 && b->bytes + what->len > BLOBS_BYTES))
		drop_locked(b, 0);
	k = &b->all[b->n++];
	*k = (struct kept){ .name = xstrdup(what->name), .type = xstrdup(what->type) };
	snprintf(k->id, sizeof(k->id), "%s", what->id);
	k->data = xmalloc(what->len + 1);
	if (what->len > 0)
		memcpy(k->data, what->data, what->len);
	k->len = what->len;
	k->early = js_int(what->serve, "early", 0);
	if (what->serve != NULL)
		k->serve = xstrdup(json_object_to_json_string(what->serve));
	b->bytes += k->len;
	pthread_mutex_unlock(&b->lock);
}

bool
blob_serve_fits(js *serve, struct reply *r)
{
	static const struct {
		const char *name;
		enum json_type type;
		int64_t max;
	} members[] = { { "early", json_type_int, 1000 },
		{ "status", json_type_int, 599 }, { "location", json_type_string, 0 },
		{ "type", json_type_string, 0 }, { "bytes", json_type_int, BLOB_BYTES },
		{ "slow_ms", json_type_int, 120000 }, { "cut", json_type_boolean, 0 },
		{ "endless", json_type_boolean, 0 } };

	if (serve == NULL)
		return true;
	if (!json_object_is_type(serve, json_type_object)) {
		reply_error(r, 400, "serve must be an object");
		return false;
	}
	json_object_object_foreach(serve, name, value)
	{
		size_t i = 0;

		while (i < NELEMS(members) && strcmp(members[i].name, name) != 0)
			i++;
		if (i == NELEMS(members) ||
		    !json_object_is_type(value, members[i].type) ||
		    (members[i].type == json_type_int &&
			(json_object_get_int64(value) < 0 ||
			    json_object_get_int64(value) > members[i].max))) {
			reply_error(r, 400, "serve: %.40s is not known or wrong", name);
			return false;
		}
	}
	return true;
}

static void
fill(struct reply *r, size_t bytes)
{
	static const char zeros[4096];

	if (r->body.len > bytes)
		buf_truncate(&r->body, bytes);
	while (r->body.len < bytes && buf_ok(&r->body)) {
		size_t n = bytes - r->body.len;

		buf_add(&r->body, zeros, n < sizeof(zeros) ? n : sizeof(zeros));
	}
}

/* The whole file stands in r. */
static void
bend(js *serve, const struct request *q, struct reply *r)
{
	int64_t slow_ms = js_int(serve, "slow_ms", 0);
	const char *type = js_str(serve, "type", NULL);
	const char *location = js_str(serve, "location", NULL);

	if (slow_ms > 0 && !request_pause(q, slow_ms)) {
		r->way = REPLY_HANG_UP;
		return;
	}
	if (type != NULL)
		r->type = *type != '\0' ? arena_strdup(q->arena, type) : NULL;
	if (js_get(serve, "bytes") != NULL)
		fill(r, (size_t)js_int(serve, "bytes", 0));
	if (location != NULL || js_int(serve, "status", 0) >= 200) {
		r->status = (int)js_int(serve, "status", 302);
		buf_reset(&r->body);
		if (location != NULL)
			reply_header(r, "Location", arena_strdup(q->arena, location));
	}
	if (js_bool(serve, "endless", false))
		r->way = REPLY_ENDLESS;
	else if (js_bool(serve, "cut", false))
		r->way = REPLY_CUT;
}

static bool
is_redirect(js *serve)
{
	return js_str(serve, "location", NULL) != NULL;
}

bool
blobs_serve(struct blobs *b, const char *id, bool only_redirects,
    const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *serve = NULL;
	struct kept *k;
	struct err e;
	bool early = false;

	pthread_mutex_lock(&b->lock);
	k = find_locked(b, id);
	if (k != NULL && k->serve != NULL &&
	    !js_parse(k->serve, strlen(k->serve), &serve, &e))
		abort(); /* json-c has written it */
	if (k != NULL && k->early > 0) {
		k->early--;
		early = true;
	}
	if (k != NULL && !early && (!only_redirects || is_redirect(serve))) {
		r->status = 200;
		r->type = arena_strdup(q->arena, k->type);
		buf_reset(&r->body);
		buf_add(&r->body, k->data, k->len);
	}
	pthread_mutex_unlock(&b->lock);
	if (k == NULL || (only_redirects && !early && !is_redirect(serve)))
		return false;
	if (early)
		reply_error(r, 404, "the file is not there yet");
	else if (serve != NULL)
		bend(serve, q, r);
	return true;
}

js *
blobs_list(struct blobs *b)
{
	js *list = json_object_new_array();

	pthread_mutex_lock(&b->lock);
	for (size_t i = 0; i < b->n; i++) {
		const struct kept *k = &b->all[i];
		js *o = json_object_new_object();

		json_object_object_add(o, "id", json_object_new_string(k->id));
		json_object_object_add(o, "name", json_object_new_string(k->name));
		json_object_object_add(o, "type", json_object_new_string(k->type));
		json_object_object_add(
		    o, "size", json_object_new_int64((int64_t)k->len));
		json_object_array_add(list, o);
	}
	pthread_mutex_unlock(&b->lock);
	return list;
}

unsigned char *
base64_bytes(const char *text, size_t n, size_t *len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t used = strspn(text, digits);
	unsigned char *out;
	int got;

	/* OpenSSL takes = for a digit, wherever it stands. */
	if (n == 0 || n % 4 != 0 || n - used > 2 || strspn(text + used, "=") < n - used)
		return NULL;
	out = xmalloc(n / 4 * 3 + 1);
	got = EVP_DecodeBlock(out, (const unsigned char *)text, (int)n);
	if (got <= 0) {
		free(out);
		return NULL;
	}
	/* It counts the bytes that the padding stands for. */
	*len = (size_t)got - (n - used);
	return out;
}

bool
is_media_type(const char *type)
{
	const char *slash = strchr(type, '/');

	return slash != NULL && slash != type && slash[1] != '\0' &&
	    strlen(type) <= MEDIA_TYPE_BYTES &&
	    type[strspn(type,
		"abcdefghijklmnopqrstuvwxyz0123456789/.+-"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}
