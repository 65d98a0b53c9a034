/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "http/redact.h"

static const char *const secret_names[] = { "secret", "accesstoken", "access_token",
	"sessiontoken", "session_token", "token", "refreshtoken", "authorization",
	"auth_token", "authtoken", "password", "x-inbenta-session", "x-inbenta-key",
	"webhook_secret", "domainkey", "apikey", "api_key" };

enum { JWT_MIN = 16 }; /* shorter than any header part of a token */

static bool
is_secret_name(const char *s, size_t n)
{
	for (size_t i = 0; i < NELEMS(secret_names); i++)
		if (strlen(secret_names[i]) == n &&
		    strncasecmp(s, secret_names[i], n) == 0)
			return true;
	return false;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static bool
is_token_char(char c)
{
	return is_name_char(c) || c == '.' || c == '+' || c == '/' || c == '=' ||
	    c == '~';
}

/* Position of the first character at or after `at` for which the run ends. */
static size_t
token_end(const char *s, size_t n, size_t at)
{
	while (at < n && is_token_char(s[at]))
		at++;
	return at;
}

static size_t
name_end(const char *s, size_t n, size_t at)
{
	while (at < n && is_name_char(s[at]))
		at++;
	return at;
}

/* End of the inside of a string that began before `at`: the quote, or the end. */
static size_t
string_end(const char *s, size_t n, size_t at)
{
	while (at < n && s[at] != '"')
		at += s[at] == '\\' && at + 1 < n ? 2 : 1;
	return at < n ? at : n;
}

/*
 * At the first character of a name: where its secret value begins, and where it ends.
 * Both `"name" : "value"`, `"name": 12` and `name=value` count.
 */
static bool
secret_value(const char *s, size_t n, size_t at, size_t *begin, size_t *end)
{
	size_t i = name_end(s, n, at);

	if (!is_secret_name(s + at, i - at))
		return false;
	if (i < n && s[i] == '=') {
		*begin = i + 1;
		for (*end = *begin; *end < n && s[*end] != '&' && !is_blank(s[*end]);)
			++*end;
		return true;
	}
	if (i < n && s[i] == '\\') /* JSON inside a JSON string */
		i++;
	if (i >= n || s[i] != '"')
		return false;
	for (i++; i < n && is_blank(s[i]); i++)
		continue;
	if (i >= n || s[i] != ':')
		return false;
	for (i++; i < n && is_blank(s[i]); i++)
		continue;
	if (i < n && s[i] == '\\')
		i++;
	if (i < n && s[i] == '"') {
		*begin = i + 1;
		*end = string_end(s, n, *begin);
		return true;
	}
	*begin = i;
	for (*end = i; *end < n && strchr(",}]", s[*end]) == NULL;)
		++*end;
	return true;
}

/* At the first character of a word: a value that is secret wherever it stands. */
static bool
secret_word(const char *s, size_t n, size_t at, size_t *begin, size_t *end)
{
	if (n - at > 7 && strncasecmp(s + at, "Bearer ", 7) == 0) {
		*begin = at + 7;
		*end = token_end(s, n, *begin);
		return true;
	}
	if (n - at <= JWT_MIN || memcmp(s + at, "eyJ", 3) != 0)
		return false;
	*begin = at;
	*end = token_end(s, n, at);
	return *end - at >= JWT_MIN;
}

void
http_redact(struct buf *out, const char *body, size_t len)
{
	size_t at = 0, begin, end, stop;

	while (at < len) {
		if (!is_name_char(body[at])) {
			buf_chr(out, body[at++]);
			continue;
		}
		if (secret_value(body, len, at, &begin, &end) ||
		    secret_word(body, len, at, &begin, &end)) {
			buf_add(out, body + at, begin - at);
			buf_str(out, "***");
			at = end;
			continue;
		}
		stop = name_end(body, len, at);
		buf_add(out, body + at, stop - at);
		at = stop;
	}
}
