/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_CONTROL_API_H
#define SANDBOX_CONTROL_API_H

#include "sandbox/server.h"

/* /sandbox/…: how tests make the stand-ins misbehave, and look at what they were asked. */
handler_fn control_health, control_fault, control_fault_state, control_fault_clear,
    control_answer, control_answer_clear, control_calls, control_calls_clear,
    control_expire, control_token_ttl;

#endif
