/* SPDX-License-Identifier: Apache-2.0 */
/* What is asked of HyperChat when a chat is over: its survey, who it was. */
#include "config.h"

#include <string.h>

#include "agent/hyperchat_desk.h"
#include "conf/cfg.h"
#include "hyperchat/surveys.h"
#include "hyperchat/users.h"

#define OURS "twilio-"

bool
hc_id_is_ours(const char *external_id)
{
	return strncmp(external_id, OURS, strlen(OURS)) == 0;
}

bool
hc_survey(void *self, const struct agent_call *call, const char *ticket,
    const char **url, struct err *e)
{
	const char *id = cfg_str(call->cfg, CFG_CHAT_CHAT_SURVEYID);
	struct hc_desk d;

	if (*id == '\0') {
		*url = NULL;
		return true;
	}
	return hc_use(&d, self, call, e) &&
	    hyperchat_survey_url(&d.call, id, ticket, url, e);
}

/* What was put there for guests is nobody's own. */
static bool
is_guests(const struct agent_call *call, const char *contact)
{
	return strcmp(contact, cfg_str(call->cfg, CFG_CHAT_CHAT_GUESTCONTACT)) == 0;
}

bool
hc_contact(void *self, const struct agent_call *call, const struct agent_chat *chat,
    struct agent_contact *out, struct err *e)
{
	struct hyperchat_user user = { 0 };
	struct hc_memory m;
	struct hc_desk d;

	if (!hc_use(&d, self, call, e) || !hc_recall(&d, chat, &m, e) ||
	    (m.user != NULL && !hyperchat_user_get(&d.call, m.user, &user, e)))
		return false;
	*out = (struct agent_contact){ "", "" };
	if (user.id == NULL || !hc_id_is_ours(user.external_id))
		return true;
	out->id = user.external_id;
	if (!is_guests(call, user.contact))
		out->contact = user.contact;
	return true;
}
