/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_HOOKS_INNER_H
#define SANDBOX_HOOKS_INNER_H

#include <pthread.h>

#include "sandbox/hooks.h"
#include "sandbox/outside.h"

/* Shared by hooks.c (settings, log, telling) and hooks_control.c (by hand). */

enum { HOOK_BODY_BYTES = 512 * 1024, HOOK_SIGNATURE_SIZE = 80, HOOKS_ODD_MAX = 64 };

/* How an event goes wrong. */
enum odd_way {
	ODD_NONE,
	ODD_TWICE, /* the same bytes once more, `ms` later */
	ODD_DELAY, /* `ms` later; what is told meanwhile passes it */
	ODD_FORGED, /* signed with another secret */
	ODD_UNSIGNED,
	ODD_OTHER_APP, /* of another application */
	ODD_DROP /* never sent */
};

struct odd {
	enum odd_way way;
	char *trigger; /* or "*" */
	int64_t ms, times;
};

struct hook_settings {
	char *url; /* NULL: the --webhook */
	char *secret; /* NULL: events are not signed */
	bool over_data, as_base64, prefixed;
	int64_t tries, retry_ms;
	js *triggers; /* list of those that are sent */
};

struct hooks {
	struct sandbox *sb;
	pthread_mutex_t lock; /* guards the rest */
	struct hook_settings set;
	struct odd odds[HOOKS_ODD_MAX];
	size_t n_odds;
	js *log; /* what was sent, oldest first */
	int64_t n_logged;
};

/* An event as bytes. */
struct hook_event {
	const char *body;
	size_t len, data_at, data_len; /* where `data` stands in the body */
};

/* data is borrowed. The event lives in the arena; false: it is too large. */
bool hook_make(struct arena *a, const char *trigger, const char *app, int64_t created,
    js *data, struct hook_event *out) MUST_CHECK;
/* X-Hook-Signature of it: with the settings' secret, or the one given. */
void hook_sign_locked(const struct hooks *hk, const struct hook_event *ev,
    const char *secret, char out[HOOK_SIGNATURE_SIZE]);
const char *hook_url_locked(const struct hooks *hk); /* NULL: there is none */

/* Posts it once. signature NULL or "": unsigned. */
void hook_post(struct outside *o, struct arena *a, const char *url, const char *body,
    size_t len, const char *signature, struct outside_answer *out);

#endif
