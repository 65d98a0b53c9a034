/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_INBENTA_TRACK_H
#define SANDBOX_INBENTA_TRACK_H

#include "sandbox/server.h"

/* Inbenta's tracking events: ratings, clicks, what became of an offer to talk to a person. */
handler_fn tracking_post;

#endif
