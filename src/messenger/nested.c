/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "messenger/nested.h"

static void
put_value(struct buf *out, const struct buf *name, js *v)
{
	const char *text = json_object_get_string(v);

	if (json_object_is_type(v, json_type_boolean))
		text = json_object_get_boolean(v) ? "1" : "0";
	if (out->len > 0)
		buf_chr(out, '&');
	buf_add(out, name->data, name->len);
	buf_chr(out, '=');
	buf_url(out, text, strlen(text));
}

static void put(struct buf *out, struct buf *name, js *v);

/* The value below the name, which is put back afterwards. */
static void
put_below(struct buf *out, struct buf *name, const char *member, js *v)
{
	const size_t len = name->len;

	if (len > 0)
		buf_str(name, "%5B");
	buf_url(name, member, strlen(member));
	if (len > 0)
		buf_str(name, "%5D");
	/* A name that is too long would be another's. */
	if (!buf_ok(name))
		out->overflow = true;
	else
		put(out, name, v);
	buf_truncate(name, len);
}

/* JSON is LIMIT_JSON_DEPTH deep at most. */
static void
put(struct buf *out, struct buf *name, js *v)
{
	char index[24];

	if (json_object_is_type(v, json_type_object)) {
		struct json_object_iterator it = json_object_iter_begin(v),
					    end = json_object_iter_end(v);

		for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
			put_below(out, name, json_object_iter_peek_name(&it),
			    json_object_iter_peek_value(&it));
	} else if (json_object_is_type(v, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(v); i++) {
			snprintf(index, sizeof(index), "%zu", i);
			put_below(out, name, index, json_object_array_get_idx(v, i));
		}
	} else if (v != NULL) {
		put_value(out, name, v);
	}
}

void
messenger_nested_form(struct buf *out, js *root)
{
	CLEANUP(buf_fini) struct buf name = BUF_INIT(LIMIT_URL);

	put(out, &name, root);
}
