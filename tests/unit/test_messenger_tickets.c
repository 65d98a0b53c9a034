/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/messenger_rig.h"

#include "base/limits.h"
#include "messenger/tickets.h"
#include "support/leaks.h"

TestSuite(messenger_tickets, .fini = no_leaks);

Test(messenger_tickets, of_a_chat)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		bool ok;
		const char *id;
	} t[] = {
		{ "as documented", { .body = "{\"data\":[{\"id\":501,\"x\":1}]}" },
		    true, "501" },
		{ "not the first",
		    { .body = "{\"data\":[{\"id\":1,\"external_id\":\"C/10\"},null,"
			      "{\"id\":2,\"external_id\":\"C/1\"}]}" },
		    true, "2" },
		{ "none yet", { .body = "{\"data\":[]}" }, true, NULL },
		{ "unknown", { .status = 404, .body = "{\"errors\":[{}]}" }, true,
		    NULL },
		{ "no list", { .body = "{}" }, false, NULL },
		{ "500", { .status = 500, .body = "{}" }, false, NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		struct messenger_call c;
		const char *id = NULL;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(messenger_ticket_of_chat(&c, "C/1", &id, &e), t[i].ok,
		    "%s: %s", t[i].name, e.text);
		cr_expect_eq(id == NULL, t[i].id == NULL, "%s", t[i].name);
		if (id != NULL && t[i].id != NULL)
			cr_expect_str_eq(id, t[i].id, "%s", t[i].name);
		cr_expect_str_eq(rig_asked(&r), "GET tickets?external_id=C%2F1");
	}
}

Test(messenger_tickets, the_whole_body)
{
	static const struct upstream_step steps[] = {
		{ .body = "{\"full_uuid\":\"#A-501\"}" }
	};
	static const struct messenger_line lines[] = {
		{ false, "hello <you>", 1714557600 },
		{ true, " \xe2\x80\x8b", 1714557600 },
		{ true, "<p>Hi!</p>", 0 },
	};
	static const struct messenger_ticket t = { .creator = "77",
		.inquiry = "late \"parcel\"",
		.queue = 4,
		.source = 3,
		.lines = lines,
		.n_lines = NELEMS(lines) };
	CLEANUP(rig_fini) struct rig r;
	const char *number = NULL;
	struct messenger_call c;
	struct err e = { 0 };

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	cr_assert_eq(
	    messenger_ticket_make(&c, &t, &number, &e), MESSENGER_MADE, "%s", e.text);
	cr_expect_str_eq(number, "#A-501");
	cr_expect_str_eq(rig_asked(&r), "POST tickets");
	cr_expect_str_eq(upstream_get(r.up, 0)->body,
	    "{\"title\":\"late \\\"parcel\\\"\",\"creator\":77,"
	    "\"message\":\"late \\\"parcel\\\"\",\"source\":3,\"queue\":4,"
	    "\"autoclassify\":true,\"history\":{\"messages\":["
	    "{\"message\":\"hello &lt;you&gt; (<small>2024-05-01 10:00:00Z</small>)\","
	    "\"user\":\"77\"},"
	    "{\"message\":\"<p>Hi!</p>\",\"user\":\"assistant\"}]}}");
}

Test(messenger_tickets, creators)
{
	static const struct {
		const char *id, *in_body;
	} t[] = {
		{ "0", "\"creator\":\"0\"" },
		{ "077", "\"creator\":\"077\"" },
		{ "7a", "\"creator\":\"7a\"" },
		{ "1234567890123456789", "\"creator\":\"1234567890123456789\"" },
		{ "123456789012345678", "\"creator\":123456789012345678," },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		static const struct upstream_step steps[] = { { .body =
								    "{\"id\":5}" } };
		struct messenger_ticket ticket = { .creator = t[i].id, .inquiry = "x" };
		CLEANUP(rig_fini) struct rig r;
		const char *number = NULL;
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, steps, NELEMS(steps));
		c = rig_call(&r);
		cr_assert_eq(
		    messenger_ticket_make(&c, &ticket, &number, &e), MESSENGER_MADE);
		cr_expect_str_eq(number, "5");
		cr_expect_not_null(
		    strstr(upstream_get(r.up, 0)->body, t[i].in_body), "%s", t[i].id);
	}
}

/* What may have been made is never said not to be. */
Test(messenger_tickets, doubt)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum messenger_made is;
	} t[] = {
		{ "refused", { .status = 400, .body = "{\"message\":\"no\"}" },
		    MESSENGER_NOT_MADE },
		{ "errors with 200", { .body = "{\"errors\":[{\"message\":\"no\"}]}" },
		    MESSENGER_NOT_MADE },
		{ "no such place", { .status = 404, .body = "<html>" },
		    MESSENGER_NOT_MADE },
		{ "500", { .status = 500, .body = "{}" }, MESSENGER_UNSURE },
		{ "502", { .status = 502, .body = "" }, MESSENGER_UNSURE },
		{ "the gateway gives up",
		    { .status = 504,
			.body = "{\"message\":\"Endpoint request timed out\"}" },
		    MESSENGER_UNSURE },
		{ "no number", { .body = "{\"ok\":true}" }, MESSENGER_UNSURE },
		{ "a page", { .body = "<html>" }, MESSENGER_UNSURE },
		{ "hung up", { .how = UP_HANGUP, .times = -1 }, MESSENGER_UNSURE },
		{ "reset", { .how = UP_RESET, .times = -1 }, MESSENGER_UNSURE },
		{ "cut", { .how = UP_CUT, .body = "{\"full_uuid\":1}", .cut = 3 },
		    MESSENGER_UNSURE },
	};
	static const struct messenger_ticket ticket = { .creator = "7",
		.inquiry = "x" };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(rig_fini) struct rig r;
		const char *number = NULL;
		struct messenger_call c;
		struct err e = { 0 };

		rig_init(&r, &t[i].step, 1);
		c = rig_call(&r);
		cr_expect_eq(messenger_ticket_make(&c, &ticket, &number, &e), t[i].is,
		    "%s: %s", t[i].name, e.text);
		cr_expect_neq(e.kind, ERR_NONE, "%s", t[i].name);
		cr_expect_eq(upstream_requests(r.up), 1, "%s: once", t[i].name);
	}
}
