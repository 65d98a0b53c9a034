/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "http/asked.h"
#include "http/http.h"
#include "http/parts.h"
#include "http/url.h"

static void
add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		abort();
	*list = longer;
}

/* "Name: value"; curl writes a header without a value as "Name;". */
static void
add_header(struct curl_slist **list, const char *name, const char *value)
{
	CLEANUP(buf_fini) struct buf line = BUF_INIT(strlen(name) + strlen(value) + 2);

	buf_header(&line, name, strlen(name));
	buf_str(&line, value[0] == '\0' ? ";" : ": ");
	buf_header(&line, value, strlen(value));
	assert(buf_ok(&line)); /* buf_header changes characters, not their number */
	add_line(list, line.data);
}

/* By hand: curl would look at the URL and the environment too. */
static void
add_login(struct curl_slist **list, const char *user, const char *password)
{
	size_t n = strlen(user) + 1 + strlen(password);
	CLEANUP(buf_fini) struct buf plain = BUF_INIT(n);
	CLEANUP(buf_fini) struct buf value = BUF_INIT(6 + (n + 2) / 3 * 4);

	buf_printf(&plain, "%s:%s", user, password);
	buf_str(&value, "Basic ");
	buf_base64(&value, plain.data, plain.len);
	assert(buf_ok(&value));
	add_header(list, "Authorization", value.data);
}

struct curl_slist *
asked_headers(const struct http_req *q)
{
	struct curl_slist *list = NULL;

	for (size_t i = 0; i < q->n_headers; i++)
		add_header(&list, q->headers[i].name, q->headers[i].value);
	if (q->user != NULL)
		add_login(&list, q->user, q->password);
	/* What the other side's log has in common with ours. */
	if (*log_turn_now() != '\0')
		add_header(&list, "X-Request-Id", log_turn_now());
	if (q->body != NULL)
		add_header(&list, "Content-Type",
		    q->content_type ? q->content_type : "application/json");
	else if (q->n_parts == 0)
		add_line(&list, "Content-Type:"); /* none, not curl's "form" */
	add_line(&list, "Expect:"); /* no waiting for 100 */
	return list;
}

void
asked_method(CURL *c, const struct http_req *q, const struct http_form *form)
{
	const char *method = q->method;

	if (method == NULL)
		method = q->body != NULL || form->mime != NULL ? "POST" : "GET";
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, NULL);
	if (form->mime != NULL) {
		curl_easy_setopt(c, CURLOPT_MIMEPOST, form->mime);
		if (strcmp(method, "POST") != 0)
			curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
		return;
	}
	if (q->body == NULL && strcmp(method, "POST") != 0) {
		curl_easy_setopt(c, CURLOPT_HTTPGET, 1L);
		if (strcmp(method, "GET") != 0)
			curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
		return;
	}
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(
	    c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)(q->body ? q->body_len : 0));
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body ? q->body : "");
	if (strcmp(method, "POST") != 0)
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
}

struct curl_slist *
asked_connect_to(const struct http_req *q)
{
	CLEANUP(buf_fini) struct buf line = BUF_INIT(2 * HTTP_WHERE_SIZE);
	struct curl_slist *list = NULL;

	if (q->connect_to == NULL)
		return NULL;
	buf_printf(&line, "::%s", q->connect_to);
	add_line(&list, line.data);
	return list;
}
