/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/js.h"
#include "base/limits.h"
#include "base/utf8.h"

/*
 * What stands outside of strings in RFC 8259 text; so no ' of 'x', N of NaN, I of
 * Infinity.
 */
static const char outside[] = " \t\r\n{}[]:,0123456789+-.eEtrufalsn";

/* Reads over the string whose opening quote is at *pos; leaves *pos behind its end. */
static bool
scan_string(const char *s, size_t n, size_t *pos, struct err *e)
{
	size_t at = *pos + 1;

	while (at < n && s[at] != '"') {
		if ((unsigned char)s[at] < 0x20)
			return err_set(
			    e, ERR_INPUT, 0, "JSON: control character at byte %zu", at);
		if (s[at] == '\\' && n - at >= 6 && memcmp(s + at, "\\u0000", 6) == 0)
			return err_set(e, ERR_INPUT, 0, "JSON: NUL at byte %zu", at);
		at += s[at] == '\\' ? 2 : 1;
	}
	if (at >= n)
		return err_set(e, ERR_INPUT, 0, "JSON: a string has no end");
	*pos = at + 1;
	return true;
}

/*
 * Refuses what json-c takes even in strict mode although it is not JSON, and depth; and
 * more values than it may cost: {} takes three bytes of text and a kilobyte of memory.
 */
static bool
scan(const char *s, size_t n, struct err *e)
{
	int depth = 0, values = 1;
	size_t pos = 0;

	if (!utf8_valid(s, n))
		return err_set(e, ERR_INPUT, 0, "JSON: not UTF-8");
	while (pos < n) {
		if (s[pos] == '"') {
			if (!scan_string(s, n, &pos, e))
				return false;
			continue;
		}
		if (s[pos] == '\0' || strchr(outside, s[pos]) == NULL)
			return err_set(e, ERR_INPUT, 0,
			    "JSON: unexpected character at byte %zu", pos);
		/* Each bracket and each comma may bring one more. */
		if (strchr(",{[", s[pos]) != NULL && ++values > LIMIT_JSON_VALUES)
			return err_set(e, ERR_TOO_BIG, 0, "JSON: more than %d values",
			    LIMIT_JSON_VALUES);
		if (s[pos] == '{' || s[pos] == '[')
			depth++;
		else if (s[pos] == '}' || s[pos] == ']')
			depth--;
		if (depth > LIMIT_JSON_DEPTH)
			return err_set(e, ERR_INPUT, 0, "JSON: more than %d levels",
			    LIMIT_JSON_DEPTH);
		pos++;
	}
	return true;
}

bool
js_parse(const char *text, size_t len, js **root, struct err *e)
{
	struct json_tokener *tok;
	enum json_tokener_error why;
	js *got;
	size_t end;

	if (len >= INT32_MAX)
		return err_set(e, ERR_TOO_BIG, 0, "JSON: %zu bytes", len);
	if (!scan(text, len, e))
		return false;
	/* The tokener counts the scalar inside the innermost bracket as a level too. */
	tok = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);
	if (tok == NULL)
		return err_set(e, ERR_IO, ENOMEM, "JSON: out of memory");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	got = json_tokener_parse_ex(tok, text, (int)len);
	why = json_tokener_get_error(tok);
	/* A number at the very end is complete only when something follows it. */
	if (why == json_tokener_continue && got == NULL) {
		got = json_tokener_parse_ex(tok, "", 1);
		why = json_tokener_get_error(tok);
		end = len;
	} else {
		end = json_tokener_get_parse_end(tok);
	}
	json_tokener_free(tok);
	if (why != json_tokener_success || end != len) {
		json_object_put(got);
		return err_set(e, ERR_INPUT, 0, "JSON: %s",
		    why == json_tokener_success        ? "bytes behind the value"
			: why == json_tokener_continue ? "incomplete"
						       : json_tokener_error_desc(why));
	}
	*root = got;
	return true;
}

void
js_putp(js **root)
{
	json_object_put(*root);
	*root = NULL;
}

js *
js_get(js *o, const char *path)
{
	char name[80];

	while (o != NULL) {
		size_t n = strcspn(path, ".");

		if (!json_object_is_type(o, json_type_object))
			return NULL;
		assert(n < sizeof(name)); /* paths are written in our code */
		memcpy(name, path, n);
		name[n] = '\0';
		if (!json_object_object_get_ex(o, name, &o))
			return NULL;
		if (path[n] == '\0')
			return o;
		path += n + 1;
	}
	return NULL;
}

static js *
get_typed(js *o, const char *path, enum json_type type)
{
	js *v = js_get(o, path);

	return v != NULL && json_object_is_type(v, type) ? v : NULL;
}

/* A whole number that json-c read without having to bend it into 64 bits. */
static bool
get_int(js *v, int64_t *out)
{
	int64_t i;

	if (v == NULL || !json_object_is_type(v, json_type_int))
		return false;
	i = json_object_get_int64(v);
	if (i == INT64_MAX || i == INT64_MIN)
		return false;
	*out = i;
	return true;
}

const char *
js_str(js *o, const char *path, const char *dflt)
{
	js *v = get_typed(o, path, json_type_string);

	return v != NULL ? json_object_get_string(v) : dflt;
}

int64_t
js_int(js *o, const char *path, int64_t dflt)
{
	int64_t i;

	return get_int(js_get(o, path), &i) ? i : dflt;
}

bool
js_bool(js *o, const char *path, bool dflt)
{
	js *v = get_typed(o, path, json_type_boolean);

	return v != NULL ? json_object_get_boolean(v) : dflt;
}

js *
js_arr(js *o, const char *path)
{
	return get_typed(o, path, json_type_array);
}

js *
js_obj(js *o, const char *path)
{
	return get_typed(o, path, json_type_object);
}

/* Optional minus, one to eighteen digits, nothing else. */
static bool
int_of_text(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	int64_t i = 0;
	size_t n;

	s += minus;
	n = strspn(s, "0123456789");
	if (n == 0 || n > 18 || s[n] != '\0')
		return false;
	for (; *s != '\0'; s++)
		i = i * 10 + (*s - '0');
	*out = minus ? -i : i;
	return true;
}

int64_t
js_int_loose(js *o, const char *path, int64_t dflt)
{
	js *v = js_get(o, path);
	int64_t i;

	if (v == NULL)
		return dflt;
	switch (json_object_get_type(v)) {
	case json_type_string:
		return int_of_text(json_object_get_string(v), &i) ? i : dflt;
	case json_type_boolean:
		return json_object_get_boolean(v);
	case json_type_double: {
		double d = json_object_get_double(v);

		return fabs(d) < 9e15 && d == trunc(d) ? (int64_t)d : dflt;
	}
	default:
		return get_int(v, &i) ? i : dflt;
	}
}

bool
js_need_str(js *o, const char *path, const char **out, struct err *e)
{
	js *v = get_typed(o, path, json_type_string);

	if (v == NULL)
		return err_set(e, ERR_INPUT, 0, "JSON: no text at \"%s\"", path);
	*out = json_object_get_string(v);
	return true;
}

bool
js_need_int(js *o, const char *path, int64_t *out, struct err *e)
{
	int64_t i;

	if (!get_int(js_get(o, path), &i))
		return err_set(
		    e, ERR_INPUT, 0, "JSON: no whole number at \"%s\"", path);
	*out = i;
	return true;
}

void
js_write(struct buf *out, js *o)
{
	size_t n;
	const char *s = json_object_to_json_string_length(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);

	buf_add(out, s, n);
}

void
js_put_text(struct buf *out, const char *before, const char *text)
{
	if (text == NULL)
		return;
	buf_str(out, before);
	buf_chr(out, '"');
	buf_json(out, text, strlen(text));
	buf_chr(out, '"');
}
