/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(cfg_load, .fini = no_leaks);

/* One file, one mistake: exactly one error, which says where and what. */
static const struct {
	const char *name, *file, *text, *where, *says;
} mistakes[] = {
	{ "unknown key", "conf/custom/api.cfg", "\nsercet = \"x\";",
	    "conf/custom/api.cfg:2",
	    "unknown key api.sercet (did you mean api.secret?)" },
	{ "unknown key, nothing near", "conf/custom/log.cfg", "zzzzzz = 1;",
	    "conf/custom/log.cfg:1", "unknown key log.zzzzzz" },
	{ "unknown group, once", "conf/custom/twilio.cfg",
	    "credentails = { sid = \"\"; auth_token = \"\"; };",
	    "conf/custom/twilio.cfg:1", "did you mean twilio.credentials?" },
	{ "the file's own name as a group", "conf/custom/twilio.cfg",
	    "twilio = { credentials = { sid = \"\"; }; };", "conf/custom/twilio.cfg:1",
	    "leave out the outer" },
	{ "right name, wrong group", "conf/custom/twilio.cfg", "auth_token = \"x\";",
	    "conf/custom/twilio.cfg:1", "did you mean twilio.credentials.auth_token?" },
	{ "a value for a group", "conf/custom/twilio.cfg", "credentials = \"x\";",
	    "conf/custom/twilio.cfg:1",
	    "twilio.credentials is a group: write credentials = { … };" },
	{ "a group for a value", "conf/custom/api.cfg", "url = { a = 1; };",
	    "conf/custom/api.cfg:1",
	    "api.url must be a URL in double quotes, not a group" },
	{ "a list for a value", "conf/custom/log.cfg", "level = [ \"info\" ];",
	    "conf/custom/log.cfg:1", "not a list" },
	{ "a quoted number", "conf/custom/server.cfg", "workers = \"8\";",
	    "conf/custom/server.cfg:1",
	    "server.workers must be a whole number, without quotes" },
	{ "a quoted source", "conf/custom/chat.cfg", "chat = { source = \"3\"; };",
	    "conf/custom/chat.cfg:1",
	    "chat.chat.source must be a whole number, without quotes" },
	{ "a fraction", "conf/custom/server.cfg", "workers = 8.5;",
	    "conf/custom/server.cfg:1", "must be a whole number" },
	{ "no such zone", "conf/custom/chat.cfg",
	    "chat = {\n timezoneWorkingHours = \"Europe/Madird\"; };",
	    "conf/custom/chat.cfg:2",
	    "chat.chat.timezoneWorkingHours must be a time zone: there is no time zone "
	    "\"Europe/Madird\"" },
	{ "a zone as PHP would take it", "conf/custom/chat.cfg",
	    "chat = { timezoneWorkingHours = \"europe/madrid\"; };",
	    "conf/custom/chat.cfg:1", "they have names such as \"Europe/Madrid\"" },
	{ "a folder of zones", "conf/custom/chat.cfg",
	    "chat = { timezoneWorkingHours = \"Europe\"; };", "conf/custom/chat.cfg:1",
	    "there is no time zone \"Europe\"" },
	{ "no zone", "conf/custom/chat.cfg", "chat = { timezoneWorkingHours = \"\"; };",
	    "conf/custom/chat.cfg:1", "must be a time zone" },
	{ "a quoted truth", "conf/custom/chat.cfg", "chat = { enabled = \"true\"; };",
	    "conf/custom/chat.cfg:1", "must be true or false, without quotes" },
	{ "a number for a text", "conf/custom/api.cfg", "key = 12345;",
	    "conf/custom/api.cfg:1", "api.key must be a text in double quotes" },
	{ "below the range", "conf/custom/server.cfg", "\n\nworkers = 0;",
	    "conf/custom/server.cfg:3",
	    "server.workers is 0, must be 1 to 4096 (requests that are worked on" },
	{ "above 32 bits", "conf/custom/server.cfg", "workers = 3000000000;",
	    "conf/custom/server.cfg:1", "server.workers is 3000000000, must be" },
	{ "what 32 bits would make of it", "conf/custom/server.cfg",
	    "workers = 4294967297;", "conf/custom/server.cfg:1", "is 4294967297" },
	{ "above 64 bits", "conf/custom/server.cfg", "workers = 99999999999999999999;",
	    "conf/custom/server.cfg:1", "64 bits" },
	{ "no such word", "conf/custom/log.cfg", "level = \"loud\";",
	    "conf/custom/log.cfg:1", "log.level must be error, warn, info or debug" },
	{ "a word's beginning", "conf/custom/log.cfg", "level = \"inf\";",
	    "conf/custom/log.cfg:1", "must be" },
	{ "two words", "conf/custom/log.cfg", "level = \"info debug\";",
	    "conf/custom/log.cfg:1", "must be" },
	{ "no such language", "conf/custom/conversation.cfg",
	    "default = { lang = \"xx\"; };", "conf/custom/conversation.cfg:1",
	    "conversation.default.lang must be ca, de" },
	{ "a relative path", "conf/custom/store.cfg", "path = \"tmp/x\";",
	    "conf/custom/store.cfg:1", "must be an absolute path" },
	{ "no URL", "conf/custom/api.cfg", "url = \"api.inbenta.io\";",
	    "conf/custom/api.cfg:1", "api.url must begin with https://" },
	{ "another scheme", "conf/custom/api.cfg", "url = \"file:///etc/passwd\";",
	    "conf/custom/api.cfg:1", "must begin with https://" },
	{ "no host", "conf/custom/api.cfg", "url = \"https://\";",
	    "conf/custom/api.cfg:1", "is no URL" },
	{ "a bad port", "conf/custom/api.cfg", "url = \"https://x:99999\";",
	    "conf/custom/api.cfg:1", "is no URL" },
	{ "a query", "conf/custom/api.cfg", "url = \"https://x/?a\";",
	    "conf/custom/api.cfg:1", "must not have a query" },
	{ "a user", "conf/custom/api.cfg", "url = \"https://u:p@x/\";",
	    "conf/custom/api.cfg:1", "must not name a user" },
	{ "a blank in a URL", "conf/custom/api.cfg", "url = \"https://x/a b\";",
	    "conf/custom/api.cfg:1", "plain ASCII" },
	{ "http to elsewhere", "conf/custom/api.cfg", "url = \"http://example.com\";",
	    "conf/custom/api.cfg:1", "server.allow_http" },
	{ "http to a name like loopback", "conf/custom/api.cfg",
	    "url = \"http://127.0.0.1.example.com\";", "conf/custom/api.cfg:1",
	    "server.allow_http" },
	{ "a fragment", "conf/custom/twilio.cfg", "webhook_url = \"https://x/y#z\";",
	    "conf/custom/twilio.cfg:1", "must not have a fragment" },
	{ "a line break in a text", "conf/custom/api.cfg", "key = \"a\\nb\";",
	    "conf/custom/api.cfg:1", "control character" },
	{ "bytes by escape", "conf/custom/api.cfg", "key = \"a\\xff\";",
	    "conf/custom/api.cfg:1", "is not UTF-8" },
	{ "the mask of a dump", "conf/custom/api.cfg", "secret = \"***\";",
	    "conf/custom/api.cfg:1", "is the mask of a dump" },
	{ "an alias and its key", "conf/custom/chat.cfg",
	    "messenger = { auth_url = \"https://x\";\nauht_url = \"https://x\"; };",
	    "conf/custom/chat.cfg:2", "is set already, at conf/custom/chat.cfg:1" },
	{ "a file of a plain key", "conf/custom/api.cfg", "url_file = \"/x\";",
	    "conf/custom/api.cfg:1", "unknown key api.url_file" },
	{ "a list of numbers", "conf/custom/commands.cfg",
	    "allowed_numbers = [ 34600111222L ];", "conf/custom/commands.cfg:1",
	    "item 1 must be a text" },
	{ "a text for a list", "conf/custom/commands.cfg",
	    "allowed_numbers = \"+34600111222\";", "conf/custom/commands.cfg:1",
	    "must be a list of texts" },
	{ "redis", "conf/custom/store.cfg", "backend = \"redis\";",
	    "conf/custom/store.cfg:1", "not built yet: set \"file\"" },
	{ "no such file", "conf/custom/server.cfg", "ca_file = \"/nonexistent/ca\";",
	    "conf/custom/server.cfg:1", "cannot be read" },
	{ "unknown file", "conf/custom/twillio.cfg", "a = 1;",
	    "conf/custom/twillio.cfg", "did you mean twilio.cfg?" },
	{ "unknown file, nothing near", "conf/custom/zebra.cfg", "",
	    "conf/custom/zebra.cfg", "is no configuration file" },
	{ "a copy", "conf/custom/api.old.cfg", "", "conf/custom/api.old.cfg",
	    "is no configuration file" },
	{ "a syntax error", "conf/custom/api.cfg", "key = \"x\";\nsecret => \"y\";",
	    "conf/custom/api.cfg:2", "syntax error: write name = value" },
	{ "a start key in a folder", "conf/development/server.cfg", "workers = 8;",
	    "conf/development/server.cfg:1", "set it in conf/custom/server.cfg" },
	{ "a global key in a folder", "conf/production/log.cfg", "level = \"warn\";",
	    "conf/production/log.cfg:1", "one for the whole program" },
	{ "a rule in a folder", "conf/production/environments.cfg",
	    "fixed = \"development\";", "conf/production/environments.cfg:1",
	    "one for the whole program" },
	{ "an error in an unused environment", "conf/development/api.cfg",
	    "timeout_ms = 1;", "conf/development/api.cfg:1", "must be 50 to" },
};

Test(cfg_load, one_error_each)
{
	for (size_t i = 0; i < NELEMS(mistakes); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		const struct conf_finding *f;

		conf_root_put(&root, mistakes[i].file, mistakes[i].text);
		cr_expect_null(
		    load_with(&root, least_environ(), &r), "%s", mistakes[i].name);
		cr_expect_eq(r.errors, 1, "%s: %zu errors", mistakes[i].name, r.errors);
		f = first_finding(&r, CONF_ERROR);
		cr_assert_not_null(f, "%s", mistakes[i].name);
		cr_expect_str_eq(f->where, mistakes[i].where, "%s", mistakes[i].name);
		cr_expect_not_null(strstr(f->text, mistakes[i].says), "%s: %s",
		    mistakes[i].name, f->text);
	}
}

/* Ratings and hours: their own notations. */
static const struct {
	const char *name, *file, *text, *says; /* NULL: good */
} lists[] = {
	{ "ratings", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 7; label = \"yes\"; } ); };",
	    NULL },
	{ "no id", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { label = \"yes\"; } ); };",
	    "item 1 has no id" },
	{ "same ids", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 1; label = \"yes\"; },"
	    " { id = 1; label = \"no\"; } ); };",
	    "items 1 and 2 have the same id" },
	{ "a member misspelt", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 1; label = \"yes\";"
	    " isnegative = true; } ); };",
	    "unknown member isnegative (did you mean isNegative?)" },
	{ "a label with blanks", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 1; label = \"Yes, it did\"; } ); };",
	    "name of a label" },
	{ "texts instead of groups", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( \"yes\" ); };", "must be a group" },
	{ "comment as a number", "conf/custom/conversation.cfg",
	    "content_ratings = { ratings = ( { id = 1; label = \"yes\";"
	    " comment = 1; } ); };",
	    "comment must be true or false" },
	{ "hours", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"09:00-13:00\", \"14:00-24:00\" ]; }; };",
	    NULL },
	{ "to midnight and no further", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"22:00-02:00\" ]; }; };", NULL },
	{ "no zero in front", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"9:00-13:00\" ]; }; };",
	    "item 1 must be hours" },
	{ "no such hour", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"09:00-24:01\" ]; }; };",
	    "must be hours" },
	{ "begins at 24:00", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"24:00-24:00\" ]; }; };",
	    "must be hours" },
	{ "wrong room", "conf/custom/log.cfg", "rooms = [ \"htpp=debug\" ];",
	    "item 1: \"htpp\": is no room (did you mean http?)" },
	{ "room like none", "conf/custom/log.cfg", "rooms = [ \"kitchen=debug\" ];",
	    "is no room; those are base, conf, http," },
	{ "wrong level of a room", "conf/custom/log.cfg",
	    "rooms = [ \"web=debug\", \"http=loud\" ];",
	    "item 2: the level behind http= must be error, warn, info or debug" },
	{ "room without a level", "conf/custom/log.cfg", "rooms = [ \"http\" ];",
	    "item 1: must be a room and its level, such as \"http=debug\"" },
	{ "room twice", "conf/custom/log.cfg",
	    "rooms = [ \"http=debug\", \"web=warn\", \"http=warn\" ];",
	    "items 1 and 3 name the same room" },
	{ "overlap", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"09:00-13:00\", \"12:59-15:00\" ]; }; };",
	    "items 1 and 2 overlap" },
	{ "overlap of a night", "conf/custom/chat.cfg",
	    "chat = { timetable = { monday = [ \"22:00-02:00\", \"23:00-23:30\" ]; }; };",
	    "items 1 and 2 overlap" },
	{ "exceptions", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"2028-02-29\";"
	    " hours = [ \"09:00-12:00\" ]; }, { date = \"12-25\"; hours = [ ]; } ); }; };",
	    NULL },
	{ "no such day", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"2026-02-29\";"
	    " hours = [ ]; } ); }; };",
	    "date must be a day" },
	{ "no such month", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"13-01\"; hours = [ ]; } ); }; };",
	    "date must be a day" },
	{ "the same date twice", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"12-24\"; hours = [ ]; },"
	    " { date = \"2026-12-24\"; hours = [ ]; },"
	    " { date = \"12-24\"; hours = [ \"09:00-12:00\" ]; } ); }; };",
	    "items 1 and 3 have the same date" },
	{ "a year without a number", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"0000-01-01\";"
	    " hours = [ ]; } ); }; };",
	    "date must be a day" },
	{ "bad hours of a day", "conf/custom/chat.cfg",
	    "chat = { timetable = { exceptions = ( { date = \"12-24\";"
	    " hours = [ \"x\" ]; } ); }; };",
	    "item 1, hours: item 1 must be hours" },
};

Test(cfg_load, lists_of_groups)
{
	for (size_t i = 0; i < NELEMS(lists); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		struct conf *c;

		conf_root_put(&root, lists[i].file, lists[i].text);
		c = load_with(&root, least_environ(), &r);
		cr_expect_eq(c != NULL, lists[i].says == NULL, "%s", lists[i].name);
		conf_unref(c);
		if (lists[i].says != NULL)
			cr_expect_not_null(finding_with(&r, CONF_ERROR, lists[i].says),
			    "%s: %s", lists[i].name,
			    r.n > 0 ? r.findings[0].text : "nothing");
	}
}

Test(cfg_load, all_errors_at_once)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	conf_root_put(
	    &root, "conf/custom/api.cfg", "sercet = \"x\";\ntimeout_ms = 1;\n");
	conf_root_put(&root, "conf/custom/log.cfg", "level = ;\nformat = ;\n");
	conf_root_put(&root, "conf/custom/chat.cfg", "chat = { enabled = 1; };\n");
	cr_expect_null(load_with(&root, NULL, &r));
	/* Two of api.cfg, one syntax error, one of chat.cfg, and no api.key and secret. */
	cr_expect_eq(r.errors, 6, "%zu", r.errors);
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "api.sercet"));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "api.timeout_ms is 1"));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "chat.chat.enabled"));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "syntax error"));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "api.key is empty"));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "api.secret is empty"));
}

Test(cfg_load, a_broken_file_is_not_also_called_empty)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	conf_root_put(&root, "conf/custom/api.cfg", "key = \"k\";\nsecret = 's';\n");
	cr_expect_null(load_with(&root, NULL, &r));
	cr_expect_eq(r.errors, 1);
}

Test(cfg_load, no_key_says_which_file_to_fill)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	cr_expect_null(load_with(&root, NULL, &r));
	cr_expect_eq(r.errors, 2);
	cr_expect_str_eq(r.findings[0].where, "conf/custom/api.cfg");
	/* What start only warns of is there, too, and a note. */
	cr_expect_not_null(
	    finding_with(&r, CONF_WARNING, "twilio.credentials.sid is empty"));
	cr_expect_not_null(
	    finding_with(&r, CONF_WARNING, "twilio.credentials.auth_token is empty"));
	cr_expect_not_null(finding_with(&r, CONF_NOTE, "twilio.webhook_url is empty"));
}

Test(cfg_load, no_such_root)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = tmpdir_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };

	cr_expect_null(load_with(&root, least_environ(), &r));
	cr_assert_eq(r.errors, 2, "%zu: the folder and the language", r.errors);
	cr_expect_str_eq(r.findings[0].where, "conf/default");
	cr_expect_not_null(strstr(r.findings[0].text, root.path));
	cr_expect_str_eq(r.findings[1].where, "lang/en.cfg");
}

Test(cfg_load, defaults_must_be_whole)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = tmpdir_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	const struct conf_finding *f;

	conf_root_link(&root, TOP_SRCDIR "/lang", "lang");
	conf_root_put(&root, "conf/default/log.cfg", "level = \"info\";");
	conf_root_put(&root, "conf/default/sms.cfg", "transliterate = 3;");
	cr_expect_null(load_with(&root, least_environ(), &r));
	f = finding_with(&r, CONF_ERROR, "lacks a good value of log.format");
	cr_assert_not_null(f);
	cr_expect_str_eq(f->where, "conf/default/log.cfg");
	cr_expect_not_null(
	    finding_with(&r, CONF_ERROR, "sms.transliterate must be true"));
	f = finding_with(&r, CONF_ERROR, "is missing: install it again");
	cr_assert_not_null(f);
	cr_expect_str_eq(f->where, "conf/default/api.cfg");
}

Test(cfg_load, groups_merge_and_lists_are_replaced)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	const struct cfg *prod, *dev;
	const struct cfg_rating *ratings;
	struct conf *c;

	conf_root_put(&root, "conf/custom/conversation.cfg",
	    "default = { answers = { answerAttributes = [ \"A\", \"B\" ]; maxOptions = 5; }; };\n"
	    "content_ratings = { ratings = ( { id = 9; label = \"yes\"; comment = true; } ); };");
	conf_root_put(&root, "conf/development/conversation.cfg",
	    "default = { answers = { answerAttributes = [ ]; }; lang = \"es\"; };");
	conf_root_put(&root, "conf/custom/environments.cfg",
	    "development = { type = \"http_host\"; regex = \"/^dev/\"; };");
	c = load_good(&root, least_environ());
	prod = conf_cfg(c, CONF_PRODUCTION);
	dev = conf_cfg(c, CONF_DEVELOPMENT);

	cr_expect_eq(
	    cfg_len(prod, CFG_CONVERSATION_DEFAULT_ANSWERS_ANSWERATTRIBUTES), 2);
	cr_expect_str_eq(
	    cfg_item(prod, CFG_CONVERSATION_DEFAULT_ANSWERS_ANSWERATTRIBUTES, 1), "B");
	cr_expect_eq(
	    cfg_len(dev, CFG_CONVERSATION_DEFAULT_ANSWERS_ANSWERATTRIBUTES), 0);
	cr_expect_eq(cfg_int(prod, CFG_CONVERSATION_DEFAULT_ANSWERS_MAXOPTIONS), 5);
	cr_expect_eq(cfg_int(dev, CFG_CONVERSATION_DEFAULT_ANSWERS_MAXOPTIONS), 5);
	cr_expect_eq(
	    cfg_int(prod, CFG_CONVERSATION_DEFAULT_ANSWERS_MAXRELATEDCONTENTS), 2);
	cr_expect(
	    cfg_bool(prod, CFG_CONVERSATION_DEFAULT_ANSWERS_SKIPLASTCHECKQUESTION));
	cr_expect_str_eq(cfg_str(prod, CFG_CONVERSATION_DEFAULT_LANG), "en");
	cr_expect_str_eq(cfg_str(dev, CFG_CONVERSATION_DEFAULT_LANG), "es");
	cr_assert_eq(cfg_ratings(prod, &ratings), 1);
	cr_expect_eq(ratings[0].id, 9);
	cr_expect_str_eq(ratings[0].label, "yes");
	cr_expect(ratings[0].comment);
	cr_expect_not(ratings[0].is_negative);
	conf_unref(c);
}

Test(cfg_load, aliases_and_other_notations)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	const struct cfg *cfg;
	struct conf *c;

	conf_root_put(&root, "conf/custom/api.cfg",
	    "url = \"https://api.example.com//\"; messenger = { key = \"mk\"; };");
	conf_root_put(&root, "conf/custom/chat.cfg",
	    "chat = { queue = 4; surveyId = 12; version = 1; };\n"
	    "messenger = { auht_url = \"http://localhost:8080/x/\"; };");
	conf_root_put(&root, "conf/production/chat.cfg",
	    "chat = { queue = { active = true; }; };");
	conf_root_put(&root, "conf/custom/twilio.cfg",
	    "webhook_url = \"http://u:p@bot.example.com/x/?a=b\";");
	c = load_good(&root, least_environ());
	cfg = conf_cfg(c, CONF_PRODUCTION);
	cr_expect_str_eq(cfg_str(cfg, CFG_API_URL), "https://api.example.com");
	cr_expect_str_eq(cfg_str(cfg, CFG_CHAT_MESSENGER_KEY), "mk");
	cr_expect_str_eq(
	    cfg_str(cfg, CFG_CHAT_MESSENGER_AUTH_URL), "http://localhost:8080/x");
	cr_expect_eq(cfg_int(cfg, CFG_CHAT_CHAT_QUEUE_ID), 4);
	cr_expect(cfg_bool(cfg, CFG_CHAT_CHAT_QUEUE_ACTIVE));
	cr_expect_str_eq(cfg_str(cfg, CFG_CHAT_CHAT_SURVEYID), "12");
	cr_expect_str_eq(
	    cfg_str(cfg, CFG_TWILIO_WEBHOOK_URL), "http://u:p@bot.example.com/x/?a=b");
	conf_unref(c);
}

Test(cfg_load, http_is_for_loopback)
{
	static const struct {
		const char *url;
		bool allow, good;
	} t[] = {
		{ "http://127.0.0.1:8080", false, true },
		{ "http://127.9.9.9", false, true },
		{ "http://localhost:1/a", false, true },
		{ "http://LOCALHOST", false, true },
		{ "http://[::1]:8080", false, true },
		{ "http://[0:0:0:0:0:0:0:1]:8080", false, true },
		{ "HTTP://127.0.0.1", false, true },
		{ "http://10.0.0.1", false, false },
		{ "http://localhost.example.com", false, false },
		{ "http://[::2]", false, false },
		{ "http://10.0.0.1", true, true },
		{ "https://10.0.0.1", false, true },
		{ "HTTPS://api.example.com", false, true },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
		CLEANUP(conf_report_fini) struct conf_report r = { 0 };
		char text[200];
		struct conf *c;

		snprintf(text, sizeof(text), "url = \"%s\";", t[i].url);
		conf_root_put(&root, "conf/custom/api.cfg", text);
		if (t[i].allow)
			conf_root_put(
			    &root, "conf/custom/server.cfg", "allow_http = true;");
		c = load_with(&root, least_environ(), &r);
		cr_expect_eq(c != NULL, t[i].good, "%s", t[i].url);
		conf_unref(c);
	}
}

Test(cfg_load, strays_in_the_folder)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new();
	CLEANUP(conf_report_fini) struct conf_report r = { 0 };
	struct conf *c;

	conf_root_put(&root, "conf/custom/README", "not for us");
	conf_root_put(&root, "conf/custom/api.cfg~", "not = for us");
	conf_root_put(&root, "conf/custom/.api.cfg.swp", "\xff");
	conf_root_put(&root, "conf/custom/api.php", "<?php return [];");
	c = load_with(&root, least_environ(), &r);
	cr_assert_not_null(c);
	conf_unref(c);
	cr_expect_str_eq(first_finding(&r, CONF_WARNING)->where, "conf/custom/api.php");

	conf_root_link(&root, "/nonexistent", "conf/custom/log.cfg");
	cr_expect_null(load_with(&root, least_environ(), &r));
	cr_expect_not_null(finding_with(&r, CONF_ERROR, "dead link"));
}
