/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "sandbox/webhook_rules.h"

enum {
	RETRIES_MAX = 5,
	WAIT_MIN_MS = 100,
	CONNECT_MAX_MS = 10000,
	READ_MAX_MS = 15000
};

static const struct {
	const char *word;
	unsigned policy;
} policies[] = {
	{ "4xx", RETRY_4XX },
	{ "5xx", RETRY_5XX },
	{ "ct", RETRY_CONNECT },
	{ "rt", RETRY_READ },
	{ "all", RETRY_ALL },
};

static bool
is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

static bool
read_number(const char *s, size_t n, int64_t min, int64_t max, int64_t *out)
{
	int64_t v = 0;

	if (n == 0 || n > 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		v = v * 10 + (s[i] - '0');
	}
	*out = v;
	return v >= min && v <= max;
}

/* Words with commas between them. */
static bool
read_policy(const char *s, size_t n, unsigned *out)
{
	*out = 0;
	for (;;) {
		size_t word = 0, i = 0;

		while (word < n && s[word] != ',')
			word++;
		while (i < NELEMS(policies) && !is_word(s, word, policies[i].word))
			i++;
		if (i == NELEMS(policies))
			return false;
		*out |= policies[i].policy;
		if (word == n)
			return true;
		s += word + 1;
		n -= word + 1;
	}
}

/* One name and value. */
static bool
read_rule(const char *name, size_t n, const char *value, size_t len,
    struct webhook_rules *out)
{
	int64_t retries = 0;

	if (is_word(name, n, "rc")) {
		if (!read_number(value, len, 0, RETRIES_MAX, &retries))
			return false;
		out->retries = (int)retries;
		return true;
	}
	if (is_word(name, n, "rp"))
		return read_policy(value, len, &out->policy);
	if (is_word(name, n, "ct"))
		return read_number(
		    value, len, WAIT_MIN_MS, CONNECT_MAX_MS, &out->connect_ms);
	if (is_word(name, n, "rt"))
		return read_number(value, len, WAIT_MIN_MS, READ_MAX_MS, &out->read_ms);
	if (is_word(name, n, "tt"))
		return read_number(
		    value, len, WAIT_MIN_MS, READ_MAX_MS, &out->total_ms);
	return is_word(name, n, "e") || is_word(name, n, "sni");
}

bool
webhook_rules_read(const char *url, struct webhook_rules *out, struct err *e)
{
	const char *s = url + strcspn(url, "#");
	struct webhook_rules r = {
		.retries = 1, .policy = RETRY_CONNECT, .connect_ms = 5000
	};

	s += *s == '#';
	while (*s != '\0') {
		size_t whole = strcspn(s, "&");
		const char *equals = memchr(s, '=', whole);
		size_t name = equals != NULL ? (size_t)(equals - s) : whole;

		if (equals == NULL ||
		    !read_rule(s, name, equals + 1, whole - name - 1, &r))
			return err_set(e, ERR_CONFIG, 0,
			    "\"%.*s\" is no rule of a webhook", (int)whole, s);
		s += whole + (s[whole] == '&');
	}
	*out = r;
	return true;
}
