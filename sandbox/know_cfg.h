/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_KNOW_CFG_H
#define SANDBOX_KNOW_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libconfig.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Typed access to a libconfig tree, with the line in each error. Outputs stay as they are
 * when an optional member is missing; texts are copied into the arena and are UTF-8.
 */
struct kcfg {
	struct arena *a;
	struct err *e;
};

enum { KCFG_TEXTS = 200 /* in one list */ };

/* "line 7: …" into the error; returns false. at NULL: the first line. */
bool kcfg_bad(struct kcfg *c, const config_setting_t *at, const char *fmt, ...)
    PRINTF(3, 4);

/* The group has no other members than these: " a b c ", with blanks at both ends. */
bool kcfg_only(struct kcfg *c, config_setting_t *group, const char *names) MUST_CHECK;
bool kcfg_group(struct kcfg *c, const config_setting_t *s, const char *what) MUST_CHECK;

bool kcfg_text(struct kcfg *c, const config_setting_t *group, const char *name,
    const char **out) MUST_CHECK;
/* Fails when missing or empty. */
bool kcfg_need_text(struct kcfg *c, const config_setting_t *group, const char *name,
    const char **out) MUST_CHECK;
/* A string, or a list or array of strings; *n is 0 when missing. */
bool kcfg_texts(struct kcfg *c, const config_setting_t *group, const char *name,
    const char *const **out, size_t *n) MUST_CHECK;
bool kcfg_bool(struct kcfg *c, const config_setting_t *group, const char *name,
    bool *out) MUST_CHECK;
/* From 0 to max. */
bool kcfg_int(struct kcfg *c, const config_setting_t *group, const char *name, int max,
    int64_t *out) MUST_CHECK;
/* A text or a whole number; which of them in *is_number. Fails when missing or empty. */
bool kcfg_need_text_or_int(struct kcfg *c, const config_setting_t *group,
    const char *name, const char **out, bool *is_number) MUST_CHECK;
/* A group { … }; NULL when missing. */
bool kcfg_part(struct kcfg *c, const config_setting_t *group, const char *name,
    config_setting_t **out) MUST_CHECK;
/* A list of groups; *n is 0 when missing. */
bool kcfg_list(struct kcfg *c, const config_setting_t *group, const char *name,
    size_t max, config_setting_t **out, size_t *n) MUST_CHECK;

#endif
