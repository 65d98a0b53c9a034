/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/host.h"
#include "base/limits.h"
#include "conf/url.h"

static void
free_url(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void
free_part(char **s)
{
	curl_free(*s);
}

static bool
has_part(CURLU *u, CURLUPart part)
{
	CLEANUP(free_part) char *s = NULL;

	return curl_url_get(u, part, &s, 0) == CURLUE_OK;
}

static bool
is_http(const char *text)
{
	return strncasecmp(text, "http://", 7) == 0;
}

static bool
check_parts(CURLU *u, bool is_public, struct err *e)
{
	if (has_part(u, CURLUPART_FRAGMENT))
		return err_set(e, ERR_CONFIG, 0, "must not have a fragment (#…)");
	if (!is_public && has_part(u, CURLUPART_QUERY))
		return err_set(e, ERR_CONFIG, 0, "must not have a query (?…)");
	if (!is_public && has_part(u, CURLUPART_USER))
		return err_set(e, ERR_CONFIG, 0, "must not name a user (…@)");
	return true;
}

bool
url_read(
    const char *text, bool is_public, struct arena *a, const char **out, struct err *e)
{
	CLEANUP(free_url) CURLU *u = NULL;
	size_t n = strlen(text);
	CURLUcode rc;

	if (n == 0) {
		*out = "";
		return true;
	}
	if (n > LIMIT_URL)
		return err_set(e, ERR_CONFIG, 0, "is longer than %d bytes", LIMIT_URL);
	if (!is_http(text) && strncasecmp(text, "https://", 8) != 0)
		return err_set(e, ERR_CONFIG, 0, "must begin with https://");
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] <= ' ' || (unsigned char)text[i] >= 0x7f)
			return err_set(e, ERR_CONFIG, 0,
			    "must be plain ASCII without blanks (percent-encode the rest)");
	u = curl_url();
	if (u == NULL)
		return err_set(e, ERR_CONFIG, 0, "cannot be read: out of memory");
	rc = curl_url_set(u, CURLUPART_URL, text, 0);
	if (rc != CURLUE_OK)
		return err_set(
		    e, ERR_CONFIG, rc, "is no URL: %s", curl_url_strerror(rc));
	if (!check_parts(u, is_public, e))
		return false;
	while (!is_public && text[n - 1] == '/')
		n--;
	*out = arena_strndup(a, text, n);
	return true;
}

bool
url_is_open(const char *url)
{
	CLEANUP(free_url) CURLU *u = NULL;
	CLEANUP(free_part) char *host = NULL;

	if (!is_http(url))
		return false;
	u = curl_url();
	return u == NULL || curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK ||
	    !host_is_loopback(host);
}

bool
url_has_port(const char *url)
{
	CLEANUP(free_url) CURLU *u = curl_url();

	return u != NULL && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    has_part(u, CURLUPART_PORT);
}

bool
url_user(const char *url, size_t *start, size_t *n)
{
	const char *host = strstr(url, "://"), *at;

	if (host == NULL)
		return false;
	host += 3;
	*start = (size_t)(host - url);
	*n = strcspn(host, "/?#");
	/* The last @ before the path: a password may hold one that is not encoded. */
	for (at = host + *n; at > host && at[-1] != '@'; at--)
		;
	if (at == host)
		return false;
	*n = (size_t)(at - 1 - host);
	return true;
}
