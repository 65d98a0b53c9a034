/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/hint.h"

bool
err_set(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
{
	va_list ap;

	e->kind = kind;
	e->code = code;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	return false;
}

bool
err_io(struct err *e, const char *fmt, ...)
{
	int saved = errno;
	char why[80];
	size_t len;
	va_list ap;

	e->kind = ERR_IO;
	e->code = saved;
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	snprintf(e->text + len, sizeof(e->text) - len, ": %s",
	    strerror_r(saved, why, sizeof(why)));
	return false;
}

bool
err_wrap(struct err *e, const char *fmt, ...)
{
	char inner[sizeof(e->text)];
	size_t len;
	va_list ap;

	memcpy(inner, e->text, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof(e->text), fmt, ap);
	va_end(ap);
	len = strlen(e->text);
	snprintf(e->text + len, sizeof(e->text) - len, ": %s", inner);
	return false;
}

bool
err_is_ours(const struct err *e)
{
	return e->kind == ERR_CONFIG || e->kind == ERR_DENIED;
}

const char *
err_hint(const struct err *e)
{
	static const char *const hints[] = {
		[ERR_NONE] = HINT_NOTHING,
		[ERR_INPUT] =
		    "what came cannot be read; if that goes on, log.rooms = [ "
		    "\"http=debug\", \"web=debug\" ] and a reload show it",
		[ERR_TOO_BIG] =
		    "it is over a limit: botline(8), LIMITS; make it smaller "
		    "where it comes from",
		[ERR_DENIED] =
		    "the login is refused: compare the keys in conf/custom with "
		    "those of the vendor, then reload",
		[ERR_CONFIG] = "botline --check says which key to mend; then reload",
		[ERR_UPSTREAM] =
		    "trouble at the other side: see its status page; if it is "
		    "well, the name, the network and TLS from this host",
		[ERR_TIMEOUT] =
		    "the other side is slow or out of reach: see its status "
		    "page, and the network from this host",
		[ERR_IO] = "look at the disk and the folders of store.path and "
			   "store.state_path: df -h, df -i, owner, mode; and at dmesg",
	};

	return hints[e->kind];
}

const char *
err_kind_name(enum err_kind kind)
{
	static const char *const names[] = {
		[ERR_NONE] = "none",
		[ERR_INPUT] = "input",
		[ERR_TOO_BIG] = "too big",
		[ERR_DENIED] = "denied",
		[ERR_CONFIG] = "config",
		[ERR_UPSTREAM] = "upstream",
		[ERR_TIMEOUT] = "timeout",
		[ERR_IO] = "io",
	};

	return names[kind];
}
