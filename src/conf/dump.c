/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "conf/conf_inner.h"
#include "conf/notation.h"

static void
indent(struct buf *b, size_t depth)
{
	while (depth-- > 0)
		buf_chr(b, '\t');
}

/* How many groups a key's name opens: "chat.chat.appId" opens one, besides its file. */
static size_t
groups_of(const char *key)
{
	size_t n = 0;

	for (const char *s = strchr(key, '.') + 1; (s = strchr(s, '.')) != NULL; s++)
		n++;
	return n;
}

/* How many leading groups two keys of the same file share. */
static size_t
shared_groups(const char *a, const char *b)
{
	size_t n = 0;

	a = strchr(a, '.') + 1;
	b = strchr(b, '.') + 1;
	for (; *a != '\0' && *a == *b; a++, b++)
		n += *a == '.';
	return n;
}

static void
close_groups(struct buf *b, size_t from, size_t to)
{
	for (size_t depth = from; depth > to; depth--) {
		indent(b, depth - 1);
		buf_str(b, "};\n");
	}
}

/* Opens the groups of a key that are not open yet. */
static void
open_groups(struct buf *b, const char *key, size_t from)
{
	const char *s = strchr(key, '.') + 1, *dot;

	for (size_t depth = 0; (dot = strchr(s, '.')) != NULL; depth++, s = dot + 1) {
		if (depth < from)
			continue;
		indent(b, depth);
		buf_printf(b, "%.*s = {\n", (int)(dot - s), s);
	}
}

static bool
same_file(const char *a, const char *b)
{
	size_t n = strcspn(a, ".") + 1;

	return strncmp(a, b, n) == 0;
}

void
conf_dump(const struct conf *c, enum conf_env env, bool show_secrets, struct buf *out)
{
	const char *last = NULL;

	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct key_row *row = &key_rows[i];
		const struct value *v = &c->cfg[env].v[i];
		size_t shared = 0;

		if (last != NULL && same_file(last, row->key))
			shared = shared_groups(last, row->key);
		if (last != NULL)
			close_groups(out, groups_of(last), shared);
		if (last == NULL || !same_file(last, row->key))
			buf_printf(out, "%s### %.*s.cfg\n", last != NULL ? "\n" : "",
			    (int)strcspn(row->key, "."), row->key);
		open_groups(out, row->key, shared);
		indent(out, groups_of(row->key));
		buf_printf(out, "%s = ", strrchr(row->key, '.') + 1);
		notation_put(out, row, v, show_secrets);
		buf_printf(out, "; # %s\n", v->origin);
		last = row->key;
	}
	close_groups(out, groups_of(last), 0);
}
