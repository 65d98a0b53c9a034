/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "http/parts.h"

/* A file on its way out. Read by position: its offset belongs to the caller. */
struct http_file {
	int fd;
	size_t size, at;
	int why; /* errno of a read that failed; EIO for a file that became shorter */
};

static size_t
on_read(char *out, size_t size, size_t n, void *arg)
{
	struct http_file *f = arg;
	size_t want = size * n;
	ssize_t got;

	if (want > f->size - f->at)
		want = f->size - f->at;
	if (want == 0)
		return 0;
	do
		got = pread(f->fd, out, want, (off_t)f->at);
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		/* Less than was announced would leave the server waiting for the rest. */
		f->why = got < 0 ? errno : EIO;
		return CURL_READFUNC_ABORT;
	}
	f->at += (size_t)got;
	return (size_t)got;
}

static int
on_seek(void *arg, curl_off_t offset, int origin)
{
	struct http_file *f = arg;

	if (origin != SEEK_SET || offset < 0 || (size_t)offset > f->size)
		return CURL_SEEKFUNC_FAIL;
	f->at = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

/* curl's own failures are those of memory. */
static void
need(CURLcode rc)
{
	if (rc != CURLE_OK)
		abort();
}

/* A value for a header line of the part: no line can be smuggled in. */
static char *
header_value(const char *text)
{
	struct buf b = BUF_INIT(strlen(text));

	buf_header(&b, text, strlen(text));
	return buf_take(&b);
}

static void
add_file(curl_mimepart *to, const struct http_part *p, struct http_file *f)
{
	CLEANUP(freep) char *type = header_value(p->type);

	*f = (struct http_file){ .fd = p->fd, .size = p->size };
	need(curl_mime_data_cb(to, (curl_off_t)p->size, on_read, on_seek, NULL, f));
	/* Quotes and line ends in it become %XX, as browsers do. */
	need(curl_mime_filename(to, p->filename));
	need(curl_mime_type(to, type));
}

struct http_form
http_form_new(CURL *curl, const struct http_req *q)
{
	struct http_form f = { 0 };

	if (q->n_parts == 0)
		return f;
	f.files = xcalloc(q->n_parts, sizeof(*f.files));
	f.mime = curl_mime_init(curl);
	if (f.mime == NULL)
		abort();
	for (size_t i = 0; i < q->n_parts; i++) {
		const struct http_part *p = &q->parts[i];
		curl_mimepart *to = curl_mime_addpart(f.mime);

		if (to == NULL)
			abort();
		need(curl_mime_name(to, p->name));
		if (p->text == NULL)
			add_file(to, p, &f.files[i]);
		else
			need(curl_mime_data(to, p->text, CURL_ZERO_TERMINATED));
	}
	return f;
}

void
http_form_fini(struct http_form *f)
{
	curl_mime_free(f->mime);
	free(f->files);
	*f = (struct http_form){ 0 };
}

int
http_form_errno(const struct http_form *f, size_t n_parts)
{
	for (size_t i = 0; f->mime != NULL && i < n_parts; i++)
		if (f->files[i].why != 0)
			return f->files[i].why;
	return 0;
}
