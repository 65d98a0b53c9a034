/* SPDX-License-Identifier: Apache-2.0 */
/* Inbenta's three products: the bot, live agents, the office. No conversation is begun. */
#include "config.h"

#include <string.h>

#include "agent/agent_hyperchat.h"
#include "agent/tickets_messenger.h"
#include "base/clock.h"
#include "base/js.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "ctl/online.h"
#include "hyperchat/agents.h"
#include "hyperchat/call.h"
#include "hyperchat/users.h"
#include "inbenta/auth.h"
#include "inbenta/call.h"
#include "inbenta/extra.h"
#include "inbenta/profile.h"
#include "messenger/call.h"
#include "messenger/timetable.h"

static bool
is_empty(const struct online *o, enum cfg_key key)
{
	return *cfg_str(o->cfg, key) == '\0';
}

/* The texts that the instance has in the bot's language, and in how many others. */
static void
count_texts(struct online *o, const char *who, js *answer)
{
	const char *lang = cfg_str(o->cfg, CFG_CONVERSATION_DEFAULT_LANG);
	struct inbenta_extra *extra = inbenta_extra_new(answer);
	size_t n = 0;

	for (size_t i = 0; i < extra->n; i++)
		n += strcmp(extra->texts[i].lang, lang) == 0;
	if (extra->n > 0 && n == 0)
		online_warn(o, who,
		    "its app data (group %s) has %zu texts and none of them in %s, which is "
		    "conversation.default.lang: lang/%s.cfg is used as it is",
		    INBENTA_EXTRA_GROUP, extra->n, lang, lang);
	else
		online_good(o, who,
		    "app data (group %s) read: %zu texts in %s over those of lang/%s.cfg",
		    INBENTA_EXTRA_GROUP, n, lang, lang);
	inbenta_extra_free(extra);
}

static void
read_app_data(struct online *o, const char *who, const struct inbenta_call *c)
{
	struct inbenta_talk t = { .c = c };
	const struct inbenta_request q = { .what = "inbenta app data",
		.path = "/v1/app/data/" INBENTA_EXTRA_GROUP "?name=",
		.max_bytes = LIMIT_SETUP_BYTES,
		.spare_token = true };
	CLEANUP(js_putp) js *root = NULL;
	struct err e = { 0 };

	switch (inbenta_call_do(&t, &q, &root, &e)) {
	case INBENTA_CALL_GOOD:
		count_texts(o, who, root);
		return;
	case INBENTA_CALL_SLOW:
		online_away(
		    o, who, "%s: its gateway ran out of time: try again", q.what);
		return;
	default:
		break;
	}
	if (e.code == 404)
		online_good(o, who,
		    "has no app data of the group %s: the texts of lang/ are used as they "
		    "are",
		    INBENTA_EXTRA_GROUP);
	else
		online_failed(o, who, "api.url", &e);
}

void
online_inbenta(struct online *o)
{
	static const char who[] = "online: Inbenta Chatbot";
	const struct inbenta_account account = inbenta_account_of(o->cfg);
	const struct inbenta_call call = {
		.http = o->http,
		.auth = inbenta_auth_new(NULL, &clock_system),
		.account = &account,
		.clock = &clock_system,
		.arena = o->arena,
		.until_ms = online_until(),
	};
	struct inbenta_access access;
	struct err e = { 0 };

	if (inbenta_auth_get(
		call.auth, o->http, &account, call.until_ms, o->arena, &access, &e)) {
		online_good(o, who, "key and secret are accepted; the bot is at %s",
		    access.chatbot);
		read_app_data(o, who, &call);
	} else {
		online_failed(o, who, "api.url", &e);
	}
	inbenta_auth_free(call.auth);
}

static void
ask_hyperchat(struct online *o, const char *who, const struct hyperchat_call *c)
{
	static const char key[] = "chat.chat.server";
	const struct hyperchat_room room = {
		.id = cfg_int(o->cfg, CFG_CHAT_CHAT_ROOMID),
		.lang = cfg_str(o->cfg, CFG_CHAT_CHAT_LANG),
	};
	struct hyperchat_user nobody;
	bool queue = false, any = false;
	struct err e = { 0 };

	if (!hyperchat_queue_mode(c, &queue, &e)) {
		if (e.kind == ERR_DENIED)
			online_wrong(o, who, "%s: mend chat.chat.appId", e.text);
		else
			online_failed(o, who, key, &e);
	} else if (!hyperchat_user_find(c, "botline-check", &nobody, &e)) {
		/* The first call for which the secret is needed. */
		if (e.kind == ERR_DENIED)
			online_wrong(o, who, "%s: mend chat.chat.secret", e.text);
		else
			online_failed(o, who, key, &e);
	} else if (!hyperchat_agents_online(c, &room, &any, &e)) {
		online_failed(o, who, key, &e);
	} else {
		online_good(o, who,
		    "app id and secret are accepted; %s waits in line, and %s in room %lld "
		    "now",
		    queue ? "a user" : "nobody",
		    any ? "agents are there" : "no agent is there", (long long)room.id);
	}
}

void
online_hyperchat(struct online *o)
{
	static const char who[] = "online: HyperChat";
	struct hyperchat_account account;
	struct hyperchat_call call = { .http = o->http,
		.account = &account,
		.clock = &clock_system,
		.arena = o->arena,
		.until_ms = online_until() };
	struct err e = { 0 };

	if (!cfg_bool(o->cfg, CFG_CHAT_CHAT_ENABLED))
		return;
	if (agent_hyperchat_account(o->arena, o->cfg, &account, &e))
		ask_hyperchat(o, who, &call);
	else
		online_wrong(o, who, "%s", e.text);
}

/* The access token of Messenger's calls. */
struct office_login {
	struct inbenta_auth *auth;
	const struct inbenta_account *account;
};

static bool
get_access(const struct messenger_call *c, const char *refused,
    struct messenger_access *out, struct err *e)
{
	const struct office_login *login = c->arg;
	struct inbenta_access got;

	if (refused != NULL)
		inbenta_auth_refused(login->auth, login->account, refused);
	if (!inbenta_auth_get(
		login->auth, c->http, login->account, c->until_ms, c->arena, &got, e))
		return false;
	*out = (struct messenger_access){ .token = got.token, .base = got.ticketing };
	return true;
}

void
online_messenger(struct online *o)
{
	static const char who[] = "online: Messenger";
	const struct inbenta_account account = tickets_messenger_account(o->cfg);
	struct office_login login = { .account = &account };
	struct messenger_call call = { .http = o->http,
		.key = account.key,
		.name = account.name,
		.get_access = get_access,
		.arg = &login,
		.arena = o->arena,
		.until_ms = online_until() };
	CLEANUP(js_putp) js *timetable = NULL;
	struct err e = { 0 };

	if (is_empty(o, CFG_CHAT_MESSENGER_KEY) ||
	    is_empty(o, CFG_CHAT_MESSENGER_SECRET))
		return;
	login.auth = inbenta_auth_new(NULL, &clock_system);
	if (messenger_timetable_get(&call, &timetable, &e))
		online_good(o, who, "key and secret are accepted");
	else
		online_failed(o, who, account.url_key, &e);
	inbenta_auth_free(login.auth);
}
