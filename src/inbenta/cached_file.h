/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INBENTA_CACHED_FILE_H
#define INBENTA_CACHED_FILE_H

#include "base/attr.h"
#include "base/err.h"

/*
 * Names of the files that hold what belongs to an API key. They are those that operators of
 * Inbenta's connectors know: "cached-accesstoken-<KEY>", where of the key letters, digits
 * and blanks are left. What is returned is the caller's to free().
 */

/* The prefix ends with the last "-" of the name. */
#define CACHED_TOKEN "cached-accesstoken-"
#define CACHED_APPDATA "cached-appdata-"
#define CACHED_TIMETABLE "cached-cm-data-"
char *cached_file_name(const char *prefix, const char *key) MUST_CHECK;

/*
 * The same as a log may have it, where the key is no matter: "cached-accesstoken-1234*". It
 * finds the file, and is not longer than its name unless the key is nothing.
 */
char *cached_file_shown(const char *name) MUST_CHECK;

/*
 * Puts `shown` in place of each such name in an error of the store, up to a colon or where
 * the text was cut. Returns e->text.
 */
const char *cached_file_hide(struct err *e, const char *shown);

#endif
