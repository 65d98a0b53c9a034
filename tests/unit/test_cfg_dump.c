/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "base/buf.h"
#include "base/file.h"
#include "conf/check.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

#include <fcntl.h>
#include <sysexits.h>

TestSuite(cfg_dump, .fini = no_leaks);

#define GOLDEN TOP_SRCDIR "/tests/golden/conf/"

static int
check(const struct tmpdir *root, char *const *variables, struct buf *out)
{
	const struct conf_look look = { .root = root->path, .variables = variables };

	return conf_check(&look, out);
}

/* Splits text at its "### file" lines into files of conf/custom. */
static void
put_parts(const struct tmpdir *root, const char *text)
{
	while (strncmp(text, "### ", 4) == 0) {
		char name[100];
		const char *body = strchr(text, '\n') + 1, *end = strstr(body, "### ");

		end = end != NULL ? end : body + strlen(body);
		snprintf(name, sizeof(name), "conf/custom/%.*s",
		    (int)(body - 1 - text - 4), text + 4);
		conf_root_put_bytes(root, name, body, (size_t)(end - body));
		text = end;
	}
	cr_assert_eq(*text, '\0', "all of it begins with a ### line");
}

static void
read_golden(const char *name, struct buf *out)
{
	char path[512];
	struct err e;

	snprintf(path, sizeof(path), "%s%s", GOLDEN, name);
	cr_assert(file_read(AT_FDCWD, path, out, &e), "%s", e.text);
}

static void
dump(const struct tmpdir *root, char *const *variables, enum conf_env env, bool secrets,
    struct buf *out)
{
	struct conf *c = load_good(root, variables);

	conf_dump(c, env, secrets, out);
	cr_assert(buf_ok(out));
	conf_unref(c);
}

/* A dump without the comments that say where values come from. */
static void
without_origins(const struct buf *in, struct buf *out)
{
	for (const char *line = in->data; *line != '\0';) {
		const char *end = strchr(line, '\n'), *cut = NULL;

		for (const char *s = line; (s = strstr(s, "; # ")) != NULL && s < end;
		     s++)
			cut = s;
		buf_add(out, line, (size_t)((cut != NULL ? cut : end) - line));
		buf_chr(out, '\n');
		line = end + 1;
	}
}

Test(cfg_dump, golden)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 16), want = BUF_INIT(1 << 16);
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);

	read_golden("full.in", &in);
	put_parts(&root, in.data);
	read_golden("full.ref", &want);
	dump(&root, NULL, CONF_PRODUCTION, false, &have);
	cr_expect_str_eq(have.data, want.data);
}

Test(cfg_dump, comes_back_the_same)
{
	CLEANUP(tmpdir_fini) struct tmpdir one = conf_root_new(), two = conf_root_new();
	CLEANUP(tmpdir_fini) struct tmpdir three = conf_root_new();
	CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 16), first = BUF_INIT(1 << 16);
	CLEANUP(buf_fini)
	struct buf second = BUF_INIT(1 << 16), third = BUF_INIT(1 << 16);
	CLEANUP(buf_fini) struct buf first_bare = BUF_INIT(1 << 16);
	CLEANUP(buf_fini) struct buf second_bare = BUF_INIT(1 << 16);

	read_golden("full.in", &in);
	put_parts(&one, in.data);
	dump(&one, NULL, CONF_PRODUCTION, true, &first);
	put_parts(&two, first.data);
	dump(&two, NULL, CONF_PRODUCTION, true, &second);
	put_parts(&three, second.data);
	dump(&three, NULL, CONF_PRODUCTION, true, &third);

	without_origins(&first, &first_bare);
	without_origins(&second, &second_bare);
	cr_expect_str_eq(first_bare.data, second_bare.data);
	cr_expect_str_eq(second.data, third.data, "origins, too, from then on");
}

Test(cfg_dump, shows_secrets_only_when_asked)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini)
	struct buf masked = BUF_INIT(1 << 16), open = BUF_INIT(1 << 16);
	static const char *const secrets[] = { "s-key", "s-secret", "s-chat", "s-hook",
		"s-mkey", "s-msecret", "s-mhook", "s-token", "s-next", "s-user" };

	conf_root_put(
	    &root, "conf/custom/api.cfg", "key = \"s-key\"; secret = \"s-secret\";");
	conf_root_put(&root, "conf/custom/chat.cfg",
	    "chat = { secret = \"s-chat\"; webhook_secret = \"s-hook\"; };"
	    "messenger = { key = \"s-mkey\"; secret = \"s-msecret\";"
	    " webhook_secret = \"s-mhook\"; };");
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { auth_token = \"s-token\"; auth_token_next = \"s-next\"; };"
	    "webhook_url = \"https://s-user:s-user@bot.example.com/a@b\";");
	dump(&root, NULL, CONF_PRODUCTION, false, &masked);
	dump(&root, NULL, CONF_PRODUCTION, true, &open);
	for (size_t i = 0; i < NELEMS(secrets); i++) {
		cr_expect_null(strstr(masked.data, secrets[i]), "%s", secrets[i]);
		cr_expect_not_null(strstr(open.data, secrets[i]), "%s", secrets[i]);
	}
	cr_expect_not_null(strstr(masked.data, "\"https://***@bot.example.com/a@b\""));
}

Test(cfg_dump, names_the_origin_of_each_value)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf out = BUF_INIT(1 << 16);
	char path[512], line[600];

	conf_root_put(&root, "secret", "from a file\n");
	conf_root_path(&root, "secret", path);
	snprintf(line, sizeof(line), "\n\nsecret_file = \"%s\";", path);
	conf_root_put(&root, "conf/custom/api.cfg", line);
	conf_root_put(&root, "conf/development/api.cfg", "timeout_ms = 300;");
	dump(&root, least_environ(), CONF_DEVELOPMENT, false, &out);
	cr_expect_not_null(
	    strstr(out.data, "key = \"***\"; # environment BOTLINE_API__KEY\n"));
	cr_expect_not_null(
	    strstr(out.data, "timeout_ms = 300; # conf/development/api.cfg:1\n"));
	cr_expect_not_null(strstr(out.data, "secret = \"***\"; # environment"));

	buf_reset(&out);
	{
		char key[] = "BOTLINE_API__KEY=k";
		char *variables[] = { key, NULL };

		dump(&root, variables, CONF_PRODUCTION, false, &out);
	}
	cr_expect_not_null(
	    strstr(out.data, "secret = \"***\"; # conf/custom/api.cfg:3, by file\n"));
}

Test(cfg_dump, check_golden)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf in = BUF_INIT(1 << 16), want = BUF_INIT(1 << 16);
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);

	setenv("TMPDIR", root.path, 1);
	read_golden("check.in", &in);
	put_parts(&root, in.data);
	conf_root_put(&root, "conf/staging/api.cfg", "");
	conf_root_put(&root, "conf/development/api.cfg", "timeout_ms = 300;");
	conf_root_put(&root, "conf/custom/twilio.conf", "");
	conf_root_put(&root, "conf/custom/api", "");
	conf_root_put(&root, "conf/custom/api.cfg.bak", "");
	conf_root_put(&root, "conf/custom/notes.txt", "");
	read_golden("check.ref", &want);
	cr_expect_eq(check(&root, NULL, &have), EX_CONFIG);
	cr_expect_str_eq(have.data, want.data);
}

Test(cfg_dump, check_of_an_untouched_installation)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16), want = BUF_INIT(1 << 16);

	setenv("TMPDIR", root.path, 1);
	conf_root_link(&root, TOP_SRCDIR "/conf/custom", "conf/custom");
	read_golden("untouched.ref", &want);
	cr_expect_eq(check(&root, NULL, &have), EX_CONFIG);
	cr_expect_str_eq(have.data, want.data);
}

Test(cfg_dump, check_of_a_good_one)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);

	setenv("TMPDIR", root.path, 1);
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	cr_expect_eq(check(&root, least_environ(), &have), 0);
	cr_expect_str_eq(have.data, "0 errors, 0 warnings, 0 notes: good\n");
}

Test(cfg_dump, check_of_the_store)
{
	static const struct {
		const char *name, *path; /* under the root */
		int mode; /* 0: none is made */
		const char *says;
	} t[] = {
		{ "good", "store", 0700, NULL },
		{ "to be made", "new", 0, NULL },
		{ "empty, still open to others", "empty", 0755, NULL },
		{ "open to others", "open", 0757, "chmod 700" },
		{ "nowhere to be made", "no/such/place", 0, "cannot be made" },
		{ "not a folder", "lang", 0, "is not a folder" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();

	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);
		char path[512], line[600];

		conf_root_path(&root, t[i].path, path);
		if (t[i].mode != 0)
			cr_assert(mkdir(path, 0700) == 0 &&
			    chmod(path, (mode_t)t[i].mode) == 0);
		snprintf(line, sizeof(line), "path = \"%s\";", path);
		conf_root_put(&root, "conf/custom/store.cfg", line);
		cr_expect_eq(check(&root, least_environ(), &have),
		    t[i].says != NULL ? EX_CONFIG : 0, "%s: %s", t[i].name, have.data);
		if (t[i].says != NULL)
			cr_expect_not_null(strstr(have.data, t[i].says), "%s: %s",
			    t[i].name, have.data);
	}
}

Test(cfg_dump, check_of_the_state)
{
	static const struct {
		const char *name, *tmp, *path; /* under the root; NULL: as it is */
		int rc;
		const char *says;
	} t[] = {
		{ "to be made", "tmp", "state", 0, NULL },
		{ "in the folder of temporary files", "state", "state", 0,
		    "may be lost at any time" },
		{ "below it", "state/", "state/of/ours", EX_CONFIG, "cannot be made" },
		{ "beside it", "sta", "state", 0, NULL },
		{ "nowhere to be made", "tmp", "no/such/place", EX_CONFIG,
		    "cannot be made" },
	};
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();

	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);
		char path[512], line[1200];

		/* Where tests live is swept as well, so that only one is compared. */
		conf_root_path(&root, t[i].tmp, path);
		setenv("TMPDIR", path, 1);
		conf_root_path(&root, t[i].path, path);
		snprintf(line, sizeof(line), "path = \"%s\"; state_path = \"%s\";",
		    root.path, path);
		conf_root_put(&root, "conf/custom/store.cfg", line);
		cr_expect_eq(check(&root, least_environ(), &have), t[i].rc, "%s: %s",
		    t[i].name, have.data);
		if (t[i].says != NULL)
			cr_expect_not_null(strstr(have.data, t[i].says), "%s: %s",
			    t[i].name, have.data);
	}
}

#define AGENTS "enabled = true; appId = \"a\"; secret = \"s\"; server = \"h.example\"; "
#define NO_HOURS \
	"timetable = { monday = []; tuesday = []; wednesday = []; thursday = []; " \
	"friday = []; exceptions = ( { date = \"12-25\"; hours = []; } ); }; "

Test(cfg_dump, check_of_agents)
{
	static const struct {
		const char *name, *chat, *says; /* NULL: nothing about it */
		int rc;
	} t[] = {
		{ "off", "", NULL, 0 },
		{ "off, half filled in", "appId = \"a\"; webhook_signature = \"off\";",
		    NULL, 0 },
		{ "whole",
		    "enabled = true; appId = \"a\"; secret = \"s\"; server = "
		    "\"hyperchat.example\";",
		    NULL, 0 },
		{ "no secret",
		    "enabled = true; appId = \"a\"; server = "
		    "\"https://hyperchat.example\";",
		    "chat.chat.secret is empty", EX_CONFIG },
		{ "no server", "enabled = true; appId = \"a\"; secret = \"s\";",
		    "chat.chat.server is empty", EX_CONFIG },
		{ "no room",
		    "enabled = true; appId = \"a\"; secret = \"s\"; server = "
		    "\"h.example\"; roomId = 0;",
		    "chat.chat.roomId is 0", EX_CONFIG },
		{ "no signatures",
		    "enabled = true; appId = \"a\"; secret = \"s\"; "
		    "server = \"h.example\"; webhook_signature = "
		    "\"off\"; handshake = \"never\";",
		    "anybody can send events", 0 },
		{ "no secret to come",
		    "enabled = true; appId = \"a\"; secret = \"s\"; "
		    "server = \"h.example\"; handshake = "
		    "\"never\";",
		    "every event of HyperChat is refused", 0 },
		{ "a preset one",
		    "enabled = true; appId = \"a\"; secret = \"s\"; "
		    "server = \"h.example\"; handshake = \"never\"; "
		    "webhook_secret = \"w\";",
		    NULL, 0 },
		{ "a server in the clear",
		    "enabled = true; appId = \"a\"; secret = "
		    "\"s\"; server = \"http://h.example\";",
		    "chat.chat.server must begin with https://", EX_CONFIG },
		{ "a broken scheme",
		    "enabled = true; appId = \"a\"; secret = "
		    "\"s\"; server = \"https//h.example\";",
		    "must begin with https://, or with the host", EX_CONFIG },
		{ "a colon too many",
		    "enabled = true; appId = \"a\"; secret = "
		    "\"s\"; server = \"https:h.example\";",
		    "must begin with https://, or with the host", EX_CONFIG },
		{ "a host with such a beginning",
		    "enabled = true; appId = \"a\"; secret = "
		    "\"s\"; server = \"httpd.example\";",
		    NULL, 0 },
		{ "two ports",
		    "enabled = true; appId = \"a\"; secret = \"s\"; "
		    "server = \"h.example:444\"; server_port = 8443;",
		    "chat.chat.server_port has no effect", 0 },
		{ "two surveys",
		    "surveyId = \"1\"; survey = { active = true; }; };"
		    "messenger = { key = \"k\"; secret = \"s\"; "
		    "webhook_secret = \"w\";",
		    "chat.chat.surveyId has no effect", 0 },
		{ "one survey",
		    "surveyId = \"1\"; };"
		    "messenger = { key = \"k\"; secret = \"s\"; "
		    "webhook_secret = \"w\";",
		    NULL, 0 },
		{ "no hours at all", AGENTS "workTimeTableActive = true; " NO_HOURS,
		    "nobody is ever brought to an agent", EX_CONFIG },
		{ "no hours but of Messenger",
		    AGENTS "workTimeTableActive = true; " NO_HOURS
			   "}; messenger = { key = \"k\"; secret = \"s\"; "
			   "webhook_secret = \"w\";",
		    NULL, 0 },
		{ "hours that are not looked at", AGENTS NO_HOURS, NULL, 0 },
		{ "hours", AGENTS "workTimeTableActive = true;", NULL, 0 },
		{ "a webhook of tickets without keys",
		    "}; messenger = { webhook_secret = \"w\";",
		    "chat.messenger.key is empty, so agents' answers to tickets are",
		    EX_CONFIG },
		{ "one key of two",
		    "}; messenger = { key = \"k\"; webhook_secret = \"w\";",
		    "chat.messenger.secret is empty", EX_CONFIG },
		{ "a port of each kind",
		    "enabled = true; appId = \"a\"; secret = \"s\"; "
		    "server = \"h.example:444\";",
		    NULL, 0 },
	};
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();

	setenv("TMPDIR", root.path, 1);
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);
		char text[600];

		snprintf(text, sizeof(text), "chat = { %s };", t[i].chat);
		conf_root_put(&root, "conf/custom/chat.cfg", text);
		cr_expect_eq(check(&root, least_environ(), &have), t[i].rc, "%s: %s",
		    t[i].name, have.data);
		if (t[i].says != NULL)
			cr_expect_not_null(strstr(have.data, t[i].says), "%s: %s",
			    t[i].name, have.data);
		else
			cr_expect_str_eq(have.data,
			    "0 errors, 0 warnings, 0 notes: good\n", "%s", t[i].name);
	}
}

/* The shipped zone is no mistake of the operator's, but hours need it. */
Test(cfg_dump, check_without_time_zones)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf off = BUF_INIT(1 << 16), on = BUF_INIT(1 << 16);

	setenv("TMPDIR", root.path, 1);
	setenv("TZDIR", root.path, 1);
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	cr_expect_eq(check(&root, least_environ(), &off), 0, "%s", off.data);
	conf_root_put(
	    &root, "conf/custom/chat.cfg", "chat = { workTimeTableActive = true; };");
	cr_expect_eq(check(&root, least_environ(), &on), EX_CONFIG, "%s", on.data);
	cr_expect_not_null(strstr(on.data,
			       "conf/custom/chat.cfg  chat.chat.timezoneWorkingHours "
			       "is not known to this system"),
	    "%s", on.data);
}

/* The folder that is used when none is named is looked at in the same way. */
Test(cfg_dump, check_of_the_default_store)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16), path = BUF_INIT(512);

	setenv("TMPDIR", root.path, 1);
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";");
	dir_default(&path);
	cr_assert_eq(strncmp(path.data, root.path, strlen(root.path)), 0);
	cr_expect_eq(check(&root, least_environ(), &have), 0, "to be made");
	cr_assert(mkdir(path.data, 0700) == 0 && chmod(path.data, 0777) == 0);
	buf_reset(&have);
	cr_expect_eq(check(&root, least_environ(), &have), EX_CONFIG);
	cr_expect_not_null(
	    strstr(
		have.data, "conf/custom/store.cfg  store.path: others may look into"),
	    "%s", have.data);
	setenv("TMPDIR", "/no/such/place", 1);
	buf_reset(&have);
	cr_expect_eq(check(&root, least_environ(), &have), EX_CONFIG);
	cr_expect_not_null(
	    strstr(have.data, "cannot be made in /no/such/place"), "%s", have.data);
}

/* Every environment that can be reached needs its keys; a shared gap is said once. */
Test(cfg_dump, check_of_environments)
{
	static const char twilio[] =
	    "credentials = { sid = \"AC0123456789abcdef0123456789abcdef\";"
	    " auth_token = \"t\"; }; webhook_url = \"https://bot.example.com/\";";
	static const char rule[] =
	    "development = { type = \"http_host\"; regex = \"/dev/\"; };";
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf have = BUF_INIT(1 << 16);

	conf_root_put(&root, "conf/custom/environments.cfg", rule);
	conf_root_put(&root, "conf/production/api.cfg", "key = \"k\"; secret = \"s\";");
	conf_root_put(&root, "conf/custom/twilio.cfg", twilio);
	cr_expect_eq(check(&root, NULL, &have), EX_CONFIG);
	cr_expect_not_null(strstr(have.data,
	    "conf/development/api.cfg  in the environment development, api.key is empty"));
	cr_expect_not_null(strstr(have.data, "2 errors"));

	buf_reset(&have);
	conf_root_put(&root, "conf/custom/environments.cfg", "fixed = \"production\";");
	cr_expect_eq(check(&root, NULL, &have), 0, "%s", have.data);
}

Test(cfg_dump, what_a_reload_cannot_change)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	const char *names[2] = { NULL, NULL };
	struct conf *one = load_good(&root, least_environ()), *two, *got;
	struct conf_box *box;

	conf_root_put(
	    &root, "conf/custom/server.cfg", "workers = 8; backlog = 9; drain_s = 1;");
	conf_root_put(&root, "conf/custom/log.cfg", "level = \"debug\";");
	two = load_good(&root, least_environ());
	cr_expect_eq(conf_start_changes(one, one, names, 2), 0);
	cr_expect_eq(conf_start_changes(one, two, names, 2), 3);
	cr_expect_str_eq(names[0], "server.workers");
	cr_expect_str_eq(names[1], "server.backlog");

	box = conf_box_new(one);
	got = conf_box_get(box);
	cr_expect_eq(got, one);
	conf_box_set(box, two);
	cr_expect_eq(cfg_int(conf_cfg(got, CONF_PRODUCTION), CFG_SERVER_WORKERS), 64,
	    "a request keeps what it began with");
	conf_unref(got);
	got = conf_box_get(box);
	cr_expect_eq(cfg_int(conf_cfg(got, CONF_PRODUCTION), CFG_SERVER_WORKERS), 8);
	conf_unref(got);
	conf_box_free(box);
	conf_box_free(NULL);
	conf_unref(NULL);
}
