/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FORM_WALK_H
#define SANDBOX_FORM_WALK_H

#include "sandbox/inbenta_answer.h"
#include "sandbox/sessions.h"

/*
 * A form in a conversation: its fields are asked one after the other. What does not fit is
 * asked again (flag form-retry); after as many failures of one field as the conversation
 * allows, the bot asks whether to leave the form, where that is allowed. The end has the
 * flag end-form. Source: Inbenta, "Chatbot API, conversation". Each appends to the saying;
 * the session is its holder's.
 */

/* The first field of the entry's form; k is what the entry belongs to. */
void form_begin(struct session *x, struct knowledge *k, const struct know_entry *en,
    const struct saying *s);
/* Whether a form waits for a text. */
bool form_is_open(const struct session *x);
/* What was said to the open form. */
void form_answer(struct session *x, const char *text, const struct saying *s);
/* Yes or no to leaving it; false: that was not asked. */
bool form_choose(struct session *x, const char *value, const struct saying *s);

#endif
