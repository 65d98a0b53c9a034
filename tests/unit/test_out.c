/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <criterion/criterion.h>

#include "channel/out.h"
#include "support/fake_out.h"
#include "support/leaks.h"

TestSuite(out, .fini = no_leaks);

Test(out, linked)
{
	static const char *const urls[] = { "https://a.example/1",
		"https://a.example/2" };
	static const struct {
		const char *text, *want;
		size_t n;
	} t[] = {
		{ "text", "text", 0 },
		{ "text", "text\nhttps://a.example/1", 1 },
		{ "text", "text\nhttps://a.example/1\nhttps://a.example/2", 2 },
		{ "", "https://a.example/1\nhttps://a.example/2", 2 },
		{ NULL, "https://a.example/1", 1 },
		{ NULL, "", 0 },
	};
	CLEANUP(arena_freep) struct arena *a = arena_new();

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct outgoing m = {
			.text = t[i].text, .media = urls, .n_media = t[i].n
		};

		cr_expect_str_eq(out_linked(a, &m), t[i].want, "row %zu", i);
	}
}

/* Other ways can be put in its place, and what they say is what the caller hears. */
Test(out, from_ops)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	struct fake_out fake = FAKE_OUT_INIT;
	struct out *o = out_from_ops(&fake_out_ops, &fake);
	struct out_call call = { .arena = a };
	struct outgoing m = { .to = "+34600111222", .from = "12345", .text = "hi" };
	struct out_sent s;
	struct out_finding f;

	cr_expect_not(out_enabled(NULL, NULL));
	cr_expect(out_enabled(o, NULL));
	fake.disabled = true;
	cr_expect_not(out_enabled(o, NULL));
	fake.unlucky = 1;
	fake.result = OUT_UNKNOWN;
	out_send(o, &call, &m, &s);
	cr_expect_eq(s.result, OUT_UNKNOWN);
	out_send(o, &call, &m, &s);
	cr_expect_eq(s.result, OUT_SENT);
	cr_expect_str_neq(s.id, "");
	fake.found = OUT_ABSENT;
	out_find(o, &call, &(struct out_search){ .m = &m }, &f);
	cr_expect_eq(f.found, OUT_ABSENT);
	cr_expect_str_eq(fake.did, "+34600111222<12345: hi;find +34600111222: hi;");
	out_free(o);
	out_free(NULL);
}
