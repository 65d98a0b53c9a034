/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures, buttons and places that the phones send. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "support/leaks.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"

TestSuite(sandbox_attach, .fini = no_leaks, .timeout = 60);

#define SEND "/phone/api/send"

static const struct upstream_step steps[] = {
	{ .headers = "Content-Type: text/xml\r\n", .body = "<Response/>", .times = -1 }
};

enum { FIELDS = 12 };

/* What is said, and the form fields that tell it: name, value; a NULL value: no field. */
static const struct {
	const char *body;
	const char *fields[2 * FIELDS];
} sent[] = {
	{ "{\"channel\":\"sms\",\"body\":\"look\",\"media\":[{\"url\":\"https://e.example/a.jpg\","
	  "\"type\":\"image/jpeg\"},{\"url\":\"https://e.example/b\",\"type\":"
	  "\"application/pdf\"}]",
	    { "NumMedia", "2", "MediaUrl0", "https://e.example/a.jpg",
		"MediaContentType0", "image/jpeg", "MediaUrl1", "https://e.example/b",
		"MediaContentType1", "application/pdf", "MediaUrl2", NULL, "Body",
		"look", "MessageType", NULL } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"media\":[{\"type\":\"audio/ogg\"}]",
	    { "NumMedia", "1", "MediaContentType0", "audio/ogg", "MessageType", "audio",
		"Body", "" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"media\":[{\"type\":\"text/vcard\"}]",
	    { "MessageType", "contacts" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"media\":[{\"type\":"
	  "\"application/pdf\"}]",
	    { "MessageType", "document" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"media\":[]",
	    { "NumMedia", "0", "MessageType", "text" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"button\":{\"text\":\"Yes\",\"payload\":"
	  "\"q1:1\"}",
	    { "Body", "Yes", "ButtonText", "Yes", "ButtonPayload", "q1:1", "ButtonType",
		"REPLY", "MessageType", "button", "NumMedia", "0" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"other\",\"button\":{\"text\":\"Yes\"}",
	    { "Body", "other", "ButtonText", "Yes", "ButtonPayload", NULL } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"location\":{\"latitude\":41.38506,"
	  "\"longitude\":-2.1734,\"label\":\"Shop\",\"address\":\"Rambla 1\"}",
	    { "Latitude", "41.38506", "Longitude", "-2.1734", "Label", "Shop",
		"Address", "Rambla 1", "MessageType", "location", "Body", "" } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"location\":{\"latitude\":\"41\","
	  "\"longitude\":2}",
	    { "Latitude", "41", "Longitude", "2", "Label", NULL, "Address", NULL } },
	{ "{\"channel\":\"whatsapp\",\"body\":\"\",\"params\":{\"NumMedia\":\"9\","
	  "\"MediaUrl0\":null},\"media\":[{\"type\":\"image/png\",\"url\":\"u\"}]",
	    { "NumMedia", "9", "MediaUrl0", NULL, "MediaContentType0", "image/png" } },
};

static void
expect_form(const char *body, const char *form, const char *const *fields)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct form f;
	struct err e;

	cr_assert(form_parse(&f, a, form, strlen(form), &e), "%s", e.text);
	for (size_t i = 0; i < FIELDS && fields[2 * i] != NULL; i++) {
		const char *got = form_get(&f, fields[2 * i]);
		const char *want = fields[2 * i + 1];

		cr_expect((got == NULL) == (want == NULL) &&
			(got == NULL || strcmp(got, want) == 0),
		    "%s: %s is \"%s\"", body, fields[2 * i],
		    got != NULL ? got : "(none)");
	}
}

Test(sandbox_attach, fields)
{
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	struct run run;

	run_start(&run, upstream_url(u), 15000);
	for (size_t i = 0; i < NELEMS(sent); i++) {
		CLEANUP(got_fini) struct got g;
		CLEANUP(buf_fini) struct buf body = BUF_INIT(4096);

		buf_printf(&body, "%s,\"wait\":true}", sent[i].body);
		run_call(&run, "POST", SEND, NULL, body.data, &g);
		cr_assert_eq(g.status, 200, "%s: %s", body.data, g.body.data);
		expect_form(sent[i].body, upstream_get(u, i)->body, sent[i].fields);
	}
	run_stop(&run);
}

/* Without a URL it is one of Twilio's, and the same again in a repeat. */
Test(sandbox_attach, twilio_keeps_it)
{
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	CLEANUP(got_fini) struct got first = { 0 }, again = { 0 }, events = { 0 };
	CLEANUP(buf_fini) struct buf body = BUF_INIT(4096);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *sid, *url, *want;
	struct form f;
	struct run run;
	struct err e;
	js *out;

	run_start(&run, upstream_url(u), 15000);
	buf_str(&body,
	    "{\"channel\":\"sms\",\"body\":\"\",\"wait\":true,"
	    "\"media\":[{\"type\":\"image/png\"}]}");
	run_call(&run, "POST", SEND, NULL, body.data, &first);
	sid = js_str(first.json, "sid", "");
	cr_expect(strncmp(sid, "MM", 2) == 0 && strlen(sid) == 34, "%s", sid);
	cr_assert(form_parse(
	    &f, a, upstream_get(u, 0)->body, strlen(upstream_get(u, 0)->body), &e));
	url = form_get(&f, "MediaUrl0");
	want = arena_printf(a,
	    "https://api.twilio.com/2010-04-01/Accounts/%s/Messages/%s/Media/ME",
	    run.opts.account_sid, sid);
	cr_assert_not_null(url);
	cr_expect(strncmp(url, want, strlen(want)) == 0, "%s", url);
	cr_expect_eq(strlen(url), strlen(want) + 32);

	buf_truncate(&body, body.len - 1);
	buf_printf(&body, ",\"repeat\":\"%s\"}", sid);
	run_call(&run, "POST", SEND, NULL, body.data, &again);
	cr_expect_str_eq(js_str(again.json, "sid", ""), sid);
	cr_expect_str_eq(upstream_get(u, 1)->body, upstream_get(u, 0)->body);

	run_call(&run, "GET", "/phone/api/events", NULL, NULL, &events);
	out = json_object_array_get_idx(js_arr(events.json, "events"), 0);
	cr_expect_str_eq(js_str(out, "kind", ""), "out");
	out = json_object_array_get_idx(js_arr(out, "media"), 0);
	cr_expect_str_eq(js_str(out, "url", ""), url, "the phone shows it");
	cr_expect_str_eq(js_str(out, "type", ""), "image/png");
	run_stop(&run);
}

Test(sandbox_attach, refused)
{
	static const struct {
		const char *channel, *member, *says;
	} t[] = {
		{ "sms", "\"media\":{}", "media must be a list" },
		{ "sms", "\"media\":[7]", "media must be a list of objects" },
		{ "sms", "\"media\":[{}]", "a medium needs a type" },
		{ "sms", "\"media\":[{\"type\":\"png\"}]", "a medium needs a type" },
		{ "sms", "\"media\":[{\"type\":\"image/png\",\"url\":\"\"}]",
		    "the url of a medium" },
		{ "sms", "\"media\":[{\"type\":\"image/png\",\"url\":1}]",
		    "url must be a text" },
		{ "sms", "\"media\":[1,2,3,4,5,6,7,8,9,10,11]", "more than 10 media" },
		{ "sms", "\"button\":{\"text\":\"x\"}", "buttons are for WhatsApp" },
		{ "whatsapp", "\"button\":{}", "a button needs a text" },
		{ "whatsapp", "\"button\":\"x\"", "button must be an object" },
		{ "whatsapp", "\"button\":{\"text\":\"x\",\"payload\":1}",
		    "payload must be a text" },
		{ "sms", "\"location\":{\"latitude\":1,\"longitude\":1}",
		    "locations are for WhatsApp" },
		{ "whatsapp", "\"location\":[]", "location must be an object" },
		{ "whatsapp", "\"location\":{\"latitude\":91,\"longitude\":1}",
		    "a location needs" },
		{ "whatsapp", "\"location\":{\"latitude\":\"x\",\"longitude\":1}",
		    "a location needs" },
		{ "whatsapp", "\"location\":{\"latitude\":1}", "a location needs" },
		{ "whatsapp",
		    "\"location\":{\"latitude\":1,\"longitude\":1,\"label\":1}",
		    "label must be a text" },
	};
	CLEANUP(upstream_freep) struct upstream *u = upstream_new(steps, NELEMS(steps));
	struct run run;

	run_start(&run, upstream_url(u), 15000);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g;
		CLEANUP(buf_fini) struct buf body = BUF_INIT(1024);

		buf_printf(&body, "{\"channel\":\"%s\",\"body\":\"\",%s}", t[i].channel,
		    t[i].member);
		run_call(&run, "POST", SEND, NULL, body.data, &g);
		cr_expect_eq(g.status, 400, "%s: %d", body.data, g.status);
		cr_expect_not_null(
		    strstr(g.body.data, t[i].says), "%s: %s", body.data, g.body.data);
	}
	run_stop(&run);
}
