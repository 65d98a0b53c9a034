/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PHONE_API_H
#define SANDBOX_PHONE_API_H

#include "sandbox/server.h"

/* What the phone page asks for; tests use it to talk as many users. */
handler_fn phone_state, phone_send, phone_events, phone_clear;

/* Whether it belongs to a conversation of the page; the company's number of a channel. */
bool phone_is_own(const char *channel, const char *user, const char *company);
const char *phone_company(const char *channel);

#endif
