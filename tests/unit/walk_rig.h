/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_WALK_RIG_H
#define UNIT_WALK_RIG_H

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/survey_walk.h"
#include "render/html.h"
#include "support/stage.h"

/* What a survey's walk shows on a phone, and whole conversations with one as data. */

/* Shown by many. */
#define OFFER "Would you like to answer a short survey?\n1) Yes\n2) No"
#define DOUBT \
	"I did not understand that answer. Do you want to go on with the survey?\n" \
	"1) Yes\n2) No"
#define ONE "Q\n1 - Yes\n2 - No"
#define SCORE "Score (1 - 5)"
#define COLOURS "Colour?\n1 - Red\n2 - Green & blue\n3 - none"

struct walk_case {
	const char *name;
	const struct survey *survey;
	const char *says[8]; /* of the user; NULL ends */
	const char *want; /* what is shown, divided by "|"; media in brackets */
	const char *answers; /* "id=value id=value" */
	enum walk_stage stage; /* at the end */
	bool confirm;
};

/* A statement as WhatsApp shows it, without emphasis. */
static inline const char *
walk_text(const struct walk_talk *t, const struct walk_said *said)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(1 << 20);
	struct compose c = { .arena = t->arena,
		.channel = channel_of("whatsapp:+34600111222") };
	struct reply r;

	compose_say(&c, said->blocks, said->n);
	compose_all(&c, &r);
	cr_expect_gt(r.n, 0, "something is always said");
	for (size_t i = 0; i < r.n; i++) {
		buf_str(&out, i > 0 ? "\n\n" : "");
		buf_str(&out, r.messages[i].text);
		for (size_t k = 0; k < r.messages[i].n_media; k++)
			buf_printf(&out, "[%s]", r.messages[i].media[k]);
	}
	return arena_strdup(t->arena, out.data);
}

static inline const char *
walk_answers(struct arena *a, const struct survey_walk *w)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(1 << 20);

	for (size_t i = 0; i < w->n_answers; i++)
		buf_printf(&out, "%s%s=%s", i > 0 ? " " : "", w->answers[i].id,
		    w->answers[i].value);
	return arena_strdup(a, out.data);
}

/* Writes and reads the walk, as between two messages. */
static inline void
walk_kept(struct survey_walk *w, struct arena *a)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_SURVEY_BYTES);
	CLEANUP(js_putp) js *o = NULL;
	struct err e = { 0 };

	walk_encode(w, &out);
	cr_assert(buf_ok(&out), "it fits into a record");
	cr_assert(js_parse(out.data, out.len, &o, &e), "%s", e.text);
	*w = (struct survey_walk){ 0 };
	cr_assert(walk_decode(w, a, o, &e), "%s: %s", e.text, out.data);
}

/* The whole conversation. Between two messages the walk is in a record. */
static inline void
walk_case_run(const struct walk_case *t, const struct lang *lang)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(1 << 20);
	const struct walk_talk talk = { a, lang, 1000 };
	struct survey_walk w = { 0 };
	struct walk_said said = { 0 };

	cr_assert(walk_begin(&w, &talk, t->survey, t->confirm, &said), "%s", t->name);
	buf_str(&got, walk_text(&talk, &said));
	for (size_t i = 0; i < NELEMS(t->says) && t->says[i] != NULL; i++) {
		cr_assert(walk_runs(&w), "%s: at \"%s\"", t->name, t->says[i]);
		walk_kept(&w, a);
		walk_answer(&w, &talk, t->says[i], &said);
		buf_chr(&got, '|');
		buf_str(&got, walk_text(&talk, &said));
	}
	cr_expect_str_eq(got.data, t->want, "%s:\n%s", t->name, got.data);
	cr_expect_eq(w.stage, t->stage, "%s: %s", t->name, walk_stage_name(w.stage));
	cr_expect_str_eq(
	    walk_answers(a, &w), t->answers, "%s: %s", t->name, walk_answers(a, &w));
	cr_expect_str_eq(w.left.id, t->survey->id, "%s", t->name);
	cr_expect_str_eq(w.left.token, t->survey->token, "%s", t->name);
}

static inline void
walk_cases_run(const struct walk_case *t, size_t n)
{
	struct stage s;

	stage_init(&s);
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
	for (size_t i = 0; i < n; i++)
		walk_case_run(&t[i], cfg_lang(conf_cfg(s.conf, CONF_PRODUCTION)));
	stage_fini(&s);
}

#define WALK_ALL(cases) walk_cases_run((cases), NELEMS(cases))

#endif
