/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SERVER_BODY_H
#define SANDBOX_SERVER_BODY_H

#include "sandbox/server.h"

struct MHD_Response;

/*
 * The body of a reply as libmicrohttpd sends it, in the way the reply asks for. Takes the
 * bytes of r->body where it can. NULL: out of memory.
 */
struct MHD_Response *server_body(struct reply *r) MUST_CHECK;

#endif
