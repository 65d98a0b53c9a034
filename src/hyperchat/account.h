/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_ACCOUNT_H
#define HYPERCHAT_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"

/* One HyperChat application, as the configuration (chat.chat.*) tells of it. */
struct hyperchat_setup {
	const char *app_id, *secret;
	const char
	    *server; /* "https://hyperchat-eu.inbenta.chat", also without scheme */
	int64_t server_port; /* where `server` has no port; 0: 443 */
	const char *region; /* for tracking alone; "": "us" */
	int64_t timeout_ms; /* of one call; 0: what is left */
	bool queue_mode; /* chats may wait in a queue, where HyperChat does not say */
};

struct hyperchat_account {
	const char *app_id, *secret;
	const char *base; /* "https://host:443/v1/", what all paths are put behind */
	const char *region;
	int64_t timeout_ms;
	bool queue_mode;
};

/*
 * The account of a setup; texts live in the arena. ERR_CONFIG, naming the key to mend: no
 * app id or secret, or one that is not made of visible ASCII characters; a server that is
 * no address. Whether plain http is allowed is looked at when it is called (http/http.h).
 * Source: Inbenta, "HyperChat: servers and ports".
 */
bool hyperchat_account_make(struct arena *a, const struct hyperchat_setup *setup,
    struct hyperchat_account *out, struct err *e) MUST_CHECK;

#endif
