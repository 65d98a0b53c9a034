/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_FAULTS_H
#define SANDBOX_FAULTS_H

#include "sandbox/chance.h"
#include "sandbox/server.h"

/*
 * Misbehaviour on demand: how the stand-ins go wrong, armed by tests over
 * /sandbox/fault or by a word said on the phone.
 */
struct faults;
struct fault_kind;

/* One fault with its figures. kind is NULL when there is none. */
struct fault {
	const struct fault_kind *kind;
	const struct faults *of; /* where it was armed; NULL: nowhere, it was said */
	uint64_t clears; /* how often those had been cleared when it was taken */
	int status; /* HTTP status; 0: the kind's own */
	int64_t ms; /* how long a "slow" one takes */
	int64_t reset_s; /* what a "throttle" says to wait */
};

enum { FAULTS_MAX = 64, FAULT_MS_MAX = 120000, FAULT_KINDS_MAX = 20 };

/* NULL: there is no kind of that name. */
const struct fault_kind *fault_kind(const char *name);
/* All names, for messages: "stall, cut, …". */
void fault_names(struct buf *out);
/* The request is not worked on, its answer is the fault's. */
bool fault_replaces(const struct fault *f);
/* A connector asks again after it; so a word said on the phone must not act twice. */
bool fault_is_retried(const struct fault *f);
/* The session of the request ends with it. */
bool fault_ends_session(const struct fault *f);

/* Bends a finished (or, when the fault replaces it, still empty) reply. May wait. */
void fault_apply(const struct fault *f, const struct request *q, struct reply *r);

struct faults *faults_new(void);
void faults_free(struct faults *fs);
/* Disarms all, and lets go what a "hold" holds. */
void faults_clear(struct faults *fs);
/* call: "auth", "hc.chats.create"…, the beginning of several ("hc"), or "*"; times -1: until cleared. False: too many are armed. */
bool faults_arm(struct faults *fs, const char *call, const struct fault *f,
    int64_t times) MUST_CHECK;
/*
 * A share of the calls gets one of the kinds, in the figures of `f`, until cleared.
 * kinds: chance->n_ways of them. False: too many are armed.
 */
bool faults_arm_chance(struct faults *fs, const char *call, const struct fault *f,
    const struct chance *chance, const struct fault_kind *const *kinds) MUST_CHECK;
/*
 * {"armed":n,"counts":{"message":{"calls":10,"status":2}, …}} since they were cleared: how
 * often each was called, and which faults it was given. The caller puts it.
 */
js *faults_state(struct faults *fs) MUST_CHECK;
/* Takes the first one armed for this call; out->kind is NULL when none is. */
void faults_take(struct faults *fs, const char *call, struct fault *out);

#endif
