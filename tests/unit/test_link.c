/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/link.h"
#include "support/leaks.h"

TestSuite(link, .fini = no_leaks);

Test(link, where_it_begins_and_ends)
{
	static const struct {
		const char *name, *in;
		size_t end; /* 0: it is none */
	} t[] = {
		{ "http", "http://a.example/b c", 18 },
		{ "https", "https://a", 9 },
		{ "without a scheme", "www.a.example\nb", 13 },
		{ "in capitals", "HTTPS://A.EXAMPLE", 17 },
		{ "a capital of a phone", "Www.a.example x", 13 },
		{ "foreign letters", "http://a/\u00fc\u2019\u3000x", 14 },
		{ "with a bracket", "http://a) b", 9 },
		{ "nothing behind", "http://", 0 },
		{ "a blank behind", "https:// a", 0 },
		{ "a wide blank behind", "www.\u2003a", 0 },
		{ "the end of a sentence", "www. And", 0 },
		{ "another scheme", "ftp://a.example", 0 },
		{ "later", " http://a", 0 },
		{ "nothing", "", 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		size_t n = strlen(t[i].in);
		bool begins = link_begins(t[i].in, n);

		cr_expect_eq(begins, t[i].end > 0, "%s", t[i].name);
		if (begins)
			cr_expect_eq(
			    link_end(t[i].in, n, 0), t[i].end, "%s", t[i].name);
	}
	cr_expect_not(link_begins("http://a", 7), "no byte behind n is looked at");
	cr_expect_eq(link_end("a http://b c", 12, 2), 10u);
}
