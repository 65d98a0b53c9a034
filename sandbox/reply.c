/* SPDX-License-Identifier: Apache-2.0 */
/* Conveniences of server.h that need no server. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/server.h"

int64_t
request_arg_int(const struct request *q, const char *name, int64_t dflt)
{
	const char *text = request_arg(q, name);
	char *end;
	long long n;

	if (text == NULL || *text == '\0')
		return dflt;
	n = strtoll(text, &end, 10);
	return *end == '\0' ? n : dflt;
}

bool
request_is_type(const struct request *q, const char *type)
{
	const char *given = request_header(q, "Content-Type");
	size_t n = strlen(type);

	if (given == NULL || strncasecmp(given, type, n) != 0)
		return false;
	given += n;
	return *given == '\0' || *given == ';' || *given == ' ' || *given == '\t';
}

js *
request_json(const struct request *q, struct reply *r)
{
	struct err e;
	js *o = NULL;

	if (!js_parse(q->body, q->body_len, &o, &e)) {
		reply_error(r, 400, "%s", e.text);
		return NULL;
	}
	if (!json_object_is_type(o, json_type_object)) {
		js_putp(&o);
		reply_error(r, 400, "a JSON object is needed");
	}
	return o;
}

void
reply_json(struct reply *r, int status, js *o)
{
	r->status = status;
	r->type = "application/json";
	buf_reset(&r->body);
	js_write(&r->body, o);
	js_putp(&o);
}

void
reply_text(struct reply *r, int status, const char *type, const char *text)
{
	r->status = status;
	r->type = type;
	buf_reset(&r->body);
	buf_str(&r->body, text);
}

void
reply_error(struct reply *r, int status, const char *fmt, ...)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(1024);
	js *o = json_object_new_object();
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	json_object_object_add(o, "error", json_object_new_string(b.data));
	reply_json(r, status, o);
}

void
reply_header(struct reply *r, const char *name, const char *value)
{
	if (r->n_headers == REPLY_HEADERS)
		abort(); /* our own mistake: no handler sets that many */
	r->headers[r->n_headers].name = name;
	r->headers[r->n_headers++].value = value;
}
