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

/*
 * Moves the work out of the web server's reach, which ends the program it has started once it
 * sees the end of the answer, or when its time is over, or lets the caller wait until that
 * program has ended. True, in a process of its own that goes on and takes whatever time it
 * needs; the program that was started waits in here until the answer is out, and ends, with 0,
 * or with the other's status when that one ends without an answer. False, in the program
 * itself, when no process could be made (which is logged): it serves, and is to end with the
 * answer.
 *
 * First of all: nothing is open yet, no thread runs. Writing to who has left is no signal
 * from here on (SIGPIPE).
 */
bool cgi_leave(void) MUST_CHECK;

/*
 * Serves the one request of environment, stdin and stdout. Once the answer is complete, which
 * may be before the end of the work, those two are let go of. False: the request was refused,
 * so its caller may be anybody.
 */
bool cgi_serve(const struct web *web);

/* The answer when the program cannot even begin: 503, on stdout. */
void cgi_unavailable(void);

#endif
