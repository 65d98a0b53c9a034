/* SPDX-License-Identifier: Apache-2.0 */
/* Messages through the sandbox's Twilio: what arrives, what is lost, and what became of it. */
#include "config.h"

#include <stdio.h>
#include <unistd.h>

#include "unit/twilio_rig.h"

#include "base/limits.h"
#include "channel/out.h"
#include "sandbox/server.h"
#include "support/env_conf.h"
#include "support/leaks.h"
#include "support/sandbox_run.h"

TestSuite(out_sandbox, .fini = no_leaks);

#define SET(name) "BOTLINE_TWILIO__" name "="

struct whole {
	struct rig r;
	struct run run;
	struct conf *conf;
	struct out *out;
};

static void
whole_start(struct whole *w)
{
	char url[200];

	rig_init(&w->r, NULL, 0);
	run_start(&w->run, NULL, PATIENCE_MS);
	/* Its list tells the true time. */
	w->r.clock.now_s = clock_wall_s(&clock_system);
	snprintf(url, sizeof(url), SET("API_URL") "%s/twilio",
	    server_url(w->run.sb->server));
	w->conf = env_conf((char *[]){
	    (char[]){ SET("CREDENTIALS__SID") "AC5a4db0c5a4db0c5a4db0c5a4db0c5a4d" },
	    (char[]){
		SET("CREDENTIALS__AUTH_TOKEN") "5a4db0c05a4db0c05a4db0c05a4db0c0" },
	    url, NULL });
	w->out = out_new(&w->r.clock.clock);
}

static void
whole_stop(struct whole *w)
{
	out_free(w->out);
	conf_unref(w->conf);
	run_stop(&w->run);
	rig_fini(&w->r);
}

static struct out_call
call_of(struct whole *w)
{
	return (struct out_call){ .http = w->r.http,
		.cfg = conf_cfg(w->conf, CONF_PRODUCTION),
		.arena = w->r.arena,
		.until_ms = clock_mono_ms(&w->r.clock.clock) + PATIENCE_MS };
}

static void
arm(struct whole *w, const char *fault)
{
	CLEANUP(got_fini) struct got got;

	run_call(&w->run, "POST", "/sandbox/fault", NULL,
	    arena_printf(w->r.arena, "{\"call\":\"tw\",\"fault\":\"%s\"}", fault),
	    &got);
	cr_assert_eq(got.status, 204, "%s", got.body.data);
}

/* How many messages the phones have got. */
static size_t
arrived(struct whole *w)
{
	CLEANUP(got_fini) struct got got;

	run_call(
	    &w->run, "GET", "/sandbox/twilio?direction=outbound-api", NULL, NULL, &got);
	return json_object_array_length(js_arr(got.json, "messages"));
}

/* Answers that never came are looked up: the one had been sent, the other had not. */
Test(out_sandbox, lost_answers)
{
	static const struct outgoing sms = {
		.to = "+34600111222", .from = "+34900000001", .text = "Hola"
	};
	static const struct outgoing wa = { .to = "whatsapp:+34600111222",
		.from = "whatsapp:+34900000001",
		.text = "Hola, caf\xc3\xa9" };
	static const struct {
		const char *fault;
		const struct outgoing *m;
		enum out_result result;
		enum out_found found;
		size_t arrived;
	} t[] = {
		{ "", &sms, OUT_SENT, OUT_FOUND, 1 },
		{ "lost", &sms, OUT_UNKNOWN, OUT_FOUND, 2 },
		{ "close", &sms, OUT_UNKNOWN, OUT_ABSENT, 2 },
		{ "throttle", &sms, OUT_LATER, OUT_ABSENT, 2 },
		{ "lost", &wa, OUT_UNKNOWN, OUT_FOUND, 3 },
		{ "html", &wa, OUT_UNKNOWN, OUT_ABSENT, 3 },
	};
	const char *known[NELEMS(t)];
	CLEANUP(whole_stop) struct whole w;
	size_t n_known = 0;

	not_for_ever();
	whole_start(&w);
	for (size_t i = 0; i < NELEMS(t); i++) {
		struct out_call call = call_of(&w);
		struct out_finding f;
		struct out_search s;
		struct out_sent got;

		if (t[i].fault[0] != '\0')
			arm(&w, t[i].fault);
		out_send(w.out, &call, t[i].m, &got);
		cr_expect_eq(got.result, t[i].result, "row %zu: %s", i, got.error.text);
		cr_expect_eq(arrived(&w), t[i].arrived, "row %zu", i);
		s = (struct out_search){ .m = t[i].m,
			.from_s = got.from_s,
			.to_s = got.to_s,
			.known = known,
			.n_known = n_known };
		w.r.clock.now_s += LIMIT_LIST_LAG_S;
		out_find(w.out, &call, &s, &f);
		w.r.clock.now_s -= LIMIT_LIST_LAG_S;
		cr_expect_eq(f.found, t[i].found, "row %zu: %s", i, f.error.text);
		if (f.found == OUT_FOUND)
			known[n_known++] = f.id;
		if (got.result == OUT_SENT)
			cr_expect_str_eq(f.id, got.id);
	}
	alarm(0);
}
