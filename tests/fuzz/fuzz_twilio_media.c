/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what a file comes with: line 1 its address, line 2 where a redirect leads,
 * line 3 its type, line 4 its Content-Disposition; the rest is what it begins with. The
 * login stays with the API, redirects with Twilio, and names are harmless.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "http/url.h"
#include "twilio/file_name.h"
#include "twilio/media_place.h"

#define API "https://api.twilio.com"
#define OURS API "/2010-04-01/Accounts/AC1/Messages/"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), len = strlen(end);

	return n >= len && strcmp(s + n - len, end) == 0;
}

/* Letter case and %xx in a host make no other host: it is compared as curl reads it. */
static void
check_origin(const char *url)
{
	struct http_url to;
	struct err e;

	need(http_url_parse(url, false, &to, &e));
	need(to.https && to.port == 443 && strcmp(to.host, "api.twilio.com") == 0);
}

static bool
is_bucket_of_twilio(const struct http_url *to, const char *url)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(LIMIT_URL);

	http_url_path(url, &path);
	return ends_with(to->host, ".amazonaws.com") &&
	    (strstr(to->host, ".twiliocdn.com.s3") != NULL ||
		strstr(path.data, ".twiliocdn.com/") != NULL);
}

static void
check_places(const char *url, const char *location)
{
	static const struct twilio_account account = {
		.sid = "AC1", .secret = "s", .url = API
	};
	CLEANUP(buf_fini) struct buf joined = BUF_INIT(LIMIT_URL);
	struct err e = { 0 };
	bool is_api = false;
	struct http_url to;

	if (twilio_media_is_ours(&account, url, &e)) {
		check_origin(url);
		need(strstr(url, strstr(OURS, "/2010")) != NULL &&
		    strpbrk(url, "?#@ \r\n") == NULL);
	} else {
		need(e.kind == ERR_DENIED && e.text[0] != '\0');
	}
	if (!http_url_join(OURS, location, &joined, &e) || !buf_ok(&joined) ||
	    !twilio_media_may_lead_to(&account, joined.data, &is_api, &e))
		return;
	need(http_url_parse(joined.data, false, &to, &e));
	need(to.https && to.port == 443);
	need(is_api == (strcmp(to.host, "api.twilio.com") == 0));
	need(is_api || ends_with(to.host, ".twiliocdn.com") ||
	    is_bucket_of_twilio(&to, joined.data));
}

static void
check_name(const char *disposition, const struct media_type *type)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *name = twilio_file_name(disposition, type, "1f2e", a);
	size_t n = strlen(name);

	need(n <= LIMIT_FILE_NAME && utf8_valid(name, n) && name[0] != '.');
	need(strpbrk(name, "/\\\"<>|:*?\r\n\t") == NULL);
	need(ends_with(name, type->ext) && strstr(name, "-1f2e.") != NULL);
}

/* Cuts the first line off; "" when there is none left. */
static const char *
line(char **rest)
{
	char *at = *rest, *end = strchr(at, '\n');

	*rest = end != NULL ? end + 1 : at + strlen(at);
	if (end != NULL)
		*end = '\0';
	return at;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char *rest =
	    arena_strndup(a, (const char *)data, strnlen((const char *)data, size));
	size_t used = strlen(rest);
	const char *url = line(&rest), *location = line(&rest);
	const struct media_type *type = media_type_of(line(&rest)), *rows;
	const char *disposition = line(&rest);
	size_t n;

	check_places(url, location);
	rows = media_types(&n);
	check_name(disposition, type != NULL ? type : &rows[0]);
	for (size_t i = 0; i < n; i++)
		(void)!media_type_fits(&rows[i], data + used, size - used);
	return 0;
}
