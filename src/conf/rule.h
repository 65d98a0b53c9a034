/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_RULE_H
#define CONF_RULE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"

/*
 * A regular expression in the notation of PHP's preg_match, as conf files of the PHP
 * template have it: "/^dev\.example\.com$/i". Any delimiter but letters, digits, blanks and
 * the backslash; ( [ { < pair with their partners. Flags: i m s u x. Constant once made.
 */
struct rule;

bool rule_new(const char *notation, struct rule **out, struct err *e) MUST_CHECK;
void rule_free(struct rule *r); /* NULL is allowed */

enum rule_answer { RULE_NO, RULE_YES, RULE_GAVE_UP };

/*
 * Whether the expression is found in the subject. Given up: the expression backtracks
 * beyond LIMIT_RULE_STEPS (about a millisecond), or the subject is longer than LIMIT_URL. Safe in
 * several threads.
 */
enum rule_answer rule_match(const struct rule *r, const char *subject) MUST_CHECK;

#endif
