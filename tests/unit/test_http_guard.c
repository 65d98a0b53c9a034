/* SPDX-License-Identifier: Apache-2.0 */
/* Logins, addresses that are not called, and where redirects lead. */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <criterion/criterion.h>

#include "base/host.h"
#include "base/limits.h"
#include "http/http.h"
#include "http/url.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

TestSuite(http_guard, .fini = no_leaks);

enum { FOR_EVER_MS = 24 * 60 * 60 * 1000 };

struct client {
	struct http_shared *shared;
	struct http *http;
};

static void
client_fini(struct client *c)
{
	http_free(c->http);
	http_shared_free(c->shared);
}

static struct client
client_new(void)
{
	struct http_shared_opts o = { .clock = &clock_system };
	struct client c;
	struct err e;

	signal(SIGPIPE, SIG_IGN);
	c.shared = http_shared_new(&o, &e);
	cr_assert_not_null(c.shared);
	c.http = http_new(c.shared);
	return c;
}

static struct http_req
request(const struct upstream *u)
{
	return (struct http_req){ .what = "test",
		.url = upstream_url(u),
		.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS };
}

Test(http_guard, logins)
{
	static const struct {
		const char *user, *password, *line;
	} t[] = {
		{ "AC1", "token", "Authorization: Basic QUMxOnRva2Vu" },
		{ "", "", "Authorization: Basic Og==" },
		{ "a", "b:\r\nX-Evil: 1", "Authorization: Basic YTpiOg0KWC1FdmlsOiAx" },
	};
	static const struct upstream_step steps[] = { { .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	struct err e = { 0 };

	for (size_t i = 0; i <= NELEMS(t); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = request(u);

		if (i < NELEMS(t)) {
			q.user = t[i].user;
			q.password = t[i].password;
		}
		cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
		if (i < NELEMS(t))
			cr_expect(upstream_has(upstream_get(u, i), t[i].line), "%s",
			    upstream_get(u, i)->headers);
		else
			cr_expect_not(
			    upstream_has_name(upstream_get(u, i), "authorization"),
			    "nothing of a login stays");
	}
}

static bool
any(const struct sockaddr *address)
{
	return address->sa_family == AF_INET;
}

Test(http_guard, an_address_that_may_not_be_called)
{
	static const struct upstream_step steps[] = { { .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	struct http_req q = request(u);
	struct err e = { 0 };

	for (int i = 0; i < 3; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };

		/* The second call is left a connection that is good for others. */
		q.address_ok = i == 1 ? NULL : host_is_public;
		if (i == 1) {
			cr_expect(http_do(c.http, &q, &r, &e), "%s", e.text);
			continue;
		}
		cr_expect_not(http_do(c.http, &q, &r, &e), "%d", i);
		cr_expect_eq(e.kind, ERR_DENIED, "%d: %s", i, e.text);
		cr_expect_not(r.sent, "%d", i);
	}
	cr_expect_eq(upstream_connections(u), 1);
}

Test(http_guard, an_address_that_may)
{
	static const struct upstream_step steps[] = { { .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	struct http_req q = request(u);
	struct err e = { 0 };

	q.address_ok = any;
	for (int i = 0; i < 2; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };

		cr_expect(http_do(c.http, &q, &r, &e), "%s", e.text);
	}
	cr_expect_eq(upstream_connections(u), 2, "each was asked about");
}

Test(http_guard, an_allowed_address_where_nobody_listens)
{
	static const struct upstream_step steps[] = { { 0 } };
	struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req q = request(u);
	struct err e = { 0 };
	char url[100];

	snprintf(url, sizeof(url), "%s", upstream_url(u));
	upstream_free(u);
	q.url = url;
	q.address_ok = any;
	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", e.text);
	cr_expect_not(r.sent);
}

Test(http_guard, where_a_redirect_leads)
{
	static const struct {
		const char *location, *want; /* NULL: nowhere */
	} t[] = {
		{ "https://b.example/x?y=1#z", "https://b.example/x?y=1" },
		{ "/x", "https://a.example:444/x" },
		{ "x", "https://a.example:444/p/x" },
		{ "//b.example/x", "https://b.example/x" },
		{ "?y", "https://a.example:444/p/q?y" },
		{ "../../x", "https://a.example:444/x" },
		{ "http://10.0.0.1/", "http://10.0.0.1/" },
		{ "ftp://b.example/", "ftp://b.example/" },
		{ "https://u:p@b.example/", "https://u:p@b.example/" },
		{ "https://", NULL },
		{ "https://a b/", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_URL);
		struct err e = { 0 };
		bool ok = http_url_join(
		    "https://a.example:444/p/q?r#s", t[i].location, &out, &e);

		cr_expect_eq(ok, t[i].want != NULL, "%s: %s", t[i].location, out.data);
		if (!ok)
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s", t[i].location);
		else
			cr_expect_str_eq(out.data, t[i].want, "%s", t[i].location);
	}
}

Test(http_guard, origins_and_paths)
{
	static const struct {
		const char *a, *b;
		bool same;
		const char *path; /* of a */
	} t[] = {
		{ "https://A.example", "https://a.example:443/x", true, "/" },
		{ "http://127.0.0.1/a/b?c", "http://127.0.0.1:80", true, "/a/b" },
		{ "https://a.example/../b/./c", "https://a.example", true, "/b/c" },
		{ "https://a.example:444/%2e", "https://a.example", false, "/%2e" },
		{ "https://a.example./", "https://a.example", false, "/" },
		{ "http://localhost:443/", "https://localhost/", false, "/" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf path = BUF_INIT(LIMIT_URL);
		struct http_url a, b;
		struct err e = { 0 };

		cr_assert(http_url_parse(t[i].a, false, &a, &e), "%s", e.text);
		cr_assert(http_url_parse(t[i].b, false, &b, &e), "%s", e.text);
		cr_expect_eq(http_url_same_origin(&a, &b), t[i].same, "%s", t[i].a);
		http_url_path(t[i].a, &path);
		cr_expect_str_eq(path.data, t[i].path, "%s", t[i].a);
	}
}

static void *
stop(void *shared)
{
	http_shared_stop(shared);
	return NULL;
}

Test(http_guard, a_wait_ends_at_the_stop)
{
	CLEANUP(client_fini) struct client c = client_new();
	pthread_t thread;

	cr_expect(http_wait(c.http, 1));
	cr_expect(http_wait(c.http, -1));
	cr_assert_eq(pthread_create(&thread, NULL, stop, c.shared), 0);
	cr_expect_not(http_wait(c.http, FOR_EVER_MS));
	pthread_join(thread, NULL);
	cr_expect_not(http_wait(c.http, FOR_EVER_MS), "at once");
}
