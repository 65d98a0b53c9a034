/* SPDX-License-Identifier: Apache-2.0 */
/* Files of incoming messages: with a login a way to where they are, then the bytes. */
#include "config.h"

#include <string.h>

#include "base/crypto.h"
#include "sandbox/blobs.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/sandbox.h"

void
twilio_medium(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *id = strrchr(q->path, '/') + 1;
	char token[33];

	/* As told to go wrong: too early, or to elsewhere. */
	if (blobs_serve(sb->incoming, id, true, q, r))
		return;
	random_hex(token, 16);
	r->status = 307;
	reply_header(r, "Location",
	    arena_printf(q->arena, "%s/twilio/cdn/%s?signature=%s",
		server_url(q->server), id, token));
}

void
twilio_cdn(struct sandbox *sb, const struct request *q, struct reply *r)
{
	/* S3 does not take two logins, and the signature in the address is one. */
	if (request_header(q, "Authorization") != NULL ||
	    request_arg(q, "signature") == NULL)
		reply_text(r, 400, "application/xml",
		    "<Error><Code>InvalidArgument</Code><Message>Only one auth "
		    "mechanism allowed</Message></Error>");
	else if (!blobs_serve(sb->incoming, strrchr(q->path, '/') + 1, false, q, r))
		reply_text(
		    r, 404, "application/xml", "<Error><Code>NoSuchKey</Code></Error>");
}
