/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MESSENGER_SURVEYS_H
#define MESSENGER_SURVEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "messenger/call.h"
#include "messenger/survey.h"

/* Surveys about tickets. Source: Inbenta, "Messenger API: surveys". */

enum messenger_start {
	MESSENGER_STARTED,
	MESSENGER_NO_SURVEY, /* Messenger says no, for which *e tells the status */
	MESSENGER_NOT_STARTED /* it cannot be asked now; *e */
};

/* Starts one. out->id is the survey's own, or the given one where it is not told. */
enum messenger_start messenger_survey_start(struct messenger_call *c, const char *id,
    const char *ticket, struct messenger_survey *out, struct err *e) MUST_CHECK;

struct messenger_field {
	const char *id; /* of the item */
	const char *value;
};

/*
 * Hands the answers in, once. False: *e; ERR_INPUT when Messenger says no, ERR_TIMEOUT when
 * they may have arrived all the same.
 */
bool messenger_survey_submit(struct messenger_call *c, const char *id,
    const char *token, const struct messenger_field *fields, size_t n,
    struct err *e) MUST_CHECK;

#endif
