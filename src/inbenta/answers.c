/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answers.h"
#include "inbenta/token.h"

/* Length of the text cut to at most max bytes, not inside a character. */
static size_t
cut(const char *what, const char *s, size_t n, size_t max)
{
	if (n <= max)
		return n;
	LOG(LOG_WARN, "inbenta", "answer cut", LS("what", what), LI("bytes", n),
	    LI("limit", max));
	while (max > 0 && ((unsigned char)s[max] & 0xC0) == 0x80)
		max--;
	return max;
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

/*
 * messageList by lines, or the older `message` when it says nothing; below it the side
 * bubble, which statements alone have.
 */
static const char *
text_of(js *answer, enum inbenta_kind kind, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(2 * LIMIT_UPSTREAM_BYTES);
	js *side = js_get(answer, "attributes.SIDEBUBBLE_TEXT");

	add_lines(&text, js_arr(answer, "messageList"));
	if (text.len == 0)
		add_lines(&text, js_get(answer, "message"));
	if (kind == INBENTA_ANSWER &&
	    !(json_object_is_type(side, json_type_string) &&
		json_object_get_string_len(side) == 0))
		add_lines(&text, side);
	return arena_strndup(
	    a, text.data, cut("text", text.data, text.len, LIMIT_HTML));
}

/* Whether an attribute is the word, or is a list that holds it. */
static bool
attribute_is(js *o, const char *path, const char *word)
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

/* A text or a number as text; "" for all else. */
static const char *
loose_text(js *v)
{
	if (json_object_is_type(v, json_type_string) ||
	    json_object_is_type(v, json_type_int) ||
	    json_object_is_type(v, json_type_double))
		return json_object_get_string(v);
	return "";
}

static const char *
label_of(js *option, enum inbenta_kind kind, struct arena *a)
{
	const char *label = loose_text(js_get(option, "label"));

	if (label[0] == '\0')
		label = loose_text(js_get(option, "attributes.title"));
	/* In a yes/no question the labels are keys, not words to show. */
	if (kind == INBENTA_POLAR && strcasecmp(label, "yes") == 0)
		return "yes";
	if (kind == INBENTA_POLAR && strcasecmp(label, "no") == 0)
		return "no";
	return arena_strndup(a, label, cut("label", label, strlen(label), LIMIT_LABEL));
}

static const char *
value_of(js *option, struct arena *a)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_OPTION_VALUE);
	js *v = js_get(option, "value");

	if (v == NULL || json_object_is_type(v, json_type_object) ||
	    json_object_is_type(v, json_type_array) ||
	    (json_object_is_type(v, json_type_string) &&
		json_object_get_string_len(v) == 0))
		return NULL;
	js_write(&text, v);
	if (buf_ok(&text))
		return arena_strdup(a, text.data);
	LOG(LOG_WARN, "inbenta", "value of an option is too long",
	    LI("limit", LIMIT_OPTION_VALUE));
	return NULL;
}

static void
read_options(js *answer, struct arena *a, struct inbenta_answer *out)
{
	js *list = js_arr(answer, "options");
	size_t n = list != NULL ? json_object_array_length(list) : 0;
	struct inbenta_option *options;

	if (n > LIMIT_OPTIONS) {
		LOG(LOG_WARN, "inbenta", "answer cut", LS("what", "options"),
		    LI("n", n), LI("limit", LIMIT_OPTIONS));
		n = LIMIT_OPTIONS;
	}
	if (n == 0)
		return;
	options = arena_alloc(a, n * sizeof(*options));
	for (size_t i = 0; i < n; i++) {
		js *option = json_object_array_get_idx(list, i);
		struct inbenta_option *to = &options[out->n_options];

		to->label = label_of(option, out->kind, a);
		if (to->label[0] == '\0')
			continue; /* nothing a person could choose */
		to->value = value_of(option, a);
		to->as_text = to->value == NULL ||
		    attribute_is(
			option, "attributes.DYNAMIC_REDIRECT", "escalationStart");
		out->n_options++;
	}
	out->options = options;
}

static enum inbenta_kind
kind_of(js *answer)
{
	const char *type = js_str(answer, "type", "");

	if (strcmp(type, "polarQuestion") == 0)
		return INBENTA_POLAR;
	if (strcmp(type, "multipleChoiceQuestion") == 0)
		return INBENTA_CHOICE;
	if (strcmp(type, "answer") != 0)
		LOG(LOG_INFO, "inbenta", "type of answer shown by its text alone",
		    LS("type", type));
	return INBENTA_ANSWER;
}

static void
read_answer(js *answer, struct arena *a, struct inbenta_answer *out)
{
	*out = (struct inbenta_answer){ .kind = kind_of(answer) };
	out->html = text_of(answer, out->kind, a);
	if (out->kind != INBENTA_ANSWER)
		read_options(answer, a, out);
	if (out->n_options == 0)
		out->kind = INBENTA_ANSWER;
}

static void
read_list(js *list, struct arena *a, struct inbenta_answers *out)
{
	size_t n = json_object_array_length(list);
	struct inbenta_answer *answers;

	if (n > LIMIT_ANSWERS) {
		LOG(LOG_WARN, "inbenta", "answer cut", LS("what", "answers"),
		    LI("n", n), LI("limit", LIMIT_ANSWERS));
		n = LIMIT_ANSWERS;
	}
	if (n == 0)
		return;
	answers = arena_alloc(a, n * sizeof(*answers));
	for (size_t i = 0; i < n; i++) {
		js *answer = json_object_array_get_idx(list, i);

		if (json_object_is_type(answer, json_type_object))
			read_answer(answer, a, &answers[out->n++]);
	}
	out->list = answers;
}

static void
read_one(js *answer, struct arena *a, struct inbenta_answers *out)
{
	struct inbenta_answer *one = arena_alloc(a, sizeof(*one));

	read_answer(answer, a, one);
	out->list = one;
	out->n = 1;
}

/*
 * A bare answer is told from an error, which has a `message` too, by the members that only
 * answers have.
 */
static bool
is_bare_answer(js *root)
{
	return js_str(root, "type", NULL) != NULL ||
	    js_arr(root, "messageList") != NULL || js_arr(root, "options") != NULL;
}

bool
inbenta_answers_read(
    struct inbenta_answers *out, js *root, struct arena *a, struct err *e)
{
	struct inbenta_answers got = { 0 };
	const char *session = js_str(root, "sessionToken", "");
	js *answers;

	if (!json_object_is_type(root, json_type_object))
		return err_set(e, ERR_UPSTREAM, 0, "not a JSON object");
	if (js_arr(root, "answers") != NULL)
		read_list(js_arr(root, "answers"), a, &got);
	else if (js_obj(root, "answers") != NULL)
		read_one(js_obj(root, "answers"), a, &got);
	else if (is_bare_answer(root))
		read_one(root, a, &got);
	else if (!json_object_object_get_ex(root, "answers", &answers))
		return err_set(e, ERR_UPSTREAM, 0, "no answers in it");
	if (inbenta_token_ok(session))
		got.session_token = arena_strdup(a, session);
	*out = got;
	return true;
}
