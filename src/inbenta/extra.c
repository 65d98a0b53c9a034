/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "inbenta/extra.h"

/* While the entries of an answer are read. */
struct reader {
	struct arena *arena;
	struct inbenta_text
	    *texts; /* LIMIT_SETUP_TEXTS of them fit; NULL: count only */
	size_t n, left_out;
	size_t odd, known; /* of a wrong shape; entries of a name we know */
	enum inbenta_only_chat settings, entry; /* in either of its two places */
};

/* What an operator made otherwise than we read it; nothing at all is no mistake. */
static void
note_odd(struct reader *r, js *v)
{
	bool is_empty = v == NULL ||
	    (json_object_is_type(v, json_type_string) &&
		json_object_get_string_len(v) == 0) ||
	    (json_object_is_type(v, json_type_array) &&
		json_object_array_length(v) == 0);

	r->odd += !is_empty;
}

static void
add_text(struct reader *r, const char *lang, const char *label, js *v)
{
	const char *text;

	if (!json_object_is_type(v, json_type_string)) {
		note_odd(r, v);
		return;
	}
	if (lang[0] == '\0' || label[0] == '\0')
		return;
	text = json_object_get_string(v);
	if (text[0] == '\0')
		return;
	if (r->n == LIMIT_SETUP_TEXTS || strlen(lang) > LIMIT_LABEL ||
	    strlen(label) > LIMIT_LABEL || strlen(text) > LIMIT_SETUP_TEXT) {
		r->left_out++;
		return;
	}
	if (r->texts != NULL)
		r->texts[r->n] = (struct inbenta_text){ lang,
			arena_strdup(r->arena, label), arena_strdup(r->arena, text) };
	r->n++;
}

/* The first of a list, or what stands in its place. */
static js *
first_of(js *v)
{
	return json_object_is_type(v, json_type_array) ? json_object_array_get_idx(v, 0)
						       : v;
}

/* Calls fn with each member of an object; with none when it is no object. */
static void
each_member(struct reader *r, const char *lang, js *o,
    void (*fn)(struct reader *r, const char *lang, const char *name, js *v))
{
	struct json_object_iterator it, end;

	if (!json_object_is_type(o, json_type_object)) {
		note_odd(r, o);
		return;
	}
	it = json_object_iter_begin(o);
	end = json_object_iter_end(o);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		fn(r, lang, json_object_iter_peek_name(&it),
		    json_object_iter_peek_value(&it));
}

static void
read_language(struct reader *r, const char *ignored, const char *lang, js *list)
{
	(void)ignored;
	each_member(r, arena_strdup(r->arena, lang), first_of(list), add_text);
}

static void
read_translations(struct reader *r, js *value)
{
	each_member(r, "", first_of(value), read_language);
}

static enum inbenta_only_chat
switch_of(js *v)
{
	v = first_of(v);
	if (v == NULL)
		return INBENTA_CHAT_UNSET;
	if (json_object_is_type(v, json_type_string))
		return strcasecmp(json_object_get_string(v), "true") == 0 ||
			strcmp(json_object_get_string(v), "1") == 0
		    ? INBENTA_CHAT_ON
		    : INBENTA_CHAT_OFF;
	return (json_object_is_type(v, json_type_boolean) &&
		   json_object_get_boolean(v)) ||
		(json_object_is_type(v, json_type_int) && json_object_get_int64(v) == 1)
	    ? INBENTA_CHAT_ON
	    : INBENTA_CHAT_OFF;
}

static void
read_settings(struct reader *r, js *value)
{
	enum inbenta_only_chat v = switch_of(js_get(first_of(value), "only_chat_mode"));

	if (v != INBENTA_CHAT_UNSET)
		r->settings = v;
}

/* An entry of that name, as the reference's own read-me has it: a value, or the first in it. */
static void
read_switch(struct reader *r, js *value)
{
	js *v = first_of(value);

	if (json_object_is_type(v, json_type_object)) {
		struct json_object_iterator it = json_object_iter_begin(v),
					    end = json_object_iter_end(v);

		v = js_get(v, "only_chat_mode") != NULL
		    ? js_get(v, "only_chat_mode")
		    : (json_object_iter_equal(&it, &end)
			      ? NULL
			      : json_object_iter_peek_value(&it));
	}
	if (switch_of(v) != INBENTA_CHAT_UNSET)
		r->entry = switch_of(v);
}

static const struct entry {
	const char *name;
	void (*read)(struct reader *r, js *value);
} entries[] = {
	{ "translations", read_translations },
	{ "settings", read_settings },
	{ "only_chat_mode", read_switch },
};

static void
read_results(struct reader *r, js *answer)
{
	js *results = js_arr(answer, "results");
	size_t n = results != NULL ? json_object_array_length(results) : 0;

	for (size_t i = 0; i < n; i++) {
		js *one = json_object_array_get_idx(results, i);

		for (size_t k = 0; k < NELEMS(entries); k++)
			if (strcmp(js_str(one, "name", ""), entries[k].name) == 0) {
				r->known++;
				entries[k].read(r, js_get(one, "value"));
			}
	}
}

/* What was not taken, and why. */
static void
log_left(const struct reader *r, js *answer)
{
	js *results = js_arr(answer, "results");

	if (r->left_out > 0)
		LOG(LOG_WARN, "inbenta", "texts of the instance left out",
		    LI("n", r->left_out), LI("limit", LIMIT_SETUP_TEXTS),
		    LI("bytes", LIMIT_SETUP_TEXT),
		    LH("have fewer or shorter labels in ExtraInfo, object "
		       "translations"));
	if (r->odd > 0)
		LOG(LOG_WARN, "inbenta", "texts of the instance not understood",
		    LI("n", r->odd),
		    LH("ExtraInfo, object translations: a property of type Multiple "
		       "for "
		       "each language, in it a text for each label"));
	if (r->known == 0 && results != NULL && json_object_array_length(results) > 0)
		LOG(LOG_WARN, "inbenta", "nothing in the app data has a name we know",
		    LI("objects", json_object_array_length(results)),
		    LH("ExtraInfo: the object's name must be translations"));
}

struct inbenta_extra *
inbenta_extra_new(js *answer)
{
	struct inbenta_extra *x = xcalloc(1, sizeof(*x));
	struct reader count = { .arena = arena_new() }, r = { 0 };

	read_results(&count, answer);
	arena_free(count.arena);
	x->arena = r.arena = arena_new();
	if (count.n > 0) {
		r.texts = arena_alloc(x->arena, count.n * sizeof(*r.texts));
		read_results(&r, answer);
	}
	log_left(&count, answer);
	x->texts = r.texts;
	x->n = r.n;
	x->only_chat =
	    count.settings != INBENTA_CHAT_UNSET ? count.settings : count.entry;
	return x;
}

void
inbenta_extra_free(struct inbenta_extra *x)
{
	if (x == NULL)
		return;
	arena_free(x->arena);
	free(x);
}

bool
inbenta_extra_load(
    struct inbenta_extra **out, const char *text, size_t len, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	js *group;

	if (!js_parse(text, len, &root, e))
		return false;
	if (!json_object_is_type(root, json_type_object))
		return err_set(e, ERR_INPUT, 0, "not a JSON object");
	group = js_get(root, INBENTA_EXTRA_GROUP);
	*out = group != NULL ? inbenta_extra_new(group) : NULL;
	return true;
}

void
inbenta_extra_save(struct buf *out, const char *text, size_t len, js *answer)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(js_putp) js *none = NULL;
	CLEANUP(buf_fini) struct buf all = BUF_INIT(out->max);
	struct err damaged;

	if (answer == NULL) {
		none = json_object_new_object();
		json_object_object_add(none, "results", json_object_new_array());
		answer = none;
	}
	if (!js_parse(text, len, &root, &damaged) ||
	    !json_object_is_type(root, json_type_object)) {
		js_putp(&root);
		root = json_object_new_object();
	}
	json_object_object_add(root, INBENTA_EXTRA_GROUP, json_object_get(answer));
	js_write(&all, root);
	if (buf_ok(&all)) {
		buf_add(out, all.data, all.len);
		return;
	}
	buf_str(out, "{\"" INBENTA_EXTRA_GROUP "\":");
	js_write(out, answer);
	buf_chr(out, '}');
}
