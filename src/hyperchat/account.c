/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "hyperchat/account.h"

enum { DEFAULT_PORT = 443 };

static bool
is_visible(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x21 || *s > 0x7e)
			return false;
	return true;
}

static bool
need_credential(const char *value, const char *key, struct err *e)
{
	if (value == NULL || value[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "%s is empty", key);
	if (!is_visible(value))
		return err_set(e, ERR_CONFIG, 0,
		    "%s: blanks and letters beyond ASCII fit no header", key);
	return true;
}

/* What stands between the scheme and the path: its port, 0 when it has none, -1 if bad. */
static int64_t
port_of(const char *host, size_t n, size_t *host_len)
{
	const char *end = host + n, *from = host, *colon;
	int64_t port = 0;

	if (n > 0 && host[0] == '[') {
		from = memchr(host, ']', n);
		if (from == NULL || (++from < end && *from != ':'))
			from = NULL;
	}
	colon = from != NULL ? memchr(from, ':', (size_t)(end - from)) : NULL;
	*host_len = colon != NULL ? (size_t)(colon - host) : n;
	if (colon == NULL)
		return from != NULL ? 0 : -1;
	for (const char *s = colon + 1; s < end; s++) {
		if (*s < '0' || *s > '9' || port > UINT16_MAX)
			return -1;
		port = port * 10 + (*s - '0');
	}
	if (port > UINT16_MAX || (port == 0 && colon + 1 < end))
		return -1;
	return port;
}

/* Bytes of the address without the slashes at its end, and without a version behind them. */
static size_t
trimmed(const char *s)
{
	size_t n = strlen(s);

	while (n > 0 && s[n - 1] == '/')
		n--;
	if (n > 3 && memcmp(s + n - 3, "/v1", 3) == 0)
		n -= 3;
	while (n > 0 && s[n - 1] == '/')
		n--;
	return n;
}

static bool
make_base(
    struct arena *a, const char *server, int64_t port, const char **out, struct err *e)
{
	const char *host = strstr(server, "://"), *scheme = "https://";
	int scheme_len = (int)strlen(scheme);
	size_t n, host_len, name_len;
	int64_t own;

	if (!is_visible(server) || strlen(server) > LIMIT_URL / 2 ||
	    strpbrk(server, "?#@\\<>\"") != NULL)
		return err_set(e, ERR_CONFIG, 0,
		    "chat.chat.server: not an address like https://HOST");
	if (host != NULL) {
		scheme = server;
		scheme_len = (int)(host + 3 - server);
		host += 3;
	} else {
		host = server;
	}
	n = trimmed(host);
	host_len = strcspn(host, "/");
	if (host_len > n)
		host_len = n;
	own = port_of(host, host_len, &name_len);
	if (name_len == 0 || own < 0)
		return err_set(e, ERR_CONFIG, 0,
		    "chat.chat.server: no host, or not a port from 1 to 65535");
	if (own == 0)
		own = port != 0 ? port : DEFAULT_PORT;
	*out = arena_printf(a, "%.*s%.*s:%lld%.*s/v1/", scheme_len, scheme,
	    (int)name_len, host, (long long)own, (int)(n - host_len), host + host_len);
	return true;
}

bool
hyperchat_account_make(struct arena *a, const struct hyperchat_setup *setup,
    struct hyperchat_account *out, struct err *e)
{
	const char *base = NULL;

	if (setup->server == NULL || setup->server[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "chat.chat.server is empty");
	if (!need_credential(setup->app_id, "chat.chat.appId", e) ||
	    !need_credential(setup->secret, "chat.chat.secret", e) ||
	    !make_base(a, setup->server, setup->server_port, &base, e))
		return false;
	out->app_id = arena_strdup(a, setup->app_id);
	out->secret = arena_strdup(a, setup->secret);
	out->base = base;
	out->region = setup->region != NULL && setup->region[0] != '\0'
	    ? arena_strdup(a, setup->region)
	    : "us";
	out->timeout_ms = setup->timeout_ms;
	out->queue_mode = setup->queue_mode;
	return true;
}
