/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(cfg_environ, .fini = no_leaks);

/* One variable besides the two that a configuration cannot do without. */
static struct conf *
load_variable(const struct tmpdir *root, const char *entry, struct conf_report *r)
{
	char own[300], key[] = "BOTLINE_API__KEY=k", secret[] = "BOTLINE_API__SECRET=s";
	char *variables[] = { key, secret, own, NULL };

	snprintf(own, sizeof(own), "%s", entry);
	return load_with(root, variables, r);
}

Test(cfg_environ, values)
{
	static const struct {
		const char *entry;
		enum cfg_key key;
		const char *text; /* of a text */
		int64_t number; /* of a number or a truth */
	} t[] = {
		{ "BOTLINE_LOG__LEVEL=debug", CFG_LOG_LEVEL, "debug", 0 },
		{ "BOTLINE_API__TIMEOUT_MS=300", CFG_API_TIMEOUT_MS, NULL, 300 },
		{ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=a \"b\" = c",
		    CFG_TWILIO_CREDENTIALS_AUTH_TOKEN, "a \"b\" = c", 0 },
		{ "BOTLINE_CHAT__CHAT__APPID=", CFG_CHAT_CHAT_APPID, "", 0 },
		{ "BOTLINE_CHAT__CHAT__SURVEYID=12", CFG_CHAT_CHAT_SURVEYID, "12", 0 },
		{ "BOTLINE_CHAT__MESSENGER__AUHT_URL=https://x",
		    CFG_CHAT_MESSENGER_AUTH_URL, "https://x", 0 },
		{ "BOTLINE_CHAT__CHAT__QUEUE=7", CFG_CHAT_CHAT_QUEUE_ID, NULL, 7 },
		{ "BOTLINE_MEDIA__MAX_BYTES=0x100000", CFG_MEDIA_MAX_BYTES, NULL,
		    1048576 },
		{ "BOTLINE_API__KEY=twice", CFG_API_KEY, "k", 0 },
		{ "BOTLINE_ROOT=/elsewhere", CFG_API_KEY, "k", 0 },
		{ "BOTLINEX__Y=1", CFG_API_KEY, "k", 0 },
		{ "BOTLINE_", CFG_API_KEY, "k", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		struct conf *c = load_variable(&root, t[i].entry, &r);
		const struct cfg *cfg;

		cr_assert_not_null(
		    c, "%s: %s", t[i].entry, r.n > 0 ? r.findings[0].text : "");
		cfg = conf_cfg(c, CONF_DEVELOPMENT);
		if (t[i].text != NULL)
			cr_expect_str_eq(
			    cfg_str(cfg, t[i].key), t[i].text, "%s", t[i].entry);
		else
			cr_expect_eq(
			    cfg_int(cfg, t[i].key), t[i].number, "%s", t[i].entry);
		conf_unref(c);
	}
}

Test(cfg_environ, lists_and_truths)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	struct conf *c =
	    load_variable(&root, "BOTLINE_TWILIO__VALIDATE_SIGNATURE=FALSE", &r);

	cr_assert_not_null(c);
	cr_expect_not(
	    cfg_bool(conf_cfg(c, CONF_PRODUCTION), CFG_TWILIO_VALIDATE_SIGNATURE));
	conf_unref(c);
	c = load_variable(
	    &root, "BOTLINE_COMMANDS__ALLOWED_NUMBERS=[ \"+34600111222\", \"x\" ]", &r);
	cr_assert_not_null(c);
	cr_expect_eq(
	    cfg_len(conf_cfg(c, CONF_PRODUCTION), CFG_COMMANDS_ALLOWED_NUMBERS), 2);
	conf_unref(c);
}

Test(cfg_environ, errors)
{
	static const struct {
		const char *entry, *where, *says;
	} t[] = {
		{ "BOTLINE_TWILIO__WEBHOK_URL=x",
		    "environment BOTLINE_TWILIO__WEBHOK_URL",
		    "did you mean BOTLINE_TWILIO__WEBHOOK_URL?" },
		{ "BOTLINE_Z__Z=x", "environment BOTLINE_Z__Z",
		    "no key has this name" },
		{ "BOTLINE_log__level=info", "environment BOTLINE_log__level",
		    "did you mean BOTLINE_LOG__LEVEL?" },
		{ "BOTLINE_API__TIMEOUT_MS=soon", "environment BOTLINE_API__TIMEOUT_MS",
		    "api.timeout_ms must be a whole number" },
		{ "BOTLINE_API__TIMEOUT_MS=", "environment BOTLINE_API__TIMEOUT_MS",
		    "api.timeout_ms must be a whole number" },
		{ "BOTLINE_API__TIMEOUT_MS=300; x = 1",
		    "environment BOTLINE_API__TIMEOUT_MS",
		    "api.timeout_ms must be a whole number" },
		{ "BOTLINE_SMS__TRANSLITERATE=yes",
		    "environment BOTLINE_SMS__TRANSLITERATE",
		    "sms.transliterate must be true or false" },
		{ "BOTLINE_COMMANDS__ALLOWED_NUMBERS=[ \"x\"",
		    "environment BOTLINE_COMMANDS__ALLOWED_NUMBERS", "never closed" },
		{ "BOTLINE_COMMANDS__ALLOWED_NUMBERS=[ ]; x = 1",
		    "environment BOTLINE_COMMANDS__ALLOWED_NUMBERS",
		    "more than one value" },
		{ "BOTLINE_API__TIMEOUT_MS=3000000000",
		    "environment BOTLINE_API__TIMEOUT_MS", "is 3000000000, must be" },
		{ "BOTLINE_API__TIMEOUT_MS=\"300\"",
		    "environment BOTLINE_API__TIMEOUT_MS", "without quotes" },
		{ "BOTLINE_LOG__LEVEL=\"info\"", "environment BOTLINE_LOG__LEVEL",
		    "must be error, warn" },
		{ "BOTLINE_CHAT__CHAT__APPID=\xff",
		    "environment BOTLINE_CHAT__CHAT__APPID", "is not UTF-8" },
		{ "BOTLINE_API__URL_FILE=/x", "environment BOTLINE_API__URL_FILE",
		    "no key has this name" },
		{ "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN_FILE=/nonexistent/x",
		    "environment BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN_FILE",
		    "No such file" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };

		cr_expect_null(load_variable(&root, t[i].entry, &r), "%s", t[i].entry);
		cr_expect_eq(r.errors, 1, "%s", t[i].entry);
		cr_expect_str_eq(
		    first_finding(&r, CONF_ERROR)->where, t[i].where, "%s", t[i].entry);
		cr_expect_not_null(
		    strstr(first_finding(&r, CONF_ERROR)->text, t[i].says), "%s: %s",
		    t[i].entry, first_finding(&r, CONF_ERROR)->text);
	}
}

/* A secret's file beside the root, named in conf/custom. */
static struct conf *
load_secret(const void *content, size_t n, struct tmpdir *root, struct conf_report *r)
{
	char path[512], line[600];

	*root = conf_root_new();
	conf_root_put_bytes(root, "token", content, n);
	conf_root_path(root, "token", path);
	snprintf(
	    line, sizeof(line), "credentials = { auth_token_file = \"%s\"; };", path);
	conf_root_put(root, "conf/custom/twilio.cfg", line);
	return load_with(root, least_environ(), r);
}

Test(cfg_environ, secret_files)
{
	static const struct {
		const char *name, *content;
		size_t n;
		const char *want, *says;
	} t[] = {
		{ "plain", "abc", 3, "abc", NULL },
		{ "a newline is cut", "abc\n", 4, "abc", NULL },
		{ "so is one of DOS", "abc\r\n", 5, "abc", NULL },
		{ "only one", "abc\n\n", 5, NULL, "control character" },
		{ "empty", "", 0, NULL, "is empty" },
		{ "a newline alone", "\n", 1, NULL, "is empty" },
		{ "NUL", "a\0b", 3, NULL, "NUL byte" },
		{ "not UTF-8", "a\xff", 2, NULL, "is not UTF-8" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root;
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		struct conf *c = load_secret(t[i].content, t[i].n, &root, &r);

		cr_expect_eq(c != NULL, t[i].want != NULL, "%s", t[i].name);
		if (c != NULL)
			cr_expect_str_eq(cfg_str(conf_cfg(c, CONF_PRODUCTION),
					     CFG_TWILIO_CREDENTIALS_AUTH_TOKEN),
			    t[i].want, "%s", t[i].name);
		else
			cr_expect_not_null(finding_with(&r, CONF_ERROR, t[i].says),
			    "%s: %s", t[i].name, r.findings[0].text);
		conf_unref(c);
	}
}

Test(cfg_environ, a_secret_is_not_longer_than_its_limit)
{
	CLEANUP(tmpdir_fini) struct tmpdir root;
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	char big[5000];

	memset(big, 'x', sizeof(big));
	cr_expect_null(load_secret(big, sizeof(big), &root, &r));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "more than 4096 bytes"));
}

/* What wins: variable, variable's file, then the files' layers; in one layer the file. */
Test(cfg_environ, precedence_of_secrets)
{
	static const struct {
		const char *name, *custom, *folder, *entry, *want;
	} t[] = {
		{ "custom", "key = \"c\";", NULL, NULL, "c" },
		{ "file in custom", "key_file = \"%s\";", NULL, NULL, "file" },
		{ "both in custom", "key_file = \"%s\"; key = \"c\";", NULL, NULL,
		    "file" },
		{ "both, other way round", "key = \"c\"; key_file = \"%s\";", NULL,
		    NULL, "file" },
		{ "an empty path is none", "key = \"c\"; key_file = \"\";", NULL, NULL,
		    "c" },
		{ "folder over file in custom", "key_file = \"%s\";", "key = \"f\";",
		    NULL, "f" },
		{ "variable over all", "key_file = \"%s\";", "key = \"f\";",
		    "BOTLINE_API__KEY=v", "v" },
		{ "variable's file over files", "key = \"c\";", "key = \"f\";",
		    "BOTLINE_API__KEY_FILE=%s", "file" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		char path[512], text[700], entry[700],
		    secret[] = "BOTLINE_API__SECRET=s";
		char *variables[] = { secret, NULL, NULL };
		const char *at;
		struct conf *c;

		conf_root_put(&root, "key", "file\n");
		conf_root_path(&root, "key", path);
		at = strstr(t[i].custom, "%s");
		snprintf(text, sizeof(text), "%.*s%s%s",
		    at ? (int)(at - t[i].custom) : (int)strlen(t[i].custom),
		    t[i].custom, at ? path : "", at ? at + 2 : "");
		conf_root_put(&root, "conf/custom/api.cfg", text);
		if (t[i].folder != NULL)
			conf_root_put(&root, "conf/production/api.cfg", t[i].folder);
		if (t[i].entry != NULL) {
			at = strstr(t[i].entry, "%s");
			snprintf(entry, sizeof(entry), "%.*s%s",
			    at ? (int)(at - t[i].entry) : (int)strlen(t[i].entry),
			    t[i].entry, at ? path : "");
			variables[1] = entry;
		}
		c = load_with(&root, variables, &r);
		cr_assert_not_null(c, "%s: %s", t[i].name, r.findings[0].text);
		cr_expect_str_eq(cfg_str(conf_cfg(c, CONF_PRODUCTION), CFG_API_KEY),
		    t[i].want, "%s", t[i].name);
		conf_unref(c);
	}
}

/* No message may tell a secret to whoever reads the log. */
Test(cfg_environ, messages_keep_secrets)
{
	static const char *const texts[] = {
		"key = \"S3CR3T\\n\";",
		"key = S3CR3T;",
		"key = 'S3CR3T';",
		"key = \"S3CR3T;\n",
		"key = [ \"S3CR3T\" ];",
		"key = \" S3CR3T\";",
		"url = \"http://S3CR3T@example.com\";",
	};

	for (size_t i = 0; i < NELEMS(texts); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };

		conf_root_put(&root, "conf/custom/api.cfg", texts[i]);
		cr_expect_null(load_with(&root, NULL, &r), "%s", texts[i]);
		cr_assert(r.n > 0);
		for (size_t j = 0; j < r.n; j++)
			cr_expect_null(strstr(r.findings[j].text, "S3CR3T"), "%s",
			    r.findings[j].text);
	}
}
