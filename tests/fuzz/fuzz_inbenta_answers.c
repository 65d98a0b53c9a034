/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as an answer of the Chatbot API: what comes out keeps the limits and the promises
 * of inbenta/answers.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "inbenta/answers.h"
#include "inbenta/fault.h"
#include "inbenta/token.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
check_text(const char *s, size_t max)
{
	need(s != NULL && strlen(s) <= max && utf8_valid(s, strlen(s)));
}

static void
check_options(const struct inbenta_answer *a)
{
	need(a->n_options <= LIMIT_OPTIONS);
	need((a->n_options > 0) ==
	    (a->kind == INBENTA_POLAR || a->kind == INBENTA_CHOICE ||
		a->kind == INBENTA_LIST));
	for (size_t i = 0; i < a->n_options; i++) {
		const struct inbenta_option *o = &a->options[i];

		need(o->label[0] != '\0');
		check_text(o->label, o->say != NULL ? 6 * LIMIT_LABEL : LIMIT_LABEL);
		need(o->value != NULL || o->as_text);
		if (o->value != NULL)
			check_text(o->value, LIMIT_OPTION_VALUE);
		if (o->say != NULL)
			check_text(o->say, LIMIT_OPTION_VALUE);
	}
}

static void
check_pages(const struct inbenta_answer *a)
{
	need(a->n_pages <= LIMIT_OPTIONS);
	need((a->n_pages > 0) == (a->kind == INBENTA_PAGES));
	for (size_t i = 0; i < a->n_pages; i++) {
		const struct inbenta_page *p = &a->pages[i];

		check_text(p->title, LIMIT_LABEL);
		check_text(p->html, LIMIT_HTML);
		check_text(p->url, LIMIT_URL);
		check_text(p->click, LIMIT_TRACK_CODE);
		need(p->title[0] != '\0' || p->html[0] != '\0' || p->url[0] != '\0');
	}
}

static void
check_form(const struct inbenta_form *form)
{
	size_t bytes = 0;

	need(form->n <= LIMIT_AGENT_FIELDS);
	for (size_t i = 0; i < form->n; i++) {
		const struct inbenta_field *f = &form->fields[i];

		check_text(f->name, LIMIT_AGENT_FORM);
		check_text(f->value, LIMIT_AGENT_FORM);
		need(f->name[0] != '\0');
		bytes += strlen(f->name) + strlen(f->value);
	}
	need(bytes <= LIMIT_AGENT_FORM);
}

static void
check_answer(const struct inbenta_answer *a)
{
	check_text(a->html, LIMIT_HTML);
	check_options(a);
	check_pages(a);
	check_text(a->related_title, LIMIT_LABEL);
	need(a->n_related <= LIMIT_OPTIONS);
	for (size_t i = 0; i < a->n_related; i++) {
		check_text(a->related[i], LIMIT_LABEL);
		need(a->related[i][0] != '\0');
	}
	if (a->form != NULL)
		check_form(a->form);
	if (a->rate_code != NULL) {
		need(!a->escalate && !a->offers_agent && !a->wants_agent && !a->form);
		check_text(a->rate_code, LIMIT_TRACK_CODE);
		need(a->rate_code[0] != '\0');
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(js_putp) js *root = NULL;
	struct inbenta_answers got = { 0 };
	struct inbenta_fault fault;
	struct arena *a;
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	if (!js_parse((const char *)data, size, &root, &e))
		return 0;
	inbenta_fault_read(root, &fault);
	need(fault.message != NULL);
	a = arena_new();
	if (inbenta_answers_read(&got, root, a, &e)) {
		need(got.n <= LIMIT_ANSWERS);
		for (size_t i = 0; i < got.n; i++)
			check_answer(&got.list[i]);
		need(got.session_token == NULL || inbenta_token_ok(got.session_token));
	} else {
		need(e.kind == ERR_UPSTREAM && e.text[0] != '\0' && got.list == NULL);
	}
	arena_free(a);
	return 0;
}
