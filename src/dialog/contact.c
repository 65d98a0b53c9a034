/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a chat is over, the phones of its user are kept at the office with the person who has
 * his contact: a reply by ticket finds him by them.
 */
#include "config.h"

#include <string.h>

#include "agent/tickets.h"
#include "base/log.h"
#include "dialog/after.h"

const char *
contact_phones(const char *user_id)
{
	const char *dash = strchr(user_id, '-');

	return dash != NULL ? dash + 1 : user_id;
}

static void
report(const struct after_note *n, const char *outcome)
{
	LOG(LOG_INFO, "dialog", "phones after a chat", LS("chat", n->chat),
	    LS("outcome", outcome));
}

/* What became of it, in words; NULL: it cannot be asked now, *e. */
static const char *
keep(const struct dialog *d, const struct agent_call *call, const struct after_note *n,
    struct err *e)
{
	const struct agent_chat chat = { n->chat, n->memory };
	struct agent_contact who;

	if (!agent_enabled(d->agent, call->cfg) ||
	    !tickets_enabled(d->tickets, call->cfg))
		return "switched off";
	if (!agent_contact(d->agent, call, &chat, &who, e))
		return NULL;
	if (who.id[0] == '\0' || who.contact[0] == '\0')
		return "no contact";
	switch (tickets_keep_phones(
	    d->tickets, call, who.contact, contact_phones(who.id), e)) {
	case PERSON_FOUND:
		return "kept";
	case PERSON_UNKNOWN:
	case PERSON_NO_PHONES:
		return "nobody has this contact";
	case PERSON_FAILED:
		break;
	}
	return NULL;
}

enum job_end
contact_work(const struct dialog *d, const struct turn *t, const struct job *job,
    struct job_result *out)
{
	struct agent_call call = {
		.http = t->http, .arena = t->arena, .until_ms = t->until_ms
	};
	struct after_note n = { 0 };
	const char *outcome;
	struct err e = { 0 };

	if (!after_note_read(&n, job->body, t->arena, &e)) {
		out->why = arena_strdup(t->arena, e.text);
		return JOB_DEAD;
	}
	call.cfg = conf_cfg(t->conf, n.env);
	call.env = conf_env_name(n.env);
	outcome = keep(d, &call, &n, &e);
	if (outcome == NULL) {
		out->why = arena_printf(t->arena, "phones not kept: %s", e.text);
		return JOB_LATER;
	}
	report(&n, outcome);
	return JOB_DONE;
}
