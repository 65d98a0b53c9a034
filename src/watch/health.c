/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "store/state.h"
#include "watch/health.h"
#include "watch/numbers.h"

struct look {
	const struct watch *w;
	const struct numbers *n;
	struct arena *a;
	struct finding *out;
	size_t found;
};

/* Down goes before degraded; otherwise as they were found. */
static void
add(struct look *l, enum severity severity, const char *what, const char *says,
    const char *hint)
{
	size_t at = l->found;

	if (l->found == HEALTH_MOST)
		return;
	while (at > 0 && l->out[at - 1].severity < severity)
		at--;
	memmove(&l->out[at + 1], &l->out[at], (l->found - at) * sizeof(*l->out));
	l->out[at] = (struct finding){ severity, what, says, hint };
	l->found++;
}

static bool
may_write(const char *folder)
{
	return faccessat(AT_FDCWD, folder, W_OK | X_OK, AT_EACCESS) == 0;
}

static void
look_at_store(struct look *l)
{
	if (!may_write(l->w->store_path))
		add(l, HEALTH_DOWN, "store-not-writable",
		    arena_printf(l->a, "%s: %s", l->w->store_path, strerror(errno)),
		    "mend the folder of store.path: each message is answered 503 until then");
}

static void
look_at_state(struct look *l)
{
	static const char hint[] =
	    "mend the folder of store.state_path, then restart botline";
	struct err e;

	if (l->w->state == NULL || *l->n->why != '\0')
		add(l, HEALTH_DOWN, "state-not-readable", arena_strdup(l->a, l->n->why),
		    hint);
	else if (!state_writable(l->w->state, &e))
		add(l, HEALTH_DOWN, "state-not-writable", arena_strdup(l->a, e.text),
		    hint);
	else if (!may_write(l->w->state_path))
		add(l, HEALTH_DOWN, "state-not-writable",
		    arena_printf(l->a, "%s: %s", l->w->state_path, strerror(errno)),
		    hint);
}

static void
look_at_disk(struct look *l, const char *what, const char *path)
{
	struct statvfs fs;
	uint64_t left;

	if (statvfs(path, &fs) != 0)
		return; /* told of by those who need it */
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (left < LIMIT_HEALTH_DISK)
		add(l, HEALTH_DEGRADED, what,
		    arena_printf(l->a, "%s: %" PRIu64 " MB are free", path,
			left / (1024 * 1024)),
		    "make room: without it messages are refused");
}

static void
look_at_queue(struct look *l)
{
	uint64_t age = numbers_get(l->n, M_QUEUE_OLDEST_SECONDS, 0, 0);

	if (age > LIMIT_HEALTH_OLD_S)
		add(l, HEALTH_DEGRADED, "queue-old",
		    arena_printf(l->a, "the oldest job has waited %" PRIu64 " s", age),
		    "botlinectl queue list says what it waits for");
	if (l->n->dead_new_known && l->n->dead_new > 0)
		add(l, HEALTH_DEGRADED, "dead-letters",
		    arena_printf(
			l->a, "%" PRIu64 " within the last hour", l->n->dead_new),
		    "botlinectl queue list --dead has the reasons; queue retry or drop each");
}

static void
look_at_upstreams(struct look *l)
{
	const struct metric_set *set = metric_rows[M_UPSTREAM_FAILING].a;

	for (unsigned i = 0; i < set->n; i++) {
		uint64_t failing = numbers_get(l->n, M_UPSTREAM_FAILING, i, 0);
		uint64_t denied = numbers_get(l->n, M_UPSTREAM_DENIED, i, 0);
		const char *name = set->values[i];

		if (denied >= LIMIT_HEALTH_DENIED)
			add(l, HEALTH_DEGRADED, arena_printf(l->a, "denied-%s", name),
			    arena_printf(l->a,
				"%s: the last %" PRIu64
				" calls were answered 401 or 403",
				name, denied),
			    "mend the key or token of it: botlinectl check --online");
		else if (failing >= LIMIT_HEALTH_FAILING)
			add(l, HEALTH_DEGRADED, arena_printf(l->a, "failing-%s", name),
			    arena_printf(l->a, "%s: the last %" PRIu64 " calls failed",
				name, failing),
			    "the log has the reasons: is it down, or the way to it?");
	}
}

static void
look_at_process(struct look *l)
{
	uint64_t workers = numbers_get(l->n, M_WORKERS, 0, 0);
	uint64_t busy = numbers_get(l->n, M_WORKERS_BUSY, 0, 0);

	if (numbers_get(l->n, M_CONFIG_STALE, 0, 0) != 0)
		add(l, HEALTH_DEGRADED, "config-stale",
		    "the last reload was refused: the configuration of before is in force",
		    "botline --check says what to mend; then reload again");
	if (workers > 1 && busy >= workers)
		add(l, HEALTH_DEGRADED, "workers-busy",
		    arena_printf(
			l->a, "all %" PRIu64 " threads have a request", workers),
		    "is an upstream slow? else raise server.workers");
}

size_t
health_look(const struct watch *w, const struct numbers *n, struct arena *a,
    struct finding out[HEALTH_MOST])
{
	struct look l = { w, n, a, out, 0 };

	look_at_store(&l);
	look_at_state(&l);
	look_at_process(&l);
	look_at_queue(&l);
	look_at_upstreams(&l);
	look_at_disk(&l, "store-disk-low", w->store_path);
	look_at_disk(&l, "state-disk-low", w->state_path);
	return l.found;
}

enum severity
health_of(const struct finding *f, size_t n)
{
	return n > 0 ? f[0].severity : HEALTH_READY;
}

const char *
health_name(enum severity s)
{
	static const char *const names[] = {
		[HEALTH_READY] = "ready",
		[HEALTH_DEGRADED] = "degraded",
		[HEALTH_DOWN] = "down",
	};

	return names[s];
}

static void
write_member(struct buf *out, char before, const char *name, const char *value)
{
	buf_printf(out, "%c\"%s\":\"", before, name);
	buf_json(out, value, strlen(value));
	buf_chr(out, '"');
}

void
health_json(struct buf *out, const struct finding *f, size_t n)
{
	write_member(out, '{', "status", health_name(health_of(f, n)));
	write_member(out, ',', "version", PACKAGE_VERSION);
	buf_str(out, ",\"findings\":[");
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_chr(out, ',');
		write_member(out, '{', "severity", health_name(f[i].severity));
		write_member(out, ',', "what", f[i].what);
		write_member(out, ',', "says", f[i].says);
		write_member(out, ',', "hint", f[i].hint);
		buf_chr(out, '}');
	}
	buf_str(out, "]}\n");
}
