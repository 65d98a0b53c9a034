/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/form.h"
#include "base/limits.h"

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes n bytes onto themselves (they never grow) and returns how many remain. */
static size_t
decode(char *s, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++, to++) {
		int hi, lo;

		s[to] = s[i] == '+' ? ' ' : s[i];
		if (s[i] != '%' || n - i < 3)
			continue;
		hi = hex_value(s[i + 1]);
		lo = hex_value(s[i + 2]);
		if (hi < 0 || lo < 0)
			continue;
		s[to] = (char)(unsigned char)(hi << 4 | lo);
		i += 2;
	}
	return to;
}

/* Reads "name=value" of n bytes; the byte behind them is ours to overwrite. */
static void
decode_field(struct form_field *f, char *s, size_t n)
{
	char *eq = memchr(s, '=', n);
	size_t name_n = eq != NULL ? (size_t)(eq - s) : n;
	char *value = eq != NULL ? eq + 1 : s + n;

	f->value_len = decode(value, n - (size_t)(value - s));
	value[f->value_len] = '\0';
	f->name_len = decode(s, name_n);
	s[f->name_len] = '\0';
	f->name = s;
	f->value = value;
}

bool
form_parse(struct form *f, struct arena *a, const char *body, size_t len, struct err *e)
{
	size_t n = 0;
	char *copy, *end;

	for (size_t i = 0; i < len; i++)
		n += body[i] != '&' && (i == 0 || body[i - 1] == '&');
	if (n > LIMIT_FORM_FIELDS)
		return err_set(e, ERR_TOO_BIG, 0,
		    "form: %zu fields, at most %d are read", n, LIMIT_FORM_FIELDS);

	/* Every separator leaves its byte for the NUL of the text before it. */
	f->n = 0;
	f->fields = arena_alloc(a, (n + 1) * sizeof(*f->fields));
	copy = arena_alloc(a, len + 1);
	if (len > 0)
		memcpy(copy, body, len);
	end = copy + len;
	while (copy < end) {
		char *amp = memchr(copy, '&', (size_t)(end - copy));
		char *stop = amp != NULL ? amp : end;

		if (stop > copy)
			decode_field(&f->fields[f->n++], copy, (size_t)(stop - copy));
		copy = stop + 1;
	}
	return true;
}

const struct form_field *
form_find(const struct form *f, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < f->n; i++)
		if (f->fields[i].name_len == n &&
		    memcmp(f->fields[i].name, name, n) == 0)
			return &f->fields[i];
	return NULL;
}

const char *
form_get(const struct form *f, const char *name)
{
	const struct form_field *field = form_find(f, name);

	if (field == NULL || memchr(field->value, '\0', field->value_len) != NULL)
		return NULL;
	return field->value;
}
