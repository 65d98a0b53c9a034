/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/faults.h"

enum act {
	ACT_BODY, /* another answer */
	ACT_PAUSE, /* the right answer, late */
	ACT_HOLD, /* the right answer, once the faults are cleared */
	ACT_STALL, /* nothing, until the client leaves */
	ACT_CUT, /* the connection breaks within the answer */
	ACT_HANGUP, /* the connection is closed */
	ACT_HALF, /* half of the right answer, as if it were whole */
	ACT_HUGE /* an answer of some megabytes */
};

struct fault_kind {
	const char *name;
	enum act act;
	bool replaces, retried, ends_session;
	int status;
	const char *type, *body;
};

#define JSON "application/json"

/* Bodies as the gateway and the API write them. Source: Inbenta, "Errors". */
static const struct fault_kind kinds[] = {
	{ .name = "stall", .act = ACT_STALL, .replaces = true },
	{ .name = "slow", .act = ACT_PAUSE },
	{ .name = "hold", .act = ACT_HOLD },
	{ .name = "cut", .act = ACT_CUT },
	{ .name = "close", .act = ACT_HANGUP, .replaces = true },
	{ .name = "lost", .act = ACT_HANGUP },
	{ .name = "half_json", .act = ACT_HALF },
	{ .name = "huge",
	    .act = ACT_HUGE,
	    .replaces = true,
	    .status = 200,
	    .type = JSON },
	{ .name = "empty", .replaces = true, .status = 200, .type = JSON, .body = "" },
	{ .name = "html",
	    .replaces = true,
	    .status = 200,
	    .type = "text/html",
	    .body = "<!DOCTYPE html>\n<html><head><title>Maintenance</title></head>"
		    "<body><h1>We will be back soon</h1></body></html>\n" },
	{ .name = "status",
	    .replaces = true,
	    .status = 500,
	    .type = JSON,
	    .body = "{\"errors\":[{\"message\":\"Internal error\",\"code\":%d}]}" },
	{ .name = "expired_session",
	    .replaces = true,
	    .retried = true,
	    .ends_session = true,
	    .status = 400,
	    .type = JSON,
	    .body = "{\"errors\":[{\"message\":\"Session expired\",\"code\":400}]}" },
	{ .name = "throttle",
	    .replaces = true,
	    .retried = true,
	    .status = 429,
	    .type = JSON,
	    .body = "{\"message\":\"Too Many Requests\"}" },
	{ .name = "bad_secret",
	    .replaces = true,
	    .status = 400,
	    .type = JSON,
	    .body =
		"{\"error\":{\"code\":400,\"message\":\"Secret token not valid\"}}" },
	{ .name = "gateway_timeout",
	    .replaces = true,
	    .status = 504,
	    .type = JSON,
	    .body = "{\"message\":\"Endpoint request timed out\"}" },
};

/* The upstreams whose errors look otherwise, by the path they are called at. */
static const struct dialect {
	const char *path, *kind, *body;
} dialects[] = {
	{ "/hyperchat/", "status",
	    "{\"error\":{\"code\":%d,\"message\":\"Internal error\"}}" },
	{ "/hyperchat/", "throttle",
	    "{\"error\":{\"code\":%d,\"message\":\"Too Many Requests\"}}" },
	{ "/twilio/", "status",
	    "{\"code\":20500,\"message\":\"Internal Server Error\",\"more_info\":"
	    "\"https://www.twilio.com/docs/errors/20500\",\"status\":%d}" },
	{ "/twilio/", "throttle",
	    "{\"code\":20429,\"message\":\"Too Many Requests\",\"more_info\":"
	    "\"https://www.twilio.com/docs/errors/20429\",\"status\":%d}" },
};

enum { STALL_MS = 10 * 60 * 1000, HOLD_LOOK_MS = 10, HUGE_BYTES = 4 * 1024 * 1024 };

struct armed {
	char *call;
	struct fault fault;
	int64_t times;
	struct chance chance; /* n_ways 0: none, it acts each time */
	const struct fault_kind *ways[FAULT_KINDS_MAX];
};

/* How often a call was made, and which faults it was given. */
struct count {
	const char *call; /* static, as faults_take() is told */
	uint64_t calls, given[NELEMS(kinds)];
};

enum { COUNTS_MAX = 100 };

struct faults {
	pthread_mutex_t lock; /* guards the rest */
	struct armed armed[FAULTS_MAX];
	size_t n;
	struct count counts[COUNTS_MAX];
	size_t n_counts;
	_Atomic uint64_t
	    clears; /* how often they were cleared; read without the lock */
};

const struct fault_kind *
fault_kind(const char *name)
{
	for (size_t i = 0; i < NELEMS(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

void
fault_names(struct buf *out)
{
	for (size_t i = 0; i < NELEMS(kinds); i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", kinds[i].name);
}

bool
fault_replaces(const struct fault *f)
{
	return f->kind != NULL && f->kind->replaces;
}

bool
fault_is_retried(const struct fault *f)
{
	return f->kind != NULL && f->kind->retried;
}

bool
fault_ends_session(const struct fault *f)
{
	return f->kind != NULL && f->kind->ends_session;
}

static const char *
body_of(const struct fault_kind *kind, const char *path)
{
	for (size_t i = 0; path != NULL && i < NELEMS(dialects); i++)
		if (strncmp(path, dialects[i].path, strlen(dialects[i].path)) == 0 &&
		    strcmp(kind->name, dialects[i].kind) == 0)
			return dialects[i].body;
	return kind->body;
}

static void
other_body(const struct fault *f, const struct request *q, struct reply *r)
{
	const char *body = body_of(f->kind, q->path), *rest = strstr(body, "%d");
	bool twilio = q->path != NULL && strncmp(q->path, "/twilio/", 8) == 0;

	r->status = f->status > 0 ? f->status : f->kind->status;
	r->type = f->kind->type;
	buf_reset(&r->body);
	if (rest == NULL) {
		buf_str(&r->body, body);
	} else {
		buf_add(&r->body, body, (size_t)(rest - body));
		buf_printf(&r->body, "%d%s", r->status, rest + 2);
	}
	if (r->status == 429)
		reply_header(r, twilio ? "Retry-After" : "x-throttle-reset",
		    arena_printf(q->arena, "%lld", (long long)f->reset_s));
}

static void
huge_body(const struct fault *f, struct reply *r)
{
	CLEANUP(freep) char *x = xmalloc(HUGE_BYTES);

	memset(x, 'x', HUGE_BYTES);
	r->status = f->status > 0 ? f->status : f->kind->status;
	r->type = f->kind->type;
	buf_reset(&r->body);
	buf_str(&r->body, "{\"answers\":[{\"type\":\"answer\",\"message\":\"");
	buf_add(&r->body, x, HUGE_BYTES);
	buf_str(&r->body, "\"}]}");
}

/* Until they are cleared. False: nobody waits for the answer any more. */
static bool
hold(const struct fault *f, const struct request *q)
{
	while (f->of != NULL && f->of->clears == f->clears)
		if (!request_pause(q, HOLD_LOOK_MS))
			return false;
	return true;
}

void
fault_apply(const struct fault *f, const struct request *q, struct reply *r)
{
	if (f->kind == NULL)
		return;
	switch (f->kind->act) {
	case ACT_BODY:
		other_body(f, q, r);
		break;
	case ACT_PAUSE:
		if (!request_pause(q, f->ms))
			r->way = REPLY_HANG_UP;
		break;
	case ACT_HOLD:
		if (!hold(f, q))
			r->way = REPLY_HANG_UP;
		break;
	case ACT_STALL:
		request_pause(q, STALL_MS);
		r->way = REPLY_HANG_UP;
		break;
	case ACT_CUT:
		r->way = REPLY_CUT;
		break;
	case ACT_HANGUP:
		r->way = REPLY_HANG_UP;
		break;
	case ACT_HALF:
		buf_truncate(&r->body, r->body.len / 2);
		break;
	case ACT_HUGE:
		huge_body(f, r);
		break;
	}
}

struct faults *
faults_new(void)
{
	struct faults *fs = xcalloc(1, sizeof(*fs));

	pthread_mutex_init(&fs->lock, NULL);
	return fs;
}

void
faults_free(struct faults *fs)
{
	if (fs == NULL)
		return;
	faults_clear(fs);
	pthread_mutex_destroy(&fs->lock);
	free(fs);
}

void
faults_clear(struct faults *fs)
{
	pthread_mutex_lock(&fs->lock);
	for (size_t i = 0; i < fs->n; i++)
		free(fs->armed[i].call);
	fs->n = 0;
	fs->n_counts = 0;
	fs->clears++;
	pthread_mutex_unlock(&fs->lock);
}

/* Takes the texts of *a. */
static bool
arm(struct faults *fs, const struct armed *a)
{
	bool room;

	pthread_mutex_lock(&fs->lock);
	room = fs->n < FAULTS_MAX;
	if (room)
		fs->armed[fs->n++] = *a;
	pthread_mutex_unlock(&fs->lock);
	if (!room)
		free(a->call);
	return room;
}

bool
faults_arm(struct faults *fs, const char *call, const struct fault *f, int64_t times)
{
	struct armed a = { .call = xstrdup(call), .fault = *f, .times = times };

	return arm(fs, &a);
}

bool
faults_arm_chance(struct faults *fs, const char *call, const struct fault *f,
    const struct chance *chance, const struct fault_kind *const *ways)
{
	struct armed a = {
		.call = xstrdup(call), .fault = *f, .times = -1, .chance = *chance
	};

	assert(chance->n_ways > 0 && chance->n_ways <= FAULT_KINDS_MAX);
	for (size_t i = 0; i < chance->n_ways; i++)
		a.ways[i] = ways[i];
	return arm(fs, &a);
}

static void
drop_locked(struct faults *fs, size_t i)
{
	free(fs->armed[i].call);
	fs->n--;
	memmove(&fs->armed[i], &fs->armed[i + 1], (fs->n - i) * sizeof(fs->armed[0]));
}

/* "hc" and "hc.chats" stand for "hc.chats.create" too. */
static bool
fits(const char *armed, const char *call)
{
	size_t n = strlen(armed);

	return strcmp(armed, "*") == 0 ||
	    (strncmp(armed, call, n) == 0 && (call[n] == '\0' || call[n] == '.'));
}

static struct count *
count_locked(struct faults *fs, const char *call)
{
	size_t i = 0;

	while (i < fs->n_counts && strcmp(fs->counts[i].call, call) != 0)
		i++;
	if (i == fs->n_counts) {
		assert(i < COUNTS_MAX); /* there are far fewer names */
		fs->counts[fs->n_counts++] = (struct count){ .call = call };
	}
	return &fs->counts[i];
}

/* False: by chance it does not act this time. */
static bool
acts(const struct armed *a, const struct count *count, struct fault *out)
{
	size_t way;

	*out = a->fault;
	if (a->chance.n_ways == 0)
		return true;
	way = chance_draw(&a->chance, count->call, count->calls);
	if (way == a->chance.n_ways)
		return false;
	out->kind = a->ways[way];
	if (strcmp(out->kind->name, "status") != 0)
		out->status = 0; /* the others have their own */
	return true;
}

void
faults_take(struct faults *fs, const char *call, struct fault *out)
{
	struct count *count;

	pthread_mutex_lock(&fs->lock);
	count = count_locked(fs, call);
	count->calls++;
	for (size_t i = 0; i < fs->n; i++) {
		struct armed *a = &fs->armed[i];

		if (!fits(a->call, call) || !acts(a, count, out))
			continue;
		out->of = fs;
		out->clears = fs->clears;
		count->given[out->kind - kinds]++;
		if (a->times > 0 && --a->times == 0)
			drop_locked(fs, i);
		pthread_mutex_unlock(&fs->lock);
		return;
	}
	pthread_mutex_unlock(&fs->lock);
	*out = (struct fault){ 0 };
}

js *
faults_state(struct faults *fs)
{
	js *o = json_object_new_object(), *counts = json_object_new_object();

	pthread_mutex_lock(&fs->lock);
	for (size_t i = 0; i < fs->n_counts; i++) {
		const struct count *c = &fs->counts[i];
		js *one = json_object_new_object();

		json_object_object_add(
		    one, "calls", json_object_new_int64((int64_t)c->calls));
		for (size_t k = 0; k < NELEMS(kinds); k++)
			if (c->given[k] > 0)
				json_object_object_add(one, kinds[k].name,
				    json_object_new_int64((int64_t)c->given[k]));
		json_object_object_add(counts, c->call, one);
	}
	json_object_object_add(o, "armed", json_object_new_int64((int64_t)fs->n));
	pthread_mutex_unlock(&fs->lock);
	json_object_object_add(o, "counts", counts);
	return o;
}
