/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_REPLAY_H
#define CTL_REPLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/form.h"

/* A webhook that was recorded, in any of the ways botlinectl(8) names. */
struct replay {
	struct form form; /* of Twilio, when json is NULL */
	const char *json; /* of HyperChat or Messenger */
	size_t json_len;
	const char *query; /* that stood behind the address, as a form; "" */
	bool cut; /* some values are shorter than they were */
};

/* Everything lives in the arena. A status: EX_DATAERR when it is none, which is said. */
int replay_read(struct replay *r, struct arena *a, const struct buf *file) MUST_CHECK;

/*
 * A number in the place of a masked one ("*1222", "whatsapp:*1222"), always the same for the
 * same: one that is kept for fiction (+1 NXX 555 01XX), which nobody has. NULL: it is not
 * masked.
 */
const char *replay_number(struct arena *a, const char *value) MUST_CHECK;

#endif
