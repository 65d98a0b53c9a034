/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PHP_PARSE_H
#define PHP_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "php/tree.h"

/*
 * Reads a PHP file that returns settings, without running any PHP:
 *
 *	<?php
 *	return [ 'key' => 'value', … ];
 *
 * or `$config = [ … ]; $config['a']['b'] = 1; return $config;`. Literals are understood in
 * all of PHP's spellings: arrays of both styles, texts in both quotes, heredoc and nowdoc,
 * numbers of all bases, casts, texts joined by `.`, + - * of whole numbers, comments. What
 * only running PHP would tell, such as calls, constants and variables of elsewhere, becomes
 * a PHP_UNKNOWN value that says so, or a remark where it was a statement.
 *
 * Source: The PHP Language Reference, Types, Operators and Basic syntax; PHP 7.3, which the
 * PHP template names.
 */
struct php_remark {
	const struct php_remark *next;
	const char *text; /* what is not followed, and why */
	int line;
};

struct php_file {
	struct php_value value; /* what the file returns */
	const struct php_comment *head; /* comments at its top */
	const struct php_comment *foot; /* and behind what it returns */
	const struct php_remark *remarks; /* statements that were not run, in order */
};

/*
 * text may hold any bytes. *out lives as long as the arena. False: it is no such file, or
 * LIMIT_PHP_FILE, LIMIT_PHP_DEPTH or LIMIT_PHP_VALUES is exceeded (ERR_TOO_BIG); *line is
 * where. No text of the file that is a value gets into *e.
 */
bool php_parse(const char *text, size_t n, struct arena *a, struct php_file *out,
    int *line, struct err *e) MUST_CHECK;

#endif
