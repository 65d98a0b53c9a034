/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_ROUTER_H
#define SANDBOX_ROUTER_H

#include "sandbox/server.h"

/* Which handler answers which path, and what is checked before it runs. */
struct route;

/* Never NULL: a path that is not served has a route that answers 404 or 405. */
const struct route *route_find(const char *method, const char *path);
size_t route_max_body(const struct route *route);

/* Checks what the route asks for (router.c) and runs its handler. */
void route_run(const struct route *route, struct sandbox *sb, const struct request *q,
    struct reply *r);

/*
 * Whether the Host or Origin names this machine: localhost, a loopback address, `own`
 * (the address listened on), or any numeric address when `remote`. Other names may be
 * a foreign page's, pointed at us by its DNS.
 */
bool host_is_ours(const char *host, const char *own, bool remote);
bool origin_is_ours(const char *origin, const char *own, bool remote);

#endif
