/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/patience.h"
#include "twilio/rest.h"
#include "twilio_rig.h"

TestSuite(rest, .fini = no_leaks);

#define ON_SEND .on = "POST /2010-04-01/Accounts/" RIG_AC "/Messages.json HTTP"
#define CREATED "{\"sid\":\"" RIG_SM "\",\"status\":\"queued\",\"error_code\":null}"

static const struct twilio_message hello = { .to = "+34600111222",
	.from = "+34900333444",
	.text = "Hola: caf\xc3\xa9 & 1+1=2" };

static struct twilio_sent
send(struct rig *r, const struct twilio_message *m)
{
	struct twilio_call c = rig_call(r);
	struct twilio_sent s;

	twilio_send(&c, m, &s);
	cr_assert_not_null(s.row);
	cr_expect_eq(s.sid[0] != '\0', s.outcome == TWILIO_SENT);
	cr_expect_eq(s.error.text[0] == '\0', s.outcome == TWILIO_SENT);
	return s;
}

Test(rest, what_is_sent)
{
	static const char *const media[] = { "https://a.example/1.png?x=1&y=2",
		"https://a.example/2.png" };
	static const struct {
		const char *name;
		struct twilio_message m;
		const char *form;
	} t[] = {
		{ "a text",
		    { .to = "+34600", .from = "12345", .text = "a b&c=\xc3\xa9" },
		    "To=%2B34600&From=12345&Body=a%20b%26c%3D%C3%A9" },
		{ "by a service",
		    { .to = "whatsapp:+34600",
			.from = "whatsapp:+34900",
			.service = RIG_MG,
			.text = "x" },
		    "To=whatsapp%3A%2B34600&MessagingServiceSid=" RIG_MG "&Body=x" },
		{ "files",
		    { .to = "+34600",
			.from = "Acme Shop",
			.service = "",
			.text = "",
			.media = media,
			.n_media = 2 },
		    "To=%2B34600&From=Acme%20Shop"
		    "&MediaUrl=https%3A%2F%2Fa.example%2F1.png%3Fx%3D1%26y%3D2"
		    "&MediaUrl=https%3A%2F%2Fa.example%2F2.png" },
		{ "all",
		    { .to = "+34600",
			.from = "+34900",
			.text = "x",
			.media = media + 1,
			.n_media = 1,
			.status_callback = "https://b.example/?status=1" },
		    "To=%2B34600&From=%2B34900&Body=x"
		    "&MediaUrl=https%3A%2F%2Fa.example%2F2.png"
		    "&StatusCallback=https%3A%2F%2Fb.example%2F%3Fstatus%3D1" },
	};
	static const struct upstream_step steps[] = { { ON_SEND, .status = 201,
	    .body = CREATED, .times = -1 } };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct twilio_sent s = send(&r, &t[i].m);
		const struct upstream_request *seen;

		cr_assert_eq(s.outcome, TWILIO_SENT, "%s: %s", t[i].name, s.error.text);
		cr_expect_str_eq(s.sid, RIG_SM);
		cr_expect_eq(s.status, TWILIO_STATUS_QUEUED);
		cr_expect_eq(s.http, 201);
		seen = upstream_get(r.up, i);
		cr_expect_str_eq(seen->body, t[i].form, "%s", t[i].name);
		cr_expect(upstream_has(seen, RIG_BASIC), "%s", seen->headers);
		cr_expect(upstream_has(
		    seen, "content-type: application/x-www-form-urlencoded"));
	}
}

Test(rest, the_login_of_a_key)
{
	static const struct upstream_step steps[] = { { ON_SEND, .status = 201,
	    .body = CREATED } };
	CLEANUP(rig_fini) struct rig r;
	struct twilio_sent s;

	rig_init(&r, steps, NELEMS(steps));
	r.account.key = "SK1";
	r.account.secret = "s";
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_SENT, "%s", s.error.text);
	cr_expect(upstream_has(upstream_get(r.up, 0), "Authorization: Basic U0sxOnM="));
}

Test(rest, rules_that_are_kept_here)
{
	static char longest[LIMIT_PART_UNITS + 2], url[LIMIT_URL + 2];
	static const char *media[LIMIT_MEDIA + 1];
	static const char *const too_far[] = { url };
	static const struct {
		const char *name;
		struct twilio_message m;
		int code;
	} t[] = {
		{ "no receiver", { .from = "1", .text = "x" }, 21604 },
		{ "an odd receiver", { .to = "a\nb", .from = "1", .text = "x" },
		    21211 },
		{ "no sender", { .to = "1", .text = "x" }, 21603 },
		{ "an odd sender", { .to = "1", .from = "+1\n", .text = "x" }, 21212 },
		{ "an odd service",
		    { .to = "1", .from = "2", .service = "\x80", .text = "x" }, 21212 },
		{ "no content", { .to = "1", .from = "2" }, 21602 },
		{ "empty", { .to = "1", .from = "2", .text = "" }, 21602 },
		{ "too long", { .to = "1", .from = "2", .text = longest }, 21617 },
		{ "eleven files",
		    { .to = "1", .from = "2", .media = media, .n_media = 11 }, 21623 },
		{ "a long address",
		    { .to = "1", .from = "2", .media = too_far, .n_media = 1 }, 21620 },
		{ "a long callback",
		    { .to = "1", .from = "2", .text = "x", .status_callback = url },
		    21609 },
	};
	CLEANUP(rig_fini) struct rig r;

	memset(longest, 'a', sizeof(longest) - 1);
	memset(url, 'a', sizeof(url) - 1);
	for (size_t i = 0; i < NELEMS(media); i++)
		media[i] = "https://a.example/";
	rig_init(&r, NULL, 0);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct twilio_sent s = send(&r, &t[i].m);

		cr_expect_eq(s.outcome, TWILIO_REFUSED, "%s", t[i].name);
		cr_expect_eq(s.code, t[i].code, "%s: %d", t[i].name, s.code);
		cr_expect_eq(s.row->code, t[i].code, "%s", t[i].name);
		cr_expect_eq(s.error.kind, ERR_INPUT, "%s", t[i].name);
	}
	cr_expect_eq(upstream_connections(r.up), 0);
}

/* The largest that keeps all rules: emoji are two units, four bytes, twelve characters. */
Test(rest, the_largest)
{
	static const struct upstream_step steps[] = { { ON_SEND, .status = 201,
	    .body = CREATED } };
	static char text[3 * LIMIT_PART_UNITS + 1], url[LIMIT_URL + 1];
	const char *media[LIMIT_MEDIA];
	struct twilio_message m = { .to = "+1",
		.from = "+2",
		.text = text,
		.media = media,
		.n_media = LIMIT_MEDIA,
		.status_callback = url };
	CLEANUP(rig_fini) struct rig r;
	struct twilio_sent s;

	for (size_t i = 0; i < LIMIT_PART_UNITS; i++)
		memcpy(text + 3 * i, "\xe2\x82\xac", 3);
	memset(url, '/', LIMIT_URL);
	for (size_t i = 0; i < LIMIT_MEDIA; i++)
		media[i] = url;
	rig_init(&r, steps, NELEMS(steps));
	s = send(&r, &m);
	cr_expect_eq(s.outcome, TWILIO_SENT, "%s", s.error.text);
	cr_expect_gt(
	    upstream_get(r.up, 0)->body_len, 9 * LIMIT_PART_UNITS + 11 * 3 * LIMIT_URL);
}

Test(rest, what_answers_mean)
{
#define CODE(n) "{\"code\":" n ",\"message\":\"The 'To' number +34600111222 is odd\"}"
	static const struct {
		const char *name;
		struct upstream_step step;
		enum twilio_outcome want;
		int code;
		enum twilio_why why;
		enum err_kind kind;
		int64_t after_ms;
	} t[] = {
		{ "opted out", { .status = 400, .body = CODE("21610") }, TWILIO_REFUSED,
		    21610, TWILIO_WHY_OPTED_OUT, ERR_INPUT, 0 },
		{ "window closed", { .status = 400, .body = CODE("63016") },
		    TWILIO_REFUSED, 63016, TWILIO_WHY_WINDOW, ERR_INPUT, 0 },
		{ "a landline", { .status = 400, .body = CODE("21614") },
		    TWILIO_REFUSED, 21614, TWILIO_WHY_NOT_MOBILE, ERR_INPUT, 0 },
		{ "no such number", { .status = 400, .body = CODE("21211") },
		    TWILIO_REFUSED, 21211, TWILIO_WHY_TO, ERR_INPUT, 0 },
		{ "wrong login", { .status = 401, .body = CODE("20003") },
		    TWILIO_REFUSED, 20003, TWILIO_WHY_OURS, ERR_CONFIG, 0 },
		{ "wrong login, said by a proxy", { .status = 401, .body = "<html>" },
		    TWILIO_REFUSED, 0, TWILIO_WHY_OURS, ERR_CONFIG, 0 },
		{ "a trial account", { .status = 400, .body = CODE("21608") },
		    TWILIO_REFUSED, 21608, TWILIO_WHY_TRIAL, ERR_CONFIG, 0 },
		{ "no such account", { .status = 404, .body = CODE("20404") },
		    TWILIO_REFUSED, 20404, TWILIO_WHY_OURS, ERR_CONFIG, 0 },
		{ "an unknown code", { .status = 400, .body = CODE("29999") },
		    TWILIO_REFUSED, 29999, TWILIO_WHY_ODD, ERR_INPUT, 0 },
		{ "a code as text", { .status = 400, .body = CODE("\"21610\"") },
		    TWILIO_REFUSED, 21610, TWILIO_WHY_OPTED_OUT, ERR_INPUT, 0 },
		{ "a monstrous code", { .status = 400, .body = CODE("1e300") },
		    TWILIO_REFUSED, 0, TWILIO_WHY_ODD, ERR_INPUT, 0 },
		{ "an empty 400", { .status = 400 }, TWILIO_REFUSED, 0, TWILIO_WHY_ODD,
		    ERR_INPUT, 0 },
		{ "a redirect", { .status = 302, .headers = "Location: /x\r\n" },
		    TWILIO_REFUSED, 0, TWILIO_WHY_OURS, ERR_CONFIG, 0 },
		{ "throttled",
		    { .status = 429,
			.headers = "Retry-After: 7\r\n",
			.body = CODE("20429") },
		    TWILIO_LATER, 20429, TWILIO_WHY_BUSY, ERR_UPSTREAM, 7000 },
		{ "throttled without advice", { .status = 429 }, TWILIO_LATER, 0,
		    TWILIO_WHY_BUSY, ERR_UPSTREAM, 0 },
		{ "queue full", { .status = 400, .body = CODE("21611") }, TWILIO_LATER,
		    21611, TWILIO_WHY_BUSY, ERR_UPSTREAM, LIMIT_SENDER_FULL_MS },
		{ "away, Twilio says", { .status = 503, .body = CODE("20503") },
		    TWILIO_LATER, 20503, TWILIO_WHY_SERVER, ERR_UPSTREAM, 0 },
		{ "away, somebody says", { .status = 503, .body = "<html>" },
		    TWILIO_UNKNOWN, 0, TWILIO_WHY_SERVER, ERR_UPSTREAM, 0 },
		{ "broken", { .status = 500, .body = CODE("20500") }, TWILIO_UNKNOWN,
		    20500, TWILIO_WHY_SERVER, ERR_UPSTREAM, 0 },
		{ "a gateway's end", { .status = 504 }, TWILIO_UNKNOWN, 0,
		    TWILIO_WHY_SERVER, ERR_UPSTREAM, 0 },
		{ "a slow proxy", { .status = 408 }, TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD,
		    ERR_UPSTREAM, 0 },
		{ "created, and not a word", { .status = 201 }, TWILIO_UNKNOWN, 0,
		    TWILIO_WHY_ODD, ERR_UPSTREAM, 0 },
		{ "created, in HTML", { .status = 200, .body = "<html>ok" },
		    TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD, ERR_UPSTREAM, 0 },
		{ "created without an id",
		    { .status = 201, .body = "{\"status\":\"queued\"}" },
		    TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD, ERR_UPSTREAM, 0 },
		{ "created and lost",
		    { .status = 201,
			.body = "{\"sid\":\"" RIG_SM "\",\"status\":\"failed\","
				"\"error_code\":30002}" },
		    TWILIO_REFUSED, 30002, TWILIO_WHY_OURS, ERR_CONFIG, 0 },
		{ "hung up", { .how = UP_HANGUP }, TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD,
		    ERR_UPSTREAM, 0 },
		{ "reset", { .how = UP_RESET }, TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD,
		    ERR_UPSTREAM, 0 },
		{ "cut", { .how = UP_CUT, .status = 201, .body = CREATED, .cut = 20 },
		    TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD, ERR_UPSTREAM, 0 },
		{ "silent", { .how = UP_STALL }, TWILIO_UNKNOWN, 0, TWILIO_WHY_ODD,
		    ERR_TIMEOUT, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct twilio_sent s;

		rig_init(&r, &t[i].step, 1);
		if (t[i].kind == ERR_TIMEOUT)
			r.account.timeout_ms = SHORT_MS;
		s = send(&r, &hello);
		cr_expect_eq(s.outcome, t[i].want, "%s: %d", t[i].name, (int)s.outcome);
		cr_expect_eq(s.code, t[i].code, "%s: %d", t[i].name, s.code);
		cr_expect_eq(s.row->why, t[i].why, "%s: %d", t[i].name, s.row->why);
		cr_expect_eq(
		    s.error.kind, t[i].kind, "%s: %s", t[i].name, s.error.text);
		cr_expect_eq(s.after_ms, t[i].after_ms, "%s: %lld", t[i].name,
		    (long long)s.after_ms);
		cr_expect_null(strstr(s.error.text, "111222"), "%s", s.error.text);
		cr_expect_eq(upstream_requests(r.up), 1, "%s: never twice", t[i].name);
	}
}

Test(rest, nothing_has_left)
{
	static const struct upstream_step steps[] = { { ON_SEND } };
	CLEANUP(rig_fini) struct rig r;
	struct upstream *gone;
	struct twilio_sent s;
	char url[100];

	rig_init(&r, steps, NELEMS(steps));
	gone = upstream_new(steps, NELEMS(steps));
	snprintf(url, sizeof(url), "%s", upstream_url(gone));
	upstream_free(gone);
	r.account.url = url;
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_NOT_SENT, "nobody there: %s", s.error.text);
	cr_expect_eq(s.error.kind, ERR_UPSTREAM);

	snprintf(url, sizeof(url), "https://127.0.0.1:%d", upstream_port(r.up));
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_NOT_SENT, "no TLS: %s", s.error.text);

	r.account.url = "http://api.example";
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_NOT_SENT, "not encrypted");
	cr_expect_eq(s.error.kind, ERR_CONFIG, "%s", s.error.text);

	r.account.url = upstream_url(r.up);
	r.account.sid = "AC1/../AC2";
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_NOT_SENT, "odd account");
	cr_expect_eq(s.error.kind, ERR_CONFIG, "%s", s.error.text);

	r.account.sid = RIG_AC;
	r.account.secret = "";
	s = send(&r, &hello);
	cr_expect_eq(s.outcome, TWILIO_NOT_SENT, "no token");
	cr_expect_eq(s.error.kind, ERR_CONFIG, "%s", s.error.text);
	cr_expect_eq(upstream_requests(r.up), 0);
}

/* Nothing of the text, no whole number and no secret, at debug level too. */
Test(rest, what_the_log_says)
{
	static const struct {
		struct upstream_step step;
		const char *words;
	} t[] = {
		{ { .status = 201, .body = CREATED },
		    "info twilio event=sent to=*1222 sid=" RIG_SM
		    " status=queued media=0" },
		{ { .status = 400,
		      .body = "{\"code\":21610,\"message\":\"+34600111222\"}" },
		    "warn twilio event=refused to=*1222 status=400 code=21610 "
		    "reason=opted-out why=\"the user has opted out\" "
		    "hint=\"nothing is sent to him until he writes again\"" },
		{ { .status = 429, .headers = "Retry-After: 3\r\n" },
		    "info twilio event=throttled to=*1222 kind=upstream" },
		{ { .how = UP_HANGUP },
		    "warn twilio event=\"perhaps sent\" to=*1222 kind=upstream" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		CLEANUP(freep) char *log = NULL;
		struct log_capture c;
		struct twilio_sent s;

		rig_init(&r, &t[i].step, 1);
		c = log_capture_begin();
		s = send(&r, &hello);
		twilio_sent_log(&hello, &s);
		log = log_capture_end(&c);
		cr_expect_not_null(strstr(log, t[i].words), "%s", log);
		cr_expect_not_null(strstr(log, "call=\"twilio message\""), "%s", log);
		cr_expect_null(strstr(log, "600111222"), "%s", log);
		cr_expect_null(strstr(log, "Hola"), "%s", log);
		cr_expect_null(strstr(log, "QUMw"), "%s", log);
	}
}
