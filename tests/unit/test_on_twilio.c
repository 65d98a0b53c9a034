/* SPDX-License-Identifier: Apache-2.0 */
/* A webhook, signed, through the whole of web and dialog: what of it the bot hears. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "http/http.h"
#include "support/leaks.h"
#include "support/stage.h"
#include "support/web_fixture.h"
#include "twilio/sig.h"
#include "web/web.h"

TestSuite(on_twilio, .fini = no_leaks);

#define URL "http://h.example/botline"
#define HEAD \
	"AccountSid=AC00000000000000000000000000000000&MessageSid=SM1" \
	"&From=whatsapp%3A%2B34600111222&To=whatsapp%3A%2B34900000000"

static void
serve(struct stage *s, const char *body, char answer[8192])
{
	const struct http_shared_opts ho = { .clock = &clock_system };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct err e = { 0 };
	struct http_shared *http = http_shared_new(&ho, &e);
	struct web web = { .conf = conf_box_new(conf_ref(s->conf)),
		.dialog = &s->dialog,
		.http = http,
		.clock = &clock_system };
	char sig[TWILIO_SIG_SIZE], len[20];
	struct fake_var vars[] = { { "REQUEST_METHOD", "POST" },
		{ "REQUEST_URI", "/botline" }, { "HTTP_HOST", "h.example" },
		{ "CONTENT_TYPE", "application/x-www-form-urlencoded" },
		{ "CONTENT_LENGTH", len }, { "HTTP_X_TWILIO_SIGNATURE", sig }, { 0 } };
	struct web_worker w;
	struct fake_io io;
	struct form form;

	cr_assert_not_null(http, "%s", e.text);
	cr_assert(form_parse(&form, a, body, strlen(body), &e));
	twilio_sig_make("00000000000000000000000000000000", URL, &form, sig);
	snprintf(len, sizeof(len), "%zu", strlen(body));
	fake_io_init(&io, vars, body, strlen(body));
	web_worker_init(&w, &web);
	web_serve(&w, &io.io);
	cr_expect_eq(io.ended, 1);
	web_worker_fini(&w);
	snprintf(answer, 8192, "%s", io.written);
	conf_box_free(web.conf);
	http_shared_free(http);
}

Test(on_twilio, what_the_bot_hears)
{
	static const struct {
		const char *name, *body, *heard;
	} t[] = {
		{ "a text", HEAD "&Body=Hola", "Hola" },
		{ "trimmed", HEAD "&Body=+Hola%0A", "Hola" },
		{ "a button without a body", HEAD "&ButtonText=Yes&ButtonPayload=p",
		    "Yes" },
		{ "a place", HEAD "&Latitude=1.5&Longitude=-2&Label=Shop",
		    "Shop https://maps.google.com/?q=1.5,-2" },
	};
	static const struct bot_answer answer = { .html = "said" };
	static const struct bot_result says = { .answers = &answer, .n = 1 };

	for (size_t i = 0; i < NELEMS(t); i++) {
		char text[8192];
		struct stage s;

		stage_init(&s);
		s.bot.says = &says;
		serve(&s, t[i].body, text);
		cr_expect_not_null(
		    strstr(text, ">said</Message>"), "%s: %s", t[i].name, text);
		cr_expect_str_eq(s.bot.heard, t[i].heard, "%s", t[i].name);
		stage_fini(&s);
	}
}

/* Nothing that could be said: the bot is not asked, and Twilio has its answer. */
Test(on_twilio, nothing_was_said)
{
	char text[8192];
	struct stage s;

	stage_init(&s);
	serve(&s, HEAD "&Body=&NumMedia=0&MessageType=hologram", text);
	cr_expect_not_null(strstr(text, "<Response/>"), "%s", text);
	cr_expect_eq(s.bot.asked, 0);
	stage_fini(&s);
}
