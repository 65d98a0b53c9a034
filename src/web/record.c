/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <json-c/json.h>
#include <string.h>

#include "base/buf.h"
#include "base/form.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mask.h"
#include "base/utf8.h"
#include "http/redact.h"
#include "web/record.h"
#include "web/request.h"

/* Tried in this order, until all of it fits; 0: nothing is cut. */
static const size_t cuts[] = { 0, 400, 120, 40, 12 };

/* Fields of Twilio that are numbers without a sign. Source: Twilio, "Webhook request". */
static bool
is_number_field(const struct form_field *f)
{
	static const char *const names[] = { "From", "To", "WaId", "ForwardedFrom" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcmp(names[i], f->name) == 0)
			return true;
	return false;
}

/* At most `most` bytes of a text, at the end of a character; 0: all of it. */
static void
put_cut(struct buf *out, const char *s, size_t n, size_t most)
{
	if (most == 0 || n <= most) {
		buf_add(out, s, n);
		return;
	}
	while (most > 0 && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	buf_add(out, s, most);
	buf_str(out, "\xe2\x80\xa6");
}

static void
put_field(struct buf *out, const struct form_field *f, size_t most)
{
	CLEANUP(buf_fini) struct buf mails = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(buf_fini) struct buf masked = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(buf_fini) struct buf cut = BUF_INIT(2 * LIMIT_REQUEST_BODY);

	mask_mails(&mails, f->value, f->value_len);
	if (is_number_field(f))
		mask_phone(&masked, mails.data, mails.len);
	else
		mask_phones(&masked, mails.data, mails.len);
	put_cut(&cut, masked.data, masked.len, most);
	buf_url(out, f->name, f->name_len);
	buf_chr(out, '=');
	buf_url(out, cut.data, cut.len);
}

static void
put_form(struct buf *out, const struct form *f, size_t most)
{
	CLEANUP(buf_fini) struct buf all = BUF_INIT(out->max);

	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			buf_chr(&all, '&');
		put_field(&all, &f->fields[i], most);
	}
	http_redact(out, all.data, all.len);
	out->overflow = out->overflow || !buf_ok(&all);
}

static js *cut_json(js *o, size_t most);

static js *
cut_text(js *o, size_t most)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_REQUEST_BODY + 8);

	put_cut(
	    &b, json_object_get_string(o), (size_t)json_object_get_string_len(o), most);
	return json_object_new_string_len(b.data, (int)b.len);
}

static js *
cut_array(js *o, size_t most)
{
	js *out = json_object_new_array();

	for (size_t i = 0; i < json_object_array_length(o); i++)
		json_object_array_add(
		    out, cut_json(json_object_array_get_idx(o, i), most));
	return out;
}

static js *
cut_object(js *o, size_t most)
{
	struct json_object_iterator it = json_object_iter_begin(o);
	struct json_object_iterator end = json_object_iter_end(o);
	js *out = json_object_new_object();

	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		json_object_object_add(out, json_object_iter_peek_name(&it),
		    cut_json(json_object_iter_peek_value(&it), most));
	return out;
}

/* A copy of the value with shorter texts. As deep as js_parse() allows. */
static js *
cut_json(js *o, size_t most)
{
	switch (json_object_get_type(o)) {
	case json_type_string:
		return cut_text(o, most);
	case json_type_array:
		return cut_array(o, most);
	case json_type_object:
		return cut_object(o, most);
	default:
		return json_object_get(o);
	}
}

static void
put_json(struct buf *out, const struct web_req *r, size_t most)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(buf_fini) struct buf bare = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(buf_fini) struct buf mails = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(js_putp) js *root = NULL, *cut = NULL;
	struct err e;

	if (js_parse(r->body, r->body_len, &root, &e)) {
		cut = cut_json(root, most);
		js_write(&text, cut);
	} else {
		put_cut(&text, r->body, r->body_len, most);
	}
	http_redact(&bare, text.data, text.len);
	mask_mails(&mails, bare.data, bare.len);
	mask_phones(out, mails.data, mails.len);
}

/* Whether it fits a line; both of its forms escape it alike. */
static bool
fits(const struct buf *body)
{
	CLEANUP(buf_fini) struct buf escaped = BUF_INIT(LIMIT_LOG_WEBHOOK);

	buf_json(&escaped, body->data, body->len);
	return buf_ok(body) && buf_ok(&escaped);
}

void
web_record(const struct web_req *r, const char *route)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(2 * LIMIT_REQUEST_BODY);
	CLEANUP(buf_fini) struct buf query = BUF_INIT(LIMIT_LOG_QUERY);
	int64_t cut = -1;

	if (!log_on(LOG_DEBUG, "web") || r->kind == WEB_OTHER_BODY)
		return;
	for (size_t i = 0; i < NELEMS(cuts) && cut < 0; i++) {
		buf_reset(&body);
		if (r->kind == WEB_FORM)
			put_form(&body, &r->form, cuts[i]);
		else
			put_json(&body, r, cuts[i]);
		if (fits(&body))
			cut = (int64_t)cuts[i];
	}
	if (cut < 0)
		buf_reset(&body);
	put_form(&query, &r->query, 0);
	LOG(LOG_DEBUG, "web", "webhook", LS("route", route),
	    LS("type", r->kind == WEB_FORM ? "form" : "json"),
	    LS("query", buf_ok(&query) ? query.data : ""), LI("cut", cut),
	    LI("bytes", r->body_len), LS("body", body.data));
}
