/* SPDX-License-Identifier: Apache-2.0 */
/* The form of an entry: fields that are asked one after the other. */
#include "config.h"

#include <string.h>

#include "sandbox/know_load.h"

static bool
read_kind(struct load *l, const config_setting_t *s, struct know_field *f)
{
	static const struct {
		const char *name;
		enum know_field_kind kind;
	} kinds[] = { { "text", KNOW_TEXT }, { "list", KNOW_LIST },
		{ "date", KNOW_DATE }, { "email", KNOW_EMAIL } };
	const char *kind = "text";

	if (!kcfg_text(&l->c, s, "kind", &kind))
		return false;
	for (size_t i = 0; i < NELEMS(kinds); i++)
		if (strcmp(kinds[i].name, kind) == 0) {
			f->kind = kinds[i].kind;
			return true;
		}
	return kcfg_bad(&l->c, s, "kind must be text, list, date or email");
}

static bool
read_values(struct load *l, const config_setting_t *s, struct know_field *f)
{
	config_setting_t *list;
	struct know_value *v;
	size_t n;

	if (!kcfg_list(&l->c, s, "values", KNOW_OPTIONS, &list, &n))
		return false;
	if ((n > 0) != (f->kind == KNOW_LIST))
		return kcfg_bad(
		    &l->c, s, "a field of kind list, and no other, has values");
	f->values = v = arena_alloc(l->c.a, (n + 1) * sizeof(*v));
	f->n_values = n;
	for (size_t i = 0; i < n; i++) {
		config_setting_t *g = config_setting_get_elem(list, (unsigned int)i);

		if (!kcfg_only(&l->c, g, " label option ") ||
		    !kcfg_need_text(&l->c, g, "label", &v[i].label) ||
		    !kcfg_need_text_or_int(
			&l->c, g, "option", &v[i].option, &v[i].is_number))
			return false;
	}
	return true;
}

/* The first `n` fields have been read. */
static bool
is_taken(const struct know_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return true;
	return false;
}

/* $NAME must be told from the text behind it. */
static bool
is_variable(const char *name)
{
	return strlen(name) <= KNOW_VARIABLE_BYTES &&
	    name[strspn(name, KNOW_VARIABLE_CHARS)] == '\0';
}

static bool
read_field(struct load *l, config_setting_t *s, struct know_field *fields, size_t i)
{
	struct know_field *f = &fields[i];

	f->wrong = "";
	if (!kcfg_only(&l->c, s, " name ask wrong kind values ") ||
	    !kcfg_need_text(&l->c, s, "name", &f->name) ||
	    !kcfg_need_text(&l->c, s, "ask", &f->ask) ||
	    !kcfg_text(&l->c, s, "wrong", &f->wrong) || !read_kind(l, s, f) ||
	    !read_values(l, s, f))
		return false;
	if (!is_variable(f->name))
		return kcfg_bad(&l->c, s,
		    "the name of a field has capital letters, digits and _ only, at "
		    "most %d",
		    KNOW_VARIABLE_BYTES);
	if (is_taken(fields, i, f->name))
		return kcfg_bad(&l->c, s, "the name \"%.40s\" is taken", f->name);
	return true;
}

bool
load_form(struct load *l, config_setting_t *s, struct know_entry *en)
{
	struct know_form *form = arena_alloc(l->c.a, sizeof(*form));
	struct know_field *fields;
	config_setting_t *group, *list;

	if (!kcfg_part(&l->c, s, "form", &group))
		return false;
	if (group == NULL)
		return true;
	form->leave = "<p>Do you want to leave the form?</p>";
	form->left = "<p>All right, we leave it at that.</p>";
	if (!kcfg_only(&l->c, group, " fields done leave left callback ") ||
	    !kcfg_need_text(&l->c, group, "done", &form->done) ||
	    !kcfg_text(&l->c, group, "leave", &form->leave) ||
	    !kcfg_text(&l->c, group, "left", &form->left) ||
	    !kcfg_text(&l->c, group, "callback", &form->callback) ||
	    !kcfg_list(&l->c, group, "fields", KNOW_FIELDS, &list, &form->n_fields))
		return false;
	if (form->n_fields == 0)
		return kcfg_bad(&l->c, group, "fields is missing or empty");
	form->fields = fields = arena_alloc(l->c.a, form->n_fields * sizeof(*fields));
	for (size_t i = 0; i < form->n_fields; i++)
		if (!read_field(
			l, config_setting_get_elem(list, (unsigned int)i), fields, i))
			return false;
	en->form = form;
	return true;
}
