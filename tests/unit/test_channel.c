/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "channel/channel.h"
#include "support/leaks.h"

TestSuite(channel, .fini = no_leaks);

Test(channel, of_an_address)
{
	static const struct {
		const char *address, *name;
		enum render_style style;
	} t[] = {
		{ "+34600111222", "sms", RENDER_PLAIN },
		{ "whatsapp:+34600111222", "whatsapp", RENDER_WHATSAPP },
		{ "whatsapp", "sms", RENDER_PLAIN },
		{ "12345", "sms", RENDER_PLAIN },
		{ "", "sms", RENDER_PLAIN },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct channel *c = channel_of(t[i].address);

		cr_expect_str_eq(c->name, t[i].name, "%s", t[i].address);
		cr_expect_eq(c->style, t[i].style, "%s", t[i].address);
		cr_expect_eq(c->max_units, LIMIT_PART_UNITS, "%s", t[i].address);
	}
}

/* A row behind the one that matches any address would never be found. */
Test(channel, each_row_can_be_found)
{
	size_t n;
	const struct channel *const *rows = channels(&n);

	cr_expect_gt(n, 0);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(channel_of(rows[i]->prefix), rows[i], "%s", rows[i]->name);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(rows[i]->name, rows[k]->name);
	}
	cr_expect_str_eq(rows[n - 1]->prefix, "");
}
