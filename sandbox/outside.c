/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/xalloc.h"
#include "sandbox/outside.h"

enum { CONNECT_MS = 5000, REDIRECTS = 5 };

struct outside {
	const atomic_bool *stop;
	CURL *curl;
};

/* One call while it is made. */
struct call {
	const struct outside *o;
	const struct outside_request *q;
	struct outside_answer *out;
	struct arena *a;
};

struct outside *
outside_new(const atomic_bool *stop)
{
	struct outside *o = xcalloc(1, sizeof(*o));

	o->stop = stop;
	o->curl = curl_easy_init();
	if (o->curl == NULL)
		abort(); /* out of memory */
	return o;
}

void
outside_free(struct outside *o)
{
	if (o == NULL)
		return;
	curl_easy_cleanup(o->curl);
	free(o);
}

static size_t
on_body(char *data, size_t size, size_t n, void *cls)
{
	struct outside_answer *out = ((struct call *)cls)->out;

	(void)size;
	out->too_large = n > out->body.max - out->body.len;
	if (out->too_large)
		return 0;
	buf_add(&out->body, data, n);
	return n;
}

static size_t
on_header(char *line, size_t size, size_t n, void *cls)
{
	struct call *c = cls;
	size_t name = c->q->wanted != NULL ? strlen(c->q->wanted) : 0, end = n;

	(void)size;
	if (name == 0 || n <= name || line[name] != ':' ||
	    !curl_strnequal(line, c->q->wanted, name))
		return n;
	name += 1 + strspn(line + name + 1, " \t");
	while (end > name && strchr(" \t\r\n", line[end - 1]) != NULL)
		end--;
	c->out->header = arena_strndup(c->a, line + name, end > name ? end - name : 0);
	return n;
}

static int
on_progress(void *cls, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a;
	(void)b;
	(void)c;
	(void)d;
	return atomic_load(((struct call *)cls)->o->stop);
}

static struct curl_slist *
make_headers(const struct outside_request *q)
{
	struct curl_slist *list = curl_slist_append(NULL, "Expect:"), *more = list;

	for (size_t i = 0; i < OUTSIDE_HEADERS && q->headers[i] && more != NULL; i++)
		more = curl_slist_append(list, q->headers[i]);
	if (more == NULL)
		abort(); /* out of memory */
	return list;
}

static void
set_options(struct call *call, struct curl_slist *headers)
{
	const struct outside_request *q = call->q;
	CURL *c = call->o->curl;

	curl_easy_reset(c); /* keeps the connections */
	curl_easy_setopt(c, CURLOPT_URL, q->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, q->follows ? 1L : 0L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)q->timeout_ms);
	curl_easy_setopt(c, CURLOPT_USERAGENT, q->agent);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	if (q->body != NULL) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)q->body_len);
	}
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, call);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
}

void
outside_call(struct outside *o, struct arena *a, const struct outside_request *q,
    struct outside_answer *out)
{
	struct curl_slist *headers = make_headers(q);
	struct call call = { o, q, out, a };
	char *type = NULL;
	long status = 0;
	CURLcode rc;

	*out = (struct outside_answer){ .why = "", .body = BUF_INIT(q->max_bytes) };
	set_options(&call, headers);
	rc = curl_easy_perform(o->curl);
	if (rc != CURLE_OK)
		out->why =
		    out->too_large ? "the answer is too large" : curl_easy_strerror(rc);
	if (rc == CURLE_OK || out->too_large) {
		curl_easy_getinfo(o->curl, CURLINFO_RESPONSE_CODE, &status);
		curl_easy_getinfo(o->curl, CURLINFO_CONTENT_TYPE, &type);
		out->status = (int)status;
		out->type = arena_strdup(a, type);
	}
	curl_slist_free_all(headers);
}
