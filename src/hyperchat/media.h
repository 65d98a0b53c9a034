/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HYPERCHAT_MEDIA_H
#define HYPERCHAT_MEDIA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "hyperchat/call.h"
#include "hyperchat/messages.h"

/* A file of the customer for the agent. */
struct hyperchat_file {
	const char *chat_id, *sender;
	int fd; /* read from its beginning, by position */
	size_t size;
	const char *name; /* with its extension; a new one for each file of a chat */
	const char *type; /* MIME */
	const char *after; /* as in struct hyperchat_post */
};

/* Whether HyperChat takes files with the extension of this name, by its documentation. */
bool hyperchat_media_takes(const char *name) MUST_CHECK;

/*
 * Puts a file into the chat, once; outcome, *id and *e as of hyperchat_message_post(). A
 * time-out is settled by the name of the file. Takes what time is left, not the account's.
 */
enum hyperchat_outcome hyperchat_media_post(const struct hyperchat_call *c,
    const struct hyperchat_file *file, const char **id, struct err *e) MUST_CHECK;

/* A file of an agent. */
struct hyperchat_download {
	int fd; /* the caller's: unnamed, private, to be read from its beginning */
	size_t size; /* may be 0 */
	const char
	    *type; /* as the server says, without parameters, lower case; "": not */
};

/*
 * Fetches the file of a message into an unnamed file in the folder `dir` (base/file.h). The
 * credentials go in headers, and only to "media/…" below the account's own base: any other
 * address is ERR_DENIED and not called. ERR_TOO_BIG beyond max_bytes; a file that is gone
 * (404) is ERR_UPSTREAM with that code. Takes what time is left, not the account's.
 */
bool hyperchat_media_get(const struct hyperchat_call *c, const char *url,
    const char *dir, size_t max_bytes, struct hyperchat_download *out,
    struct err *e) MUST_CHECK;

#endif
