/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/host.h"
#include "base/limits.h"
#include "http/url.h"

enum { HTTPS_PORT = 443, HTTP_PORT = 80 };

static char
ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static void
curl_url_putp(CURLU **u)
{
	curl_url_cleanup(*u);
}

static void
curl_text_putp(char **s)
{
	curl_free(*s);
}

static bool
has_part(CURLU *u, CURLUPart part)
{
	CLEANUP(curl_text_putp) char *text = NULL;

	return curl_url_get(u, part, &text, 0) == CURLUE_OK;
}

static void
fill(struct http_url *out, CURLU *u, const char *scheme, const char *host)
{
	CLEANUP(curl_text_putp) char *port = NULL;
	size_t n = strlen(host);

	for (size_t i = 0; i <= n; i++)
		out->host[i] = ascii_lower(host[i]);
	out->https = strcmp(scheme, "https") == 0;
	out->port = out->https ? HTTPS_PORT : HTTP_PORT;
	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_NO_DEFAULT_PORT) == CURLUE_OK)
		out->port = (int)strtol(port, NULL, 10);
	if (port != NULL)
		snprintf(out->where, sizeof(out->where), "%.255s:%s", host, port);
	else
		snprintf(out->where, sizeof(out->where), "%.255s", host);
}

bool
http_url_parse(const char *url, bool allow_http, struct http_url *out, struct err *e)
{
	CLEANUP(curl_url_putp) CURLU *u = curl_url();
	CLEANUP(curl_text_putp) char *scheme = NULL, *host = NULL;
	CURLUcode rc;

	if (strlen(url) > LIMIT_URL)
		return err_set(e, ERR_CONFIG, 0, "URL longer than %d bytes", LIMIT_URL);
	rc = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
	if (rc != CURLUE_OK)
		return err_set(
		    e, ERR_CONFIG, (int)rc, "not a URL: %s", curl_url_strerror(rc));
	if (curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
	    curl_url_get(u, CURLUPART_HOST, &host, 0) != CURLUE_OK || host[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "a URL without a host");
	if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		return err_set(e, ERR_CONFIG, 0, "a URL with a user or password");
	if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		return err_set(e, ERR_CONFIG, 0, "%.20s: only https is called", scheme);
	if (strcmp(scheme, "http") == 0 && !allow_http && !host_is_loopback(host))
		return err_set(e, ERR_CONFIG, 0,
		    "%.100s: plain http leaves this host unencrypted: write https, or set "
		    "server.allow_http",
		    host);
	if (strlen(host) >= sizeof(out->host))
		return err_set(e, ERR_CONFIG, 0, "a URL whose host is too long");
	fill(out, u, scheme, host);
	return true;
}

bool
http_url_same_origin(const struct http_url *a, const struct http_url *b)
{
	return a->https == b->https && a->port == b->port &&
	    strcmp(a->host, b->host) == 0;
}

void
http_url_path(const char *url, struct buf *path)
{
	CLEANUP(curl_url_putp) CURLU *u = curl_url();
	CLEANUP(curl_text_putp) char *text = NULL;

	if (curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_PATH, &text, 0) == CURLUE_OK)
		buf_str(path, text);
}

bool
http_url_join(const char *url, const char *location, struct buf *out, struct err *e)
{
	CLEANUP(curl_url_putp) CURLU *u = curl_url();
	CLEANUP(curl_text_putp) char *text = NULL;
	CURLUcode rc;

	rc = curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME);
	if (rc == CURLUE_OK)
		rc = curl_url_set(u, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME);
	if (rc == CURLUE_OK)
		rc = curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (rc == CURLUE_OK)
		rc = curl_url_get(u, CURLUPART_URL, &text, 0);
	if (rc != CURLUE_OK)
		return err_set(e, ERR_UPSTREAM, (int)rc, "leads nowhere: %s",
		    curl_url_strerror(rc));
	buf_str(out, text);
	return true;
}
