/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays, with the comments around their entries. */
#include "config.h"

#include "php/parse_i.h"

struct php_item *
php_enter(struct php_parser *p, struct php_value *array, const struct php_item *key)
{
	struct php_item *item = php_get(array, key->key);

	if (item != NULL)
		return item;
	item = php_add(p->a, array);
	item->key = key->key;
	item->number = key->number;
	item->is_number = key->is_number;
	php_note_key(array, item);
	return item;
}

/* What PHP spells with an ampersand or three dots has no value of its own. */
static bool
read_strange(struct php_parser *p)
{
	php_remark(p, p->x.at,
	    php_lex_is(&p->x, "&") ? "a reference is not followed"
				   : "the entries behind ... are not followed");
	return php_skip(p, false);
}

/* One entry, up to the comma or bracket behind it. *out: NULL when it has no name. */
static bool
read_entry(struct php_parser *p, struct php_value *array, struct php_item **out)
{
	struct php_item key = { .line = p->x.at, .key = "" };
	struct php_value v, name = { 0 };
	bool named;

	*out = NULL;
	if (php_lex_is(&p->x, "&") || php_lex_is(&p->x, "..."))
		return read_strange(p);
	if (!php_expression(p, &v))
		return false;
	named = php_lex_is(&p->x, "=>");
	if (named) {
		name = v;
		if (!php_next(p))
			return false;
		if (php_lex_is(&p->x, "&"))
			return read_strange(p);
		if (!php_expression(p, &v))
			return false;
	}
	if (named && !php_key(p->a, &name, &key)) {
		php_remark(p, key.line,
		    arena_printf(p->a, "the name of this entry is %.120s",
			name.type == PHP_UNKNOWN ? name.text
						 : php_type_name(name.type)));
		return true;
	}
	if (!named && !php_next_key(p->a, array, &key))
		return php_refuse(p, key.line, "no number is left for this entry");
	*out = php_enter(p, array, &key);
	(*out)->earlier = (*out)->line;
	(*out)->line = key.line;
	(*out)->value = v;
	return true;
}

bool
php_array(struct php_parser *p, const char *closer, struct php_value *out)
{
	struct php_value array = { .type = PHP_ARRAY, .line = out->line };
	struct php_item *item;

	while (!php_lex_is(&p->x, closer)) {
		const struct php_comment *above = php_lex_comments(&p->x, 0);
		int ended;

		if (!read_entry(p, &array, &item))
			return false;
		ended = p->x.last_at;
		if (php_lex_is(&p->x, ",")) {
			ended = p->x.at;
			if (!php_next(p))
				return false;
		} else if (!php_lex_is(&p->x, closer)) {
			return php_refuse(p, p->x.at,
			    "a comma or the bracket that ends the array is missing");
		}
		if (item == NULL)
			continue;
		item->above = above;
		item->behind = php_lex_comments(&p->x, ended);
	}
	array.foot = php_lex_comments(&p->x, 0);
	*out = array;
	return php_next(p);
}
