/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl queue: what waits, what was given up, and what an operator does about it. What
 * users say, and their numbers in full, are shown only when they are asked for.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"
#include "base/limits.h"
#include "conf/conf.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "store/queue_look.h"
#include "store/state.h"

/* Rows read at a time, so that a long queue needs no memory. */
enum { PAGE = 100 };
/* Room for one row, its body included, with every byte escaped. */
enum { ROW_BYTES = 6 * LIMIT_QUEUE_BODY + 64 * 1024 };

struct words {
	bool dead, json, body;
	int64_t id; /* 0: none is taken */
};

/* The number of a job; false: it is none, which is said. */
static bool
read_id(const struct opts *o, int64_t *id)
{
	const char *word = opts_word(o, 0);
	char *end;

	errno = 0;
	*id = strtoll(word, &end, 10);
	if (errno == 0 && *word >= '1' && *word <= '9' && *end == '\0')
		return true;
	(void)opts_wrong(o, "no number of a job", word);
	return false;
}

static const char *
state_of(const struct queue_row *r, enum queue_box box)
{
	return box == QUEUE_DEAD ? "dead" : r->working ? "working" : "waiting";
}

static void
put_json(struct buf *b, struct arena *a, const struct queue_row *r, enum queue_box box,
    const char *body)
{
	buf_printf(b, "{\"id\":%" PRId64, r->id);
	js_put_text(b, ",\"kind\":", r->kind);
	js_put_text(b, ",\"state\":", state_of(r, box));
	buf_printf(b, ",\"tries\":%d,\"unsure\":%s,\"bytes\":%" PRId64, r->tries,
	    r->unsure ? "true" : "false", r->size);
	js_put_text(b, ",\"made\":", show_moment_ms(a, r->made_ms));
	js_put_text(b, box == QUEUE_DEAD ? ",\"died\":" : ",\"next\":",
	    show_moment_ms(a, r->due_ms));
	js_put_text(b, ",\"lane\":", body != NULL ? r->lane : show_masked(a, r->lane));
	js_put_text(b, ",\"why\":", r->why);
	js_put_text(b, ",\"body\":", body);
	buf_chr(b, '}');
}

static void
put_line(struct buf *b, struct arena *a, const struct queue_row *r, enum queue_box box)
{
	buf_printf(b, "%" PRId64 " %s %s made=%s %s=%s tries=%d bytes=%" PRId64 "%s",
	    r->id, screen_line(a, r->kind), state_of(r, box),
	    show_moment_ms(a, r->made_ms), box == QUEUE_DEAD ? "died" : "next",
	    show_moment_ms(a, r->due_ms), r->tries, r->size,
	    r->unsure ? " unsure" : "");
	buf_printf(b, " lane=%s", screen_line(a, show_masked(a, r->lane)));
	if (*r->why != '\0')
		buf_printf(b, " why=\"%s\"", screen_line(a, r->why));
	buf_chr(b, '\n');
}

static void
put_all(struct buf *b, struct arena *a, const struct queue_row *r, enum queue_box box,
    const char *body)
{
	put_line(b, a, r, box);
	if (body == NULL)
		return;
	buf_printf(
	    b, "lane: %s\nbody: %s\n", screen_line(a, r->lane), screen_line(a, body));
}

static bool
list_pages(struct state *st, const struct words *w, struct buf *b, struct err *e)
{
	const enum queue_box box = w->dead ? QUEUE_DEAD : QUEUE_LIVE;
	static struct queue_row rows[PAGE];
	int64_t after = 0;
	bool first = true, ok = true;
	size_t n = PAGE;

	while (ok && n == PAGE) {
		CLEANUP(arena_freep) struct arena *a = arena_new();

		if (!queue_list(st, box, after, a, rows, PAGE, &n, e))
			return false;
		for (size_t i = 0; i < n && ok; i++, first = false) {
			if (w->json && !first)
				buf_str(b, ",\n");
			if (w->json)
				put_json(b, a, &rows[i], box, NULL);
			else
				put_line(b, a, &rows[i], box);
			ok = show_flush(b);
			after = rows[i].id;
		}
	}
	return ok || err_set(e, ERR_IO, errno, "standard output");
}

static int
list(struct state *st, const struct words *w)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(ROW_BYTES);
	struct queue_counts c;
	struct err e = { 0 };

	if (!queue_count(st, &c, &e))
		return ctl_fail_err(&e);
	if (w->json)
		printf("{\"jobs\":%" PRId64 ",\"working\":%" PRId64
		       ",\"lanes\":%" PRId64 ",\"bytes\":%" PRId64 ",\"dead\":%" PRId64
		       ",\"list\":[",
		    c.jobs, c.working, c.lanes, c.bytes, c.dead);
	else
		printf("%" PRId64 " jobs of %" PRId64 " conversations, %" PRId64
		       " at work; %" PRId64 " dead letters\n",
		    c.jobs, c.lanes, c.working, c.dead);
	if (!list_pages(st, w, &b, &e))
		return ctl_fail_err(&e);
	if (w->json)
		puts("]}");
	return EXIT_SUCCESS;
}

static int
show(struct state *st, const struct words *w)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(ROW_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct queue_row row;
	enum queue_box box;
	const char *body;
	struct err e = { 0 };

	switch (queue_show(st, w->id, a, &row, &box, &body, &e)) {
	case QUEUE_OK:
		break;
	case QUEUE_NONE:
		return ctl_fail(EX_NOINPUT, "there is no such job or dead letter");
	default:
		return ctl_fail_err(&e);
	}
	(w->json ? put_json : put_all)(&b, a, &row, box, w->body ? body : NULL);
	if (w->json)
		buf_chr(&b, '\n');
	return show_flush(&b) ? EXIT_SUCCESS
			      : ctl_fail(EX_IOERR, "standard output takes no more");
}

/* What became of an order. */
static int
told(enum queue_result r, const struct err *e, const char *done)
{
	switch (r) {
	case QUEUE_OK:
		puts(done);
		return EXIT_SUCCESS;
	case QUEUE_NONE:
		return ctl_fail(EX_NOINPUT, "there is none of that number");
	case QUEUE_LOST:
		return ctl_fail(EX_TEMPFAIL, "it is being worked: again, later");
	case QUEUE_FULL:
		return ctl_fail(EX_TEMPFAIL, e->text);
	case QUEUE_SEEN:
	case QUEUE_FAILED:
		break;
	}
	return ctl_fail_err(e);
}

static int
retry(struct state *st, const struct words *w)
{
	struct err e = { 0 };

	return told(queue_retry(st, w->id, &e), &e,
	    "It is in the queue again. One that may have been sent is looked up first.");
}

static int
drop(struct state *st, const struct words *w)
{
	struct err e = { 0 };

	return told(queue_drop(st, w->id, &e), &e, "It is gone.");
}

static int
with_state(const struct ctl *ctl, const struct words *w,
    int (*run)(struct state *st, const struct words *w))
{
	CLEANUP(state_closep) struct state *st = NULL;
	struct conf *conf = ctl_conf_as_it_is(ctl);
	int status = EX_CONFIG;

	st = ctl_state(conf, &status);
	if (st != NULL)
		status = run(st, w);
	conf_unref(conf);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = ctl_fail(EX_IOERR, strerror(errno));
	return status;
}

int
ctl_queue_list(const struct ctl *ctl, const struct opts *o)
{
	const struct words w = { .dead = opts_has(o, "dead"),
		.json = opts_has(o, "json") };

	return with_state(ctl, &w, list);
}

int
ctl_queue_show(const struct ctl *ctl, const struct opts *o)
{
	struct words w = { .body = opts_has(o, "body"), .json = opts_has(o, "json") };

	return read_id(o, &w.id) ? with_state(ctl, &w, show) : EX_USAGE;
}

int
ctl_queue_retry(const struct ctl *ctl, const struct opts *o)
{
	struct words w = { 0 };

	return read_id(o, &w.id) ? with_state(ctl, &w, retry) : EX_USAGE;
}

int
ctl_queue_drop(const struct ctl *ctl, const struct opts *o)
{
	struct words w = { 0 };

	return read_id(o, &w.id) ? with_state(ctl, &w, drop) : EX_USAGE;
}
