/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"
#include "ctl/import.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(import, .fini = no_leaks);

/* What the configuration is compared by: the effective values without their origins. */
static void
dump_values(const struct tmpdir *root, struct buf *out)
{
	CLEANUP(buf_fini) struct buf dump = BUF_INIT((size_t)1 << 20);

	for (size_t env = 0; env < CONF_ENVS; env++) {
		struct conf *c = load_good(root, NULL);

		buf_reset(&dump);
		conf_dump(c, (enum conf_env)env, true, &dump);
		conf_unref(c);
		for (char *s = dump.data, *nl; (nl = strchr(s, '\n')) != NULL;
		     s = nl + 1) {
			*nl = '\0';
			for (char *origin; (origin = strstr(s, "; # ")) != NULL;)
				*origin = '\0';
			buf_printf(out, "%s\n", s);
		}
	}
}

/* Imports the template into the root; the findings that say what was lost go to *lost. */
static bool
import_all(const struct tmpdir *template, const struct tmpdir *root, bool force,
    struct buf *lost, struct err *e)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct import im;
	int status;

	import_init(&im, a);
	im.from = template->path;
	im.to = root->path;
	im.root = root->path;
	im.force = force;
	if (!import_read(&im, e))
		return false;
	import_print(&im);
	for (size_t i = 0; i < im.n; i++)
		if (im.findings[i].grade == IMPORT_LOST)
			buf_printf(lost, "%s:%d %s: %s\n", im.findings[i].file,
			    im.findings[i].line, im.findings[i].key,
			    im.findings[i].text);
	return import_write(&im, &status, e);
}

/* The effective values of a template whose chat.php is this, nothing lost. */
static void
values_of(const char *chat, struct buf *out)
{
	CLEANUP(tmpdir_fini) struct tmpdir template = tmpdir_new();
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf lost = BUF_INIT(100000);
	struct err e = { .text = "" };

	conf_root_put(&template, "conf/custom/api.php",
	    "<?php return ['key' => 'k', 'secret' => 's'];");
	conf_root_put(&template, "conf/custom/twilio.php",
	    "<?php return ['credentials' => ['sid' => 'AC1', 'auth_token' => 't']];");
	conf_root_put(&template, "conf/custom/chat.php", chat);
	cr_assert(
	    import_all(&template, &root, false, &lost, &e), "%s: %s", chat, e.text);
	cr_expect_str_eq(lost.data, "", "%s: %s", chat, lost.data);
	dump_values(&root, out);
}

/* The configuration that all spellings below mean. */
static const char meant[] =
    "chat = { enabled = true; appId = \"it's \\\"A\\\"\"; secret = "
    "\"s\\\\x $1\"; roomId = 31; source = 3; lang = \"en\"; "
    "timetable = { monday = [ \"09:00-12:00\", \"13:00-18:00\" ]; "
    "sunday = [ ]; }; }; triesBeforeEscalation = 2;";

#define REST \
	"'roomId' => 31, 'source' => 3, 'lang' => 'en', 'timetable' => ['monday' => " \
	"['09:00-12:00', '13:00-18:00'], 'sunday' => []]], 'triesBeforeEscalation' => 2]"
#define TEXTS "'appId' => 'it\\'s \"A\"', 'secret' => 's\\\\x $1', "
#define HEAD "'chat' => ['enabled' => true, "
#define PLAIN "[" HEAD TEXTS REST

static const char *const spellings[] = {
	"<?php return " PLAIN ";",
	"<?php\r\nreturn\r\n" PLAIN ";\r\n?>\r\n",
	"\xef\xbb\xbf<?php return " PLAIN " ?>",
	"<? return " PLAIN ";",
	"<?PHP declare(strict_types = 1); namespace Inbenta; use A\\B; return " PLAIN
	";",
	"<?php $config = " PLAIN "; return $config;",
	"<?php $c = " PLAIN "; $config = $c; return $config;",
	"<?php // one\n# two\n/* three */ /** four */ return " PLAIN "; // five",
	"<?php return [" HEAD
	"'appId' => \"it's \\\"A\\\"\", 'secret' => \"s\\\\x \\$1\", " REST ";",
	"<?php return [" HEAD
	"'appId' => \"it\\x27s \\x22A\\x22\", 'secret' => \"s\\x5cx "
	"\\x241\", " REST ";",
	"<?php return [" HEAD
	"'appId' => \"it\\47s \\42A\\42\", 'secret' => \"s\\134x $1\", " REST ";",
	"<?php return [" HEAD
	"'appId' => \"it\\u{27}s \\u{0022}A\\u{22}\", 'secret' => "
	"'s\\x ' . '$1', " REST ";",
	"<?php return [" HEAD
	"'appId' => 'it' . \"'s \" . '\"A\"', 'secret' => 's\\\\' . 'x '"
	" . '$' . 1, " REST ";",
	"<?php return [" HEAD
	"'appId' => <<<X\nit's \"A\"\nX\n, 'secret' => <<<'Y'\ns\\x $1\nY\n, " REST ";",
	"<?php return [" HEAD
	"'appId' => <<<\"X\"\n    it's \"A\"\n    X, 'secret' => <<<X\n\ts\\x "
	"\\$1\n\tX, " REST ";",
	"<?php return array('chat' => array('enabled' => TRUE, " TEXTS
	"'roomId' => 31, 'source' => 3, 'lang' => 'en', 'timetable' => array('monday' => "
	"array('09:00-12:00', '13:00-18:00',), 'sunday' => array(),),), "
	"'triesBeforeEscalation' => 2,);",
	"<?php return ['chat' => ['enabled' => !false, " TEXTS REST ";",
	"<?php return ['chat' => ['enabled' => (bool) 1, " TEXTS REST ";",
	"<?php return ['chat' => ['enabled' => \\True, " TEXTS REST ";",
	"<?php return ['chat' => ['enabled' => 1, " TEXTS REST ";",
	"<?php return ['chat' => ['enabled' => 'true', " TEXTS REST ";",
	"<?php return [" HEAD TEXTS
	"'roomId' => 0x1F, 'source' => 0b11, 'lang' => 'en', "
	"'timetable' => ['sunday' => [], 'monday' => [0 => '09:00-12:00', 1 => "
	"'13:00-18:00']]], 'triesBeforeEscalation' => 0o2];",
	"<?php return [" HEAD TEXTS "'roomId' => 037, 'source' => 0_3, 'lang' => 'en', "
	"'timetable' => ['sunday' => [], 'monday' => ['0' => '09:00-12:00', '13:00-18:00']]], "
	"'triesBeforeEscalation' => 2.0];",
	"<?php return [" HEAD TEXTS
	"'roomId' => '31', 'source' => (int) '3', 'lang' => 'en', "
	"'timetable' => ['sunday' => [], 'monday' => [5 => '09:00-12:00', 9 => '13:00-18:00']]], "
	"'triesBeforeEscalation' => '2'];",
	"<?php return [" HEAD TEXTS
	"'roomId' => 3_1, 'source' => - -3, 'lang' => 'en', "
	"'timetable' => ['sunday' => [], 'monday' => [true => '09:00-12:00', 2.7 => "
	"'13:00-18:00']]], 'triesBeforeEscalation' => 1 + 1];",
	"<?php return [" HEAD TEXTS
	"'roomId' => 62 * 1 - 31, 'source' => (3), 'lang' => ('en'), "
	"'timetable' => ['sunday' => [], 'monday' => ['09:00-12:00', '13:00-18:00']]], "
	"'triesBeforeEscalation' => +2];",
	"<?php return ['triesBeforeEscalation' => 7, " HEAD
	"'appId' => 'x', 'roomId' => 4, " TEXTS REST ";",
	"<?php $config['chat']['enabled'] = true; $config['chat']['appId'] = 'it\\'s \"A\"';"
	"$config['chat']['secret'] = 's\\x $1'; $config['chat']['roomId'] = 31;"
	"$config['chat']['source'] = 3; $config['chat']['lang'] = 'en';"
	"$config['chat']['timetable']['monday'][] = '09:00-12:00';"
	"$config['chat']['timetable']['monday'][] = '13:00-18:00';"
	"$config['chat']['timetable']['sunday'] = [];"
	"$config['triesBeforeEscalation'] = 2; return $config;",
	"<?php $t = ['monday' => ['09:00-12:00', '13:00-18:00'], 'sunday' => []]; $two = 2;"
	"$s = 's\\x ' . '$1'; return [" HEAD
	"'appId' => 'it\\'s \"A\"', 'secret' => $s, "
	"'roomId' => 31, 'source' => 3, 'lang' => 'en', 'timetable' => $t], "
	"'triesBeforeEscalation' => $two];",
	"<?php $lang = ['code' => 'en']; $day = array('09:00-12:00', '13:00-18:00');"
	"return [" HEAD TEXTS "'roomId' => 31, 'source' => 3, 'lang' => $lang['code'], "
	"'timetable' => ['monday' => $day, 'sunday' => []]], 'triesBeforeEscalation' => 2];",
	"<?php define('X', 1); const Y = 2; defined('Z') or die; return " PLAIN ";",
	"<?php return [ /* a */ " HEAD "# b\n" TEXTS "// c 'enabled' => false,\n" REST
	";",
	"<?php return (" PLAIN ");",
	"<?php return ['chat' => ['version' => '1', 'enabled' => true, " TEXTS REST ";",
};

Test(import, many_spellings_mean_the_same)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf want = BUF_INIT((size_t)1 << 20);

	conf_root_put(&root, "conf/custom/api.cfg", "key = \"k\"; secret = \"s\";");
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "credentials = { sid = \"AC1\"; auth_token = \"t\"; };");
	conf_root_put(&root, "conf/custom/chat.cfg", meant);
	dump_values(&root, &want);
	cr_assert_not_null(strstr(want.data, "roomId = 31"));
	cr_assert_geq(NELEMS(spellings), 30u);
	for (size_t i = 0; i < NELEMS(spellings); i++) {
		CLEANUP(buf_fini) struct buf got = BUF_INIT((size_t)1 << 20);

		values_of(spellings[i], &got);
		cr_expect_str_eq(
		    got.data, want.data, "spelling %zu: %s", i, spellings[i]);
	}
}

/* Chance that is the same in each run. */
struct chance {
	uint64_t state;
};

static unsigned
pick(struct chance *c, unsigned n)
{
	c->state = c->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(c->state >> 33) % n;
}

static void
put_between(struct chance *c, struct buf *b)
{
	static const char *const between[] = { "", " ", "\n", "\t", "\r\n",
		" /* 'a' => 1 */ ", "// ] );\n", "# \"x\n", "\n\n  ", "/** ' **/" };

	buf_str(b, between[pick(c, NELEMS(between))]);
}

static void
spell_double(struct chance *c, struct buf *b, const char *s)
{
	buf_chr(b, '"');
	for (; *s != '\0'; s++) {
		unsigned char byte = (unsigned char)*s;

		switch (pick(c, 4)) {
		case 0:
			buf_printf(b, "\\x%02x", byte);
			break;
		case 1:
			buf_printf(b, "\\%03o", byte);
			break;
		default:
			if (strchr("\"\\$", byte) != NULL)
				buf_chr(b, '\\');
			buf_chr(b, *s);
			break;
		}
	}
	buf_chr(b, '"');
}

static void
spell_single(struct buf *b, const char *s)
{
	buf_chr(b, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '\'' || *s == '\\')
			buf_chr(b, '\\');
		buf_chr(b, *s);
	}
	buf_chr(b, '\'');
}

static void
spell_text(struct chance *c, struct buf *b, const char *s)
{
	size_t n = strlen(s), cut;

	switch (pick(c, 5)) {
	case 0:
		spell_double(c, b, s);
		return;
	case 1:
		buf_printf(b, "<<<'E'\n  %s\n  E", s);
		return;
	case 2:
		/* Not in the middle of a character: texts here are ASCII. */
		cut = n > 0 ? pick(c, (unsigned)n) : 0;
		spell_single(b, s + n);
		buf_str(b, " .");
		for (size_t i = 0; i < 2; i++) {
			char part[100];

			snprintf(part, sizeof(part), "%.*s",
			    (int)(i == 0 ? cut : n - cut), i == 0 ? s : s + cut);
			put_between(c, b);
			spell_double(c, b, part);
			buf_str(b, i == 0 ? "." : "");
		}
		return;
	default:
		spell_single(b, s);
		return;
	}
}

static void
spell_number(struct chance *c, struct buf *b, int n)
{
	static const char *const forms[] = { "%d", "0x%x", "0%o", "(int) '%d'", "(%d)",
		"%d.0", "'%d'" };
	unsigned form = pick(c, NELEMS(forms));

	switch (form) {
	case 1:
		buf_printf(b, "0x%X", (unsigned)n);
		break;
	case 2:
		buf_printf(b, "0%o", (unsigned)n);
		break;
	case 3:
		buf_printf(b, "( INT )'%d'", n);
		break;
	case 4:
		buf_printf(b, "(%d + %d)", n - 1, 1);
		break;
	case 5:
		buf_printf(b, "%d.0", n);
		break;
	case 6:
		buf_printf(b, "'%d'", n);
		break;
	default:
		buf_printf(b, "%d", n);
		break;
	}
}

/* A tree of settings: text, number ("#7"), truth ("!1"), list or group of members. */
struct node {
	const char *name, *leaf;
	const struct node *members; /* ended by one without name and leaf */
};

static void
spell_node(struct chance *c, struct buf *b, const struct node *n)
{
	static const char *const yes[] = { "true", "TRUE", "!false", "(bool) 'x'",
		"1" };
	static const char *const no[] = { "false", "False", "!1", "(bool) ''", "0" };
	bool old = pick(c, 2) == 0;

	if (n->leaf != NULL && *n->leaf == '#') {
		spell_number(c, b, (int)strtol(n->leaf + 1, NULL, 10));
		return;
	}
	if (n->leaf != NULL && *n->leaf == '!') {
		buf_str(b, n->leaf[1] == '1' ? yes[pick(c, 5)] : no[pick(c, 5)]);
		return;
	}
	if (n->leaf != NULL) {
		spell_text(c, b, n->leaf);
		return;
	}
	buf_str(b, old ? "array(" : "[");
	for (const struct node *m = n->members; m->name != NULL || m->leaf != NULL;
	     m++) {
		put_between(c, b);
		if (m->name != NULL) {
			spell_text(c, b, m->name);
			put_between(c, b);
			buf_str(b, "=>");
			put_between(c, b);
		}
		spell_node(c, b, m);
		put_between(c, b);
		if (m[1].name != NULL || m[1].leaf != NULL || pick(c, 2) == 0)
			buf_chr(b, ',');
	}
	put_between(c, b);
	buf_str(b, old ? ")" : "]");
}

static const struct node monday[] = { { .leaf = "09:00-12:00" },
	{ .leaf = "13:00-18:00" }, { 0 } };
static const struct node sunday[] = { { 0 } };
static const struct node timetable[] = { { .name = "monday", .members = monday },
	{ .name = "sunday", .members = sunday }, { 0 } };
static const struct node chat[] = { { .name = "enabled", .leaf = "!1" },
	{ .name = "appId", .leaf = "it's \"A\"" },
	{ .name = "secret", .leaf = "s\\x $1" }, { .name = "roomId", .leaf = "#31" },
	{ .name = "source", .leaf = "#3" }, { .name = "lang", .leaf = "en" },
	{ .name = "timetable", .members = timetable }, { 0 } };
static const struct node all[] = { { .name = "chat", .members = chat },
	{ .name = "triesBeforeEscalation", .leaf = "#2" }, { 0 } };
static const struct node tree = { .members = all };

Test(import, spellings_by_chance_mean_the_same)
{
	CLEANUP(buf_fini) struct buf want = BUF_INIT((size_t)1 << 20);

	values_of(spellings[0], &want);
	for (unsigned seed = 1; seed <= 60; seed++) {
		struct chance c = { seed };
		CLEANUP(buf_fini) struct buf file = BUF_INIT((size_t)1 << 20);
		CLEANUP(buf_fini) struct buf got = BUF_INIT((size_t)1 << 20);
		bool variable = pick(&c, 3) == 0;

		buf_str(&file, pick(&c, 4) == 0 ? "\xef\xbb\xbf<?php\n" : "<?php ");
		put_between(&c, &file);
		buf_str(&file, variable ? "$x =" : "return ");
		spell_node(&c, &file, &tree);
		buf_str(&file, variable ? "; return $x;" : ";");
		buf_str(&file, pick(&c, 3) == 0 ? "\n?>\n" : "\n");
		values_of(file.data, &got);
		cr_expect_str_eq(got.data, want.data, "seed %u: %s", seed, file.data);
	}
}

/* What is said of one chat.php, and nothing else. */
static void
expect_lost(const char *php, const char *says)
{
	CLEANUP(tmpdir_fini) struct tmpdir template = tmpdir_new();
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf lost = BUF_INIT(100000);
	struct err e = { .text = "" };

	conf_root_put(&template, "conf/custom/chat.php", php);
	cr_assert(
	    import_all(&template, &root, false, &lost, &e), "%s: %s", php, e.text);
	cr_expect_str_eq(lost.data, says, "%s: %s", php, lost.data);
}

Test(import, what_is_lost_is_said)
{
	static const struct {
		const char *in, *says;
	} t[] = {
		{ "'enabled' => 'false'",
		    "chat.chat.enabled: is a text, which PHP takes for true whatever it says; "
		    "must be true or false, without quotes" },
		{ "'enabled' => 2",
		    "chat.chat.enabled: is a whole number, must be true or false" },
		{ "'enabled' => null",
		    "chat.chat.enabled: is null, must be true or false" },
		{ "'roomId' => ''",
		    "chat.chat.roomId: is a text, must be a whole number" },
		{ "'roomId' => 1.5",
		    "chat.chat.roomId: is a number with a fraction, must be a whole number" },
		{ "'roomId' => []",
		    "chat.chat.roomId: is an array, must be a whole number" },
		{ "'roomId' => -1",
		    "chat.chat.roomId: is -1, must be 0 to 2147483647 (room in which chats "
		    "open, the number of a queue)" },
		{ "'appId' => true",
		    "chat.chat.appId: is true or false, must be a text" },
		{ "'appId' => \"\\xff\"",
		    "chat.chat.appId: is not UTF-8: save the file as UTF-8, or write the value "
		    "anew" },
		{ "'appId' => \"a\\0b\"", "chat.chat.appId: holds a NUL byte" },
		{ "'appId' => \"a\\nb\"",
		    "chat.chat.appId: holds a control character or goes over several lines" },
		{ "'appId' => APP",
		    "chat.chat.appId: the constant APP: no PHP is run, so its value is not "
		    "known" },
		{ "'server' => 'http:/x'",
		    "chat.chat.server: must begin with https://, or with the host" },
		{ "'handshake' => 'twice'",
		    "chat.chat.handshake: must be once, always or never" },
		{ "'apId' => 'x'",
		    "chat.chat.apId: botline has no such key (did you mean chat.chat.appId?)" },
		{ "'x.y' => 1", "chat.chat: an entry whose name no key has" },
		{ "5 => 1", "chat.chat: an entry without a name" },
		{ "'survey' => 1",
		    "chat.chat.survey: is a whole number, must be an array of settings" },
		{ "'timetable' => ['monday' => ['25:00-26:00']]",
		    "chat.chat.timetable.monday: item 1 must be hours such as "
		    "\"09:00-18:00\"" },
		{ "'timetable' => ['monday' => '09:00-18:00']",
		    "chat.chat.timetable.monday: is a text, must be a list of hours: "
		    "[ \"09:00-13:00\", \"14:00-18:00\" ]" },
		{ "'timetable' => ['exceptions' => [['date' => '12-25']]]",
		    "chat.chat.timetable.exceptions: item 1: must be groups of a date and its "
		    "hours" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf file = BUF_INIT(10000);
		CLEANUP(buf_fini) struct buf says = BUF_INIT(10000);

		buf_printf(&file, "<?php return ['chat' => [\n%s,\n'lang' => 'en']];",
		    t[i].in);
		buf_printf(&says, "conf/custom/chat.php:2 %s\n", t[i].says);
		expect_lost(file.data, says.data);
	}
	expect_lost("<?php return 1;",
	    "conf/custom/chat.php:1 chat: the file returns a whole number, must be an array "
	    "of settings\n");
	expect_lost("<?php return ['chat' => ['chat' => ['enabled' => true]]];",
	    "conf/custom/chat.php:1 chat.chat.chat: no group of this file, with its 1 "
	    "setting: the file stands for \"chat\" already\n");
}

/* Both forms of a day of its own, and what a rating leaves out. */
Test(import, lists_of_groups)
{
	CLEANUP(tmpdir_fini) struct tmpdir template = tmpdir_new();
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf lost = BUF_INIT(100000);
	CLEANUP(buf_fini) struct buf values = BUF_INIT((size_t)1 << 20);
	struct err e = { .text = "" };

	conf_root_put(&template, "conf/custom/api.php",
	    "<?php return ['key' => 'k', 'secret' => 's'];");
	conf_root_put(&template, "conf/custom/twilio.php",
	    "<?php return ['credentials' => ['sid' => 'AC1', 'auth_token' => 't']];");
	conf_root_put(&template, "conf/custom/chat.php",
	    "<?php return ['chat' => ['timetable' => ['exceptions' => ["
	    "['date' => '2026-12-24', 'hours' => ['09:00-12:00']], '12-25' => []]]]];");
	conf_root_put(&template, "conf/custom/conversation.php",
	    "<?php return ['content_ratings' => ['ratings' => [['id' => 7], ['id' => 8, "
	    "'comment' => 0], ['id' => '9', 'label' => 'thanks']]]];");
	cr_assert(import_all(&template, &root, false, &lost, &e), "%s", e.text);
	cr_expect_str_eq(lost.data, "");
	dump_values(&root, &values);
	cr_expect_not_null(strstr(values.data,
	    "exceptions = ( { date = \"2026-12-24\"; hours = [ \"09:00-12:00\" ]; }, "
	    "{ date = \"12-25\"; hours = [ ]; } )"));
	cr_expect_not_null(
	    strstr(values.data,
		"ratings = ( { id = 7; label = \"yes\"; comment = false; isNegative = false; }, "
		"{ id = 8; label = \"no\"; comment = false; isNegative = true; }, "
		"{ id = 9; label = \"thanks\"; comment = false; isNegative = false; } )"),
	    "%s", values.data);
}

Test(import, environments_get_files_of_their_own)
{
	CLEANUP(tmpdir_fini) struct tmpdir template = tmpdir_new();
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(buf_fini) struct buf lost = BUF_INIT(100000);
	struct err e = { .text = "" };
	struct conf *c;

	conf_root_put(&template, "conf/custom/api.php",
	    "<?php return ['key' => 'k', 'secret' => 's'];");
	conf_root_put(&template, "conf/custom/twilio.php",
	    "<?php return ['credentials' => ['sid' => 'AC1', 'auth_token' => 't']];");
	conf_root_put(&template, "conf/custom/environments.php",
	    "<?php return ['development' => ['type' => 'http_host', 'regex' => "
	    "\"/^dev.example.com$/m\"]];");
	conf_root_put(
	    &template, "conf/development/api.php", "<?php return ['key' => 'dev'];");
	cr_assert(import_all(&template, &root, false, &lost, &e), "%s", e.text);
	cr_expect_str_eq(lost.data, "");
	c = load_good(&root, NULL);
	cr_expect_eq(conf_detect(c, "dev.example.com", "/"), CONF_DEVELOPMENT);
	cr_expect_eq(conf_detect(c, "www.example.com", "/"), CONF_PRODUCTION);
	cr_expect_str_eq(cfg_str(conf_cfg(c, CONF_DEVELOPMENT), CFG_API_KEY), "dev");
	cr_expect_str_eq(cfg_str(conf_cfg(c, CONF_DEVELOPMENT), CFG_API_SECRET), "s");
	cr_expect_str_eq(cfg_str(conf_cfg(c, CONF_PRODUCTION), CFG_API_KEY), "k");
	conf_unref(c);
}
