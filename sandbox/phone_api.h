/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PHONE_API_H
#define SANDBOX_PHONE_API_H

#include "sandbox/server.h"

/* What the phone page asks for; tests use it to talk as many users. */
handler_fn phone_state, phone_send, phone_events, phone_clear;

#endif
