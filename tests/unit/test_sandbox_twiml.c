/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "sandbox/twiml.h"
#include "support/leaks.h"

TestSuite(sandbox_twiml, .fini = no_leaks);

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
#define R(inside) XML "<Response>" inside "</Response>"

/* Bodies of the messages joined by "|", and codes of the faults. */
struct row {
	const char *name, *type, *in;
	const char *messages;
	enum twilio_code faults[3];
};

static void
check(const struct row *t, bool whatsapp)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(4096);
	struct twiml out;
	size_t n = 0;

	twiml_read(&out, a, t->type, false, t->in, strlen(t->in), whatsapp);
	for (size_t i = 0; i < out.n; i++)
		buf_printf(&got, "%s%s", i > 0 ? "|" : "", out.messages[i].body);
	cr_expect_str_eq(got.data, t->messages, "%s", t->name);
	while (n < NELEMS(t->faults) && t->faults[n] != 0)
		n++;
	cr_expect_eq(out.n_faults, n, "%s: %zu faults, first: %s", t->name,
	    out.n_faults, out.n_faults > 0 ? out.faults[0].text : "");
	for (size_t i = 0; i < n && i < out.n_faults; i++)
		cr_expect_eq(out.faults[i].code, t->faults[i], "%s: fault %zu is %d",
		    t->name, i, (int)out.faults[i].code);
}

Test(sandbox_twiml, what_is_sent)
{
	static const struct row t[] = {
		{ "text", "text/xml", R("<Message>Hi</Message>"), "Hi", { 0 } },
		{ "other XML type", "application/xml; charset=utf-8",
		    R("<Message>Hi</Message>"), "Hi", { 0 } },
		{ "HTML type", "text/html", R("<Message>Hi</Message>"), "Hi", { 0 } },
		{ "type in capitals", "Text/XML", R("<Message>Hi</Message>"), "Hi",
		    { 0 } },
		{ "without declaration", "text/xml",
		    " <Response><Message>Hi</Message></Response>", "Hi", { 0 } },
		{ "several", "text/xml", R("<Message>a</Message><Message>b</Message>"),
		    "a|b", { 0 } },
		{ "bodies are joined", "text/xml",
		    R("<Message> <Body>a</Body><Body>b</Body> </Message>"), "ab",
		    { 0 } },
		{ "escapes", "text/xml",
		    R("<Message>a &amp; &lt;b&gt; &#233; &#x1F600;</Message>"),
		    "a & <b> \xc3\xa9 \xf0\x9f\x98\x80", { 0 } },
		{ "CDATA and a comment", "text/xml",
		    R("<!-- c --><Message><![CDATA[<a>]]><!-- d -->b</Message>"),
		    "<a>b", { 0 } },
		{ "known attributes", "text/xml",
		    R("<Message to=\"+34600111222\" from=\"whatsapp:+1415\" action=\"/a\" "
		      "method=\"GET\" statusCallback=\"/s\">Hi</Message>"),
		    "Hi", { 0 } },
		{ "media alone", "text/xml",
		    R("<Message><Media>https://e.example/a.png</Media></Message>"), "",
		    { 0 } },
		{ "empty", "text/xml", R(""), "", { 0 } },
		{ "empty element", "text/xml", "<Response/>", "", { 0 } },
		{ "plain text", "text/plain", "Hi <there> & you", "Hi <there> & you",
		    { 0 } },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		check(&t[i], false);
}

Test(sandbox_twiml, faults)
{
	static const struct row t[] = {
		{ "no type", NULL, R("<Message>Hi</Message>"), "", { TWILIO_FETCH } },
		{ "JSON", "application/json", "{}", "", { TWILIO_CONTENT_TYPE } },
		{ "a type that begins alike", "text/xmlish", R(""), "",
		    { TWILIO_CONTENT_TYPE } },
		{ "nothing", "text/xml", "", "", { TWILIO_NO_XML } },
		{ "not XML", "text/xml", "hello", "", { TWILIO_NO_XML } },
		{ "a lone &", "text/xml", R("<Message>a & b</Message>"), "",
		    { TWILIO_NO_XML } },
		{ "a control character", "text/xml", R("<Message>a\x01</Message>"), "",
		    { TWILIO_NO_XML } },
		{ "not UTF-8", "text/xml", R("<Message>\xff\xfe</Message>"), "",
		    { TWILIO_NO_XML } },
		{ "before the declaration", "text/xml", "\n" R("<Message>a</Message>"),
		    "", { TWILIO_NO_XML } },
		{ "not closed", "text/xml", XML "<Response><Message>a</Message>", "",
		    { TWILIO_NO_XML } },
		{ "unknown entity", "text/xml", R("<Message>&nbsp;</Message>"), "",
		    { TWILIO_NO_XML } },
		{ "document type", "text/xml",
		    "<!DOCTYPE r [<!ENTITY a \"aa\">]><Response><Message>&a;</Message></Response>",
		    "", { TWILIO_NO_XML } },
		{ "document type of elsewhere", "text/xml",
		    "<!DOCTYPE r SYSTEM \"file:///etc/passwd\"><Response/>", "",
		    { TWILIO_NO_XML } },
		{ "version", "text/xml",
		    "<Response version=\"9\"><Message>a</Message></Response>", "",
		    { TWILIO_VERSION } },
		{ "root in small letters", "text/xml",
		    "<response><Message>a</Message></response>", "",
		    { TWILIO_SCHEMA } },
		{ "verb in small letters", "text/xml",
		    R("<message>a</message><Message>b</Message>"), "b",
		    { TWILIO_SCHEMA } },
		{ "part in small letters", "text/xml",
		    R("<Message><body>a</body></Message>"), "",
		    { TWILIO_SCHEMA, TWILIO_BODY } },
		{ "attribute in other letters", "text/xml",
		    R("<Message To=\"+1\">a</Message>"), "a", { TWILIO_SCHEMA } },
		{ "attribute of Response", "text/xml", "<Response a=\"b\"/>", "",
		    { TWILIO_SCHEMA } },
		{ "text in Response", "text/xml", R("stray<Message>a</Message>"), "a",
		    { TWILIO_SCHEMA } },
		{ "text beside Body", "text/xml",
		    R("<Message>x<Body>a</Body></Message>"), "a", { TWILIO_SCHEMA } },
		{ "element in Body", "text/xml",
		    R("<Message><Body>a<b>c</b></Body></Message>"), "a",
		    { TWILIO_SCHEMA } },
		{ "foreign namespace", "text/xml",
		    R("<x:Message xmlns:x=\"urn:x\">a</x:Message>"), "",
		    { TWILIO_SCHEMA } },
		{ "a verb for calls", "text/xml", R("<Say>a</Say><Message>b</Message>"),
		    "b", { TWILIO_VERB } },
		{ "redirect ends it", "text/xml",
		    R("<Message>a</Message><Redirect>/x</Redirect><Message>b</Message>"),
		    "a", { TWILIO_SCHEMA } },
		{ "empty message", "text/xml",
		    R("<Message> \n</Message><Message>b</Message>"), "b",
		    { TWILIO_BODY } },
		{ "empty plain text", "text/plain", "", "", { TWILIO_BODY } },
		{ "to", "text/xml", R("<Message to=\"Ann\">a</Message>"), "",
		    { TWILIO_TO } },
		{ "from", "text/xml", R("<Message from=\"\">a</Message>"), "",
		    { TWILIO_FROM } },
		{ "method", "text/xml", R("<Message method=\"PUT\">a</Message>"), "",
		    { TWILIO_METHOD } },
		{ "empty media", "text/xml", R("<Message>a<Media/></Message>"), "",
		    { TWILIO_SCHEMA, TWILIO_SCHEMA, TWILIO_BODY } },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		check(&t[i], false);
}

/* A document with `n` messages of `units` letters each. */
static size_t
count_messages(size_t n, size_t units, struct twiml *out)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(256 * 1024);

	buf_str(&b, "<Response>");
	for (size_t i = 0; i < n; i++) {
		buf_str(&b, "<Message>");
		for (size_t j = 0; j < units; j++)
			buf_chr(&b, 'a');
		buf_str(&b, "</Message>");
	}
	buf_str(&b, "</Response>");
	twiml_read(out, a, "text/xml", false, b.data, b.len, false);
	return out->n;
}

Test(sandbox_twiml, limits)
{
	struct twiml out;

	cr_expect_eq(count_messages(10, 1600, &out), 10);
	cr_expect_eq(out.n_faults, 0);
	cr_expect_eq(count_messages(12, 5, &out), 10, "the rest is dropped");
	cr_expect(out.n_faults == 1 && out.faults[0].code == TWILIO_TOO_MANY);
	cr_expect_eq(count_messages(1, 1601, &out), 0);
	cr_expect(out.n_faults == 1 && out.faults[0].code == TWILIO_BODY);
	cr_expect_eq(count_messages(50, 1600, &out), 0);
	cr_expect(out.n_faults == 1 && out.faults[0].code == TWILIO_TOO_LARGE);
}

Test(sandbox_twiml, media)
{
	static const char in[] =
	    R("<Message><Body>x</Body><Media> https://e.example/1 </Media>"
	      "<Media>https://e.example/2</Media></Message>");
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twiml out;

	twiml_read(&out, a, "text/xml", false, in, sizeof(in) - 1, false);
	cr_assert_eq(out.n, 1);
	cr_assert_eq(out.messages[0].n_media, 2);
	cr_expect_str_eq(out.messages[0].media[0], "https://e.example/1");
	cr_expect_eq(out.n_faults, 0);

	twiml_read(&out, a, "text/xml", false, in, sizeof(in) - 1, true);
	cr_assert_eq(out.n, 1);
	cr_expect_eq(out.messages[0].n_media, 1, "WhatsApp takes one");
	cr_expect(out.n_faults == 1 && out.faults[0].code == TWILIO_SCHEMA);
}

Test(sandbox_twiml, chunked_empty)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twiml out;

	twiml_read(&out, a, NULL, true, "", 0, false);
	cr_expect(out.n_faults == 1 && out.faults[0].code == TWILIO_CHUNKED_EMPTY);
}

Test(sandbox_twiml, text_counts_in_utf16)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(8192);
	struct twiml out;

	for (int i = 0; i < 800; i++)
		buf_str(&b, "\xf0\x9f\x98\x80");
	twiml_read(&out, a, "text/plain", false, b.data, b.len, false);
	cr_expect_eq(out.n, 1, "800 emoji are 1600 units");
	buf_str(&b, "a");
	twiml_read(&out, a, "text/plain", false, b.data, b.len, false);
	cr_expect_eq(out.n, 0);
}
