/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_ANSWERS_SEEN_H
#define UNIT_ANSWERS_SEEN_H

#include "base/buf.h"
#include "inbenta/answers.h"

static inline void
answers_seen_form(struct buf *out, const char *what, const struct inbenta_form *form)
{
	if (form == NULL)
		return;
	buf_printf(out, " %s", what);
	for (size_t i = 0; i < form->n; i++)
		buf_printf(
		    out, " [%s=%s]", form->fields[i].name, form->fields[i].value);
	buf_chr(out, '\n');
}

static inline void
answers_seen_signs(struct buf *out, const struct inbenta_answer *a)
{
	if (a->escalate)
		buf_str(out, " escalates\n");
	if (a->offers_agent)
		buf_str(out, " offers agent\n");
	if (a->wants_agent)
		buf_str(out, " wants agent\n");
	answers_seen_form(out, "form", a->form);
	answers_seen_form(out, "ticket", a->ticket);
}

/* One line per answer and part of it, for comparison with what a row expects. */
static inline void
answers_seen(struct buf *out, const struct inbenta_answers *got)
{
	static const char *const kinds[] = { "answer", "polar", "choice", "list",
		"date", "text", "pages" };

	for (size_t i = 0; i < got->n; i++) {
		const struct inbenta_answer *a = &got->list[i];

		buf_printf(out, "%s: %s\n", kinds[a->kind], a->html);
		for (size_t k = 0; k < a->n_options; k++) {
			const struct inbenta_option *o = &a->options[k];

			buf_printf(out, " %s = %s%s", o->label,
			    o->value ? o->value : "-", o->as_text ? ", as text" : "");
			buf_printf(out, "%s%s%s\n", o->say ? " " : "",
			    o->say ? o->say : "",
			    o->starts_agent ? ", starts agent" : "");
		}
		for (size_t k = 0; k < a->n_pages; k++)
			buf_printf(out, " page [%s] [%s] [%s] [%s]\n",
			    a->pages[k].title, a->pages[k].html, a->pages[k].url,
			    a->pages[k].click);
		if (a->n_related > 0)
			buf_printf(out, " related [%s]", a->related_title);
		for (size_t k = 0; k < a->n_related; k++)
			buf_printf(out, " [%s]%s", a->related[k],
			    k + 1 == a->n_related ? "\n" : "");
		if (a->rate_code != NULL)
			buf_printf(out, " rate %s\n", a->rate_code);
		if (a->no_results)
			buf_str(out, " no results\n");
		answers_seen_signs(out, a);
	}
	if (got->session_token != NULL)
		buf_printf(out, "session: %s\n", got->session_token);
}

#endif
