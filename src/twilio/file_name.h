/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_FILE_NAME_H
#define TWILIO_FILE_NAME_H

#include "base/arena.h"
#include "base/media_type.h"

/*
 * "<what>-<id>.<ext>": a name for a file that is passed on. What comes from
 * Content-Disposition (RFC 6266; NULL: it is absent), made harmless: no folder, no control
 * or direction character, no dot in front, valid UTF-8, not the name of another type; or
 * else it is "picture", "sound", "film", "document". The id, at most 32 letters and digits,
 * keeps apart files that their senders call the same. At most LIMIT_FILE_NAME bytes.
 * Thread-safe.
 */
const char *twilio_file_name(const char *disposition, const struct media_type *type,
    const char *id, struct arena *a) MUST_CHECK;

#endif
