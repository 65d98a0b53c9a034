/* SPDX-License-Identifier: Apache-2.0 */
/* A file by its token: what it is called, what it is said to be, and who gets nothing. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "store/handout.h"
#include "support/leaks.h"
#include "support/web_fixture.h"
#include "unit/web_scene.h"

TestSuite(on_media, .fini = no_leaks);

static int
ask(struct scene *s, const char *method, const char *uri, char answer[8192])
{
	const struct fake_var vars[] = { { "REQUEST_METHOD", method },
		{ "REQUEST_URI", uri }, { "HTTP_HOST", "h.example" }, { 0 } };
	struct web_worker w;
	struct fake_io io;

	fake_io_init(&io, vars, "", 0);
	web_worker_init(&w, &s->web);
	web_serve(&w, &io.io);
	web_worker_fini(&w);
	snprintf(answer, 8192, "%s", io.written);
	cr_assert_eq(strncmp(answer, "Status: ", 8), 0, "%s", answer);
	return (int)strtol(answer + 8, NULL, 10);
}

/* Puts a file and asks for it. */
static int
hand_out(struct scene *s, const char *method, const char *type, const char *name,
    const char *text, char answer[8192])
{
	CLEANUP(closep) int fd = memfd_create("file", MFD_CLOEXEC);
	const struct handout h = {
		.fd = fd, .size = strlen(text), .type = type, .name = name
	};
	char token[HANDOUT_TOKEN_SIZE], uri[100];
	struct err e = { 0 };

	cr_assert(file_write_all(fd, text, strlen(text), &e));
	cr_assert(handout_put(s->stage.store, &h, 60, token, &e), "%s", e.text);
	snprintf(uri, sizeof(uri), "/botline?a=1&media=%s", token);
	return ask(s, method, uri, answer);
}

Test(on_media, names_and_types)
{
	static const struct {
		const char *type, *name, *want_type, *want_name;
	} t[] = {
		{ "image/png", "label.png", "image/png",
		    "inline; filename=\"label.png\"" },
		{ "IMAGE/JPG", "a.exe", "image/jpeg", "inline; filename=\"a.jpg\"" },
		{ "audio/ogg; codecs=opus", "note", "audio/ogg",
		    "inline; filename=\"note.ogg\"" },
		{ "application/pdf", "Rechnung f\xc3\xbcr M\xc3\xa4rz 2026.pdf",
		    "application/pdf", "attachment; filename=\"Rechnung_f_r_M.pdf\"" },
		{ "text/html", "x.html", "application/octet-stream",
		    "attachment; filename=\"x.html\"" },
		{ "image/svg+xml", "x.svg", "application/octet-stream",
		    "attachment; filename=\"x.svg\"" },
		{ "text/javascript", "..\\..\\\"\r\nSet-Cookie: a=b",
		    "application/octet-stream", "attachment; filename=\"file.Set-\"" },
		{ "", "", "application/octet-stream", "attachment; filename=\"file\"" },
		{ "image/gif", ".gif", "image/gif", "inline; filename=\"file.gif\"" },
		{ "a/b", "archive.tar.bz2x9", "application/octet-stream",
		    "attachment; filename=\"archive_tar.bz2x\"" },
	};
	struct scene s;

	scene_init(&s);
	for (size_t i = 0; i < NELEMS(t); i++) {
		char answer[8192], want[300];

		cr_expect_eq(hand_out(&s, "GET", t[i].type, t[i].name, "bytes", answer),
		    200, "%s", answer);
		snprintf(want, sizeof(want),
		    "Status: 200 OK\r\n"
		    "Content-Type: %s\r\n"
		    "Content-Length: 5\r\n"
		    "Cache-Control: private, no-store\r\n"
		    "Content-Disposition: %s\r\n"
		    "X-Content-Type-Options: nosniff\r\n",
		    t[i].want_type, t[i].want_name);
		cr_expect_eq(
		    strncmp(answer, want, strlen(want)), 0, "%s\n%s", want, answer);
		cr_expect_not_null(strstr(answer, "\r\n\r\nbytes"), "%s", answer);
	}
	scene_fini(&s);
}

Test(on_media, head_and_empty)
{
	char answer[8192];
	struct scene s;

	scene_init(&s);
	cr_expect_eq(hand_out(&s, "HEAD", "image/png", "a", "bytes", answer), 200);
	cr_expect_not_null(strstr(answer, "Content-Length: 5\r\n"), "%s", answer);
	cr_expect_null(strstr(answer, "bytes"), "%s", answer);
	cr_expect_eq(hand_out(&s, "GET", "image/png", "a", "", answer), 200);
	cr_expect_not_null(strstr(answer, "Content-Length: 0\r\n"), "%s", answer);
	scene_fini(&s);
}

Test(on_media, who_gets_nothing)
{
	static const struct {
		const char *method, *uri;
		int status;
		const char *has;
	} t[] = {
		{ "GET", "/?media=", 404, "not found\n" },
		{ "GET", "/?media", 404, "not found\n" },
		{ "GET", "/?media=0123456789abcdef0123456789abcdef", 404,
		    "not found\n" },
		{ "GET", "/?media=../../etc/passwd", 404, "not found\n" },
		{ "GET", "/?media=%00", 404, "not found\n" },
		{ "HEAD", "/?media=0123456789abcdef0123456789abcdef", 404, "\r\n\r\n" },
		{ "DELETE", "/?media=0123456789abcdef0123456789abcdef", 405,
		    "Allow: GET, HEAD\r\n" },
		{ "GET", "/?status=1", 405, "Allow: POST\r\n" },
		{ "POST", "/?media=0123456789abcdef0123456789abcdef", 400,
		    "bad request\n" },
	};
	char answer[8192];
	struct scene s;

	scene_init(&s);
	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_eq(ask(&s, t[i].method, t[i].uri, answer), t[i].status,
		    "%s %s: %s", t[i].method, t[i].uri, answer);
		cr_expect_not_null(strstr(answer, t[i].has), "%s %s: %s", t[i].method,
		    t[i].uri, answer);
	}
	scene_fini(&s);
}

/* Its time is over: nothing is left to fetch. */
Test(on_media, expired)
{
	CLEANUP(closep) int fd = memfd_create("file", MFD_CLOEXEC);
	const struct handout h = { .fd = fd, .type = "image/png", .name = "" };
	char token[HANDOUT_TOKEN_SIZE], uri[100], answer[8192];
	struct err e = { 0 };
	struct scene s;

	scene_init(&s);
	cr_assert(handout_put(s.stage.store, &h, 60, token, &e), "%s", e.text);
	snprintf(uri, sizeof(uri), "/?media=%s", token);
	cr_expect_eq(ask(&s, "GET", uri, answer), 200, "%s", answer);
	s.stage.clock.now_s += 61;
	cr_expect_eq(ask(&s, "GET", uri, answer), 404, "%s", answer);
	scene_fini(&s);
}

/* Slow readers hold a quarter of the threads at most; every end gives its place back. */
Test(on_media, only_so_many_at_once)
{
	atomic_size_t files = 0;
	char answer[8192];
	struct scene s;

	scene_init(&s);
	s.web.files = &files;
	cr_expect_eq(hand_out(&s, "GET", "image/png", "a", "bytes", answer), 200);
	cr_expect_eq(ask(&s, "GET", "/?media=0", answer), 404);
	cr_expect_eq(files, 0);
	files = 64 / 4;
	cr_expect_eq(hand_out(&s, "GET", "image/png", "a", "bytes", answer), 200);
	cr_expect_eq(files, 64 / 4);
	files++;
	cr_expect_eq(hand_out(&s, "GET", "image/png", "a", "bytes", answer), 503);
	cr_expect_eq(files, 64 / 4 + 1);
	scene_fini(&s);
}
