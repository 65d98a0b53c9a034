/* SPDX-License-Identifier: Apache-2.0 */
/* Parts without a server: bodies in parts, chores. */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/chores.h"
#include "sandbox/multipart.h"
#include "support/leaks.h"
#include "support/patience.h"

TestSuite(sandbox_files, .init = not_for_ever, .fini = no_leaks);

#define TYPE "multipart/form-data; boundary=\"X y\""
#define HEAD(name) "--X y\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n"

Test(sandbox_files, multipart)
{
	static const struct {
		const char *name, *type, *body, *says;
	} t[] = {
		{ "no type", NULL, "", "Content-Type must be" },
		{ "a form", "application/x-www-form-urlencoded", "",
		    "Content-Type must be" },
		{ "no boundary", "multipart/form-data", "", "the boundary is" },
		{ "empty", TYPE, "", "the body does not begin" },
		{ "no end", TYPE, HEAD("a") "1", "the last boundary" },
		{ "no head", TYPE, "--X y\r\n\r\n--X y--", "a part has no head" },
		{ "no name", TYPE,
		    "--X y\r\nContent-Disposition: form-data\r\n\r\n1\r\n--X y--",
		    "a part has no name" },
		{ "no disposition", TYPE, "--X y\r\nX: y\r\n\r\n1\r\n--X y--",
		    "a part is no form-data" },
		{ "broken", TYPE, HEAD("a") "1\r\n--X yz", "a boundary is broken" },
		{ "good", TYPE, HEAD("a") "1\r\n2\r\n" HEAD("b") "\r\n--X y--", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		const struct multipart_part *p;
		struct multipart m;
		const char *says =
		    multipart_read(&m, a, t[i].type, t[i].body, strlen(t[i].body));

		cr_expect((says == NULL) == (t[i].says == NULL) &&
			(says == NULL ||
			    strncmp(says, t[i].says, strlen(t[i].says)) == 0),
		    "%s: %s", t[i].name, says != NULL ? says : "fine");
		if (t[i].says != NULL)
			continue;
		p = multipart_find(&m, "a");
		cr_assert_not_null(p);
		cr_expect_eq(p->len, 4);
		cr_expect_arr_eq(p->data, "1\r\n2", 4);
		cr_expect_null(p->filename);
		cr_expect_eq(multipart_find(&m, "b")->len, 0);
		cr_expect_null(multipart_find(&m, "c"));
	}
}

static struct {
	pthread_mutex_t lock;
	pthread_cond_t more;
	char said[64];
	size_t n;
	bool gate; /* closed: who says GATE waits, and with him his lane */
} log_ = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, "", 0, false };

#define GATE '-'

struct word {
	char letter;
	int again; /* so many more times */
};

static int64_t
say(struct outside *o, void *arg)
{
	struct word *w = arg;

	(void)o;
	pthread_mutex_lock(&log_.lock);
	log_.said[log_.n++] = w->letter;
	pthread_cond_broadcast(&log_.more);
	while (w->letter == GATE && log_.gate)
		pthread_cond_wait(&log_.more, &log_.lock);
	pthread_mutex_unlock(&log_.lock);
	return w->again-- > 0 ? 30 : CHORE_DONE;
}

static void
put(struct chores *c, const char *lane, char letter, int64_t in_ms, int again)
{
	struct word *w = xcalloc(1, sizeof(*w));
	struct chore what = { lane, in_ms, say, w, free };

	*w = (struct word){ letter, again };
	cr_assert(chores_add(c, &what));
}

static void
wait_for(size_t n)
{
	pthread_mutex_lock(&log_.lock);
	while (log_.n < n)
		pthread_cond_wait(&log_.more, &log_.lock);
	pthread_mutex_unlock(&log_.lock);
}

/* Nothing of the lane is done until the gate opens. */
static void
close_gate(struct chores *c, const char *lane)
{
	size_t n;

	pthread_mutex_lock(&log_.lock);
	n = log_.n;
	log_.gate = true;
	pthread_mutex_unlock(&log_.lock);
	put(c, lane, GATE, 0, 0);
	wait_for(n + 1);
}

static void
open_gate(void)
{
	pthread_mutex_lock(&log_.lock);
	log_.gate = false;
	pthread_cond_broadcast(&log_.more);
	pthread_mutex_unlock(&log_.lock);
}

Test(sandbox_files, chores)
{
	struct chores *c = chores_new();
	struct word *late = xcalloc(1, sizeof(*late));
	struct chore too_late = { "x", 0, say, late, free };

	close_gate(c, "a");
	put(c, "a", '3', SHORT_MS, 0);
	put(c, "a", '1', 0, 0);
	put(c, "a", '2', 0, 0);
	open_gate();
	wait_for(4);
	cr_expect_str_eq(log_.said, "-123", "by the moment they are due");
	close_gate(c, "a");
	put(c, "a", 'x', 0, 1);
	put(c, "a", 'y', 0, 0);
	open_gate();
	wait_for(8);
	cr_expect_str_eq(log_.said, "-123-xyx", "who comes again lets others pass");
	while (chores_left(c) > 0) /* the last one has spoken, but not yet ended */
		sched_yield();
	put(c, "a", 'z', 60000, 0);
	cr_expect_eq(chores_left(c), 1);
	chores_stop(c);
	cr_expect(!chores_add(c, &too_late), "it has been stopped");
	chores_free(c);
}
