/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_APACHE_H
#define CONF_APACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Apache's configuration as far as a check needs it: its directives in their order, Include
 * followed, Define resolved, what IfDefine, IfModule and IfFile leave out left out. No
 * Apache is run. Everything lives in the arena.
 * Source: Apache HTTP Server 2.4, "Configuration Files", core directives.
 */

struct apache_host { /* a <VirtualHost> */
	const char *where;
	const char *const *addresses; /* "*:443" */
	size_t n_addresses;
};

struct apache_line {
	const char *name; /* of the directive, as written */
	const char *const *args;
	size_t n;
	const char *where; /* "/etc/apache2/sites-enabled/bot.conf:12" */
	const struct apache_host *host; /* NULL: outside of all */
	const char *location; /* of the innermost <Location>; NULL: none */
	struct apache_line *next;
};

struct apache {
	const char *folder;
	struct apache_line *first;
	const char *user, *group; /* whom it runs as; NULL: not said */
	bool
	    has_modules; /* some LoadModule was there: a module without one is missing */
};

/* False: there is no configuration in that folder (ERR_IO), or one beyond all limits. */
bool apache_read(
    struct arena *a, const char *folder, struct apache *out, struct err *e) MUST_CHECK;

bool apache_is(const struct apache_line *line, const char *name) MUST_CHECK;

/* The i-th word behind the directive; "" where there are fewer. */
const char *apache_arg(const struct apache_line *line, size_t i);

/* "proxy_fcgi": whether it is loaded, or part of the program. */
bool apache_has_module(const struct apache *ap, const char *module) MUST_CHECK;

#endif
