/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_WEBHOOK_H
#define CTL_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/form.h"
#include "base/limits.h"
#include "conf/conf.h"

struct cfg;
struct ctl;
struct opts;

/*
 * Calls of a connector as Twilio and Inbenta make them, signed with the secrets of one
 * environment: for the commands that try it out. One thread.
 */

/* Options of all that call; see botlinectl(8). */
#define WEBHOOK_OPTIONS "[--env ENVIRONMENT] [--connect HOST:PORT] [--url URL]"

struct webhook {
	struct conf *conf;
	const struct cfg *cfg;
	enum conf_env env;
	struct arena *arena; /* of all results */
	const char
	    *signed_url; /* as it is typed at Twilio, without user and fragment */
	const char *call_url; /* where it is called */
	const char *host; /* the Host header; NULL: that of call_url */
	const char *connect_to; /* see struct http_req; NULL: nowhere else */
	const char *user, *password; /* that stand in the address; NULL: none */
};

/*
 * Reads the options, loads the configuration. A status; EXIT_SUCCESS: *w is to be given to
 * webhook_fini(). All else is said.
 */
int webhook_init(
    struct webhook *w, const struct ctl *ctl, const struct opts *o) MUST_CHECK;
/* The same without an address, for who only signs: of the options --env alone counts. */
int webhook_open(
    struct webhook *w, const struct ctl *ctl, const struct opts *o) MUST_CHECK;
/* The address to sign for and to call, instead of one of those. EX_USAGE: it is none. */
int webhook_at(struct webhook *w, const char *url) MUST_CHECK;
void webhook_fini(struct webhook *w); /* a zeroed one is allowed */

/* Whether the connector that would be called is on this machine. */
bool webhook_is_local(const struct webhook *w) MUST_CHECK;

/* A query that stands behind both addresses, as a form; "" changes nothing. */
void webhook_query(struct webhook *w, const char *query);

/* A form that grows; texts are borrowed. */
#define FIELDS_MOST (LIMIT_FORM_FIELDS + 16) /* what comes, and what we put in */
struct fields {
	struct form form;
	struct form_field list[FIELDS_MOST];
};
void fields_add(struct fields *f, const char *name, const char *value);
/* The same unless there is one of that name. */
bool fields_default(struct fields *f, const char *name, const char *value);
/* What every message has and nobody types: AccountSid, MessageSid with its older names. */
void fields_complete(struct fields *f, const struct webhook *w, const char *sid);
/* As application/x-www-form-urlencoded. */
const char *fields_body(struct arena *a, const struct form *f) MUST_CHECK;

/* Of both, 34 characters and the NUL. */
#define WEBHOOK_SID_SIZE 35
void webhook_new_sid(char out[WEBHOOK_SID_SIZE]); /* "SM…", as no message has it */

/* X-Twilio-Signature of the form (NULL: none), in the arena. EX_CONFIG: there is no token. */
int webhook_sign(const struct webhook *w, const struct form *form,
    const char **signature) MUST_CHECK;

/*
 * X-Hook-Signature of an event of HyperChat (it has "trigger") or of Messenger's tickets
 * ("events"), with the secret that is configured or that a handshake has left in the state.
 * *is_secret: the signature is the secret itself, as Messenger has it. A status, said.
 */
int webhook_sign_event(const struct webhook *w, const char *body, size_t len,
    const char **signature, bool *is_secret) MUST_CHECK;

/* What is sent besides the form, or in its place. */
struct webhook_body {
	const struct form *form; /* of Twilio; NULL: json */
	const char *json;
	size_t json_len;
	const char
	    *signature; /* X-Twilio-Signature of form, X-Hook-Signature of json */
};

/*
 * Sends it and tells what came back: the messages of a reply as a person reads them, or what
 * the status means and what to do about it. json: as one object, whose "sid" is that one
 * (NULL: none). The exit status: 0 when it was accepted, EX_NOPERM when it was forbidden,
 * EX_UNAVAILABLE when nobody answered or could, EX_PROTOCOL for any other answer.
 */
int webhook_send(const struct webhook *w, const struct webhook_body *b, bool json,
    const char *sid) MUST_CHECK;

#endif
