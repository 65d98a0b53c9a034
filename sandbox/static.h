/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STATIC_H
#define SANDBOX_STATIC_H

#include "sandbox/server.h"

/*
 * The files of the pages, from the folder of --www, below the path of each page; and the
 * way there from "/" and from a path without its slash.
 */
handler_fn static_get, static_root;

/* Appends the file of that plain name; *type is static. False: there is none. */
bool static_read(const struct sandbox *sb, const char *name, struct buf *out,
    const char **type) MUST_CHECK;

#endif
