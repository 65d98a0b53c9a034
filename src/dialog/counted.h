/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_COUNTED_H
#define DIALOG_COUNTED_H

#include "dialog/work.h"

/* Numbers of turns (base/metrics.h). */

/* The turn has ended as w->outcome says. */
void counted_turn(const struct work *w);

/* The reply went out in the response. */
void counted_reply(const struct work *w, const struct reply *reply);

#endif
