/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_PHP_SHOW_H
#define SUPPORT_PHP_SHOW_H

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "php/tree.h"

/*
 * A PHP value on one line: null true 7 1.5 "text" ?why [0="a", x=7]. Bytes outside of ASCII
 * and control characters are \xHH.
 */
static inline void
php_show_text(struct buf *b, const char *s, size_t n)
{
	buf_chr(b, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c == '"' || c == '\\')
			buf_chr(b, '\\');
		if (c < ' ' || c > 0x7e)
			buf_printf(b, "\\x%02x", c);
		else
			buf_chr(b, (char)c);
	}
	buf_chr(b, '"');
}

static inline void php_show(struct buf *b, const struct php_value *v);

static inline void
php_show_items(struct buf *b, const struct php_value *v)
{
	buf_chr(b, '[');
	for (size_t i = 0; i < v->n; i++) {
		const struct php_item *item = &v->items[i];

		buf_str(b, i > 0 ? ", " : "");
		buf_str(b, item->is_number ? "" : "'");
		buf_str(b, item->key);
		buf_str(b, item->is_number ? "=" : "'=");
		php_show(b, &item->value);
	}
	buf_chr(b, ']');
}

static inline void
php_show(struct buf *b, const struct php_value *v)
{
	switch (v->type) {
	case PHP_NULL:
		buf_str(b, "null");
		break;
	case PHP_BOOL:
		buf_str(b, v->b ? "true" : "false");
		break;
	case PHP_INT:
		buf_printf(b, "%" PRId64, v->i);
		break;
	case PHP_FLOAT:
		buf_printf(b, "%.6g.", v->f);
		break;
	case PHP_TEXT:
		php_show_text(b, v->text, v->len);
		break;
	case PHP_ARRAY:
		php_show_items(b, v);
		break;
	case PHP_UNKNOWN:
		buf_printf(b, "?%s", v->text);
		break;
	}
}

#endif
