/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "http/url.h"
#include "twilio/media_place.h"

enum { HTTPS_PORT = 443, ID_DIGITS = 32 };

static const char cdn[] = ".twiliocdn.com";

static bool
refuse(struct err *e, const char *why)
{
	return err_set(e, ERR_DENIED, 0, "a file's address is refused: %s", why);
}

static bool
ends_with(const char *s, size_t n, const char *end)
{
	size_t len = strlen(end);

	return n > len && memcmp(s + n - len, end, len) == 0;
}

/* Scheme, host and port of both; http to another machine than this is none. */
static bool
read_both(const struct twilio_account *account, const char *url, struct http_url *api,
    struct http_url *to, struct err *e)
{
	if (!http_url_parse(account->url, false, api, e)) {
		(void)err_wrap(e, "twilio.api_url");
		return false;
	}
	if (!http_url_parse(url, false, to, e)) {
		e->kind = ERR_DENIED;
		(void)err_wrap(e, "a file's address is refused");
		return false;
	}
	return true;
}

/* Moves *p behind the text when it stands there. */
static bool
skip(const char **p, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*p, text, n) != 0)
		return false;
	*p += n;
	return true;
}

static bool
skip_digits(const char **p)
{
	size_t n = strspn(*p, "0123456789abcdefABCDEF");

	*p += n;
	return n == ID_DIGITS;
}

static bool
is_media_path(const struct twilio_account *account, const char *p)
{
	if (!skip(&p, "/2010-04-01/Accounts/") || !skip(&p, account->sid) ||
	    !skip(&p, "/Messages/"))
		return false;
	return (skip(&p, "SM") || skip(&p, "MM")) && skip_digits(&p) &&
	    skip(&p, "/Media/ME") && skip_digits(&p) && *p == '\0';
}

bool
twilio_media_is_ours(
    const struct twilio_account *account, const char *url, struct err *e)
{
	CLEANUP(buf_fini) struct buf base = BUF_INIT(LIMIT_URL);
	CLEANUP(buf_fini) struct buf path = BUF_INIT(LIMIT_URL);
	struct http_url api, to;
	const char *p;

	if (!read_both(account, url, &api, &to, e))
		return false;
	if (!http_url_same_origin(&api, &to))
		return refuse(e, "it is not the API's");
	http_url_path(account->url, &base);
	http_url_path(url, &path);
	while (base.len > 0 && base.data[base.len - 1] == '/')
		buf_truncate(&base, base.len - 1);
	p = path.data;
	if (!buf_ok(&path) || !skip(&p, base.data) || !is_media_path(account, p))
		return refuse(e, "it is no file of our account");
	/* What was looked at is all there is: no query, no fragment. */
	if (!ends_with(url, strlen(url), path.data))
		return refuse(e, "it is more than an address");
	return true;
}

/* A name of Twilio's with these bytes; a bucket's name has no other characters. */
static bool
is_bucket(const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789.-", name[i]) == NULL)
			return false;
	return ends_with(name, n, cdn);
}

/*
 * s3.amazonaws.com, s3-<region>…, s3.<region>…, s3.dualstack.<region>…: hosts of S3 alone.
 * Others below amazonaws.com are anybody's.
 */
static bool
is_s3(const char *host)
{
	static const char dual[] = "dualstack.";
	const char *p = host;

	if (!skip(&p, "s3"))
		return false;
	if (strcmp(p, ".amazonaws.com") == 0)
		return true;
	if (*p != '.' && *p != '-')
		return false;
	p++;
	(void)skip(&p, dual);
	p += strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-");
	return strcmp(p, ".amazonaws.com") == 0;
}

/* "<bucket>.s3…": S3 by the name of the host. */
static bool
is_bucket_host(const char *host)
{
	const char *at = strstr(host, ".twiliocdn.com.s3");

	return at != NULL && is_bucket(host, (size_t)(at - host) + sizeof(cdn) - 1) &&
	    is_s3(at + sizeof(cdn));
}

/* "/<bucket>/…" */
static bool
is_bucket_path(const char *url)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(LIMIT_URL);
	size_t n;

	http_url_path(url, &path);
	if (!buf_ok(&path) || path.len == 0)
		return false;
	n = strcspn(path.data + 1, "/");
	return path.data[1 + n] == '/' && is_bucket(path.data + 1, n);
}

bool
twilio_media_may_lead_to(
    const struct twilio_account *account, const char *url, bool *is_api, struct err *e)
{
	struct http_url api, to;

	if (!read_both(account, url, &api, &to, e))
		return false;
	*is_api = http_url_same_origin(&api, &to);
	if (*is_api)
		return true;
	if (!to.https || to.port != HTTPS_PORT)
		return refuse(e, "a redirect to something other than https");
	if (ends_with(to.host, strlen(to.host), cdn) || is_bucket_host(to.host) ||
	    (is_s3(to.host) && is_bucket_path(url)))
		return true;
	return refuse(e, "a redirect to a host that is not Twilio's");
}
