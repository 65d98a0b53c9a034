/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_COUNTED_H
#define WEB_COUNTED_H

#include "base/err.h"

struct web_worker;

/* Numbers of requests (base/metrics.h): of the one that the worker has. */
void counted_answer(const struct web_worker *w); /* w->status is on its way */
void counted_refusal(const struct web_worker *w, const struct err *e);
void counted_end(const struct web_worker *w); /* all its work is done */

#endif
