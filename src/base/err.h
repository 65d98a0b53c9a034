/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdbool.h>

#include "base/attr.h"

/*
 * What went wrong, told to the caller. A fallible function returns bool (or a pointer),
 * takes `struct err *e` last, never NULL, and writes it only when it fails.
 */
enum err_kind {
	ERR_NONE,
	ERR_INPUT, /* foreign bytes are malformed */
	ERR_TOO_BIG, /* foreign bytes exceed a limit */
	ERR_DENIED, /* a proof failed, or an upstream refuses our credentials */
	ERR_CONFIG, /* the operator has to change something */
	ERR_UPSTREAM, /* an upstream answered something unusable, or hung up */
	ERR_TIMEOUT, /* a deadline ran out */
	ERR_IO /* a system call failed; code is errno */
};

struct err {
	enum err_kind kind;
	int code; /* errno, CURLcode or HTTP status; 0 when none applies */
	char text[240]; /* for the log: no secret, no user's text */
};

/* Fills *e and returns false, so that callers write `return err_set(…)`. */
bool err_set(struct err *e, enum err_kind kind, int code, const char *fmt, ...)
    PRINTF(4, 5);

/* err_set with ERR_IO, the current errno and its message appended. */
bool err_io(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Puts "prefix: " before the text, keeps kind and code, returns false. */
bool err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Whether the operator has something to mend: our configuration, or a login that is refused. */
bool err_is_ours(const struct err *e) MUST_CHECK;

/*
 * What an operator is to do about such an error, for a line of the log whose own words do not
 * say it better: where to look, by kind. Never NULL, lasts for ever.
 */
const char *err_hint(const struct err *e) MUST_CHECK;

/* A word for logs: "input", "timeout"… Never NULL. */
const char *err_kind_name(enum err_kind kind);

#endif
