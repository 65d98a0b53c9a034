/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_SANDBOX_RUN_H
#define SUPPORT_SANDBOX_RUN_H

#include "base/buf.h"
#include "base/js.h"
#include "sandbox/options.h"
#include "sandbox/sandbox.h"

/* A whole sandbox inside a test, on a free port, and a client for it. Aborts on trouble. */
struct run {
	struct options opts;
	struct sandbox *sb;
	char *token; /* access token, once run_login() was called */
	char *session; /* of the bot, likewise */
	char *office_token; /* of Messenger, once run_office_login() was called */
};

/* webhook NULL: none. timeout_ms: Twilio's patience. */
void run_start(struct run *run, const char *webhook, int64_t timeout_ms);
void run_stop(struct run *run);

/* An answer. status 0: none came; curl says why. */
struct got {
	int status, curl;
	struct buf body, head;
	js *json; /* NULL when the body is none */
};
void got_fini(struct got *g);

/*
 * One request. headers: lines, separated by \n, instead of the usual Content-Type and the
 * credentials of /inbenta/, /hyperchat/ or /twilio/; NULL: the usual ones. body NULL: none.
 */
void run_call(struct run *run, const char *method, const char *path,
    const char *headers, const char *body, struct got *g);

/* Gets an access token and a session of the bot. */
void run_login(struct run *run);
/* Gets an access token of Messenger, for what is below /inbenta/ticketing/. */
void run_office_login(struct run *run);

#endif
