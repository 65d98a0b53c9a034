/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl cache: the files that save calls upstream. A running botline looks whether its
 * file is still there before it believes what it has in memory, so they may go at any time.
 * What is in them is secret and never printed; of the key in a name its beginning is.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/js.h"
#include "base/xalloc.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/screen.h"
#include "ctl/show.h"
#include "inbenta/cached_file.h"
#include "store/store.h"

static const struct cache_kind {
	const char *name, *prefix, *holds;
} kinds[] = {
	{ "token", CACHED_TOKEN, "access token of an API key" },
	{ "appdata", CACHED_APPDATA, "texts and settings of an instance" },
	{ "timetable", CACHED_TIMETABLE, "service hours of live agents" },
};

/* What is being done with each file. */
struct tour {
	struct store *store;
	const struct cache_kind *kind;
	struct buf out;
	size_t n, stay;
	bool json, clear;
};

static void
put_json(struct tour *t, struct arena *a, const struct cache_seen *seen, char *shown)
{
	buf_str(&t->out, t->n > 0 ? ",\n" : "");
	js_put_text(&t->out, "{\"kind\":", t->kind->name);
	js_put_text(&t->out, ",\"file\":", screen_line(a, shown));
	js_put_text(
	    &t->out, ",\"changed\":", show_moment_ms(a, seen->changed_s * 1000));
	buf_printf(&t->out, ",\"bytes\":%" PRId64 "}", seen->bytes);
}

static void
visit(const struct cache_seen *seen, void *arg)
{
	struct tour *t = arg;
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(freep) char *shown = cached_file_shown(seen->name);
	const bool gone = !t->clear || cache_drop(t->store, seen->name);

	if (t->json)
		put_json(t, a, seen, shown);
	else
		buf_printf(&t->out, "%s %s changed=%s bytes=%" PRId64 " (%s)%s\n",
		    t->kind->name, screen_line(a, shown),
		    show_moment_ms(a, seen->changed_s * 1000), seen->bytes,
		    t->kind->holds,
		    !t->clear  ? ""
			: gone ? " removed"
			       : " stays");
	t->n += gone;
	t->stay += !gone;
}

static bool
is_wanted(const struct opts *o, const struct cache_kind *k)
{
	for (size_t i = 0; i < o->n_words; i++)
		if (strcmp(o->words[i], k->name) == 0)
			return true;
	return o->n_words == 0;
}

/* The words are kinds; false: one is not, which is said. */
static bool
words_fit(const struct opts *o)
{
	for (size_t i = 0; i < o->n_words; i++) {
		size_t k = 0;

		while (k < NELEMS(kinds) && strcmp(kinds[k].name, o->words[i]) != 0)
			k++;
		if (k == NELEMS(kinds)) {
			(void)opts_wrong(o,
			    "no kind of cache (token, appdata, timetable)",
			    o->words[i]);
			return false;
		}
	}
	return true;
}

static int
go_round(struct tour *t, const struct opts *o)
{
	struct err e = { 0 };

	buf_str(&t->out, t->json ? "{\"list\":[" : "");
	for (size_t k = 0; k < NELEMS(kinds); k++) {
		t->kind = &kinds[k];
		if (is_wanted(o, t->kind) &&
		    !cache_each(t->store, t->kind->prefix, visit, t, &e))
			return ctl_fail_err(&e);
	}
	buf_str(&t->out, t->json ? "]}\n" : "");
	if (!t->json)
		buf_printf(&t->out, t->clear ? "%zu removed\n" : "%zu files\n", t->n);
	if (!show_flush(&t->out))
		return ctl_fail(EX_IOERR, "standard output takes no more");
	return t->stay == 0 ? EXIT_SUCCESS
			    : ctl_fail(EX_IOERR, "not all of them could be removed");
}

static int
with_store(const struct ctl *ctl, const struct opts *o, struct tour *t)
{
	struct conf *conf;
	int status = EX_CONFIG;

	if (!words_fit(o))
		return EX_USAGE;
	conf = ctl_conf_as_it_is(ctl);
	t->store = ctl_store(conf, &status);
	buf_init(&t->out, 1024 * 1024);
	if (t->store != NULL)
		status = go_round(t, o);
	buf_fini(&t->out);
	store_close(t->store);
	conf_unref(conf);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = ctl_fail(EX_IOERR, strerror(errno));
	return status;
}

int
ctl_cache_show(const struct ctl *ctl, const struct opts *o)
{
	struct tour t = { .json = opts_has(o, "json") };

	return with_store(ctl, o, &t);
}

int
ctl_cache_clear(const struct ctl *ctl, const struct opts *o)
{
	struct tour t = { .clear = true };

	return with_store(ctl, o, &t);
}
