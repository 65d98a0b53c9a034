/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_TOKEN_FILE_H
#define INBENTA_TOKEN_FILE_H

#include "base/attr.h"
#include "base/err.h"

/*
 * Names of the files that hold access tokens. What is returned is the caller's to free().
 */

/*
 * "cached-accesstoken-<KEY>", the name operators of Inbenta's connectors know: of the key
 * letters, digits and blanks are left.
 */
char *token_file_name(const char *key) MUST_CHECK;

/*
 * The same as a log may have it, where the key is no matter: "cached-accesstoken-1234*". It
 * finds the file, and is not longer than its name unless the key is nothing.
 */
char *token_file_shown(const char *name) MUST_CHECK;

/*
 * Puts `shown` in place of each such name in an error of the store, up to a colon or where
 * the text was cut. Returns e->text.
 */
const char *token_file_hide(struct err *e, const char *shown);

#endif
