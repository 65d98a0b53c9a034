/* SPDX-License-Identifier: Apache-2.0 */
/*
 * App data as kept.h keeps it. The file is looked at each time by its stamp, so that it is
 * read and parsed once for each time it changes.
 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/xalloc.h"
#include "inbenta/appdata.h"
#include "inbenta/appdata_pause.h"
#include "inbenta/cached_file.h"
#include "inbenta/kept.h"
#include "store/store.h"

enum {
	/* A file may be this much younger than now by our clock; one that is dated later
	   than that would be fresh for who knows how long. */
	CLOCK_SKEW_S = 60
};

struct entry {
	struct kept kept;
	struct inbenta_extra *extra; /* NULL: nothing is known */
	int64_t dated_at; /* wall_s when that was read */
	uint64_t forgotten; /* how often it was: a call begun before brings the old */
	int64_t not_before_ms; /* mono_ms before which it is not tried again */
};

struct inbenta_appdata {
	struct kept_list list;
};

static void
entry_fini(struct kept *k)
{
	inbenta_extra_free(((struct entry *)k)->extra);
}

struct inbenta_appdata *
inbenta_appdata_new(struct store *store, const struct clock *clock)
{
	struct inbenta_appdata *a = xcalloc(1, sizeof(*a));

	a->list = (struct kept_list){ .store = store,
		.clock = clock,
		.prefix = CACHED_APPDATA,
		.size = sizeof(struct entry),
		.fini = entry_fini };
	kept_init(&a->list);
	return a;
}

void
inbenta_appdata_free(struct inbenta_appdata *a)
{
	if (a == NULL)
		return;
	kept_fini(&a->list);
	free(a);
}

static struct entry *
entry_locked(struct inbenta_appdata *a, const struct inbenta_account *account)
{
	return (struct entry *)kept_of_locked(&a->list, account);
}

static int64_t
age_s(const struct inbenta_appdata *a, const struct entry *en)
{
	return clock_wall_s(a->list.clock) - en->dated_at;
}

static bool
is_fresh(const struct inbenta_appdata *a, const struct entry *en)
{
	return en->extra != NULL && age_s(a, en) < LIMIT_SETUP_AGE_S &&
	    age_s(a, en) >= -CLOCK_SKEW_S;
}

static void
set_locked(struct entry *en, struct inbenta_extra *extra, int64_t dated_at)
{
	inbenta_extra_free(en->extra);
	en->extra = extra;
	en->dated_at = dated_at;
}

/* The texts of the language, copied: the entry may change as soon as the lock is left. */
static void
hand_out(const struct entry *en, const char *lang, struct arena *arena,
    struct inbenta_setup *out)
{
	const struct inbenta_extra *x = en->extra;
	struct inbenta_text *texts;

	*out = (struct inbenta_setup){ 0 };
	if (x == NULL)
		return;
	out->only_chat = x->only_chat;
	for (size_t i = 0; i < x->n; i++)
		out->n += strcasecmp(x->texts[i].lang, lang) == 0;
	if (out->n == 0)
		return;
	out->texts = texts = arena_alloc(arena, out->n * sizeof(*texts));
	for (size_t i = 0; i < x->n; i++)
		if (strcasecmp(x->texts[i].lang, lang) == 0)
			*texts++ = (struct inbenta_text){ arena_strdup(
							      arena, x->texts[i].lang),
				arena_strdup(arena, x->texts[i].label),
				arena_strdup(arena, x->texts[i].text) };
}

/* One that is of no use leaves what we have, but not as if it were fresh. */
static void
adopt_locked(struct inbenta_appdata *a, struct entry *en, const struct buf *text)
{
	struct inbenta_extra *extra = NULL;
	struct err e;

	if (!inbenta_extra_load(&extra, text->data, text->len, &e))
		LOG(LOG_WARN, "inbenta", "cached app data is damaged, asking anew",
		    LS("file", en->kept.shown), LS("why", e.text), LH(HINT_REMOVED));
	if (extra == NULL) {
		en->dated_at = 0;
		return;
	}
	set_locked(en, extra, en->kept.stamp.mtime_ns / 1000000000);
	LOG(LOG_DEBUG, "inbenta", "app data taken from file",
	    LS("file", en->kept.shown), LI("labels", extra->n),
	    LI("age", age_s(a, en)));
}

/* Everything but calls under way, which go on for nobody. */
static void
forget_locked(struct entry *en)
{
	set_locked(en, NULL, 0);
	en->kept.has_stamp = en->kept.unsaved = false;
	en->not_before_ms = 0;
	en->forgotten++;
}

/*
 * Brings the entry up to date with its file: nothing to do while the file is the one we
 * know; a changed one is read; one that was removed takes everything with it.
 */
static void
look_at_file_locked(struct inbenta_appdata *a, struct entry *en)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_SETUP_BYTES);
	struct err e = { 0 };

	if (a->list.store == NULL || (en->kept.unsaved && is_fresh(a, en)) ||
	    (en->kept.has_stamp &&
		cache_is(a->list.store, en->kept.file, &en->kept.stamp)))
		return;
	if (cache_read(a->list.store, en->kept.file, &text, &en->kept.stamp, &e)) {
		en->kept.has_stamp = true;
		en->kept.unsaved = false;
		adopt_locked(a, en, &text);
		return;
	}
	if (e.kind != ERR_NONE) {
		if (!en->kept.unsaved)
			LOG(LOG_WARN, "inbenta", "cached app data cannot be read",
			    LS("file", en->kept.shown),
			    LS("why", cached_file_hide(&e, en->kept.shown)),
			    LH(HINT_STORE));
		en->kept.unsaved = true;
	} else if (en->kept.has_stamp) {
		LOG(LOG_INFO, "inbenta", "cached app data was removed",
		    LS("file", en->kept.shown));
		forget_locked(en);
	}
	en->kept.has_stamp = false;
}

/* Writes the file; only the calling thread does, so nobody else of us writes it now. */
static bool
save(struct inbenta_appdata *a, const struct entry *en, js *answer,
    struct cache_stamp *stamp)
{
	CLEANUP(buf_fini)
	struct buf text = BUF_INIT(LIMIT_SETUP_BYTES),
		   before = BUF_INIT(LIMIT_SETUP_BYTES);
	struct cache_stamp ignored;
	struct err e = { 0 };

	if (a->list.store == NULL)
		return false;
	/* Without the old file, other groups are lost: they will be read again. */
	if (!cache_read(a->list.store, en->kept.file, &before, &ignored, &e))
		buf_reset(&before);
	appdata_pause_end(a->list.store, en->kept.file);
	inbenta_extra_save(&text, before.data, before.len, answer);
	if (!buf_ok(&text))
		(void)err_set(
		    &e, ERR_TOO_BIG, 0, "more than %d bytes", LIMIT_SETUP_BYTES);
	else if (cache_write(
		     a->list.store, en->kept.file, text.data, text.len, stamp, &e))
		return true;
	LOG(LOG_WARN, "inbenta", "app data not saved for other processes",
	    LS("file", en->kept.shown), LS("why", cached_file_hide(&e, en->kept.shown)),
	    LH(HINT_STORE));
	return false;
}

/* Whether the instance says that there is nothing of the kind. */
static bool
is_none(js *root, const struct err *e)
{
	if (e->kind != ERR_UPSTREAM || e->code == 408 || e->code == 429 ||
	    e->code / 100 != 4)
		return false;
	return e->code == 404 || js_arr(root, "errors") != NULL ||
	    js_obj(root, "error") != NULL;
}

/*
 * GET /v1/app/data/{group}. *answer is the caller's, NULL when the instance has none. False:
 * it could not be asked.
 */
static bool
ask(const struct inbenta_call *c, js **answer, struct err *e)
{
	struct inbenta_talk t = { .c = c };
	struct inbenta_request q = { .what = "inbenta app data",
		.path = "/v1/app/data/" INBENTA_EXTRA_GROUP "?name=",
		.max_bytes = LIMIT_SETUP_BYTES,
		.spare_token = true };
	CLEANUP(js_putp) js *root = NULL;
	enum inbenta_verdict v = inbenta_call_do(&t, &q, &root, e);

	if (v == INBENTA_CALL_SLOW)
		return err_set(e, ERR_TIMEOUT, 0, "%s: gateway time-out", q.what);
	if (v != INBENTA_CALL_GOOD && !is_none(root, e))
		return false;
	if (v == INBENTA_CALL_GOOD && js_arr(root, "results") != NULL)
		*answer = json_object_get(root);
	return true;
}

static void
install_locked(struct inbenta_appdata *a, struct entry *en, struct inbenta_extra *extra,
    const struct cache_stamp *stamp, bool saved)
{
	LOG(LOG_INFO, "inbenta", "app data read", LI("labels", extra->n),
	    LI("only_chat", extra->only_chat == INBENTA_CHAT_ON),
	    LI("age", en->extra != NULL ? age_s(a, en) : 0));
	set_locked(en, extra, clock_wall_s(a->list.clock));
	en->kept.stamp = *stamp;
	en->kept.has_stamp = saved;
	en->kept.unsaved = !saved;
	en->not_before_ms = 0;
}

static void
note_failure_locked(struct inbenta_appdata *a, struct entry *en, const struct err *why)
{
	en->not_before_ms = clock_mono_ms(a->list.clock) + LIMIT_SETUP_PAUSE_MS;
	if (a->list.store != NULL)
		appdata_pause_set(a->list.store, en->kept.file, en->kept.has_stamp);
	LOG(LOG_WARN, "inbenta", "app data not read", LS("why", why->text),
	    LI("again_in_s", LIMIT_SETUP_PAUSE_MS / 1000),
	    LS("meanwhile",
		en->extra != NULL ? "what was read before"
				  : "the texts of the language files"),
	    LH("nothing if it passes; else ask Inbenta whether the key may read app "
	       "data of the group " INBENTA_EXTRA_GROUP));
}

/* Asks for the entry, with the lock given up meanwhile. */
static void
call_locked(struct inbenta_appdata *a, struct entry *en, const struct inbenta_call *c)
{
	const uint64_t forgotten = en->forgotten;
	struct inbenta_extra *extra = NULL;
	struct cache_stamp stamp = { 0 };
	CLEANUP(js_putp) js *answer = NULL;
	bool saved = false;
	struct err e = { 0 };

	metrics_count(M_CACHE_LOOKUPS, M_CACHE_appdata, M_LOOKUP_miss);
	kept_call_begin_locked(&a->list, &en->kept);
	if (ask(c, &answer, &e)) {
		extra = inbenta_extra_new(answer);
		saved = save(a, en, answer, &stamp);
	}
	kept_call_back_locked(&a->list);
	if (extra == NULL) {
		note_failure_locked(a, en, &e);
	} else if (en->forgotten == forgotten) {
		install_locked(a, en, extra, &stamp, saved);
	} else {
		inbenta_extra_free(extra);
		if (saved)
			cache_drop(a->list.store, en->kept.file);
	}
	kept_call_end_locked(&a->list, &en->kept);
}

/* Whether it failed a moment ago, here or in another process. */
static bool
is_paused_locked(struct inbenta_appdata *a, struct entry *en, int64_t now)
{
	if (now >= en->not_before_ms && a->list.store != NULL)
		en->not_before_ms = now +
		    appdata_pause_left_ms(a->list.store, en->kept.file,
			en->kept.has_stamp, clock_wall_s(a->list.clock));
	return now < en->not_before_ms;
}

static void
bring_up_locked(
    struct inbenta_appdata *a, struct entry *en, const struct inbenta_call *c)
{
	for (;;) {
		int64_t now = clock_mono_ms(a->list.clock);

		look_at_file_locked(a, en);
		if (is_fresh(a, en)) {
			metrics_count(M_CACHE_LOOKUPS, M_CACHE_appdata, M_LOOKUP_hit);
			return;
		}
		if (is_paused_locked(a, en, now))
			return;
		if (!en->kept.calling) {
			if (c->until_ms - now >= LIMIT_MIN_CALL_MS)
				call_locked(a, en, c);
			return;
		}
		if (en->extra != NULL ||
		    !kept_wait_locked(&a->list, &en->kept, c->http, c->until_ms))
			return;
	}
}

void
inbenta_appdata_get(struct inbenta_appdata *a, const struct inbenta_call *c,
    const char *lang, struct inbenta_setup *out)
{
	int64_t until_ms = clock_mono_ms(a->list.clock) + LIMIT_SETUP_MS;
	struct inbenta_call bounded = *c;
	struct entry *en;

	if (until_ms < bounded.until_ms)
		bounded.until_ms = until_ms;
	pthread_mutex_lock(&a->list.lock);
	en = entry_locked(a, c->account);
	bring_up_locked(a, en, &bounded);
	hand_out(en, lang, c->arena, out);
	pthread_mutex_unlock(&a->list.lock);
}

bool
inbenta_appdata_forget(struct inbenta_appdata *a, const struct inbenta_account *account)
{
	struct entry *en;
	bool had;

	pthread_mutex_lock(&a->list.lock);
	en = entry_locked(a, account);
	look_at_file_locked(a, en);
	had = en->extra != NULL || en->kept.has_stamp;
	forget_locked(en);
	if (a->list.store != NULL) {
		cache_drop(a->list.store, en->kept.file);
		appdata_pause_end(a->list.store, en->kept.file);
	}
	pthread_mutex_unlock(&a->list.lock);
	return had;
}
