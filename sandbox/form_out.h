/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FORM_OUT_H
#define SANDBOX_FORM_OUT_H

#include "sandbox/twilio_sign.h"
#include "sandbox/webhook.h"

enum { FORM_OUT_MAX = 100 };

struct form_out {
	struct twilio_param fields[FORM_OUT_MAX];
	size_t n;
};

/*
 * All parameters Twilio sends for this message, empty ones too, then what it carries
 * (m->extra) and the changes of m->params. Strings live in the arena. Source: Twilio, "Webhook request".
 */
void form_out_make(struct form_out *f, struct arena *a, const struct outgoing *m,
    const char *account_sid);

/* Adds a field, or replaces it; neither text is copied. */
void form_out_set(struct form_out *f, const char *name, const char *value);

/* application/x-www-form-urlencoded */
void form_out_write(const struct form_out *f, struct buf *out);

#endif
