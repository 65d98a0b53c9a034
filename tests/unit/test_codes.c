/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "support/leaks.h"
#include "twilio/codes.h"

TestSuite(codes, .fini = no_leaks);

Test(codes, the_table_is_in_order_and_says_something)
{
	size_t n;
	const struct twilio_code *rows = twilio_codes(&n);

	cr_assert_gt(n, 90);
	for (size_t i = 0; i < n; i++) {
		cr_expect(
		    i == 0 || rows[i - 1].code < rows[i].code, "%d", rows[i].code);
		cr_expect_eq(twilio_code(rows[i].code), &rows[i], "%d", rows[i].code);
		cr_expect_gt(strlen(rows[i].meaning), 10, "%d", rows[i].code);
		cr_expect_gt(
		    strlen(twilio_code_mend(&rows[i])), 10, "%d", rows[i].code);
		cr_expect_gt(
		    strlen(twilio_why_name(rows[i].why)), 2, "%d", rows[i].code);
	}
}

Test(codes, those_that_decide)
{
	static const struct {
		int code;
		enum twilio_why want;
	} t[] = {
		{ 20003, TWILIO_WHY_OURS },
		{ 20429, TWILIO_WHY_BUSY },
		{ 20503, TWILIO_WHY_SERVER },
		{ 21211, TWILIO_WHY_TO },
		{ 21602, TWILIO_WHY_INSIDE },
		{ 21608, TWILIO_WHY_TRIAL },
		{ 21610, TWILIO_WHY_OPTED_OUT },
		{ 21611, TWILIO_WHY_BUSY },
		{ 21614, TWILIO_WHY_NOT_MOBILE },
		{ 21617, TWILIO_WHY_LONG },
		{ 21618, TWILIO_WHY_CONTENT },
		{ 21620, TWILIO_WHY_MEDIA },
		{ 21655, TWILIO_WHY_TEMPLATE },
		{ 30003, TWILIO_WHY_AWAY },
		{ 30004, TWILIO_WHY_BLOCKED },
		{ 30005, TWILIO_WHY_TO },
		{ 30006, TWILIO_WHY_NOT_MOBILE },
		{ 30007, TWILIO_WHY_CONTENT },
		{ 30008, TWILIO_WHY_AWAY },
		{ 63016, TWILIO_WHY_WINDOW },
		{ 0, TWILIO_WHY_ODD },
		{ -1, TWILIO_WHY_ODD },
		{ 99999, TWILIO_WHY_ODD },
	};

	for (size_t i = 0; i < NELEMS(t); i++)
		cr_expect_eq(twilio_code(t[i].code)->why, t[i].want, "%d", t[i].code);
	cr_expect_eq(twilio_code(99999)->code, 0);
	cr_expect_str_eq(twilio_why_name(TWILIO_WHY_OPTED_OUT), "opted-out");
	cr_expect_str_eq(twilio_code_mend(twilio_code(21610)),
	    "nothing is sent to him until he writes again");
}
