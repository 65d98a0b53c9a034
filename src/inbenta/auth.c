/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens as kept.h keeps them. The file is looked at each time by its stamp. */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/xalloc.h"
#include "http/http.h"
#include "inbenta/auth.h"
#include "inbenta/auth_call.h"
#include "inbenta/cached_file.h"
#include "inbenta/kept.h"
#include "inbenta/token.h"
#include "store/store.h"

/* A token this near its end is not sent any more. */
enum { END_SLACK_S = 5 };

struct entry {
	struct kept kept;
	struct inbenta_token token;
	char *refused; /* value of the token an API refused last; NULL: none */
	bool failed; /* how the last call ended */
	struct err why; /* if it failed */
	int64_t denied_until_ms;
	int64_t no_refresh_until_ms;
};

struct inbenta_auth {
	struct kept_list list;
};

static void
entry_fini(struct kept *k)
{
	struct entry *en = (struct entry *)k;

	inbenta_token_fini(&en->token);
	free(en->refused);
}

struct inbenta_auth *
inbenta_auth_new(struct store *store, const struct clock *clock)
{
	struct inbenta_auth *a = xcalloc(1, sizeof(*a));

	a->list = (struct kept_list){ .store = store,
		.clock = clock,
		.prefix = CACHED_TOKEN,
		.size = sizeof(struct entry),
		.fini = entry_fini };
	kept_init(&a->list);
	return a;
}

void
inbenta_auth_free(struct inbenta_auth *a)
{
	if (a == NULL)
		return;
	kept_fini(&a->list);
	free(a);
}

static struct entry *
entry_locked(struct inbenta_auth *a, const struct inbenta_account *account)
{
	return (struct entry *)kept_of_locked(&a->list, account);
}

/* Whether the token in hand still opens the product. */
static bool
is_good(const struct inbenta_auth *a, const struct entry *en, enum inbenta_api api)
{
	return en->token.value != NULL && inbenta_token_base(&en->token, api) != NULL &&
	    clock_wall_s(a->list.clock) < en->token.expires_at - END_SLACK_S;
}

static bool
is_refresh_due(const struct inbenta_auth *a, const struct entry *en)
{
	return clock_wall_s(a->list.clock) >=
	    en->token.expires_at - LIMIT_REFRESH_AHEAD_S &&
	    clock_mono_ms(a->list.clock) >= en->no_refresh_until_ms &&
	    !en->kept.calling;
}

static void
hand_out(const struct entry *en, struct arena *arena, struct inbenta_access *out)
{
	out->token = arena_strdup(arena, en->token.value);
	out->chatbot = arena_strdup(arena, en->token.chatbot);
	out->ticketing = arena_strdup(arena, en->token.ticketing);
}

/* Takes the file's token when it is good and lives longer than ours. */
static void
adopt_locked(struct inbenta_auth *a, struct entry *en, struct http *http,
    enum inbenta_api api, const struct buf *text)
{
	struct inbenta_token t = { 0 };
	struct err e;

	/* Calls to an address we do not call would fail for as long as the token lives. */
	if (!inbenta_token_load(&t, text->data, text->len, en->kept.url, &e) ||
	    !inbenta_auth_usable(http, api, &t, &e)) {
		inbenta_token_fini(&t);
		LOG(LOG_WARN, "inbenta", "cached token ignored",
		    LS("file", en->kept.shown), LS("why", e.text), LH(HINT_REMOVED));
		return;
	}
	if (t.expires_at - END_SLACK_S <= clock_wall_s(a->list.clock) ||
	    (en->refused != NULL && strcmp(en->refused, t.value) == 0) ||
	    (inbenta_token_base(&en->token, api) != NULL &&
		t.expires_at <= en->token.expires_at)) {
		inbenta_token_fini(&t);
		return;
	}
	inbenta_token_fini(&en->token);
	en->token = t;
	en->kept.unsaved = false;
	LOG(LOG_DEBUG, "inbenta", "token taken from file", LS("file", en->kept.shown));
}

/*
 * Brings the entry up to date with its file: nothing to do while the file is the one we
 * know; a changed one is read; one that was removed takes the token with it.
 */
static void
look_at_file_locked(
    struct inbenta_auth *a, struct entry *en, struct http *http, enum inbenta_api api)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	struct err e = { 0 };

	if (a->list.store == NULL || (en->kept.unsaved && is_good(a, en, api)) ||
	    (en->kept.has_stamp &&
		cache_is(a->list.store, en->kept.file, &en->kept.stamp)))
		return;
	if (cache_read(a->list.store, en->kept.file, &text, &en->kept.stamp, &e)) {
		en->kept.has_stamp = true;
		adopt_locked(a, en, http, api, &text);
		return;
	}
	if (e.kind == ERR_NONE) {
		if (en->kept.has_stamp && en->token.value != NULL)
			LOG(LOG_INFO, "inbenta", "cached token was removed",
			    LS("file", en->kept.shown));
		inbenta_token_fini(&en->token);
	} else {
		LOG(LOG_WARN, "inbenta", "cached token cannot be read",
		    LS("file", en->kept.shown),
		    LS("why", cached_file_hide(&e, en->kept.shown)), LH(HINT_STORE));
		en->kept.unsaved = true;
	}
	en->kept.has_stamp = false;
}

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
	int64_t now = clock_mono_ms(a->list.clock), third = (until_ms - now) / 3;

	if (old->value == NULL)
		return inbenta_auth_call(
		    http, account, a->list.clock, until_ms, out, e);
	if (inbenta_auth_call_refresh(
		http, account, a->list.clock, old, now + third, out, e))
		return true;
	LOG(LOG_INFO, "inbenta", "token not refreshed, asking for a new one",
	    LS("why", e->text));
	return inbenta_auth_call(http, account, a->list.clock, now + 2 * third, out, e);
}

/* Writes the file; only the calling thread does, so nobody else of us writes it now. */
static void
save(struct inbenta_auth *a, const struct entry *en, const struct inbenta_token *t,
    struct cache_stamp *stamp, bool *saved)
{
	struct err e;

	*saved = a->list.store != NULL &&
	    cache_write(
		a->list.store, en->kept.file, t->text, strlen(t->text), stamp, &e);
	if (a->list.store != NULL && !*saved)
		LOG(LOG_WARN, "inbenta", "token not saved for other processes",
		    LS("file", en->kept.shown),
		    LS("why", cached_file_hide(&e, en->kept.shown)), LH(HINT_STORE));
}

static void
install_locked(struct entry *en, struct inbenta_token *t,
    const struct cache_stamp *stamp, bool saved)
{
	inbenta_token_fini(&en->token);
	en->token = *t;
	en->kept.stamp = *stamp;
	en->kept.has_stamp = saved;
	en->kept.unsaved = !saved;
	free(en->refused);
	en->refused = NULL;
}

static void
note_failure_locked(struct inbenta_auth *a, struct entry *en, const struct err *why)
{
	int64_t now = clock_mono_ms(a->list.clock);

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

	if (is_good(a, en, account->api))
		inbenta_token_copy(&old, &en->token);
	kept_call_begin_locked(&a->list, &en->kept);
	ok = ask(a, http, account, &old, until_ms, &got, e);
	inbenta_token_fini(&old);
	if (ok)
		save(a, en, &got, &stamp, &saved);
	kept_call_back_locked(&a->list);
	if (ok)
		install_locked(en, &got, &stamp, saved);
	else
		note_failure_locked(a, en, e);
	en->failed = !ok;
	kept_call_end_locked(&a->list, &en->kept);
	return ok;
}

static bool
get_locked(struct inbenta_auth *a, struct entry *en, struct http *http,
    const struct inbenta_account *account, int64_t until_ms, struct err *e)
{
	struct err late;

	for (;;) {
		look_at_file_locked(a, en, http, account->api);
		if (is_good(a, en, account->api)) {
			metrics_count(M_CACHE_LOOKUPS, M_CACHE_token, M_LOOKUP_hit);
			/* A token that still works is worth more than the reason why no
			   newer one came; that is in the log. */
			if (is_refresh_due(a, en) &&
			    !call_locked(a, en, http, account, until_ms, &late))
				LOG(LOG_WARN, "inbenta", "token not renewed",
				    LS("why", late.text),
				    LH("nothing to do yet, the one at hand still "
				       "works; if it stays: is api.url well, are "
				       "api.key and api.secret right?"));
			if (is_good(a, en, account->api))
				return true;
			continue;
		}
		if (clock_mono_ms(a->list.clock) < en->denied_until_ms) {
			*e = en->why;
			return false;
		}
		if (!en->kept.calling) {
			metrics_count(M_CACHE_LOOKUPS, M_CACHE_token, M_LOOKUP_miss);
			return call_locked(a, en, http, account, until_ms, e);
		}
		if (!kept_wait_locked(&a->list, &en->kept, http, until_ms))
			return err_set(e, ERR_TIMEOUT, 0,
			    "inbenta auth: another thread's call took too long");
		/* A deadline of another thread is not ours; its other errors are. */
		if (en->failed && !is_good(a, en, account->api) &&
		    en->why.kind != ERR_TIMEOUT) {
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
	pthread_mutex_lock(&a->list.lock);
	en = entry_locked(a, account);
	ok = get_locked(a, en, http, account, until_ms, e);
	if (ok)
		hand_out(en, arena, out);
	pthread_mutex_unlock(&a->list.lock);
	return ok;
}

void
inbenta_auth_refused(
    struct inbenta_auth *a, const struct inbenta_account *account, const char *token)
{
	struct entry *en;

	pthread_mutex_lock(&a->list.lock);
	en = entry_locked(a, account);
	if (en->token.value != NULL && strcmp(en->token.value, token) == 0) {
		free(en->refused);
		en->refused = xstrdup(token);
		inbenta_token_fini(&en->token);
	}
	pthread_mutex_unlock(&a->list.lock);
}
