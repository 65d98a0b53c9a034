/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The office that keeps tickets calls us: agents have answered some. It proves itself by a
 * secret in clear text, which whoever typed the address there typed with it. Source: Inbenta,
 * "Messenger: external ticket source", "Messenger API: webhooks" for the challenge.
 */
#include "config.h"

#include <string.h>

#include "agent/tickets.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "dialog/ticket.h"
#include "web/handlers.h"
#include "web/proof.h"
#include "web/request.h"
#include "web/web.h"

/* What most likely is wrong, for the log. */
static bool
refuse(const struct web_req *r, struct err *e)
{
	if (cfg_str(r->cfg, CFG_CHAT_MESSENGER_WEBHOOK_SECRET)[0] == '\0')
		return err_set(e, ERR_DENIED, 0,
		    "a reply to a ticket, but chat.messenger.webhook_secret is empty in "
		    "the environment %s: set it, and the same at Messenger's external "
		    "ticket source",
		    conf_env_name(r->env));
	if (r->hook_signature == NULL || r->hook_signature[0] == '\0')
		return err_set(e, ERR_DENIED, 0,
		    "a reply to a ticket without X-Hook-Signature: either a forgery, or "
		    "Messenger's external ticket source has no secret: set "
		    "chat.messenger.webhook_secret there");
	return err_set(e, ERR_DENIED, 0,
	    "X-Hook-Signature is not chat.messenger.webhook_secret: either a forgery, or "
	    "Messenger's external ticket source has another secret");
}

bool
proof_ticket(struct web_worker *w, struct web_req *r, struct err *e)
{
	const struct dialog *d = w->web->dialog;

	if (d->tickets == NULL)
		return err_set(e, ERR_CONFIG, 0,
		    "a reply to a ticket, but there is nothing that knows tickets");
	if (!tickets_proof(d->tickets, r->cfg, r->hook_signature))
		return refuse(r, e);
	return true;
}

bool
on_ticket_challenge(struct web_worker *w, const struct web_req *r,
    struct web_answer *ans, struct err *e)
{
	size_t n = strlen(r->challenge);

	(void)w;
	if (n > LIMIT_CHALLENGE)
		return err_set(e, ERR_TOO_BIG, 0, "challenge of %zu bytes", n);
	ans->headers = "X-Content-Type-Options: nosniff\r\n";
	ans->body = r->challenge;
	ans->len = n;
	LOG(LOG_INFO, "web", "challenge of Messenger answered",
	    LS("env", conf_env_name(r->env)));
	return true;
}

/* Whether the replies can be worked; if not, whoever sends them may try again. */
static bool
has_office(const struct web_worker *w, const struct web_req *r, struct err *e)
{
	const struct dialog *d = w->web->dialog;

	if (d->state == NULL)
		return err_set(e, ERR_CONFIG, 0,
		    "a reply to a ticket, but there is no store.state_path to work with");
	if (!tickets_enabled(d->tickets, r->cfg))
		return err_set(e, ERR_CONFIG, 0,
		    "a reply to a ticket, but chat.messenger.key and secret are empty in "
		    "the environment %s: without them nobody's phone is found",
		    conf_env_name(r->env));
	return true;
}

static void
report(const struct web_req *r, size_t n, const char *outcome)
{
	LOG(LOG_INFO, "web", "replies to tickets", LI("replies", n),
	    LS("outcome", outcome), LS("env", conf_env_name(r->env)));
}

bool
on_ticket(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	const struct dialog *d = w->web->dialog;
	const struct turn t = {
		.conf = r->conf, .env = r->env, .http = w->http, .arena = w->arena
	};
	const struct ticket_reply *replies = NULL;
	size_t n = 0;

	(void)ans;
	if (!has_office(w, r, e) ||
	    !tickets_read(d->tickets, w->arena, r->body, r->body_len, &replies, &n, e))
		return false;
	switch (dialog_ticket_take(d, &t, replies, n, e)) {
	case TICKET_TAKEN:
		report(r, n, "taken");
		return true;
	case TICKET_SEEN:
		report(r, n, "seen");
		return true;
	case TICKET_NOTHING:
		report(r, n, "nothing");
		return true;
	case TICKET_FULL:
		e->kind = ERR_IO; /* our trouble, not that webhook's */
		break;
	case TICKET_FAILED:
		break;
	}
	return err_wrap(e, "replies to tickets");
}
