/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "dialog/begun.h"
#include "dialog/session_i.h"

static const char *const names[BEGUN_KINDS] = {
	[BEGUN_SAY] = "say",
	[BEGUN_OPEN] = "open",
	[BEGUN_LEAVE] = "leave",
	[BEGUN_TICKET] = "ticket",
};

const char *
begun_kind_name(enum begun_kind kind)
{
	return names[kind];
}

static void
put_flag(struct buf *out, const char *before, bool on)
{
	if (on)
		buf_printf(out, "%strue", before);
}

static void
put_begun(struct buf *out, const struct begun *b)
{
	js_put_text(out, "{\"sid\":", b->sid);
	js_put_text(out, ",\"kind\":", names[b->kind]);
	buf_printf(out, ",\"since_ms\":%lld", (long long)b->since_ms);
	if (b->step != 0)
		buf_printf(out, ",\"step\":%lld", (long long)b->step);
	js_put_text(out, ",\"file\":", b->file);
	js_put_text(out, ",\"chat\":", b->chat);
	js_put_text(out, ",\"memory\":", b->memory);
	js_put_text(out, ",\"bot\":", b->bot);
	put_flag(out, ",\"passed\":", b->passed);
	put_flag(out, ",\"opened\":", b->opened);
	put_flag(out, ",\"lost\":", b->lost);
	put_flag(out, ",\"refused\":", b->refused);
	if (b->form != NULL) {
		buf_str(out, ",\"form\":");
		session_put_form(out, b->form);
	}
	buf_str(out, ",\"said\":[");
	session_put_messages(out, b->said, b->n_said);
	buf_str(out, "]}");
}

void
begun_encode(const struct session *s, struct buf *out)
{
	if (s->n_begun == 0)
		return;
	buf_str(out, ",\"begun\":[");
	for (size_t i = 0; i < s->n_begun; i++) {
		buf_str(out, i > 0 ? "," : "");
		put_begun(out, &s->begun[i]);
	}
	buf_chr(out, ']');
}

static bool
fits(const struct session *s)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_BEGUN_BYTES);

	begun_encode(s, &out);
	return buf_ok(&out);
}

static void
drop(struct session *s, size_t i)
{
	s->n_begun--;
	memmove(&s->begun[i], &s->begun[i + 1], (s->n_begun - i) * sizeof(s->begun[0]));
}

const struct begun *
session_begun(const struct session *s, const char *sid)
{
	if (*sid == '\0')
		return NULL;
	for (size_t i = 0; i < s->n_begun; i++)
		if (strcmp(s->begun[i].sid, sid) == 0)
			return &s->begun[i];
	return NULL;
}

void
session_begin(struct session *s, const struct begun *b)
{
	const struct begun *former = session_begun(s, b->sid);
	struct begun *is;

	if (former != NULL)
		drop(s, (size_t)(former - s->begun));
	if (s->n_begun == LIMIT_BEGUN)
		drop(s, 0);
	is = &s->begun[s->n_begun++];
	*is = *b;
	while (s->n_begun > 1 && !fits(s)) {
		drop(s, 0);
		is--;
	}
	while (is->n_said > 0 && !fits(s))
		is->n_said--;
	if (is->n_said < b->n_said)
		LOG(LOG_WARN, "dialog", "note of a reply cut",
		    LI("messages", b->n_said), LI("kept", is->n_said),
		    LH("nothing to do: it counts only if the process is killed now"));
}

void
session_begun_end(struct session *s, const char *sid, int64_t now_ms)
{
	for (size_t i = s->n_begun; i-- > 0;) {
		struct begun *b = &s->begun[i];

		b->passed = true;
		if (strcmp(b->sid, sid) == 0 ||
		    now_ms - b->since_ms > INT64_C(1000) * LIMIT_BEGUN_S)
			drop(s, i);
	}
}

bool
session_may_have_chat(const struct session *s)
{
	for (size_t i = 0; i < s->n_begun; i++)
		if (s->begun[i].kind == BEGUN_OPEN)
			return true;
	return false;
}

static bool
read_kind(enum begun_kind *kind, const char *name)
{
	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcmp(names[i], name) == 0) {
			*kind = (enum begun_kind)i;
			return true;
		}
	return false;
}

static bool
read_begun(struct begun *b, struct arena *a, js *o, struct err *e)
{
	js *said = session_list(o, "said", LIMIT_REPLY_ALL, e);
	const char *sid, *kind;

	if (said == NULL || !js_need_str(o, "sid", &sid, e) ||
	    !js_need_str(o, "kind", &kind, e) ||
	    !js_need_int(o, "since_ms", &b->since_ms, e))
		return false;
	if (*sid == '\0' || strlen(sid) > LIMIT_SID || !read_kind(&b->kind, kind))
		return err_set(e, ERR_INPUT, 0, "no proper sid, or an unknown kind");
	b->sid = arena_strdup(a, sid);
	b->step = js_int(o, "step", 0);
	b->file = arena_strdup(a, js_str(o, "file", NULL));
	b->chat = arena_strdup(a, js_str(o, "chat", NULL));
	b->memory = arena_strdup(a, js_str(o, "memory", NULL));
	b->bot = arena_strdup(a, js_str(o, "bot", NULL));
	b->passed = js_bool(o, "passed", false);
	b->opened = js_bool(o, "opened", false);
	b->lost = js_bool(o, "lost", false);
	b->refused = js_bool(o, "refused", false);
	if (b->chat == NULL && (b->kind == BEGUN_SAY || b->kind == BEGUN_LEAVE))
		return err_set(e, ERR_INPUT, 0, "something in no chat");
	if (js_get(o, "form") != NULL &&
	    !session_read_form(&b->form, a, js_get(o, "form"), e))
		return false;
	return session_messages(&b->said, &b->n_said, a, said, e);
}

bool
begun_decode(struct session *s, struct arena *a, js *o, struct err *e)
{
	js *list;

	if (js_get(o, "begun") == NULL)
		return true;
	list = session_list(o, "begun", LIMIT_BEGUN, e);
	if (list == NULL)
		return false;
	s->n_begun = json_object_array_length(list);
	for (size_t i = 0; i < s->n_begun; i++)
		if (!read_begun(&s->begun[i], a, json_object_array_get_idx(list, i), e))
			return err_wrap(e, "begun");
	return true;
}
