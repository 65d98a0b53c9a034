/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SEGMENTS_H
#define SANDBOX_SEGMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* How an SMS is billed: "GSM-7" or "UCS-2", and in how many segments (at least 1). */
struct segments {
	const char *alphabet;
	size_t count;
};

/* text: UTF-8. Source: 3GPP TS 23.038, 23.040; Twilio "What the SMS character limit is". */
struct segments segments_of(const char *text, size_t len);

#endif
