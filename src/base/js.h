/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JS_H
#define BASE_JS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * JSON by type. json-c converts kindly (a number asked as a string yields text); here a
 * wrong type counts as missing. Paths are member names joined by dots: "error.code".
 * Results are borrowed from the root; a tree belongs to one thread; put a root once.
 */
typedef struct json_object js;

/*
 * Strict parse of a whole text: UTF-8, one value, no trailing bytes, no NUL, at most
 * LIMIT_JSON_DEPTH deep and of LIMIT_JSON_VALUES values. *root is the caller's (js_putp).
 */
bool js_parse(const char *text, size_t len, js **root, struct err *e) MUST_CHECK;
void js_putp(js **root); /* for CLEANUP; NULL inside is allowed */

js *js_get(js *o, const char *path); /* any type; NULL when missing or null */
const char *js_str(js *o, const char *path, const char *dflt);
int64_t js_int(js *o, const char *path, int64_t dflt);
bool js_bool(js *o, const char *path, bool dflt);
js *js_arr(js *o, const char *path); /* NULL unless an array */
js *js_obj(js *o, const char *path); /* NULL unless an object */

/* Where an API really sends "7" or 7.0 or true for a number. */
int64_t js_int_loose(js *o, const char *path, int64_t dflt);

bool js_need_str(js *o, const char *path, const char **out, struct err *e) MUST_CHECK;
bool js_need_int(js *o, const char *path, int64_t *out, struct err *e) MUST_CHECK;

/* Appends the value as compact JSON, slashes unescaped. */
void js_write(struct buf *out, js *o);

/*
 * Appends what stands before a text, such as ",\"name\":", and the text (UTF-8) as a JSON
 * string; nothing at all of one that is NULL.
 */
void js_put_text(struct buf *out, const char *before, const char *text);

#endif
