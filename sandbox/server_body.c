/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>

#include "base/xalloc.h"
#include "sandbox/server_body.h"

enum { BLOCK = 4096, ENDLESS_PAUSE_MS = 50 };

/* A body that does not come as it should. */
struct odd {
	char *data;
	size_t len;
};

static struct odd *
odd_new(const struct reply *r)
{
	struct odd *t = xcalloc(1, sizeof(*t));

	t->len =
	    r->body.len > 1 ? r->body.len : 2; /* half of it is less than promised */
	t->data = xcalloc(1, t->len);
	memcpy(t->data, r->body.data, r->body.len);
	return t;
}

static void
odd_free(void *cls)
{
	struct odd *t = cls;

	free(t->data);
	free(t);
}

/* Half of it, then the connection breaks. */
static ssize_t
read_torn(void *cls, uint64_t pos, char *to, size_t max)
{
	const struct odd *t = cls;
	size_t half = t->len / 2;

	if (pos >= half)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (max > half - pos)
		max = half - (size_t)pos;
	memcpy(to, t->data + pos, max);
	return (ssize_t)max;
}

/* All of it, then zeros, a block at a time, for as long as somebody listens. */
static ssize_t
read_endless(void *cls, uint64_t pos, char *to, size_t max)
{
	const struct timespec pause = { .tv_nsec = ENDLESS_PAUSE_MS * 1000000L };
	const struct odd *t = cls;

	if (pos < t->len) {
		if (max > t->len - pos)
			max = t->len - (size_t)pos;
		memcpy(to, t->data + pos, max);
		return (ssize_t)max;
	}
	nanosleep(&pause, NULL);
	memset(to, 0, max);
	return (ssize_t)max;
}

struct MHD_Response *
server_body(struct reply *r)
{
	size_t len = r->body.len;
	struct odd *t;

	switch (r->way) {
	case REPLY_CUT:
		t = odd_new(r);
		return MHD_create_response_from_callback(
		    t->len, BLOCK, read_torn, t, odd_free);
	case REPLY_ENDLESS:
		return MHD_create_response_from_callback(
		    MHD_SIZE_UNKNOWN, BLOCK, read_endless, odd_new(r), odd_free);
	case REPLY_SEND:
	case REPLY_HANG_UP:
		break;
	}
	if (len == 0)
		return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer(
	    len, buf_take(&r->body), MHD_RESPMEM_MUST_FREE);
}
