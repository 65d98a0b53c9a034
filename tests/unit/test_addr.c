/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "support/leaks.h"
#include "twilio/addr.h"

TestSuite(addr, .fini = no_leaks);

Test(addr, session_id)
{
	static const struct {
		const char *name, *to, *from, *want;
	} t[] = {
		{ "SMS", "+34900000000", "+34600111222",
		    "twilio-34900000000-34600111222" },
		{ "WhatsApp", "whatsapp:+14155238886", "whatsapp:+34600111222",
		    "twilio-whatsapp14155238886-whatsapp34600111222" },
		{ "short code", "12345", "+34600111222", "twilio-12345-34600111222" },
		{ "no number", "rcs:agent_x", "rcs:US.1349",
		    "twilio-rcs:agent_x-rcs:US.1349" },
		{ "plus at the end", "1+", "2:+", "twilio-1-2" },
		{ "runs", "::++1", "++2", "twilio-:1-2" },
		{ "colon alone", ":", "+", "twilio-:-" },
		{ "empty", "", "", "twilio--" },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_str_eq(twilio_session_id(a, t[i].to, t[i].from), t[i].want,
		    "%s", t[i].name);
}

Test(addr, of_a_session_id)
{
	static const struct {
		const char *name, *id, *to, *from;
	} t[] = {
		{ "SMS", "twilio-34900000000-34600111222", "+34900000000",
		    "+34600111222" },
		{ "WhatsApp", "twilio-whatsapp14155238886-whatsapp34600111222",
		    "whatsapp:+14155238886", "whatsapp:+34600111222" },
		{ "short code", "twilio-12345-34600111222", "12345", "+34600111222" },
		{ "other prefix", "vonage-34900000000-34600111222", NULL, NULL },
		{ "no number", "twilio-rcs:agent_x-rcs:US.1349", NULL, NULL },
		{ "two channels", "twilio-34900000000-whatsapp34600111222", NULL,
		    NULL },
		{ "two words", "twilio-sms1234567-rcs1234567", NULL, NULL },
		{ "three parts", "twilio-34900000000-34600-111222", NULL, NULL },
		{ "one part", "twilio-34900000000", NULL, NULL },
		{ "empty parts", "twilio--", NULL, NULL },
		{ "word alone", "twilio-whatsapp-whatsapp", NULL, NULL },
		{ "too long", "twilio-1234567890123456-34600111222", NULL, NULL },
		{ "empty", "", NULL, NULL },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *to = NULL, *from = NULL;

		cr_expect_eq(twilio_session_addresses(a, t[i].id, &to, &from),
		    t[i].to != NULL, "%s", t[i].name);
		if (t[i].to == NULL)
			continue;
		cr_expect_str_eq(to, t[i].to, "%s", t[i].name);
		cr_expect_str_eq(from, t[i].from, "%s", t[i].name);
		cr_expect_str_eq(
		    twilio_session_id(a, to, from), t[i].id, "%s", t[i].name);
	}
}

Test(addr, ok)
{
	static const struct {
		const char *name, *in;
		bool want;
	} t[] = {
		{ "number", "+34600111222", true },
		{ "channel", "whatsapp:+34600111222", true },
		{ "hidden number", "whatsapp:US.13491208655302741918", true },
		{ "word", "anonymous", true },
		{ "missing", NULL, false },
		{ "empty", "", false },
		{ "name of two words", "Acme Shop", true },
		{ "blank in front", " 34600111222", false },
		{ "blank behind", "+34600111222 ", false },
		{ "blank alone", " ", false },
		{ "line end", "+34600111222\n", false },
		{ "control", "+34\x01", false },
		{ "delete", "+34\x7f", false },
		{ "not ASCII", "\xc3\xb1", false },
	};
	char edge[LIMIT_ADDRESS + 2];

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(twilio_addr_ok(t[i].in), t[i].want, "%s", t[i].name);
	memset(edge, '1', sizeof(edge));
	edge[LIMIT_ADDRESS + 1] = '\0';
	cr_expect_not(twilio_addr_ok(edge), "one byte too long");
	edge[LIMIT_ADDRESS] = '\0';
	cr_expect(twilio_addr_ok(edge), "as long as allowed");
}

#define HEX "0123456789abcdefABCDEF0123456789"

Test(addr, sid)
{
	static const struct {
		const char *name, *in;
		bool want;
	} t[] = {
		{ "of a message", "SM" HEX, true },
		{ "of one with media", "MM" HEX, true },
		{ "missing", NULL, false },
		{ "empty", "", false },
		{ "of a trial", "SM1", true },
		{ "the next field's name swallowed", "SM" HEX "NumMedia0", false },
		{ "a digit more", "SM" HEX "0", false },
		{ "blank", "SM 1", false },
		{ "line end", "SM1\n", false },
		{ "escape", "SM\x1b[2J", false },
		{ "not ASCII", "SM\xff", false },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(twilio_sid_ok(t[i].in), t[i].want, "%s", t[i].name);
}
