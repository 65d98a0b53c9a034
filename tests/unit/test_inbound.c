/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "base/limits.h"
#include "support/leaks.h"
#include "twilio/inbound.h"

TestSuite(inbound, .fini = no_leaks);

struct row {
	const char *name, *body; /* a form, encoded */
	const char *text, *pick; /* NULL: no pick */
	size_t n_media;
};

static void
read_form(struct form *f, struct arena *a, const char *body)
{
	struct err e = { 0 };

	cr_assert(form_parse(f, a, body, strlen(body), &e), "%s", e.text);
}

static void
check(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const struct row *r = &rows[i];
		struct twilio_said said;
		struct form f;

		read_form(&f, a, r->body);
		twilio_said(&said, &f, a);
		cr_expect_str_eq(said.text, r->text, "%s: \"%s\"", r->name, said.text);
		cr_expect_eq(
		    said.n_media, r->n_media, "%s: %zu", r->name, said.n_media);
		if (r->pick == NULL)
			cr_expect_null(said.pick, "%s: %s", r->name, said.pick);
		else
			cr_expect_str_eq(said.pick != NULL ? said.pick : "(none)",
			    r->pick, "%s", r->name);
	}
}

#define CHECK(rows) check((rows), NELEMS(rows))

Test(inbound, text)
{
	static const struct row t[] = {
		{ "plain", "Body=Hola&NumMedia=0", "Hola", NULL, 0 },
		{ "not trimmed", "Body=+2+%0A", " 2 \n", NULL, 0 },
		{ "empty", "Body=&NumMedia=0", "", NULL, 0 },
		{ "absent", "From=x", "", NULL, 0 },
		{ "no form at all", "", "", NULL, 0 },
		{ "NUL inside", "Body=a%00b%00", "ab", NULL, 0 },
		{ "NUL alone", "Body=%00", "", NULL, 0 },
		{ "broken UTF-8", "Body=caf%e9+%c3", "caf\xef\xbf\xbd \xef\xbf\xbd",
		    NULL, 0 },
		{ "UTF-8", "Body=%f0%9f%91%8d", "\xf0\x9f\x91\x8d", NULL, 0 },
		{ "the first of two", "Body=one&Body=two", "one", NULL, 0 },
		{ "an unknown kind of message with text",
		    "MessageType=hologram&Body=look", "look", NULL, 0 },
		{ "an unknown kind of message without",
		    "MessageType=hologram&Body=&NumMedia=0", "", NULL, 0 },
		{ "an advertisement the user came from",
		    "Body=hi&ReferralNumMedia=0&ReferralBody=buy&ReferralMediaUrl=x",
		    "hi", NULL, 0 },
		{ "a forwarded one", "Body=hi&Forwarded=true&FrequentlyForwarded=true",
		    "hi", NULL, 0 },
		{ "an answer to a certain message",
		    "Body=hi&OriginalRepliedMessageSid=SM1", "hi", NULL, 0 },
		{ "the user's name is not what he says", "ProfileName=Eva&Body=", "",
		    NULL, 0 },
	};

	CHECK(t);
}

Test(inbound, media)
{
	static const struct row t[] = {
		{ "a picture", "Body=&NumMedia=1&MediaUrl0=https://x/1", "", NULL, 1 },
		{ "with a caption", "Body=see&NumMedia=1&MediaUrl0=u", "see", NULL, 1 },
		{ "three", "NumMedia=3&MediaUrl0=a&MediaUrl1=b&MediaUrl2=c", "", NULL,
		    3 },
		{ "ten, as Twilio sorts them",
		    "NumMedia=10&MediaUrl0=a&MediaUrl1=b&MediaUrl2=c&MediaUrl3=d"
		    "&MediaUrl4=e&MediaUrl5=f&MediaUrl6=g&MediaUrl7=h&MediaUrl8=i"
		    "&MediaUrl9=j",
		    "", NULL, 10 },
		{ "announced, but not there", "NumMedia=1", "", NULL, 1 },
		{ "there, but not announced", "NumMedia=0&MediaUrl0=a&MediaUrl1=b", "",
		    NULL, 2 },
		{ "number missing", "MediaUrl0=a", "", NULL, 1 },
		{ "number empty", "NumMedia=&MediaUrl0=a", "", NULL, 1 },
		{ "number is no number", "NumMedia=two&MediaUrl0=a", "", NULL, 1 },
		{ "number negative", "NumMedia=-1&MediaUrl0=a", "", NULL, 1 },
		{ "number far too big", "NumMedia=99999999999999999999", "", NULL, 0 },
		{ "number too big", "NumMedia=99", "", NULL, LIMIT_MEDIA },
		{ "NUL in the number", "NumMedia=1%00", "", NULL, 0 },
		{ "more than any message has",
		    "MediaUrl0=a&MediaUrl1=a&MediaUrl2=a&MediaUrl3=a&MediaUrl4=a"
		    "&MediaUrl5=a&MediaUrl6=a&MediaUrl7=a&MediaUrl8=a&MediaUrl9=a"
		    "&MediaUrl10=a&MediaUrl11=a",
		    "", NULL, LIMIT_MEDIA },
		{ "an empty address", "NumMedia=0&MediaUrl0=", "", NULL, 0 },
		{ "other names",
		    "MediaUrl=a&MediaUrlX=a&MediaUrl100=a&XMediaUrl0=a"
		    "&mediaurl0=a&MediaUrl+1=a&MediaContentType0=a",
		    "", NULL, 0 },
		{ "a contact card",
		    "MessageType=contacts&NumMedia=1&MediaUrl0=u"
		    "&MediaContentType0=text/vcard",
		    "", NULL, 1 },
		{ "a sticker", "NumMedia=1&MediaUrl0=u&MediaContentType0=image/webp",
		    "", NULL, 1 },
		{ "a voice note",
		    "MessageType=audio&NumMedia=1&MediaUrl0=u"
		    "&MediaContentType0=audio/ogg",
		    "", NULL, 1 },
	};

	CHECK(t);
}

Test(inbound, buttons_and_lists)
{
	static const struct row t[] = {
		{ "a button", "Body=Yes&ButtonText=Yes&ButtonPayload=opt-1", "Yes",
		    "opt-1", 0 },
		{ "its text is not in Body", "Body=&ButtonText=Yes&ButtonPayload=opt-1",
		    "Yes", "opt-1", 0 },
		{ "Body is blank", "Body=+%0A&ButtonText=Yes", "Yes", NULL, 0 },
		{ "without a payload", "Body=Yes&ButtonText=Yes&ButtonPayload=", "Yes",
		    NULL, 0 },
		{ "nothing but a payload", "Body=&ButtonPayload=opt-1", "opt-1",
		    "opt-1", 0 },
		{ "a row of a list",
		    "Body=Paris&ListId=row-2&ListTitle=Paris&ListDescription=France",
		    "Paris", "row-2", 0 },
		{ "its title alone", "ListTitle=Paris&ListDescription=France", "Paris",
		    NULL, 0 },
		{ "a description alone says nothing", "ListDescription=France", "",
		    NULL, 0 },
		{ "a row without a title", "ListId=row-2", "row-2", "row-2", 0 },
		{ "button before row",
		    "ButtonPayload=b&ListId=l&ButtonText=B&ListTitle=L", "B", "b", 0 },
		{ "a blank payload is none", "ButtonPayload=+&ListId=l", "l", "l", 0 },
		{ "broken UTF-8 and NUL in an id", "ButtonPayload=a%ff%00b&Body=x", "x",
		    "a\xef\xbf\xbd"
		    "b",
		    0 },
		{ "with a picture", "ButtonPayload=a&Body=x&NumMedia=1&MediaUrl0=u",
		    "x", "a", 1 },
	};

	CHECK(t);
}

/* InteractiveData is encoded by hand: %7B {, %22 ", %7D }, %5B [, %5D ]. */
#define JSON "Body=x&InteractiveData="

Test(inbound, interactive_data)
{
	static const struct row t[] = {
		{ "a button",
		    JSON "{%22type%22:%22button_reply%22,%22button_reply%22:"
			 "{%22id%22:%22b1%22,%22title%22:%22Yes%22}}",
		    "x", "b1", 0 },
		{ "a list", JSON "{%22list_reply%22:{%22id%22:%22r1%22}}", "x", "r1",
		    0 },
		{ "further in",
		    JSON "{%22interactive%22:{%22list_reply%22:{%22id%22:%22r1%22}}}",
		    "x", "r1", 0 },
		{ "button further in",
		    JSON "{%22interactive%22:{%22button_reply%22:{%22id%22:%22b%22}}}",
		    "x", "b", 0 },
		{ "on top", JSON "{%22id%22:%22t1%22}", "x", "t1", 0 },
		{ "nothing seen: the id", "Body=&InteractiveData={%22id%22:%22t1%22}",
		    "t1", "t1", 0 },
		{ "the fields come first",
		    "Body=x&ListId=l&InteractiveData={%22id%22:%22t1%22}", "x", "l",
		    0 },
		{ "an id that is a number", JSON "{%22id%22:7}", "x", NULL, 0 },
		{ "an id that is an object", JSON "{%22id%22:{%22id%22:%22a%22}}", "x",
		    NULL, 0 },
		{ "an empty id, then a good one",
		    JSON "{%22button_reply%22:{%22id%22:%22%22},%22id%22:%22t%22}", "x",
		    "t", 0 },
		{ "elsewhere", JSON "{%22flow%22:{%22id%22:%22f%22}}", "x", NULL, 0 },
		{ "a list of answers", JSON "%5B{%22id%22:%22a%22}%5D", "x", NULL, 0 },
		{ "a text", JSON "%22id%22", "x", NULL, 0 },
		{ "null", JSON "null", "x", NULL, 0 },
		{ "empty", JSON, "x", NULL, 0 },
		{ "cut short", JSON "{%22id%22:%22t1", "x", NULL, 0 },
		{ "something behind", JSON "{%22id%22:%22t1%22}}", "x", NULL, 0 },
		{ "broken UTF-8", JSON "{%22id%22:%22%ff%22}", "x", NULL, 0 },
		{ "NUL", JSON "{%22id%22:%22a%5Cu0000b%22}", "x", NULL, 0 },
		{ "too deep",
		    JSON "%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B"
			 "%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B%5B",
		    "x", NULL, 0 },
	};

	CHECK(t);
}

#define MAPS "https://maps.google.com/?q="

Test(inbound, location)
{
	static const struct row t[] = {
		{ "a place",
		    "Latitude=41.38&Longitude=2.17&Label=Shop&Address=Main+St+1",
		    "Shop, Main St 1 " MAPS "41.38,2.17", NULL, 0 },
		{ "no label", "Latitude=41.38&Longitude=2.17&Address=Main+St+1",
		    "Main St 1 " MAPS "41.38,2.17", NULL, 0 },
		{ "no address", "Latitude=41.38&Longitude=2.17&Label=Shop&Address=",
		    "Shop " MAPS "41.38,2.17", NULL, 0 },
		{ "a dropped pin", "Body=&Latitude=-41.380&Longitude=-002.17",
		    MAPS "-41.380,-002.17", NULL, 0 },
		{ "with a text", "Body=Here+I+am&Latitude=1&Longitude=2",
		    "Here I am " MAPS "1,2", NULL, 0 },
		{ "trimmed names",
		    "Latitude=1&Longitude=2&Label=+Shop+%0A&Address=%09St+",
		    "Shop, St " MAPS "1,2", NULL, 0 },
		{ "the poles and the date line", "Latitude=-90.000&Longitude=180",
		    MAPS "-90.000,180", NULL, 0 },
		{ "beyond the pole", "Latitude=90.001&Longitude=2&Label=Shop", "Shop",
		    NULL, 0 },
		{ "around the world", "Latitude=9&Longitude=-181&Body=hi", "hi", NULL,
		    0 },
		{ "far around the world", "Latitude=9&Longitude=18100000000000000000",
		    "", NULL, 0 },
		{ "half of it", "Latitude=9&Label=Shop", "", NULL, 0 },
		{ "names alone are no place", "Label=Shop&Address=St&Body=hi", "hi",
		    NULL, 0 },
		{ "comma", "Latitude=41%2C38&Longitude=2", "", NULL, 0 },
		{ "exponent", "Latitude=1e1&Longitude=2", "", NULL, 0 },
		{ "plus", "Latitude=%2B1&Longitude=2", "", NULL, 0 },
		{ "blank", "Latitude=+1&Longitude=2", "", NULL, 0 },
		{ "point without digits behind", "Latitude=1.&Longitude=2", "", NULL,
		    0 },
		{ "point without digits before", "Latitude=.5&Longitude=2", "", NULL,
		    0 },
		{ "sign alone", "Latitude=-&Longitude=2", "", NULL, 0 },
		{ "two points", "Latitude=1.1.1&Longitude=2", "", NULL, 0 },
		{ "another parameter for the map", "Latitude=1%26x=1&Longitude=2", "",
		    NULL, 0 },
		{ "a number", "Latitude=inf&Longitude=nan", "", NULL, 0 },
		{ "hexadecimal", "Latitude=0x10&Longitude=2", "", NULL, 0 },
		{ "NUL behind", "Latitude=1%00&Longitude=2", "", NULL, 0 },
		{ "empty", "Latitude=&Longitude=", "", NULL, 0 },
		{ "digits without end",
		    "Latitude=1.00000000000000000000000000000000000000&Longitude=2", "",
		    NULL, 0 },
		{ "a broken name", "Latitude=1&Longitude=2&Label=%ff%00",
		    "\xef\xbf\xbd " MAPS "1,2", NULL, 0 },
	};

	CHECK(t);
	/* Where a comma is the decimal point, nothing changes; not every machine has one. */
	if (setlocale(LC_ALL, "de_DE.UTF-8") != NULL)
		CHECK(t);
}

/* A field of one letter, n times. */
static const char *
field_of(struct arena *a, const char *name, size_t n)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, 'x', n);
	return arena_printf(a, "%s=%s", name, s);
}

Test(inbound, limits)
{
	static const char *const ids[] = { "ButtonPayload", "ListId" };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twilio_said said;
	struct form f;

	for (size_t i = 0; i < NELEMS(ids); i++) {
		read_form(&f, a, field_of(a, ids[i], LIMIT_OPTION_VALUE));
		twilio_said(&said, &f, a);
		cr_assert_not_null(said.pick, "%s", ids[i]);
		cr_expect_eq(strlen(said.pick), (size_t)LIMIT_OPTION_VALUE);
		read_form(&f, a, field_of(a, ids[i], LIMIT_OPTION_VALUE + 1));
		twilio_said(&said, &f, a);
		cr_expect_null(said.pick, "%s", ids[i]);
		cr_expect_str_empty(said.text, "%s", ids[i]);
	}
	read_form(&f, a, field_of(a, "Latitude=1&Longitude=2&Label", LIMIT_LABEL + 9));
	twilio_said(&said, &f, a);
	cr_expect_eq(strlen(said.text), LIMIT_LABEL + strlen(" " MAPS "1,2"));
	read_form(&f, a, field_of(a, "Body", LIMIT_REQUEST_BODY));
	twilio_said(&said, &f, a);
	cr_expect_eq(
	    strlen(said.text), (size_t)LIMIT_REQUEST_BODY, "cut by the dialogue");
}

/* A label of letters of two bytes is cut between two of them. */
Test(inbound, label_cut_at_a_letter)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf body = BUF_INIT(8000);
	struct twilio_said said;
	struct form f;

	buf_str(&body, "Latitude=1&Longitude=2&Label=x");
	for (int i = 0; i < LIMIT_LABEL; i++)
		buf_str(&body, "%c3%a9");
	read_form(&f, a, body.data);
	twilio_said(&said, &f, a);
	cr_expect_eq(strcspn(said.text, " "), LIMIT_LABEL - 1);
}

Test(inbound, files_in_their_order)
{
	static const char body[] = "NumMedia=4&MediaUrl10=https%3A%2F%2Fa%2F10"
				   "&MediaContentType2=image%2Fpng&MediaUrl2=b"
				   "&MediaUrl0=https%3A%2F%2Fa%2F0&MediaUrl3="
				   "&MediaContentType10=a%0Ab&MediaUrl5=a%00b"
				   "&MediaUrl100=x&MediaUrlx=y";
	static const struct twilio_file want[] = { { "https://a/0", "" },
		{ "b", "image/png" }, { "", "" }, { "https://a/10", "" } };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct twilio_file *files;
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, body, sizeof(body) - 1, &e));
	cr_assert_eq(twilio_files(&files, &f, a), NELEMS(want));
	for (size_t i = 0; i < NELEMS(want); i++) {
		cr_expect_str_eq(files[i].url, want[i].url, "%zu", i);
		cr_expect_str_eq(files[i].claimed, want[i].claimed, "%zu", i);
	}
}

Test(inbound, files_beyond_the_limits)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf body = BUF_INIT(20000);
	const struct twilio_file *files;
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, "", 0, &e));
	cr_expect_eq(twilio_files(&files, &f, a), 0);
	for (int i = 0; i < LIMIT_MEDIA + 3; i++)
		buf_printf(&body, "MediaUrl%d=%0*d&", i, i == 1 ? LIMIT_URL + 1 : 3, i);
	cr_assert(form_parse(&f, a, body.data, body.len, &e));
	cr_assert_eq(twilio_files(&files, &f, a), LIMIT_MEDIA);
	cr_expect_str_eq(files[0].url, "000");
	cr_expect_str_eq(files[1].url, "", "too long to be called");
	cr_expect_str_eq(files[LIMIT_MEDIA - 1].url, "009");
}
