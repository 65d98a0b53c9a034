/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_ACCOUNT_H
#define INBENTA_ACCOUNT_H

#include <stdint.h>

/* The product that an account is for; its key may open others too. */
enum inbenta_api {
	INBENTA_CHATBOT,
	INBENTA_TICKETING /* Messenger, which has keys of its own */
};

/* The credentials of one Inbenta instance, borrowed from the configuration. */
struct inbenta_account {
	const char *name; /* group of the keys that hold them: "api"; for messages */
	const char *url; /* base of /v1/auth; a "/" at its end is ignored */
	const char *url_key; /* the setting it comes from; NULL: api.url */
	const char *key, *secret;
	int64_t timeout_ms; /* of one call; 0: what is left of the turn */
	enum inbenta_api api;
};

#endif
