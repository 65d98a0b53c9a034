/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "messenger/survey.h"

/* While an answer is read. */
struct reader {
	struct arena *arena;
	struct messenger_item *items; /* LIMIT_SURVEY_ITEMS of them fit … */
	struct messenger_jump *jumps; /* … here too */
	struct messenger_item *item; /* whose settings are read */
	struct messenger_choice *choices; /* its own, LIMIT_SURVEY_CHOICES fit */
	const char *thanks;
	size_t n_items, n_jumps;
	size_t items_left, choices_left, jumps_left; /* left out */
	int64_t page, place; /* the page that is read: its id, and which it is */
	bool has_text, has_min, has_max; /* the item */
};

/*
 * Calls fn with each element of a list; with those of an object as well, since PHP writes
 * a list with gaps as one.
 */
static void
each(struct reader *r, js *list, void (*fn)(struct reader *r, js *one))
{
	struct json_object_iterator it, end;

	if (json_object_is_type(list, json_type_array))
		for (size_t i = 0; i < json_object_array_length(list); i++)
			fn(r, json_object_array_get_idx(list, i));
	if (!json_object_is_type(list, json_type_object))
		return;
	it = json_object_iter_begin(list);
	end = json_object_iter_end(list);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it))
		fn(r, json_object_iter_peek_value(&it));
}

/* A text, or a number as one; NULL when it is neither. */
static const char *
scalar(js *v)
{
	return json_object_is_type(v, json_type_string) ||
		json_object_is_type(v, json_type_int) ||
		json_object_is_type(v, json_type_double)
	    ? json_object_get_string(v)
	    : NULL;
}

static const char *
scalar_at(js *o, const char *name)
{
	const char *text = scalar(js_get(o, name));

	return text != NULL ? text : "";
}

static bool
is_subtype(js *o, const char *name)
{
	return strcmp(js_str(o, "subtype", ""), name) == 0;
}

static void
add_choice(struct reader *r, js *one)
{
	const char *label, *value;

	label = scalar(one) != NULL ? scalar(one) : scalar_at(one, "label");
	value = scalar_at(one, "value");
	if (label[0] == '\0')
		label = value;
	if (value[0] == '\0')
		value = label;
	if (label[0] == '\0')
		return;
	if (r->item->n_choices == LIMIT_SURVEY_CHOICES || strlen(label) > LIMIT_LABEL ||
	    strlen(value) > LIMIT_OPTION_VALUE) {
		r->choices_left++;
		return;
	}
	if (r->choices == NULL)
		r->choices =
		    arena_alloc(r->arena, LIMIT_SURVEY_CHOICES * sizeof(*r->choices));
	r->choices[r->item->n_choices++] =
	    (struct messenger_choice){ arena_strdup(r->arena, label),
		    arena_strdup(r->arena, value) };
}

/* A choice in an object: one that is an object itself, see each(). */
static void
add_member(struct reader *r, js *one)
{
	if (json_object_is_type(one, json_type_object))
		add_choice(r, one);
}

static void
add_jump(struct reader *r, js *one)
{
	const char *value = scalar_at(one, "value");
	int64_t page = js_int_loose(one, "page", INT64_MIN);

	if (value[0] == '\0' || page == INT64_MIN)
		return;
	if (r->n_jumps == LIMIT_SURVEY_ITEMS || strlen(value) > LIMIT_OPTION_VALUE) {
		r->jumps_left++;
		return;
	}
	r->jumps[r->n_jumps++] =
	    (struct messenger_jump){ arena_strdup(r->arena, value), page };
}

/* One end of a numeric range, also where it is not wrapped up. */
static bool
bound(js *setting, int64_t *out)
{
	const char *path = js_obj(setting, "value") != NULL ? "value.value" : "value";
	int64_t n = js_int_loose(setting, path, INT64_MIN);

	if (n == INT64_MIN)
		return false;
	*out = n;
	return true;
}

/* The first text is the question; lists are choices. */
static void
read_item_setting(struct reader *r, js *setting)
{
	js *value = js_get(setting, "value");

	if (is_subtype(setting, "navigatepage"))
		each(r, value, add_jump);
	else if (is_subtype(setting, "min"))
		r->has_min = bound(setting, &r->item->min) || r->has_min;
	else if (is_subtype(setting, "max"))
		r->has_max = bound(setting, &r->item->max) || r->has_max;
	else if (json_object_is_type(value, json_type_array))
		each(r, value, add_choice);
	else if (json_object_is_type(value, json_type_object))
		each(r, value, add_member);
	else if (!r->has_text && scalar(value) != NULL) {
		r->item->html = arena_strdup(r->arena, scalar(value));
		r->has_text = true;
	}
}

static enum messenger_item_kind
kind_of(const struct reader *r, js *o)
{
	const struct messenger_item *item = r->item;

	if (strcmp(js_str(o, "type", ""), "layout") == 0)
		return MESSENGER_SHOWN;
	if (item->id[0] == '\0')
		return MESSENGER_UNKNOWN;
	if (strcmp(js_str(o, "type", ""), "input") == 0 &&
	    (is_subtype(o, "text") || is_subtype(o, "textarea")))
		return MESSENGER_TEXT;
	if (item->n_choices > 0)
		return MESSENGER_CHOICE;
	return r->has_min && r->has_max && item->min <= item->max ? MESSENGER_NUMBER
								  : MESSENGER_UNKNOWN;
}

/* What the kind does not have goes. */
static void
settle(const struct reader *r, struct messenger_item *item)
{
	if (item->kind == MESSENGER_CHOICE)
		item->choices = r->choices;
	else
		item->n_choices = 0;
	if (item->kind != MESSENGER_NUMBER)
		item->min = item->max = 0;
}

static void
read_item(struct reader *r, js *o)
{
	const char *id = scalar_at(o, "id");

	if (!json_object_is_type(o, json_type_object) ||
	    (strcmp(js_str(o, "type", ""), "layout") == 0 && is_subtype(o, "header")))
		return;
	if (r->n_items == LIMIT_SURVEY_ITEMS) {
		r->items_left++;
		return;
	}
	if (strlen(id) > LIMIT_OPTION_VALUE)
		id = "";
	r->item = &r->items[r->n_items++];
	*r->item = (struct messenger_item){
		.id = arena_strdup(r->arena, id), .html = "", .page = r->page
	};
	r->choices = NULL;
	r->has_text = r->has_min = r->has_max = false;
	each(r, js_get(o, "settings"), read_item_setting);
	r->item->kind = kind_of(r, o);
	settle(r, r->item);
}

static void
read_page(struct reader *r, js *o)
{
	r->page = js_int_loose(o, "id", ++r->place);
	each(r, js_get(o, "items"), read_item);
}

static void
read_setting(struct reader *r, js *setting)
{
	js *value = js_get(setting, "value");
	const char *text;

	if (is_subtype(setting, "navigatepage"))
		each(r, value, add_jump);
	if (!is_subtype(setting, "thankyoupage"))
		return;
	text = scalar(value) != NULL ? scalar(value) : scalar_at(value, "message");
	r->thanks = arena_strdup(r->arena, text);
}

static void
log_left(const struct reader *r)
{
	if (r->items_left + r->choices_left + r->jumps_left > 0)
		LOG(LOG_WARN, "messenger", "survey cut",
		    LI("items_left", r->items_left),
		    LI("items_max", LIMIT_SURVEY_ITEMS),
		    LI("choices_left", r->choices_left),
		    LI("choices_max", LIMIT_SURVEY_CHOICES),
		    LI("jumps_left", r->jumps_left), LH(HINT_SURVEY));
}

/* Where the survey is; NULL: nowhere. */
static js *
survey_of(js *root)
{
	js *o = js_obj(root, "response");

	return o != NULL ? o : js_obj(root, "data");
}

bool
messenger_survey_read(
    struct messenger_survey *out, js *root, struct arena *a, struct err *e)
{
	struct reader r = { .arena = a, .thanks = "" };
	js *o = survey_of(root);

	if (o == NULL)
		return err_set(e, ERR_UPSTREAM, 0, "the answer has no survey");
	r.items = arena_alloc(a, LIMIT_SURVEY_ITEMS * sizeof(*r.items));
	r.jumps = arena_alloc(a, LIMIT_SURVEY_ITEMS * sizeof(*r.jumps));
	each(&r, js_get(o, "pages"), read_page);
	each(&r, js_get(o, "settings"), read_setting);
	log_left(&r);
	*out = (struct messenger_survey){
		.id = arena_strdup(a, scalar_at(o, "id")),
		.token = arena_strdup(a, scalar_at(o, "token")),
		.thanks = r.thanks,
		.items = r.items,
		.n_items = r.n_items,
		.jumps = r.jumps,
		.n_jumps = r.n_jumps,
	};
	return true;
}
