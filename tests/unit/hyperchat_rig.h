/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_HYPERCHAT_RIG_H
#define UNIT_HYPERCHAT_RIG_H

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/http.h"
#include "hyperchat/account.h"
#include "hyperchat/call.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/upstream.h"

/* All that a call to HyperChat needs, with a scripted server in its place. */

#define RIG_NOW 1714557600
#define RIG_APP "APP+/1"
#define RIG_SECRET "s3cr3t=="

struct rig {
	struct fake_clock clock;
	struct upstream *up;
	struct http_shared *shared;
	struct http *http;
	struct arena *arena;
	struct hyperchat_account account;
};

static inline void
rig_init(struct rig *r, const struct upstream_step *steps, size_t n)
{
	struct http_shared_opts ho = { .clock = &r->clock.clock };
	struct hyperchat_setup setup = { .app_id = RIG_APP, .secret = RIG_SECRET };
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	r->clock = (struct fake_clock)FAKE_CLOCK(RIG_NOW);
	r->up = upstream_new(steps, n);
	upstream_clock(r->up, &r->clock);
	r->shared = http_shared_new(&ho, &e);
	cr_assert_not_null(r->shared, "%s", e.text);
	r->http = http_new(r->shared);
	r->arena = arena_new();
	setup.server = upstream_url(r->up);
	setup.timeout_ms = PATIENCE_MS;
	cr_assert(
	    hyperchat_account_make(r->arena, &setup, &r->account, &e), "%s", e.text);
}

static inline void
rig_fini(struct rig *r)
{
	http_free(r->http);
	http_shared_free(r->shared);
	upstream_free(r->up);
	arena_free(r->arena);
}

/* What a call may use; with so much time. */
static inline struct hyperchat_call
rig_call_in(struct rig *r, int64_t ms)
{
	return (struct hyperchat_call){ .http = r->http,
		.account = &r->account,
		.clock = &r->clock.clock,
		.arena = r->arena,
		.until_ms = clock_mono_ms(&r->clock.clock) + ms };
}

static inline struct hyperchat_call
rig_call(struct rig *r)
{
	return rig_call_in(r, PATIENCE_MS);
}

/* What was asked so far: "GET settings/, POST users/"; in the arena. */
static inline const char *
rig_asked(struct rig *r)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(16 * 1024);
	size_t n = upstream_requests(r->up);

	for (size_t i = 0; i < n; i++) {
		const char *line = upstream_get(r->up, i)->line;
		const char *path = strstr(line, " /v1/");

		cr_assert_not_null(path, "%s", line);
		buf_printf(&b, "%s%.*s %.*s", i > 0 ? ", " : "", (int)(path - line),
		    line, (int)strcspn(path + 5, " "), path + 5);
	}
	cr_assert(buf_ok(&b));
	return arena_strdup(r->arena, b.data);
}

#endif
