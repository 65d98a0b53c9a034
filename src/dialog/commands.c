/* SPDX-License-Identifier: Apache-2.0 */
/* Commands for whoever tests a bot on a phone: typed as they stand here. */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "channel/channel.h"
#include "conf/cfg.h"
#include "dialog/work.h"

/* Gives the reply, in English: these are no texts for customers. */
typedef const char *command_fn(struct work *w);

static const char *
clear_cached_appdata(struct work *w)
{
	struct bot_call call = work_call(w, w->t->until_ms);

	return bot_forget_setup(w->d->bot, &call) ? "Cached app data cleared."
						  : "There was no cached app data.";
}

/* A rating that was held goes out. */
static const char *
clear_user_session(struct work *w)
{
	work_begin_anew(w);
	return "User session cleared.";
}

static const char *
show_user_id(struct work *w)
{
	return w->in->user_id;
}

static const struct command {
	const char *name;
	command_fn *run;
} commands[] = {
	{ "clear_cached_appdata", clear_cached_appdata },
	{ "clear_user_session", clear_user_session },
	{ "show_user_id", show_user_id },
};

/* Numbers are the same on every channel. */
static const char *
number_of(const char *address)
{
	return address + strlen(channel_of(address)->prefix);
}

static bool
is_allowed(const struct work *w)
{
	const char *number = number_of(w->in->from);

	if (w->s.env == CONF_PRODUCTION)
		return false;
	for (size_t i = 0; i < cfg_len(w->cfg, CFG_COMMANDS_ALLOWED_NUMBERS); i++)
		if (strcmp(number_of(cfg_item(w->cfg, CFG_COMMANDS_ALLOWED_NUMBERS, i)),
			number) == 0)
			return true;
	return false;
}

static const struct command *
find(const char *text)
{
	for (size_t i = 0; i < NELEMS(commands); i++)
		if (strcmp(text, commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

bool
command_is(const char *text)
{
	return find(text) != NULL;
}

bool
command_run(struct work *w)
{
	const struct command *c = find(w->heard.text);

	/* What is said in a chat is for the agent. */
	if (c == NULL || w->s.chat.id != NULL || !is_allowed(w))
		return false;
	if (w->s.pending.kind == PENDING_COMMENT)
		hold_send(w);
	w->outcome = c->name;
	compose_label(&w->reply, c->run(w));
	return true;
}
