/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever asked is let go once, with one answer, whenever a handler gives it. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "support/leaks.h"
#include "support/web_fixture.h"
#include "unit/web_scene.h"
#include "web/request.h"

TestSuite(answer_now, .fini = no_leaks);

static const struct web_answer hello = {
	.status = 200, .content_type = "text/plain", .body = "hello", .len = 5
};

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

Test(answer_now, goes_out_once)
{
	const struct web_answer later = { .status = 503,
		.content_type = "text/plain",
		.body = "too late",
		.len = 8 };
	struct web_worker w;
	struct fake_io io;
	struct scene s;

	scene_init(&s);
	web_worker_init(&w, &s.web);
	fake_io_init(&io, NULL, "", 0);
	w.io = &io.io;
	cr_expect(web_answer_now(&w, &hello));
	cr_expect_eq(io.ended, 1);
	cr_expect_eq(w.status, 200);
	cr_expect_not_null(strstr(io.written, "\r\n\r\nhello"));
	cr_expect_not(web_answer_now(&w, &later), "he has had one");
	cr_expect_eq(io.ended, 1);
	cr_expect_null(strstr(io.written, "too late"));
	cr_expect_eq(w.status, 200);
	web_worker_fini(&w);
	scene_fini(&s);
}

Test(answer_now, caller_is_gone)
{
	struct web_worker w;
	struct fake_io io;
	struct scene s;

	scene_init(&s);
	web_worker_init(&w, &s.web);
	fake_io_init(&io, NULL, "", 0);
	io.n_written = sizeof(io.written) - 1; /* takes no more */
	w.io = &io.io;
	cr_expect_not(web_answer_now(&w, &hello));
	cr_expect_eq(io.ended, 1, "let go all the same");
	cr_expect_not(web_answer_now(&w, &hello));
	cr_expect_eq(io.ended, 1);
	web_worker_fini(&w);
	scene_fini(&s);
}

/* A request that comes to no handler is ended as well, and the worker takes the next. */
Test(answer_now, every_request_is_ended)
{
	static const struct {
		const char *name, *method, *uri, *body, *status;
	} t[] = {
		{ "refused", "DELETE", "/b", "", "Status: 405" },
		{ "no path", "GET", "b", "", "Status: 400" },
		{ "cut", "POST", "/b", "", "Status: 400" },
	};
	struct web_worker w;
	struct scene s;

	scene_init(&s);
	web_worker_init(&w, &s.web);
	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct fake_var vars[] = { { "REQUEST_METHOD", t[i].method },
			{ "REQUEST_URI", t[i].uri }, { "CONTENT_LENGTH", "9" }, { 0 } };
		struct fake_io io;

		fake_io_init(&io, vars, "123456789", i == 2 ? 5 : 9);
		web_serve(&w, &io.io);
		cr_expect_eq(io.ended, 1, "%s", t[i].name);
		cr_expect_eq(count(io.written, "Status: "), 1u, "%s", t[i].name);
		cr_expect_not_null(
		    strstr(io.written, t[i].status), "%s: %s", t[i].name, io.written);
		cr_expect_null(w.io, "%s", t[i].name);
	}
	web_worker_fini(&w);
	scene_fini(&s);
}
