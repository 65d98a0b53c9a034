/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "http/http.h"

void
http_resp_fini(struct http_resp *r)
{
	buf_fini(&r->body);
	buf_fini(&r->headers);
	r->status = 0;
	r->in_file = 0;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
http_resp_header(const struct http_resp *r, const char *name, struct buf *out)
{
	const char *at = r->headers.data, *end, *stop;
	size_t n = strlen(name);

	if (at == NULL)
		return false;
	for (end = at + r->headers.len; at < end; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		if ((size_t)(stop - at) <= n || at[n] != ':' ||
		    strncasecmp(at, name, n) != 0)
			continue;
		for (at += n + 1; at < stop && is_blank(*at);)
			at++;
		for (end = stop; end > at && (is_blank(end[-1]) || end[-1] == '\r');)
			end--;
		buf_add(out, at, (size_t)(end - at));
		return true;
	}
	return false;
}
