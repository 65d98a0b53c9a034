/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "dialog/session.h"

#define RECORD_VERSION 2

static const char *const kind_names[PENDING_KINDS] = {
	[PENDING_NONE] = "none",
	[PENDING_POLAR] = "polar",
	[PENDING_CHOICE] = "choice",
};

const char *
pending_kind_name(enum pending_kind kind)
{
	return kind_names[kind];
}

/* --- writing ---------------------------------------------------------------------- */

static void
put_text(struct buf *out, const char *before, const char *text)
{
	buf_str(out, before);
	buf_chr(out, '"');
	buf_json(out, text, strlen(text));
	buf_chr(out, '"');
}

static void
put_flag(struct buf *out, const char *before, bool on)
{
	if (on)
		buf_printf(out, "%strue", before);
}

static void
put_pending(struct buf *out, const struct pending *p)
{
	put_text(out, ",\"pending\":{\"kind\":", kind_names[p->kind]);
	put_flag(out, ",\"warned\":", p->warned);
	buf_str(out, ",\"choices\":[");
	for (size_t i = 0; i < p->n; i++) {
		put_text(
		    out, i > 0 ? ",{\"label\":" : "{\"label\":", p->choices[i].label);
		put_text(out, ",\"value\":", p->choices[i].value);
		put_flag(out, ",\"as_text\":", p->choices[i].as_text);
		put_flag(out, ",\"polar\":", p->choices[i].polar);
		buf_chr(out, '}');
	}
	buf_str(out, "]}");
}

static void
put_message(struct buf *out, const struct message *m)
{
	put_text(out, "{\"text\":", m->text);
	for (size_t i = 0; i < m->n_media; i++)
		put_text(out, i > 0 ? "," : ",\"media\":[", m->media[i]);
	buf_str(out, m->n_media > 0 ? "]}" : "}");
}

static void
put_messages(struct buf *out, const struct claim *c)
{
	for (size_t i = 0; i < c->n; i++) {
		buf_str(out, i > 0 ? "," : "");
		put_message(out, &c->messages[i]);
	}
}

/*
 * Which claims keep their reply: from the newest backwards, as long as there is room.
 */
static void
choose_replies(const struct session *s, bool keep[LIMIT_CLAIMS])
{
	CLEANUP(buf_fini) struct buf written = BUF_INIT(LIMIT_CLAIM_BYTES);
	size_t room = LIMIT_CLAIM_BYTES;

	for (size_t i = s->n_claims; i-- > 0;) {
		buf_reset(&written);
		put_messages(&written, &s->claims[i]);
		keep[i] = buf_ok(&written) && written.len <= room;
		if (keep[i])
			room -= written.len;
	}
}

static void
put_claims(struct buf *out, const struct session *s)
{
	bool keep[LIMIT_CLAIMS] = { false };

	choose_replies(s, keep);
	buf_str(out, ",\"claims\":[");
	for (size_t i = 0; i < s->n_claims; i++) {
		put_text(out, i > 0 ? ",{\"sid\":" : "{\"sid\":", s->claims[i].sid);
		buf_str(out, ",\"messages\":[");
		if (keep[i])
			put_messages(out, &s->claims[i]);
		buf_str(out, "]}");
	}
	buf_chr(out, ']');
}

void
session_encode(const struct session *s, struct buf *out)
{
	buf_printf(out, "{\"version\":%d,\"used_at\":%lld", RECORD_VERSION,
	    (long long)s->used_at);
	put_text(out, ",\"env\":", conf_env_name(s->env));
	if (s->memory != NULL)
		put_text(out, ",\"memory\":", s->memory);
	put_pending(out, &s->pending);
	put_claims(out, s);
	buf_chr(out, '}');
}

/* --- reading ---------------------------------------------------------------------- */

/* NULL when it is not a list, or too long. */
static js *
need_arr(js *o, const char *name, size_t max, struct err *e)
{
	js *list = js_arr(o, name);

	if (list != NULL && json_object_array_length(list) <= max)
		return list;
	err_set(e, ERR_INPUT, 0, "\"%s\" is not a list, or too long", name);
	return NULL;
}

static bool
read_kind(js *o, enum pending_kind *out, struct err *e)
{
	const char *name = js_str(o, "pending.kind", "");

	for (int k = 0; k < PENDING_KINDS; k++)
		if (strcmp(name, kind_names[k]) == 0) {
			*out = (enum pending_kind)k;
			return true;
		}
	return err_set(e, ERR_INPUT, 0, "unknown kind of pending question");
}

static bool
read_choice(struct choice *c, struct arena *a, js *o, struct err *e)
{
	const char *label, *value;

	if (!js_need_str(o, "label", &label, e) || !js_need_str(o, "value", &value, e))
		return err_wrap(e, "choice");
	c->label = arena_strdup(a, label);
	c->value = arena_strdup(a, value);
	c->as_text = js_bool(o, "as_text", false);
	c->polar = js_bool(o, "polar", false);
	return true;
}

static bool
read_pending(struct pending *p, struct arena *a, js *o, struct err *e)
{
	js *list =
	    need_arr(o, "pending.choices", (size_t)LIMIT_ANSWERS * LIMIT_OPTIONS, e);
	struct choice *choices;

	if (list == NULL || !read_kind(o, &p->kind, e))
		return false;
	p->warned = js_bool(o, "pending.warned", false);
	p->n = json_object_array_length(list);
	if ((p->kind == PENDING_NONE) != (p->n == 0))
		return err_set(e, ERR_INPUT, 0, "choices do not go with the kind");
	choices = arena_alloc(a, (p->n + 1) * sizeof(*choices));
	for (size_t i = 0; i < p->n; i++)
		if (!read_choice(&choices[i], a, json_object_array_get_idx(list, i), e))
			return false;
	p->choices = choices;
	return true;
}

static bool
read_media(struct message *m, struct arena *a, js *list, struct err *e)
{
	const char **urls;

	m->n_media = json_object_array_length(list);
	if (m->n_media > LIMIT_MEDIA)
		return err_set(e, ERR_INPUT, 0, "claim: too many media");
	urls = arena_alloc(a, (m->n_media + 1) * sizeof(*urls));
	for (size_t i = 0; i < m->n_media; i++) {
		js *url = json_object_array_get_idx(list, i);

		if (!json_object_is_type(url, json_type_string))
			return err_set(e, ERR_INPUT, 0, "claim: a URL is none");
		urls[i] = arena_strdup(a, json_object_get_string(url));
	}
	m->media = urls;
	return true;
}

static bool
read_message(struct message *m, struct arena *a, js *o, struct err *e)
{
	js *media = js_arr(o, "media");
	const char *text;

	*m = (struct message){ 0 };
	if (!js_need_str(o, "text", &text, e))
		return err_wrap(e, "claim");
	m->text = arena_strdup(a, text);
	return media == NULL || read_media(m, a, media, e);
}

static bool
read_claim(struct claim *c, struct arena *a, js *o, struct err *e)
{
	js *list = need_arr(o, "messages", LIMIT_REPLY_MESSAGES, e);
	struct message *messages;
	const char *sid;

	if (list == NULL || !js_need_str(o, "sid", &sid, e))
		return err_wrap(e, "claim");
	if (*sid == '\0' || strlen(sid) > LIMIT_SID)
		return err_set(e, ERR_INPUT, 0, "claim: no proper sid");
	c->sid = arena_strdup(a, sid);
	c->n = json_object_array_length(list);
	messages = arena_alloc(a, (c->n + 1) * sizeof(*messages));
	for (size_t i = 0; i < c->n; i++)
		if (!read_message(
			&messages[i], a, json_object_array_get_idx(list, i), e))
			return false;
	c->messages = messages;
	return true;
}

static bool
read_claims(struct session *s, struct arena *a, js *o, struct err *e)
{
	js *list = need_arr(o, "claims", LIMIT_CLAIMS, e);

	if (list == NULL)
		return false;
	s->n_claims = json_object_array_length(list);
	for (size_t i = 0; i < s->n_claims; i++)
		if (!read_claim(
			&s->claims[i], a, json_object_array_get_idx(list, i), e))
			return false;
	return true;
}

static bool
read_head(struct session *s, struct arena *a, js *o, struct err *e)
{
	const char *env;

	if (js_int(o, "version", 0) != RECORD_VERSION)
		return err_set(e, ERR_INPUT, 0, "not version %d", RECORD_VERSION);
	if (!js_need_int(o, "used_at", &s->used_at, e) ||
	    !js_need_str(o, "env", &env, e))
		return false;
	if (!conf_env_parse(env, &s->env))
		return err_set(e, ERR_INPUT, 0, "unknown environment");
	s->memory = arena_strdup(a, js_str(o, "memory", NULL));
	return true;
}

bool
session_decode(
    struct session *s, struct arena *a, const char *data, size_t len, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	struct session got = { 0 };

	if (!js_parse(data, len, &o, e) || !read_head(&got, a, o, e) ||
	    !read_pending(&got.pending, a, o, e) || !read_claims(&got, a, o, e))
		return err_wrap(e, "record");
	*s = got;
	return true;
}

/* --- claims ----------------------------------------------------------------------- */

const struct claim *
session_find(const struct session *s, const char *sid)
{
	if (*sid == '\0')
		return NULL;
	for (size_t i = 0; i < s->n_claims; i++)
		if (strcmp(s->claims[i].sid, sid) == 0)
			return &s->claims[i];
	return NULL;
}

void
session_claim(
    struct session *s, const char *sid, const struct message *messages, size_t n)
{
	if (*sid == '\0' || strlen(sid) > LIMIT_SID)
		return;
	if (s->n_claims == LIMIT_CLAIMS) {
		s->n_claims--;
		memmove(s->claims, s->claims + 1, s->n_claims * sizeof(*s->claims));
	}
	s->claims[s->n_claims++] = (struct claim){ sid, messages, n };
}
