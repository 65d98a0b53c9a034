/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agents' side calls us: it tells a secret, and then what happens in the chats, signed
 * with it. Nothing but the queue is touched here; dialog works it from there. Source: Inbenta,
 * "HyperChat webhooks".
 */
#include "config.h"

#include <string.h>

#include "agent/secrets.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "dialog/dialog.h"
#include "dialog/event.h"
#include "web/handlers.h"
#include "web/pace.h"
#include "web/proof.h"
#include "web/request.h"
#include "web/web.h"

/* Others may change the list while we look at it; each of them is quick. */
enum { MOST_LOOKS = 5 };

/* Whether there is a desk to speak with, and somewhere to keep what it says. */
static bool
has_agents(const struct web_worker *w, const struct web_req *r, struct err *e)
{
	const struct dialog *d = w->web->dialog;

	if (d->agent == NULL || !agent_enabled(d->agent, r->cfg))
		return err_set(e, ERR_DENIED, 0,
		    "HyperChat calls, but live agents are off in the environment %s: set "
		    "chat.chat.enabled, appId, secret and server, or remove the webhook "
		    "in Messenger",
		    conf_env_name(r->env));
	if (d->state == NULL)
		return err_set(e, ERR_CONFIG, 0,
		    "HyperChat calls, but there is no store.state_path to work with");
	return true;
}

static bool
read_secrets(struct web_worker *w, const struct web_req *r, struct agent_secrets *s,
    struct err *e)
{
	return agent_secrets_read(w->web->dialog->state, conf_env_name(r->env),
	    clock_wall_s(w->web->clock), w->arena, s, e);
}

static bool
is_preset(const struct web_req *r)
{
	return cfg_str(r->cfg, CFG_CHAT_CHAT_WEBHOOK_SECRET)[0] != '\0';
}

static bool
same_application(const struct web_worker *w, const struct web_req *r, enum conf_env env)
{
	struct agent *agent = w->web->dialog->agent;

	return strcmp(agent_place(agent, r->cfg).app,
		   agent_place(agent, conf_cfg(r->conf, env)).app) == 0;
}

/*
 * Callers choose the environment, by Host or path. One that nobody has saved a webhook for
 * would believe the first of them, and let him speak in the chats of an application that has
 * its webhook elsewhere. Only production's own first handshake depends on no other.
 */
static bool
look_elsewhere(struct web_worker *w, const struct web_req *r, struct agent_secrets *s,
    struct err *e)
{
	for (int env = 0; env < CONF_ENVS && r->env != CONF_PRODUCTION; env++) {
		struct agent_secrets other;

		if (env == (int)r->env || !same_application(w, r, (enum conf_env)env))
			continue;
		if (!agent_secrets_read(w->web->dialog->state,
			conf_env_name((enum conf_env)env), clock_wall_s(w->web->clock),
			w->arena, &other, e))
			return false;
		s->elsewhere = s->elsewhere || other.n > 0;
	}
	return true;
}

static bool
refuse_handshake(const struct web_req *r, const struct agent_secrets *s, struct err *e)
{
	if (is_preset(r))
		return err_set(e, ERR_DENIED, 0,
		    "handshake with another secret than chat.chat.webhook_secret: a "
		    "stranger, or the key must be emptied");
	if (s->n == 0 && s->elsewhere)
		return err_set(e, ERR_DENIED, 0,
		    "handshake refused, this application's secret is stored in another "
		    "environment: if it is HyperChat's, run 'botlinectl hyperchat "
		    "allow-handshake --env %s' and save the webhook again",
		    conf_env_name(r->env));
	if (s->n == 0)
		return err_set(e, ERR_DENIED, 0,
		    "handshake refused: chat.chat.handshake is \"never\", or the secret "
		    "is not made of 1 to %d visible characters",
		    LIMIT_HOOK_SECRET);
	return err_set(e, ERR_DENIED, 0,
	    "handshake refused, a secret is stored already: if it is HyperChat's, run "
	    "'botlinectl hyperchat allow-handshake --env %s' and save the webhook again",
	    conf_env_name(r->env));
}

static bool
echo(struct web_worker *w, const struct web_req *r, struct web_answer *ans)
{
	/* What was accepted has neither blanks nor line ends. */
	ans->headers = arena_printf(w->arena, "X-Hook-Secret: %s\r\n", r->hook_secret);
	return true;
}

static void
log_kept(const struct web_req *r, enum agent_kept did)
{
	if (did == AGENT_KEPT_FIRST)
		LOG(LOG_WARN, "web", "first handshake of HyperChat: secret stored",
		    LS("env", conf_env_name(r->env)), LS("host", r->host),
		    LH("whoever came first is believed from now on; was it not "
		       "HyperChat, set chat.chat.webhook_secret"));
	else
		LOG(LOG_WARN, "web", "another handshake of HyperChat: secret stored",
		    LS("env", conf_env_name(r->env)), LS("host", r->host),
		    LH("nothing to do if you allowed it; else set "
		       "chat.chat.webhook_secret and look for who it was"));
}

bool
on_agent_handshake(struct web_worker *w, const struct web_req *r,
    struct web_answer *ans, struct err *e)
{
	const struct dialog *d = w->web->dialog;
	enum agent_kept did;
	struct agent_secrets s;

	if (!has_agents(w, r, e))
		return false;
	for (int i = 0; i < MOST_LOOKS; i++) {
		if (!read_secrets(w, r, &s, e) || !look_elsewhere(w, r, &s, e))
			return false;
		switch (agent_handshake(d->agent, r->cfg, &s, r->hook_secret)) {
		case AGENT_SHAKE_REFUSE:
			return refuse_handshake(r, &s, e);
		case AGENT_SHAKE_ECHO:
			return echo(w, r, ans);
		case AGENT_SHAKE_STORE_FIRST:
		case AGENT_SHAKE_STORE:
			break;
		}
		did = agent_secrets_keep(
		    d->state, conf_env_name(r->env), &s, r->hook_secret, e);
		if (did == AGENT_KEEP_FAILED)
			return false;
		if (did != AGENT_KEPT_NOT) {
			log_kept(r, did);
			return echo(w, r, ans);
		}
	}
	return err_set(e, ERR_TIMEOUT, 0,
	    "too many handshakes at once: this one is to be repeated");
}

/* What most likely is wrong, for the log. */
static bool
forged(const struct web_req *r, const struct agent_secrets *s, struct err *e)
{
	if (s->n == 0 && !is_preset(r))
		return err_set(e, ERR_DENIED, 0,
		    "an event of HyperChat, but no secret is known to check it with: save "
		    "the webhook in Messenger again, which sends it, or set "
		    "chat.chat.webhook_secret");
	if (r->hook_signature == NULL)
		return err_set(e, ERR_DENIED, 0,
		    "an event without X-Hook-Signature: either a forgery, or "
		    "chat.chat.webhook_signature has to be \"off\"");
	return err_set(e, ERR_DENIED, 0,
	    "X-Hook-Signature does not match: either a forgery, or the webhook was made "
	    "anew: run 'botlinectl hyperchat allow-handshake --env %s' and save it again",
	    conf_env_name(r->env));
}

bool
proof_agent_event(struct web_worker *w, struct web_req *r, struct err *e)
{
	struct agent_secrets s;

	if (!has_agents(w, r, e) || !read_secrets(w, r, &s, e))
		return false;
	r->agents = agent_event_proof(
	    w->web->dialog->agent, r->cfg, &s, r->body, r->body_len, r->hook_signature);
	switch (r->agents) {
	case AGENT_FORGED:
		return forged(r, &s, e);
	case AGENT_PROVEN:
		return true;
	case AGENT_UNPROVEN:
		break;
	}
	/* Each of them costs a question to HyperChat, and anybody may send one. */
	if (w->web->unproven != NULL &&
	    pace_take(
		w->web->unproven, clock_mono_ms(w->web->clock), LIMIT_UNPROVEN_PER_S))
		return true;
	return err_set(e, ERR_INPUT, 429,
	    "more than %d unsigned events in a second: set chat.chat.webhook_signature to "
	    "\"auto\"",
	    LIMIT_UNPROVEN_PER_S);
}

/* Whoever sends them may try again after a 503. */
bool
on_agent_event(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	const struct dialog *d = w->web->dialog;
	const struct turn t = {
		.conf = r->conf, .env = r->env, .http = w->http, .arena = w->arena
	};
	struct agent_event ev;

	(void)ans;
	if (!agent_event_read(d->agent, r->cfg, w->arena, r->body, r->body_len, &ev, e))
		return false;
	switch (dialog_event_take(d, &t, &ev, r->body, r->body_len, r->agents, e)) {
	case EVENT_TAKEN:
	case EVENT_SEEN:
	case EVENT_NOTHING:
		return true;
	case EVENT_FULL:
		e->kind = ERR_IO; /* our trouble, not that event's */
		break;
	case EVENT_FAILED:
		break;
	}
	return err_wrap(e, "event %s", ev.name);
}
