/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of users, from servers that behave and that do not. Names of Twilio's CDN lead to a
 * server here: the resolver of this program stands in front of the C library's.
 */
#include "config.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/limits.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "twilio/media.h"
#include "twilio_rig.h"

TestSuite(media_get, .fini = no_leaks);

#define PATH "/2010-04-01/Accounts/" RIG_AC "/Messages/" RIG_MM "/Media/" RIG_ME
#define ON_FILE .on = "GET " PATH " "
#define JPEG "\xff\xd8\xff\xe0 picture"
#define CDN "mms.twiliocdn.com"
#define MAX_BYTES 100

typedef int getaddrinfo_fn(
    const char *, const char *, const struct addrinfo *, struct addrinfo **);

static int cdn_port; /* set before the call, by the test's own thread */

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **out)
{
	getaddrinfo_fn *real;
	bool is_cdn = node != NULL && strcmp(node, CDN) == 0;
	int rc;

	*(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
	rc = real(is_cdn ? "127.0.0.1" : node, service, hints, out);
	for (struct addrinfo *a = *out; rc == 0 && is_cdn && a != NULL; a = a->ai_next)
		if (a->ai_family == AF_INET)
			((struct sockaddr_in *)(void *)a->ai_addr)->sin_port =
			    htons((uint16_t)cdn_port);
	return rc;
}

struct got {
	enum twilio_media_end end;
	struct twilio_media m;
	struct err e;
};

static void
got_fini(struct got *g)
{
	closep(&g->m.fd);
}

static struct twilio_media_query
query(struct rig *r, const char *claimed)
{
	return (struct twilio_media_query){
		.url = arena_printf(r->arena, "%s" PATH, upstream_url(r->up)),
		.claimed = claimed,
		.max_bytes = MAX_BYTES,
		.early_ms = 1,
	};
}

static struct got
get(struct rig *r, const struct twilio_media_query *q, int64_t ms)
{
	struct twilio_call c = rig_call(r);
	struct got g = { .m.fd = -1 };

	c.until_ms = clock_mono_ms(&r->clock.clock) + ms;
	g.end = twilio_media_get(&c, q, &g.m, &g.e);
	cr_expect_eq(g.end == TWILIO_MEDIA_GOT, g.m.fd >= 0);
	cr_expect_eq(g.end == TWILIO_MEDIA_GOT, g.e.text[0] == '\0', "%s", g.e.text);
	cr_expect_gt(strlen(twilio_media_end_name(g.end)), 2);
	return g;
}

static void
expect_bytes(const struct got *g, const char *bytes, const char *name)
{
	char in[MAX_BYTES + 1] = "";
	ssize_t n = read(g->m.fd, in, MAX_BYTES);

	cr_expect_eq(n, (ssize_t)strlen(bytes), "%s", name);
	cr_expect_eq(g->m.size, strlen(bytes), "%s", name);
	cr_expect_str_eq(in, bytes, "%s", name);
}

static size_t
open_files(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

Test(media_get, a_file)
{
	static const struct upstream_step steps[] = { { ON_FILE,
	    .headers = "Content-Type: image/jpeg\r\n"
		       "Content-Disposition: inline; filename=\"../My cat.jpeg\"\r\n",
	    .body = JPEG, .times = -1 } };
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	for (int i = 0; i < 2; i++) {
		struct twilio_media_query q = query(&r, "image/jpeg");
		CLEANUP(got_fini) struct got g;
		struct stat st;

		q.dir = i == 0 ? dir.path : NULL;
		g = get(&r, &q, PATIENCE_MS);
		cr_assert_eq(g.end, TWILIO_MEDIA_GOT, "%s", g.e.text);
		expect_bytes(&g, JPEG, "in a folder or in memory");
		cr_expect_str_eq(g.m.type->ext, "jpg");
		cr_expect_str_eq(g.m.name, "My cat-89abcdef.jpg");
		cr_expect_eq(fstat(g.m.fd, &st), 0);
		cr_expect_eq(st.st_mode & 0777, 0600);
		cr_expect_eq(st.st_nlink, 0, "it has no name");
		cr_expect(upstream_has(upstream_get(r.up, (size_t)i), RIG_BASIC));
	}
}

static bool
is_picture(const struct media_type *type)
{
	return type->family == MEDIA_PICTURE;
}

Test(media_get, types)
{
	static const struct {
		const char *name, *claimed, *answer, *body;
		bool pictures_only;
		enum twilio_media_end want;
		size_t asked;
	} t[] = {
		{ "as it says", "IMAGE/JPEG; x=y", "", JPEG, false, TWILIO_MEDIA_GOT,
		    1 },
		{ "no claim, the answer says it", NULL, "Content-Type: image/jpg\r\n",
		    JPEG, true, TWILIO_MEDIA_GOT, 1 },
		{ "a claim of nothing", "application/octet-stream",
		    "Content-Type: image/jpeg\r\n", JPEG, true, TWILIO_MEDIA_GOT, 1 },
		{ "bytes rule, not the answer", "image/jpeg",
		    "Content-Type: text/html\r\n", JPEG, false, TWILIO_MEDIA_GOT, 1 },
		{ "a page instead of a picture", "image/jpeg",
		    "Content-Type: image/jpeg\r\n", "<html><script>", false,
		    TWILIO_MEDIA_TYPE, 1 },
		{ "a program that says it is a PDF", "application/pdf", "", "MZ\x90",
		    false, TWILIO_MEDIA_TYPE, 1 },
		{ "another picture", "image/png", "", JPEG, false, TWILIO_MEDIA_TYPE,
		    1 },
		{ "not accepted: not asked", "application/pdf", "", "%PDF-1.4", true,
		    TWILIO_MEDIA_TYPE, 0 },
		{ "unknown: not asked", "text/html", "", "<html>", false,
		    TWILIO_MEDIA_TYPE, 0 },
		{ "nobody says it", "", "", JPEG, false, TWILIO_MEDIA_TYPE, 1 },
		{ "the answer says what is not accepted", "",
		    "Content-Type: application/pdf\r\n", "%PDF-1.4", true,
		    TWILIO_MEDIA_TYPE, 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step step = { ON_FILE, .headers = t[i].answer,
			.body = t[i].body };
		CLEANUP(rig_fini) struct rig r;
		struct twilio_media_query q;
		CLEANUP(got_fini) struct got g;

		rig_init(&r, &step, 1);
		q = query(&r, t[i].claimed);
		q.accepts = t[i].pictures_only ? is_picture : NULL;
		g = get(&r, &q, PATIENCE_MS);
		cr_expect_eq(g.end, t[i].want, "%s: %s %s", t[i].name,
		    twilio_media_end_name(g.end), g.e.text);
		cr_expect_eq(upstream_requests(r.up), t[i].asked, "%s", t[i].name);
	}
}

Test(media_get, servers_that_misbehave)
{
	static char big[MAX_BYTES + 2];
	static const struct {
		const char *name;
		struct upstream_step step;
		int64_t ms;
		enum twilio_media_end want;
		enum err_kind kind;
		size_t asked;
	} t[] = {
		{ "empty", { .body = "" }, 0, TWILIO_MEDIA_EMPTY, ERR_INPUT, 1 },
		{ "too large", { .body = big }, 0, TWILIO_MEDIA_TOO_BIG, ERR_TOO_BIG,
		    1 },
		{ "too large, of unknown length",
		    { .how = UP_RAW,
			.body = "HTTP/1.1 200 OK\r\n\r\n"
				"0123456789012345678901234567890123456789"
				"0123456789012345678901234567890123456789"
				"0123456789012345678901234567890123456789" },
		    0, TWILIO_MEDIA_TOO_BIG, ERR_TOO_BIG, 1 },
		{ "slow without end",
		    { .how = UP_DRIP, .body = JPEG JPEG JPEG JPEG JPEG JPEG JPEG },
		    SHORT_MS, TWILIO_MEDIA_TROUBLE, ERR_TIMEOUT, 1 },
		{ "silent", { .how = UP_STALL, .body = JPEG, .cut = 30 }, SHORT_MS,
		    TWILIO_MEDIA_TROUBLE, ERR_TIMEOUT, 1 },
		{ "cut", { .how = UP_CUT, .body = JPEG, .cut = 3 }, 0,
		    TWILIO_MEDIA_TROUBLE, ERR_UPSTREAM, 1 },
		{ "hung up", { .how = UP_HANGUP }, 0, TWILIO_MEDIA_TROUBLE,
		    ERR_UPSTREAM, 1 },
		{ "no login", { .status = 401 }, 0, TWILIO_MEDIA_LOGIN, ERR_CONFIG, 1 },
		{ "no right", { .status = 403, .body = JPEG }, 0, TWILIO_MEDIA_LOGIN,
		    ERR_CONFIG, 1 },
		{ "never there", { .status = 404, .times = -1 }, 0, TWILIO_MEDIA_GONE,
		    ERR_UPSTREAM, 3 },
		{ "removed", { .status = 410 }, 0, TWILIO_MEDIA_GONE, ERR_UPSTREAM, 1 },
		{ "broken", { .status = 500, .body = JPEG }, 0, TWILIO_MEDIA_TROUBLE,
		    ERR_UPSTREAM, 1 },
		{ "a part", { .status = 206, .body = JPEG }, 0, TWILIO_MEDIA_TROUBLE,
		    ERR_UPSTREAM, 1 },
		{ "no content", { .status = 204 }, 0, TWILIO_MEDIA_TROUBLE,
		    ERR_UPSTREAM, 1 },
		{ "throttled for long",
		    { .status = 429, .headers = "Retry-After: 3600\r\n" }, 0,
		    TWILIO_MEDIA_TROUBLE, ERR_UPSTREAM, 1 },
		{ "a redirect to nowhere", { .status = 302 }, 0, TWILIO_MEDIA_TROUBLE,
		    ERR_UPSTREAM, 1 },
		{ "a redirect to no address",
		    { .status = 302, .headers = "Location: https://\r\n" }, 0,
		    TWILIO_MEDIA_TROUBLE, ERR_UPSTREAM, 1 },
		{ "a redirect to a private address",
		    { .status = 302, .headers = "Location: https://10.0.0.1/x\r\n" }, 0,
		    TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 },
		{ "a redirect to a cloud's metadata",
		    { .status = 302,
			.headers = "Location: http://169.254.169.254/x\r\n" },
		    0, TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 },
		{ "a redirect to another port of this machine",
		    { .status = 302, .headers = "Location: http://127.0.0.1:1/x\r\n" },
		    0, TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 },
		{ "a redirect to a foreign host",
		    { .status = 307,
			.headers = "Location: https://evil.example/x\r\n" },
		    0, TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 },
		{ "a redirect to a file here",
		    { .status = 302, .headers = "Location: file:///etc/passwd\r\n" }, 0,
		    TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 },
		{ "a loop",
		    { .status = 302, .headers = "Location: " PATH "\r\n", .times = -1 },
		    0, TWILIO_MEDIA_FORBIDDEN, ERR_DENIED, 1 + LIMIT_MEDIA_HOPS },
	};
	size_t before = open_files();

	memset(big, 'a', sizeof(big) - 1);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct twilio_media_query q;
		CLEANUP(got_fini) struct got g;

		rig_init(&r, &t[i].step, 1);
		q = query(&r, "image/jpeg");
		g = get(&r, &q, t[i].ms > 0 ? t[i].ms : PATIENCE_MS);
		cr_expect_eq(g.end, t[i].want, "%s: %s %s", t[i].name,
		    twilio_media_end_name(g.end), g.e.text);
		cr_expect_eq(g.e.kind, t[i].kind, "%s: %s", t[i].name, g.e.text);
		cr_expect_eq(upstream_requests(r.up), t[i].asked, "%s", t[i].name);
	}
	cr_expect_eq(open_files(), before, "no file stays open");
}

/* What was got before the file was there is not in it. */
Test(media_get, not_there_yet)
{
	static const struct upstream_step steps[] = {
		{ ON_FILE, .status = 404, .body = "not found, and a longer text",
		    .times = 2 },
		{ ON_FILE, .status = 302, .headers = "Location: /cdn\r\n" },
		{ .on = "GET /cdn ", .body = JPEG },
	};
	CLEANUP(rig_fini) struct rig r;
	struct twilio_media_query q;
	CLEANUP(got_fini) struct got g;

	rig_init(&r, steps, NELEMS(steps));
	q = query(&r, "image/jpeg");
	g = get(&r, &q, PATIENCE_MS);
	cr_assert_eq(g.end, TWILIO_MEDIA_GOT, "%s", g.e.text);
	expect_bytes(&g, JPEG, "the third try");
	cr_expect_str_eq(g.m.name, "picture-89abcdef.jpg");
	cr_assert_eq(upstream_requests(r.up), 4);
	cr_expect(upstream_has(upstream_get(r.up, 2), RIG_BASIC));
	cr_expect_not(upstream_has_name(upstream_get(r.up, 3), "authorization"),
	    "the login is for the first alone");
}

Test(media_get, no_time_to_wait)
{
	static const struct upstream_step steps[] = { { .status = 404, .times = -1 } };
	CLEANUP(rig_fini) struct rig r;
	struct twilio_media_query q;
	CLEANUP(got_fini) struct got g;

	rig_init(&r, steps, NELEMS(steps));
	q = query(&r, "image/jpeg");
	q.early_ms = PATIENCE_MS;
	g = get(&r, &q, PATIENCE_MS);
	cr_expect_eq(g.end, TWILIO_MEDIA_GONE, "%s", g.e.text);
	cr_expect_eq(upstream_requests(r.up), 1);
}

static void *
stop_when_asked(void *arg)
{
	struct rig *r = arg;

	upstream_wait(r->up, 1);
	http_shared_stop(r->shared);
	return NULL;
}

Test(media_get, a_stop_ends_the_wait)
{
	static const struct upstream_step steps[] = { { .status = 404, .times = -1 } };
	CLEANUP(rig_fini) struct rig r;
	struct twilio_media_query q;
	CLEANUP(got_fini) struct got g;
	pthread_t thread;

	rig_init(&r, steps, NELEMS(steps));
	q = query(&r, "image/jpeg");
	q.early_ms = LIMIT_MEDIA_MS / 2;
	cr_assert_eq(pthread_create(&thread, NULL, stop_when_asked, &r), 0);
	g = get(&r, &q, LIMIT_MEDIA_MS);
	pthread_join(thread, NULL);
	cr_expect_eq(g.end, TWILIO_MEDIA_TROUBLE);
	cr_expect_eq(g.e.kind, ERR_TIMEOUT, "%s", g.e.text);
	cr_expect_eq(upstream_requests(r.up), 1);
}

Test(media_get, addresses_that_are_not_asked)
{
	static const char *const urls[] = { "https://api.twilio.com" PATH,
		"http://127.0.0.1:1" PATH, "https://mms.twiliocdn.com/x",
		"file:///etc/passwd", "/etc/passwd", "" };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, NULL, 0);
	for (size_t i = 0; i < NELEMS(urls); i++) {
		struct twilio_media_query q = query(&r, "image/jpeg");
		CLEANUP(got_fini) struct got g;

		q.url = urls[i];
		g = get(&r, &q, PATIENCE_MS);
		cr_expect_eq(g.end, TWILIO_MEDIA_FORBIDDEN, "%s", urls[i]);
	}
	cr_expect_eq(upstream_connections(r.up), 0);
}

Test(media_get, our_own_troubles)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(rig_fini) struct rig r;
	struct twilio_media_query q;
	char missing[100];

	rig_init(&r, NULL, 0);
	q = query(&r, "image/jpeg");
	for (int i = 0; i < 2; i++) {
		CLEANUP(got_fini) struct got g;

		snprintf(missing, sizeof(missing), "%s/missing", dir.path);
		q.dir = missing;
		r.account.secret = i == 0 ? "token" : "";
		g = get(&r, &q, PATIENCE_MS);
		cr_expect_eq(g.end, i == 0 ? TWILIO_MEDIA_TROUBLE : TWILIO_MEDIA_LOGIN);
		cr_expect_eq(g.e.kind, i == 0 ? ERR_IO : ERR_CONFIG, "%s", g.e.text);
	}
	cr_expect_eq(upstream_connections(r.up), 0);
}

static bool
any_address(const struct sockaddr *address)
{
	return address->sa_family == AF_INET;
}

/* Two hops over TLS to Twilio's own name, and what it costs to do it wrong. */
Test(media_get, over_the_cdn)
{
	static const struct {
		const char *name;
		http_address_fn *address_ok;
		struct upstream_step cdn[2];
		enum twilio_media_end want;
		size_t asked; /* of the CDN */
	} t[] = {
		{ "there", any_address,
		    { { .on = "GET /AC/1?Sig=x ",
			  .status = 302,
			  .headers = "Location: /AC/2\r\n" },
			{ .on = "GET /AC/2 ", .body = JPEG } },
		    TWILIO_MEDIA_GOT, 2 },
		{ "a third hop", any_address,
		    { { .status = 302,
			.headers = "Location: /AC/2\r\n",
			.times = -1 } },
		    TWILIO_MEDIA_FORBIDDEN, 2 },
		{ "the link has grown old", any_address, { { .status = 403 } },
		    TWILIO_MEDIA_TROUBLE, 1 },
		{ "from the CDN to a private address", any_address,
		    { { .status = 302, .headers = "Location: https://10.0.0.1/\r\n" } },
		    TWILIO_MEDIA_FORBIDDEN, 1 },
		{ "a name of Twilio's with an address of this machine", NULL,
		    { { .body = JPEG } }, TWILIO_MEDIA_FORBIDDEN, 0 },
	};
	static const struct upstream_step api = { ON_FILE, .status = 307,
		.headers = "Location: https://" CDN "/AC/1?Sig=x\r\n" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
		CLEANUP(upstream_freep) struct upstream *cdn = NULL;
		CLEANUP(rig_fini) struct rig r;
		struct http_shared_opts o = { .clock = &r.clock.clock };
		struct twilio_media_query q;
		CLEANUP(got_fini) struct got g;
		char ca[100];
		struct err e = { 0 };

		snprintf(ca, sizeof(ca), "%s/ca.pem", dir.path);
		cdn = upstream_new_tls(t[i].cdn, NELEMS(t[i].cdn), CDN, ca);
		cdn_port = upstream_port(cdn);
		rig_init(&r, &api, 1);
		http_free(r.http);
		http_shared_free(r.shared);
		o.ca_file = ca;
		r.shared = http_shared_new(&o, &e);
		cr_assert_not_null(r.shared, "%s", e.text);
		r.http = http_new(r.shared);

		q = query(&r, "image/jpeg");
		q.address_ok = t[i].address_ok;
		g = get(&r, &q, PATIENCE_MS);
		cr_expect_eq(g.end, t[i].want, "%s: %s %s", t[i].name,
		    twilio_media_end_name(g.end), g.e.text);
		cr_expect_eq(upstream_requests(cdn), t[i].asked, "%s", t[i].name);
		for (size_t k = 0; k < upstream_requests(cdn); k++)
			cr_expect_not(
			    upstream_has_name(upstream_get(cdn, k), "authorization"),
			    "%s", t[i].name);
		if (t[i].asked == 0)
			cr_expect_eq(upstream_connections(cdn), 0, "%s", t[i].name);
	}
}
