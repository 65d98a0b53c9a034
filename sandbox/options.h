/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

/* The command line. Strings are borrowed from argv or static. */
struct options {
	const char *listen;
	bool allow_remote;
	const char *knowledge; /* file */
	const char *www; /* folder of the phone page */
	const char *webhook; /* may have a fragment; NULL: the phones cannot send */
	const char *fallback_webhook; /* asked when the webhook failed; NULL: none */
	const char *public_url; /* as typed at Twilio: what is signed */
	const char *base_url; /* of the sandbox, in answers; NULL: what it listens on */
	const char *account_sid; /* Twilio's */
	const char *auth_token;
	const char *api_key; /* Inbenta's */
	const char *api_secret;
	const char *hyper_app_id; /* HyperChat's */
	const char *hyper_secret;
	const char *office_key; /* Messenger's, of Inbenta's authorization */
	const char *office_secret;
	const char *ticket_secret; /* of the webhook of replies to tickets */
	const char *hours_cache; /* pattern of files that keep our hours; NULL: none */
	bool lenient; /* Twilio's opt-out words and guard against loops are off */
	int64_t twilio_timeout_ms;
};

enum options_result { OPTIONS_RUN, OPTIONS_EXIT, OPTIONS_WRONG };

/* Fills in defaults. OPTIONS_EXIT: --help or --version was printed to stdout. */
enum options_result options_parse(
    struct options *o, int argc, char **argv, struct err *e) MUST_CHECK;

#endif
