/* SPDX-License-Identifier: Apache-2.0 */
/* Any form as a status callback: what comes out can be compared, stored and logged. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "fuzz/fuzz.h"
#include "twilio/addr.h"
#include "twilio/codes.h"
#include "twilio/status.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct twilio_report r = { 0 };
	struct form f;
	struct err e;

	log_setup(LOG_ERROR, LOG_KV);
	if (!form_parse(&f, a, (const char *)data, size, &e))
		return 0;
	if (!twilio_report_read(&r, &f)) {
		need(r.sid == NULL && r.status == TWILIO_STATUS_NONE);
		return 0;
	}
	need(twilio_sid_ok(r.sid) && r.status != TWILIO_STATUS_NONE);
	need(r.code >= 0 && r.code <= 999999 && twilio_code(r.code) != NULL);
	need(*r.to == '\0' || twilio_addr_ok(r.to));
	need(*r.from == '\0' || twilio_addr_ok(r.from));
	need(!twilio_status_is_news(r.status, r.status));
	need(twilio_status_of(twilio_status_name(r.status)) == r.status);
	twilio_report_log(&r);
	return 0;
}
