/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A PHP file of settings. What is understood is written as PHP again, in another spelling,
 * and must be understood as the same.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "php/parse.h"
#include "support/php_show.h"

static void
put_text(struct buf *b, const char *s, size_t n)
{
	buf_chr(b, '"');
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "\\x%02x", (unsigned char)s[i]);
	buf_chr(b, '"');
}

static void
put(struct buf *b, const struct php_value *v)
{
	switch (v->type) {
	case PHP_NULL:
		buf_str(b, "null");
		break;
	case PHP_BOOL:
		buf_str(b, v->b ? "!false" : "!true");
		break;
	case PHP_INT:
		/* The least number is one below what a minus can stand in front of. */
		if (v->i == INT64_MIN)
			buf_printf(b, "%" PRId64 " - 1", v->i + 1);
		else
			buf_printf(b, "%" PRId64, v->i);
		break;
	case PHP_TEXT:
		put_text(b, v->text, v->len);
		break;
	case PHP_ARRAY:
		buf_str(b, "array(");
		for (size_t i = 0; i < v->n; i++) {
			const struct php_item *item = &v->items[i];

			put_text(b, item->key, strlen(item->key));
			buf_str(b, " => ");
			put(b, &item->value);
			buf_str(b, ",");
		}
		buf_str(b, ")");
		break;
	default:
		buf_str(b, "call()");
		break;
	}
}

/* Numbers with a fraction, and what is not known, have no second spelling here. */
static bool
is_plain(const struct php_value *v)
{
	if (v->type == PHP_UNKNOWN || v->type == PHP_FLOAT)
		return false;
	for (size_t i = 0; v->type == PHP_ARRAY && i < v->n; i++)
		if (!is_plain(&v->items[i].value))
			return false;
	return true;
}

static void
again(const struct php_value *v)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(LIMIT_PHP_FILE);
	CLEANUP(buf_fini) struct buf one = BUF_INIT((size_t)64 << 20);
	CLEANUP(buf_fini) struct buf two = BUF_INIT((size_t)64 << 20);
	struct arena *a = arena_new();
	struct php_file out = { 0 };
	struct err e = { 0 };
	int line = 0;

	buf_str(&file, "<?php return ");
	put(&file, v);
	buf_str(&file, ";");
	if (buf_ok(&file) && php_size(v) < LIMIT_PHP_VALUES / 4) {
		if (!php_parse(file.data, file.len, a, &out, &line, &e))
			abort();
		php_show(&one, v);
		php_show(&two, &out.value);
		if (one.len != two.len || memcmp(one.data, two.data, one.len) != 0)
			abort();
	}
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct php_file out = { 0 };
	struct err e = { 0 };
	int line = 0;

	if (!php_parse((const char *)data, size, a, &out, &line, &e)) {
		if (e.text[0] == '\0' || line < 1)
			abort();
	} else if (is_plain(&out.value)) {
		again(&out.value);
	}
	arena_free(a);
	return 0;
}
