/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/*
 * Bytes that grow up to a stated maximum. Append freely: an append that does not fit
 * changes nothing but sets `overflow`, and all later appends are ignored. Ask buf_ok()
 * once before the content is used. data is always NUL-terminated, "" when empty.
 *
 * `struct buf b = BUF_INIT(max)` then buf_fini(), or CLEANUP(buf_fini). One thread.
 */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	size_t max; /* most bytes it will hold, without the NUL */
	bool overflow;
};

extern char buf_empty[1];
#define BUF_INIT(max_bytes) ((struct buf){ buf_empty, 0, 0, (max_bytes), false })

void buf_init(struct buf *b, size_t max);
void buf_fini(struct buf *b); /* frees; the buffer may be used again, empty */
void buf_reset(struct buf *b); /* empties, keeps the memory */
bool buf_ok(const struct buf *b);
char *buf_take(struct buf *b) MUST_CHECK; /* moves the bytes out: the caller frees */

void buf_add(struct buf *b, const void *data, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_chr(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap) PRINTF(2, 0);
void buf_truncate(struct buf *b, size_t len); /* len <= b->len */

/*
 * Escapes, named after their target. All take UTF-8.
 * buf_xml     text or attribute content of XML 1.0; characters XML forbids are dropped,
 *             CR becomes &#13;
 * buf_url     one component of a URL or a form (RFC 3986: all but unreserved as %XX)
 * buf_json    the inside of a JSON string, without the quotes
 * buf_header  an HTTP header value: control characters become a blank
 * buf_base64  RFC 4648, with padding; takes any bytes
 * buf_logval  a value of a key=value log line: quoted when it has to be, on one line
 */
void buf_xml(struct buf *b, const char *s, size_t n);
void buf_url(struct buf *b, const char *s, size_t n);
void buf_json(struct buf *b, const char *s, size_t n);
void buf_header(struct buf *b, const char *s, size_t n);
void buf_base64(struct buf *b, const void *data, size_t n);
void buf_logval(struct buf *b, const char *s, size_t n);

#endif
