/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_INBENTA_RIG_H
#define UNIT_INBENTA_RIG_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/file.h"
#include "http/http.h"
#include "inbenta/auth.h"
#include "inbenta/call.h"
#include "store/store.h"
#include "support/fake_clock.h"
#include "support/patience.h"
#include "support/tmpdir.h"
#include "support/upstream.h"

/* All that a call to Inbenta needs, with a scripted server in Inbenta's place. */

#define RIG_NOW 1700000000
#define RIG_KEY "Ab+/9="
#define RIG_FILE "cached-accesstoken-Ab9"

/* An answer of /v1/auth: token and seconds of life, the latter as a text. */
#define RIG_TOKEN(token, life) \
	"{\"accessToken\":\"" token "\",\"expires_in\":" life "," \
	"\"apis\":{\"chatbot\":\"$URL/bot/\"}}"
#define RIG_AUTH(token, life) \
	{ \
		.on = "POST /v1/auth", .body = RIG_TOKEN(token, life) \
	}

struct rig {
	struct tmpdir dir;
	struct fake_clock clock;
	struct store *store;
	struct upstream *up;
	struct http_shared *shared;
	struct http *http;
	struct inbenta_auth *auth;
	struct arena *arena;
	struct inbenta_account account;
};

static inline void
rig_init(struct rig *r, const struct upstream_step *steps, size_t n)
{
	struct store_opts so = { .session_ttl_s = 1000, .clock = &r->clock.clock };
	struct http_shared_opts ho = { .clock = &r->clock.clock };
	struct err e = { 0 };

	r->dir = tmpdir_new();
	so.path = r->dir.path;
	r->clock = (struct fake_clock)FAKE_CLOCK(RIG_NOW);
	r->store = store_open(&so, &e);
	cr_assert_not_null(r->store, "%s", e.text);
	r->up = upstream_new(steps, n);
	upstream_clock(r->up, &r->clock);
	r->shared = http_shared_new(&ho, &e);
	cr_assert_not_null(r->shared, "%s", e.text);
	r->http = http_new(r->shared);
	r->auth = inbenta_auth_new(r->store, &r->clock.clock);
	r->arena = arena_new();
	r->account = (struct inbenta_account){ .name = "api",
		.url = upstream_url(r->up),
		.key = RIG_KEY,
		.secret = "eyJ.se.cret",
		.timeout_ms = PATIENCE_MS };
}

static inline void
rig_fini(struct rig *r)
{
	inbenta_auth_free(r->auth);
	http_free(r->http);
	http_shared_free(r->shared);
	upstream_free(r->up);
	store_close(r->store);
	arena_free(r->arena);
	tmpdir_fini(&r->dir);
}

/* As another process that shares the folder would be, or ours after a restart. */
static inline void
rig_restart(struct rig *r)
{
	inbenta_auth_free(r->auth);
	r->auth = inbenta_auth_new(r->store, &r->clock.clock);
}

static inline int64_t
rig_until(const struct rig *r, int64_t ms)
{
	return clock_mono_ms(&r->clock.clock) + ms;
}

/* What a call may use; without a profile. */
static inline struct inbenta_call
rig_call(struct rig *r)
{
	return (struct inbenta_call){ .http = r->http,
		.auth = r->auth,
		.account = &r->account,
		.clock = &r->clock.clock,
		.arena = r->arena,
		.until_ms = rig_until(r, PATIENCE_MS) };
}

static inline void
rig_path(const struct rig *r, char out[200])
{
	snprintf(out, 200, "%s/%s", r->dir.path, RIG_FILE);
}

/* Writes the cache file as another process would; $URL as in the server's answers. */
static inline void
rig_write_file(struct rig *r, const char *text)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(10000);
	struct cache_stamp stamp;
	const char *at;
	struct err e;

	for (; (at = strstr(text, "$URL")) != NULL; text = at + 4) {
		buf_add(&b, text, (size_t)(at - text));
		buf_str(&b, upstream_url(r->up));
	}
	buf_str(&b, text);
	cr_assert(
	    cache_write(r->store, RIG_FILE, b.data, b.len, &stamp, &e), "%s", e.text);
}

/* The token of a get that has to work. */
static inline const char *
rig_token(struct rig *r)
{
	struct inbenta_access got = { 0 };
	struct err e = { 0 };

	cr_assert(inbenta_auth_get(r->auth, r->http, &r->account,
		      rig_until(r, PATIENCE_MS), r->arena, &got, &e),
	    "%s", e.text);
	return got.token;
}

#endif
