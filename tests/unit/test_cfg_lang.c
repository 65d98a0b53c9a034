/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <dirent.h>

#include "base/attr.h"
#include "conf/lang.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(cfg_lang, .fini = no_leaks);

/* A root whose lang/ is the test's own. */
static struct tmpdir
root_with_lang(const char *text)
{
	struct tmpdir root = tmpdir_new();

	conf_root_link(&root, TOP_SRCDIR "/conf/default", "conf/default");
	if (text != NULL)
		conf_root_put(&root, "lang/en.cfg", text);
	return root;
}

Test(cfg_lang, shipped_languages_are_whole)
{
	DIR *dir = opendir(TOP_SRCDIR "/lang");
	struct dirent *d;
	size_t n = 0;

	cr_assert_not_null(dir);
	while ((d = readdir(dir)) != NULL) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		char text[100];
		struct conf *c;

		if (strlen(d->d_name) != 6 || strcmp(d->d_name + 2, ".cfg") != 0)
			continue;
		snprintf(
		    text, sizeof(text), "default = { lang = \"%.2s\"; };", d->d_name);
		conf_root_put(&root, "conf/custom/conversation.cfg", text);
		c = load_with(&root, least_environ(), &r);
		cr_assert_not_null(c, "%s", d->d_name);
		for (size_t i = 0; i < r.n; i++)
			cr_expect_neq(strncmp(r.findings[i].where, "lang/", 5), 0,
			    "%s: %s", r.findings[i].where, r.findings[i].text);
		cr_expect_eq(strncmp(lang_code(cfg_lang(conf_cfg(c, CONF_PRODUCTION))),
				 d->d_name, 2),
		    0);
		conf_unref(c);
		n++;
	}
	closedir(dir);
	cr_expect_geq(n, 3, "en, es and it at least");
}

Test(cfg_lang, files)
{
	static const struct {
		const char *name, *text;
		enum conf_grade grade;
		const char *where, *says;
	} t[] = {
		{ "missing", NULL, CONF_ERROR, "lang/en.cfg",
		    "is missing: copy it from botline's sources" },
		{ "empty", "", CONF_ERROR, "lang/en.cfg", "is empty" },
		{ "only comments", "# yes = \"Yes\";\n", CONF_ERROR, "lang/en.cfg",
		    "is empty" },
		{ "broken", "yes = \"Yes\";\nno = No;\n", CONF_ERROR, "lang/en.cfg:2",
		    "a text in double quotes" },
		{ "not UTF-8", "yes = \"S\xed\";\n", CONF_ERROR, "lang/en.cfg:1",
		    "not UTF-8" },
		{ "not UTF-8 by escape", "yes = \"S\\xed\";\n", CONF_ERROR,
		    "lang/en.cfg:1", "escape" },
		{ "a number", "\nyes = 1;\n", CONF_ERROR, "lang/en.cfg:2",
		    "label yes must be a text" },
		{ "a group", "yes = { a = 1; };\n", CONF_ERROR, "lang/en.cfg:1",
		    "label yes must be a text" },
		{ "twice", "yes = \"1\";\nyes = \"2\";\n", CONF_ERROR, "lang/en.cfg:2",
		    "set twice" },
		{ "unknown", "yes = \"1\";\nbuzy = \"2\";\n", CONF_WARNING,
		    "lang/en.cfg:2", "unknown label buzy (did you mean busy?)" },
		{ "unknown, nothing near", "zzzzzzzzzzzz = \"2\";\n", CONF_WARNING,
		    "lang/en.cfg:1", "unknown label zzzzzzzzzzzz" },
		{ "a label missing", "yes = \"1\";\n", CONF_WARNING, "lang/en.cfg",
		    "label no is missing" },
		{ "an empty text", "yes = \"\";\n", CONF_WARNING, "lang/en.cfg:1",
		    "label yes is empty" },
		{ "no such parameter", "out_of_range = \"1 to $maxi or $min\";\n",
		    CONF_WARNING, "lang/en.cfg:1",
		    "$min is no parameter of this label" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang(t[i].text);
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		struct conf *c = load_with(&root, least_environ(), &r);
		const struct conf_finding *f = finding_with(&r, t[i].grade, t[i].says);

		cr_expect_eq(c == NULL, t[i].grade == CONF_ERROR, "%s", t[i].name);
		cr_expect_eq(r.errors, t[i].grade == CONF_ERROR, "%s", t[i].name);
		cr_assert_not_null(f, "%s", t[i].name);
		cr_expect_str_eq(f->where, t[i].where, "%s", t[i].name);
		conf_unref(c);
	}
}

/* Spanish that lacks a label, and what stands in for it. */
Test(cfg_lang, english_stands_in)
{
	static const struct {
		const char *name, *english; /* of lang/en.cfg; NULL: not there */
		const char *busy, *maybe; /* what a user reads */
		const char *says;
	} t[] = {
		{ "both there", "yes = \"Yes\"; busy = \"Wait\"; maybe = \"Perhaps\";",
		    "Wait", "Perhaps",
		    "label busy is missing: users will read the English text" },
		{ "the rating's", "maybe = \"Perhaps\"; busy = \"Wait\";", "Wait",
		    "Perhaps",
		    "label maybe is missing, which a rating in conversation.cfg names: "
		    "users will read the English text" },
		{ "English lacks it", "thanks = \"Thanks\";", "busy", "maybe",
		    "label busy is missing: users will read its name" },
		{ "an empty one", "busy = \"\"; maybe = \"\";", "busy", "maybe",
		    "label busy is missing: users will read its name" },
		{ "no English", NULL, "busy", "maybe",
		    "label maybe is missing, which a rating in conversation.cfg names: "
		    "users will read its name" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang(t[i].english);
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		const struct conf_finding *f;
		const struct lang *l;
		struct conf *c;

		conf_root_put(&root, "conf/custom/conversation.cfg",
		    "default = { lang = \"es\"; }; content_ratings = { ratings = ("
		    " { id = 1; label = \"maybe\"; } ); };");
		conf_root_put(&root, "lang/es.cfg", "yes = \"S\xc3\xad\";");
		c = load_with(&root, least_environ(), &r);
		cr_assert_not_null(c, "%s", t[i].name);
		l = cfg_lang(conf_cfg(c, CONF_PRODUCTION));
		cr_expect_str_eq(lang_code(l), "es");
		cr_expect_str_eq(lang_get(l, "yes"), "S\xc3\xad", "%s", t[i].name);
		cr_expect_str_eq(lang_get(l, "busy"), t[i].busy, "%s", t[i].name);
		cr_expect_str_eq(lang_get(l, "maybe"), t[i].maybe, "%s", t[i].name);
		f = finding_with(&r, CONF_WARNING, t[i].says);
		cr_assert_not_null(f, "%s", t[i].name);
		cr_expect_str_eq(f->where, "lang/es.cfg", "%s", t[i].name);
		conf_unref(c);
	}
}

Test(cfg_lang, optional_labels_never_stand_in)
{
	static const char *const optional[] = { "rating_positive", "rating_negative",
		"chat_closed_inactivity" };
	CLEANUP(tmpdir_fini)
	struct tmpdir root =
	    root_with_lang("rating_positive = \"a\"; rating_negative = \"b\";"
			   "chat_closed_inactivity = \"c\"; no = \"No\";");
	const struct lang *l;
	struct conf *c;

	conf_root_put(
	    &root, "conf/custom/conversation.cfg", "default = { lang = \"es\"; };");
	conf_root_put(&root, "lang/es.cfg", "yes = \"S\xc3\xad\";");
	c = load_good(&root, least_environ());
	l = cfg_lang(conf_cfg(c, CONF_PRODUCTION));
	cr_expect_str_eq(lang_get(l, "no"), "No", "the others do");
	for (size_t i = 0; i < NELEMS(optional); i++)
		cr_expect_not(lang_has(l, optional[i]), "%s", optional[i]);
	conf_unref(c);
}

/* English is read when it is needed, once, and then has to be in order. */
Test(cfg_lang, english_is_read_when_needed)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang("yes = Yes;\n");
	struct conf_report r = { 0 };

	conf_root_put(
	    &root, "conf/custom/conversation.cfg", "default = { lang = \"es\"; };");
	conf_root_link(&root, TOP_SRCDIR "/lang/es.cfg", "lang/es.cfg");
	conf_unref(load_good(&root, least_environ()));

	conf_root_remove(&root, "lang/es.cfg");
	conf_root_put(&root, "lang/es.cfg", "yes = \"S\xc3\xad\";");
	cr_expect_null(load_with(&root, least_environ(), &r));
	cr_expect_eq(r.errors, 1);
	cr_expect_str_eq(first_finding(&r, CONF_ERROR)->where, "lang/en.cfg:1");
	conf_report_fini(&r);
}

/* A language that no file is there for, and one that is no language of ours. */
Test(cfg_lang, default_language_without_a_file)
{
	static const struct {
		const char *code, *where, *says;
	} t[] = {
		{ "nl", "lang/nl.cfg",
		    "is missing: copy lang/en.cfg to that name and translate it, or set "
		    "conversation.default.lang to another language" },
		{ "xx", "conf/custom/conversation.cfg:1",
		    "conversation.default.lang must be ca, de, en" },
		{ "", "conf/custom/conversation.cfg:1",
		    "conversation.default.lang must be ca, de, en" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini)
		struct tmpdir root = root_with_lang("yes = \"Yes\";");
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		char text[100];

		snprintf(
		    text, sizeof(text), "default = { lang = \"%s\"; };", t[i].code);
		conf_root_put(&root, "conf/custom/conversation.cfg", text);
		cr_expect_null(load_with(&root, least_environ(), &r), "%s", t[i].code);
		cr_expect_eq(r.errors, 1, "%s", t[i].code);
		cr_expect_str_eq(
		    first_finding(&r, CONF_ERROR)->where, t[i].where, "%s", t[i].code);
		cr_expect_not_null(
		    finding_with(&r, CONF_ERROR, t[i].says), "%s", t[i].code);
	}
}

Test(cfg_lang, asking)
{
	static const char text[] = "yes = \"Ja \xc3\xb1\";\n"
				   "out_of_range = \"$$max $maximum $ma $\";\n"
				   "agent_joined = \"$agentName, $agentName!\";\n"
				   "rating_positive = \"fine\";\n";
	CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang(text);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct lang_param params[] = { { "max", "9" },
		{ "agentName", "$max <b>" }, { "maxim", "M" } };
	struct conf *c = load_good(&root, least_environ());
	const struct lang *l = cfg_lang(conf_cfg(c, CONF_PRODUCTION));

	cr_expect_str_eq(lang_code(l), "en");
	cr_expect_str_eq(lang_get(l, "yes"), "Ja \xc3\xb1");
	cr_expect_str_eq(lang_get(l, "no"), "no", "the name stands in");
	cr_expect(lang_has(l, "rating_positive"));
	cr_expect_not(lang_has(l, "rating_negative"));
	cr_expect_not(lang_has(l, ""));
	cr_expect_str_eq(lang_say(l, a, "out_of_range", params, NELEMS(params)),
	    "$9 Mum $ma $", "longest name first");
	cr_expect_str_eq(lang_say(l, a, "agent_joined", params, NELEMS(params)),
	    "$max <b>, $max <b>!", "values are not looked at again");
	cr_expect_str_eq(
	    lang_say(l, a, "agent_joined", NULL, 0), "$agentName, $agentName!");
	cr_expect_str_eq(lang_say(l, a, "no", params, NELEMS(params)), "no");
	conf_unref(c);
}

Test(cfg_lang, texts_laid_over)
{
	static const char file[] = "yes = \"Yes\"; no = \"No\"; busy = \"Wait\";\n"
				   "out_of_range = \"1 to $max\";\n";
	static const struct lang_text texts[] = {
		{ "zebra", "first" },
		{ "no", "Nope" },
		{ "yes", "" },
		{ "busy", NULL },
		{ "aardvark", "new" },
		{ "out_of_range", "Up to $max" },
		{ "zebra", "last" },
		{ "rating_positive", "Great" },
		{ "zebra", "" },
	};
	static const struct {
		const char *label, *text;
	} t[] = { { "yes", "Yes" }, { "no", "Nope" }, { "busy", "Wait" },
		{ "aardvark", "new" }, { "zebra", "last" },
		{ "rating_positive", "Great" }, { "rating_negative", NULL },
		{ "out_of_range", "Up to $max" } };
	CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang(file);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct lang_param nine = { "max", "9" };
	struct conf *c = load_good(&root, least_environ());
	const struct lang *base = cfg_lang(conf_cfg(c, CONF_PRODUCTION));
	const struct lang *over = lang_over(a, base, texts, NELEMS(texts));
	const struct lang *twice =
	    lang_over(a, over, &(struct lang_text){ "no", "Never" }, 1);

	cr_expect_str_eq(lang_code(over), "en");
	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_eq(
		    lang_has(over, t[i].label), t[i].text != NULL, "%s", t[i].label);
		cr_expect_str_eq(lang_get(over, t[i].label),
		    t[i].text != NULL ? t[i].text : t[i].label);
	}
	cr_expect_str_eq(lang_say(over, a, "out_of_range", &nine, 1), "Up to 9");
	cr_expect_str_eq(lang_get(twice, "no"), "Never");
	cr_expect_str_eq(lang_get(twice, "zebra"), "last");
	cr_expect_str_eq(lang_get(over, "no"), "Nope", "what lies below is untouched");
	cr_expect_str_eq(lang_get(base, "no"), "No");
	cr_expect_not(lang_has(base, "zebra"));
	conf_unref(c);
}

Test(cfg_lang, nothing_laid_over)
{
	static const struct lang_text texts[] = { { "yes", "" }, { "no", NULL } };
	CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang("yes = \"Yes\";");
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct conf *c = load_good(&root, least_environ());
	const struct lang *base = cfg_lang(conf_cfg(c, CONF_PRODUCTION));

	cr_expect_str_eq(lang_get(lang_over(a, base, NULL, 0), "yes"), "Yes");
	cr_expect_str_eq(
	    lang_get(lang_over(a, base, texts, NELEMS(texts)), "yes"), "Yes");
	conf_unref(c);
}

Test(cfg_lang, environments_in_use)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = root_with_lang("yes = \"Yes\";");
	struct conf_report r = { 0 };
	struct conf *c;

	/* Nothing leads to development: its language may be missing. */
	conf_root_put(&root, "conf/development/conversation.cfg",
	    "default = { lang = \"es\"; };");
	c = load_good(&root, least_environ());
	cr_expect_str_eq(lang_code(cfg_lang(conf_cfg(c, CONF_DEVELOPMENT))), "en");
	conf_unref(c);

	conf_root_put(&root, "conf/custom/environments.cfg",
	    "development = { type = \"http_host\"; regex = \"/dev/\"; };");
	cr_expect_null(load_with(&root, least_environ(), &r));
	cr_expect_str_eq(first_finding(&r, CONF_ERROR)->where, "lang/es.cfg");
	conf_report_fini(&r);

	conf_root_put(&root, "lang/es.cfg", "yes = \"S\xc3\xad\";");
	c = load_good(&root, least_environ());
	cr_expect_str_eq(lang_code(cfg_lang(conf_cfg(c, CONF_DEVELOPMENT))), "es");
	cr_expect_str_eq(lang_code(cfg_lang(conf_cfg(c, CONF_PREPRODUCTION))), "en");
	conf_unref(c);

	/* Fixed to development: English is not needed any more. */
	conf_root_put(
	    &root, "conf/custom/environments.cfg", "fixed = \"development\";");
	conf_root_remove(&root, "lang/en.cfg");
	c = load_good(&root, least_environ());
	cr_expect_str_eq(lang_code(cfg_lang(conf_cfg(c, CONF_DEVELOPMENT))), "es");
	conf_unref(c);
}

Test(cfg_lang, labels_of_ratings_are_known)
{
	CLEANUP(tmpdir_fini)
	struct tmpdir root = root_with_lang("yes = \"Yes\"; maybe = \"Perhaps\";");
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	struct conf *c;

	conf_root_put(&root, "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 1; label = \"maybe\"; },"
	    " { id = 2; label = \"never\"; } ); };");
	c = load_with(&root, least_environ(), &r);
	cr_assert_not_null(c);
	conf_unref(c);
	cr_expect_null(finding_with(&r, CONF_WARNING, "maybe"));
	cr_expect_not_null(
	    finding_with(&r, CONF_WARNING, "label never is missing, which a rating"));
}
