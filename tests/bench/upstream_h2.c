/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/2 by libnghttp2. A connection may carry several calls, so a delay is a time at which a
 * stream is answered; the delays are alike, so the streams wait in the order of their coming.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nghttp2/nghttp2.h>

#include "bench/upstream.h"

struct stream {
	struct stream *next; /* of those that wait for their time */
	struct stream *all; /* the next of the connection's */
	long long due_ms;
	size_t have, length, sent;
	int32_t id;
	bool waits;
	char path[LONGEST_PATH], body[LONGEST_BODY], answer[LONGEST_ANSWER];
};

struct link {
	struct wire *wire;
	struct canned *canned;
	nghttp2_session *session;
	struct stream *first, **last; /* those that wait, the first one first */
	struct stream *all;
};

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int
on_begin(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct link *l = arg;
	struct stream *s;

	if (frame->hd.type != NGHTTP2_HEADERS ||
	    frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NGHTTP2_ERR_CALLBACK_FAILURE;
	s->id = frame->hd.stream_id;
	s->all = l->all;
	l->all = s;
	return nghttp2_session_set_stream_user_data(session, s->id, s);
}

static int
on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
    size_t name_len, const uint8_t *value, size_t len, uint8_t flags, void *arg)
{
	struct stream *s =
	    nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

	(void)flags;
	(void)arg;
	if (s != NULL && name_len == 5 && memcmp(name, ":path", 5) == 0) {
		len = len < sizeof(s->path) ? len : sizeof(s->path) - 1;
		memcpy(s->path, value, len);
		s->path[len] = '\0';
	}
	return 0;
}

static int
on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data,
    size_t len, void *arg)
{
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);

	(void)flags;
	(void)arg;
	if (s != NULL) {
		size_t room = sizeof(s->body) - 1 - s->have;

		len = len < room ? len : room;
		memcpy(s->body + s->have, data, len);
		s->have += len;
	}
	return 0;
}

/* A request is whole: its time begins. */
static int
on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *arg)
{
	struct link *l = arg;
	struct stream *s;

	if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 ||
	    (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
		return 0;
	s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (s == NULL)
		return 0;
	canned_begin(l->canned);
	s->waits = true;
	s->due_ms = now_ms() + atomic_load(&l->canned->delay_ms);
	*l->last = s;
	l->last = &s->next;
	return 0;
}

/* Takes the stream out of those that wait. */
static void
forget(struct link *l, struct stream *s)
{
	struct stream **at = &l->first;

	while (*at != NULL && *at != s)
		at = &(*at)->next;
	if (*at == s) {
		*at = s->next;
		if (l->last == &s->next)
			l->last = at;
	}
	s->next = NULL;
	s->waits = false;
	canned_end(l->canned);
}

static void
drop(struct link *l, struct stream *s)
{
	struct stream **at = &l->all;

	while (*at != s)
		at = &(*at)->all;
	*at = s->all;
	if (s->waits)
		forget(l, s);
	free(s);
}

static int
on_close(nghttp2_session *session, int32_t id, uint32_t code, void *arg)
{
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);

	(void)code;
	if (s != NULL)
		drop(arg, s);
	return 0;
}

static ssize_t
read_answer(nghttp2_session *session, int32_t id, uint8_t *out, size_t size,
    uint32_t *flags, nghttp2_data_source *source, void *arg)
{
	struct stream *s = source->ptr;
	size_t n = s->length - s->sent;

	(void)session;
	(void)id;
	(void)arg;
	n = n < size ? n : size;
	memcpy(out, s->answer + s->sent, n);
	s->sent += n;
	if (s->sent == s->length)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

static bool
answer(struct link *l, struct stream *s)
{
	static uint8_t status[] = ":status", ok[] = "200", type[] = "content-type",
		       json[] = "application/json";
	nghttp2_nv head[] = {
		{ status, ok, sizeof(status) - 1, sizeof(ok) - 1, 0 },
		{ type, json, sizeof(type) - 1, sizeof(json) - 1, 0 },
	};
	nghttp2_data_provider body = { .source.ptr = s, .read_callback = read_answer };

	s->length =
	    canned_answer(l->canned, s->path, s->body, s->answer, sizeof(s->answer));
	forget(l, s);
	return nghttp2_submit_response(l->session, s->id, head, 2, &body) == 0;
}

static bool
flush(struct link *l)
{
	for (;;) {
		const uint8_t *data;
		ssize_t n = nghttp2_session_mem_send(l->session, &data);

		if (n <= 0)
			return n == 0;
		if (!wire_write(l->wire, data, (size_t)n))
			return false;
	}
}

/* Answers those whose time has come, or reads what has come meanwhile. */
static bool
step(struct link *l)
{
	uint8_t in[16384];
	long wait = -1;
	size_t n;

	while (l->first != NULL && l->first->due_ms <= now_ms())
		if (!answer(l, l->first))
			return false;
	if (!flush(l))
		return false;
	if (l->first != NULL) {
		wait = (long)(l->first->due_ms - now_ms());
		if (wait < 0)
			wait = 0;
	}
	if (!wire_wait(l->wire, wait))
		return true;
	n = wire_read(l->wire, in, sizeof(in));
	return n > 0 && nghttp2_session_mem_recv(l->session, in, n) == (ssize_t)n;
}

void
h2_serve(struct wire *w, struct canned *c)
{
	struct link l = { .wire = w, .canned = c, .last = &l.first };
	nghttp2_session_callbacks *calls;

	if (nghttp2_session_callbacks_new(&calls) != 0)
		return;
	nghttp2_session_callbacks_set_on_begin_headers_callback(calls, on_begin);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls, on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_close);
	if (nghttp2_session_server_new(&l.session, calls, &l) == 0) {
		if (nghttp2_submit_settings(l.session, NGHTTP2_FLAG_NONE, NULL, 0) == 0)
			while (step(&l))
				continue;
		nghttp2_session_del(l.session);
		while (l.all != NULL)
			drop(&l, l.all);
	}
	nghttp2_session_callbacks_del(calls);
}
