/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "conf/rule.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "unit/test_cfg.h"

TestSuite(cfg_rule, .fini = no_leaks);

/* What preg_match of PHP 8 says to the same notation and subject. */
Test(cfg_rule, matches_as_php)
{
	static const struct {
		const char *notation, *subject;
		enum rule_answer want;
	} t[] = {
		{ "/^dev.mydomain.com$/m", "dev.mydomain.com", RULE_YES },
		{ "/^dev.mydomain.com$/m", "xdev.mydomain.com", RULE_NO },
		{ "/^.*staging/.*/m", "/path/staging/server", RULE_YES },
		{ "/^.*staging/.*/m", "/path/server", RULE_NO },
		{ "/^.*\\/staging\\/.*/m", "/a/staging/server", RULE_YES },
		{ "/localhost|ngrok/", "0dee032f64d3.ngrok.io", RULE_YES },
		{ "/stg|staging|preproduction/", "www.example.com", RULE_NO },
		{ "/DEV/", "dev", RULE_NO },
		{ "/DEV/i", "dev", RULE_YES },
		{ "/^b/", "a\nb", RULE_NO },
		{ "/^b/m", "a\nb", RULE_YES },
		{ "/a.b/", "a\nb", RULE_NO },
		{ "/a.b/s", "a\nb", RULE_YES },
		{ "/a b # comment/x", "ab", RULE_YES },
		{ "/^.$/", "\xc3\xb1", RULE_NO },
		{ "/^.$/u", "\xc3\xb1", RULE_YES },
		{ "/^\\w$/u", "\xc3\xb1", RULE_YES },
		{ "/./u", "\xff", RULE_NO },
		{ "/\xc3\x91/iu", "\xc3\xb1", RULE_YES },
		{ "#^/staging/#", "/staging/x", RULE_YES },
		{ "~a~", "a", RULE_YES },
		{ "!a\\!b!", "a!b", RULE_YES },
		{ "{^dev}", "dev", RULE_YES },
		{ "{a{2}}", "aa", RULE_YES },
		{ "(a(b)c)i", "ABC", RULE_YES },
		{ "[[ab]c]", "bc", RULE_YES },
		{ "<a<b>", "a<b", RULE_YES },
		{ "<a>", "a", RULE_YES },
		{ "  /a/", "a", RULE_YES },
		{ "/a/ i ", "A", RULE_YES },
		{ "//", "anything", RULE_YES },
		{ "/a$/", "a\n", RULE_YES },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct rule *r = NULL;
		struct err e;

		cr_assert(
		    rule_new(t[i].notation, &r, &e), "%s: %s", t[i].notation, e.text);
		cr_expect_eq(rule_match(r, t[i].subject), t[i].want, "%s on %s",
		    t[i].notation, t[i].subject);
		rule_free(r);
	}
}

Test(cfg_rule, bad_ones_say_what)
{
	static const struct {
		const char *notation, *says;
	} t[] = {
		{ "", "between delimiters" },
		{ "   ", "between delimiters" },
		{ "dev", "between delimiters" },
		{ "\\dev\\", "between delimiters" },
		{ "1dev1", "between delimiters" },
		{ "/dev", "no closing delimiter /" },
		{ "/dev\\/", "no closing delimiter /" },
		{ "{dev", "no closing delimiter }" },
		{ "/dev/g", "unknown flag g" },
		{ "/dev/e", "unknown flag e" },
		{ "/dev/1", "unknown flag 1" },
		{ "/a(b/", "missing closing parenthesis" },
		{ "/[a/", "bad expression at its byte" },
		{ "/*a/", "bad expression at its byte 1" },
		{ "/\\C/", "bad expression" },
		{ "/\xff/u", "bad expression" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct rule *r;
		struct err e = { 0 };

		cr_expect_not(rule_new(t[i].notation, &r, &e), "%s", t[i].notation);
		cr_expect_not_null(
		    strstr(e.text, t[i].says), "%s: %s", t[i].notation, e.text);
	}
}

Test(cfg_rule, a_catastrophe_is_given_up, .init = not_for_ever)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(10000);
	struct rule *r;
	struct err e;

	for (int i = 0; i < 2000; i++)
		buf_chr(&b, 'a');
	buf_chr(&b, '!');
	cr_assert(rule_new("/^(a+)+$/", &r, &e));
	cr_expect_eq(rule_match(r, b.data), RULE_GAVE_UP);
	rule_free(r);
	/* A sane rule is not hurt by the limits on a subject of that length. */
	cr_assert(rule_new("/^.*\\/staging\\/.*$/", &r, &e));
	cr_expect_eq(rule_match(r, b.data), RULE_NO);
	rule_free(r);
	while (b.len <= LIMIT_URL)
		buf_chr(&b, 'a');
	cr_assert(rule_new("/a/", &r, &e));
	cr_expect_eq(rule_match(r, b.data), RULE_GAVE_UP, "beyond any address");
	rule_free(r);
}

Test(cfg_rule, environments)
{
	static const char rules[] =
	    "development = { type = \"http_host\"; regex = \"/^dev\\.|localhost|both/i\"; };\n"
	    "preproduction = { type = \"script_name\"; regex = \"#^/(staging|both)/#\"; };\n";
	static const struct {
		const char *host, *path;
		enum conf_env want;
	} t[] = {
		{ "dev.example.com", "/", CONF_DEVELOPMENT },
		{ "DEV.example.com", "/", CONF_DEVELOPMENT },
		{ "localhost:8080", "/staging/", CONF_DEVELOPMENT },
		{ "www.example.com", "/staging/x", CONF_PREPRODUCTION },
		{ "www.example.com", "/x/staging/", CONF_PRODUCTION },
		{ "both", "/both/", CONF_DEVELOPMENT },
		{ "devil.example.com", "/", CONF_PRODUCTION },
		{ "/staging/", "dev.example.com", CONF_PRODUCTION },
		{ "", "", CONF_PRODUCTION },
		{ NULL, NULL, CONF_PRODUCTION },
		{ NULL, "/staging/", CONF_PREPRODUCTION },
	};
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	char text[500];
	struct conf *c;

	conf_root_put(&root, "conf/custom/environments.cfg", rules);
	c = load_good(&root, least_environ());
	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(
		    conf_detect(c, t[i].host, t[i].path), t[i].want, "row %zu", i);
	conf_unref(c);

	for (size_t env = 0; env < CONF_ENVS; env++) {
		snprintf(text, sizeof(text), "fixed = \"%s\";\n%s",
		    conf_env_name((enum conf_env)env), rules);
		conf_root_put(&root, "conf/custom/environments.cfg", text);
		c = load_good(&root, least_environ());
		for (size_t i = 0; i < NELEMS(t); i++)
			cr_expect_eq(
			    conf_detect(c, t[i].host, t[i].path), env, "row %zu", i);
		conf_unref(c);
	}
}

Test(cfg_rule, a_rule_that_gives_up_is_no_match)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	char host[200];
	struct conf *c;

	memset(host, 'a', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	host[sizeof(host) - 2] = '!';
	conf_root_put(&root, "conf/custom/environments.cfg",
	    "development = { type = \"http_host\"; regex = \"/^(a+)+$/\"; };");
	c = load_good(&root, least_environ());
	cr_expect_eq(conf_detect(c, host, "/"), CONF_PRODUCTION);
	cr_expect_eq(conf_detect(c, "aaa", "/"), CONF_DEVELOPMENT);
	conf_unref(c);
}

Test(cfg_rule, bad_rule_in_a_file)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	conf_root_put(&root, "conf/custom/environments.cfg",
	    "development = {\n type = \"http_host\";\n regex = \"/a(b/\";\n};");
	cr_expect_null(load_with(&root, least_environ(), &r));
	cr_assert_eq(r.errors, 1);
	cr_expect_str_eq(r.findings[0].where, "conf/custom/environments.cfg:3");
	cr_expect_not_null(strstr(
	    r.findings[0].text, "environments.development.regex is a bad expression"));
}

Test(cfg_rule, names_of_environments)
{
	enum conf_env env = CONF_PRODUCTION;

	cr_expect(conf_env_parse("development", &env));
	cr_expect_eq(env, CONF_DEVELOPMENT);
	cr_expect_str_eq(conf_env_name(env), "development");
	cr_expect_not(conf_env_parse("Production", &env));
	cr_expect_not(conf_env_parse("", &env));
}
