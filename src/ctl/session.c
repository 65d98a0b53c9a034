/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl session: the conversations that botline remembers. Looking holds nobody up; a
 * conversation is dropped in its own line, between two turns.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/session_seen.h"
#include "ctl/show.h"
#include "store/conv_look.h"
#include "store/store.h"

enum {
	KEY_LEAST = 6, /* digits that may name a conversation */
	DROP_WAIT_MS = 30 * 1000, /* for a turn that is at work */
	OUT_BYTES = 6 * LIMIT_RECORD + 64 * 1024 /* a record, every byte escaped */
};

struct keys {
	struct conv_seen *list; /* heap */
	size_t n, room;
};

struct look {
	struct store *store;
	struct buf record;
	const struct opts *opts;
	struct keys keys;
	bool json, body;
};

static bool
keep(const struct conv_seen *seen, void *arg)
{
	struct keys *k = arg;

	if (k->n == k->room) {
		k->room = k->room == 0 ? 64 : 2 * k->room;
		k->list = xrealloc(k->list, k->room * sizeof(*k->list));
	}
	k->list[k->n++] = *seen;
	return true;
}

/* The last used first. */
static int
by_use(const void *a, const void *b)
{
	const struct conv_seen *x = a, *y = b;

	if (x->used_s != y->used_s)
		return x->used_s < y->used_s ? 1 : -1;
	return strcmp(x->key, y->key);
}

/* Fills *s; CONV_DAMAGED counts as found, with nothing to tell. */
static bool
read_one(struct look *l, struct arena *a, const char *key, struct session_seen *s,
    int *status)
{
	struct err e = { 0 };

	*s = (struct session_seen){ 0 };
	switch (conv_peek(l->store, key, &l->record, &s->file, &e)) {
	case CONV_FOUND:
		session_seen_read(s, a, l->record.data, l->record.len);
		return true;
	case CONV_DAMAGED:
		return true;
	case CONV_NONE:
		break;
	case CONV_UNREADABLE:
		*status = ctl_fail_err(&e);
		break;
	}
	return false;
}

static bool
is_number(const char *word)
{
	size_t n = strspn(word, "0123456789");

	return *word == '+' || strncmp(word, "whatsapp:", 9) == 0 ||
	    (n >= 7 && n <= 15 && word[n] == '\0');
}

static size_t
digits(const char *text, char *out, size_t room)
{
	size_t n = 0;

	for (; *text != '\0' && n + 1 < room; text++)
		if (isdigit((unsigned char)*text))
			out[n++] = *text;
	out[n] = '\0';
	return n;
}

/* "+34 600…" is that phone on every channel, "whatsapp:+34…" on that one alone. */
static bool
is_from(const struct session_seen *s, const char *number)
{
	char want[32], have[32];

	if (s->from == NULL)
		return false;
	if (strncmp(number, "whatsapp:", 9) == 0 &&
	    strncmp(s->from, "whatsapp:", 9) != 0)
		return false;
	return digits(number, want, sizeof(want)) > 0 &&
	    digits(s->from, have, sizeof(have)) > 0 && strcmp(want, have) == 0;
}

/* Keeps those of the list that the word names: a phone's number, or the beginning of an id. */
static bool
choose(struct look *l, const char *word, int *status)
{
	struct keys *k = &l->keys;
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session_seen s;
		bool is = !is_number(word) &&
		    strncmp(k->list[i].key, word, strlen(word)) == 0;

		if (is_number(word) && read_one(l, a, k->list[i].key, &s, status))
			is = is_from(&s, word);
		if (*status != EXIT_SUCCESS)
			return false;
		if (is)
			k->list[n++] = k->list[i];
	}
	k->n = n;
	return true;
}

static bool
names_one(const struct opts *o, const char *word)
{
	if (is_number(word) ||
	    (strlen(word) >= KEY_LEAST && strlen(word) < CONV_KEY_SIZE &&
		strspn(word, "0123456789abcdef") == strlen(word)))
		return true;
	(void)opts_wrong(o, "neither a phone's number nor an id of session list", word);
	return false;
}

static int
find(struct look *l)
{
	const char *word = opts_word(l->opts, 0);
	int status = EXIT_SUCCESS;
	struct err e = { 0 };

	if (!conv_each(l->store, keep, &l->keys, &e))
		return ctl_fail_err(&e);
	if (word != NULL && !choose(l, word, &status))
		return status;
	if (word != NULL && l->keys.n == 0)
		return ctl_fail(EX_NOINPUT, "there is no such conversation");
	if (l->keys.n > 0)
		qsort(l->keys.list, l->keys.n, sizeof(*l->keys.list), by_use);
	return EXIT_SUCCESS;
}

typedef void put_fn(
    struct buf *b, struct arena *a, const struct session_seen *s, bool body);

static void
put_line(struct buf *b, struct arena *a, const struct session_seen *s, bool body UNUSED)
{
	session_seen_line(b, a, s);
}

/* Each of them by put, with what stands between two. */
static int
print_each(struct look *l, put_fn *put, const char *between)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(OUT_BYTES);
	int status = EXIT_SUCCESS;
	bool first = true;

	for (size_t i = 0; i < l->keys.n && status == EXIT_SUCCESS; i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session_seen s;

		if (!read_one(l, a, l->keys.list[i].key, &s, &status))
			continue; /* gone meanwhile, or said */
		buf_str(&b, first ? "" : between);
		put(&b, a, &s, l->body);
		first = false;
		if (!show_flush(&b))
			status = ctl_fail(EX_IOERR, "standard output takes no more");
	}
	return status;
}

static int
print_json(struct look *l)
{
	int status;

	printf("{\"sessions\":%zu,\"list\":[", l->keys.n);
	status = print_each(l, session_seen_json, ",\n");
	if (status == EXIT_SUCCESS)
		puts("]}");
	return status;
}

static int
list(struct look *l)
{
	int status = find(l);

	if (status != EXIT_SUCCESS)
		return status;
	if (l->json)
		return print_json(l);
	printf("%zu conversation%s\n", l->keys.n, l->keys.n == 1 ? "" : "s");
	return print_each(l, put_line, "");
}

static int
show(struct look *l)
{
	int status = find(l);

	if (status != EXIT_SUCCESS)
		return status;
	return l->json ? print_json(l) : print_each(l, session_seen_text, "\n");
}

/* Once it is ours, what is lost is what stands in it then. */
static int
forget(struct look *l, struct conv *c, const char *key)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(OUT_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct session_seen s;
	int status = EXIT_SUCCESS;
	struct err e = { 0 };

	if (!read_one(l, a, key, &s, &status))
		return status != EXIT_SUCCESS
		    ? status
		    : ctl_fail(EX_NOINPUT, "it is gone already");
	if (!conv_drop(c, &e))
		return ctl_fail_err(&e);
	printf("The conversation %.12s is dropped; its user begins anew. Lost:\n", key);
	session_seen_losses(&b, a, &s);
	if (!show_flush(&b))
		return ctl_fail(EX_IOERR, "standard output takes no more");
	puts("What waits in the queue for it stays: botlinectl queue list.");
	return EXIT_SUCCESS;
}

static int
drop(struct look *l)
{
	CLEANUP(conv_leavep) struct conv *c = NULL;
	int status = find(l);
	struct err e = { 0 };

	if (status != EXIT_SUCCESS)
		return status;
	if (l->keys.n > 1) {
		fprintf(stderr,
		    "botlinectl: %zu conversations fit: name one by its id\n",
		    l->keys.n);
		(void)print_each(l, put_line, "");
		return EX_DATAERR;
	}
	switch (conv_enter_key(l->store, l->keys.list[0].key,
	    clock_mono_ms(&clock_system) + DROP_WAIT_MS, &c, &e)) {
	case CONV_ENTERED:
		return forget(l, c, l->keys.list[0].key);
	case CONV_BUSY:
	case CONV_LATE:
		return ctl_fail(EX_TEMPFAIL,
		    "it is being worked, nothing was changed: again, later");
	case CONV_FAILED:
		break;
	}
	return e.kind == ERR_NONE ? ctl_fail(EX_NOINPUT, "it is gone already")
				  : ctl_fail_err(&e);
}

static int
with_store(const struct ctl *ctl, const struct opts *o, bool json, bool body,
    int (*run)(struct look *l))
{
	struct look l = { .opts = o, .json = json, .body = body };
	struct conf *conf;
	int status = EX_CONFIG;

	if (opts_word(o, 0) != NULL && !names_one(o, opts_word(o, 0)))
		return EX_USAGE;
	conf = ctl_conf_as_it_is(ctl);
	l.store = ctl_store(conf, &status);
	buf_init(&l.record, LIMIT_RECORD);
	if (l.store != NULL)
		status = run(&l);
	free(l.keys.list);
	buf_fini(&l.record);
	store_close(l.store);
	conf_unref(conf);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = ctl_fail(EX_IOERR, strerror(errno));
	return status;
}

int
ctl_session_list(const struct ctl *ctl, const struct opts *o)
{
	return with_store(ctl, o, opts_has(o, "json"), false, list);
}

int
ctl_session_show(const struct ctl *ctl, const struct opts *o)
{
	return with_store(ctl, o, opts_has(o, "json"), opts_has(o, "body"), show);
}

int
ctl_session_drop(const struct ctl *ctl, const struct opts *o)
{
	return with_store(ctl, o, false, false, drop);
}
