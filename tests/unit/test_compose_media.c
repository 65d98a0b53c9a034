/* SPDX-License-Identifier: Apache-2.0 */
/* Media of a reply: in what messages they go, and what gives way when there are too many. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "dialog/compose.h"
#include "render/html.h"
#include "support/leaks.h"
#include "twilio/twiml.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(compose_media, .init = quiet, .fini = no_leaks);

#define SMS "+34600111222"
#define WHATSAPP "whatsapp:+34600111222"
#define IMG(name) "<img src=https://x.example/" name ">"

static void
say(struct compose *c, const char *html)
{
	compose_say(c, &(struct block){ .html = html }, 1);
}

/* The last piece of a URL. */
static const char *
file_of(const char *url)
{
	return strrchr(url, '/') + 1;
}

/* "text" or "[a.png b.png]" for each message, with a bar between. */
static const char *
shown(struct arena *a, const struct reply *r)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(64 * 1024);

	for (size_t i = 0; i < r->n; i++) {
		const struct message *m = &r->messages[i];

		buf_printf(&b, "%s%s", i > 0 ? "|" : "", m->text);
		for (size_t k = 0; k < m->n_media; k++)
			buf_printf(&b, "%s%s", k > 0 ? " " : "[", file_of(m->media[k]));
		buf_str(&b, m->n_media > 0 ? "]" : "");
	}
	return arena_strdup(a, b.data);
}

/* F-64: WhatsApp refuses a message with several. */
Test(compose_media, messages_of_a_statement)
{
	static const struct {
		const char *name, *html, *sms, *whatsapp;
	} t[] = {
		{ "text first", IMG("a.png") "Look", "Look|[a.png]", "Look|[a.png]" },
		{ "alone", IMG("a.png"), "[a.png]", "[a.png]" },
		{ "two", "Look" IMG("a.png") IMG("b.png"), "Look|[a.png b.png]",
		    "Look|[a.png]|[b.png]" },
		{ "what is no medium there", "Look" IMG("a.gif") IMG("b.png"),
		    "Look|[a.gif b.png]", "Look https://x.example/a.gif|[b.png]" },
		{ "none", "<img src=data:x>", "", "" },
		{ "twelve",
		    IMG("1") IMG("2") IMG("3") IMG("4") IMG("5") IMG("6") IMG("7")
			IMG("8") IMG("9") IMG("10") IMG("11") IMG("12"),
		    "[1 2 3 4 5 6 7 8 9 10]|[11 12]",
		    "[1]|[2]|[3]|[4]|[5]|[6]|[7]|[8]|[9]|[10]" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct compose c = { .arena = a, .channel = channel_of(SMS) };
		struct compose w = { .arena = a, .channel = channel_of(WHATSAPP) };
		struct reply r;

		say(&c, t[i].html);
		compose_end(&c, &r);
		cr_expect_str_eq(shown(a, &r), t[i].sms, "%s, SMS", t[i].name);
		say(&w, t[i].html);
		compose_end(&w, &r);
		cr_expect_str_eq(
		    shown(a, &r), t[i].whatsapp, "%s, WhatsApp", t[i].name);
	}
}

Test(compose_media, blocks_of_one_statement_share_theirs)
{
	static const struct block blocks[] = {
		{ .html = "a" IMG("a.png") IMG("b.png") },
		{ .html = "b" IMG("a.png"), .hint = "(h" IMG("h.png") ")" },
		{ .html = IMG("c.png"), .url = "https://x.example/doc" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	struct reply r;

	compose_say(&c, blocks, NELEMS(blocks));
	compose_end(&c, &r);
	cr_expect_str_eq(
	    shown(a, &r), "a\n\nb (h)\n\nhttps://x.example/doc|[a.png b.png c.png]");
}

/* What leads to itself is not said twice. */
Test(compose_media, a_page_that_is_a_medium)
{
	static const char url[] = "https://x.example/e";
	static const struct block page = { .html = "<iframe src=https://x.example/e>",
		.url = url };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(SMS) };
	struct reply r;

	compose_say(&c, &page, 1);
	compose_end(&c, &r);
	cr_expect_str_eq(shown(a, &r), url);
}

Test(compose_media, order_is_kept)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct compose c = { .arena = a, .channel = channel_of(WHATSAPP) };
	struct reply r;

	say(&c, "one" IMG("1"));
	say(&c, IMG("2"));
	say(&c, "three");
	say(&c, "four" IMG("1"));
	compose_end(&c, &r);
	cr_expect_str_eq(shown(a, &r), "one|[1]|[2]|three|four|[1]");
}

/* Statements are joined before a picture is left out, but not across one. */
Test(compose_media, too_many_messages)
{
	static const struct {
		const char *name;
		size_t n;
		const char *statements[16], *want;
	} t[] = {
		{ "texts are joined", 10,
		    { "a", "b", "c" IMG("1"), "d", "e", "f" IMG("2"), "g", "h", "i" },
		    "a\n\nb|c|[1]|d|e|f|[2]|g|h|i" },
		{ "the last pictures go", 2,
		    { IMG("1") IMG("2") IMG("3") IMG("4") IMG("5") IMG("6") IMG("7")
			    IMG("8") IMG("9") IMG("10") IMG("11"),
			"Was it good?" },
		    "[1]|[2]|[3]|[4]|[5]|[6]|[7]|[8]|[9]|Was it good?" },
		{ "then texts are joined again", 11,
		    { "a" IMG("1"), "b" IMG("2"), "c" IMG("3"), "d" IMG("4"),
			"e" IMG("5"), "f" IMG("6"), "g", "h", "i", "j", "k" },
		    "a|[1]|b|[2]|c|[3]|d|[4]|e|f\n\ng\n\nh\n\ni\n\nj\n\nk" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct compose c = { .arena = a, .channel = channel_of(WHATSAPP) };
		struct reply r;

		for (size_t k = 0; k < t[i].n; k++)
			say(&c, t[i].statements[k]);
		compose_end(&c, &r);
		cr_expect_leq(r.n, (size_t)LIMIT_REPLY_MESSAGES);
		cr_expect_str_eq(shown(a, &r), t[i].want, "%s", t[i].name);
	}
}

/* An address of the greatest length, each of its bytes escaped. */
static const char *
heavy_image(struct arena *a, int i)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT((size_t)8 * LIMIT_URL);

	buf_printf(&b, "<img src='https://x.example/%03d?", i);
	for (int k = 0; k < LIMIT_URL - 24; k++)
		buf_str(&b, "&amp;");
	buf_str(&b, "'>");
	return arena_strdup(a, b.data);
}

Test(compose_media, the_document_stays_within_its_limit)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf xml = BUF_INIT(LIMIT_TWIML);
	struct compose c = { .arena = a, .channel = channel_of(WHATSAPP) };
	struct twiml_message messages[LIMIT_REPLY_MESSAGES];
	struct reply r;

	for (int i = 0; i < 8; i++)
		say(&c, heavy_image(a, i));
	say(&c, "the question");
	compose_end(&c, &r);
	cr_assert_eq(r.n, 7, "%zu messages", r.n);
	cr_expect_str_eq(r.messages[6].text, "the question");
	for (size_t i = 0; i < r.n; i++)
		messages[i] = (struct twiml_message){ .text = r.messages[i].text,
			.media = r.messages[i].media,
			.n_media = r.messages[i].n_media };
	twiml_messages(&xml, messages, r.n);
	cr_expect(buf_ok(&xml));
}
