/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>

#include "conf/conf_inner.h"

const char *
cfg_str(const struct cfg *c, enum cfg_key key)
{
	assert(value_is_text(key_rows[key].type));
	return c->v[key].u.s;
}

int64_t
cfg_int(const struct cfg *c, enum cfg_key key)
{
	assert(key_rows[key].type == KEY_INT);
	return c->v[key].u.i;
}

bool
cfg_bool(const struct cfg *c, enum cfg_key key)
{
	assert(key_rows[key].type == KEY_BOOL);
	return c->v[key].u.b;
}

size_t
cfg_len(const struct cfg *c, enum cfg_key key)
{
	assert(key_rows[key].type >= KEY_LIST && key_rows[key].type <= KEY_ROOMS);
	return c->v[key].n;
}

const char *
cfg_item(const struct cfg *c, enum cfg_key key, size_t i)
{
	assert(i < cfg_len(c, key));
	return c->v[key].u.items[i];
}

const struct lang *
cfg_lang(const struct cfg *c)
{
	return c->lang;
}

size_t
cfg_ratings(const struct cfg *c, const struct cfg_rating **out)
{
	const struct value *v = &c->v[CFG_CONVERSATION_CONTENT_RATINGS_RATINGS];

	*out = v->u.ratings;
	return v->n;
}

size_t
cfg_exceptions(const struct cfg *c, const struct cfg_exception **out)
{
	const struct value *v = &c->v[CFG_CHAT_CHAT_TIMETABLE_EXCEPTIONS];

	*out = v->u.exceptions;
	return v->n;
}
