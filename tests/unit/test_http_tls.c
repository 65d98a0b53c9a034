/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "http/http.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "support/upstream.h"

TestSuite(tls, .fini = no_leaks);

/* One call to `host` at a server whose certificate is for cert_host. */
static bool
call(const char *cert_host, const char *host, bool trusted, int calls, struct err *e)
{
	static const struct upstream_step steps[] = { { .body = "safe", .times = -1 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	char ca[100], url[100];
	struct http_shared_opts o = { .clock = &clock_system,
		.ca_file = trusted ? ca : "" };
	struct http_req q = { .what = "test", .url = url };
	struct http_shared *shared;
	struct upstream *u;
	struct http *http;
	bool ok = true;

	snprintf(ca, sizeof(ca), "%s/ca.pem", dir.path);
	u = upstream_new_tls(steps, 1, cert_host, ca);
	snprintf(url, sizeof(url), "https://%s:%d/", host, upstream_port(u));
	shared = http_shared_new(&o, e);
	cr_assert_not_null(shared);
	http = http_new(shared);
	for (int i = 0; i < calls && ok; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };

		q.until_ms = clock_mono_ms(&clock_system) + PATIENCE_MS;
		ok = http_do(http, &q, &r, e);
		if (ok)
			cr_expect_str_eq(r.body.data, "safe");
	}
	cr_expect_eq(upstream_connections(u), 1);
	cr_expect_str_eq(upstream_offered(u), "h2 http/1.1");
	http_free(http);
	http_shared_free(shared);
	upstream_free(u);
	return ok;
}

Test(tls, who_is_trusted)
{
	static const struct {
		const char *name, *cert_host, *host;
		bool trusted, want;
	} t[] = {
		{ "our authority, address", "127.0.0.1", "127.0.0.1", true, true },
		{ "our authority, name", "localhost", "localhost", true, true },
		{ "another host", "api.inbenta.example", "127.0.0.1", true, false },
		{ "another name", "api.inbenta.example", "localhost", true, false },
		{ "unknown authority", "127.0.0.1", "127.0.0.1", false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };

		cr_expect_eq(call(t[i].cert_host, t[i].host, t[i].trusted, 1, &e),
		    t[i].want, "%s: %s", t[i].name, e.text);
		if (!t[i].want)
			cr_expect_eq(e.kind, ERR_UPSTREAM, "%s: %s", t[i].name, e.text);
	}
}

Test(tls, one_handshake_for_many_calls)
{
	struct err e = { 0 };

	cr_expect(call("127.0.0.1", "127.0.0.1", true, 20, &e), "%s", e.text);
}

Test(tls, an_authority_file_that_is_none)
{
	static const char *const names[] = { "/nonexistent/ca.pem", "/dev/null",
		"/tmp" };

	for (size_t i = 0; i < NELEMS(names); i++) {
		struct http_shared_opts o = { .clock = &clock_system,
			.ca_file = names[i] };
		struct err e = { 0 };

		cr_expect_null(http_shared_new(&o, &e), "%s", names[i]);
		cr_expect_eq(e.kind, ERR_CONFIG, "%s: %s", names[i], e.text);
		cr_expect_not_null(strstr(e.text, "server.ca_file"), "%s", e.text);
	}
}
