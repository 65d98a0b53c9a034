/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/blobs.h"
#include "sandbox/sandbox.h"
#include "sandbox/uploads.h"

struct upload {
	char id[UPLOAD_ID_SIZE];
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

void
upload_keep(struct uploads *u, const char *type, unsigned char *data, size_t len,
    char id[UPLOAD_ID_SIZE])
{
	struct upload *x;

	random_hex(id, UPLOAD_ID_BYTES);
	pthread_mutex_lock(&u->lock);
	while (u->n == UPLOADS_MAX || (u->n > 0 && u->bytes + len > UPLOADS_BYTES))
		drop_first_locked(u);
	x = &u->all[u->n++];
	memcpy(x->id, id, UPLOAD_ID_SIZE);
	x->type = xstrdup(type);
	x->data = data;
	x->len = len;
	u->bytes += len;
	pthread_mutex_unlock(&u->lock);
}

void
upload_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *type, *text;
	unsigned char *data;
	char id[UPLOAD_ID_SIZE];
	size_t len = 0;
	js *o;

	if (body == NULL)
		return;
	type = js_str(body, "type", "");
	text = js_str(body, "data", "");
	if (!is_media_type(type)) {
		reply_error(r, 400, "type must be one such as image/png");
		return;
	}
	if (strlen(text) > UPLOAD_BYTES / 3 * 4 + 4) {
		reply_error(r, 413, "the file is larger than %d MB",
		    UPLOAD_BYTES / 1024 / 1024);
		return;
	}
	data = base64_bytes(text, strlen(text), &len);
	if (data == NULL) {
		reply_error(r, 400, "data must be base64, and not empty");
		return;
	}
	upload_keep(sb->uploads, type, data, len, id);
	o = json_object_new_object();
	json_object_object_add(o, "url",
	    json_object_new_string(
		arena_printf(q->arena, "%s/phone/media/%s", sandbox_url(sb, q), id)));
	json_object_object_add(o, "type", json_object_new_string(type));
	reply_json(r, 201, o);
}

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

bool
upload_copy(struct uploads *u, const char *id, struct buf *out, struct arena *a,
    const char **type)
{
	bool found = false;

	pthread_mutex_lock(&u->lock);
	for (size_t i = 0; i < u->n && !found; i++) {
		const struct upload *x = &u->all[i];

		found = strcmp(x->id, id) == 0;
		if (!found)
			continue;
		*type = arena_strdup(a, x->type);
		buf_add(out, x->data, x->len);
	}
	pthread_mutex_unlock(&u->lock);
	return found;
}

void
upload_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *id = strrchr(q->path, '/') + 1;

	if (upload_copy(sb->uploads, id, &r->body, q->arena, &r->type))
		r->status = 200;
	if (r->status != 200)
		reply_error(r, 404, "there is no such file any more");
	else if (!is_shown(r->type))
		reply_header(r, "Content-Disposition", "attachment");
}
