/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STATIC_H
#define SANDBOX_STATIC_H

#include "sandbox/server.h"

/* The phone page's files, from the folder of --www; and the way there from "/". */
handler_fn static_get, static_root;

#endif
