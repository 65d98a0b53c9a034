/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTP/1.1 as far as libcurl speaks it to a JSON API: one request after the other, each with
 * a Content-Length. Anything else ends the connection, which a bench then shows as a fault.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/upstream.h"

struct talk {
	char in[32768];
	size_t have;
	char path[LONGEST_PATH], body[LONGEST_BODY], answer[LONGEST_ANSWER];
	char out[LONGEST_ANSWER + 256];
};

static void
wait_ms(int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (ms > 0 && nanosleep(&t, &t) != 0)
		continue;
}

/* The length of the request's body, by its head, which ends with a NUL. */
static size_t
body_length(const char *head)
{
	const char *length = strcasestr(head, "\r\ncontent-length:");

	return length == NULL ? 0 : strtoul(length + 17, NULL, 10);
}

/* Copies up to size - 1 bytes, and a NUL. */
static void
keep(char *out, size_t size, const char *data, size_t n)
{
	n = n < size ? n : size - 1;
	memcpy(out, data, n);
	out[n] = '\0';
}

/* Takes a whole request off the buffer. False: more has to be read first. */
static bool
take(struct talk *t)
{
	char *end = memmem(t->in, t->have, "\r\n\r\n", 4);
	size_t head, body;

	if (end == NULL)
		return false;
	head = (size_t)(end - t->in) + 4;
	end[2] = '\0';
	body = body_length(t->in);
	end[2] = '\r';
	if (body > sizeof(t->in) || t->have < head + body)
		return false;

	const char *path = memchr(t->in, ' ', head);
	const char *stop = path == NULL ? NULL : strpbrk(path + 1, " \r");

	if (stop == NULL)
		return false;
	keep(t->path, sizeof(t->path), path + 1, (size_t)(stop - path - 1));
	keep(t->body, sizeof(t->body), t->in + head, body);
	t->have -= head + body;
	memmove(t->in, t->in + head + body, t->have);
	return true;
}

static bool
reply(struct talk *t, struct wire *w, struct canned *c)
{
	size_t n;
	int head;

	canned_begin(c);
	wait_ms(atomic_load(&c->delay_ms));
	n = canned_answer(c, t->path, t->body, t->answer, sizeof(t->answer));
	canned_end(c);
	head = snprintf(t->out, sizeof(t->out),
	    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    n);
	if (head < 0)
		return false;
	memcpy(t->out + head, t->answer, n);
	return wire_write(w, t->out, (size_t)head + n);
}

void
h1_serve(struct wire *w, struct canned *c)
{
	struct talk *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return;
	for (;;) {
		size_t n = wire_read(w, t->in + t->have, sizeof(t->in) - 1 - t->have);
		bool sent = true;

		if (n == 0)
			break;
		t->have += n;
		while (sent && take(t))
			sent = reply(t, w, c);
		if (!sent)
			break;
	}
	free(t);
}
