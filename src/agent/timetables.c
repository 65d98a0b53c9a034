/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as inbenta/kept.h keeps them. The file is looked at each time by its stamp. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "agent/timetables.h"
#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/xalloc.h"
#include "inbenta/appdata_pause.h"
#include "inbenta/cached_file.h"
#include "inbenta/kept.h"
#include "messenger/timetable.h"
#include "store/store.h"

/* A file may be this much younger than now by our clock. */
enum { CLOCK_SKEW_S = 60 };

struct entry {
	struct kept kept;
	char *text; /* the answer; NULL: nothing is known */
	int64_t dated_at; /* wall_s when it came */
	int64_t not_before_ms; /* mono_ms before which it is not tried again */
};

struct timetables {
	struct kept_list list;
};

static void
entry_fini(struct kept *k)
{
	free(((struct entry *)k)->text);
}

struct timetables *
timetables_new(struct store *store, const struct clock *clock)
{
	struct timetables *t = xcalloc(1, sizeof(*t));

	t->list = (struct kept_list){ .store = store,
		.clock = clock,
		.prefix = CACHED_TIMETABLE,
		.size = sizeof(struct entry),
		.fini = entry_fini };
	kept_init(&t->list);
	return t;
}

void
timetables_free(struct timetables *t)
{
	if (t == NULL)
		return;
	kept_fini(&t->list);
	free(t);
}

static bool
is_fresh(const struct timetables *t, const struct entry *en)
{
	const int64_t age = clock_wall_s(t->list.clock) - en->dated_at;

	return en->text != NULL && age < LIMIT_HOURS_KEPT_S && age >= -CLOCK_SKEW_S;
}

static void
set_locked(struct entry *en, char *text, int64_t dated_at)
{
	free(en->text);
	en->text = text;
	en->dated_at = dated_at;
}

/* One that is of no use leaves what we have, but not as if it were fresh. */
static void
adopt_locked(struct entry *en, const struct buf *text)
{
	CLEANUP(arena_freep) struct arena *arena = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_timetable ignored;
	struct err e = { 0 };

	if (js_parse(text->data, text->len, &root, &e) &&
	    messenger_timetable_read(&ignored, root, 0, arena, &e)) {
		set_locked(
		    en, xstrdup(text->data), en->kept.stamp.mtime_ns / 1000000000);
		return;
	}
	LOG(LOG_WARN, "agent", "cached service hours are damaged, asking anew",
	    LS("file", en->kept.shown), LS("why", e.text), LH(HINT_REMOVED));
	en->dated_at = 0;
}

static void
note_no_file_locked(struct entry *en, struct err *e)
{
	if (e->kind != ERR_NONE) {
		if (!en->kept.unsaved)
			LOG(LOG_WARN, "agent", "cached service hours cannot be read",
			    LS("file", en->kept.shown),
			    LS("why", cached_file_hide(e, en->kept.shown)),
			    LH(HINT_STORE));
		en->kept.unsaved = true;
	} else if (en->kept.has_stamp) {
		LOG(LOG_INFO, "agent", "cached service hours were removed",
		    LS("file", en->kept.shown));
		set_locked(en, NULL, 0);
		en->not_before_ms = 0;
	}
	en->kept.has_stamp = false;
}

/*
 * Brings the entry up to date with its file: nothing to do while the file is the one we
 * know; a changed one is read; one that was removed takes everything with it.
 */
static void
look_at_file_locked(struct timetables *t, struct entry *en)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	struct err e = { 0 };

	if (t->list.store == NULL || (en->kept.unsaved && is_fresh(t, en)) ||
	    (en->kept.has_stamp &&
		cache_is(t->list.store, en->kept.file, &en->kept.stamp)))
		return;
	if (!cache_read(t->list.store, en->kept.file, &text, &en->kept.stamp, &e)) {
		note_no_file_locked(en, &e);
		return;
	}
	en->kept.has_stamp = true;
	en->kept.unsaved = false;
	adopt_locked(en, &text);
}

/* Writes the file; only the calling thread does, so nobody else of us writes it now. */
static bool
save(struct timetables *t, const struct entry *en, const char *text,
    struct cache_stamp *stamp)
{
	struct err e = { 0 };

	if (t->list.store == NULL)
		return false;
	appdata_pause_end(t->list.store, en->kept.file);
	if (cache_write(t->list.store, en->kept.file, text, strlen(text), stamp, &e))
		return true;
	LOG(LOG_WARN, "agent", "service hours not saved for other processes",
	    LS("file", en->kept.shown), LS("why", cached_file_hide(&e, en->kept.shown)),
	    LH(HINT_STORE));
	return false;
}

static void
note_failure_locked(struct timetables *t, struct entry *en, const struct err *why)
{
	en->not_before_ms = clock_mono_ms(t->list.clock) + LIMIT_SETUP_PAUSE_MS;
	if (t->list.store != NULL)
		appdata_pause_set(t->list.store, en->kept.file, en->kept.has_stamp);
	LOG(err_is_ours(why) ? LOG_ERROR : LOG_WARN, "agent",
	    "service hours not told by Messenger", LS("why", why->text),
	    LI("again_in_s", LIMIT_SETUP_PAUSE_MS / 1000),
	    LS("meanwhile",
		en->text != NULL ? "what it told before" : "chat.chat.timetable"),
	    LH(err_hint(why)));
}

/* The answer as a text, the caller's to free(); NULL: *e. */
static char *
ask(struct messenger_call *c, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);

	if (!messenger_timetable_get(c, &root, e))
		return NULL;
	js_write(&text, root);
	if (buf_ok(&text))
		return buf_take(&text);
	(void)err_set(e, ERR_TOO_BIG, 0, "more than %d bytes", LIMIT_UPSTREAM_BYTES);
	return NULL;
}

/* Asks for the entry, with the lock given up meanwhile. */
static void
call_locked(struct timetables *t, struct entry *en, struct messenger_call *c)
{
	struct cache_stamp stamp = { 0 };
	bool saved = false;
	struct err e = { 0 };
	char *text;

	metrics_count(M_CACHE_LOOKUPS, M_CACHE_hours, M_LOOKUP_miss);
	kept_call_begin_locked(&t->list, &en->kept);
	text = ask(c, &e);
	if (text != NULL)
		saved = save(t, en, text, &stamp);
	kept_call_back_locked(&t->list);
	if (text != NULL) {
		LOG(LOG_INFO, "agent", "service hours read");
		set_locked(en, text, clock_wall_s(t->list.clock));
		en->kept.stamp = stamp;
		en->kept.has_stamp = saved;
		en->kept.unsaved = !saved;
		en->not_before_ms = 0;
	} else {
		note_failure_locked(t, en, &e);
	}
	kept_call_end_locked(&t->list, &en->kept);
}

/* Whether it failed a moment ago, here or in another process. */
static bool
is_paused_locked(struct timetables *t, struct entry *en, int64_t now)
{
	if (now >= en->not_before_ms && t->list.store != NULL)
		en->not_before_ms = now +
		    appdata_pause_left_ms(t->list.store, en->kept.file,
			en->kept.has_stamp, clock_wall_s(t->list.clock));
	return now < en->not_before_ms;
}

static void
bring_up_locked(struct timetables *t, struct entry *en, struct messenger_call *c)
{
	for (;;) {
		int64_t now = clock_mono_ms(t->list.clock);

		look_at_file_locked(t, en);
		if (is_fresh(t, en)) {
			metrics_count(M_CACHE_LOOKUPS, M_CACHE_hours, M_LOOKUP_hit);
			return;
		}
		if (is_paused_locked(t, en, now))
			return;
		if (!en->kept.calling) {
			if (c->until_ms - now >= LIMIT_MIN_CALL_MS)
				call_locked(t, en, c);
			return;
		}
		if (en->text != NULL ||
		    !kept_wait_locked(&t->list, &en->kept, c->http, c->until_ms))
			return;
	}
}

js *
timetables_get(struct timetables *t, const struct inbenta_account *account,
    const struct messenger_call *c)
{
	const int64_t until_ms = clock_mono_ms(t->list.clock) + LIMIT_HOURS_MS;
	struct messenger_call bounded = *c;
	js *root = NULL;
	struct entry *en;
	struct err e;

	if (until_ms < bounded.until_ms)
		bounded.until_ms = until_ms;
	pthread_mutex_lock(&t->list.lock);
	en = (struct entry *)kept_of_locked(&t->list, account);
	bring_up_locked(t, en, &bounded);
	if (en->text != NULL && !js_parse(en->text, strlen(en->text), &root, &e))
		root = NULL; /* it was parsed before it was kept */
	pthread_mutex_unlock(&t->list.lock);
	return root;
}
