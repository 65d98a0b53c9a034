/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any JSON as the answer to a survey's start: what comes out keeps the limits and the
 * promises of messenger/survey.h.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "messenger/survey.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
need_text(const char *text, size_t least, size_t most)
{
	size_t n = strlen(text);

	need(n >= least && n <= most && utf8_valid(text, n));
}

static void
check_item(const struct messenger_item *item)
{
	bool asks = item->kind != MESSENGER_SHOWN && item->kind != MESSENGER_UNKNOWN;

	need_text(item->id, asks, LIMIT_OPTION_VALUE);
	need_text(item->html, 0, SIZE_MAX);
	need(item->n_choices <= LIMIT_SURVEY_CHOICES);
	need((item->kind == MESSENGER_CHOICE) == (item->n_choices > 0));
	need(item->kind == MESSENGER_NUMBER ? item->min <= item->max
					    : item->min == 0 && item->max == 0);
	for (size_t i = 0; i < item->n_choices; i++) {
		need_text(item->choices[i].label, 1, LIMIT_LABEL);
		need_text(item->choices[i].value, 1, LIMIT_OPTION_VALUE);
	}
}

static void
check(const struct messenger_survey *s)
{
	need_text(s->id, 0, SIZE_MAX);
	need_text(s->token, 0, SIZE_MAX);
	need_text(s->thanks, 0, SIZE_MAX);
	need(s->n_items <= LIMIT_SURVEY_ITEMS);
	need(s->n_jumps <= LIMIT_SURVEY_ITEMS);
	for (size_t i = 0; i < s->n_items; i++)
		check_item(&s->items[i]);
	for (size_t i = 0; i < s->n_jumps; i++)
		need_text(s->jumps[i].value, 1, LIMIT_OPTION_VALUE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_survey got;
	struct err e = { 0 };

	log_setup(LOG_ERROR, LOG_KV);
	if (!js_parse((const char *)data, size, &root, &e))
		return 0;
	if (messenger_survey_read(&got, root, a, &e))
		check(&got);
	else
		need(e.kind == ERR_UPSTREAM);
	return 0;
}
