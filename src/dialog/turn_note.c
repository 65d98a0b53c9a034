/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "channel/incoming.h"
#include "dialog/said.h"
#include "dialog/turn_note.h"

static const char *const opt_outs[OPT_OUT_KINDS] = {
	[OPT_OUT_NONE] = NULL,
	[OPT_OUT_STOP] = "stop",
	[OPT_OUT_START] = "start",
	[OPT_OUT_HELP] = "help",
};

static void
put_files(struct buf *b, const struct inbound *in)
{
	buf_printf(b, ",\"media\":%zu,\"files\":[", in->n_media);
	for (size_t i = 0; i < in->n_files; i++) {
		js_put_text(b, i > 0 ? ",{\"url\":" : "{\"url\":", in->files[i].url);
		js_put_text(b, ",\"type\":", in->files[i].claimed);
		buf_chr(b, '}');
	}
	buf_str(b, "]}");
}

static void
put_joined(struct buf *b, const struct inbound *in)
{
	for (size_t i = 0; i < in->n_joined; i++) {
		buf_str(b, i > 0 ? "," : ",\"joined\":[");
		js_put_text(b, "{\"sid\":", in->joined[i].sid);
		js_put_text(b, ",\"token\":", in->joined[i].token);
		buf_chr(b, '}');
	}
	buf_str(b, in->n_joined > 0 ? "]" : "");
}

const char *
turn_note_write(struct arena *a, enum conf_env env, const struct inbound *in)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(env));
	js_put_text(&b, ",\"sid\":", in->sid);
	js_put_text(&b, ",\"token\":", in->token);
	js_put_text(&b, ",\"user\":", in->user_id);
	js_put_text(&b, ",\"from\":", in->from);
	js_put_text(&b, ",\"to\":", in->to);
	js_put_text(&b, ",\"text\":", said_clean(a, in->text));
	js_put_text(&b, ",\"pick\":", in->pick);
	js_put_text(&b, ",\"url\":", in->url);
	js_put_text(&b, ",\"opt_out\":", opt_outs[in->opt_out]);
	put_joined(&b, in);
	js_put_text(&b, ",\"ref\":", log_turn_now());
	put_files(&b, in);
	return buf_ok(&b) ? arena_strndup(a, b.data, b.len) : NULL;
}

static bool
read_files(struct inbound *in, js *o, struct arena *a, struct err *e)
{
	js *list = js_arr(o, "files");
	int64_t media = js_int(o, "media", 0);
	struct incoming_place *places;

	if (list == NULL || json_object_array_length(list) > LIMIT_MEDIA || media < 0)
		return err_set(e, ERR_INPUT, 0, "files are no list, or too many");
	in->n_media = (size_t)media;
	in->n_files = json_object_array_length(list);
	places = arena_alloc(a, (in->n_files + 1) * sizeof(*places));
	for (size_t i = 0; i < in->n_files; i++) {
		js *file = json_object_array_get_idx(list, i);

		places[i] =
		    (struct incoming_place){ arena_strdup(a, js_str(file, "url", "")),
			    arena_strdup(a, js_str(file, "type", "")) };
	}
	in->files = places;
	return true;
}

static enum opt_out
read_opt_out(js *o)
{
	const char *word = js_str(o, "opt_out", "");

	for (int k = OPT_OUT_NONE + 1; k < OPT_OUT_KINDS; k++)
		if (strcmp(word, opt_outs[k]) == 0)
			return (enum opt_out)k;
	return OPT_OUT_NONE;
}

static bool
read_joined(struct inbound *in, js *o, struct arena *a, struct err *e)
{
	js *list = js_arr(o, "joined");
	struct inbound_id *ids;

	if (list == NULL)
		return true;
	in->n_joined = json_object_array_length(list);
	if (in->n_joined >= LIMIT_JOIN)
		return err_set(e, ERR_INPUT, 0, "too many messages in one");
	ids = arena_alloc(a, (in->n_joined + 1) * sizeof(*ids));
	for (size_t i = 0; i < in->n_joined; i++) {
		js *id = json_object_array_get_idx(list, i);

		ids[i] = (struct inbound_id){ arena_strdup(a, js_str(id, "sid", "")),
			arena_strdup(a, js_str(id, "token", NULL)) };
	}
	in->joined = ids;
	return true;
}

static bool
read_all(struct inbound *in, enum conf_env *env, js *o, struct arena *a, struct err *e)
{
	const char *name, *sid, *user, *from, *to, *text;

	if (!js_need_str(o, "env", &name, e) || !js_need_str(o, "sid", &sid, e) ||
	    !js_need_str(o, "user", &user, e) || !js_need_str(o, "from", &from, e) ||
	    !js_need_str(o, "to", &to, e) || !js_need_str(o, "text", &text, e) ||
	    !read_files(in, o, a, e) || !read_joined(in, o, a, e))
		return false;
	if (!conf_env_parse(name, env))
		return err_set(e, ERR_INPUT, 0, "unknown environment");
	in->sid = arena_strdup(a, sid);
	in->token = arena_strdup(a, js_str(o, "token", NULL)); /* absent: none */
	in->user_id = arena_strdup(a, user);
	in->from = arena_strdup(a, from);
	in->to = arena_strdup(a, to);
	in->text = arena_strdup(a, text);
	in->pick = arena_strdup(a, js_str(o, "pick", NULL));
	in->url = arena_strdup(a, js_str(o, "url", NULL));
	in->opt_out = read_opt_out(o);
	return true;
}

bool
turn_note_read(struct inbound *in, enum conf_env *env, const char **ref,
    const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	struct inbound got = { 0 };

	if (!js_parse(json, strlen(json), &o, e) || !read_all(&got, env, o, a, e))
		return err_wrap(e, "message of a user in the queue");
	*in = got;
	*ref = arena_strdup(a, js_str(o, "ref", ""));
	return true;
}
