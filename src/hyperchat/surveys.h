/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_SURVEYS_H
#define HYPERCHAT_SURVEYS_H

#include <stdbool.h>

#include "base/err.h"
#include "hyperchat/call.h"

/*
 * Where a user finds the survey about a ticket; *url lives in the arena, and is one that
 * calls of ours could go to as well. What the survey is about goes in the query, as befits
 * a GET; where that is refused, once more as a body, as Inbenta's own client sends it.
 * Source: Inbenta, "HyperChat API: surveys".
 */
bool hyperchat_survey_url(const struct hyperchat_call *c, const char *survey_id,
    const char *ticket_id, const char **url, struct err *e) MUST_CHECK;

#endif
