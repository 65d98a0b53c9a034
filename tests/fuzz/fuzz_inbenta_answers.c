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
check_answer(const struct inbenta_answer *a)
{
	check_text(a->html, LIMIT_HTML);
	need(a->n_options <= LIMIT_OPTIONS);
	need((a->kind == INBENTA_ANSWER) == (a->n_options == 0));
	for (size_t i = 0; i < a->n_options; i++) {
		const struct inbenta_option *o = &a->options[i];

		check_text(o->label, LIMIT_LABEL);
		need(o->label[0] != '\0');
		need(o->value != NULL || o->as_text);
		if (o->value != NULL)
			check_text(o->value, LIMIT_OPTION_VALUE);
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
