/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "channel/letter.h"

/* Twice the room of a text whose every byte is escaped, and of its media. */
#define LETTER_BYTES ((size_t)LIMIT_QUEUE_BODY)

const char *
letter_write(struct arena *a, const struct letter *l)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LETTER_BYTES);

	js_put_text(&b, "{\"env\":", conf_env_name(l->env));
	js_put_text(&b, ",\"to\":", l->m.to);
	js_put_text(&b, ",\"from\":", l->m.from);
	js_put_text(&b, ",\"text\":", l->m.text);
	for (size_t i = 0; i < l->m.n_media; i++)
		js_put_text(&b, i > 0 ? "," : ",\"media\":[", l->m.media[i]);
	buf_str(&b, l->m.n_media > 0 ? "]" : "");
	js_put_text(&b, ",\"callback\":", l->m.status_callback);
	js_put_text(&b, ",\"ref\":", l->ref);
	js_put_text(&b, ",\"ticket\":", l->ticket);
	buf_printf(&b, ",\"made_s\":%lld", (long long)l->made_s);
	if (l->to_s != 0)
		buf_printf(&b, ",\"from_s\":%lld,\"to_s\":%lld", (long long)l->from_s,
		    (long long)l->to_s);
	if (l->slot_ms != 0)
		buf_printf(&b, ",\"slot_ms\":%lld", (long long)l->slot_ms);
	buf_chr(&b, '}');
	return arena_strndup(a, b.data, b.len);
}

static bool
read_media(struct outgoing *m, js *o, struct arena *a, struct err *e)
{
	js *list = js_arr(o, "media");
	const char **urls;

	if (list == NULL)
		return true;
	m->n_media = json_object_array_length(list);
	if (m->n_media > LIMIT_MEDIA)
		return err_set(e, ERR_INPUT, 0, "too many media");
	urls = arena_alloc(a, (m->n_media + 1) * sizeof(*urls));
	for (size_t i = 0; i < m->n_media; i++) {
		js *url = json_object_array_get_idx(list, i);

		if (!json_object_is_type(url, json_type_string))
			return err_set(e, ERR_INPUT, 0, "an address of media is none");
		urls[i] = arena_strdup(a, json_object_get_string(url));
	}
	m->media = urls;
	return true;
}

static bool
read_all(struct letter *l, js *o, struct arena *a, struct err *e)
{
	const char *env, *to, *from, *text;

	if (!js_need_str(o, "env", &env, e) || !js_need_str(o, "to", &to, e) ||
	    !js_need_str(o, "from", &from, e) || !js_need_str(o, "text", &text, e) ||
	    !js_need_int(o, "made_s", &l->made_s, e) || !read_media(&l->m, o, a, e))
		return false;
	if (!conf_env_parse(env, &l->env))
		return err_set(e, ERR_INPUT, 0, "unknown environment");
	l->m.to = arena_strdup(a, to);
	l->m.from = arena_strdup(a, from);
	l->m.text = arena_strdup(a, text);
	l->m.status_callback = arena_strdup(a, js_str(o, "callback", NULL));
	l->ref = arena_strdup(a, js_str(o, "ref", NULL));
	l->ticket = arena_strdup(a, js_str(o, "ticket", NULL));
	l->from_s = js_int(o, "from_s", 0);
	l->to_s = js_int(o, "to_s", 0);
	l->slot_ms = js_int(o, "slot_ms", 0);
	return true;
}

bool
letter_read(struct letter *l, const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	struct letter got = { 0 };

	if (!js_parse(json, strlen(json), &o, e) || !read_all(&got, o, a, e))
		return err_wrap(e, "message in the queue");
	*l = got;
	return true;
}

static void
put_query(struct buf *url, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(url, "&%s=", name);
	buf_url(url, value, strlen(value));
}

void
letter_callback(struct buf *url, const char *ref, const char *ticket)
{
	buf_printf(url, "%cstatus=1", strchr(url->data, '?') != NULL ? '&' : '?');
	put_query(url, "ref", ref);
	put_query(url, "ticket", ticket);
}
