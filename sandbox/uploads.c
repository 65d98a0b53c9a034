/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/attach.h"
#include "sandbox/sandbox.h"
#include "sandbox/uploads.h"

enum { ID_BYTES = 16, ID_SIZE = 2 * ID_BYTES + 1 };

struct upload {
	char id[ID_SIZE];
	char *type;
	unsigned char *data;
	size_t len;
};

struct uploads {
	pthread_mutex_t lock; /* guards the rest */
	struct upload all[UPLOADS_MAX]; /* the oldest first */
	size_t n, bytes;
};

struct uploads *
uploads_new(void)
{
	struct uploads *u = xcalloc(1, sizeof(*u));

	pthread_mutex_init(&u->lock, NULL);
	return u;
}

static void
drop_first_locked(struct uploads *u)
{
	struct upload *first = &u->all[0];

	u->bytes -= first->len;
	free(first->type);
	free(first->data);
	u->n--;
	memmove(first, first + 1, u->n * sizeof(*first));
}

void
uploads_free(struct uploads *u)
{
	if (u == NULL)
		return;
	while (u->n > 0)
		drop_first_locked(u);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

/* Takes data. The id goes to `id`. */
static void
keep(struct uploads *u, const char *type, unsigned char *data, size_t len,
    char id[ID_SIZE])
{
	struct upload *x;

	random_hex(id, ID_BYTES);
	pthread_mutex_lock(&u->lock);
	while (u->n == UPLOADS_MAX || u->bytes + len > UPLOADS_BYTES)
		drop_first_locked(u);
	x = &u->all[u->n++];
	memcpy(x->id, id, ID_SIZE);
	x->type = xstrdup(type);
	x->data = data;
	x->len = len;
	u->bytes += len;
	pthread_mutex_unlock(&u->lock);
}

/* --- putting --------------------------------------------------------------------------- */

/* RFC 4648, with its padding. Returns malloc'ed bytes; NULL: it is none, or empty. */
static unsigned char *
decode(const char *text, size_t n, size_t *len)
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

static bool
is_type(const char *type)
{
	const char *slash = strchr(type, '/');

	return slash != NULL && slash != type && slash[1] != '\0' &&
	    strlen(type) <= MEDIA_TYPE_BYTES &&
	    type[strspn(type,
		"abcdefghijklmnopqrstuvwxyz0123456789/.+-"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0';
}

void
upload_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *type, *text;
	unsigned char *data;
	char id[ID_SIZE];
	size_t len = 0;
	js *o;

	if (body == NULL)
		return;
	type = js_str(body, "type", "");
	text = js_str(body, "data", "");
	if (!is_type(type)) {
		reply_error(r, 400, "type must be one such as image/png");
		return;
	}
	if (strlen(text) > UPLOAD_BYTES / 3 * 4 + 4) {
		reply_error(r, 413, "the file is larger than %d MB",
		    UPLOAD_BYTES / 1024 / 1024);
		return;
	}
	data = decode(text, strlen(text), &len);
	if (data == NULL) {
		reply_error(r, 400, "data must be base64, and not empty");
		return;
	}
	keep(sb->uploads, type, data, len, id);
	o = json_object_new_object();
	json_object_object_add(o, "url",
	    json_object_new_string(
		arena_printf(q->arena, "%s/phone/media/%s", sandbox_url(sb, q), id)));
	json_object_object_add(o, "type", json_object_new_string(type));
	reply_json(r, 201, o);
}

/* --- getting --------------------------------------------------------------------------- */

/* Shown by a browser in place. Anything else, a page above all, is only to be stored. */
static bool
is_shown(const char *type)
{
	static const char *const shown[] = { "image/png", "image/jpeg", "image/gif",
		"image/webp", "audio/mpeg", "audio/ogg", "audio/mp4", "video/mp4",
		"application/pdf" };

	for (size_t i = 0; i < NELEMS(shown); i++)
		if (strcmp(shown[i], type) == 0)
			return true;
	return false;
}

void
upload_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *id = strrchr(q->path, '/') + 1;
	struct uploads *u = sb->uploads;

	pthread_mutex_lock(&u->lock);
	for (size_t i = 0; i < u->n; i++) {
		const struct upload *x = &u->all[i];

		if (strcmp(x->id, id) != 0)
			continue;
		r->status = 200;
		r->type = arena_strdup(q->arena, x->type);
		buf_add(&r->body, x->data, x->len);
		break;
	}
	pthread_mutex_unlock(&u->lock);
	if (r->status != 200)
		reply_error(r, 404, "there is no such file any more");
	else if (!is_shown(r->type))
		reply_header(r, "Content-Disposition", "attachment");
}
