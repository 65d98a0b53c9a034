/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "support/leaks.h"
#include "twilio/answer.h"
#include "twilio_rig.h"

TestSuite(find, .fini = no_leaks);

#define LIST "/2010-04-01/Accounts/" RIG_AC "/Messages.json?"
#define ON_LIST .on = "GET " LIST
#define AT "Mon, 21 Sep 2026 14:13:20 +0000" /* RIG_NOW */
#define BEFORE "Mon, 21 Sep 2026 14:12:40 +0000"
#define ENTRY_OF(sid, to, from, service, text, way, media, at) \
	"{\"sid\":\"" sid "\",\"to\":\"" to "\",\"from\":" from \
	",\"messaging_service_sid\":" service ",\"body\":\"" text \
	"\",\"direction\":\"" way "\",\"num_media\":\"" media \
	"\",\"status\":\"delivered\",\"error_code\":null,\"date_sent\":null," \
	"\"date_created\":\"" at "\"}"
#define ENTRY(sid, text, at) \
	ENTRY_OF(sid, "+34600", "\"+34900\"", "null", text, "outbound-api", "0", at)
#define PAGE(entries) "{\"messages\":[" entries "],\"next_page_uri\":null}"
#define PAGE_NEXT(entries, next) \
	"{\"messages\":[" entries "],\"next_page_uri\":\"" next "\"}"

static const struct twilio_message hello = {
	.to = "+34600", .from = "+34900", .text = "Hello there"
};

/* As seen two minutes after the call. */
static struct twilio_find
find(struct rig *r, const struct twilio_message *m)
{
	static const char *const known[] = { "SMknown" };
	struct twilio_search s = { .message = m,
		.from_s = RIG_NOW,
		.to_s = RIG_NOW + 5,
		.known = known,
		.n_known = 1 };
	struct twilio_call c = rig_call(r);
	struct twilio_find f;

	twilio_find(&c, &s, &f);
	cr_expect_eq(f.error.text[0] != '\0', f.found == TWILIO_NO_LIST);
	return f;
}

Test(find, what_pages_say)
{
	static const struct twilio_message by_service = { .to = "+34600",
		.from = "+34900",
		.service = RIG_MG,
		.text = "Hello there" };
	static const char *const urls[] = { "https://a.example/1.png" };
	static const struct twilio_message files = {
		.to = "+34600", .from = "+34900", .media = urls, .n_media = 1
	};
	static const struct {
		const char *name;
		const struct twilio_message *m;
		const char *page;
		enum twilio_found want;
	} t[] = {
		{ "it", &hello, PAGE(ENTRY(RIG_SM, "Hello there", AT)), TWILIO_FOUND },
		{ "nothing", &hello, PAGE(""), TWILIO_ABSENT },
		{ "another text", &hello, PAGE(ENTRY(RIG_SM, "Hello", AT)),
		    TWILIO_ABSENT },
		{ "one that is known", &hello,
		    PAGE(ENTRY("SMknown", "Hello there", AT)), TWILIO_ABSENT },
		{ "a known one and it", &hello,
		    PAGE(ENTRY("SMknown", "Hello there", AT) "," ENTRY(
			RIG_SM, "Hello there", AT)),
		    TWILIO_FOUND },
		{ "one of before", &hello, PAGE(ENTRY(RIG_SM, "Hello there", BEFORE)),
		    TWILIO_ABSENT },
		{ "one of later", &hello,
		    PAGE(ENTRY(
			RIG_SM, "Hello there", "Mon, 21 Sep 2026 14:13:56 +0000")),
		    TWILIO_ABSENT },
		{ "clocks that differ", &hello,
		    PAGE(ENTRY(
			RIG_SM, "Hello there", "Mon, 21 Sep 2026 14:12:50 +0000")),
		    TWILIO_FOUND },
		{ "to another", &hello,
		    PAGE(ENTRY_OF(RIG_SM, "+34601", "\"+34900\"", "null", "Hello there",
			"outbound-api", "0", AT)),
		    TWILIO_ABSENT },
		{ "from another", &hello,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "\"+34901\"", "null", "Hello there",
			"outbound-api", "0", AT)),
		    TWILIO_ABSENT },
		{ "a reply by TwiML", &hello,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "\"+34900\"", "null", "Hello there",
			"outbound-reply", "0", AT)),
		    TWILIO_ABSENT },
		{ "by the service", &by_service,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "null", "\"" RIG_MG "\"",
			"Hello there", "outbound-api", "0", AT)),
		    TWILIO_FOUND },
		{ "not by the service", &by_service,
		    PAGE(ENTRY(RIG_SM, "Hello there", AT)), TWILIO_ABSENT },
		{ "with a file", &files,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "\"+34900\"", "null", "",
			"outbound-api", "1", AT)),
		    TWILIO_FOUND },
		{ "with a file not counted yet", &files, PAGE(ENTRY(RIG_SM, "", AT)),
		    TWILIO_FOUND },
		{ "with two files", &files,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "\"+34900\"", "null", "",
			"outbound-api", "2", AT)),
		    TWILIO_ABSENT },
		{ "a file we did not send", &hello,
		    PAGE(ENTRY_OF(RIG_SM, "+34600", "\"+34900\"", "null", "Hello there",
			"outbound-api", "1", AT)),
		    TWILIO_ABSENT },
		{ "an odd id", &hello, PAGE(ENTRY("a b", "Hello there", AT)),
		    TWILIO_ABSENT },
		{ "no list", &hello, "{\"message\":\"hello\"}", TWILIO_NO_LIST },
		{ "no JSON", &hello, "<html>", TWILIO_NO_LIST },
		{ "an odd date", &hello, PAGE(ENTRY(RIG_SM, "Hello there", "today")),
		    TWILIO_NO_LIST },
		{ "another zone", &hello,
		    PAGE(ENTRY(
			RIG_SM, "Hello there", "Mon, 21 Sep 2026 14:13:20 +0200")),
		    TWILIO_NO_LIST },
		{ "a month that is none", &hello,
		    PAGE(ENTRY(
			RIG_SM, "Hello there", "Mon, 21 epO 2026 14:13:20 +0000")),
		    TWILIO_NO_LIST },
		{ "no messages but values", &hello, "{\"messages\":[1,null,\"x\"]}",
		    TWILIO_NO_LIST },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct upstream_step step = { ON_LIST, .body = t[i].page };
		CLEANUP(rig_fini) struct rig r;
		struct twilio_find f;

		rig_init(&r, &step, 1);
		r.clock.now_s = RIG_NOW + 120;
		f = find(&r, t[i].m);
		cr_expect_eq(f.found, t[i].want, "%s: %d %s", t[i].name, (int)f.found,
		    f.error.text);
		if (f.found == TWILIO_FOUND) {
			cr_expect_str_eq(f.sid, RIG_SM, "%s", t[i].name);
			cr_expect_eq(f.status, TWILIO_STATUS_DELIVERED);
		}
	}
}

Test(find, what_is_asked)
{
	static const struct {
		struct twilio_message m;
		const char *line;
	} t[] = {
		{ { .to = "whatsapp:+34600", .from = "+34900", .text = "x" },
		    "GET " LIST "To=whatsapp%3A%2B34600&From=%2B34900&PageSize=50 "
		    "HTTP/1.1" },
		{ { .to = "+34600", .from = "+34900", .service = RIG_MG, .text = "x" },
		    "GET " LIST "To=%2B34600&PageSize=50 HTTP/1.1" },
	};
	static const struct upstream_step steps[] = { { ON_LIST, .body = PAGE(""),
	    .times = -1 } };
	CLEANUP(rig_fini) struct rig r;

	rig_init(&r, steps, NELEMS(steps));
	for (size_t i = 0; i < NELEMS(t); i++) {
		(void)find(&r, &t[i].m);
		cr_expect_str_eq(upstream_get(r.up, i)->line, t[i].line);
		cr_expect(upstream_has(upstream_get(r.up, i), RIG_BASIC));
	}
}

Test(find, too_early_to_say)
{
	static const struct upstream_step steps[] = { { ON_LIST, .body = PAGE(""),
	    .times = -1 } };
	CLEANUP(rig_fini) struct rig r;
	struct twilio_find f;

	rig_init(&r, steps, NELEMS(steps));
	r.clock.now_s = RIG_NOW + 5 + LIMIT_LIST_LAG_S - 20;
	f = find(&r, &hello);
	cr_expect_eq(f.found, TWILIO_EARLY);
	cr_expect_eq(f.after_ms, 20000);
	r.clock.now_s = RIG_NOW + 5 + LIMIT_LIST_LAG_S;
	cr_expect_eq(find(&r, &hello).found, TWILIO_ABSENT);
}

Test(find, pages)
{
	static const struct {
		const char *name;
		struct upstream_step steps[3];
		enum twilio_found want;
		size_t calls;
	} t[] = {
		{ "on the second",
		    { { .on = "GET " LIST "To=",
			  .body = PAGE_NEXT(
			      ENTRY(RIG_SM, "no", AT), LIST "Page=1&PageToken=P") },
			{ .on = "GET " LIST "Page=1&PageToken=P",
			    .body = PAGE(ENTRY(RIG_SM, "Hello there", AT)) } },
		    TWILIO_FOUND, 2 },
		{ "older ones are not read",
		    { { ON_LIST,
			.body =
			    PAGE_NEXT(ENTRY(RIG_SM, "no", BEFORE), LIST "Page=1") } },
		    TWILIO_ABSENT, 1 },
		{ "too many",
		    { { ON_LIST,
			.body = PAGE_NEXT(ENTRY(RIG_SM, "no", AT), LIST "Page=1"),
			.times = -1 } },
		    TWILIO_NO_LIST, LIMIT_LIST_PAGES },
		{ "a page elsewhere",
		    { { ON_LIST, .body = PAGE_NEXT("", "@evil.example/"),
			.times = -1 } },
		    TWILIO_NO_LIST, 1 },
		{ "a page of another account",
		    { { ON_LIST,
			.body = PAGE_NEXT(
			    "", "/2010-04-01/Accounts/AC2/Messages.json?Page=1"),
			.times = -1 } },
		    TWILIO_NO_LIST, 1 },
		{ "a page with a line end",
		    { { ON_LIST, .body = PAGE_NEXT("", LIST "a\\nb"), .times = -1 } },
		    TWILIO_NO_LIST, 1 },
		{ "refused", { { ON_LIST, .status = 401 } }, TWILIO_NO_LIST, 1 },
		{ "broken", { { ON_LIST, .status = 500 } }, TWILIO_NO_LIST, 1 },
		{ "throttled for long",
		    { { ON_LIST, .status = 429, .headers = "Retry-After: 3600\r\n" } },
		    TWILIO_NO_LIST, 1 },
		{ "gone", { { ON_LIST, .how = UP_HANGUP, .times = -1 } },
		    TWILIO_NO_LIST, 1 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct twilio_find f;

		rig_init(&r, t[i].steps, NELEMS(t[i].steps));
		r.clock.now_s = RIG_NOW + 120;
		f = find(&r, &hello);
		cr_expect_eq(f.found, t[i].want, "%s: %d %s", t[i].name, (int)f.found,
		    f.error.text);
		cr_expect_eq(upstream_requests(r.up), t[i].calls, "%s", t[i].name);
	}
}

Test(find, the_same_text)
{
	static const struct {
		const char *sent, *listed;
		bool want;
	} t[] = {
		{ "Hello", "Hello", true },
		{ "  Hello\n", "Hello", true },
		{ "", "", true },
		{ "Hello", "Hello!", true },
		{ "Hello", "Hello you", false },
		{ "Hello you", "Hello", false },
		{ "Your code is 1234", "Your code is 1235", false },
		{ "\xe2\x80\x9cHi\xe2\x80\x9d \xe2\x80\x93 he said\xe2\x80\xa6",
		    "\"Hi\" - he said...", true },
		{ "\xef\xbc\xa8\xc2\xbd", "H1/2", true },
		{ "\xc2\xbc and \xc2\xbe", "1/4 and 3/4", true },
		{ "Caf\xc3\xa9", "Cafe", false },
		{ "\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0\xe5\xa5\xbd", true },
		{ "\xe4\xbd\xa0\xe5\xa5\xbd", "\xe4\xbd\xa0", false },
		{ "?", "!", false },
		{ "?", "?", true },
		{ "", "?", false },
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81", false },
		{ "Hello", "Sent from your Twilio trial account - Hello", true },
		{ "Hello", "Sent from your Twilio trial account - Hallo", false },
		{ "Sent from your Twilio trial account - Hello",
		    "Sent from your Twilio trial account - Hello", true },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(twilio_same_text(t[i].sent, t[i].listed), t[i].want,
		    "%s | %s", t[i].sent, t[i].listed);
}
