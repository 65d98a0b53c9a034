/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AGENT_SECRETS_H
#define AGENT_SECRETS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "base/attr.h"
#include "base/err.h"

struct state;

/*
 * What handshakes have left in the state (store/kv.h), environment by environment: their
 * secrets, and the operator's word that one more may come. Thread-safe, shared by
 * processes; nothing here logs a secret.
 */

/*
 * What agent_handshake() and agent_event_proof() ask for; texts live in the arena. Whether
 * there are some elsewhere is for the caller to find out: here it is false.
 */
bool agent_secrets_read(struct state *st, const char *env, int64_t now_s,
    struct arena *a, struct agent_secrets *out, struct err *e) MUST_CHECK;

enum agent_kept {
	AGENT_KEPT,
	AGENT_KEPT_FIRST, /* there was none before */
	AGENT_KEPT_NOT, /* something has changed since `s` was read: read it again */
	AGENT_KEEP_FAILED /* *e */
};

/*
 * Keeps a secret, newest first, the oldest of more than LIMIT_HOOK_SECRETS goes; with `s` as
 * it was read. Where s->allowed, the operator's word is used up by it.
 */
enum agent_kept agent_secrets_keep(struct state *st, const char *env,
    const struct agent_secrets *s, const char *secret, struct err *e) MUST_CHECK;

/* The operator's word: good for one handshake within LIMIT_ALLOW_S of now_s (Unix time). */
bool agent_secrets_allow(
    struct state *st, const char *env, int64_t now_s, struct err *e) MUST_CHECK;

#endif
