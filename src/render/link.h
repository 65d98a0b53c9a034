/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_LINK_H
#define RENDER_LINK_H

#include <stdbool.h>

#include "base/buf.h"

enum link_kind {
	LINK_NONE, /* nothing to show: no target, a place in the same page, script, data */
	LINK_URL,
	LINK_MAIL,
	LINK_PHONE
};

/*
 * What a phone shows of a link's target, appended to out: a URL as it is, mailto: and tel:
 * without scheme and parameters; in UTF-8, without blanks and controls.
 */
enum link_kind link_target(const char *href, struct buf *out);

/*
 * Whether a link's text says the target already. Scheme, trailing slashes and case do not
 * count; nor, in a phone number, what people put between the digits.
 */
bool link_says(enum link_kind kind, const char *text, const char *target);

#endif
