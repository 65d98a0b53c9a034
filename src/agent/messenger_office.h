/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_MESSENGER_OFFICE_H
#define AGENT_MESSENGER_OFFICE_H

#include <stdbool.h>

#include "agent/tickets.h"
#include "agent/timetables.h"
#include "inbenta/account.h"
#include "inbenta/auth.h"
#include "messenger/call.h"

/* What the parts of the engine share. For this room only. */

/* What is shared between conversations. */
struct office {
	const struct clock *clock;
	struct inbenta_auth *auth;
	struct timetables *timetables;
};

/* One call of the dialogue, as the calls of messenger/ want it. */
struct office_desk {
	struct inbenta_account account;
	struct office *office;
	struct messenger_call call; /* of this account: a desk is not copied */
};

/* Whether there are credentials. */
bool office_enabled(void *self, const struct cfg *cfg);

/* ERR_CONFIG where there are none. */
bool office_use(struct office_desk *d, struct office *self,
    const struct agent_call *call, struct err *e) MUST_CHECK;

/* The operations that stand in files of their own; see tickets.h. */
enum ticket_person office_phones(void *self, const struct agent_call *call,
    const char *contact, const char **phones, struct err *e);
enum ticket_person office_keep_phones(void *self, const struct agent_call *call,
    const char *contact, const char *phones, struct err *e);
enum ticket_made office_make(void *self, const struct agent_call *call,
    const struct ticket_new *n, const char **number, struct err *e);
bool office_open_now(void *self, const struct agent_call *call);
enum ticket_survey office_survey(void *self, const struct agent_call *call,
    const char *chat_id, const char *ticket, struct survey *out, struct err *e);
bool office_hand_in(void *self, const struct agent_call *call, const char *id,
    const char *token, const struct survey_answer *answers, size_t n, struct err *e);

#endif
