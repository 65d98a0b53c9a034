/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether twilio.webhook_url leads to a botline that has this configuration: a status of no
 * message, which does nothing, is taken with a signature and refused without one.
 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/form.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "ctl/online.h"
#include "http/http.h"
#include "twilio/sig.h"

static const char who[] = "online: webhook";
static const char key[] = "twilio.webhook_url";

/*
 * Posts the status; signature NULL: without one. The answer's status; 0: none came. *ours: it
 * is in the words of botline's refusals (web/router.c).
 */
static int
post(struct online *o, const char *url, const char *body, const char *signature,
    bool *ours)
{
	const struct http_header headers[] = { { "X-Twilio-Signature",
	    signature != NULL ? signature : "" } };
	const struct http_req q = { .what = "webhook",
		.url = url,
		.headers = headers,
		.n_headers = signature != NULL ? NELEMS(headers) : 0,
		.body = body,
		.body_len = strlen(body),
		.content_type = "application/x-www-form-urlencoded",
		.until_ms = online_until(),
		.quiet = true };
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct err e = { 0 };

	*ours = false;
	if (http_do(o->http, &q, &r, &e)) {
		*ours = r.body.data != NULL && strcmp(r.body.data, "forbidden\n") == 0;
		return r.status;
	}
	if (e.kind == ERR_CONFIG)
		online_warn(o, who, "cannot be tried from here: %s", e.text);
	else
		online_failed(o, who, key, &e);
	return 0;
}

/* What a signed status that is refused means. */
static void
refused(struct online *o, int status, bool ours)
{
	if (status == 403 && !ours)
		online_wrong(o, who,
		    "answers 403, and not in the words of botline: Apache, or what is before "
		    "it, lets nobody in at that address (Require all granted is missing?), or "
		    "%s is another's",
		    key);
	else if (status == 403)
		online_wrong(o, who,
		    "answers 403 to what is signed with twilio.credentials.auth_token: the "
		    "botline there has another token, another Account SID or another "
		    "twilio.webhook_url (was it reloaded?), or something before it refuses");
	else if (status == 404 || status == 405)
		online_wrong(o, who,
		    "answers %d: at that address is no botline: is %s right, and the Include "
		    "in the virtual host of that name?",
		    status, key);
	else if (status == 502 || status == 503 || status == 504)
		online_away(o, who,
		    "answers %d: Apache is there, but not botline behind it: is it started, "
		    "and on the socket that Apache names? Its log says more",
		    status);
	else if (status / 100 == 3)
		online_wrong(o, who,
		    "answers %d, a redirect: Twilio would come back without the message. "
		    "Write the address that it leads to at Twilio and in %s",
		    status, key);
	else
		online_status(o, who, key, status, "");
}

void
online_webhook(struct online *o)
{
	const char *token = cfg_str(o->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN);
	const char *sid = cfg_str(o->cfg, CFG_TWILIO_CREDENTIALS_SID);
	CLEANUP(buf_fini) struct buf url = BUF_INIT(LIMIT_URL);
	CLEANUP(buf_fini) struct buf body = BUF_INIT(1024);
	char signature[TWILIO_SIG_SIZE];
	struct form form;
	struct err e;
	bool ours;
	int status;

	twilio_sig_url(&url, cfg_str(o->cfg, CFG_TWILIO_WEBHOOK_URL));
	if (url.len == 0 || *token == '\0' || *sid == '\0')
		return; /* which the check itself has said */
	buf_str(&body, "AccountSid=");
	buf_url(&body, sid, strlen(sid));
	buf_str(&body, "&MessageStatus=delivered");
	if (!buf_ok(&url) || !buf_ok(&body) ||
	    !form_parse(&form, o->arena, body.data, body.len, &e))
		return; /* longer than what the configuration takes */
	twilio_sig_make(token, url.data, &form, signature);
	status = post(o, url.data, body.data, signature, &ours);
	if (status == 0)
		return;
	if (status / 100 != 2) {
		refused(o, status, ours);
		return;
	}
	status = post(o, url.data, body.data, NULL, &ours);
	if (status == 403 && ours)
		online_good(o, who,
		    "leads to botline: takes what is signed, refuses what is not");
	else if (status / 100 == 2 && !cfg_bool(o->cfg, CFG_TWILIO_VALIDATE_SIGNATURE))
		online_warn(o, who,
		    "takes what is not signed, as twilio.validate_signature = false says");
	else if (status != 0)
		online_wrong(o, who,
		    "answers %d, not 403, to what is not signed: is it botline that answers "
		    "there, and does it have this configuration (reloaded)?",
		    status);
}
