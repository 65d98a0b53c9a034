/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_MESSENGER_RIG_H
#define UNIT_MESSENGER_RIG_H

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/http.h"
#include "messenger/call.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/upstream.h"

/* All that a call to Messenger needs, with a scripted server in its place. */

#define RIG_NOW 1714557600
#define RIG_KEY "Ab+/9="

struct rig {
	struct fake_clock clock;
	struct upstream *up;
	struct http_shared *shared;
	struct http *http;
	struct arena *arena;
	struct err no_access; /* when it has a kind: why there is no token */
	int asked; /* tokens, which are t1, t2… */
	char refused[64]; /* tokens handed back: "t1;" */
};

static inline void
rig_init(struct rig *r, const struct upstream_step *steps, size_t n)
{
	struct http_shared_opts ho = { .clock = &r->clock.clock };
	struct err e = { 0 };

	signal(SIGPIPE, SIG_IGN);
	*r = (struct rig){ .clock = FAKE_CLOCK(RIG_NOW) };
	ho.clock = &r->clock.clock;
	r->up = upstream_new(steps, n);
	r->shared = http_shared_new(&ho, &e);
	cr_assert_not_null(r->shared, "%s", e.text);
	r->http = http_new(r->shared);
	r->arena = arena_new();
}

static inline void
rig_fini(struct rig *r)
{
	http_free(r->http);
	http_shared_free(r->shared);
	upstream_free(r->up);
	arena_free(r->arena);
}

static inline bool
rig_access(const struct messenger_call *c, const char *refused,
    struct messenger_access *out, struct err *e)
{
	struct rig *r = c->arg;
	size_t len = strlen(r->refused);

	if (refused != NULL)
		snprintf(r->refused + len, sizeof(r->refused) - len, "%s;", refused);
	if (r->no_access.kind != ERR_NONE) {
		*e = r->no_access;
		return false;
	}
	out->token = arena_printf(c->arena, "t%d", ++r->asked);
	out->base = arena_printf(c->arena, "%s/tickets", upstream_url(r->up));
	return true;
}

/* What a call may use. */
static inline struct messenger_call
rig_call(struct rig *r)
{
	return (struct messenger_call){ .http = r->http,
		.key = RIG_KEY,
		.name = "chat.messenger",
		.get_access = rig_access,
		.arg = r,
		.arena = r->arena,
		.until_ms = clock_mono_ms(&r->clock.clock) + PATIENCE_MS };
}

/* What was asked so far: "GET users?address=a, POST tickets"; in the arena. */
static inline const char *
rig_asked(struct rig *r)
{
	static const char base[] = " /tickets/v1/";
	CLEANUP(buf_fini) struct buf b = BUF_INIT(16 * 1024);
	size_t n = upstream_requests(r->up);

	for (size_t i = 0; i < n; i++) {
		const char *line = upstream_get(r->up, i)->line;
		const char *path = strstr(line, base);

		cr_assert_not_null(path, "%s", line);
		buf_printf(&b, "%s%.*s ", i > 0 ? ", " : "", (int)(path - line), line);
		path += sizeof(base) - 1;
		buf_add(&b, path, strcspn(path, " "));
	}
	cr_assert(buf_ok(&b));
	return arena_strdup(r->arena, b.data);
}

#endif
