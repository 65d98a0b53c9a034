/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

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
