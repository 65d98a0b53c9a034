/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_REPORT_H
#define CONF_REPORT_H

#include "base/attr.h"
#include "conf/conf.h"

/*
 * Writing the findings of conf/conf.h. One thread. Of a report that grows beyond
 * LIMIT_FINDINGS only the errors' number is kept up.
 */

void report_add(struct conf_report *r, enum conf_grade grade, const char *where,
    const char *fmt, ...) PRINTF(4, 5);

/* The same, unless this very finding stands there already. */
void report_once(struct conf_report *r, enum conf_grade grade, const char *where,
    const char *fmt, ...) PRINTF(4, 5);

#endif
