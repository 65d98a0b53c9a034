/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_FATE_H
#define CTL_FATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

struct state;

/* What becomes of messages that were put into the queue. */
enum fate_state {
	FATE_QUEUED, /* nobody has looked */
	FATE_SENT, /* all were handed to Twilio */
	FATE_WAITING, /* not all, in the time there was */
	FATE_DEAD /* one was given up */
};

const char *fate_name(enum fate_state state); /* "queued", "sent"… */

struct fate {
	enum fate_state state;
	const char *why; /* of the last try, or of its end; "" */
	const char *const *sids; /* of FATE_SENT, in order, as far as they are known */
	size_t n_sids;
};

/* The jobs "send" of this lane whose letters have this ref (channel/letter.h). */
struct fate_of {
	const char *lane, *ref;
	int64_t since_ms; /* Unix time: none of them is older */
	size_t n;
};

/*
 * Watches the queue until they have ended, or so long. Someone else works them. Results are
 * in the arena. False: the queue cannot be read, see *e.
 */
bool fate_wait(struct fate *out, struct state *st, struct arena *a,
    const struct fate_of *of, long seconds, struct err *e) MUST_CHECK;

/*
 * Has the queue worked by the botline that is installed beside this program, which takes that
 * long at most, and waits for its end. A status: EX_UNAVAILABLE when it could not be started.
 */
int fate_work(const char *root, long seconds) MUST_CHECK;

#endif
