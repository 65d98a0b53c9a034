/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <inttypes.h>

#include "conf/notation.h"
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
put_masked_url(struct buf *b, const char *url, bool show_secrets)
{
	size_t start, n;

	if (show_secrets || !url_user(url, &start, &n)) {
		buf_str(b, url);
		return;
	}
	buf_add(b, url, start);
	buf_str(b, "***");
	buf_str(b, url + start + n);
}

static void
put_url(struct buf *b, const char *url, bool show_secrets)
{
	CLEANUP(buf_fini) struct buf masked = BUF_INIT(8192);

	put_masked_url(&masked, url, show_secrets);
	put_text(b, masked.data);
}

void
notation_put(
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

void
notation_put_bare(
    struct buf *b, const struct key_row *row, const struct value *v, bool show_secrets)
{
	switch (row->type) {
	case KEY_LIST:
	case KEY_HOURS:
	case KEY_ROOMS:
		for (size_t i = 0; i < v->n; i++)
			buf_printf(b, "%s\n", v->u.items[i]);
		return;
	case KEY_BOOL:
	case KEY_INT:
	case KEY_RATINGS:
	case KEY_EXCEPTIONS:
		notation_put(b, row, v, show_secrets);
		break;
	case KEY_PUBLIC_URL:
		put_masked_url(b, v->u.s, show_secrets);
		break;
	default:
		buf_str(b,
		    row->flags & KEY_SECRET && !show_secrets && *v->u.s != '\0'
			? "***"
			: v->u.s);
		break;
	}
	buf_chr(b, '\n');
}
