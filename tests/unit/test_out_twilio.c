/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>

#include "unit/twilio_rig.h"

#include "base/limits.h"
#include "channel/out.h"
#include "support/env_conf.h"
#include "support/leaks.h"

TestSuite(out_twilio, .fini = no_leaks);

#define ON_SEND .on = "POST /2010-04-01/Accounts/" RIG_AC "/Messages.json HTTP"
#define ON_LIST .on = "GET /2010-04-01/Accounts/" RIG_AC "/Messages.json?"
#define CREATED "{\"sid\":\"" RIG_SM "\",\"status\":\"queued\"}"
#define ERROR(code) "{\"code\":" #code ",\"message\":\"x\"}"
#define LISTED(sid, body) \
	"{\"sid\":\"" sid \
	"\",\"status\":\"sent\",\"direction\":\"outbound-api\",\"from\":\"" \
	"+34900\",\"to\":\"+34600111222\",\"num_media\":\"0\",\"body\":\"" body \
	"\",\"date_created\":\"Mon, 21 Sep 2026 14:13:20 +0000\"}"

static const struct outgoing hello = {
	.to = "+34600111222", .from = "+34900", .text = "Hola"
};

/* The settings, with the stand-in as Twilio and one more variable. */
static struct conf *
conf_of(const struct rig *r, const char *more)
{
	char url[200], last[200],
	    sid[] = "BOTLINE_TWILIO__CREDENTIALS__SID=" RIG_AC,
	    token[] = "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN=token";
	char *all[] = { sid, token, url, last, NULL };

	snprintf(url, sizeof(url), "BOTLINE_TWILIO__API_URL=%s/", upstream_url(r->up));
	snprintf(last, sizeof(last), "%s", more);
	if (more[0] == '\0')
		all[3] = NULL;
	return env_conf(all);
}

struct way_rig {
	struct rig r;
	struct conf *conf;
	struct out *out;
};

static void
way_init(
    struct way_rig *w, const struct upstream_step *steps, size_t n, const char *more)
{
	rig_init(&w->r, steps, n);
	w->conf = conf_of(&w->r, more);
	w->out = out_new(&w->r.clock.clock);
}

static void
way_fini(struct way_rig *w)
{
	out_free(w->out);
	conf_unref(w->conf);
	rig_fini(&w->r);
}

static struct out_call
way_call(struct way_rig *w, int64_t ms)
{
	return (struct out_call){ .http = w->r.http,
		.cfg = conf_cfg(w->conf, CONF_PRODUCTION),
		.arena = w->r.arena,
		.until_ms = clock_mono_ms(&w->r.clock.clock) + ms };
}

static struct out_sent
way_send(struct way_rig *w, const struct outgoing *m, int64_t ms)
{
	struct out_call c = way_call(w, ms);
	struct out_sent s;

	out_send(w->out, &c, m, &s);
	cr_assert_not_null(s.id);
	cr_expect_eq(s.id[0] != '\0', s.result == OUT_SENT);
	cr_expect_eq(s.error.kind == ERR_NONE, s.result == OUT_SENT);
	cr_expect_eq(s.why == OUT_WHY_NONE, s.result != OUT_REFUSED);
	cr_expect_eq(s.from_s, RIG_NOW);
	cr_expect_eq(s.to_s, RIG_NOW);
	cr_expect_null(strstr(s.error.text, "600111222"), "%s", s.error.text);
	return s;
}

Test(out_twilio, enabled)
{
	CLEANUP(way_fini) struct way_rig w;
	CLEANUP(env_conf_putp) struct conf *none = env_conf((char *[]){ NULL });

	way_init(&w, NULL, 0, "");
	cr_expect(out_enabled(w.out, conf_cfg(w.conf, CONF_PRODUCTION)));
	cr_expect_not(out_enabled(w.out, conf_cfg(none, CONF_PRODUCTION)));
}

/* Addresses go out as they were received; a service takes the sender's place. */
Test(out_twilio, what_is_sent)
{
	static const char *const media[] = { "https://bot.example/?media=0f",
		"https://b.example/2" };
	static const struct {
		const char *name, *more;
		struct outgoing m;
		const char *form;
	} t[] = {
		{ "SMS", "", { .to = "+34600", .from = "12345", .text = "a&b" },
		    "To=%2B34600&From=12345&Body=a%26b" },
		{ "WhatsApp, a file", "",
		    { .to = "whatsapp:+34600",
			.from = "whatsapp:+34900",
			.text = "",
			.media = media,
			.n_media = 1 },
		    "To=whatsapp%3A%2B34600&From=whatsapp%3A%2B34900"
		    "&MediaUrl=https%3A%2F%2Fbot.example%2F%3Fmedia%3D0f" },
		{ "text, files, callback", "",
		    { .to = "+34600",
			.from = "+34900",
			.text = "x",
			.media = media,
			.n_media = 2,
			.status_callback = "https://bot.example/?status=1" },
		    "To=%2B34600&From=%2B34900&Body=x"
		    "&MediaUrl=https%3A%2F%2Fbot.example%2F%3Fmedia%3D0f"
		    "&MediaUrl=https%3A%2F%2Fb.example%2F2"
		    "&StatusCallback=https%3A%2F%2Fbot.example%2F%3Fstatus%3D1" },
		{ "by a service", "BOTLINE_TWILIO__MESSAGING_SERVICE_SID=" RIG_MG,
		    { .to = "+34600", .from = "+34900", .text = "x" },
		    "To=%2B34600&MessagingServiceSid=" RIG_MG "&Body=x" },
	};
	static const struct upstream_step steps[] = { { ON_SEND, .status = 201,
	    .body = CREATED } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(way_fini) struct way_rig w;
		struct out_sent s;

		way_init(&w, steps, NELEMS(steps), t[i].more);
		s = way_send(&w, &t[i].m, PATIENCE_MS);
		cr_assert_eq(s.result, OUT_SENT, "%s: %s", t[i].name, s.error.text);
		cr_expect_str_eq(s.id, RIG_SM);
		cr_expect_str_eq(
		    upstream_get(w.r.up, 0)->body, t[i].form, "%s", t[i].name);
		cr_expect(upstream_has(upstream_get(w.r.up, 0), RIG_BASIC));
	}
}

Test(out_twilio, outcomes)
{
	static const struct {
		const char *name;
		struct upstream_step step;
		enum out_result result;
		enum out_why why;
		int64_t after_ms;
	} t[] = {
		{ "sent", { .status = 201, .body = CREATED }, OUT_SENT, 0, 0 },
		{ "opted out", { .status = 400, .body = ERROR(21610) }, OUT_REFUSED,
		    OUT_WHY_OPTED_OUT, 0 },
		{ "24 hours", { .status = 400, .body = ERROR(63016) }, OUT_REFUSED,
		    OUT_WHY_WINDOW, 0 },
		{ "a landline", { .status = 400, .body = ERROR(21614) }, OUT_REFUSED,
		    OUT_WHY_RECEIVER, 0 },
		{ "no such number", { .status = 400, .body = ERROR(21211) },
		    OUT_REFUSED, OUT_WHY_RECEIVER, 0 },
		{ "blocked", { .status = 400, .body = ERROR(63033) }, OUT_REFUSED,
		    OUT_WHY_RECEIVER, 0 },
		{ "filtered", { .status = 400, .body = ERROR(21618) }, OUT_REFUSED,
		    OUT_WHY_CONTENT, 0 },
		{ "too long", { .status = 400, .body = ERROR(21617) }, OUT_REFUSED,
		    OUT_WHY_LONG, 0 },
		{ "no MMS", { .status = 400, .body = ERROR(21621) }, OUT_REFUSED,
		    OUT_WHY_MEDIA, 0 },
		{ "our login", { .status = 401, .body = ERROR(20003) }, OUT_REFUSED,
		    OUT_WHY_OURS, 0 },
		{ "trial", { .status = 400, .body = ERROR(21608) }, OUT_REFUSED,
		    OUT_WHY_OURS, 0 },
		{ "a code nobody knows", { .status = 400, .body = ERROR(29999) },
		    OUT_REFUSED, OUT_WHY_OURS, 0 },
		{ "too many",
		    { .status = 429,
			.headers = "Retry-After: 2\r\n",
			.body = ERROR(20429) },
		    OUT_LATER, 0, 2000 },
		{ "queue full", { .status = 400, .body = ERROR(21611) }, OUT_LATER, 0,
		    LIMIT_SENDER_FULL_MS },
		{ "500", { .status = 500 }, OUT_UNKNOWN, 0, 0 },
		{ "HTML", { .status = 200, .body = "<html>" }, OUT_UNKNOWN, 0, 0 },
		{ "hang-up", { .how = UP_HANGUP, .times = -1 }, OUT_UNKNOWN, 0, 0 },
		{ "silence", { .how = UP_STALL }, OUT_UNKNOWN, 0, 0 },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(way_fini) struct way_rig w;
		struct upstream_step step = t[i].step;
		struct out_sent s;

		step.on = "POST /2010-04-01/Accounts/" RIG_AC "/Messages.json HTTP";
		way_init(&w, &step, 1, "");
		s = way_send(&w, &hello, step.how == UP_STALL ? SHORT_MS : PATIENCE_MS);
		cr_expect_eq(s.result, t[i].result, "%s: %s", t[i].name, s.error.text);
		cr_expect_eq(s.why, t[i].why, "%s: %d", t[i].name, (int)s.why);
		cr_expect_eq(s.after_ms, t[i].after_ms, "%s", t[i].name);
		cr_expect_eq(upstream_requests(w.r.up), 1, "%s: once", t[i].name);
	}
}

/* Nothing leaves us without time, to a dead port, or against the rules. */
Test(out_twilio, not_sent)
{
	CLEANUP(way_fini) struct way_rig w;
	struct outgoing empty = { .to = "+34600", .from = "+34900" };

	way_init(&w, NULL, 0, "");
	cr_expect_eq(way_send(&w, &hello, 0).result, OUT_NOT_SENT);
	cr_expect_eq(way_send(&w, &empty, PATIENCE_MS).result, OUT_REFUSED);
	cr_expect_eq(upstream_requests(w.r.up), 0);
	upstream_free(w.r.up);
	w.r.up = NULL;
	cr_expect_eq(way_send(&w, &hello, PATIENCE_MS).result, OUT_NOT_SENT);
}

Test(out_twilio, looked_up)
{
	static const char *const known[] = { RIG_SM };
	static const struct {
		const char *name, *list;
		int64_t later_s;
		size_t n_known;
		enum out_found found;
	} t[] = {
		{ "there", "{\"messages\":[" LISTED(RIG_SM, "Hola") "]}", 0, 0,
		    OUT_FOUND },
		{ "another's", "{\"messages\":[" LISTED(RIG_SM, "Hola") "]}",
		    LIMIT_LIST_LAG_S, 1, OUT_ABSENT },
		{ "another text", "{\"messages\":[" LISTED(RIG_SM, "Adios") "]}",
		    LIMIT_LIST_LAG_S, 0, OUT_ABSENT },
		{ "too soon", "{\"messages\":[]}", 0, 0, OUT_EARLY },
		{ "not there", "{\"messages\":[]}", LIMIT_LIST_LAG_S, 0, OUT_ABSENT },
		{ "no list", "<html>", LIMIT_LIST_LAG_S, 0, OUT_NO_ANSWER },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step step = { ON_LIST, .body = t[i].list };
		struct out_search s = { .m = &hello,
			.from_s = RIG_NOW,
			.to_s = RIG_NOW,
			.known = known,
			.n_known = t[i].n_known };
		CLEANUP(way_fini) struct way_rig w;
		struct out_finding f;
		struct out_call c;

		way_init(&w, &step, 1, "");
		w.r.clock.now_s += t[i].later_s;
		c = way_call(&w, PATIENCE_MS);
		out_find(w.out, &c, &s, &f);
		cr_expect_eq(f.found, t[i].found, "%s: %s", t[i].name, f.error.text);
		cr_expect_str_eq(
		    f.id, t[i].found == OUT_FOUND ? RIG_SM : "", "%s", t[i].name);
		cr_expect_eq(f.after_ms > 0, t[i].found == OUT_EARLY, "%s", t[i].name);
		cr_expect_eq(f.error.kind != ERR_NONE, t[i].found == OUT_NO_ANSWER);
		cr_expect_not_null(strstr(
		    upstream_get(w.r.up, 0)->line, "To=%2B34600111222&From=%2B34900"));
	}
}
