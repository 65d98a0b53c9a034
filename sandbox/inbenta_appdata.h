/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_APPDATA_H
#define SANDBOX_INBENTA_APPDATA_H

#include "sandbox/server.h"

/*
 * App data of the chatbot's instance (Inbenta calls it ExtraInfo): groups of named objects.
 * There is none at start; tests put it there over /sandbox/appdata.
 */
struct appdata;

enum { APPDATA_GROUPS = 16, APPDATA_BYTES = 1024 * 1024 };

struct appdata *appdata_new(void);
void appdata_free(struct appdata *d);

/* GET /v1/app/data/{group}?name= ; needs no conversation. */
handler_fn appdata_get;

/* POST {"group","results"} puts or replaces a group, DELETE removes all. */
handler_fn control_appdata, control_appdata_clear;

#endif
