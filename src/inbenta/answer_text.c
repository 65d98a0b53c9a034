/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answer_i.h"

size_t
answer_cut(const char *what, const char *s, size_t n, size_t max)
{
	if (n <= max)
		return n;
	LOG(LOG_WARN, "inbenta", "answer cut", LS("what", what), LI("bytes", n),
	    LI("limit", max), LH(HINT_CONTENT));
	while (max > 0 && ((unsigned char)s[max] & 0xC0) == 0x80)
		max--;
	return max;
}

size_t
answer_count(const char *what, js *list)
{
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	if (n <= LIMIT_OPTIONS)
		return n;
	LOG(LOG_WARN, "inbenta", "answer cut", LS("what", what), LI("n", n),
	    LI("limit", LIMIT_OPTIONS), LH(HINT_CONTENT));
	return LIMIT_OPTIONS;
}

/*
 * Begins a new line in front of `next`. A line feed between two tags is layout of the source
 * and shows nowhere, so there it is a tag.
 */
static void
end_line(struct buf *text, const char *next)
{
	size_t n = text->len;

	if (n == 0)
		return;
	while (n > 0 && strchr(" \n\r\t", text->data[n - 1]) != NULL)
		n--;
	next += strspn(next, " \n\r\t");
	buf_str(
	    text, n > 0 && text->data[n - 1] == '>' && *next == '<' ? "<br>" : "\n");
}

/* Adds a text, or each text of a list, as lines of their own. */
static void
add_lines(struct buf *text, js *v)
{
	bool is_list = json_object_is_type(v, json_type_array);
	size_t n = is_list ? json_object_array_length(v) : 1;

	for (size_t i = 0; i < n; i++) {
		js *part = is_list ? json_object_array_get_idx(v, i) : v;

		if (!json_object_is_type(part, json_type_string))
			continue;
		end_line(text, json_object_get_string(part));
		buf_str(text, json_object_get_string(part));
	}
}

const char *
answer_text(js *answer, bool side_bubble, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_UPSTREAM_BYTES);
	js *side = side_bubble ? js_get(answer, "attributes.SIDEBUBBLE_TEXT") : NULL;

	add_lines(&text, js_arr(answer, "messageList"));
	if (text.len == 0)
		add_lines(&text, js_get(answer, "message"));
	if (text.len == 0)
		add_lines(&text, js_get(answer, "messageList")); /* no list, then */
	if (!(json_object_is_type(side, json_type_string) &&
		json_object_get_string_len(side) == 0))
		add_lines(&text, side);
	return arena_strndup(
	    a, text.data, answer_cut("text", text.data, text.len, LIMIT_HTML));
}

const char *
answer_loose(js *v)
{
	const char *text = "";

	if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_int) ||
	    json_object_is_type(v, json_type_double))
		return json_object_get_string(v);
	if (!json_object_is_type(v, json_type_array))
		return "";
	for (size_t i = 0; i < json_object_array_length(v) && text[0] == '\0'; i++) {
		js *one = json_object_array_get_idx(v, i);

		if (!json_object_is_type(one, json_type_array))
			text = answer_loose(one);
	}
	return text;
}

const char *
answer_label(js *v, struct arena *a)
{
	const char *text = answer_loose(v);

	return arena_strndup(
	    a, text, answer_cut("label", text, strlen(text), LIMIT_LABEL));
}

const char *
answer_code(const char *what, js *v, size_t max, struct arena *a)
{
	const char *text = answer_loose(v);

	if (strlen(text) <= max)
		return arena_strdup(a, text);
	LOG(LOG_WARN, "inbenta", "part of an answer is too long", LS("what", what),
	    LI("bytes", strlen(text)), LI("limit", max), LH(HINT_CONTENT));
	return "";
}

bool
answer_has(js *o, const char *path, const char *word)
{
	js *list = js_arr(o, path);
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n; i++) {
		js *v = json_object_array_get_idx(list, i);

		if (json_object_is_type(v, json_type_string) &&
		    strcmp(json_object_get_string(v), word) == 0)
			return true;
	}
	return strcmp(js_str(o, path, ""), word) == 0;
}
