/* SPDX-License-Identifier: Apache-2.0 */
/* The bot that says what was said, for tests with many messages. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/utf8.h"
#include "sandbox/inbenta_echo.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

TestSuite(sandbox_echo, .init = not_for_ever, .fini = no_leaks);

static const char *
said(js *response, size_t i)
{
	js *list = js_arr(response, "answers");

	cr_assert_lt(i, json_object_array_length(list));
	return js_str(json_object_array_get_idx(list, i), "message", "");
}

Test(sandbox_echo, what_is_an_echo)
{
	static const struct {
		const char *text, *first;
		size_t n;
	} t[] = {
		{ "echo hello", "You said: hello", 1 },
		{ "echo 1 < 2 & \"3\"", "You said: 1 &lt; 2 &amp; &quot;3&quot;", 1 },
		{ "echo  two", "You said:  two", 1 },
		{ "echo1 x", "You said: x", 1 },
		{ "echo3 x y", "You said: x y (1 of 3)", 3 },
		{ "echo99 x", "You said: x (1 of 99)", 99 },
		{ "echo100 x", NULL, 0 },
		{ "echo0 x", NULL, 0 },
		{ "echo", NULL, 0 },
		{ "echoes", NULL, 0 },
		{ "Echo x", NULL, 0 },
		{ "an echo x", NULL, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(js_putp) js *response = answers_new();
		struct saying s = { .response = response, .base = "" };

		cr_expect_eq(
		    answers_echo(&s, t[i].text), t[i].first != NULL, "%s", t[i].text);
		cr_expect_eq(json_object_array_length(js_arr(response, "answers")),
		    t[i].n, "%s", t[i].text);
		if (t[i].first != NULL)
			cr_expect_str_eq(said(response, 0), t[i].first);
	}
}

Test(sandbox_echo, long_text)
{
	static const char *const texts[] = { "x", "\xc3\xb1\xf0\x9f\x98\x80 y",
		"abcd" };

	for (size_t i = 0; i < NELEMS(texts); i++) {
		CLEANUP(js_putp) js *response = answers_new();
		CLEANUP(buf_fini) struct buf text = BUF_INIT(100);
		struct saying s = { .response = response, .base = "" };
		size_t n = 0, pos = 0;
		const char *out;

		buf_printf(&text, "echolong %s", texts[i]);
		cr_assert(answers_echo(&s, text.data));
		out = said(response, 0);
		while (pos < strlen(out)) {
			utf8_next(out, strlen(out), &pos);
			n++;
		}
		cr_expect_eq(n, (size_t)ECHO_LONG, "%s: %zu", texts[i], n);
		cr_expect_not_null(strstr(out, " 0001 0002 "));
	}
}

Test(sandbox_echo, over_http)
{
	CLEANUP(got_fini) struct got g = { 0 };
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	run_login(&run);
	run_call(&run, "POST", "/inbenta/chatbot/v1/conversation/message", NULL,
	    "{\"message\":\"echo2 hi\"}", &g);
	cr_assert_eq(g.status, 200, "%s", g.body.data);
	cr_expect_str_eq(said(g.json, 0), "You said: hi (1 of 2)");
	cr_expect_str_eq(said(g.json, 1), "You said: hi (2 of 2)");
	run_stop(&run);
}
