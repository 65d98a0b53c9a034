/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STORE_HANDOUT_I_H
#define STORE_HANDOUT_I_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/attr.h"
#include "store/handout.h"

/* What the files behind handout.h share; nobody else includes it but their tests. */

#define HANDOUT_FOLDER "handout"
#define HANDOUT_LOCK "lock" /* stays */
#define HANDOUT_PREFIX "h-"

/* The folder as it stands, the caller's; -1 with errno when it cannot be opened. */
int handout_folder(const struct store *s) MUST_CHECK;

/* Its lock file, the caller's, made when it is missing; -1 with errno. */
int handout_lock(int dir) MUST_CHECK;

/*
 * With the gate of the lock file held: whether one more file of so many bytes may come. What
 * is over is removed on the way.
 */
bool handout_room(
    const struct store *s, int dir, off_t bytes, struct err *e) MUST_CHECK;

#endif
