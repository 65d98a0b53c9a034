/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/log.h"
#include "http/url.h"
#include "twilio/file_name.h"
#include "twilio/media.h"
#include "twilio/media_place.h"

/* Digits of the ME… that tell the files of a chat apart. */
enum { ID_IN_NAME = 8, MAX_TYPE = 128, MAX_DISPOSITION = 1024 };

/* A file on its way. Several tries may write it, each from its beginning. */
struct fetch {
	const struct twilio_call *c;
	const struct twilio_media_query *q;
	int64_t until_ms;
	int fd;
	size_t size;
	const char *type, *disposition; /* headers of the answer; NULL: absent */
};

/* Further ways for a step to end; callers outside never see them. */
enum { MOVED = TWILIO_MEDIA_TROUBLE + 1, NOT_THERE };

static bool
is_generic(const char *mime)
{
	return mime == NULL || mime[strspn(mime, " \t")] == '\0' ||
	    strncasecmp(mime, "application/octet-stream", 24) == 0 ||
	    strncasecmp(mime, "binary/octet-stream", 19) == 0;
}

static bool
is_accepted(const struct twilio_media_query *q, const struct media_type *type)
{
	return type != NULL && (q->accepts == NULL || q->accepts(type));
}

static const char *
header(const struct fetch *f, const struct http_resp *r, const char *name, size_t max)
{
	CLEANUP(buf_fini) struct buf value = BUF_INIT(max);

	if (!http_resp_header(r, name, &value) || !buf_ok(&value))
		return NULL;
	return arena_strdup(f->c->arena, value.data);
}

/* What a call that failed means. */
static int
end_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_TOO_BIG:
		return TWILIO_MEDIA_TOO_BIG;
	case ERR_DENIED:
	case ERR_CONFIG:
		return TWILIO_MEDIA_FORBIDDEN;
	default:
		return TWILIO_MEDIA_TROUBLE;
	}
}

/* What an answer means. Only the API knows our login; elsewhere a 403 is an old link. */
static int
judge(struct fetch *f, const struct http_resp *r, bool first, struct err *e)
{
	switch (r->status) {
	case 200:
		f->size = r->in_file;
		f->type = header(f, r, "content-type", MAX_TYPE);
		f->disposition = header(f, r, "content-disposition", MAX_DISPOSITION);
		return TWILIO_MEDIA_GOT;
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return MOVED;
	}
	(void)err_set(e, ERR_UPSTREAM, r->status, "twilio file: status %d", r->status);
	if (r->status == 404)
		return NOT_THERE;
	if (r->status == 410)
		return TWILIO_MEDIA_GONE;
	if (!first || (r->status != 401 && r->status != 403))
		return TWILIO_MEDIA_TROUBLE;
	(void)err_set(e, ERR_CONFIG, r->status,
	    "twilio file: status %d: Twilio refuses the login: mend twilio.credentials",
	    r->status);
	return TWILIO_MEDIA_LOGIN;
}

/* Where the answer leads, when we may go there. NULL: *e tells why not. */
static const char *
next_place(const struct fetch *f, const char *url, const struct http_resp *r,
    bool *is_api, struct err *e)
{
	CLEANUP(buf_fini) struct buf joined = BUF_INIT(LIMIT_URL);
	const char *location = header(f, r, "location", LIMIT_URL);

	if (location == NULL || !http_url_join(url, location, &joined, e) ||
	    !buf_ok(&joined)) {
		(void)err_set(e, ERR_UPSTREAM, r->status,
		    "twilio file: status %d without an address to go to", r->status);
		return NULL;
	}
	if (!twilio_media_may_lead_to(f->c->account, joined.data, is_api, e))
		return NULL;
	return arena_strdup(f->c->arena, joined.data);
}

static int
one_request(struct fetch *f, const char *url, bool first, bool is_api,
    const char **next, bool *next_is_api, struct err *e)
{
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req q = { .what = "twilio file",
		.url = url,
		.into_fd = &f->fd,
		.max_bytes = f->q->max_bytes,
		.until_ms = f->until_ms,
		.quiet = true,
		.retry_throttled = true };
	int end;

	if (first)
		twilio_account_login(f->c->account, &q);
	if (!is_api)
		q.address_ok =
		    f->q->address_ok != NULL ? f->q->address_ok : host_is_public;
	if (!http_do(f->c->http, &q, &r, e))
		return end_of(e->kind);
	end = judge(f, &r, first, e);
	if (end == MOVED) {
		*next = next_place(f, url, &r, next_is_api, e);
		if (*next == NULL)
			return end_of(e->kind);
	}
	return end;
}

static int
follow(struct fetch *f, struct err *e)
{
	const char *url = f->q->url;
	bool is_api = true;

	for (int hop = 0;; hop++) {
		const char *next = NULL;
		bool next_is_api = false;
		int end = one_request(f, url, hop == 0, is_api, &next, &next_is_api, e);

		if (end != MOVED)
			return end;
		if (hop == LIMIT_MEDIA_HOPS)
			break;
		url = next;
		is_api = next_is_api;
	}
	(void)err_set(
	    e, ERR_DENIED, 0, "twilio file: more than %d redirects", LIMIT_MEDIA_HOPS);
	return TWILIO_MEDIA_FORBIDDEN;
}

/* Just after its webhook a file may not be everywhere yet. */
static int
follow_patiently(struct fetch *f, struct err *e)
{
	const struct twilio_call *c = f->c;
	int64_t wait =
	    f->q->early_ms > 0 ? f->q->early_ms : (int64_t)LIMIT_MEDIA_EARLY_MS;
	int end = follow(f, e);

	for (int i = 0; i < 2 && end == NOT_THERE; i++, wait *= 3) {
		if (clock_mono_ms(c->clock) + wait + LIMIT_MIN_CALL_MS > f->until_ms)
			break;
		LOG(LOG_INFO, "twilio", "file not there yet", LI("wait_ms", wait));
		if (!http_wait(c->http, wait)) {
			(void)err_set(e, ERR_TIMEOUT, 0, "twilio file: stopping");
			return TWILIO_MEDIA_TROUBLE;
		}
		end = follow(f, e);
	}
	return end == NOT_THERE ? TWILIO_MEDIA_GONE : end;
}

static enum twilio_media_end
check_type(struct fetch *f, const struct media_type **type, struct err *e)
{
	unsigned char head[MEDIA_TYPE_HEAD];
	ssize_t n;

	if (*type == NULL)
		*type = media_type_of(f->type);
	if (!is_accepted(f->q, *type)) {
		(void)err_set(e, ERR_INPUT, 0,
		    "twilio file: it is of a type that is not accepted");
		return TWILIO_MEDIA_TYPE;
	}
	n = pread(f->fd, head, sizeof(head), 0);
	if (n <= 0) {
		(void)err_io(e, "twilio file: what was fetched");
		return TWILIO_MEDIA_TROUBLE;
	}
	if (!media_type_fits(*type, head, (size_t)n)) {
		(void)err_set(e, ERR_INPUT, 0,
		    "twilio file: it says %s and is something else", (*type)->mime);
		return TWILIO_MEDIA_TYPE;
	}
	return TWILIO_MEDIA_GOT;
}

static enum twilio_media_end
fetch(struct fetch *f, const struct media_type *type, struct twilio_media *out,
    struct err *e)
{
	size_t n = strlen(f->q->url);
	int end = follow_patiently(f, e);

	if (end != TWILIO_MEDIA_GOT)
		return (enum twilio_media_end)end;
	if (f->size == 0) {
		(void)err_set(e, ERR_INPUT, 0, "twilio file: it is empty");
		return TWILIO_MEDIA_EMPTY;
	}
	end = (int)check_type(f, &type, e);
	if (end != TWILIO_MEDIA_GOT)
		return (enum twilio_media_end)end;
	*out = (struct twilio_media){ .fd = f->fd, .size = f->size, .type = type };
	out->name = twilio_file_name(
	    f->disposition, type, f->q->url + n - ID_IN_NAME, f->c->arena);
	f->fd = -1;
	return TWILIO_MEDIA_GOT;
}

/* What can be said before anything is asked; the type stays NULL when nobody claims one. */
static enum twilio_media_end
check_query(const struct twilio_call *c, const struct twilio_media_query *q,
    const struct media_type **type, struct err *e)
{
	if (!twilio_account_ok(c->account, e))
		return TWILIO_MEDIA_LOGIN;
	if (!twilio_media_is_ours(c->account, q->url, e))
		return TWILIO_MEDIA_FORBIDDEN;
	*type = media_type_of(q->claimed);
	if (!is_generic(q->claimed) && !is_accepted(q, *type)) {
		(void)err_set(e, ERR_INPUT, 0,
		    "twilio file: it is of a type that is not accepted");
		return TWILIO_MEDIA_TYPE;
	}
	return TWILIO_MEDIA_GOT;
}

enum twilio_media_end
twilio_media_get(const struct twilio_call *c, const struct twilio_media_query *q,
    struct twilio_media *out, struct err *e)
{
	int64_t longest = clock_mono_ms(c->clock) + LIMIT_MEDIA_MS;
	struct fetch f = { .c = c, .q = q, .fd = -1 };
	const struct media_type *type = NULL;
	struct err why = { 0 }; /* of a try that failed, though the next may not */
	enum twilio_media_end end = check_query(c, q, &type, &why);

	f.until_ms = c->until_ms < longest ? c->until_ms : longest;
	if (end == TWILIO_MEDIA_GOT) {
		end = TWILIO_MEDIA_TROUBLE;
		if (file_unnamed(q->dir, &f.fd, &why))
			end = fetch(&f, type, out, &why);
	}
	if (end != TWILIO_MEDIA_GOT)
		*e = why;
	closep(&f.fd);
	return end;
}

const char *
twilio_media_end_name(enum twilio_media_end end)
{
	static const char *const names[] = { [TWILIO_MEDIA_GOT] = "got",
		[TWILIO_MEDIA_FORBIDDEN] = "forbidden",
		[TWILIO_MEDIA_TYPE] = "type",
		[TWILIO_MEDIA_TOO_BIG] = "too-big",
		[TWILIO_MEDIA_EMPTY] = "empty",
		[TWILIO_MEDIA_GONE] = "gone",
		[TWILIO_MEDIA_LOGIN] = "login",
		[TWILIO_MEDIA_TROUBLE] = "trouble" };

	return names[end];
}
