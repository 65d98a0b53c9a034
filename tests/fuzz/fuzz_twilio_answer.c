/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an answer of Twilio's REST API, to a message and to a search for one. The
 * first two bytes choose the status. A message counts as sent with an id only, and as not
 * sent only where somebody says so.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "twilio/addr.h"
#include "twilio/answer.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_sent(int http, const char *body, size_t len)
{
	struct twilio_sent s = { 0 };

	twilio_answer_read(&s, http, body, len);
	need(s.row != NULL && s.http == http);
	need(s.code >= 0 && s.code <= 999999);
	need((s.outcome == TWILIO_SENT) == (s.sid[0] != '\0'));
	need((s.outcome == TWILIO_SENT) == (s.error.text[0] == '\0'));
	need(s.outcome != TWILIO_NOT_SENT);
	if (s.outcome == TWILIO_SENT)
		need(http / 100 == 2 && twilio_sid_ok(s.sid));
	if (http / 100 == 5)
		need(s.outcome == TWILIO_UNKNOWN || s.outcome == TWILIO_LATER);
	if (http / 100 == 5 && s.outcome == TWILIO_LATER)
		need(http == 503 && s.code != 0);
	if (http == 429)
		need(s.outcome == TWILIO_LATER);
}

static void
check_page(const char *body, size_t len)
{
	static const char *const known[] = { "SM1" };
	struct twilio_message m = { .to = "+1", .from = "+2", .text = "x" };
	struct twilio_search search = { .message = &m,
		.from_s = 1790000000,
		.to_s = 1790000010,
		.known = known,
		.n_known = 1 };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twilio_page page = { 0 };
	struct err e = { 0 };

	if (!twilio_page_read(&page, &search, body, len, a, &e)) {
		need(e.kind == ERR_UPSTREAM && !page.found);
		return;
	}
	need(page.found == (page.sid[0] != '\0'));
	if (page.found)
		need(twilio_sid_ok(page.sid) && strcmp(page.sid, "SM1") != 0);
}

static void
check_text(const char *body, size_t len)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *text = arena_strndup(a, body, strnlen(body, len));

	need(twilio_same_text(text, text));
	(void)!twilio_same_text("x", text);
	(void)!twilio_same_text(text, "x");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *body = (const char *)data + 2;
	int http;

	if (size < 2)
		return 0;
	http = 200 + (data[0] << 8 | data[1]) % 400;
	check_sent(http, body, size - 2);
	check_page(body, size - 2);
	check_text(body, size - 2);
	return 0;
}
