/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_ROUTER_H
#define WEB_ROUTER_H

#include "base/attr.h"

struct web_req;

/*
 * Which webhook a request is: "media", "challenge", "handshake", "event", "ticket", "status", "message"; NULL when
 * it is none that we know. By method, content type, headers and names alone: nothing of the
 * request is believed yet. Costs a look over the body; thread-safe.
 */
const char *web_route_name(const struct web_req *r) MUST_CHECK;

#endif
