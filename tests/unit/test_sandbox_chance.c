/* SPDX-License-Identifier: Apache-2.0 */
/* Faults by chance: as many as asked for, the same with the same seed, counted. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "base/buf.h"
#include "sandbox/chance.h"
#include "support/leaks.h"
#include "support/patience.h"
#include "support/sandbox_run.h"

TestSuite(sandbox_chance, .init = not_for_ever, .fini = no_leaks);

enum { DRAWS = 20000 };

Test(sandbox_chance, shares)
{
	static const double shares[] = { 0.05, 0.2, 0.5, 1 };

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		const struct chance c = { shares[i], 7, 4 };
		size_t hits[5] = { 0 };

		for (uint64_t n = 1; n <= DRAWS; n++)
			hits[chance_draw(&c, "message", n)]++;
		for (size_t w = 0; w < 4; w++) {
			double want = shares[i] * DRAWS / 4;

			/* The seed is fixed, so this holds always or never. */
			cr_expect((double)hits[w] > 0.8 * want &&
				(double)hits[w] < 1.2 * want,
			    "%g: way %zu %zu times", shares[i], w, hits[w]);
		}
	}
}

Test(sandbox_chance, same_seed_same_luck)
{
	const struct chance c = { 0.5, 7, 3 }, other = { 0.5, 8, 3 };
	size_t differs = 0, elsewhere = 0;

	for (uint64_t n = 1; n <= 1000; n++) {
		size_t way = chance_draw(&c, "message", n);

		cr_assert_eq(way, chance_draw(&c, "message", n));
		differs += way != chance_draw(&other, "message", n);
		elsewhere += way != chance_draw(&c, "auth", n);
	}
	cr_expect(differs > 300 && elsewhere > 300, "%zu %zu", differs, elsewhere);
}

static void
arm(struct run *run, const char *body, int status)
{
	CLEANUP(got_fini) struct got g;

	run_call(run, "POST", "/sandbox/fault", NULL, body, &g);
	cr_expect_eq(g.status, status, "%s: %s", body, g.body.data);
}

Test(sandbox_chance, over_http)
{
	static const char *const wrong[] = {
		"{\"fault\":\"chance\"}",
		"{\"fault\":\"chance\",\"share\":0,\"kinds\":[\"status\"]}",
		"{\"fault\":\"chance\",\"share\":1.1,\"kinds\":[\"status\"]}",
		"{\"fault\":\"chance\",\"share\":0.5,\"kinds\":[]}",
		"{\"fault\":\"chance\",\"share\":0.5,\"kinds\":[\"nonsense\"]}",
		"{\"fault\":\"chance\",\"share\":0.5,\"kinds\":[7]}",
		"{\"fault\":\"chance\",\"share\":0.5,\"kinds\":[\"status\"],\"seed\":-1}",
		"{\"call\":\"x\",\"fault\":\"chance\",\"share\":1,\"kinds\":[\"status\"]}",
	};
	CLEANUP(got_fini) struct got state, after;
	int64_t bad = 0, worse = 0;
	struct run run;

	run_start(&run, NULL, PATIENCE_MS);
	run_login(&run);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		arm(&run, wrong[i], 400);
	arm(&run,
	    "{\"call\":\"message\",\"fault\":\"chance\",\"share\":0.5,\"seed\":3,"
	    "\"kinds\":[\"status\",\"empty\"],\"status\":503}",
	    204);
	for (int i = 0; i < 100; i++) {
		CLEANUP(got_fini) struct got g;

		run_call(&run, "POST", "/inbenta/chatbot/v1/conversation/message", NULL,
		    "{\"message\":\"echo x\"}", &g);
		bad += g.status == 503;
		worse += g.status == 200 && g.body.len == 0;
	}
	cr_expect(bad > 0 && worse > 0);
	run_call(&run, "GET", "/sandbox/fault", NULL, NULL, &state);
	cr_expect_eq(js_int(state.json, "armed", 0), 1);
	cr_expect_eq(js_int(state.json, "counts.message.calls", 0), 100);
	cr_expect_eq(js_int(state.json, "counts.message.status", 0), bad);
	cr_expect_eq(js_int(state.json, "counts.message.empty", 0), worse);
	cr_expect_null(js_get(state.json, "counts.auth.status"));
	run_call(&run, "DELETE", "/sandbox/fault", NULL, NULL, &after);
	got_fini(&after);
	run_call(&run, "GET", "/sandbox/fault", NULL, NULL, &after);
	cr_expect_eq(js_int(after.json, "armed", 9), 0);
	cr_expect_null(js_get(after.json, "counts.message"));
	run_stop(&run);
}
