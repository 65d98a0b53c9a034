/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The account at Twilio and where its numbers send their messages. Source: Twilio, "Account
 * resource", "IncomingPhoneNumber resource", "Messaging Services: Service resource".
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/mask.h"
#include "conf/cfg.h"
#include "ctl/online.h"
#include "http/http.h"
#include "twilio/account.h"

static const char who[] = "online: Twilio";
static const char key[] = "twilio.api_url";

enum { PAGE = 50, MOST_OTHERS = 5, NOT_ACTIVE = 20005 };

/* What is asked about. */
struct look {
	struct online *o;
	struct twilio_account account;
	const char *webhook; /* twilio.webhook_url */
	size_t ours; /* numbers and services that lead to it */
	size_t numbers; /* of the account */
	size_t others; /* told of those that lead elsewhere */
};

/* GET; NULL: none that is a success came. *status and *code (Twilio's) tell of a refusal; a
 * call without an answer has been told and leaves them 0. */
static js *
ask(struct look *k, const char *url, int *status, int *code)
{
	struct http_req q = { .what = "twilio check",
		.url = url,
		.until_ms = online_until(),
		.quiet = true,
		.retry_throttled = true };
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };
	js *root = NULL;

	*status = *code = 0;
	twilio_account_login(&k->account, &q);
	if (!http_do(k->o->http, &q, &r, &e)) {
		online_failed(k->o, who, key, &e);
		return NULL;
	}
	*status = r.status;
	if (!js_parse(r.body.data, r.body.len, &root, &e))
		root = NULL;
	*code = (int)js_int(root, "code", 0);
	online_date(k->o, who, &r);
	if (r.status / 100 == 2 && root != NULL)
		return root;
	if (r.status / 100 == 2)
		online_wrong(k->o, who,
		    "answered no JSON: something else than Twilio's API is at %s", key);
	js_putp(&root);
	return NULL;
}

/* A refusal that is none of those the caller knows better. */
static void
tell_refusal(struct look *k, int status, const char *what)
{
	if (status != 0 && status / 100 != 2)
		online_status(k->o, who, key, status, what);
}

static const char *
account_url(struct look *k, const char *below)
{
	return arena_printf(k->o->arena, "%s/2010-04-01/Accounts/%s%s", k->account.url,
	    k->account.sid, below);
}

/* Whether the token that is to follow is the one that counts by now. */
static bool
is_rotated(struct look *k)
{
	const char *next = cfg_str(k->o->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN_NEXT);
	CLEANUP(js_putp) js *root = NULL;
	struct look other = *k;
	int status, code;

	if (*next == '\0')
		return false;
	other.account.secret = next;
	root = ask(&other, account_url(k, ".json"), &status, &code);
	return root != NULL;
}

static void
tell_login(struct look *k, int status, int code)
{
	if (code == NOT_ACTIVE)
		online_wrong(k->o, who,
		    "the account is not active (20005): look at its billing and notices in "
		    "Twilio's console");
	else if (status == 401 && is_rotated(k))
		online_wrong(k->o, who,
		    "twilio.credentials.auth_token is no longer accepted, auth_token_next "
		    "is: make that one auth_token");
	else if (status == 401)
		online_wrong(k->o, who,
		    "the login is not accepted (401): twilio.credentials.auth_token is not "
		    "the primary Auth Token of the account in twilio.credentials.sid; copy "
		    "both anew from the console (an API key is none)");
	else if (status == 404)
		online_wrong(k->o, who,
		    "there is no such account (404): mend twilio.credentials.sid, or %s",
		    key);
	else
		tell_refusal(k, status, "");
}

/* False: there is nothing more to ask. */
static bool
check_account(struct look *k)
{
	int http, code;
	CLEANUP(js_putp) js *root = ask(k, account_url(k, ".json"), &http, &code);
	const char *status = js_str(root, "status", "");

	if (root == NULL) {
		tell_login(k, http, code);
		return false;
	}
	if (strcmp(status, "active") != 0) {
		online_wrong(k->o, who,
		    "the account is %s: look at its billing and notices in Twilio's "
		    "console",
		    *status != '\0' ? status : "of no status that is known");
		return false;
	}
	online_good(k->o, who, "the login is accepted, the account is active");
	if (strcasecmp(js_str(root, "type", ""), "Trial") == 0)
		online_warn(k->o, who,
		    "it is a trial account: only numbers that are verified in the console "
		    "get messages, and each begins with a notice of Twilio's");
	return true;
}

/* The address without its fragment, which is Twilio's own. */
static bool
is_ours(const struct look *k, const char *url)
{
	size_t n = strcspn(url, "#");

	return *k->webhook != '\0' && strlen(k->webhook) == n &&
	    memcmp(k->webhook, url, n) == 0;
}

/* What is as it should be once the address is ours. name: "number +34…12 (PN…)" */
static void
check_webhook(struct look *k, const char *name, const char *url, const char *method,
    const char *fallback)
{
	k->ours++;
	if (strcasecmp(method, "POST") != 0)
		online_wrong(k->o, who,
		    "%s calls the webhook by %s: set HTTP POST in the console", name,
		    method);
	if (strchr(url, '#') == NULL)
		online_warn(k->o, who,
		    "%s has nothing behind the webhook's address: write "
		    "%s#rc=3&rp=all there, and Twilio tries again when a call fails",
		    name, k->webhook);
	if (*fallback == '\0' && strchr(url, '#') == NULL)
		online_good(k->o, who,
		    "%s has no fallback URL either: the same address does, where #rc=3 "
		    "cannot be set",
		    name);
	else if (*fallback != '\0' && !is_ours(k, fallback))
		online_warn(k->o, who,
		    "%s has a fallback URL that leads elsewhere: what botline cannot take "
		    "in time is answered there",
		    name);
	if (strcasecmp(method, "POST") == 0)
		online_good(
		    k->o, who, "%s sends its messages to twilio.webhook_url", name);
}

static const char *
host_of(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");

	host = host != NULL ? host + 3 : url;
	return arena_strndup(a, host, strcspn(host, "/:?#"));
}

/* One that leads elsewhere is worth a word when it nearly leads here. */
static void
tell_other(struct look *k, const char *name, const char *url)
{
	struct arena *a = k->o->arena;

	if (*url == '\0' || k->others == MOST_OTHERS ||
	    strcasecmp(host_of(a, url), host_of(a, k->webhook)) != 0)
		return;
	k->others++;
	online_warn(k->o, who,
	    "%s sends its messages to the same host, but to another address than "
	    "twilio.webhook_url: make them equal, letter by letter",
	    name);
}

static void
check_number(struct look *k, js *number)
{
	const char *url = js_str(number, "sms_url", "");
	const char *app = js_str(number, "sms_application_sid", "");
	const char *phone = js_str(number, "phone_number", "");
	CLEANUP(buf_fini) struct buf masked = BUF_INIT(200);
	const char *name;

	k->numbers++;
	if (!js_bool(number, "capabilities.sms", true))
		return;
	mask_phone(&masked, phone, strlen(phone));
	name = arena_printf(
	    k->o->arena, "number %s (%.34s)", masked.data, js_str(number, "sid", ""));
	if (!is_ours(k, url))
		tell_other(k, name, url);
	else if (*app != '\0') {
		k->ours++;
		online_wrong(k->o, who,
		    "%s has a TwiML app (%.34s), which counts in place of its webhook: take "
		    "the app off",
		    name, app);
	} else
		check_webhook(k, name, url, js_str(number, "sms_method", "POST"),
		    js_str(number, "sms_fallback_url", ""));
}

/* False: the list could not be read, which has been told. */
static bool
check_numbers(struct look *k)
{
	const char *url = account_url(k,
	    arena_printf(k->o->arena, "/IncomingPhoneNumbers.json?PageSize=%d", PAGE));

	for (int page = 0; page < LIMIT_NUMBERS && url != NULL; page++) {
		int status, code;
		CLEANUP(js_putp) js *root = ask(k, url, &status, &code);
		js *list = js_arr(root, "incoming_phone_numbers");
		const char *next = js_str(root, "next_page_uri", "");

		if (root == NULL) {
			tell_refusal(k, status, "the list of numbers");
			return false;
		}
		for (size_t i = 0; list != NULL && i < json_object_array_length(list);
		     i++)
			check_number(k, json_object_array_get_idx(list, i));
		url = *next == '/'
		    ? arena_printf(k->o->arena, "%s%s", k->account.url, next)
		    : NULL;
	}
	return true;
}

/* Services live at messaging.twilio.com where the rest is at api.twilio.com. */
static const char *
service_url(struct look *k, const char *sid)
{
	const char *base = k->account.url, *api = strstr(base, "://api.");
	struct arena *a = k->o->arena;

	if (api != NULL)
		base = arena_printf(a, "%.*s://messaging.%s", (int)(api - base), base,
		    api + strlen("://api."));
	return arena_printf(a, "%s/v1/Services/%s", base, sid);
}

static void
check_service(struct look *k, const char *sid)
{
	int status, code;
	CLEANUP(js_putp) js *root = ask(k, service_url(k, sid), &status, &code);
	const char *url = js_str(root, "inbound_request_url", "");
	const char *callback = js_str(root, "status_callback", "");
	const char *name = arena_printf(k->o->arena, "Messaging Service %.34s", sid);

	if (status == 404)
		online_wrong(k->o, who,
		    "there is no %s in this account: mend twilio.messaging_service_sid",
		    name);
	else if (root == NULL)
		tell_refusal(k, status, name);
	if (root == NULL)
		return;
	if (is_ours(k, callback))
		online_warn(k->o, who,
		    "%s has twilio.webhook_url as its status callback: botline asks for "
		    "its own with each message; leave that field empty",
		    name);
	if (js_bool(root, "use_inbound_webhook_on_number", false))
		online_good(
		    k->o, who, "%s leaves messages to its numbers' webhooks", name);
	else if (is_ours(k, url))
		check_webhook(k, name, url, js_str(root, "inbound_method", "POST"),
		    js_str(root, "fallback_url", ""));
	else if (*url == '\0')
		online_wrong(k->o, who,
		    "%s drops what users write: under Integration choose \"Send a webhook\" "
		    "with twilio.webhook_url, or \"Defer to sender's webhook\"",
		    name);
	else
		online_wrong(k->o, who,
		    "%s sends messages to another address than twilio.webhook_url: write "
		    "that one under Integration, \"Send a webhook\"",
		    name);
}

void
online_twilio(struct online *o)
{
	const struct cfg *cfg = o->cfg;
	const char *service = cfg_str(cfg, CFG_TWILIO_MESSAGING_SERVICE_SID);
	struct look k = { .o = o,
		.account = { .sid = cfg_str(cfg, CFG_TWILIO_CREDENTIALS_SID),
		    .secret = cfg_str(cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN),
		    .url = cfg_str(cfg, CFG_TWILIO_API_URL) },
		.webhook = cfg_str(cfg, CFG_TWILIO_WEBHOOK_URL) };
	struct err e = { 0 };
	bool listed;

	if (!twilio_account_ok(&k.account, &e)) {
		online_wrong(o, who, "%s", e.text);
		return;
	}
	if (!check_account(&k))
		return;
	listed = check_numbers(&k);
	if (*service != '\0')
		check_service(&k, service);
	if (!listed || k.ours > 0)
		return;
	if (k.numbers == 0)
		online_warn(o, who,
		    "the account has no numbers of its own: that of WhatsApp or its sandbox "
		    "has its webhook in the console, which is not looked at");
	else
		online_wrong(o, who,
		    "none of the account's %zu numbers sends its messages to "
		    "twilio.webhook_url: in the console, under the number's Messaging "
		    "configuration, write that address at \"A message comes in\" (that of "
		    "WhatsApp is not looked at)",
		    k.numbers);
}
