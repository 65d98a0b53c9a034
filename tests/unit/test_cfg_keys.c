/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "conf/conf_inner.h"
#include "conf/keys.h"
#include "conf/nearest.h"
#include "support/leaks.h"
#include "unit/test_cfg.h"

TestSuite(cfg_keys, .fini = no_leaks);

Test(cfg_keys, every_row_is_found_by_its_names)
{
	char variable[128];

	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct key_row *row = &key_rows[i];

		cr_assert_not_null(row->key, "row %zu", i);
		cr_expect_eq(key_find(row->key), i, "%s", row->key);
		cr_assert(
		    key_variable(row->key, variable, sizeof(variable)), "%s", row->key);
		cr_expect_eq(key_find_variable(variable), i, "%s", variable);
		cr_expect(strlen(row->help) > 5, "%s has a help text", row->key);
	}
}

Test(cfg_keys, flags_do_not_contradict)
{
	for (size_t i = 0; i < CFG_KEYS; i++) {
		unsigned f = key_rows[i].flags;

		cr_expect(!(f & KEY_NOEFFECT && f & KEY_LATER), "%s", key_rows[i].key);
		cr_expect(!(f & KEY_START && f & KEY_PROCESS), "%s", key_rows[i].key);
		if (f & KEY_SECRET)
			cr_expect_eq(key_rows[i].type, KEY_TEXT, "%s", key_rows[i].key);
		if (key_rows[i].type == KEY_INT)
			cr_expect_lt(key_rows[i].lowest, key_rows[i].highest, "%s",
			    key_rows[i].key);
		if (key_rows[i].type == KEY_WORD)
			cr_expect_not_null(key_rows[i].words, "%s", key_rows[i].key);
	}
}

Test(cfg_keys, names)
{
	static const struct {
		const char *name;
		enum cfg_key want;
	} t[] = {
		{ "chat.chat.appId", CFG_CHAT_CHAT_APPID },
		{ "chat.messenger.auht_url", CFG_CHAT_MESSENGER_AUTH_URL },
		{ "api.messenger.webhook_secret", CFG_CHAT_MESSENGER_WEBHOOK_SECRET },
		{ "chat.chat.queue", CFG_CHAT_CHAT_QUEUE_ID },
		{ "chat.chat.appid", CFG_KEYS },
		{ "chat", CFG_KEYS },
		{ "", CFG_KEYS },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(key_find(t[i].name), t[i].want, "%s", t[i].name);
	cr_expect_eq(key_find_secret_file("api.key_file"), CFG_API_KEY);
	cr_expect_eq(
	    key_find_secret_file("api.messenger.key_file"), CFG_CHAT_MESSENGER_KEY);
	cr_expect_eq(key_find_secret_file("api.url_file"), CFG_KEYS, "not a secret");
	cr_expect_eq(key_find_secret_file("_file"), CFG_KEYS);
	cr_expect(key_is_group("chat.chat"));
	cr_expect(key_is_group("api.messenger"), "a group of aliases");
	cr_expect_not(key_is_group("chat.cha"));
	cr_expect_not(key_is_group("api.key"));
}

Test(cfg_keys, nearest)
{
	static const struct {
		const char *name, *want; /* "" when nothing is near */
	} t[] = {
		{ "api.sercet", "api.secret" },
		{ "api.ky", "api.key" },
		{ "twilio.webhookurl", "twilio.webhook_url" },
		{ "twilio.webhook_ulr", "twilio.webhook_url" },
		{ "twilio.auth_token", "twilio.credentials.auth_token" },
		{ "chat.chat.appid", "chat.chat.appId" },
		{ "chat.caht", "chat.chat" },
		{ "conversation.defautl", "conversation.default" },
		{ "twillio", "twilio" },
		{ "enviroments", "environments" },
		{ "api.completely_different", "" },
		{ "x", "" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		char near[NEAREST_LONGEST + 1] = "";
		bool found = key_nearest(t[i].name, near, sizeof(near));

		cr_expect_eq(found, t[i].want[0] != '\0', "%s", t[i].name);
		cr_expect_str_eq(near, t[i].want, "%s", t[i].name);
	}
}

Test(cfg_keys, distance)
{
	static const struct {
		const char *a, *b;
		size_t want;
	} t[] = {
		{ "", "", 0 },
		{ "abc", "abc", 0 },
		{ "abc", "ABC", 0 },
		{ "abc", "acb", 1 },
		{ "abc", "ab", 1 },
		{ "abc", "abcd", 1 },
		{ "abc", "axc", 1 },
		{ "abc", "", 3 },
		{ "kitten", "sitting", 3 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_eq(nearest_distance(t[i].a, t[i].b), t[i].want, "%s %s",
		    t[i].a, t[i].b);
		cr_expect_eq(nearest_distance(t[i].b, t[i].a), t[i].want, "%s %s",
		    t[i].b, t[i].a);
	}
}

/* What tools/check-keys cannot read: the values behind the names. */
Test(cfg_keys, shipped_files_hold_the_defaults_of_the_table)
{
	CLEANUP(tmpdir_fini) struct tmpdir root = conf_root_new(), bare = tmpdir_new();
	struct conf_opts opts = { .root = bare.path };
	struct conf_report report = { 0 };
	struct conf *shipped = load_good(&root, least_environ());
	struct conf *table = conf_build(&opts, &report); /* no files at all */

	for (size_t i = 0; i < CFG_KEYS; i++) {
		const struct value *have = &shipped->cfg[CONF_PRODUCTION].v[i];
		const struct value *want = &table->cfg[CONF_PRODUCTION].v[i];

		if (i == CFG_API_KEY || i == CFG_API_SECRET)
			continue; /* given, so that it loads: their files are "" */
		cr_expect(
		    value_equal(have, want, key_rows[i].type), "%s", key_rows[i].key);
		cr_expect_str_eq(want->origin, "built in", "%s", key_rows[i].key);
		cr_expect_eq(strncmp(have->origin, "conf/default/", 13), 0, "%s",
		    key_rows[i].key);
	}
	conf_unref(table);
	conf_unref(shipped);
	conf_report_fini(&report);
}
