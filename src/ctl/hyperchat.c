/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl hyperchat: what an operator decides about HyperChat's handshakes. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/secrets.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "store/state.h"

/* What makes the word useless; NULL: nothing does. */
static const char *
useless(const struct cfg *c)
{
	if (!cfg_bool(c, CFG_CHAT_CHAT_ENABLED))
		return "chat.chat.enabled is false: no handshake is taken";
	if (cfg_str(c, CFG_CHAT_CHAT_WEBHOOK_SECRET)[0] != '\0')
		return "chat.chat.webhook_secret is set: it alone counts; empty it, or "
		       "have HyperChat use it";
	if (strcmp(cfg_str(c, CFG_CHAT_CHAT_HANDSHAKE), "never") == 0)
		return "chat.chat.handshake is \"never\": set \"once\"";
	return NULL;
}

static int
allow(const struct conf *conf, enum conf_env env)
{
	const char *why = useless(conf_cfg(conf, env));
	int status = EXIT_SUCCESS;
	struct state *st;
	struct err e;

	if (why != NULL)
		return ctl_fail(EX_CONFIG, why);
	st = ctl_state(conf, &status);
	if (st == NULL)
		return status;
	if (agent_secrets_allow(
		st, conf_env_name(env), clock_wall_s(&clock_system), &e))
		printf(
		    "One handshake is taken in the environment %s within %d minutes: "
		    "save the webhook in Messenger now.\n",
		    conf_env_name(env), LIMIT_ALLOW_S / 60);
	else
		status =
		    ctl_fail(e.kind == ERR_TIMEOUT ? EX_TEMPFAIL : EX_IOERR, e.text);
	state_close(st);
	return status;
}

int
ctl_allow_handshake(const struct ctl *ctl, const struct opts *o)
{
	enum conf_env env;
	struct conf *conf;
	int status;

	if (!ctl_env(o, &env))
		return EX_USAGE;
	conf = ctl_conf(ctl);
	if (conf == NULL)
		return EX_CONFIG;
	status = allow(conf, env);
	conf_unref(conf);
	return status;
}
