/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/js.h"
#include "base/xalloc.h"
#include "ctl/ctl.h"
#include "ctl/fate.h"
#include "store/queue.h"
#include "store/queue_look.h"

extern char **environ;

enum { PAGE = 100, LOOK_MS = 100, PATH_BYTES = 4096 };

const char *
fate_name(enum fate_state state)
{
	static const char *const names[] = { [FATE_QUEUED] = "queued",
		[FATE_SENT] = "sent",
		[FATE_WAITING] = "waiting",
		[FATE_DEAD] = "dead" };

	return names[state];
}

/* Whether a job that was listed is one of ours; it may be gone by now. */
static bool
is_one(struct state *st, struct arena *a, const struct fate_of *of,
    const struct queue_row *row, bool *is, struct err *e)
{
	CLEANUP(js_putp) js *letter = NULL;
	struct queue_row again;
	enum queue_box box;
	enum queue_result r;
	const char *body;
	struct err ignored;

	*is = false;
	if (strcmp(row->kind, "send") != 0 || strcmp(row->lane, of->lane) != 0 ||
	    row->made_ms < of->since_ms)
		return true;
	r = queue_show(st, row->id, a, &again, &box, &body, e);
	if (r == QUEUE_FAILED)
		return false;
	*is = r == QUEUE_OK && js_parse(body, strlen(body), &letter, &ignored) &&
	    strcmp(js_str(letter, "ref", ""), of->ref) == 0;
	return true;
}

/* The first of ours in a box; *id 0: there is none. */
static bool
find(struct state *st, struct arena *a, const struct fate_of *of, enum queue_box box,
    int64_t *id, const char **why, struct err *e)
{
	struct queue_row *rows = arena_alloc(a, PAGE * sizeof(*rows));
	int64_t after = 0;
	size_t n = PAGE;
	bool is = false;

	*id = 0;
	while (n == PAGE) {
		if (!queue_list(st, box, after, a, rows, PAGE, &n, e))
			return false;
		for (size_t i = 0; i < n; i++) {
			if (!is_one(st, a, of, &rows[i], &is, e))
				return false;
			if (is) {
				*id = rows[i].id;
				*why = rows[i].why;
				return true;
			}
			after = rows[i].id;
		}
	}
	return true;
}

static void
nap(void)
{
	struct timespec t = { .tv_nsec = LOOK_MS * 1000000L };

	nanosleep(&t, NULL);
}

/* Until that job has ended, some way. False: *e; or the time is over, then e->kind is 0. */
static bool
wait_for(struct state *st, int64_t id, int64_t until_ms, struct err *e)
{
	*e = (struct err){ 0 };
	for (;;) {
		enum queue_result r = queue_has_job(st, id, e);

		if (r != QUEUE_OK)
			return r == QUEUE_NONE;
		if (clock_mono_ms(&clock_system) >= until_ms)
			return false;
		nap();
	}
}

/* The newest n of the lane are taken for ours; told in the order they were sent. */
static bool
find_sids(struct fate *out, struct state *st, struct arena *a, const struct fate_of *of,
    struct err *e)
{
	const char *const *ids;
	const char **sids;
	size_t n;

	if (!queue_sent(st, of->lane, of->since_ms, a, &ids, &n, e))
		return false;
	if (n > of->n)
		n = of->n;
	sids = arena_alloc(a, (n + 1) * sizeof(*sids));
	for (size_t i = 0; i < n; i++)
		sids[i] = ids[n - 1 - i];
	out->sids = sids;
	out->n_sids = n;
	return true;
}

bool
fate_wait(struct fate *out, struct state *st, struct arena *a, const struct fate_of *of,
    long seconds, struct err *e)
{
	const int64_t until_ms = clock_mono_ms(&clock_system) + (int64_t)seconds * 1000;
	int64_t id;

	*out = (struct fate){ .state = FATE_WAITING, .why = "" };
	for (;;) {
		CLEANUP(arena_freep) struct arena *round = arena_new();
		const char *why = "";

		if (!find(st, round, of, QUEUE_LIVE, &id, &why, e))
			return false;
		if (id == 0)
			break;
		if (!wait_for(st, id, until_ms, e)) {
			out->why = arena_strdup(a, why);
			return e->kind == ERR_NONE;
		}
	}
	if (!find(st, a, of, QUEUE_DEAD, &id, &out->why, e))
		return false;
	out->state = id != 0 ? FATE_DEAD : FATE_SENT;
	return id != 0 || find_sids(out, st, a, of, e);
}

/* The program beside this one. */
static bool
find_botline(char path[PATH_BYTES])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_BYTES - 1);
	char *slash;

	if (n <= 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL || (size_t)(slash - path) + sizeof("/botline") > PATH_BYTES)
		return false;
	memcpy(slash, "/botline", sizeof("/botline"));
	return true;
}

int
fate_work(const char *root, long seconds)
{
	char path[PATH_BYTES], number[24], *folder = xstrdup(root);
	char *argv[] = { path, (char[]){ "--root" }, folder, (char[]){ "--run-queue" },
		(char[]){ "--for" }, number, NULL };
	int rc = ENOENT, status;
	pid_t pid;

	snprintf(number, sizeof(number), "%ld", seconds);
	if (find_botline(path))
		rc = posix_spawn(&pid, path, NULL, NULL, argv, environ);
	free(folder);
	if (rc != 0) {
		fprintf(stderr, "botlinectl: botline cannot be started: %s\n",
		    strerror(rc));
		return EX_UNAVAILABLE;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ctl_fail(EX_OSERR, strerror(errno));
	/* EX_TEMPFAIL: something is left, of anybody. What became of ours is looked at. */
	if (WIFEXITED(status) &&
	    (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == EX_TEMPFAIL))
		return EXIT_SUCCESS;
	return ctl_fail(EX_UNAVAILABLE, "botline --run-queue has failed");
}
