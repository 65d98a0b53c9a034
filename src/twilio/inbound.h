/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_INBOUND_H
#define TWILIO_INBOUND_H

#include <stddef.h>

#include "base/arena.h"
#include "base/form.h"

/* Source: Twilio, "Advanced Opt-Out"; of a Messaging Service that has it. */
enum twilio_opt_out {
	TWILIO_OPT_OUT_NONE,
	TWILIO_OPT_OUT_STOP,
	TWILIO_OPT_OUT_START,
	TWILIO_OPT_OUT_HELP
};

/* What a person said with a message: written, pressed, sent along. */
struct twilio_said {
	const char *text; /* what he sees of it; UTF-8, not trimmed, "" when nothing */
	const char *pick; /* id of the button or list row he pressed; NULL: none */
	size_t n_media; /* files of any kind; at most LIMIT_MEDIA */
	enum twilio_opt_out opt_out; /* as Twilio has answered it already */
};

/*
 * Reads the fields of a message webhook: SMS, MMS, WhatsApp. What is not as it should be
 * counts as absent; nothing fails. Texts live in the arena. Thread-safe. Source: Twilio,
 * "Webhook request" for messaging, and for WhatsApp; names of list replies vary, so several
 * are known.
 */
void twilio_said(struct twilio_said *out, const struct form *form, struct arena *a);

/* A file that came with a message. */
struct twilio_file {
	const char *url; /* MediaUrlN, foreign; "": not usable, the file is lost */
	const char *claimed; /* MediaContentTypeN, foreign; "": none */
};

/*
 * The files of a message in their order (0, 1, 2 … 10), at most LIMIT_MEDIA; their number.
 * *out, in the arena, stays valid with the form. May be fewer than twilio_said.n_media:
 * those have no address. Thread-safe.
 */
size_t twilio_files(
    const struct twilio_file **out, const struct form *form, struct arena *a);

#endif
