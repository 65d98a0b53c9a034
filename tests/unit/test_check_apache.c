/* SPDX-License-Identifier: Apache-2.0 */
/* The road from Apache to botline, found in its configuration. */
#include "config.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/apache.h"
#include "conf/check.h"
#include "conf/report.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(check_apache, .fini = no_leaks);

#define MODULES \
	"LoadModule alias_module x.so\nLoadModule env_module x.so\n" \
	"LoadModule reqtimeout_module x.so\nLoadModule proxy_module x.so\n" \
	"LoadModule proxy_fcgi_module x.so\n"
#define HOST(lines) \
	"<VirtualHost *:443>\nServerName bot.example.com:443\nSSLEngine on\n" lines \
	"</VirtualHost>\n"
#define TIMES "RequestReadTimeout header=5 body=5\n"
#define PASS(more) \
	"ProxyPass \"/botline\" \"unix:/nowhere/s|fcgi://botline/botline\" " more "\n"

/* What the check says of these lines in apache2.conf. */
static void
look_at(const struct tmpdir *root, const char *text, struct conf_report *report)
{
	static char url[] =
	    "BOTLINE_TWILIO__WEBHOOK_URL=https://bot.example.com/botline";
	char *const variables[] = { least_environ()[0], least_environ()[1], url, NULL };
	char folder[512];
	struct conf_look look = { .root = root->path, .variables = variables };

	conf_root_put(root, "apache/apache2.conf", text);
	conf_root_path(root, "apache", folder);
	look.apache = folder;
	conf_unref(conf_look(&look, report));
}

/* Whether a finding at apache/… has this text. */
static bool
says(const struct conf_report *r, enum conf_grade grade, const char *text)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->findings[i].grade == grade &&
		    strstr(r->findings[i].where, "/apache") != NULL &&
		    strstr(r->findings[i].text, text) != NULL)
			return true;
	return false;
}

static size_t
count_at_apache(const struct conf_report *r, enum conf_grade grade)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->findings[i].grade == grade &&
		    strstr(r->findings[i].where, "/apache") != NULL;
	return n;
}

Test(check_apache, each_fault_is_named)
{
	static const struct {
		const char *name, *text;
		enum conf_grade grade;
		const char *says;
	} t[] = {
		{ "well", MODULES HOST(TIMES PASS("")), CONF_NOTE,
		    "/botline leads to botline by mod_proxy_fcgi" },
		{ "no socket", MODULES HOST(TIMES PASS("")), CONF_WARNING,
		    "there is no socket /nowhere/s" },
		{ "nothing", MODULES HOST(TIMES), CONF_WARNING,
		    "nothing in this Apache leads to botline" },
		{ "PHP is not us",
		    MODULES HOST("<FilesMatch x>\nSetHandler "
				 "\"proxy:unix:/run/php.sock|fcgi://localhost\"\n"
				 "</FilesMatch>\n"),
		    CONF_WARNING, "nothing in this Apache leads to botline" },
		{ "a module", "LoadModule alias_module x.so\n" HOST(PASS("")),
		    CONF_ERROR, "a2enmod proxy_fcgi" },
		{ "another path",
		    MODULES HOST(TIMES "ProxyPass /bot unix:/s|fcgi://botline/\n"),
		    CONF_WARNING, "path of twilio.webhook_url is /botline" },
		{ "another host",
		    MODULES "<VirtualHost *>\nServerName www.example.com\n" TIMES PASS(
			"") "</VirtualHost>\n",
		    CONF_WARNING, "is not named bot.example.com" },
		{ "no TLS",
		    MODULES "<VirtualHost *>\nServerAlias *.EXAMPLE.com\n" TIMES PASS(
			"") "</VirtualHost>\n",
		    CONF_NOTE, "has no SSLEngine" },
		{ "slow senders", MODULES HOST(PASS("")), CONF_WARNING,
		    "no RequestReadTimeout" },
		{ "kept connections", MODULES HOST(TIMES PASS("enablereuse=on")),
		    CONF_WARNING, "Set enablereuse=off" },
		{ "impatient", MODULES HOST(TIMES PASS("timeout=10")), CONF_WARNING,
		    "timeout=10 is not longer than" },
		{ "twice", MODULES HOST(TIMES PASS("") PASS("")), CONF_WARNING,
		    "leads to botline already" },
		{ "no program", HOST(TIMES "ScriptAlias /botline /nowhere/botline\n"),
		    CONF_ERROR, "/nowhere/botline cannot be run" },
		{ "CGI", HOST(TIMES "ScriptAlias /botline /nowhere/botline\n"),
		    CONF_NOTE, "by plain CGI" },
		{ "no CGI module",
		    MODULES HOST(TIMES "ScriptAlias /botline /nowhere/botline\n"),
		    CONF_ERROR, "a2enmod cgid" },
		{ "fcgid",
		    HOST(TIMES "Alias /botline /nowhere/botline\n<Location /botline>\n"
			       "SetHandler fcgid-script\n</Location>\n"),
		    CONF_NOTE, "by mod_fcgid" },
		{ "by Location",
		    MODULES HOST(TIMES "<Location \"/botline\">\n"
				       "ProxyPass unix:/s|fcgi://x/\n</Location>\n"),
		    CONF_NOTE, "by mod_proxy_fcgi" },
		{ "by SetHandler",
		    MODULES HOST(TIMES "<Location /botline>\n"
				       "SetHandler proxy:unix:/s|fcgi://x\n"
				       "</Location>\n"),
		    CONF_NOTE, "by mod_proxy_fcgi" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report report = { 0 };
		CLEANUP(buf_fini) struct buf all = BUF_INIT(1 << 16);

		look_at(&root, t[i].text, &report);
		conf_report_print(&report, &all);
		cr_expect(says(&report, t[i].grade, t[i].says), "%s:\n%s", t[i].name,
		    all.data);
	}
}

Test(check_apache, the_shipped_snippets_are_well)
{
	static const struct {
		const char *snippet, *more, *way;
		size_t warnings;
	} t[] = {
		{ "botline-proxy-fcgi.conf", "", "by mod_proxy_fcgi", 1 },
		{ "botline-fcgid.conf",
		    "LoadModule fcgid_module x\nDefine BOTLINE_PROGRAM @/bin/botline\n",
		    "by mod_fcgid", 0 },
		{ "botline-cgi.conf",
		    "LoadModule cgid_module x\nDefine BOTLINE_PROGRAM @/bin/botline\n",
		    "by plain CGI", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report report = { 0 };
		CLEANUP(buf_fini) struct buf text = BUF_INIT(1 << 16);
		CLEANUP(buf_fini) struct buf all = BUF_INIT(1 << 16);
		char program[512];

		conf_root_put(&root, "bin/botline", "#!/bin/sh\n");
		conf_root_path(&root, "bin/botline", program);
		cr_assert_eq(chmod(program, 0700), 0);
		buf_str(&text, MODULES);
		for (const char *s = t[i].more; *s != '\0'; s++)
			if (*s == '@')
				buf_str(&text, root.path);
			else
				buf_chr(&text, *s);
		buf_printf(
		    &text, HOST("Include %s/apache/%s\n"), TOP_SRCDIR, t[i].snippet);
		look_at(&root, text.data, &report);
		conf_report_print(&report, &all);
		cr_expect(says(&report, CONF_NOTE, t[i].way), "%s", all.data);
		cr_expect_eq(count_at_apache(&report, CONF_ERROR), 0, "%s", all.data);
		cr_expect_eq(count_at_apache(&report, CONF_WARNING), t[i].warnings,
		    "%s", all.data);
	}
}

Test(check_apache, the_socket_and_who_may_write_to_it)
{
	static const struct {
		const char *name;
		mode_t mode;
		enum conf_grade grade;
		const char *says;
	} t[] = {
		{ "others", 0600, CONF_ERROR, "Apache's user daemon may not write" },
		{ "anybody", 0666, CONF_WARNING, "anybody on this machine may write" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report report = { 0 };
		CLEANUP(buf_fini) struct buf text = BUF_INIT(4096);
		struct sockaddr_un to = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		snprintf(to.sun_path, sizeof(to.sun_path), "%s/s", root.path);
		cr_assert_eq(bind(fd, (struct sockaddr *)&to, sizeof(to)), 0);
		cr_assert_eq(chmod(to.sun_path, t[i].mode), 0);
		buf_printf(&text,
		    "User daemon\n" MODULES HOST(
			"ProxyPass /botline unix:%s|fcgi://botline/\n"),
		    to.sun_path);
		look_at(&root, text.data, &report);
		cr_expect(says(&report, t[i].grade, t[i].says), "%s", t[i].name);
		close(fd);
	}
}

Test(check_apache, no_apache_is_a_note)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report report = { 0 };
	char folder[512];
	struct conf_look look = { .root = root.path, .variables = least_environ() };

	conf_root_path(&root, "apache", folder);
	look.apache = folder;
	conf_unref(conf_look(&look, &report));
	cr_expect(says(&report, CONF_NOTE, "no configuration of Apache in"));
}

/* The first line of that name; fails the test when there is none. */
static const struct apache_line *
line(const struct apache *ap, const char *name)
{
	for (const struct apache_line *l = ap->first; l != NULL; l = l->next)
		if (apache_is(l, name))
			return l;
	cr_assert(false, "no %s", name);
	return NULL;
}

static bool
has_line(const struct apache *ap, const char *name)
{
	for (const struct apache_line *l = ap->first; l != NULL; l = l->next)
		if (apache_is(l, name))
			return true;
	return false;
}

Test(check_apache, reading)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char folder[512];
	struct apache ap;
	struct err e;

	conf_root_put(&root, "apache/envvars",
	    "# the user\nexport APACHE_RUN_USER=bob\nexport X=`id`\n");
	conf_root_put(&root, "apache/sites/b.conf", "Second ${Here}${Unknown}\n");
	conf_root_put(&root, "apache/sites/a.conf",
	    "<VirtualHost *:80 [::1]:80>\nFirst \"two \\\"words\" \\\n  'three'\n"
	    "</VirtualHost>\n");
	conf_root_put(&root, "apache/apache2.conf",
	    "\xEF\xBB\xBF# a comment\nUser ${APACHE_RUN_USER}\nDefine Here there\n"
	    "IncludeOptional sites/*.conf\nUnDefine Here\n"
	    "<IfDefine Here>\nGone 1\n</IfDefine>\n<IfDefine !Here>\nKept 1\n</IfDefine>\n"
	    "LoadModule env_module x\n<IfModule mod_env.c>\nKept2 1\n</IfModule>\n"
	    "<IfModule !env_module>\nGone 2\n<Location /x>\nGone 3\n</Location>\n"
	    "</IfModule>\n<IfFile sites/a.conf>\nKept3 1\n</IfFile>\n");
	conf_root_path(&root, "apache", folder);
	cr_assert(apache_read(a, folder, &ap, &e), "%s", e.text);
	cr_expect_str_eq(ap.user, "bob");
	cr_expect_eq(line(&ap, "first")->n, 2);
	cr_expect_str_eq(apache_arg(line(&ap, "first"), 0), "two \"words");
	cr_expect_str_eq(apache_arg(line(&ap, "first"), 1), "three");
	cr_expect_str_eq(apache_arg(line(&ap, "first"), 2), "");
	cr_expect_eq(line(&ap, "first")->host->n_addresses, 2);
	cr_expect(strstr(line(&ap, "first")->where, "sites/a.conf:2") != NULL);
	cr_expect_str_eq(apache_arg(line(&ap, "second"), 0), "there${Unknown}");
	cr_expect_null(line(&ap, "second")->host);
	cr_expect_not(has_line(&ap, "Gone"));
	cr_expect(
	    has_line(&ap, "Kept") && has_line(&ap, "Kept2") && has_line(&ap, "Kept3"));
	cr_expect(apache_has_module(&ap, "env") && apache_has_module(&ap, "so"));
	cr_expect_not(apache_has_module(&ap, "en"));
}

Test(check_apache, a_file_that_includes_itself)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(arena_freep) struct arena *a = arena_new();
	char folder[512];
	struct apache ap;
	struct err e;

	conf_root_put(&root, "apache/apache2.conf", "Include apache2.conf\n");
	conf_root_path(&root, "apache", folder);
	cr_expect_not(apache_read(a, folder, &ap, &e));
	cr_expect_eq(e.kind, ERR_TOO_BIG);
}

Test(check_apache, files_with_secrets)
{
	static const struct {
		const char *name;
		mode_t folder, file;
		enum conf_grade grade;
		const char *says; /* NULL: nothing */
	} t[] = {
		{ "read by all", 0755, 0644, CONF_WARNING, "holds secrets" },
		{ "written by all", 0755, 0646, CONF_ERROR, "may change it" },
		{ "by the group", 0755, 0640, CONF_WARNING, NULL },
		{ "in a private folder", 0700, 0644, CONF_WARNING, NULL },
	};

	setenv("TMPDIR", "/tmp", 1); /* which anybody may pass */
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report report = { 0 };
		const struct conf_look look = { .root = root.path };
		const struct conf_finding *found;
		char path[512];

		conf_root_put(
		    &root, "conf/custom/api.cfg", "key = \"k\"; secret = \"s\";");
		conf_root_path(&root, "conf/custom/api.cfg", path);
		cr_assert_eq(chmod(path, t[i].file), 0);
		*strrchr(path, '/') = '\0';
		cr_assert_eq(chmod(path, t[i].folder), 0);
		cr_assert_eq(chmod(root.path, 0755), 0);
		conf_root_path(&root, "conf", path);
		cr_assert_eq(chmod(path, 0755), 0);
		conf_unref(conf_look(&look, &report));
		found = finding_with(
		    &report, t[i].grade, t[i].says != NULL ? t[i].says : "holds");
		cr_expect_eq(found != NULL, t[i].says != NULL, "%s", t[i].name);
	}
}
