/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_OUT_TWILIO_H
#define CHANNEL_OUT_TWILIO_H

#include "channel/out.h"

/*
 * Twilio's REST API as the way out. Settings: twilio.credentials.*, twilio.api_url,
 * twilio.messaging_service_sid, which takes the place of the sender, and api.timeout_ms for
 * one call.
 */
extern const struct out_ops out_twilio;

#endif
