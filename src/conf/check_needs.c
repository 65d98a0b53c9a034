/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration may be in want of: a table, and a look for each of its rows. */
#include "config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/zone.h"
#include "conf/check_needs.h"
#include "conf/url.h"

enum { SHORT_TOKEN = 16 }; /* bytes */

static bool
is_empty(const struct cfg *c, enum cfg_key key)
{
	return *cfg_str(c, key) == '\0';
}

static bool
lacks_text(const struct cfg *c, enum cfg_key key)
{
	return is_empty(c, key);
}

static bool
lacks_proof(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_TWILIO_VALIDATE_SIGNATURE) && is_empty(c, key);
}

static bool
is_off(const struct cfg *c, enum cfg_key key)
{
	return !cfg_bool(c, key);
}

/* Each message waits for the one before, which those of a reply cannot. */
static bool
is_outdone(const struct cfg *c, enum cfg_key key)
{
	return strcmp(cfg_str(c, key), "twiml") == 0 &&
	    strcmp(cfg_str(c, CFG_DELIVERY_ORDER), "confirmed") == 0;
}

static bool
is_on(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, key);
}

/* Agents are wanted, and this is missing for them. */
static bool
lacks_for_agents(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) && is_empty(c, key);
}

/* Webhooks about tickets are let in, and nobody's phone can be asked for. */
static bool
lacks_for_replies(const struct cfg *c, enum cfg_key key)
{
	return is_empty(c, key) && is_empty(c, CFG_CHAT_MESSENGER_SECRET) &&
	    !is_empty(c, CFG_CHAT_MESSENGER_WEBHOOK_SECRET);
}

static bool
has_two_surveys(const struct cfg *c, enum cfg_key key)
{
	return !is_empty(c, key) && cfg_bool(c, CFG_CHAT_CHAT_SURVEY_ACTIVE) &&
	    cfg_int(c, CFG_CHAT_CHAT_SURVEY_ID) > 0;
}

/* Not one hour in any week or on any day of its own. */
static bool
has_no_hours(const struct cfg *c)
{
	const struct cfg_exception *days;
	size_t n = cfg_exceptions(c, &days);

	for (int key = CFG_CHAT_CHAT_TIMETABLE_MONDAY;
	     key <= CFG_CHAT_CHAT_TIMETABLE_SUNDAY; key++)
		if (cfg_len(c, (enum cfg_key)key) > 0 || c->v[key].bad)
			return false;
	for (size_t i = 0; i < n; i++)
		if (days[i].n_hours > 0)
			return false;
	return !c->v[CFG_CHAT_CHAT_TIMETABLE_EXCEPTIONS].bad;
}

static bool
is_never_open(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) && cfg_bool(c, key) &&
	    is_empty(c, CFG_CHAT_MESSENGER_KEY) && has_no_hours(c);
}

/* One half of Messenger's credentials is of no use. */
static bool
lacks_other_half(const struct cfg *c, enum cfg_key key)
{
	const enum cfg_key other = key == CFG_CHAT_MESSENGER_KEY
	    ? CFG_CHAT_MESSENGER_SECRET
	    : CFG_CHAT_MESSENGER_KEY;

	return is_empty(c, key) && !is_empty(c, other);
}

static bool
hears_no_replies(const struct cfg *c, enum cfg_key key)
{
	return is_empty(c, key) && !is_empty(c, CFG_CHAT_MESSENGER_KEY);
}

static bool
asks_without_office(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, key) && is_empty(c, CFG_CHAT_MESSENGER_KEY);
}

static bool
has_no_room(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) && cfg_int(c, key) == 0;
}

/* The port that somebody has set is not the one that counts. */
static bool
is_port_unused(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) && !c->v[key].shipped &&
	    cfg_int(c, key) != 443 && url_has_port(cfg_str(c, CFG_CHAT_CHAT_SERVER));
}

static bool
is_unsigned(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) &&
	    strcmp(cfg_str(c, key), "off") == 0;
}

/* No way for a secret to come in, but one that was stored before. */
static bool
hears_no_secret(const struct cfg *c, enum cfg_key key)
{
	return cfg_bool(c, CFG_CHAT_CHAT_ENABLED) &&
	    strcmp(cfg_str(c, key), "never") == 0 &&
	    is_empty(c, CFG_CHAT_CHAT_WEBHOOK_SECRET) &&
	    !is_unsigned(c, CFG_CHAT_CHAT_WEBHOOK_SIGNATURE);
}

/* What waits is answered by a message of its own. */
static bool
joins_in_vain(const struct cfg *c, enum cfg_key key)
{
	return cfg_int(c, key) > 0 &&
	    (is_empty(c, CFG_TWILIO_CREDENTIALS_SID) ||
		is_empty(c, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN));
}

static bool
is_redis(const struct cfg *c, enum cfg_key key)
{
	return strcmp(cfg_str(c, key), "redis") == 0;
}

/* AC and 32 hex digits: Twilio, "SID". */
static bool
is_strange_sid(const struct cfg *c, enum cfg_key key)
{
	const char *s = cfg_str(c, key);

	if (*s == '\0')
		return false;
	if (strncmp(s, "AC", 2) != 0 || strlen(s) != 34)
		return true;
	for (s += 2; *s != '\0'; s++)
		if (!isxdigit((unsigned char)*s))
			return true;
	return false;
}

/* Numbers as Twilio writes them, E.164, perhaps behind "whatsapp:". */
static bool
has_strange_number(const struct cfg *c, enum cfg_key key)
{
	for (size_t i = 0; i < cfg_len(c, key); i++) {
		const char *s = cfg_item(c, key, i), *colon = strrchr(s, ':');

		s = colon != NULL ? colon + 1 : s;
		if (*s != '+' || s[1] == '\0' ||
		    s[1 + strspn(s + 1, "0123456789")] != '\0')
			return true;
	}
	return false;
}

static bool
asks_for_nothing(const struct cfg *c, enum cfg_key key)
{
	const struct cfg_rating *ratings;

	return cfg_bool(c, CFG_CONVERSATION_CONTENT_RATINGS_ENABLED) &&
	    !c->v[key].bad && cfg_ratings(c, &ratings) == 0;
}

static bool
is_plain_http(const struct cfg *c, enum cfg_key key)
{
	return strncasecmp(cfg_str(c, key), "http:", 5) == 0;
}

static bool
is_unreadable(const struct cfg *c, enum cfg_key key)
{
	return !is_empty(c, key) && access(cfg_str(c, key), R_OK) != 0;
}

/* A zone of somebody's own was looked for when it was read; the default was not. */
static bool
is_unknown_zone(const struct cfg *c, enum cfg_key key)
{
	CLEANUP(zone_freep) struct zone *z = NULL;
	struct err e;

	if (!cfg_bool(c, CFG_CHAT_CHAT_WORKTIMETABLEACTIVE))
		return false;
	z = zone_new(cfg_str(c, key), &e);
	return z == NULL;
}

/* Of the operator's own making, and whoever has it may ask from anywhere. */
static bool
is_guessed(const struct cfg *c, enum cfg_key key)
{
	const size_t n = strlen(cfg_str(c, key));

	return n > 0 && n < SHORT_TOKEN;
}

const struct conf_need conf_needs[] = {
	{ CFG_API_KEY, lacks_text, CONF_ERROR, CONF_ERROR,
	    "is empty: fill in the API key of your chatbot instance" },
	{ CFG_API_SECRET, lacks_text, CONF_ERROR, CONF_ERROR,
	    "is empty: fill in the secret that belongs to api.key" },
	{ CFG_TWILIO_CREDENTIALS_SID, lacks_text, CONF_WARNING, CONF_ERROR,
	    "is empty, so every webhook will be refused: fill in the Account SID" },
	{ CFG_TWILIO_CREDENTIALS_SID, is_strange_sid, CONF_WARNING, CONF_WARNING,
	    "does not look like an Account SID, which is AC and 32 hex digits" },
	{ CFG_TWILIO_CREDENTIALS_AUTH_TOKEN, lacks_proof, CONF_WARNING, CONF_ERROR,
	    "is empty, so every webhook will be refused: fill in the Auth Token" },
	{ CFG_TWILIO_WEBHOOK_URL, lacks_proof, CONF_NOTE, CONF_ERROR,
	    "is empty, so signatures are checked against the address as it arrives here, "
	    "which a proxy may change: fill in the URL as typed at Twilio" },
	{ CFG_TWILIO_WEBHOOK_URL, is_plain_http, CONF_SILENT, CONF_WARNING,
	    "is not https: what users write travels in the clear" },
	{ CFG_TWILIO_VALIDATE_SIGNATURE, is_off, CONF_WARNING, CONF_WARNING,
	    "is false: anybody can speak as any number. Set it to true again after the "
	    "trial" },
	{ CFG_TWILIO_REPLY, is_outdone, CONF_WARNING, CONF_WARNING,
	    "is \"twiml\", but delivery.order is \"confirmed\", which wins: all answers go "
	    "by the REST API. Take one of the two away" },
	{ CFG_CHAT_CHAT_APPID, lacks_for_agents, CONF_WARNING, CONF_ERROR,
	    "is empty, so there are no agents though chat.chat.enabled is true: fill in "
	    "the id from Messenger > Settings > Chat" },
	{ CFG_CHAT_CHAT_SECRET, lacks_for_agents, CONF_WARNING, CONF_ERROR,
	    "is empty, so there are no agents though chat.chat.enabled is true: fill in "
	    "the secret from Messenger > Settings > Chat" },
	{ CFG_CHAT_CHAT_SERVER, lacks_for_agents, CONF_WARNING, CONF_ERROR,
	    "is empty, so there are no agents though chat.chat.enabled is true: fill in "
	    "HyperChat's address, which Inbenta tells" },
	{ CFG_CHAT_CHAT_SERVER_PORT, is_port_unused, CONF_WARNING, CONF_WARNING,
	    "has no effect: chat.chat.server has a port of its own. Take one of the two "
	    "away" },
	{ CFG_CHAT_CHAT_ROOMID, has_no_room, CONF_WARNING, CONF_ERROR,
	    "is 0, which is no room, so chats find no agents: fill in the number from "
	    "Messenger > Settings > Queues" },
	{ CFG_CHAT_CHAT_WEBHOOK_SIGNATURE, is_unsigned, CONF_WARNING, CONF_WARNING,
	    "is \"off\": anybody can send events, each costs a question to HyperChat, and "
	    "only so many a second are taken. Set \"auto\" again after the trial" },
	{ CFG_CHAT_CHAT_HANDSHAKE, hears_no_secret, CONF_WARNING, CONF_WARNING,
	    "is \"never\" and chat.chat.webhook_secret is empty: unless a secret was "
	    "stored before, every event of HyperChat is refused" },
	{ CFG_CHAT_CHAT_TIMEZONEWORKINGHOURS, is_unknown_zone, CONF_ERROR, CONF_ERROR,
	    "is not known to this system, so service hours cannot be told: install the "
	    "package tzdata" },
	{ CFG_CHAT_CHAT_SURVEY_ACTIVE, asks_without_office, CONF_WARNING, CONF_WARNING,
	    "is true, but surveys are Messenger's, and chat.messenger.key is empty: fill "
	    "that in, or set it to false" },
	{ CFG_CHAT_CHAT_SURVEYID, has_two_surveys, CONF_WARNING, CONF_WARNING,
	    "has no effect: chat.chat.survey.active is true, so that survey is asked in "
	    "the conversation and no link is sent. Take one of the two away" },
	{ CFG_CHAT_CHAT_WORKTIMETABLEACTIVE, is_never_open, CONF_WARNING, CONF_ERROR,
	    "is true, but chat.chat.timetable has no hours, and without "
	    "chat.messenger.key none come from Messenger: nobody is ever brought to an "
	    "agent. Fill in the hours, or set it to false" },
	{ CFG_CHAT_MESSENGER_KEY, lacks_for_replies, CONF_WARNING, CONF_ERROR,
	    "is empty, so agents' answers to tickets are refused though "
	    "chat.messenger.webhook_secret is set: fill in the API key and the secret of "
	    "the Messenger instance" },
	{ CFG_CHAT_MESSENGER_KEY, lacks_other_half, CONF_WARNING, CONF_ERROR,
	    "is empty, so there are no tickets though chat.messenger.secret is set: fill "
	    "in the API key of the Messenger instance" },
	{ CFG_CHAT_MESSENGER_SECRET, lacks_other_half, CONF_WARNING, CONF_ERROR,
	    "is empty, so there are no tickets though chat.messenger.key is set: fill in "
	    "the secret that belongs to it" },
	{ CFG_CHAT_MESSENGER_WEBHOOK_SECRET, hears_no_replies, CONF_SILENT,
	    CONF_WARNING,
	    "is empty, so agents' answers to tickets are refused: fill in the secret of "
	    "the external ticket source" },
	{ CFG_CONVERSATION_CONTENT_RATINGS_RATINGS, asks_for_nothing, CONF_WARNING,
	    CONF_WARNING,
	    "is empty, so nobody is asked whether an answer helped: list the ratings, or "
	    "set conversation.content_ratings.enabled to false" },
	{ CFG_DIALOG_JOIN_MS, joins_in_vain, CONF_WARNING, CONF_WARNING,
	    "has no effect: messages that are joined are answered by Twilio's REST API. "
	    "Fill in twilio.credentials.sid and auth_token, or set it to 0" },
	{ CFG_COMMANDS_ALLOWED_NUMBERS, has_strange_number, CONF_WARNING, CONF_WARNING,
	    "has a number that is nobody's: write it like \"+34600111222\", with the code "
	    "of the country and without blanks" },
	{ CFG_STORE_BACKEND, is_redis, CONF_ERROR, CONF_ERROR,
	    "is \"redis\", which is not built yet: set \"file\"" },
	{ CFG_SERVER_ALLOW_HTTP, is_on, CONF_SILENT, CONF_WARNING,
	    "is true: keys and texts may travel to upstreams in the clear" },
	{ CFG_SERVER_MONITOR_TOKEN, is_guessed, CONF_WARNING, CONF_WARNING,
	    "has fewer than 16 characters and may be guessed, from anywhere: make one with "
	    "openssl rand -hex 24" },
	{ CFG_SERVER_CA_FILE, is_unreadable, CONF_ERROR, CONF_ERROR,
	    "names a file that cannot be read: is it there, and may botline's user read "
	    "it?" },
};

const size_t n_conf_needs = NELEMS(conf_needs);
