/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An entry per account under one mutex. The thread that finds no good token becomes the
 * entry's caller: it leaves the mutex, asks Inbenta, and comes back with the result, on
 * which the others wait at the condition. The file is looked at each time by its stamp.
 */
#include "config.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "http/http.h"
#include "inbenta/auth.h"
#include "inbenta/auth_call.h"
#include "inbenta/cached_file.h"
#include "inbenta/token.h"
#include "store/store.h"

/* A token this near its end is not sent any more. */
enum { END_SLACK_S = 5 };

struct entry {
	struct entry *next;
	char *url, *key;
	char *file; /* name of the cache file */
	char *shown; /* as a log may have it: a pattern that finds it */

	struct inbenta_token token;
	char *refused; /* value of the token an API refused last; NULL: none */

	struct cache_stamp stamp; /* of the file as last read or written */
	bool has_stamp;
	bool unsaved; /* the token is in no file: what stands there says nothing */

	bool calling; /* a thread is asking Inbenta */
	uint64_t ended; /* number of such calls that have ended */
	bool failed; /* how the last of them ended */
	struct err why; /* if it failed */
	int64_t denied_until_ms;
	int64_t no_refresh_until_ms;
};

struct inbenta_auth {
	struct store *store;
	const struct clock *clock;
	pthread_mutex_t lock; /* guards the entries; never held in a call */
	pthread_cond_t ended; /* some entry's call has; on CLOCK_MONOTONIC */
	struct entry *entries;
};

/* --- life ------------------------------------------------------------------------------- */

struct inbenta_auth *
inbenta_auth_new(struct store *store, const struct clock *clock)
{
	struct inbenta_auth *a = xcalloc(1, sizeof(*a));

	a->store = store;
	a->clock = clock;
	pthread_mutex_init(&a->lock, NULL);
	clock_cond_init(&a->ended);
	return a;
}

void
inbenta_auth_free(struct inbenta_auth *a)
{
	struct entry *next;

	if (a == NULL)
		return;
	for (struct entry *en = a->entries; en != NULL; en = next) {
		next = en->next;
		inbenta_token_fini(&en->token);
		free(en->refused);
		free(en->url);
		free(en->key);
		free(en->file);
		free(en->shown);
		free(en);
	}
	pthread_mutex_destroy(&a->lock);
	pthread_cond_destroy(&a->ended);
	free(a);
}

static struct entry *
entry_locked(struct inbenta_auth *a, const struct inbenta_account *account)
{
	struct entry *en;

	for (en = a->entries; en != NULL; en = en->next)
		if (strcmp(en->url, account->url) == 0 &&
		    strcmp(en->key, account->key) == 0)
			return en;
	en = xcalloc(1, sizeof(*en));
	en->url = xstrdup(account->url);
	en->key = xstrdup(account->key);
	en->file = cached_file_name(CACHED_TOKEN, account->key);
	en->shown = cached_file_shown(en->file);
	en->next = a->entries;
	a->entries = en;
	return en;
}

/* --- the token in hand ------------------------------------------------------------------ */

static bool
is_good(const struct inbenta_auth *a, const struct entry *en)
{
	return en->token.value != NULL &&
	    clock_wall_s(a->clock) < en->token.expires_at - END_SLACK_S;
}

static bool
is_refresh_due(const struct inbenta_auth *a, const struct entry *en)
{
	return clock_wall_s(a->clock) >= en->token.expires_at - LIMIT_REFRESH_AHEAD_S &&
	    clock_mono_ms(a->clock) >= en->no_refresh_until_ms && !en->calling;
}

static void
hand_out(const struct entry *en, struct arena *arena, struct inbenta_access *out)
{
	out->token = arena_strdup(arena, en->token.value);
	out->chatbot = arena_strdup(arena, en->token.chatbot);
}

/* --- the file ----------------------------------------------------------------------------- */

/* Takes the file's token when it is good and lives longer than ours. */
static void
adopt_locked(
    struct inbenta_auth *a, struct entry *en, struct http *http, const struct buf *text)
{
	struct inbenta_token t = { 0 };
	struct err e;

	/* Calls to an address we do not call would fail for as long as the token lives. */
	if (!inbenta_token_load(&t, text->data, text->len, en->url, &e) ||
	    !http_url_ok(http, t.chatbot, &e)) {
		inbenta_token_fini(&t);
		LOG(LOG_WARN, "inbenta", "cached token ignored", LS("file", en->shown),
		    LS("why", e.text));
		return;
	}
	if (t.expires_at - END_SLACK_S <= clock_wall_s(a->clock) ||
	    (en->refused != NULL && strcmp(en->refused, t.value) == 0) ||
	    (en->token.value != NULL && t.expires_at <= en->token.expires_at)) {
		inbenta_token_fini(&t);
		return;
	}
	inbenta_token_fini(&en->token);
	en->token = t;
	en->unsaved = false;
	LOG(LOG_DEBUG, "inbenta", "token taken from file", LS("file", en->shown));
}

/*
 * Brings the entry up to date with its file: nothing to do while the file is the one we
 * know; a changed one is read; one that was removed takes the token with it.
 */
static void
look_at_file_locked(struct inbenta_auth *a, struct entry *en, struct http *http)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	struct err e = { 0 };

	if (a->store == NULL || (en->unsaved && is_good(a, en)) ||
	    (en->has_stamp && cache_is(a->store, en->file, &en->stamp)))
		return;
	if (cache_read(a->store, en->file, &text, &en->stamp, &e)) {
		en->has_stamp = true;
		adopt_locked(a, en, http, &text);
		return;
	}
	if (e.kind == ERR_NONE) {
		if (en->has_stamp && en->token.value != NULL)
			LOG(LOG_INFO, "inbenta", "cached token was removed",
			    LS("file", en->shown));
		inbenta_token_fini(&en->token);
	} else {
		LOG(LOG_WARN, "inbenta", "cached token cannot be read",
		    LS("file", en->shown), LS("why", cached_file_hide(&e, en->shown)));
		en->unsaved = true;
	}
	en->has_stamp = false;
}

/* --- asking ------------------------------------------------------------------------------- */

/*
 * Asks Inbenta, outside of the lock: by refresh when `old` is still good, and anew when that
 * fails. With an old token in hand each try gets a third of the time that is left, so that
 * enough remains for the message itself.
 */
static bool
ask(struct inbenta_auth *a, struct http *http, const struct inbenta_account *account,
    const struct inbenta_token *old, int64_t until_ms, struct inbenta_token *out,
    struct err *e)
{
	int64_t now = clock_mono_ms(a->clock), third = (until_ms - now) / 3;

	if (old->value == NULL)
		return inbenta_auth_call(http, account, a->clock, until_ms, out, e);
	if (inbenta_auth_call_refresh(
		http, account, a->clock, old, now + third, out, e))
		return true;
	LOG(LOG_INFO, "inbenta", "token not refreshed, asking for a new one",
	    LS("why", e->text));
	return inbenta_auth_call(http, account, a->clock, now + 2 * third, out, e);
}

/* Writes the file; only the calling thread does, so nobody else of us writes it now. */
static void
save(struct inbenta_auth *a, const struct entry *en, const struct inbenta_token *t,
    struct cache_stamp *stamp, bool *saved)
{
	struct err e;

	*saved = a->store != NULL &&
	    cache_write(a->store, en->file, t->text, strlen(t->text), stamp, &e);
	if (a->store != NULL && !*saved)
		LOG(LOG_WARN, "inbenta", "token not saved for other processes",
		    LS("file", en->shown), LS("why", cached_file_hide(&e, en->shown)));
}

static void
install_locked(struct entry *en, struct inbenta_token *t,
    const struct cache_stamp *stamp, bool saved)
{
	inbenta_token_fini(&en->token);
	en->token = *t;
	en->stamp = *stamp;
	en->has_stamp = saved;
	en->unsaved = !saved;
	free(en->refused);
	en->refused = NULL;
}

static void
note_failure_locked(struct inbenta_auth *a, struct entry *en, const struct err *why)
{
	int64_t now = clock_mono_ms(a->clock);

	en->why = *why;
	if (why->kind == ERR_DENIED || why->kind == ERR_CONFIG)
		en->denied_until_ms = now + LIMIT_REFUSED_MS;
	en->no_refresh_until_ms = now + LIMIT_REFRESH_PAUSE_MS;
}

/* Asks for the entry, with the lock given up meanwhile. Tells whether a new token came. */
static bool
call_locked(struct inbenta_auth *a, struct entry *en, struct http *http,
    const struct inbenta_account *account, int64_t until_ms, struct err *e)
{
	struct inbenta_token old = { 0 }, got = { 0 };
	struct cache_stamp stamp = { 0 };
	bool ok, saved = false;

	if (is_good(a, en))
		inbenta_token_copy(&old, &en->token);
	en->calling = true;
	pthread_mutex_unlock(&a->lock);
	ok = ask(a, http, account, &old, until_ms, &got, e);
	inbenta_token_fini(&old);
	if (ok)
		save(a, en, &got, &stamp, &saved);
	pthread_mutex_lock(&a->lock);
	if (ok)
		install_locked(en, &got, &stamp, saved);
	else
		note_failure_locked(a, en, e);
	en->failed = !ok;
	en->calling = false;
	en->ended++;
	pthread_cond_broadcast(&a->ended);
	return ok;
}

/* Until the entry's call has ended; false when until_ms comes first. */
static bool
wait_locked(struct inbenta_auth *a, struct entry *en, int64_t until_ms)
{
	int64_t left = until_ms - clock_mono_ms(a->clock);
	uint64_t ended = en->ended;
	struct timespec until;

	if (left <= 0)
		return false;
	until = clock_after(left);
	while (en->ended == ended)
		if (pthread_cond_timedwait(&a->ended, &a->lock, &until) == ETIMEDOUT)
			return en->ended != ended;
	return true;
}

static bool
get_locked(struct inbenta_auth *a, struct entry *en, struct http *http,
    const struct inbenta_account *account, int64_t until_ms, struct err *e)
{
	struct err late;

	for (;;) {
		look_at_file_locked(a, en, http);
		if (is_good(a, en)) {
			/* A token that still works is worth more than the reason why no
			   newer one came; that is in the log. */
			if (is_refresh_due(a, en) &&
			    !call_locked(a, en, http, account, until_ms, &late))
				LOG(LOG_WARN, "inbenta", "token not renewed",
				    LS("why", late.text));
			if (is_good(a, en))
				return true;
			continue;
		}
		if (clock_mono_ms(a->clock) < en->denied_until_ms) {
			*e = en->why;
			return false;
		}
		if (!en->calling)
			return call_locked(a, en, http, account, until_ms, e);
		if (!wait_locked(a, en, until_ms))
			return err_set(e, ERR_TIMEOUT, 0,
			    "inbenta auth: another thread's call took too long");
		/* A deadline of another thread is not ours; its other errors are. */
		if (en->failed && !is_good(a, en) && en->why.kind != ERR_TIMEOUT) {
			*e = en->why;
			return false;
		}
	}
}

bool
inbenta_auth_get(struct inbenta_auth *a, struct http *http,
    const struct inbenta_account *account, int64_t until_ms, struct arena *arena,
    struct inbenta_access *out, struct err *e)
{
	struct entry *en;
	bool ok;

	if (account->key[0] == '\0' || account->secret[0] == '\0')
		return err_set(e, ERR_CONFIG, 0, "inbenta auth: %s.%s is empty",
		    account->name, account->key[0] == '\0' ? "key" : "secret");
	pthread_mutex_lock(&a->lock);
	en = entry_locked(a, account);
	ok = get_locked(a, en, http, account, until_ms, e);
	if (ok)
		hand_out(en, arena, out);
	pthread_mutex_unlock(&a->lock);
	return ok;
}

void
inbenta_auth_refused(
    struct inbenta_auth *a, const struct inbenta_account *account, const char *token)
{
	struct entry *en;

	pthread_mutex_lock(&a->lock);
	en = entry_locked(a, account);
	if (en->token.value != NULL && strcmp(en->token.value, token) == 0) {
		free(en->refused);
		en->refused = xstrdup(token);
		inbenta_token_fini(&en->token);
	}
	pthread_mutex_unlock(&a->lock);
}
