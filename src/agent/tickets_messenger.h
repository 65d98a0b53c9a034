/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_TICKETS_MESSENGER_H
#define AGENT_TICKETS_MESSENGER_H

#include "agent/tickets.h"
#include "inbenta/account.h"

/*
 * Inbenta's Messenger as the office behind the live agents. Settings: chat.messenger.*,
 * chat.chat.queue.id, source, survey.*, roomId and those of the service hours, and of
 * others api.url, api.timeout_ms.
 */
extern const struct tickets_ops tickets_messenger;

/* The credentials of the configuration, borrowed from it. */
struct inbenta_account tickets_messenger_account(const struct cfg *cfg) MUST_CHECK;

#endif
