/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <unistd.h>

#include "unit/hyperchat_rig.h"

#include "base/file.h"
#include "hyperchat/media.h"
#include "support/leaks.h"
#include "support/tmpdir.h"

TestSuite(hyperchat_media, .fini = no_leaks);

#define ON_UPLOAD .on = "POST /v1/media/ "
#define ON_LIST .on = "GET /v1/chats/C1/messages "
#define NO(code, text) \
	.status = (code), \
	.body = "{\"error\":{\"code\":" #code ",\"message\":\"" text "\"}}"
#define UPLOADED "POST media/"
#define LISTED ", GET chats/C1/messages"

static int
file_of(const char *data, size_t n)
{
	struct err e;
	int fd;

	cr_assert(file_unnamed(NULL, &fd, &e), "%s", e.text);
	cr_assert(file_write_all(fd, data, n, &e), "%s", e.text);
	return fd;
}

Test(hyperchat_media, upload)
{
	static const char bytes[] = "\x89PNG\r\n\x1a\n\0--x";
	static const struct upstream_step steps[] = { { ON_UPLOAD,
	    .body = "{\"media\":{\"id\":\"M1\",\"url\":\"/media/M1\"}}" } };
	CLEANUP(closep) int fd = file_of(bytes, sizeof(bytes));
	struct hyperchat_file file = { .chat_id = "C1",
		.sender = "U1",
		.fd = fd,
		.size = sizeof(bytes),
		.name = "p.png",
		.type = "image/png" };
	CLEANUP(rig_fini) struct rig r;
	const struct upstream_request *seen;
	struct hyperchat_call c;
	const char *id = "untouched";
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert_eq(hyperchat_media_post(&c, &file, &id, &e), HYPERCHAT_DELIVERED,
	    "%s", e.text);
	cr_expect_null(id, "that of the media is not one of a message");
	seen = upstream_get(r.up, 0);
	cr_expect(upstream_has(seen, "x-hyper-appid: " RIG_APP));
	cr_expect(upstream_has(seen, "x-hyper-secret: " RIG_SECRET));
	cr_expect_not_null(strstr(seen->body, "name=\"chatId\"\r\n\r\nC1\r\n"));
	cr_expect_not_null(strstr(seen->body, "name=\"senderId\"\r\n\r\nU1\r\n"));
	cr_expect_not_null(strstr(seen->body,
	    "name=\"media\"; filename=\"p.png\"\r\n"
	    "Content-Type: image/png\r\n\r\n\x89PNG"));
	cr_expect_not_null(memmem(seen->body, seen->body_len, bytes, sizeof(bytes)));
}

Test(hyperchat_media, upload_outcomes)
{
	static const struct {
		const char *name;
		struct upstream_step steps[2];
		enum hyperchat_outcome is;
		const char *asked;
	} t[] = {
		{ "type not allowed",
		    { { ON_UPLOAD, NO(403, "File type is not allowed") } },
		    HYPERCHAT_NOT_TAKEN, UPLOADED },
		{ "too large", { { ON_UPLOAD, NO(413, "x") } }, HYPERCHAT_NOT_TAKEN,
		    UPLOADED },
		{ "403 of another kind",
		    { { ON_UPLOAD, NO(403, "Forbidden") },
			{ .on = "GET /v1/chats/C1 ",
			    .body =
				"{\"chat\":{\"id\":\"C1\",\"status\":\"active\"}}" } },
		    HYPERCHAT_NOT_DELIVERED, UPLOADED ", GET chats/C1" },
		{ "wrong secret", { { ON_UPLOAD, .status = 401 } },
		    HYPERCHAT_NOT_DELIVERED, UPLOADED },
		{ "too large for what stands before it",
		    { { ON_UPLOAD, .status = 413, .body = "<html>" } },
		    HYPERCHAT_NOT_DELIVERED, UPLOADED },
		{ "closed",
		    { { ON_UPLOAD, NO(404, "x") },
			{ .on = "GET /v1/chats/C1 ",
			    .body =
				"{\"chat\":{\"id\":\"C1\",\"status\":\"closed\"}}" } },
		    HYPERCHAT_OVER, UPLOADED ", GET chats/C1" },
		{ "silence, and it is there",
		    { { ON_UPLOAD, .how = UP_STALL },
			{ ON_LIST,
			    .body = "[{\"id\":\"m3\",\"sender\":\"U1\",\"message\":{"
				    "\"name\":\"p.png\"},\"created\":1714557600}]" } },
		    HYPERCHAT_DELIVERED, UPLOADED LISTED },
		{ "silence, and another is there",
		    { { ON_UPLOAD, .how = UP_STALL },
			{ ON_LIST,
			    .body = "[{\"id\":\"m3\",\"sender\":\"U1\",\"message\":{"
				    "\"name\":\"q.png\"},\"created\":1714557600}]" } },
		    HYPERCHAT_NOT_DELIVERED, UPLOADED LISTED },
		{ "500, and nobody can tell",
		    { { ON_UPLOAD, .status = 500 }, { ON_LIST, .status = 500 } },
		    HYPERCHAT_UNSURE, UPLOADED LISTED },
	};
	CLEANUP(closep) int fd = file_of("abc", 3);
	struct hyperchat_file file = { .chat_id = "C1",
		.sender = "U1",
		.fd = fd,
		.size = 3,
		.name = "p.png",
		.type = "image/png" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_call c;
		const char *id = NULL;
		struct err e = { 0 };

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		c = rig_call_in(
		    &r, t[i].steps[0].how == UP_STALL ? 3 * SHORT_MS : PATIENCE_MS);
		cr_expect_eq(hyperchat_media_post(&c, &file, &id, &e), t[i].is,
		    "%s: %s", t[i].name, e.text);
		cr_expect_str_eq(rig_asked(&r), t[i].asked, "%s", t[i].name);
		cr_expect_eq(strstr(e.text, "is not taken") != NULL,
		    t[i].is == HYPERCHAT_NOT_TAKEN, "%s", e.text);
	}
}

/* Our own file fails under the upload: nothing whole has left. */
Test(hyperchat_media, a_file_that_shrinks)
{
	static const struct upstream_step steps[] = { { ON_UPLOAD, .body = "{}" } };
	CLEANUP(closep) int fd = file_of("abc", 3);
	struct hyperchat_file file = { .chat_id = "C1",
		.sender = "U1",
		.fd = fd,
		.size = 4,
		.name = "p.png",
		.type = "image/png" };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;
	const char *id = NULL;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_expect_eq(hyperchat_media_post(&c, &file, &id, &e), HYPERCHAT_NOT_DELIVERED);
	cr_expect_eq(e.kind, ERR_IO, "%s", e.text);
	cr_expect_eq(upstream_requests(r.up), 0, "and nobody has to be asked");
}

Test(hyperchat_media, takes)
{
	static const struct {
		const char *name;
		bool takes;
	} t[] = { { "a.jpg", true }, { "a.JPEG", true }, { "b.tar.pdf", true },
		{ ".mp3", true }, { "a.exe", false }, { "jpg", false }, { "a.", false },
		{ "", false }, { "a.jpg.sh", false }, { "a.webp", false } };

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(
		    hyperchat_media_takes(t[i].name), t[i].takes, "%s", t[i].name);
}

Test(hyperchat_media, download)
{
	static const struct {
		const char *url; /* "$" at its begin: the base of the account */
		const char *headers, *body;
		size_t n;
		const char *type;
	} t[] = {
		{ "/media/M7", "Content-Type: Image/PNG; q=\"x\"\r\n", "\x89P\0NG", 5,
		    "image/png" },
		{ "media/M7", "Content-Type: \r\n", "x", 1, "" },
		{ "$media/M7", NULL, "", 0, "" },
		{ "/media/M7", "Content-Type: nonsense\r\n", "0123456789", 10, "" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step step = { .on = "GET /v1/media/M7 ",
			.headers = t[i].headers,
			.body = t[i].body,
			.body_len = t[i].n };
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_download d = { .fd = -1 };
		struct hyperchat_call c;
		struct err e = { 0 };
		char got[16];
		const char *url = t[i].url;

		rig_init(&r, &step, 1);
		c = rig_call(&r);
		if (url[0] == '$')
			url = arena_printf(r.arena, "%s%s", r.account.base, url + 1);
		cr_assert(
		    hyperchat_media_get(&c, url, i % 2 ? dir.path : NULL, 10, &d, &e),
		    "%s: %s", url, e.text);
		cr_expect_eq(d.size, t[i].n, "%s", url);
		cr_expect_str_eq(d.type, t[i].type, "%zu", i);
		cr_expect_eq(read(d.fd, got, sizeof(got)), (ssize_t)t[i].n);
		cr_expect_eq(memcmp(got, t[i].body, t[i].n), 0);
		closep(&d.fd);
		cr_expect(
		    upstream_has(upstream_get(r.up, 0), "x-hyper-secret: " RIG_SECRET));
		cr_expect_null(strchr(upstream_get(r.up, 0)->line, '?'));
	}
}

/* Nothing but their media is asked for, and the secret goes nowhere else. */
Test(hyperchat_media, addresses_that_are_not_called)
{
	static const char *const t[] = { "", "/", "media/", "/media/", "/media",
		"https://evil.example/v1/media/M7", "//evil.example/media/M7",
		"http://127.0.0.1:1/v1/media/M7", "/users/U1", "/chats/C1/history",
		"/media/../users/U1", "/media/./x", "/media/M7/../../users",
		"/media/%2e%2e/users", "/media//M7", "/media/M7?x=1", "/media/M7#x",
		"/media/M7@evil", "/media/M 7", "/media/M7\r\nx: y", "/media\\M7",
		"$../media/M7", "$users/U1", "/MEDIA/M7", "/media/\xc3\xa9" };
	CLEANUP(rig_fini) struct rig r;
	struct hyperchat_call c;

	rig_init(&r, NULL, 0);
	c = rig_call(&r);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct hyperchat_download d = { .fd = -1 };
		struct err e = { 0 };
		const char *url = t[i];

		if (url[0] == '$')
			url = arena_printf(r.arena, "%s%s", r.account.base, url + 1);
		cr_assert_not(
		    hyperchat_media_get(&c, url, NULL, 10, &d, &e), "%s", url);
		cr_expect_eq(e.kind, ERR_DENIED, "%s: %s", url, e.text);
		cr_expect_eq(d.fd, -1);
	}
	cr_expect_eq(upstream_requests(r.up), 0);
}

Test(hyperchat_media, download_trouble)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum err_kind kind;
		int code;
	} t[] = {
		{ "gone", { .status = 404 }, ERR_UPSTREAM, 404 },
		{ "wrong secret", { .status = 403 }, ERR_DENIED, 403 },
		{ "redirected", { .status = 302, .headers = "Location: $URL/x\r\n" },
		    ERR_UPSTREAM, 302 },
		{ "too large", { .body = "01234567890" }, ERR_TOO_BIG, 63 },
		{ "too large without saying so",
		    { .how = UP_RAW, .body = "HTTP/1.1 200 OK\r\n\r\n01234567890" },
		    ERR_TOO_BIG, 23 },
		{ "never ending", { .how = UP_DRIP, .body = "0123456789" }, ERR_TIMEOUT,
		    28 },
		{ "silent", { .how = UP_STALL }, ERR_TIMEOUT, 28 },
		{ "cut", { .how = UP_CUT, .body = "0123", .cut = 2 }, ERR_UPSTREAM,
		    18 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct hyperchat_download d = { .fd = -1 };
		struct hyperchat_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call_in(&r, t[i].kind == ERR_TIMEOUT ? SHORT_MS : PATIENCE_MS);
		cr_assert_not(hyperchat_media_get(&c, "/media/M7", NULL, 10, &d, &e),
		    "%s", t[i].name);
		cr_expect_eq(e.kind, t[i].kind, "%s: %s", t[i].name, e.text);
		cr_expect_eq(e.code, t[i].code, "%s: %d", t[i].name, e.code);
		cr_expect_eq(d.fd, -1);
		cr_expect_eq(upstream_requests(r.up), 1, "%s", t[i].name);
	}
}
