/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is read: a log line event=webhook (key=value or JSON, whatever stands before it), an
 * event of HyperChat or Messenger as JSON, an object of fields, lines "Name=value", or a form
 * as it is sent.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/crypto.h"
#include "base/err.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "ctl/ctl.h"
#include "ctl/replay.h"

static int
wrong(const char *why)
{
	return ctl_fail(EX_DATAERR, why);
}

static int
take_form(struct replay *r, struct arena *a, const char *body, size_t len)
{
	struct err e;

	return form_parse(&r->form, a, body, len, &e) ? EXIT_SUCCESS : wrong(e.text);
}

static int
take_json(struct replay *r, struct arena *a, const char *body, size_t len)
{
	r->json = arena_strndup(a, body, len);
	r->json_len = len;
	return EXIT_SUCCESS;
}

/* What a recorded line says, whichever form it has. */
struct recorded {
	const char *type, *query, *cut, *body;
};

static int
take_recorded(struct replay *r, struct arena *a, const struct recorded *line)
{
	if (line->type == NULL || line->body == NULL)
		return wrong("the line event=webhook has no type and body");
	if (line->cut != NULL && strcmp(line->cut, "-1") == 0)
		return wrong("that webhook did not fit the log: its body is not there");
	r->cut = line->cut != NULL && strcmp(line->cut, "0") != 0;
	r->query = line->query != NULL ? line->query : "";
	return strcmp(line->type, "json") == 0
	    ? take_json(r, a, line->body, strlen(line->body))
	    : take_form(r, a, line->body, strlen(line->body));
}

/* The length of a value that stands in quotes, with them; 0: it does not end. */
static size_t
quoted_len(const char *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '"')
			return i + 1;
	}
	return 0;
}

/* A member of a key=value line (base/log.h); NULL: it has none, or it is broken. */
static const char *
member(struct arena *a, const char *line, size_t n, const char *name)
{
	const size_t len = strlen(name);
	CLEANUP(js_putp) js *text = NULL;
	struct err e;

	for (size_t at = 0; at < n;) {
		size_t end = at, value;

		while (end < n && line[end] != '=' && line[end] != ' ')
			end++;
		if (end == n || line[end] == ' ') { /* a word without a value */
			at = end + 1;
			continue;
		}
		value = end + 1;
		end = value;
		if (end < n && line[end] == '"')
			end += quoted_len(line + end, n - end);
		while (end < n && line[end] != ' ')
			end++;
		if (strncmp(line + at, name, len) != 0 || line[at + len] != '=') {
			at = end + 1;
			continue;
		}
		if (value == n || line[value] != '"')
			return arena_strndup(a, line + value, end - value);
		if (!js_parse(line + value, end - value, &text, &e) ||
		    !json_object_is_type(text, json_type_string))
			return NULL;
		return arena_strdup(a, json_object_get_string(text));
	}
	return NULL;
}

static int
take_line(struct replay *r, struct arena *a, const char *line, size_t n)
{
	const struct recorded got = { .type = member(a, line, n, "type"),
		.query = member(a, line, n, "query"),
		.cut = member(a, line, n, "cut"),
		.body = member(a, line, n, "body") };

	return take_recorded(r, a, &got);
}

static int
take_json_line(struct replay *r, struct arena *a, js *o)
{
	const struct recorded got = { .type = arena_strdup(a, js_str(o, "type", NULL)),
		.query = arena_strdup(a, js_str(o, "query", NULL)),
		.cut = arena_printf(a, "%d", (int)js_int_loose(o, "cut", 0)),
		.body = arena_strdup(a, js_str(o, "body", NULL)) };

	return take_recorded(r, a, &got);
}

static bool
add_field(struct form *f, struct arena *a, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	if (f->n == LIMIT_FORM_FIELDS || name_len == 0)
		return false;
	f->fields[f->n++] =
	    (struct form_field){ .name = arena_strndup(a, name, name_len),
		    .value = arena_strndup(a, value, value_len),
		    .name_len = name_len,
		    .value_len = value_len };
	return true;
}

static int
take_object(struct replay *r, struct arena *a, js *o)
{
	r->form.fields = arena_alloc(a, LIMIT_FORM_FIELDS * sizeof(*r->form.fields));
	json_object_object_foreach(o, name, value)
	{
		const char *text = json_object_get_string(value);

		if (json_object_is_type(value, json_type_array) ||
		    json_object_is_type(value, json_type_object) || text == NULL ||
		    !add_field(&r->form, a, name, strlen(name), text, strlen(text)))
			return wrong(
			    "an object of fields has a text or a number for each, up "
			    "to 1000");
	}
	return EXIT_SUCCESS;
}

static int
take_any_json(struct replay *r, struct arena *a, const char *text, size_t n)
{
	CLEANUP(js_putp) js *o = NULL;
	struct err e;

	if (!js_parse(text, n, &o, &e))
		return wrong(e.text);
	if (strcmp(js_str(o, "event", ""), "webhook") == 0)
		return take_json_line(r, a, o);
	if (js_get(o, "trigger") != NULL || js_arr(o, "events") != NULL)
		return take_json(r, a, text, n);
	return take_object(r, a, o);
}

static int
take_lines(struct replay *r, struct arena *a, const char *text, size_t n)
{
	r->form.fields = arena_alloc(a, LIMIT_FORM_FIELDS * sizeof(*r->form.fields));
	for (size_t at = 0; at < n;) {
		const char *line = text + at;
		const char *end = memchr(line, '\n', n - at), *eq;
		size_t len = end != NULL ? (size_t)(end - line) : n - at;

		at += len + 1;
		if (len > 0 && line[len - 1] == '\r')
			len--;
		if (len == 0)
			continue;
		eq = memchr(line, '=', len);
		if (eq == NULL ||
		    !add_field(&r->form, a, line, (size_t)(eq - line), eq + 1,
			len - (size_t)(eq + 1 - line)))
			return wrong("there is a line that is no Name=value");
	}
	return EXIT_SUCCESS;
}

/* Where the one recorded line is, from its members on; *n 0: there are several. */
static const char *
find_recorded(const char *text, size_t len, size_t *n)
{
	static const char *const signs[] = { "event=webhook ",
		"\"event\":\"webhook\"" };
	const char *found = NULL;

	*n = 0;
	for (size_t at = 0; at < len;) {
		const char *line = text + at, *hit = NULL;
		const char *end = memchr(line, '\n', len - at);
		size_t line_len = end != NULL ? (size_t)(end - line) : len - at;

		at += line_len + 1;
		for (size_t i = 0; hit == NULL && i < NELEMS(signs); i++)
			hit = memmem(line, line_len, signs[i], strlen(signs[i]));
		if (hit == NULL)
			continue;
		*n = found == NULL ? line_len : 0;
		found = line;
	}
	return found;
}

static int
take_log(struct replay *r, struct arena *a, const char *line, size_t n)
{
	const char *sign = memmem(line, n, "event=webhook ", 14), *brace;

	if (sign != NULL)
		return take_line(r, a, sign, n - (size_t)(sign - line));
	brace = memchr(line, '{', n);
	return brace == NULL ? wrong("the line event=webhook is not whole")
			     : take_any_json(r, a, brace, n - (size_t)(brace - line));
}

int
replay_read(struct replay *r, struct arena *a, const struct buf *file)
{
	size_t begin = strspn(file->data, " \t\r\n"), end = file->len, n;
	const char *text = file->data + begin, *line;

	*r = (struct replay){ .query = "" };
	if (!utf8_valid(file->data, file->len) || strlen(file->data) != file->len)
		return wrong("it is no text: not UTF-8, or there is a NUL in it");
	while (end > begin && strchr(" \t\r\n", file->data[end - 1]) != NULL)
		end--;
	if (begin >= end)
		return wrong("it is empty");
	end -= begin;
	line = find_recorded(text, end, &n);
	if (line != NULL)
		return n == 0 ? wrong("there are several recorded webhooks in it: give "
				      "one of those lines")
			      : take_log(r, a, line, n);
	if (*text == '{')
		return take_any_json(r, a, text, end);
	if (memchr(text, '\n', end) == NULL && memchr(text, '&', end) != NULL)
		return take_form(r, a, text, end);
	return take_lines(r, a, text, end);
}

const char *
replay_number(struct arena *a, const char *value)
{
	const char *star = strchr(value, '*');
	char hex[SHA256_HEX_SIZE];
	unsigned long n;

	if (star == NULL)
		return NULL;
	sha256_hex(value, strlen(value), hex);
	hex[8] = '\0';
	n = strtoul(hex, NULL, 16);
	/* Area codes 201 to 989; where none is in use, nobody has the number either. */
	return arena_printf(a, "%.*s+1%lu55501%02lu", (int)(star - value), value,
	    201 + n / 100 % 789, n % 100);
}
