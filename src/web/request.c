/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "conf/conf.h"
#include "web/io.h"
#include "web/request.h"

#define READ_BYTES 16384
#define HEAD_BYTES 2048

/* A variable within its limit; NULL when absent. Over the limit fails. */
static bool
param(struct web_io *io, const char *name, const char **out, struct err *e)
{
	*out = io->param(io, name);
	if (*out != NULL && strlen(*out) > LIMIT_REQUEST_PARAM)
		return err_set(e, ERR_TOO_BIG, 0, "%s is longer than %d bytes", name,
		    LIMIT_REQUEST_PARAM);
	return true;
}

static enum web_method
method_of(const char *s)
{
	if (s == NULL)
		return WEB_OTHER_METHOD;
	if (strcmp(s, "POST") == 0)
		return WEB_POST;
	if (strcmp(s, "GET") == 0)
		return WEB_GET;
	return strcmp(s, "HEAD") == 0 ? WEB_HEAD : WEB_OTHER_METHOD;
}

/* The media type alone decides; parameters such as charset do not. */
static enum web_body
body_kind(const char *content_type)
{
	static const struct {
		const char *type;
		enum web_body kind;
	} types[] = {
		{ "application/x-www-form-urlencoded", WEB_FORM },
		{ "application/json", WEB_JSON },
	};

	for (size_t i = 0; content_type != NULL && i < NELEMS(types); i++) {
		size_t len = strlen(types[i].type);

		if (strncasecmp(content_type, types[i].type, len) == 0 &&
		    strchr(" ;\t", content_type[len]) != NULL) /* NUL counts too */
			return types[i].kind;
	}
	return WEB_OTHER_BODY;
}

/*
 * Path and query as they were sent. A web server that does not tell them so (RFC 3875 knows
 * no REQUEST_URI) tells them in parts, the path decoded.
 */
static bool
read_uri(struct web_req *r, struct web_io *io, struct arena *a, struct err *e)
{
	const char *uri, *script, *info, *query;

	if (!param(io, "REQUEST_URI", &uri, e) ||
	    !param(io, "SCRIPT_NAME", &script, e) ||
	    !param(io, "PATH_INFO", &info, e) || !param(io, "QUERY_STRING", &query, e))
		return false;
	if (uri == NULL)
		uri = arena_printf(a, "%s%s%s%s", script != NULL ? script : "",
		    info != NULL ? info : "", query != NULL && *query ? "?" : "",
		    query != NULL ? query : "");
	if (uri[0] != '/')
		return err_set(e, ERR_INPUT, 0, "no path in REQUEST_URI");
	r->uri = arena_strdup(a, uri);
	r->path = arena_strndup(a, uri, strcspn(uri, "?"));
	query = r->uri + strlen(r->path);
	query += *query == '?';
	return form_parse(&r->query, a, query, strlen(query), e);
}

static bool
is_token(const char *s)
{
	static const char signs[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	size_t len = s != NULL ? strspn(s, signs) : 0;

	return len > 0 && len <= LIMIT_REPEAT_TOKEN && s[len] == '\0';
}

/* Fills all that comes from variables alone. */
static bool
read_head(struct web_req *r, struct web_io *io, struct arena *a, struct err *e)
{
	const char *method, *host, *https, *scheme, *type, *sig, *secret, *hook;
	const char *challenge, *token;

	if (!read_uri(r, io, a, e) || !param(io, "REQUEST_METHOD", &method, e) ||
	    !param(io, "HTTP_HOST", &host, e) || !param(io, "HTTPS", &https, e) ||
	    !param(io, "REQUEST_SCHEME", &scheme, e) ||
	    !param(io, "CONTENT_TYPE", &type, e) ||
	    !param(io, "HTTP_X_TWILIO_SIGNATURE", &sig, e) ||
	    !param(io, "HTTP_X_HOOK_SECRET", &secret, e) ||
	    !param(io, "HTTP_X_HOOK_SIGNATURE", &hook, e) ||
	    !param(io, "HTTP_X_INBENTA_CHALLENGE", &challenge, e) ||
	    !param(io, "HTTP_I_TWILIO_IDEMPOTENCY_TOKEN", &token, e))
		return false;
	r->method = method_of(method);
	r->host = arena_strdup(a, host != NULL ? host : "");
	r->https = (https != NULL && strcasecmp(https, "on") == 0) ||
	    (scheme != NULL && strcasecmp(scheme, "https") == 0);
	r->signature = arena_strdup(a, sig);
	r->hook_secret = arena_strdup(a, secret);
	r->hook_signature = arena_strdup(a, hook);
	r->challenge = arena_strdup(a, challenge);
	r->repeat_token = is_token(token) ? arena_strdup(a, token) : NULL;
	r->kind = body_kind(type);
	return true;
}

/* CONTENT_LENGTH when there is one (chunked bodies come without): -1 otherwise. */
static bool
declared_length(struct web_io *io, int64_t *out, struct err *e)
{
	const char *s = io->param(io, "CONTENT_LENGTH");
	char *end;

	*out = -1;
	if (s == NULL || s[0] == '\0')
		return true;
	errno = 0;
	*out = strtoll(s, &end, 10);
	if (errno != 0 || *end != '\0' || *out < 0)
		return err_set(e, ERR_INPUT, 0, "CONTENT_LENGTH is not a number");
	return true;
}

/*
 * Reads to the end of the body; its declared length is a promise that is checked, not
 * trusted. The time is bounded as a whole, however slowly bytes drip.
 */
static bool
read_body(struct web_req *r, struct web_io *io, struct arena *a,
    const struct clock *clock, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_REQUEST_BODY);
	char chunk[READ_BYTES];
	int64_t declared;
	bool whole;
	ssize_t n;

	if (!declared_length(io, &declared, e))
		return false;
	if (declared > LIMIT_REQUEST_BODY)
		return err_set(
		    e, ERR_TOO_BIG, 0, "body of %" PRId64 " bytes", declared);
	while ((n = io->read(io, chunk, sizeof(chunk))) > 0) {
		buf_add(&b, chunk, (size_t)n);
		if (!buf_ok(&b))
			return err_set(e, ERR_TOO_BIG, 0, "body over %d bytes",
			    LIMIT_REQUEST_BODY);
		whole = declared >= 0 && b.len >= (size_t)declared;
		if (!whole && clock_mono_ms(clock) - r->accepted_ms > io->read_ms)
			return err_set(e, ERR_INPUT, 0, "body took too long to arrive");
	}
	if (n < 0 || (declared >= 0 && b.len < (size_t)declared))
		return err_set(e, ERR_INPUT, 0,
		    "body ends after %zu of %" PRId64 " bytes", b.len, declared);
	r->body = arena_strndup(a, b.data, b.len);
	r->body_len = b.len;
	return true;
}

bool
web_read(struct web_req *r, struct web_io *io, struct arena *a, struct conf *conf,
    const struct clock *clock, struct err *e)
{
	r->accepted_ms = clock_mono_ms(clock);
	if (!read_head(r, io, a, e) || !read_body(r, io, a, clock, e))
		return false;
	if (r->kind == WEB_FORM && !form_parse(&r->form, a, r->body, r->body_len, e))
		return false;
	r->conf = conf;
	r->env = conf_detect(conf, r->host, r->path);
	r->cfg = conf_cfg(conf, r->env);
	return true;
}

static bool
is_ours(const char *member, size_t len)
{
	static const char *const names[] = { WEB_QUERY_MEDIA, WEB_QUERY_STATUS,
		WEB_QUERY_REF, WEB_QUERY_TICKET };
	const char *equals = memchr(member, '=', len);
	size_t n = equals != NULL ? (size_t)(equals - member) : len;

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strlen(names[i]) == n && memcmp(names[i], member, n) == 0)
			return true;
	return false;
}

const char *
web_url_without_ours(struct arena *a, const char *url)
{
	const char *query = strchr(url, '?');
	size_t len = strlen(url), used;
	char *out = arena_strndup(a, url, len), sep = '?';

	if (query == NULL)
		return out;
	used = (size_t)(query - url);
	for (const char *at = query; *at != '\0';) {
		size_t n = strcspn(++at, "&");

		if (!is_ours(at, n)) {
			out[used++] = sep;
			memcpy(out + used, at, n);
			used += n;
			sep = '&';
		}
		at += n;
	}
	out[used] = '\0';
	return out;
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 413, "Content Too Large" },
		{ 429, "Too Many Requests" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < NELEMS(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Internal Server Error";
}

/* In pieces: it may be larger than we want to hold. */
static bool
write_file(const struct web_file *f, struct web_io *io)
{
	const int64_t until_ms = clock_mono_ms(&clock_system) + LIMIT_HANDOUT_SEND_MS;
	char piece[READ_BYTES];
	size_t at = 0;

	while (at < f->size) {
		size_t want =
		    f->size - at < sizeof(piece) ? f->size - at : sizeof(piece);
		ssize_t n = pread(f->fd, piece, want, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || clock_mono_ms(&clock_system) > until_ms ||
		    !io->write(io, piece, (size_t)n))
			return false;
		at += (size_t)n;
	}
	return true;
}

bool
web_answer_write(const struct web_answer *ans, struct web_io *io)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(HEAD_BYTES + ans->len);

	buf_printf(&b,
	    "Status: %d %s\r\n"
	    "Content-Type: %s\r\n"
	    "Content-Length: %zu\r\n"
	    "Cache-Control: %sno-store\r\n"
	    "%s\r\n",
	    ans->status, reason(ans->status), ans->content_type,
	    ans->file != NULL ? ans->file->size : ans->len,
	    ans->file != NULL ? "private, " : "",
	    ans->headers != NULL ? ans->headers : "");
	if (ans->file == NULL && !ans->head_only)
		buf_add(&b, ans->body, ans->len);
	return buf_ok(&b) && io->write(io, b.data, b.len) &&
	    (ans->file == NULL || ans->head_only || write_file(ans->file, io));
}
