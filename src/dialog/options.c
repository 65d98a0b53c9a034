/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "bot/bot.h"
#include "conf/lang.h"
#include "dialog/options.h"
#include "render/html.h"

/* The label as the phone shows it. Those of a yes/no question are keys of labels. */
static const char *
shown(struct options *o, const char *label, bool polar)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_HTML);
	const char *html = polar ? lang_get(o->lang, label) : label;

	render_label(&out, html, strlen(html));
	return arena_strndup(o->arena, out.data, out.len);
}

static void
make_room(struct options *o, size_t n)
{
	struct choice *bigger;

	if (o->n + n <= o->cap)
		return;
	o->cap = 2 * (o->n + n);
	bigger = arena_alloc(o->arena, o->cap * sizeof(*bigger));
	if (o->n > 0)
		memcpy(bigger, o->choices, o->n * sizeof(*bigger));
	o->choices = bigger;
}

size_t
options_add(
    struct options *o, const struct bot_answer *answer, const char *const **labels)
{
	const char **list =
	    arena_alloc(o->arena, (answer->n_options + 1) * sizeof(*list));
	size_t first = o->n + 1;

	make_room(o, answer->n_options);
	for (size_t i = 0; i < answer->n_options; i++) {
		const struct bot_option *opt = &answer->options[i];
		bool polar = answer->kind == BOT_POLAR &&
		    (strcmp(opt->label, "yes") == 0 || strcmp(opt->label, "no") == 0);

		list[i] = shown(o, opt->label, polar);
		o->choices[o->n++] = (struct choice){
			.label = list[i],
			.value = opt->value != NULL ? opt->value : "",
			.as_text = opt->as_text,
			.polar = polar,
		};
		o->others += !polar;
	}
	*labels = list;
	return first;
}

/* What an option counts for in the record: its texts, and what stands around them. */
static size_t
kept_bytes(const struct choice *c)
{
	return strlen(c->label) + strlen(c->value) + 64;
}

struct pending
options_pending(const struct options *o)
{
	size_t n = 0, bytes = 0;

	for (; n < o->n; n++) {
		bytes += kept_bytes(&o->choices[n]);
		if (bytes > LIMIT_PENDING_BYTES)
			break;
	}
	if (n < o->n)
		LOG(LOG_WARN, "dialog", "options not kept", LI("shown", o->n),
		    LI("kept", n), LI("bytes_max", LIMIT_PENDING_BYTES));
	return (struct pending){
		.kind = n == 0       ? PENDING_NONE
		    : o->others == 0 ? PENDING_POLAR
				     : PENDING_CHOICE,
		.choices = o->choices,
		.n = n,
	};
}
