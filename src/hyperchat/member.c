/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "hyperchat/member.h"

/* A place in the text; what reads over something leaves it behind that. */
struct cursor {
	const char *at, *end;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
skip_space(struct cursor *c)
{
	while (c->at < c->end && is_space(*c->at))
		c->at++;
}

static bool
skip_char(struct cursor *c, char want)
{
	skip_space(c);
	if (c->at == c->end || *c->at != want)
		return false;
	c->at++;
	return true;
}

/* A string, whose opening quote is here. *escaped: there is a backslash in it. */
static bool
skip_string(struct cursor *c, bool *escaped)
{
	*escaped = false;
	if (!skip_char(c, '"'))
		return false;
	while (c->at < c->end && *c->at != '"') {
		if (*c->at == '\\') {
			*escaped = true;
			c->at++;
			if (c->at == c->end)
				return false;
		}
		c->at++;
	}
	return skip_char(c, '"');
}

/* An object or a list: to the bracket that closes the first, past all strings inside. */
static bool
skip_nested(struct cursor *c)
{
	size_t depth = 0;
	bool escaped;

	while (c->at < c->end) {
		char is = *c->at;

		if (is == '"') {
			if (!skip_string(c, &escaped))
				return false;
			continue;
		}
		c->at++;
		if (is == '{' || is == '[')
			depth++;
		else if ((is == '}' || is == ']') && --depth == 0)
			return true;
	}
	return false;
}

static bool
skip_value(struct cursor *c)
{
	const char *begin = c->at;
	bool escaped;

	if (c->at == c->end)
		return false;
	if (*c->at == '"')
		return skip_string(c, &escaped);
	if (*c->at == '{' || *c->at == '[')
		return skip_nested(c);
	while (c->at < c->end && !is_space(*c->at) && *c->at != ',' && *c->at != '}' &&
	    *c->at != ']')
		c->at++;
	return c->at > begin;
}

/* One member; *found counts those of the name, whose value begin and n tell. */
static bool
read_member(
    struct cursor *c, const char *name, const char **begin, size_t *n, int *found)
{
	const char *key, *value;
	size_t key_len;
	bool escaped;

	skip_space(c);
	key = c->at + 1;
	if (!skip_string(c, &escaped) || escaped)
		return false;
	key_len = (size_t)(c->at - 1 - key);
	if (!skip_char(c, ':'))
		return false;
	skip_space(c);
	value = c->at;
	if (!skip_value(c))
		return false;
	if (key_len == strlen(name) && memcmp(key, name, key_len) == 0) {
		*begin = value;
		*n = (size_t)(c->at - value);
		++*found;
	}
	return true;
}

bool
hyperchat_member_range(
    const char *body, size_t len, const char *name, size_t *start, size_t *n)
{
	struct cursor c = { body, body + len };
	const char *begin = body;
	size_t bytes = 0;
	int found = 0;

	if (!skip_char(&c, '{'))
		return false;
	do {
		if (!read_member(&c, name, &begin, &bytes, &found))
			return false;
	} while (skip_char(&c, ','));
	if (!skip_char(&c, '}') || found != 1)
		return false;
	skip_space(&c);
	if (c.at != c.end)
		return false;
	*start = (size_t)(begin - body);
	*n = bytes;
	return true;
}
