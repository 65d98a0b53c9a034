/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The URL is what makes Twilio's signatures fail behind proxies: it must be the one that was
 * typed at Twilio. So the configured one is tried first, with our own "status" behind it when
 * the request has that; then its scheme and host with the request's own path and query (one
 * configured address, several paths); without a configured one, what the web server saw.
 * Source: Twilio, "Webhooks security".
 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "channel/letter.h"
#include "conf/cfg.h"
#include "twilio/sig.h"
#include "web/proof.h"
#include "web/request.h"
#include "web/web.h"

/* Length of "scheme://host" in a URL that twilio_sig_url() made. */
static size_t
origin_len(const char *url)
{
	const char *host = strstr(url, "://");

	if (host == NULL)
		return 0;
	host += 3;
	return (size_t)(host - url) + strcspn(host, "/?");
}

static bool
matches(const struct web_req *r, const char *url)
{
	bool ok = twilio_sig_ok(cfg_str(r->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN), url,
	    &r->form, r->signature);

	/* While tokens are rotated both are good. */
	return ok ||
	    twilio_sig_ok(cfg_str(r->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN_NEXT), url,
		&r->form, r->signature);
}

/* Appends the address as it came in. */
static void
url_as_received(struct buf *out, const struct web_req *r)
{
	buf_printf(out, "%s://%s%s", r->https ? "https" : "http", r->host, r->uri);
}

/* Puts the request's own path and query behind scheme and host; false: nothing new. */
static bool
url_of_request(struct buf *url, const struct web_req *r)
{
	size_t origin = origin_len(url->data);

	if (origin == 0 || strcmp(url->data + origin, r->uri) == 0)
		return false;
	buf_truncate(url, origin);
	buf_str(url, r->uri);
	return buf_ok(url);
}

/* Leaves in url the address that was signed. */
static bool
signature_ok(const struct web_req *r, struct buf *url)
{
	const char *configured = cfg_str(r->cfg, CFG_TWILIO_WEBHOOK_URL);

	if (configured[0] == '\0') {
		url_as_received(url, r);
		return buf_ok(url) && matches(r, url->data);
	}
	twilio_sig_url(url, configured);
	if (matches(r, url->data))
		return true;
	if (form_find(&r->query, WEB_QUERY_STATUS) != NULL) {
		size_t len = url->len;

		letter_callback(url, form_get(&r->query, WEB_QUERY_REF),
		    form_get(&r->query, WEB_QUERY_TICKET));
		if (buf_ok(url) && matches(r, url->data))
			return true;
		buf_truncate(url, len);
	}
	return url_of_request(url, r) && matches(r, url->data);
}

/* Where nothing is signed: what the operator typed, else what the web server saw. */
static void
url_unproven(const struct web_req *r, struct buf *url)
{
	const char *configured = cfg_str(r->cfg, CFG_TWILIO_WEBHOOK_URL);

	if (configured[0] != '\0')
		twilio_sig_url(url, configured);
	else
		url_as_received(url, r);
}

/* What most likely is wrong, for the log. */
static const char *
what_differs(const struct web_req *r)
{
	if (cfg_str(r->cfg, CFG_TWILIO_WEBHOOK_URL)[0] == '\0')
		return "X-Twilio-Signature does not match the address as it arrives here: "
		       "either a forgery, or twilio.webhook_url must be set to the address "
		       "typed at Twilio, or auth_token is another account's";
	return "X-Twilio-Signature does not match: either a forgery, or twilio.webhook_url "
	       "is not the address typed at Twilio, or auth_token is another account's";
}

static bool
signature_proves(const struct web_req *r, struct buf *url, struct err *e)
{
	if (cfg_str(r->cfg, CFG_TWILIO_CREDENTIALS_AUTH_TOKEN)[0] == '\0')
		return err_set(e, ERR_DENIED, 0,
		    "twilio.credentials.auth_token is empty: fill it in "
		    "conf/custom/twilio.cfg");
	if (r->signature == NULL)
		return err_set(e, ERR_DENIED, 0, "no X-Twilio-Signature");
	if (!signature_ok(r, url))
		return err_set(e, ERR_DENIED, 0, "%s", what_differs(r));
	return true;
}

bool
proof_twilio(struct web_worker *w, struct web_req *r, struct err *e)
{
	CLEANUP(buf_fini) struct buf url = BUF_INIT(LIMIT_URL + LIMIT_REQUEST_PARAM);
	const char *sid = cfg_str(r->cfg, CFG_TWILIO_CREDENTIALS_SID);
	const char *given = form_get(&r->form, "AccountSid");

	if (!cfg_bool(r->cfg, CFG_TWILIO_VALIDATE_SIGNATURE))
		url_unproven(r, &url);
	else if (!signature_proves(r, &url, e))
		return false;
	if (sid[0] == '\0')
		return err_set(e, ERR_DENIED, 0,
		    "twilio.credentials.sid is empty: fill it in conf/custom/twilio.cfg");
	if (given == NULL || !ct_equal(given, strlen(given), sid, strlen(sid)))
		return err_set(
		    e, ERR_DENIED, 0, "AccountSid is not twilio.credentials.sid");
	/* Longer ones fit nothing that we would put them into. */
	r->url = buf_ok(&url) && url.len <= LIMIT_URL
	    ? web_url_without_ours(w->arena, url.data)
	    : NULL;
	return true;
}
