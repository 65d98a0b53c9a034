/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_METRICS_H
#define BASE_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/*
 * Counters and histograms of all threads and processes of one bot. They are cells of one
 * file in store.path, shared by memory: who counts adds to a cell, without lock or system
 * call; who wants to know reads them, and asks nobody. They outlive the processes. Until
 * metrics_open() the cells are of this process alone, and so they stay where the file cannot
 * be had, on a full disk for one: counting never fails, and never keeps anything else from
 * being done.
 *
 * No label is ever a user's: each is one of a set that is written down here.
 */

/* The sets of labels: X(set, value). A label's number is M_<set>_<value>. */
#define METRIC_ONE(X) X(ONE, none)
#define METRIC_ROUTE(X) \
	X(ROUTE, none) \
	X(ROUTE, media) \
	X(ROUTE, challenge) \
	X(ROUTE, handshake) \
	X(ROUTE, event) \
	X(ROUTE, ticket) \
	X(ROUTE, status) \
	X(ROUTE, message) \
	X(ROUTE, health) \
	X(ROUTE, metrics)
#define METRIC_CODE(X) \
	X(CODE, 2xx) \
	X(CODE, 4xx) \
	X(CODE, 5xx)
/*
 * answered: by the bot or by ourselves; apologised: the bot gave no answer; escalated: a step
 * towards an agent or a ticket; agent: said to an agent; repeated: worked before; lined: put
 * into the queue, and counted again when it is worked there; silent: on purpose; refused: too
 * many wait; failed: nothing was committed, and it comes again
 */
#define METRIC_TURN(X) \
	X(TURN, answered) \
	X(TURN, apologised) \
	X(TURN, escalated) \
	X(TURN, agent) \
	X(TURN, repeated) \
	X(TURN, lined) \
	X(TURN, silent) \
	X(TURN, refused) \
	X(TURN, failed)
#define METRIC_UPSTREAM(X) \
	X(UPSTREAM, inbenta) \
	X(UPSTREAM, hyperchat) \
	X(UPSTREAM, messenger) \
	X(UPSTREAM, twilio) \
	X(UPSTREAM, other)
/* refused: 4xx but 429, which is throttled; failed: 5xx, or no proper answer */
#define METRIC_CALL(X) \
	X(CALL, ok) \
	X(CALL, refused) \
	X(CALL, throttled) \
	X(CALL, failed) \
	X(CALL, timeout) \
	X(CALL, unreachable)
#define METRIC_JOB(X) \
	X(JOB, turn) \
	X(JOB, send) \
	X(JOB, confirm) \
	X(JOB, notice) \
	X(JOB, event) \
	X(JOB, leave) \
	X(JOB, ticket) \
	X(JOB, contact) \
	X(JOB, survey) \
	X(JOB, hand_in) \
	X(JOB, other)
/* unsure: tried again later, and may have been done */
#define METRIC_TRY(X) \
	X(TRY, done) \
	X(TRY, again) \
	X(TRY, unsure) \
	X(TRY, dead)
#define METRIC_ESCALATION(X) \
	X(ESCALATION, offered) \
	X(ESCALATION, accepted) \
	X(ESCALATION, declined) \
	X(ESCALATION, connected) \
	X(ESCALATION, unavailable) \
	X(ESCALATION, failed) \
	X(ESCALATION, ticket)
#define METRIC_CACHE(X) \
	X(CACHE, token) \
	X(CACHE, appdata) \
	X(CACHE, hours)
#define METRIC_LOOKUP(X) \
	X(LOOKUP, hit) \
	X(LOOKUP, miss)
#define METRIC_CHANNEL(X) \
	X(CHANNEL, sms) \
	X(CHANNEL, whatsapp)
#define METRIC_ROAD(X) \
	X(ROAD, twiml) \
	X(ROAD, rest)
#define METRIC_ALPHABET(X) \
	X(ALPHABET, gsm7) \
	X(ALPHABET, ucs2)
#define METRIC_STATUS(X) \
	X(STATUS, queued) \
	X(STATUS, sent) \
	X(STATUS, delivered) \
	X(STATUS, read) \
	X(STATUS, failed) \
	X(STATUS, undelivered) \
	X(STATUS, other)
#define METRIC_PROOF(X) \
	X(PROOF, twilio) \
	X(PROOF, hyperchat) \
	X(PROOF, messenger)
#define METRIC_LEVEL(X) \
	X(LEVEL, error) \
	X(LEVEL, warn)
#define METRIC_RELOAD(X) \
	X(RELOAD, ok) \
	X(RELOAD, refused)

/* All of them: X(set, name of the label); ONE has none. */
#define METRIC_SETS(X) \
	X(ONE, "") \
	X(ROUTE, "route") \
	X(CODE, "code") \
	X(TURN, "outcome") \
	X(UPSTREAM, "upstream") \
	X(CALL, "outcome") \
	X(JOB, "kind") \
	X(TRY, "outcome") \
	X(ESCALATION, "outcome") \
	X(CACHE, "cache") \
	X(LOOKUP, "result") \
	X(CHANNEL, "channel") \
	X(ROAD, "road") \
	X(ALPHABET, "alphabet") \
	X(STATUS, "status") \
	X(PROOF, "what") \
	X(LEVEL, "level") \
	X(RELOAD, "result")

#define METRIC_VALUE_ID(set, value) M_##set##_##value,
#define METRIC_SET_IDS(set, label) \
	enum metric_##set{ METRIC_##set(METRIC_VALUE_ID) M_##set##_N };
METRIC_SETS(METRIC_SET_IDS)
#undef METRIC_SET_IDS
#undef METRIC_VALUE_ID

enum metric {
#define COUNTER(id, name, help, a, b) M_##id,
#define GAUGE COUNTER
#define HISTOGRAM COUNTER
#include "base/metrics.def"
#undef COUNTER
#undef GAUGE
#undef HISTOGRAM
	M_N
};

/*
 * Upper bounds of a histogram's buckets in ms; what is above goes into one more. Behind the
 * buckets there is a cell for the sum, in ms.
 */
#define METRIC_BOUNDS(X) \
	X(5) \
	X(10) \
	X(25) \
	X(50) \
	X(100) \
	X(250) \
	X(500) \
	X(1000) \
	X(2500) \
	X(5000) \
	X(10000) \
	X(15000) \
	X(30000) \
	X(60000)
enum {
#define METRIC_BUCKET(ms) METRIC_BUCKET_##ms,
	METRIC_BOUNDS(METRIC_BUCKET)
#undef METRIC_BUCKET
	    METRIC_BUCKET_above,
	METRIC_BUCKETS,
	METRIC_SUM = METRIC_BUCKETS,
	METRIC_HISTOGRAM_CELLS
};
extern const int64_t metric_bounds_ms[METRIC_BUCKETS - 1];

/* Where each metric's cells begin: the first label counts slower than the second. */
#define METRIC_SIZE(set) ((int)M_##set##_N)
#define METRIC_CELLS_OF(id, n) M_##id##_AT, M_##id##_LAST = M_##id##_AT + ((n)-1),
enum {
#define COUNTER(id, name, help, a, b) \
	METRIC_CELLS_OF(id, METRIC_SIZE(a) * METRIC_SIZE(b))
#define GAUGE COUNTER
#define HISTOGRAM(id, name, help, a, b) \
	METRIC_CELLS_OF(id, METRIC_SIZE(a) * METRIC_HISTOGRAM_CELLS)
#include "base/metrics.def"
#undef COUNTER
#undef GAUGE
#undef HISTOGRAM
	METRIC_CELLS
};

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_set {
	const char *label; /* "": there is no label */
	const char *const *values;
	size_t n;
};

struct metric_row {
	const char *name, *help;
	const struct metric_set *a, *b;
	size_t at; /* its first cell */
	size_t n; /* how many it has */
	enum metric_kind kind;
};

extern const struct metric_row metric_rows[M_N];

/*
 * Counts. a and b are labels of the metric's sets, 0 where it has none. A relaxed addition;
 * thread-safe, shared by processes.
 */
void metrics_add(enum metric m, unsigned a, unsigned b, uint64_t n);

static inline void
metrics_count(enum metric m, unsigned a, unsigned b)
{
	metrics_add(m, a, b, 1);
}

/* Puts a gauge that is kept here, and not found out when it is asked for. */
void metrics_set(enum metric m, unsigned a, uint64_t n);

/* Puts a time into a histogram; a negative one counts as 0. */
void metrics_observe(enum metric m, unsigned a, int64_t ms);

/*
 * The label of that name in a set, a blank or hyphen of it taken for "_"; `otherwise` when
 * there is none. For names that come as text: kinds of jobs, status of a message.
 */
unsigned metrics_label(const struct metric_set *set, const char *name, size_t len,
    unsigned otherwise) MUST_CHECK;

/*
 * Shares the cells with all who open the same folder (store.path, there already). What was
 * counted before is added. Once per process, before its threads; false: they stay this
 * process's own, see *e. The file's name is that of the table, so that another version of
 * botline begins its own.
 */
bool metrics_open(const char *folder, struct err *e) MUST_CHECK;

/*
 * Whether the file was cut, or its disk took no more, since this was asked last. SIGBUS is
 * handled for that: the process goes on and counts for itself what it would have counted
 * there. Any thread.
 */
bool metrics_cut(void) MUST_CHECK;

/*
 * All cells as they are in the folder's file, by whomever they were counted. ERR_NONE when
 * there is none. For who looks from outside.
 */
bool metrics_read_file(
    const char *folder, uint64_t out[METRIC_CELLS], struct err *e) MUST_CHECK;

/* All cells as this process sees them. */
void metrics_read(uint64_t out[METRIC_CELLS]);

#endif
