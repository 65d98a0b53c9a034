/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "bot/bot.h"
#include "conf/cfg.h"
#include "dialog/options.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/stage.h"

TestSuite(options, .fini = no_leaks);

static const struct bot_option yes_no[] = { { "yes", "1", false, NULL },
	{ "no", "2", false, NULL } };
static const struct bot_option list[] = { { "<b>Card</b> &amp; cash", "10", false,
					      NULL },
	{ "Talk to a person", NULL, true, NULL } };
static const struct bot_answer polar = {
	.kind = BOT_POLAR, .html = "Sure?", .options = yes_no, .n_options = 2
};
static const struct bot_answer choice = {
	.kind = BOT_CHOICE, .html = "Which?", .options = list, .n_options = 2
};
static const struct bot_answer word_yes = {
	.kind = BOT_CHOICE, .html = "Which?", .options = yes_no, .n_options = 2
};
static const struct bot_answer plain = { .kind = BOT_ANSWER, .html = "Hello" };

Test(options, numbered_through)
{
	static const struct {
		const char *name;
		const struct bot_answer *answers[3];
		size_t first[3];
		enum pending_kind kind;
		const char *labels; /* of all that is pending */
	} t[] = {
		{ "none", { &plain }, { 1 }, PENDING_NONE, "" },
		{ "polar, translated", { &polar }, { 1 }, PENDING_POLAR,
		    "S\xc3\xad|No|" },
		{ "choice, as text", { &choice }, { 1 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|" },
		{ "yes and no of a choice are just words", { &word_yes }, { 1 },
		    PENDING_CHOICE, "yes|no|" },
		{ "two lists with a statement between", { &choice, &plain, &choice },
		    { 1, 3, 3 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|Card & cash|Talk to a person|" },
		{ "two yes/no questions", { &polar, &polar }, { 1, 3 }, PENDING_POLAR,
		    "S\xc3\xad|No|S\xc3\xad|No|" },
		{ "mixed", { &choice, &polar }, { 1, 3 }, PENDING_CHOICE,
		    "Card & cash|Talk to a person|S\xc3\xad|No|" },
	};
	struct stage s;

	stage_init(&s);
	render_init();
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(buf_fini) struct buf got = BUF_INIT(1000);
		struct options o = { .arena = a,
			.lang = cfg_lang(conf_cfg(s.conf, CONF_PREPRODUCTION)) };
		struct pending p;

		for (size_t k = 0; k < 3 && t[i].answers[k] != NULL; k++) {
			struct numbered n = options_add(&o, t[i].answers[k]);

			cr_expect_eq(
			    n.first, t[i].first[k], "%s: answer %zu", t[i].name, k);
			cr_expect_eq(n.n, t[i].answers[k]->n_options, "%s", t[i].name);
		}
		p = options_pending(&o);
		for (size_t k = 0; k < p.n; k++)
			buf_printf(&got, "%s|", p.choices[k].label);
		cr_expect_eq(p.kind, t[i].kind, "%s", t[i].name);
		cr_expect_not(p.warned, "%s", t[i].name);
		cr_expect_str_eq(got.data, t[i].labels, "%s", t[i].name);
	}
	stage_fini(&s);
}
