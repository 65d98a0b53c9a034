/* SPDX-License-Identifier: Apache-2.0 */
/* What a survey's walk says, as blocks. */
#include "config.h"

#include <string.h>

#include "conf/lang.h"
#include "dialog/options.h"
#include "dialog/survey_walk_i.h"
#include "render/html.h"

static bool
any_medium(enum media_kind kind, const char *url)
{
	(void)kind;
	(void)url;
	return true;
}

bool
walk_visible(const struct walk_talk *t, const char *html)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(64);
	struct render_media media = { .arena = t->arena, .shows = any_medium };

	render_html(&out, html, strlen(html), RENDER_PLAIN, &media);
	return out.len > 0 || !buf_ok(&out) || media.n > 0;
}

struct block
walk_html_block(const char *html)
{
	return (struct block){ .html = html, .plain = strpbrk(html, "<&") == NULL };
}

struct block
walk_label_block(const struct walk_talk *t, const char *label)
{
	return (struct block){ .html = lang_get(t->lang, label), .label = true };
}

struct choice *
walk_choices(const struct walk_talk *t, const struct survey_item *item)
{
	struct choice *all = arena_alloc(t->arena, item->n_choices * sizeof(*all));

	for (size_t i = 0; i < item->n_choices; i++) {
		const struct survey_choice *c = &item->choices[i];

		all[i].label = options_plain(t->arena, c->label);
		all[i].value = c->value;
		if (all[i].label[0] == '\0')
			all[i].label = c->value;
	}
	return all;
}

void
walk_yes_no(const struct walk_talk *t, struct choice both[2])
{
	both[0] = (struct choice){ .label = options_word(t->arena, t->lang, "yes"),
		.value = "",
		.polar = true };
	both[1] = (struct choice){ .label = options_word(t->arena, t->lang, "no"),
		.value = "",
		.polar = true };
}

static void
put_choices(
    const struct walk_talk *t, struct block *b, const struct choice *choices, size_t n)
{
	const char **labels = arena_alloc(t->arena, n * sizeof(*labels));

	for (size_t i = 0; i < n; i++)
		labels[i] = choices[i].label;
	b->labels = labels;
	b->n_labels = n;
	b->first = 1;
}

void
walk_say_yes_no(const struct walk_talk *t, const char *label, struct walk_said *out)
{
	struct block *b = arena_alloc(t->arena, sizeof(*b));
	struct choice both[2];

	walk_yes_no(t, both);
	*b = walk_label_block(t, label);
	put_choices(t, b, both, NELEMS(both));
	*out = (struct walk_said){ b, 1 };
}

struct block
walk_question_block(const struct walk_talk *t, const struct survey_item *item)
{
	struct block b = walk_html_block(item->html);

	if (item->kind == SURVEY_NUMBER)
		b.hint = arena_printf(t->arena, "(%lld - %lld)", (long long)item->min,
		    (long long)item->max);
	if (item->kind != SURVEY_CHOICE)
		return b;
	if (!walk_visible(t, item->html))
		b = walk_label_block(t, "choose_an_option");
	put_choices(t, &b, walk_choices(t, item), item->n_choices);
	b.survey = true;
	return b;
}

struct block *
walk_shown_blocks(
    const struct survey_walk *w, const struct walk_talk *t, size_t from, size_t to)
{
	struct block *b = arena_alloc(t->arena, (to - from + 1) * sizeof(*b));

	for (size_t i = from; i < to; i++)
		b[i - from] = walk_html_block(w->left.items[i].html);
	return b;
}
