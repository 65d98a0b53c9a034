/* SPDX-License-Identifier: Apache-2.0 */
/* Forms with files on their way out, and answers that go into a file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "base/xalloc.h"
#include "http/http.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/upstream.h"

TestSuite(http_files, .fini = no_leaks);

enum { BIG = 300 * 1024 };

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

static int64_t
in_ms(int64_t ms)
{
	return clock_mono_ms(&clock_system) + ms;
}

/* A file with these bytes, open at its end. */
static int
file_of(const char *data, size_t n)
{
	struct err e;
	int fd;

	cr_assert(file_unnamed(NULL, &fd, &e), "%s", e.text);
	cr_assert(file_write_all(fd, data, n, &e), "%s", e.text);
	return fd;
}

/* Asserts that the file holds exactly these bytes. */
static void
expect_file(int fd, const char *data, size_t n, const char *name)
{
	CLEANUP(freep) char *got = xmalloc(n + 1);

	cr_expect_eq(lseek(fd, 0, SEEK_END), (off_t)n, "%s", name);
	cr_expect_eq(pread(fd, got, n, 0), (ssize_t)n, "%s", name);
	cr_expect(n == 0 || memcmp(got, data, n) == 0, "%s", name);
}

/* Where `part` stands in the body of a request; NULL when it does not. */
static const char *
find(const struct upstream_request *r, const char *part, size_t n)
{
	return memmem(r->body, r->body_len, part, n);
}

Test(http_files, a_form_with_a_file)
{
	static const char bytes[] = "GIF89a\0\r\n--not the end\xff";
	static const struct upstream_step steps[] = { { .on = "POST /media/",
	    .body = "{}" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(closep) int fd = file_of(bytes, sizeof(bytes));
	const struct http_part parts[] = {
		{ .name = "chatId", .text = "C1" },
		{ .name = "empty", .text = "" },
		{ .name = "media",
		    .fd = fd,
		    .size = sizeof(bytes) - 1,
		    .filename = "a\"b\r\nx-evil: 1.gif",
		    .type = "image/gif\r\nx-evil: 2" },
	};
	char url[100];
	struct http_req q = { .what = "test",
		.url = url,
		.parts = parts,
		.n_parts = NELEMS(parts),
		.until_ms = in_ms(PATIENCE_MS) };
	const struct upstream_request *seen;
	struct err e = { 0 };
	const char *at;

	snprintf(url, sizeof(url), "%s/media/", upstream_url(u));
	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	cr_expect(r.sent);
	seen = upstream_get(u, 0);
	cr_expect_not_null(
	    strstr(seen->headers, "Content-Type: multipart/form-data; boundary="));
	cr_expect_not(upstream_has_name(seen, "transfer-encoding"));
	cr_expect_not(upstream_has_name(seen, "expect"));
	cr_expect_not_null(strstr(seen->body, "name=\"chatId\"\r\n\r\nC1\r\n--"));
	cr_expect_not_null(strstr(seen->body, "name=\"empty\"\r\n\r\n\r\n--"));
	cr_expect_not_null(strstr(
	    seen->body, "name=\"media\"; filename=\"a%22b%0D%0Ax-evil: 1.gif\"\r\n"));
	cr_expect_not_null(
	    strstr(seen->body, "\r\nContent-Type: image/gif  x-evil: 2\r\n\r\n"));
	at = find(seen, bytes, sizeof(bytes) - 1);
	cr_assert_not_null(at, "its bytes as they are");
	cr_expect_eq(strncmp(at + sizeof(bytes) - 1, "\r\n--", 4), 0);
	cr_expect_eq(lseek(fd, 0, SEEK_CUR), (off_t)sizeof(bytes), "offset untouched");
}

/* The next call on the handle is an ordinary one again. */
Test(http_files, nothing_of_a_form_stays)
{
	static const struct upstream_step steps[] = { { .on = "PUT /x" },
		{ .on = "GET /" }, { .on = "POST /" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	const struct http_part part = { .name = "a", .text = "b" };
	char url[100];

	for (size_t i = 0; i < NELEMS(steps); i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = { .what = "test",
			.url = url,
			.method = i == 0 ? "PUT" : NULL,
			.parts = i == 0 ? &part : NULL,
			.n_parts = i == 0,
			.body = i == 2 ? "{}" : NULL,
			.body_len = i == 2 ? 2 : 0,
			.until_ms = in_ms(PATIENCE_MS) };
		struct err e = { 0 };

		snprintf(url, sizeof(url), "%s/%s", upstream_url(u), i == 0 ? "x" : "");
		cr_assert(http_do(c.http, &q, &r, &e), "%zu: %s", i, e.text);
		cr_expect_eq(r.status, 200, "%zu", i);
	}
	cr_expect_str_eq(upstream_get(u, 1)->body, "");
	cr_expect_not(upstream_has_name(upstream_get(u, 1), "content-type"));
	cr_expect_str_eq(upstream_get(u, 2)->body, "{}");
	cr_expect(upstream_has(upstream_get(u, 2), "content-type: application/json"));
}

/* The kept connection dies under the form: it is sent again from its beginning. */
Test(http_files, a_form_is_sent_again_whole)
{
	static const struct upstream_step steps[] = { { 0 }, { .how = UP_HANGUP },
		{ .on = "POST" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(freep) char *bytes = xmalloc(BIG);
	CLEANUP(closep) int fd = -1;
	struct http_part part = {
		.name = "m", .size = BIG, .filename = "f", .type = "a/b"
	};

	for (size_t i = 0; i < BIG; i++)
		bytes[i] = (char)(i % 251);
	part.fd = fd = file_of(bytes, BIG);
	for (int i = 0; i < 2; i++) {
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.parts = i == 1 ? &part : NULL,
			.n_parts = i == 1,
			.until_ms = in_ms(PATIENCE_MS) };
		struct err e = { 0 };

		cr_assert(http_do(c.http, &q, &r, &e), "%d: %s", i, e.text);
	}
	cr_assert_eq(upstream_requests(u), 3);
	cr_expect_not_null(find(upstream_get(u, 2), bytes, BIG));
}

Test(http_files, a_file_shorter_than_announced)
{
	static const struct upstream_step steps[] = { { .on = "POST" } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(closep) int fd = file_of("abc", 3);
	const struct http_part part = {
		.name = "m", .fd = fd, .size = 4, .filename = "f", .type = "a/b"
	};
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.parts = &part,
		.n_parts = 1,
		.until_ms = in_ms(PATIENCE_MS) };
	struct err e = { 0 };

	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_expect_eq(e.code, EIO);
	cr_expect_eq(upstream_requests(u), 0, "no whole request arrived");
}

Test(http_files, an_answer_goes_into_a_file)
{
	static char big[BIG];
	static const struct {
		const char *name;
		struct upstream_step step;
		size_t max;
		const char *in_memory;
		size_t in_file;
	} t[] = {
		{ "some bytes", { .body = "\xff\0\n", .body_len = 3 }, 10, "", 3 },
		{ "none", { .body = "" }, 10, "", 0 },
		{ "the largest", { .body = big, .body_len = BIG }, BIG, "", BIG },
		{ "not a 2xx", { .status = 404, .body = "gone" }, 10, "gone", 0 },
		{ "a redirect", { .status = 302, .headers = "Location: /x\r\n" }, 10,
		    "", 0 },
	};
	CLEANUP(client_fini) struct client c = client_new();

	memset(big, 'b', BIG);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(upstream_freep)
		struct upstream *u = upstream_new(&t[i].step, 1);
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		CLEANUP(closep) int fd = file_of("what was there before", 21);
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.into_fd = &fd,
			.max_bytes = t[i].max,
			.until_ms = in_ms(PATIENCE_MS) };
		struct err e = { 0 };

		cr_assert(http_do(c.http, &q, &r, &e), "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(r.body.data, t[i].in_memory, "%s", t[i].name);
		cr_expect_eq(r.in_file, t[i].in_file, "%s", t[i].name);
		expect_file(fd, t[i].step.body, t[i].in_file, t[i].name);
	}
}

Test(http_files, answers_that_do_not_fit_or_end)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
	} t[] = {
		{ "announced too big", { .body = "0123456789" }, ERR_TOO_BIG },
		{ "too big without saying so",
		    { .how = UP_RAW, .body = "HTTP/1.1 200 OK\r\n\r\n0123456789" },
		    ERR_TOO_BIG },
		{ "endless", { .how = UP_DRIP, .body = "0123456" }, ERR_TIMEOUT },
		{ "cut short", { .how = UP_CUT, .body = "012345", .cut = 3 },
		    ERR_UPSTREAM },
	};
	CLEANUP(client_fini) struct client c = client_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(upstream_freep)
		struct upstream *u = upstream_new(&t[i].step, 1);
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		CLEANUP(closep) int fd = file_of("", 0);
		struct http_req q = { .what = "test",
			.url = upstream_url(u),
			.into_fd = &fd,
			.max_bytes = 9,
			.until_ms =
			    in_ms(t[i].kind == ERR_TIMEOUT ? SHORT_MS : PATIENCE_MS) };
		struct err e = { 0 };

		cr_assert_not(http_do(c.http, &q, &r, &e), "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect(r.sent, "%s", t[i].name);
	}
}

Test(http_files, a_file_that_takes_nothing)
{
	static const struct upstream_step steps[] = { { .body = "abc", .times = -1 } };
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(closep) int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.into_fd = &fd,
		.until_ms = in_ms(PATIENCE_MS) };
	struct err e = { 0 };

	cr_assert_not(http_do(c.http, &q, &r, &e));
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_expect_eq(upstream_requests(u), 0, "refused before the call");
}

/* What a throttled try has written is not in the way of the next. */
Test(http_files, the_second_try_begins_anew)
{
	static const struct upstream_step steps[] = {
		{ .status = 429, .headers = "Retry-After: 0\r\n", .body = "wait" },
		{ .body = "good" }
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(client_fini) struct client c = client_new();
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	CLEANUP(closep) int fd = file_of("", 0);
	struct http_req q = { .what = "test",
		.url = upstream_url(u),
		.into_fd = &fd,
		.retry_throttled = true,
		.until_ms = in_ms(PATIENCE_MS) };
	struct err e = { 0 };

	cr_assert(http_do(c.http, &q, &r, &e), "%s", e.text);
	expect_file(fd, "good", 4, "second try");
}

/* Whether a request may have arrived, when no answer came. */
Test(http_files, sent_or_not)
{
	static const struct {
		const char *name;
		enum upstream_how how;
		bool nobody, sent;
	} t[] = {
		{ "silence", UP_STALL, false, true },
		{ "hang-up", UP_HANGUP, false, true },
		{ "nobody there", UP_ANSWER, true, false },
	};
	CLEANUP(client_fini) struct client c = client_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step step = { .how = t[i].how };
		CLEANUP(upstream_freep) struct upstream *u = upstream_new(&step, 1);
		CLEANUP(http_resp_fini) struct http_resp r = { 0 };
		char url[100];
		struct http_req q = { .what = "test",
			.url = url,
			.body = "{}",
			.body_len = 2,
			.once = true,
			.until_ms =
			    in_ms(t[i].how == UP_STALL ? SHORT_MS : PATIENCE_MS) };
		struct err e = { 0 };

		snprintf(url, sizeof(url), "%s", upstream_url(u));
		if (t[i].nobody)
			upstream_freep(&u);
		cr_assert_not(http_do(c.http, &q, &r, &e), "%s", t[i].name);
		cr_expect_eq(r.sent, t[i].sent, "%s: %s", t[i].name, e.text);
	}
}
