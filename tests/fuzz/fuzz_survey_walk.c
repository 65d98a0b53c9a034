/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a survey in a record: one that is read keeps its form when it is written
 * again, and comes to an end, whatever the user says.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "conf/lang_inner.h"
#include "dialog/survey_walk.h"
#include "fuzz/fuzz.h"
#include "render/html.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
write_and_read(struct survey_walk *w, struct arena *a)
{
	CLEANUP(buf_fini) struct buf one = BUF_INIT(8 << 20);
	CLEANUP(buf_fini) struct buf two = BUF_INIT(8 << 20);
	CLEANUP(js_putp) js *o = NULL;
	struct err e;

	walk_encode(w, &one);
	need(js_parse(one.data, one.len, &o, &e) && walk_decode(w, a, o, &e));
	walk_encode(w, &two);
	need(one.len == two.len && memcmp(one.data, two.data, one.len) == 0);
}

/* What is said at an offer, at a question that it may answer, and in doubt. */
static const char *
say(struct arena *a, const struct survey_walk *w, size_t round)
{
	const struct survey_item *item = &w->left.items[w->question];

	if (w->stage != WALK_ASKED)
		return "1";
	if (item->kind == SURVEY_NUMBER)
		return arena_printf(a, "%lld", (long long)item->max);
	return round % 3 == 2 ? "" : "1";
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct label labels[] = { { "no", "No" }, { "yes", "Yes" } };
	static const struct lang lang = { "en", labels, NELEMS(labels) };
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *o = NULL;
	const struct walk_talk talk = { a, &lang, 1000 };
	struct survey_walk w;
	struct walk_said said;
	struct err e;
	size_t rounds = 0;

	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	if (!js_parse((const char *)data, size, &o, &e) || !walk_decode(&w, a, o, &e))
		return 0;
	for (; walk_runs(&w); rounds++) {
		write_and_read(&w, a);
		need(rounds <= 5 * (LIMIT_SURVEY_ITEMS + 1));
		walk_answer(&w, &talk, say(a, &w, rounds), &said);
		need(said.n > 0);
	}
	need(w.stage == WALK_DONE);
	return 0;
}
