/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_UPLOADS_H
#define SANDBOX_UPLOADS_H

#include "sandbox/server.h"

/*
 * Files that people attach on the phone page, kept in memory and served under a name that
 * cannot be guessed, as Twilio keeps media. The oldest go when there is no room.
 */
struct uploads;

enum {
	UPLOAD_BYTES = 5 * 1024 * 1024, /* one file: Twilio's limit of an MMS */
	UPLOADS_BYTES = 64 * 1024 * 1024, /* all of them */
	UPLOADS_MAX = 200,
	UPLOAD_ID_BYTES = 16,
	UPLOAD_ID_SIZE = 2 * UPLOAD_ID_BYTES + 1
};

struct uploads *uploads_new(void);
void uploads_free(struct uploads *u);

/* Takes malloc'ed data; where it is found goes to `id`. */
void upload_keep(struct uploads *u, const char *type, unsigned char *data, size_t len,
    char id[UPLOAD_ID_SIZE]);
/* Appends the file; the type lives in the arena. False: there is none. */
bool upload_copy(struct uploads *u, const char *id, struct buf *out, struct arena *a,
    const char **type) MUST_CHECK;

/*
 * POST /phone/api/media {"type":"image/png","data":"<base64>"} -> 201 {"url","type"}, and
 * GET /phone/media/{id}.
 */
handler_fn upload_post, upload_get;

#endif
