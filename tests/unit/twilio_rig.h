/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_TWILIO_RIG_H
#define UNIT_TWILIO_RIG_H

#include <signal.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "http/http.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/upstream.h"
#include "twilio/account.h"

/* All that a call to Twilio needs, with a scripted server in Twilio's place. */

#define RIG_NOW 1790000000 /* Mon, 21 Sep 2026 14:13:20 GMT */
#define RIG_AC "AC0123456789abcdef0123456789abcdef"
#define RIG_SM "SM0123456789abcdef0123456789abcdef"
#define RIG_MM "MM0123456789abcdef0123456789abcdef"
#define RIG_ME "ME0123456789abcdef0123456789abcdef"
#define RIG_MG "MG0123456789abcdef0123456789abcdef"
#define RIG_BASIC \
	"Authorization: Basic " \
	"QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0b2tlbg=="

struct rig {
	struct fake_clock clock;
	struct upstream *up;
	struct http_shared *shared;
	struct http *http;
	struct arena *arena;
	struct twilio_account account;
};

static inline void
rig_init(struct rig *r, const struct upstream_step *steps, size_t n)
{
	struct http_shared_opts o = { .clock = &r->clock.clock };
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	r->clock = (struct fake_clock)FAKE_CLOCK(RIG_NOW);
	r->up = upstream_new(steps, n);
	upstream_clock(r->up, &r->clock);
	r->shared = http_shared_new(&o, &e);
	cr_assert_not_null(r->shared, "%s", e.text);
	r->http = http_new(r->shared);
	r->arena = arena_new();
	r->account = (struct twilio_account){ .sid = RIG_AC,
		.secret = "token",
		.url = upstream_url(r->up),
		.timeout_ms = PATIENCE_MS };
}

static inline void
rig_fini(struct rig *r)
{
	http_free(r->http);
	http_shared_free(r->shared);
	upstream_free(r->up);
	arena_free(r->arena);
}

static inline struct twilio_call
rig_call(struct rig *r)
{
	return (struct twilio_call){ .http = r->http,
		.account = &r->account,
		.clock = &r->clock.clock,
		.arena = r->arena,
		.until_ms = clock_mono_ms(&r->clock.clock) + PATIENCE_MS };
}

#endif
