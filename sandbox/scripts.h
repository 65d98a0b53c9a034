/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SCRIPTS_H
#define SANDBOX_SCRIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

/*
 * Answers that a test dictates: what the bot says, byte for byte, when it is asked this.
 * The first one for exactly these words counts, else the first for "*".
 */
struct scripts;

enum { SCRIPTS_MAX = 1000 };

struct scripts *scripts_new(void);
void scripts_free(struct scripts *s);
void scripts_clear(struct scripts *s);
/* times -1: until cleared. False: there are too many. */
bool scripts_add(struct scripts *s, const char *when, const char *json, int status,
    int64_t times) MUST_CHECK;
/* The body into the arena, and its status; NULL when nothing is dictated. */
const char *scripts_take(
    struct scripts *s, const char *said, struct arena *a, int *status);

#endif
