/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_CGI_H
#define WEB_CGI_H

#include <stdbool.h>

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

/* The answer when the program cannot even begin: 503, on stdout. */
void cgi_unavailable(void);

#endif
