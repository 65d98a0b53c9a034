/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "http/redact.h"
#include "support/leaks.h"

TestSuite(redact, .fini = no_leaks);

Test(redact, bodies)
{
	static const struct {
		const char *in, *want;
	} t[] = {
		{ "", "" },
		{ "{\"message\":\"hello\"}", "{\"message\":\"hello\"}" },
		{ "{\"secret\":\"abc\"}", "{\"secret\":\"***\"}" },
		{ "{\"secret\" : \"a\\\"b\" , \"x\":1}",
		    "{\"secret\" : \"***\" , \"x\":1}" },
		{ "{\"accessToken\":\"a.b\",\"apis\":{}}",
		    "{\"accessToken\":\"***\",\"apis\":{}}" },
		{ "{\"SESSIONTOKEN\":\"a\"}", "{\"SESSIONTOKEN\":\"***\"}" },
		{ "{\"token\":12345}", "{\"token\":***}" },
		{ "{\"token\":null,\"a\":1}", "{\"token\":***,\"a\":1}" },
		{ "{\"secret\":\"cut sho", "{\"secret\":\"***" },
		{ "{\"secret\":", "{\"secret\":***" },
		{ "{\"secret\"", "{\"secret\"" },
		{ "{\"secret\":\"a\\", "{\"secret\":\"***" },
		{ "secret=abc&x=1", "secret=***&x=1" },
		{ "x=1&secret=abc", "x=1&secret=***" },
		{ "{\"secretary\":\"Ann\"}", "{\"secretary\":\"Ann\"}" },
		{ "Authorization: Bearer abc.def\r\nx: y",
		    "Authorization: Bearer ***\r\nx: y" },
		{ "{\"note\":\"eyJhbGciOiJIUzI1NiJ9.eyJw.c2ln\"}",
		    "{\"note\":\"***\"}" },
		{ "eyJ is a word", "eyJ is a word" },
		{ "{\"a\":\"{\\\"secret\\\":\\\"abc\\\"}\"}",
		    "{\"a\":\"{\\\"secret\\\":\\\"***\"}" },
		{ "\xff\xfe\"secret\":\"x\"", "\xff\xfe\"secret\":\"***\"" },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(buf_fini) struct buf out = BUF_INIT(1000);

		http_redact(&out, t[i].in, strlen(t[i].in));
		cr_expect_str_eq(out.data, t[i].want, "%s -> %s", t[i].in, out.data);
	}
}
