/* SPDX-License-Identifier: Apache-2.0 */
/* A survey that runs, as it stands in a conversation's record. */
#include "config.h"

#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "dialog/session_i.h"
#include "dialog/survey_walk_i.h"

static const char *const stage_names[WALK_STAGES] = {
	[WALK_NONE] = "none",
	[WALK_OFFERED] = "offered",
	[WALK_ASKED] = "asked",
	[WALK_DOUBTED] = "doubted",
	[WALK_DONE] = "done",
	[WALK_LEFT] = "left",
};

static const char *const kind_names[] = {
	[SURVEY_SHOWN] = "shown",
	[SURVEY_CHOICE] = "choice",
	[SURVEY_NUMBER] = "number",
	[SURVEY_TEXT] = "text",
	[SURVEY_UNKNOWN] = "unknown",
};

const char *
walk_stage_name(enum walk_stage stage)
{
	return stage_names[stage];
}

static void
put_choices(struct buf *out, const struct survey_item *item)
{
	buf_str(out, ",\"choices\":[");
	for (size_t i = 0; i < item->n_choices; i++) {
		js_put_text(out, i > 0 ? ",[" : "[", item->choices[i].label);
		js_put_text(out, ",", item->choices[i].value);
		buf_chr(out, ']');
	}
	buf_chr(out, ']');
}

void
walk_put_item(struct buf *out, const struct survey_item *item)
{
	js_put_text(out, "{\"id\":", item->id);
	js_put_text(out, ",\"kind\":", kind_names[item->kind]);
	js_put_text(out, ",\"html\":", item->html);
	buf_printf(out, ",\"page\":%lld", (long long)item->page);
	if (item->kind == SURVEY_CHOICE)
		put_choices(out, item);
	if (item->kind == SURVEY_NUMBER)
		buf_printf(out, ",\"min\":%lld,\"max\":%lld", (long long)item->min,
		    (long long)item->max);
	buf_chr(out, '}');
}

static void
put_items(struct buf *out, const struct survey *s)
{
	buf_str(out, ",\"items\":[");
	for (size_t i = 0; i < s->n_items; i++) {
		buf_str(out, i > 0 ? "," : "");
		walk_put_item(out, &s->items[i]);
	}
	buf_chr(out, ']');
}

static void
put_jumps(struct buf *out, const struct survey *s)
{
	buf_str(out, ",\"jumps\":[");
	for (size_t i = 0; i < s->n_jumps; i++) {
		js_put_text(
		    out, i > 0 ? ",{\"value\":" : "{\"value\":", s->jumps[i].value);
		buf_printf(out, ",\"page\":%lld}", (long long)s->jumps[i].page);
	}
	buf_chr(out, ']');
}

static void
put_answers(struct buf *out, const struct survey_walk *w)
{
	buf_str(out, ",\"answers\":[");
	for (size_t i = 0; i < w->n_answers; i++) {
		js_put_text(out, i > 0 ? ",[" : "[", w->answers[i].id);
		js_put_text(out, ",", w->answers[i].value);
		buf_chr(out, ']');
	}
	buf_chr(out, ']');
}

void
walk_encode(const struct survey_walk *w, struct buf *out)
{
	js_put_text(out, "{\"stage\":", stage_names[w->stage]);
	buf_printf(out, ",\"asked_s\":%lld,\"wrong\":%d,\"question\":%zu",
	    (long long)w->asked_s, w->wrong, w->question);
	js_put_text(out, ",\"id\":", w->left.id);
	js_put_text(out, ",\"token\":", w->left.token);
	js_put_text(out, ",\"thanks\":", w->left.thanks);
	put_items(out, &w->left);
	put_jumps(out, &w->left);
	put_answers(out, w);
	buf_chr(out, '}');
}

/* The place of a name; n: it is none of them. */
static size_t
find_name(const char *const *names, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* Element `i` of a pair, a text; NULL when there is none. */
static const char *
text_of(struct arena *a, js *pair, size_t i)
{
	js *v = json_object_is_type(pair, json_type_array)
	    ? json_object_array_get_idx(pair, i)
	    : NULL;

	return json_object_is_type(v, json_type_string)
	    ? arena_strdup(a, json_object_get_string(v))
	    : NULL;
}

static bool
read_choices(struct survey_item *item, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "choices", LIMIT_SURVEY_CHOICES, e);
	struct survey_choice *choices;

	if (list == NULL)
		return false;
	item->n_choices = json_object_array_length(list);
	choices = arena_alloc(a, (item->n_choices + 1) * sizeof(*choices));
	for (size_t i = 0; i < item->n_choices; i++) {
		js *pair = json_object_array_get_idx(list, i);

		choices[i].label = text_of(a, pair, 0);
		choices[i].value = text_of(a, pair, 1);
		if (choices[i].label == NULL || choices[i].value == NULL)
			return err_set(e, ERR_INPUT, 0, "a choice is none");
	}
	item->choices = choices;
	return true;
}

static bool
read_item(struct survey_item *item, struct arena *a, js *o, struct err *e)
{
	const char *id, *html;
	size_t kind = find_name(kind_names, NELEMS(kind_names), js_str(o, "kind", ""));

	if (kind == NELEMS(kind_names))
		return err_set(e, ERR_INPUT, 0, "unknown kind of item");
	item->kind = (enum survey_kind)kind;
	if (!js_need_str(o, "id", &id, e) || !js_need_str(o, "html", &html, e) ||
	    !js_need_int(o, "page", &item->page, e))
		return false;
	item->id = arena_strdup(a, id);
	item->html = arena_strdup(a, html);
	if (item->kind == SURVEY_NUMBER)
		return js_need_int(o, "min", &item->min, e) &&
		    js_need_int(o, "max", &item->max, e);
	return item->kind != SURVEY_CHOICE || read_choices(item, a, o, e);
}

static bool
read_items(struct survey *s, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "items", LIMIT_SURVEY_ITEMS, e);
	struct survey_item *items;

	if (list == NULL)
		return false;
	s->n_items = json_object_array_length(list);
	items = arena_alloc(a, (s->n_items + 1) * sizeof(*items));
	for (size_t i = 0; i < s->n_items; i++)
		if (!read_item(&items[i], a, json_object_array_get_idx(list, i), e))
			return false;
	s->items = items;
	return true;
}

static bool
read_jumps(struct survey *s, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "jumps", LIMIT_SURVEY_ITEMS, e);
	struct survey_jump *jumps;

	if (list == NULL)
		return false;
	s->n_jumps = json_object_array_length(list);
	jumps = arena_alloc(a, (s->n_jumps + 1) * sizeof(*jumps));
	for (size_t i = 0; i < s->n_jumps; i++) {
		js *jump = json_object_array_get_idx(list, i);

		jumps[i].value = arena_strdup(a, js_str(jump, "value", NULL));
		if (jumps[i].value == NULL ||
		    !js_need_int(jump, "page", &jumps[i].page, e))
			return err_set(e, ERR_INPUT, 0, "a jump is none");
	}
	s->jumps = jumps;
	return true;
}

static bool
read_answers(struct survey_walk *w, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "answers", LIMIT_SURVEY_ITEMS, e);
	struct survey_answer *answers;

	if (list == NULL)
		return false;
	w->n_answers = json_object_array_length(list);
	answers = arena_alloc(a, (w->n_answers + 1) * sizeof(*answers));
	for (size_t i = 0; i < w->n_answers; i++) {
		js *pair = json_object_array_get_idx(list, i);

		answers[i].id = text_of(a, pair, 0);
		answers[i].value = text_of(a, pair, 1);
		if (answers[i].id == NULL || answers[i].value == NULL)
			return err_set(e, ERR_INPUT, 0, "an answer is none");
	}
	w->answers = answers;
	return true;
}

static bool
read_head(struct survey_walk *w, struct arena *a, js *o, struct err *e)
{
	const char *stage, *id, *token, *thanks;

	if (!js_need_str(o, "stage", &stage, e) ||
	    !js_need_int(o, "asked_s", &w->asked_s, e) ||
	    !js_need_str(o, "id", &id, e) || !js_need_str(o, "token", &token, e) ||
	    !js_need_str(o, "thanks", &thanks, e))
		return false;
	w->stage = (enum walk_stage)find_name(stage_names, NELEMS(stage_names), stage);
	w->wrong = (int)js_int(o, "wrong", -1);
	w->question = (size_t)js_int(o, "question", -1);
	w->left.id = arena_strdup(a, id);
	w->left.token = arena_strdup(a, token);
	w->left.thanks = arena_strdup(a, thanks);
	return true;
}

/* Whether the members are those of the stage. */
static bool
fits(const struct survey_walk *w, struct err *e)
{
	if (!walk_runs(w))
		return err_set(e, ERR_INPUT, 0, "survey: none that runs");
	if (w->wrong < 0 || w->wrong > WALK_WRONG)
		return err_set(e, ERR_INPUT, 0, "survey: no such count");
	if (w->stage == WALK_OFFERED)
		return w->question == 0 ||
		    err_set(e, ERR_INPUT, 0, "survey: a question before its time");
	if (w->question >= w->left.n_items ||
	    !walk_askable(&w->left.items[w->question]))
		return err_set(e, ERR_INPUT, 0, "survey: no question is open");
	return true;
}

bool
walk_decode(struct survey_walk *w, struct arena *a, js *o, struct err *e)
{
	struct survey_walk got = { 0 };

	if (!read_head(&got, a, o, e) || !read_items(&got.left, a, o, e) ||
	    !read_jumps(&got.left, a, o, e) || !read_answers(&got, a, o, e))
		return err_wrap(e, "survey");
	if (!fits(&got, e))
		return false;
	*w = got;
	return true;
}
