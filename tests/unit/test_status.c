/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "support/leaks.h"
#include "twilio/status.h"

TestSuite(status, .fini = no_leaks);

#define SID "SM0123456789abcdef0123456789abcdef"

Test(status, words)
{
	static const char *const words[] = { "accepted", "scheduled", "queued",
		"sending", "sent", "delivered", "undelivered", "failed", "canceled",
		"read" };

	for (size_t i = 0; i < NELEMS(words); i++) {
		enum twilio_status s = twilio_status_of(words[i]);

		cr_expect_neq(s, TWILIO_STATUS_NONE, "%s", words[i]);
		cr_expect_str_eq(twilio_status_name(s), words[i]);
	}
	cr_expect_eq(twilio_status_of("partially_delivered"), TWILIO_STATUS_SENT);
	cr_expect_eq(twilio_status_of("received"), TWILIO_STATUS_NONE);
	cr_expect_eq(twilio_status_of("none"), TWILIO_STATUS_NONE);
	cr_expect_eq(twilio_status_of("Sent"), TWILIO_STATUS_NONE);
	cr_expect_eq(twilio_status_of(NULL), TWILIO_STATUS_NONE);
}

/* What each order of callbacks ends with. */
Test(status, the_highest_counts)
{
	static const struct {
		const char *name, *words[5], *want;
	} t[] = {
		{ "in order", { "queued", "sending", "sent", "delivered", "read" },
		    "read" },
		{ "late", { "delivered", "sent", "queued" }, "delivered" },
		{ "twice", { "sent", "sent" }, "sent" },
		{ "read first", { "read", "delivered" }, "read" },
		{ "failed is final", { "failed", "sent", "delivered" }, "failed" },
		{ "undelivered is final", { "undelivered", "read" }, "undelivered" },
		{ "canceled is final", { "scheduled", "canceled", "queued" },
		    "canceled" },
		{ "delivered is not lost", { "delivered", "failed" }, "delivered" },
		{ "a word of tomorrow", { "sent", "teleported" }, "sent" },
		{ "accepted and scheduled", { "accepted", "scheduled" }, "accepted" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		enum twilio_status s = TWILIO_STATUS_NONE;

		for (size_t k = 0; k < 5 && t[i].words[k] != NULL; k++) {
			enum twilio_status now = twilio_status_of(t[i].words[k]);

			if (twilio_status_is_news(s, now))
				s = now;
		}
		cr_expect_str_eq(twilio_status_name(s), t[i].want, "%s", t[i].name);
	}
}

Test(status, ends)
{
	for (int i = TWILIO_STATUS_NONE; i <= TWILIO_STATUS_READ; i++) {
		enum twilio_status s = (enum twilio_status)i;

		cr_expect_eq(twilio_status_is_lost(s),
		    s == TWILIO_STATUS_FAILED || s == TWILIO_STATUS_UNDELIVERED ||
			s == TWILIO_STATUS_CANCELED);
		cr_expect_eq(twilio_status_is_out(s),
		    s == TWILIO_STATUS_SENT || s == TWILIO_STATUS_DELIVERED ||
			s == TWILIO_STATUS_READ);
	}
}

Test(status, callbacks)
{
	static const struct {
		const char *name, *body;
		bool ok;
		enum twilio_status status;
		int code;
		const char *to;
	} t[] = {
		{ "delivered",
		    "MessageSid=" SID "&MessageStatus=delivered&To=%2B34600111222"
		    "&From=%2B34900&SmsStatus=sent",
		    true, TWILIO_STATUS_DELIVERED, 0, "+34600111222" },
		{ "undelivered",
		    "MessageSid=" SID "&MessageStatus=undelivered&ErrorCode=30003"
		    "&ErrorMessage=&To=whatsapp%3A%2B34600111222",
		    true, TWILIO_STATUS_UNDELIVERED, 30003, "whatsapp:+34600111222" },
		{ "old names", "SmsSid=" SID "&SmsStatus=sent", true,
		    TWILIO_STATUS_SENT, 0, "" },
		{ "read on WhatsApp",
		    "MessageSid=" SID "&MessageStatus=delivered&EventType=READ", true,
		    TWILIO_STATUS_READ, 0, "" },
		{ "an odd code", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=-3",
		    true, TWILIO_STATUS_FAILED, 0, "" },
		{ "a long code",
		    "MessageSid=" SID "&MessageStatus=failed&ErrorCode=3000300", true,
		    TWILIO_STATUS_FAILED, 0, "" },
		{ "no code", "MessageSid=" SID "&MessageStatus=failed&ErrorCode=", true,
		    TWILIO_STATUS_FAILED, 0, "" },
		{ "an odd address", "MessageSid=" SID "&MessageStatus=sent&To=a%0Ab",
		    true, TWILIO_STATUS_SENT, 0, "" },
		{ "no message", "MessageStatus=sent", false, 0, 0, NULL },
		{ "an odd message", "MessageSid=a+b&MessageStatus=sent", false, 0, 0,
		    NULL },
		{ "no status", "MessageSid=" SID, false, 0, 0, NULL },
		{ "a new status", "MessageSid=" SID "&MessageStatus=teleported", false,
		    0, 0, NULL },
		{ "an incoming message", "MessageSid=" SID "&SmsStatus=received", false,
		    0, 0, NULL },
		{ "nothing", "", false, 0, 0, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct twilio_report r = { .code = 77 };
		struct form f;
		struct err e;
		bool ok;

		cr_assert(form_parse(&f, a, t[i].body, strlen(t[i].body), &e));
		ok = twilio_report_read(&r, &f);
		cr_expect_eq(ok, t[i].ok, "%s", t[i].name);
		if (!ok) {
			cr_expect_eq(r.code, 77, "%s: untouched", t[i].name);
			continue;
		}
		cr_expect_str_eq(r.sid, SID, "%s", t[i].name);
		cr_expect_eq(r.status, t[i].status, "%s", t[i].name);
		cr_expect_eq(r.code, t[i].code, "%s", t[i].name);
		cr_expect_str_eq(r.to, t[i].to, "%s", t[i].name);
	}
}
