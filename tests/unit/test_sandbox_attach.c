/* SPDX-License-Identifier: Apache-2.0 */
/* Pictures, buttons and places that the phones send. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/form.h"
#include "sandbox/uploads.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"
#include "support/upstream.h"

TestSuite(sandbox_attach, .init = not_for_ever, .fini = no_leaks);

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

	run_start(&run, upstream_url(u), PATIENCE_MS);
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

	run_start(&run, upstream_url(u), PATIENCE_MS);
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

	run_start(&run, upstream_url(u), PATIENCE_MS);
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

#define MEDIA "/phone/api/media"

static void
upload(struct run *run, const char *type, const char *data, struct got *g)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(16 * 1024 * 1024);

	buf_printf(&body, "{\"type\":\"%s\",\"data\":\"", type);
	buf_str(&body, data);
	buf_str(&body, "\"}");
	run_call(run, "POST", MEDIA, NULL, body.data, g);
}

/* The path of what was uploaded. */
static const char *
path_of(const struct got *g)
{
	const char *path = strstr(js_str(g->json, "url", ""), "/phone/media/");

	cr_assert_not_null(path, "%s", g->body.data);
	return path;
}

Test(sandbox_attach, upload)
{
	CLEANUP(got_fini)
	struct got put = { 0 }, got = { 0 }, page = { 0 }, gone = { 0 }, file = { 0 };
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	upload(&run, "image/png", "iVBORw0KGgo=", &put);
	cr_assert_eq(put.status, 201, "%s", put.body.data);
	cr_expect(strncmp(js_str(put.json, "url", ""), "http://127.0.0.1:", 17) == 0);
	run_call(&run, "GET", path_of(&put), NULL, NULL, &got);
	cr_expect_eq(got.status, 200);
	cr_expect(
	    got.body.len == 8 && memcmp(got.body.data, "\x89PNG\r\n\x1a\n", 8) == 0);
	cr_expect_not_null(strstr(got.head.data, "Content-Type: image/png\r\n"));
	cr_expect_null(strstr(got.head.data, "Content-Disposition"));

	upload(&run, "text/html", "PGI+", &page);
	run_call(&run, "GET", path_of(&page), NULL, NULL, &file);
	cr_expect_str_eq(file.body.data, "<b>");
	cr_expect_not_null(strstr(file.head.data, "Content-Disposition: attachment"));
	run_call(&run, "GET", "/phone/media/0123", NULL, NULL, &gone);
	cr_expect_eq(gone.status, 404);
	run_stop(&run);
}

Test(sandbox_attach, upload_refused)
{
	static const struct {
		const char *type, *data;
		int status;
	} t[] = {
		{ "image/png", "", 400 },
		{ "image/png", "abc", 400 },
		{ "image/png",
		    "a\xc3\xb1"
		    "b",
		    400 },
		{ "image/png", "====", 400 },
		{ "image", "AAAA", 400 },
		{ "image/", "AAAA", 400 },
		{ "image/png\\r\\nX: y", "AAAA", 400 },
	};
	CLEANUP(buf_fini) struct buf big = BUF_INIT(8 * 1024 * 1024);
	CLEANUP(got_fini) struct got much = { 0 };
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(got_fini) struct got g = { 0 };

		upload(&run, t[i].type, t[i].data, &g);
		cr_expect_eq(
		    g.status, t[i].status, "%s %s: %d", t[i].type, t[i].data, g.status);
	}
	for (int i = 0; i < UPLOAD_BYTES / 3 + 2; i++)
		buf_str(&big, "AAAA");
	upload(&run, "image/png", big.data, &much);
	cr_expect_eq(much.status, 413, "%d", much.status);
	run_stop(&run);
}

/* What is too much goes with the oldest. */
Test(sandbox_attach, uploads_have_a_limit)
{
	CLEANUP(got_fini)
	struct got first = { 0 }, last = { 0 }, gone = { 0 }, is = { 0 };
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	upload(&run, "image/png", "AAAA", &first);
	for (int i = 0; i < UPLOADS_MAX - 1; i++) {
		CLEANUP(got_fini) struct got g = { 0 };

		upload(&run, "image/png", "AAAA", &g);
		cr_assert_eq(g.status, 201);
	}
	run_call(&run, "GET", path_of(&first), NULL, NULL, &is);
	cr_expect_eq(is.status, 200, "they are all there");
	upload(&run, "image/png", "AAAA", &last);
	run_call(&run, "GET", path_of(&first), NULL, NULL, &gone);
	cr_expect_eq(gone.status, 404);
	run_stop(&run);
}

/* A message with media is no SMS: it has no segments. */
Test(sandbox_attach, segments_are_of_texts)
{
	static const struct upstream_step answer[] = { {
	    .headers = "Content-Type: text/xml\r\n",
	    .body =
		"<Response><Message>Hi</Message><Message><Media>https://e.example/a.png"
		"</Media></Message></Response>",
	    .times = -1,
	} };
	CLEANUP(upstream_freep)
	struct upstream *u = upstream_new(answer, NELEMS(answer));
	CLEANUP(got_fini) struct got g = { 0 }, events = { 0 };
	struct run run;
	js *list;

	run_start(&run, upstream_url(u), PATIENCE_MS);
	run_call(&run, "POST", SEND, NULL,
	    "{\"channel\":\"sms\",\"body\":\"hi\",\"wait\":true}", &g);
	run_call(&run, "GET", "/phone/api/events", NULL, NULL, &events);
	list = js_arr(events.json, "events");
	cr_assert_eq(json_object_array_length(list), 4u, "%s", events.body.data);
	cr_expect_eq(
	    js_int(json_object_array_get_idx(list, 2), "segments.count", 0), 1);
	cr_expect_null(js_get(json_object_array_get_idx(list, 3), "segments"));
	run_stop(&run);
}
