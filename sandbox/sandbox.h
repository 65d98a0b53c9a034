/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "sandbox/options.h"

struct request;

/*
 * botline-sandbox: one program that stands in for Inbenta and for Twilio, with a phone and
 * a desk in the browser. Its parts; each locks itself, so that all may be used from any thread.
 */
struct sandbox {
	const struct options *opts;
	struct server *server;
	struct calls *calls; /* what the stand-in for Inbenta was asked */
	struct faults *faults; /* how it is to misbehave */
	struct scripts *scripts; /* what tests want it to answer */
	struct tokens *tokens; /* access tokens it has given out */
	struct sessions *sessions; /* conversations with its bot */
	struct appdata *appdata; /* what its instance has in store */
	struct know_file *know; /* what its bot knows */
	struct events *events; /* what the phones show */
	struct uploads *uploads; /* files that were attached on them */
	struct sender *sender; /* Twilio's side: webhooks on their way */
	struct chores *chores; /* what is done later, by itself */
	struct hyper *hyper; /* HyperChat's side: users, agents, chats */
	struct hooks *hooks; /* its webhooks */
	struct blobs *media; /* its files */
	struct office *office; /* Messenger's side: people, tickets, surveys */
	struct events *desk; /* what the desk shows */
	struct carrier *carrier; /* what Twilio does by itself: opt-outs, loops */
	struct outbox *outbox; /* Twilio's messages, by its REST API */
	struct blobs
	    *incoming; /* files of the phones' messages, as Twilio keeps them */
};

/* Makes the parts and starts the server; on failure nothing is left. */
struct sandbox *sandbox_start(const struct options *opts, struct err *e) MUST_CHECK;
/* Its URL for browsers, as --base-url has it, else the address that q came to. */
const char *sandbox_url(const struct sandbox *sb, const struct request *q);
/* Ends waiting handlers and webhooks, then frees. NULL is allowed. */
void sandbox_stop(struct sandbox *sb);

#endif
