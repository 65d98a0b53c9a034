/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_QUEUE_H
#define STORE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/crypto.h"
#include "base/err.h"

struct arena;
struct state;

/*
 * Work that must not be lost: messages to send, events to handle, turns that are late.
 *
 * A job stands in a lane, which is a conversation. The jobs of a lane are worked one at a
 * time, the first one first; a job that has to wait holds up those behind it. Lanes do not
 * wait for each other. A job is worked under a lease, which ends with one of queue_done(),
 * queue_later(), queue_dead(); after LIMIT_LEASE_MS without queue_renew(); or as soon as the
 * process that holds it is gone. Then it is taken again, and told that it is `unsure`.
 *
 * Order in a lane: by ord_ms, then as added; what replaces a job takes its place. A job gets
 * before others of its own kind alone, and never before one that has been begun: events are
 * put in order among themselves, and do not come between the parts of a reply.
 *
 * All of it is durable (state.h), thread-safe, shared by the processes of one host, and
 * costs the same however long the queue is. Times are Unix time in ms.
 */
enum queue_result {
	QUEUE_OK,
	QUEUE_NONE, /* there is nothing of that kind at this time */
	QUEUE_SEEN, /* nothing was added: it had been added before */
	QUEUE_FULL, /* nothing was added: a limit is reached; *e tells which */
	QUEUE_LOST, /* nothing was changed: the lease is not ours any more */
	QUEUE_FAILED /* nothing was changed, see *e and state.h */
};

/* A job to add. All texts are copied. */
struct new_job {
	const char *lane; /* at most LIMIT_CONV_ID bytes, not empty */
	const char *kind; /* a word such as "send"; at most LIMIT_QUEUE_KIND bytes */
	const char *body; /* JSON text, at most LIMIT_QUEUE_BODY bytes */
	int64_t
	    ord_ms; /* its place among its kind in the lane; 0: behind all that is there */
	int64_t due_ms; /* not before; 0: at once */
};

/*
 * Adds n jobs (at most LIMIT_QUEUE_BATCH), all or none. With a seen_key (NULL: none; any
 * text, it is hashed), nothing is added when that key was given within LIMIT_SEEN_S. Bounded
 * by LIMIT_QUEUE_JOBS, LIMIT_QUEUE_BYTES, LIMIT_QUEUE_LANE.
 */
enum queue_result queue_add(struct state *st, const struct new_job *jobs, size_t n,
    const char *seen_key, struct err *e) MUST_CHECK;

/*
 * The same with a key for each of the jobs (not NULL): those whose key was given are left
 * out, the others are added, all or none. QUEUE_SEEN: that leaves none. With either of OK
 * and SEEN, seen[i] tells of which that is so; NULL: nobody wants to know.
 */
enum queue_result queue_add_each(struct state *st, const struct new_job *jobs,
    const char *const *seen_keys, size_t n, bool *seen, struct err *e) MUST_CHECK;

/* A job under lease: what its worker needs, and the proof that it is his. */
struct job {
	int64_t id; /* never used twice */
	int64_t lease;
	const char *lane, *kind, *body;
	int64_t made_ms; /* when it was added */
	int tries; /* this one included */
	/*
	 * What an earlier try did outside of the queue is not known: it ended without a word,
	 * or said so itself. Whatever must not happen twice is asked for before it is done.
	 */
	bool unsure;
	const char *why; /* the last try's reason to end, "" */
};

/* Leases the first job of the lane that has waited longest. Texts are in the arena. */
enum queue_result queue_take(
    struct state *st, struct arena *a, struct job *out, struct err *e) MUST_CHECK;

/*
 * The same among lanes whose first job is of one of these kinds: for one who has enough to
 * do of the others. n_kinds 0: there are none.
 */
enum queue_result queue_take_of(struct state *st, const char *const *kinds,
    size_t n_kinds, struct arena *a, struct job *out, struct err *e) MUST_CHECK;

/*
 * Adds one job in its place in the lane, leased by the caller, who is working on it already,
 * or waits for those before it: a turn that will be late. With an ord_ms that may be in front
 * of one that is leased. Texts of *out are those of *job.
 */
enum queue_result queue_claim(struct state *st, const struct new_job *job,
    struct job *out, struct err *e) MUST_CHECK;

/* Another LIMIT_LEASE_MS from now. */
enum queue_result queue_renew(
    struct state *st, const struct job *job, struct err *e) MUST_CHECK;

/* Replaces the body, under the same lease: what the next try has to know. */
enum queue_result queue_save(struct state *st, const struct job *job, const char *body,
    struct err *e) MUST_CHECK;

/*
 * The jobs right behind this one in its lane, in order, at most max: as far as they are of its
 * kind, and none of them was begun. They are not leased: id, kind, body, made_ms are given,
 * texts in the arena.
 */
enum queue_result queue_behind(struct state *st, const struct job *job, size_t max,
    struct arena *a, struct job **out, size_t *n, struct err *e) MUST_CHECK;

/*
 * In one step, under the same lease, replaces the body and drops the first n of those jobs, of
 * which the body tells now. QUEUE_LOST: the lease is not ours, or other jobs stand there.
 */
enum queue_result queue_join(struct state *st, const struct job *job, const char *body,
    const struct job *behind, size_t n, struct err *e) MUST_CHECK;

/*
 * The job is done; the follow-ups (0 to LIMIT_QUEUE_BATCH) take its place in one step. Their
 * lane is the job's (NULL, or the same) and their ord_ms does not count. Only the limits of
 * single texts are asked: what was accepted is not refused half-way.
 */
enum queue_result queue_done(struct state *st, const struct job *job,
    const struct new_job *follow, size_t n, struct err *e) MUST_CHECK;

/*
 * The job, which sent a message, is done; in the same step the message's id (of at most
 * LIMIT_SID bytes; "" when it is not known) is kept with the job's lane for LIMIT_SENT_S.
 * `wait` (NULL: none) takes its place, and holds the lane until queue_news() is told of that
 * id, or until its due_ms, when it is worked as any other; not at all when there were news.
 */
enum queue_result queue_done_sent(struct state *st, const struct job *job,
    const char *id, const struct new_job *wait, struct err *e) MUST_CHECK;

/*
 * There are news of the message of that id: nothing waits for them any more. QUEUE_OK: it is
 * known; lane is what names its lane, the SHA-256 in hex. QUEUE_NONE: it is not (yet); with
 * `keep`, a job that would wait for it within LIMIT_NEWS_S will not.
 */
enum queue_result queue_news(struct state *st, const char *id, bool keep,
    char lane[SHA256_HEX_SIZE], struct err *e) MUST_CHECK;

/*
 * The ids that were kept with the lane at since_ms or later, the newest first, LIMIT_SENT at
 * most; *n is 0 when there are none. They tell messages of ours from one of which we do not
 * know whether it was sent. All that is given is in the arena.
 */
bool queue_sent(struct state *st, const char *lane, int64_t since_ms, struct arena *a,
    const char *const **ids, size_t *n, struct err *e) MUST_CHECK;

struct job_later {
	int64_t delay_ms; /* from now; at most LIMIT_BACKOFF_MS counts */
	const char *
	    why; /* for the operator: no secret, no user's text; cut at LIMIT_QUEUE_WHY */
	bool unsure; /* what this try did outside is not known; see struct job */
	bool free; /* nothing was tried: it does not count */
};

/* Leaves it first in its lane, to be tried again. */
enum queue_result queue_later(struct state *st, const struct job *job,
    const struct job_later *later, struct err *e) MUST_CHECK;

/*
 * Puts it aside as a dead letter, which is kept for LIMIT_DEAD_S and can be looked at and
 * tried again (queue_look.h); the lane goes on. The oldest of more than LIMIT_DEAD goes.
 */
enum queue_result queue_dead(struct state *st, const struct job *job, const char *why,
    bool unsure, struct err *e) MUST_CHECK;

/*
 * QUEUE_OK: something of that lane, of that kind (NULL: of any), waits or is being worked.
 * QUEUE_NONE: nothing.
 */
enum queue_result queue_lane_has(
    struct state *st, const char *lane, const char *kind, struct err *e) MUST_CHECK;

/* The same of those whose place is before that of one with this ord_ms. */
enum queue_result queue_lane_before(struct state *st, const char *lane,
    const char *kind, int64_t ord_ms, struct err *e) MUST_CHECK;

/* QUEUE_OK: that very job waits or is being worked. QUEUE_NONE: it has ended, some way. */
enum queue_result queue_has_job(struct state *st, int64_t id, struct err *e) MUST_CHECK;

/*
 * The moment at which queue_take() will find something, as things stand: a past one when
 * there is something now, INT64_MAX when there is nothing.
 */
bool queue_next_ms(struct state *st, int64_t *next_ms, struct err *e) MUST_CHECK;

/* How long to wait after so many tries: doubled each time, up to LIMIT_BACKOFF_MS, half of it
 * by chance. */
int64_t queue_backoff_ms(int tries) MUST_CHECK;

/* Upkeep: queue_run.h calls these; a program without it does so now and then. */

/* Gives up the leases of processes that are gone. */
bool queue_recover(struct state *st, struct err *e) MUST_CHECK;

/*
 * The caller works a job no more, and could not write that: queue_keep() gives its lease up as
 * soon as it can, as if this process had gone. Without a free place among
 * LIMIT_QUEUE_GIVEN_UP the lease goes on until LIMIT_JOB_MS. Any thread.
 */
void queue_give_up(struct state *st, const struct job *job);

/* Renews the leases of this process that end soon and began less than LIMIT_JOB_MS ago. */
bool queue_keep(struct state *st, struct err *e) MUST_CHECK;

#endif
