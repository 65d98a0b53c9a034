/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "base/limits.h"
#include "conf/report.h"
#include "conf/scan.h"
#include "conf/source.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(cfg_scan, .fini = no_leaks);

Test(cfg_scan, wide_numbers_get_their_suffix)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "a = 3000000000;", "a = 3000000000L;" },
		{ "a = 2147483647;", "a = 2147483647;" },
		{ "a = 2147483648;", "a = 2147483648L;" },
		{ "a = -2147483648;", "a = -2147483648;" },
		{ "a = -2147483649;", "a = -2147483649L;" },
		{ "a = 3000000000L;", "a = 3000000000L;" },
		{ "a = 3000000000LL;", "a = 3000000000LL;" },
		{ "a = 5L;", "a = 5L;" },
		{ "a = 0x7fffffff;", "a = 0x7fffffff;" },
		{ "a = 0xFFFFFFFF;", "a = 0xFFFFFFFFL;" },
		{ "a = 9223372036854775807;", "a = 9223372036854775807L;" },
		{ "a = ( 1, 3000000000 )", "a = ( 1, 3000000000L )" },
		{ "a = \"3000000000\";", "a = \"3000000000\";" },
		{ "a = \"\\\"3000000000\";", "a = \"\\\"3000000000\";" },
		{ "# 3000000000\na = 1;", "# 3000000000\na = 1;" },
		{ "// 3000000000\n", "// 3000000000\n" },
		{ "/* 3000000000 */", "/* 3000000000 */" },
		{ "a-3000000000 = 1;", "a-3000000000 = 1;" },
		{ "a = 3000000000.5;", "a = 3000000000.5;" },
		{ "a = 3e9;", "a = 3e9;" },
		{ "a = 00000000000000000001;", "a = 00000000000000000001;" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(1000);
		struct scan s;

		cr_expect(scan_text(&s, t[i].in, strlen(t[i].in), &out), "%s", t[i].in);
		cr_assert(out.len > 0 && out.data[out.len - 1] == '\n', "%s", t[i].in);
		buf_truncate(&out, out.len - 1);
		cr_expect_str_eq(out.data, t[i].want, "%s", t[i].in);
	}
}

Test(cfg_scan, refuses_what_libconfig_misreads)
{
	static const struct {
		const char *in;
		int line;
		const char *says;
	} t[] = {
		{ "\na = 9223372036854775808;", 2, "64 bits" },
		{ "a = -9223372036854775809;", 1, "64 bits" },
		{ "a = 99999999999999999999L;", 1, "64 bits" },
		{ "a = 0x8000000000000000;", 1, "64 bits" },
		{ "a = 1;\n/* open\nb = 2;\n", 2, "never closed" },
		{ "a = \"x\\x00y\";", 1, "\\x00" },
		{ "a = 1;\nb = \"open;\n", 2, "no closing quote" },
		{ "@include \"/etc/passwd\"", 1, "@include" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(1000);
		struct scan s;

		cr_expect_not(
		    scan_text(&s, t[i].in, strlen(t[i].in), &out), "%s", t[i].in);
		cr_expect_eq(s.bad_line, t[i].line, "%s: line %d", t[i].in, s.bad_line);
		cr_expect_not_null(strstr(s.bad, t[i].says), "%s: %s", t[i].in, s.bad);
	}
}

/* Each goes the whole way, through libconfig: one error, at the right line. */
Test(cfg_scan, explains_syntax_errors)
{
	static const struct {
		const char *in, *where, *says;
	} t[] = {
		{ "key = 'abc';\n", "x.cfg:1", "double quotes" },
		{ "key = abc;\n", "x.cfg:1", "needs double quotes" },
		{ "a = 1;\nkey => \"abc\";\n", "x.cfg:2", "arrow" },
		{ "on = yes;\n", "x.cfg:1", "true or false" },
		{ "key \"abc\";\n", "x.cfg:1", "= is missing" },
		{ "key abc;\n", "x.cfg:1", "= is missing" },
		{ "group { a = 1; };\n", "x.cfg:1", "= is missing" },
		{ "a = 1;\ngroup.key = \"abc\";\n", "x.cfg:2", "no dots" },
		{ "1a = 2;\n", "x.cfg:1", "begins with a letter" },
		{ "_a = 2;\n", "x.cfg:1", "begins with a letter" },
		{ "l = [ \"a\", ];\n", "x.cfg:1", "no comma" },
		{ "g = {\n a = 1;\n\n", "x.cfg:1", "never closed" },
		{ "g = {\n a = 1;\n);\n", "x.cfg:1", "another kind" },
		{ "a = 1;\n};\n", "x.cfg:2", "nothing is open" },
		{ "<?php\nreturn [];\n", "x.cfg:1", "PHP" },
		{ "a = ;\n", "x.cfg:1", "a value is missing" },
		{ "a = 1;;\n", "x.cfg:1", "one ; too many" },
		{ "key = \"abc;\nsecret = \"def\";\n", "x.cfg:1",
		    "closing quote missing" },
		{ "a = 1;\na = 2;\n", "x.cfg:2", "set twice" },
		{ "a = [ 1, \"x\" ];\n", "x.cfg:1", "one type" },
		{ "a = 1 + 2;\n", "x.cfg:1", "not understood" },
		{ "a = \"x\xff\";\n", "x.cfg:1", "0xff is not UTF-8" },
		{ "a = 1;\n# caf\xe9\n", "x.cfg:2", "0xe9 is not UTF-8" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	char path[512];

	conf_root_path(&dir, "x.cfg", path);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		config_t cfg;

		conf_root_put(&dir, "x.cfg", t[i].in);
		config_init(&cfg);
		cr_expect_eq(
		    source_read(&cfg, path, "x.cfg", &r), SOURCE_BROKEN, "%s", t[i].in);
		config_destroy(&cfg);
		cr_assert_eq(r.errors, 1, "%s", t[i].in);
		cr_expect_str_eq(r.findings[0].where, t[i].where, "%s", t[i].in);
		cr_expect_not_null(strstr(r.findings[0].text, t[i].says), "%s: %s",
		    t[i].in, r.findings[0].text);
	}
}

Test(cfg_scan, files_of_every_make)
{
	static const struct {
		const char *name, *data;
		size_t n;
		enum source_state want;
	} t[] = {
		{ "empty", "", 0, SOURCE_OK },
		{ "byte order mark",
		    "\xef\xbb\xbf"
		    "a = 1;",
		    9, SOURCE_OK },
		{ "CRLF", "a = 1;\r\nb = 2;\r\n", 16, SOURCE_OK },
		{ "no newline at the end", "a = 1", 5, SOURCE_OK },
		{ "only a comment", "# x", 3, SOURCE_OK },
		{ "UTF-8", "a = \"\xc3\xb1\";", 9, SOURCE_OK },
		{ "NUL", "a = 1;\0b = 2;", 13, SOURCE_BROKEN },
		{ "UTF-16",
		    "\xff\xfe"
		    "a\0=\0",
		    6, SOURCE_BROKEN },
	};
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	char path[512];

	conf_root_path(&dir, "x.cfg", path);
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		config_t cfg;

		conf_root_put_bytes(&dir, "x.cfg", t[i].data, t[i].n);
		config_init(&cfg);
		cr_expect_eq(
		    source_read(&cfg, path, "x.cfg", &r), t[i].want, "%s", t[i].name);
		cr_expect_eq(r.errors, t[i].want == SOURCE_BROKEN, "%s", t[i].name);
		config_destroy(&cfg);
	}
}

Test(cfg_scan, strange_files)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	CLEANUP(buf_fini) struct buf big = BUF_INIT(3 * 1024 * 1024);
	char path[512];
	config_t cfg;

	config_init(&cfg);
	conf_root_path(&dir, "none.cfg", path);
	cr_expect_eq(source_read(&cfg, path, "none.cfg", &r), SOURCE_MISSING);
	cr_expect_eq(r.n, 0);
	cr_expect_eq(source_read(&cfg, dir.path, "folder.cfg", &r), SOURCE_BROKEN);
	cr_expect_eq(r.errors, 1);
	for (size_t i = 0; i < 120000; i++)
		buf_str(&big, "# comment\n");
	conf_root_put_bytes(&dir, "big.cfg", big.data, big.len);
	conf_root_path(&dir, "big.cfg", path);
	cr_expect_eq(source_read(&cfg, path, "big.cfg", &r), SOURCE_BROKEN);
	cr_expect_not_null(strstr(r.findings[1].text, "more than 1048576 bytes"));
	config_destroy(&cfg);
}

Test(cfg_scan, a_file_of_somebody_else)
{
	CLEANUP(tmpdir_fini) struct tmpdir dir = tmpdir_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	uid_t me = geteuid();
	char path[512];
	config_t cfg;

	conf_root_put(&dir, "x.cfg", "a = 1;");
	conf_root_path(&dir, "x.cfg", path);
	cr_assert(chmod(path, 0) == 0 && chmod(dir.path, 0755) == 0);
	/* Root reads everything. */
	if (me == 0)
		cr_assert_eq(seteuid(65534), 0);
	config_init(&cfg);
	cr_expect_eq(source_read(&cfg, path, "x.cfg", &r), SOURCE_BROKEN);
	config_destroy(&cfg);
	cr_assert_eq(seteuid(me), 0);
	cr_assert_eq(r.errors, 1);
	cr_expect_not_null(
	    strstr(r.findings[0].text, "the group that botline runs as"));
}

Test(cfg_scan, a_long_report_keeps_counting)
{
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	for (int i = 0; i < 500; i++)
		report_add(&r, CONF_ERROR, "here", "number %d\nand \x01 more", i);
	cr_expect_eq(r.n, (size_t)LIMIT_FINDINGS);
	cr_expect_eq(r.errors, 500);
	cr_expect_str_eq(r.findings[7].text, "number 7?and ? more");
	report_once(&r, CONF_ERROR, "here", "number %d\nand \x01 more", 3);
	cr_expect_eq(r.errors, 500, "known already");
}
