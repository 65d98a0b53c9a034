/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sandbox/options.h"
#include "sandbox/webhook_rules.h"

enum opt {
	OPT_LISTEN = 256,
	OPT_REMOTE,
	OPT_KNOWLEDGE,
	OPT_WWW,
	OPT_WEBHOOK,
	OPT_FALLBACK,
	OPT_PUBLIC,
	OPT_BASE,
	OPT_ACCOUNT,
	OPT_TOKEN,
	OPT_KEY,
	OPT_SECRET,
	OPT_APP,
	OPT_APP_SECRET,
	OPT_OFFICE_KEY,
	OPT_OFFICE_SECRET,
	OPT_TICKET_SECRET,
	OPT_HOURS_CACHE,
	OPT_LENIENT,
	OPT_TIMEOUT,
	OPT_HELP,
	OPT_VERSION
};

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "allow-remote", no_argument, NULL, OPT_REMOTE },
	{ "knowledge", required_argument, NULL, OPT_KNOWLEDGE },
	{ "www", required_argument, NULL, OPT_WWW },
	{ "webhook", required_argument, NULL, OPT_WEBHOOK },
	{ "fallback-webhook", required_argument, NULL, OPT_FALLBACK },
	{ "public-url", required_argument, NULL, OPT_PUBLIC },
	{ "base-url", required_argument, NULL, OPT_BASE },
	{ "account-sid", required_argument, NULL, OPT_ACCOUNT },
	{ "auth-token", required_argument, NULL, OPT_TOKEN },
	{ "api-key", required_argument, NULL, OPT_KEY },
	{ "api-secret", required_argument, NULL, OPT_SECRET },
	{ "hyper-app-id", required_argument, NULL, OPT_APP },
	{ "hyper-secret", required_argument, NULL, OPT_APP_SECRET },
	{ "messenger-key", required_argument, NULL, OPT_OFFICE_KEY },
	{ "messenger-secret", required_argument, NULL, OPT_OFFICE_SECRET },
	{ "ticket-secret", required_argument, NULL, OPT_TICKET_SECRET },
	{ "hours-cache", required_argument, NULL, OPT_HOURS_CACHE },
	{ "lenient", no_argument, NULL, OPT_LENIENT },
	{ "twilio-timeout-ms", required_argument, NULL, OPT_TIMEOUT },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
    "Usage: botline-sandbox [OPTION]...\n"
    "Stands in for Inbenta and Twilio on this machine, with a phone and an agents' desk\n"
    "in the browser.\n"
    "\n"
    "  --listen ADDRESS:PORT    where to listen; port 0: a free one (127.0.0.1:0)\n"
    "  --allow-remote           ADDRESS may be one that other machines reach\n"
    "  --webhook URL            where messages of the phones go: botline behind Apache\n"
    "                           behind # rules such as rc=3&rp=all for tries\n"
    "  --fallback-webhook URL   asked when the webhook fails; rules as above\n"
    "  --public-url URL         the same as typed at Twilio, when it differs: signed\n"
    "  --base-url URL           the sandbox itself, as a browser reaches it, when that\n"
    "                           is not the address it listens on: of pictures\n"
    "  --knowledge FILE         what the bot knows\n"
    "  --www DIR                files of the pages\n"
    "  --account-sid SID        Twilio account, and\n"
    "  --auth-token TOKEN       its token: webhooks are signed with it\n"
    "  --api-key KEY            Inbenta key, and\n"
    "  --api-secret SECRET      its secret\n"
    "  --hyper-app-id ID        HyperChat application, and\n"
    "  --hyper-secret SECRET    its secret\n"
    "  --messenger-key KEY      Inbenta key of Messenger, and\n"
    "  --messenger-secret SECRET  its secret\n"
    "  --ticket-secret SECRET   of the webhook that tells of answered tickets\n"
    "  --hours-cache PATTERN    files in which botline keeps service hours: removed when\n"
    "                           they are switched at the desk, so that it asks again\n"
    "  --lenient                without Twilio's own opt-out words and guard against\n"
    "                           loops of replies\n"
    "  --twilio-timeout-ms MS   how long a webhook may take (15000)\n"
    "  --help, --version\n"
    "\n"
    "See botline-sandbox(1).\n";

static bool
is_url(const char *s)
{
	return strncasecmp(s, "http://", 7) == 0 || strncasecmp(s, "https://", 8) == 0;
}

/* Such a URL, with rules that Twilio knows behind its #. */
static bool
is_webhook(const char *option, const char *value, struct err *e)
{
	struct webhook_rules rules;

	if (!is_url(value))
		return err_set(
		    e, ERR_CONFIG, 0, "%s: \"%s\" is not a URL", option, value);
	return webhook_rules_read(value, &rules, e) || err_wrap(e, "%s", option);
}

static bool
set_number(const char *name, const char *text, int64_t max, int64_t *out, struct err *e)
{
	char *end;
	long long n = strtoll(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < 1 || n > max)
		return err_set(e, ERR_CONFIG, 0,
		    "%s: \"%s\" is not a number from 1 to %lld", name, text,
		    (long long)max);
	*out = n;
	return true;
}

static bool
set_option(struct options *o, int opt, const char *value, struct err *e)
{
	switch (opt) {
	case OPT_LISTEN:
		o->listen = value;
		return true;
	case OPT_REMOTE:
		o->allow_remote = true;
		return true;
	case OPT_KNOWLEDGE:
		o->knowledge = value;
		return true;
	case OPT_WWW:
		o->www = value;
		return true;
	case OPT_WEBHOOK:
		o->webhook = value;
		return is_webhook("--webhook", value, e);
	case OPT_FALLBACK:
		o->fallback_webhook = value;
		return is_webhook("--fallback-webhook", value, e);
	case OPT_PUBLIC:
		o->public_url = value;
		return is_url(value) ||
		    err_set(
			e, ERR_CONFIG, 0, "--public-url: \"%s\" is not a URL", value);
	case OPT_BASE:
		o->base_url = value;
		return is_url(value) ||
		    err_set(e, ERR_CONFIG, 0, "--base-url: \"%s\" is not a URL", value);
	case OPT_ACCOUNT:
		o->account_sid = value;
		return true;
	case OPT_TOKEN:
		o->auth_token = value;
		return true;
	case OPT_KEY:
		o->api_key = value;
		return true;
	case OPT_SECRET:
		o->api_secret = value;
		return true;
	case OPT_APP:
		o->hyper_app_id = value;
		return true;
	case OPT_APP_SECRET:
		o->hyper_secret = value;
		return true;
	case OPT_OFFICE_KEY:
		o->office_key = value;
		return true;
	case OPT_OFFICE_SECRET:
		o->office_secret = value;
		return true;
	case OPT_TICKET_SECRET:
		o->ticket_secret = value;
		return true;
	case OPT_HOURS_CACHE:
		o->hours_cache = value;
		return true;
	case OPT_LENIENT:
		o->lenient = true;
		return true;
	case OPT_TIMEOUT:
		return set_number(
		    "--twilio-timeout-ms", value, 15000, &o->twilio_timeout_ms, e);
	default:
		return err_set(e, ERR_CONFIG, 0, "try botline-sandbox --help");
	}
}

enum options_result
options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	int opt;

	*o = (struct options){
		.listen = "127.0.0.1:0",
		.knowledge = BOTLINE_DATA "/sandbox/knowledge.cfg",
		.www = BOTLINE_DATA "/sandbox/www",
		/* No account of anybody: good for this machine only. */
		.account_sid = "AC5a4db0c5a4db0c5a4db0c5a4db0c5a4d",
		.auth_token = "5a4db0c05a4db0c05a4db0c05a4db0c0",
		.api_key = "c2FuZGJveC1rZXk=",
		.api_secret =
		    "eyJhbGciOiJIUzI1NiJ9.eyJwcm9qZWN0Ijoic2FuZGJveCJ9.c2FuZGJveA",
		.hyper_app_id = "sandbox-app",
		.hyper_secret = "c2FuZGJveC1oeXBlcmNoYXQ",
		.office_key = "c2FuZGJveC1vZmZpY2U=",
		.office_secret =
		    "eyJhbGciOiJIUzI1NiJ9.eyJwcm9qZWN0Ijoib2ZmaWNlIn0.c2FuZGJveA",
		.ticket_secret = "c2FuZGJveC10aWNrZXRz",
		.twilio_timeout_ms = 15000,
	};
	optind = 0;
	while ((opt = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (opt == OPT_HELP) {
			fputs(help, stdout);
			return OPTIONS_EXIT;
		}
		if (opt == OPT_VERSION) {
			puts("botline-sandbox " PACKAGE_VERSION);
			return OPTIONS_EXIT;
		}
		if (!set_option(o, opt, optarg, e))
			return OPTIONS_WRONG;
	}
	if (optind < argc) {
		err_set(e, ERR_CONFIG, 0, "\"%s\" is not an option", argv[optind]);
		return OPTIONS_WRONG;
	}
	if (o->public_url == NULL)
		o->public_url = o->webhook;
	return OPTIONS_RUN;
}
