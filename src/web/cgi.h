/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_CGI_H
#define WEB_CGI_H

#include <stdbool.h>

#include "base/attr.h"

struct web;

/* Whether this process was started as a CGI program (RFC 3875). */
bool cgi_is(void);

/*
 * Whether the arguments of this CGI program may come from its caller: a web server makes
 * some of a query without '=' (RFC 3875, 4.4).
 */
bool cgi_args_are_callers(void);

/* Serves the one request of environment, stdin and stdout. */
void cgi_serve(const struct web *web);

/*
 * For work after the answer. The web server kills the program it has started once it sees
 * the end of the answer, or lets the user wait until the program has ended. So this goes on
 * in a process of its own: true there, with the answer closed; false in the program, which
 * is to leave now, and where no process could be made (which is logged). No other thread may
 * run.
 */
bool cgi_detach(void) MUST_CHECK;

/* The answer when the program cannot even begin: 503, on stdout. */
void cgi_unavailable(void);

#endif
