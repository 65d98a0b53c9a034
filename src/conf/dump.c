/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "conf/conf_inner.h"
#include "conf/url.h"

/* A text in libconfig's notation: UTF-8 stays, the rest is escaped. */
static void
put_text(struct buf *b, const char *s)
{
	buf_chr(b, '"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "\\x%02x", c);
		else
			buf_chr(b, *s);
	}
	buf_chr(b, '"');
}

static void
put_items(struct buf *b, const char *const *items, size_t n)
{
	buf_str(b, "[ ");
	for (size_t i = 0; i < n; i++) {
		put_text(b, items[i]);
		buf_str(b, i + 1 < n ? ", " : " ");
	}
	buf_chr(b, ']');
}

static const char *
bool_text(bool v)
{
	return v ? "true" : "false";
}

static void
put_ratings(struct buf *b, const struct value *v)
{
	buf_str(b, "( ");
	for (size_t i = 0; i < v->n; i++) {
		const struct cfg_rating *r = &v->u.ratings[i];

		buf_printf(b, "{ id = %" PRId64 "; label = ", r->id);
		put_text(b, r->label);
		buf_printf(b, "; comment = %s; isNegative = %s; }%s",
		    bool_text(r->comment), bool_text(r->is_negative),
		    i + 1 < v->n ? ", " : " ");
	}
	buf_chr(b, ')');
}

static void
put_exceptions(struct buf *b, const struct value *v)
{
	buf_str(b, "( ");
	for (size_t i = 0; i < v->n; i++) {
		const struct cfg_exception *x = &v->u.exceptions[i];

		buf_str(b, "{ date = ");
		put_text(b, x->date);
		buf_str(b, "; hours = ");
		put_items(b, x->hours, x->n_hours);
		buf_str(b, i + 1 < v->n ? "; }, " : "; } ");
	}
	buf_chr(b, ')');
}

/* A URL whose user and password are masked. */
static void
put_url(struct buf *b, const char *url, bool show_secrets)
{
	CLEANUP(buf_fini) struct buf masked = BUF_INIT(8192);
	size_t start, n;

	if (show_secrets || !url_user(url, &start, &n)) {
		put_text(b, url);
		return;
	}
	buf_add(&masked, url, start);
	buf_str(&masked, "***");
	buf_str(&masked, url + start + n);
	put_text(b, masked.data);
}

static void
put_value(
    struct buf *b, const struct key_row *row, const struct value *v, bool show_secrets)
{
	bool hide = row->flags & KEY_SECRET && !show_secrets;

	switch (row->type) {
	case KEY_BOOL:
		buf_str(b, bool_text(v->u.b));
		break;
	case KEY_INT:
		buf_printf(b, "%" PRId64, v->u.i);
		break;
	case KEY_RATINGS:
		put_ratings(b, v);
		break;
	case KEY_EXCEPTIONS:
		put_exceptions(b, v);
		break;
	case KEY_LIST:
	case KEY_HOURS:
	case KEY_ROOMS:
		put_items(b, v->u.items, v->n);
		break;
	case KEY_PUBLIC_URL:
		put_url(b, v->u.s, show_secrets);
		break;
	default:
		put_text(b, hide && *v->u.s != '\0' ? "***" : v->u.s);
		break;
	}
}

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
		put_value(out, row, v, show_secrets);
		buf_printf(out, "; # %s\n", v->origin);
		last = row->key;
	}
	close_groups(out, groups_of(last), 0);
}
