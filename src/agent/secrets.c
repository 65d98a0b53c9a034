/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Secrets have no blanks, so a list of them is a text with a line for each. The operator's
 * word is the moment at which it ends.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/secrets.h"
#include "base/buf.h"
#include "base/limits.h"
#include "store/kv.h"

enum { NAME_BYTES = 64, MOMENT_BYTES = 24, MOST_TRIES = 5 };

static void
name_of(char out[NAME_BYTES], const char *what, const char *env)
{
	snprintf(out, NAME_BYTES, "hyperchat/%s/%s", what, env);
}

static bool
read_list(struct state *st, const char *env, struct arena *a, struct agent_secrets *out,
    struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	const char **list = arena_alloc(a, LIMIT_HOOK_SECRETS * sizeof(*list));
	char name[NAME_BYTES];
	char *at;

	name_of(name, "hook-secret", env);
	if (kv_get(st, name, &b, e) == KV_FAILED)
		return false;
	out->stored = list;
	out->n = 0;
	at = arena_strndup(a, b.data, b.len);
	while (*at != '\0' && out->n < LIMIT_HOOK_SECRETS) {
		size_t len = strcspn(at, "\n");

		if (len > 0)
			list[out->n++] = arena_strndup(a, at, len);
		at += len + (at[len] == '\n');
	}
	return true;
}

static bool
read_allowed(
    struct state *st, const char *env, int64_t now_s, bool *allowed, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_KV_VALUE);
	char name[NAME_BYTES];
	int64_t ends_s;

	name_of(name, "allow-handshake", env);
	*allowed = false;
	switch (kv_get(st, name, &b, e)) {
	case KV_OK:
		ends_s = strtoll(b.data, NULL, 10);
		/* One that ends later than any can was put by a clock that was wrong. */
		*allowed = now_s < ends_s && ends_s <= now_s + LIMIT_ALLOW_S;
		return true;
	case KV_NONE:
	case KV_THERE:
		return true;
	case KV_FAILED:
		break;
	}
	return false;
}

bool
agent_secrets_read(struct state *st, const char *env, int64_t now_s, struct arena *a,
    struct agent_secrets *out, struct err *e)
{
	out->elsewhere = false;
	return read_list(st, env, a, out, e) &&
	    read_allowed(st, env, now_s, &out->allowed, e);
}

static void
write_list(struct buf *b, const char *first, const struct agent_secrets *s, size_t n)
{
	if (first != NULL)
		buf_printf(b, "%s\n", first);
	for (size_t i = 0; i < s->n && i < n; i++)
		buf_printf(b, "%s\n", s->stored[i]);
}

static enum agent_kept
put_list(struct state *st, const char *env, const struct agent_secrets *s,
    const char *secret, struct err *e)
{
	CLEANUP(buf_fini) struct buf was = BUF_INIT(LIMIT_KV_VALUE);
	CLEANUP(buf_fini) struct buf now = BUF_INIT(LIMIT_KV_VALUE);
	char name[NAME_BYTES];
	enum kv_result did;

	name_of(name, "hook-secret", env);
	write_list(&was, NULL, s, s->n);
	write_list(&now, secret, s, LIMIT_HOOK_SECRETS - 1);
	if (!buf_ok(&was) || !buf_ok(&now)) {
		err_set(e, ERR_TOO_BIG, 0, "secrets of %zu bytes", now.len);
		return AGENT_KEEP_FAILED;
	}
	did = s->n == 0 ? kv_put_new(st, name, now.data, now.len, e)
			: kv_swap(st, name, was.data, was.len, now.data, now.len, e);
	if (did == KV_FAILED)
		return AGENT_KEEP_FAILED;
	if (did != KV_OK)
		return AGENT_KEPT_NOT;
	return s->n == 0 ? AGENT_KEPT_FIRST : AGENT_KEPT;
}

/* Of several who come at once, one gets it; it is his, whatever becomes of the list. */
static enum agent_kept
keep_allowed(struct state *st, const char *env, const struct agent_secrets *s,
    const char *secret, struct err *e)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct agent_secrets now = *s;
	enum agent_kept did = AGENT_KEPT_NOT;
	char name[NAME_BYTES];
	enum kv_result dropped;

	name_of(name, "allow-handshake", env);
	dropped = kv_drop(st, name, e);
	if (dropped != KV_OK)
		return dropped == KV_FAILED ? AGENT_KEEP_FAILED : AGENT_KEPT_NOT;
	for (int i = 0; i < MOST_TRIES && did == AGENT_KEPT_NOT; i++) {
		did = put_list(st, env, &now, secret, e);
		if (did == AGENT_KEPT_NOT && !read_list(st, env, a, &now, e))
			did = AGENT_KEEP_FAILED;
	}
	return did;
}

enum agent_kept
agent_secrets_keep(struct state *st, const char *env, const struct agent_secrets *s,
    const char *secret, struct err *e)
{
	return s->allowed ? keep_allowed(st, env, s, secret, e)
			  : put_list(st, env, s, secret, e);
}

bool
agent_secrets_allow(struct state *st, const char *env, int64_t now_s, struct err *e)
{
	char name[NAME_BYTES], ends[MOMENT_BYTES];
	int n = snprintf(ends, sizeof(ends), "%" PRId64, now_s + LIMIT_ALLOW_S);

	name_of(name, "allow-handshake", env);
	return kv_put(st, name, ends, (size_t)n, e);
}
