/* SPDX-License-Identifier: Apache-2.0 */
/* The pace of messages, news of them, and users who want none. */
#include "config.h"

#include "base/log.h"
#include "dialog/deliver.h"
#include "store/stopped.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/log_capture.h"
#include "support/patience.h"
#include "unit/ways_rig.h"

static void
quiet(void)
{
	not_for_ever();
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(confirm, .init = quiet, .fini = no_leaks);

static const struct stage_file confirmed[] = { { "conf/custom/delivery.cfg",
    "order = \"confirmed\"; rate_per_s = 1000;\n" } };
static const struct stage_file usual[] = { { "conf/custom/delivery.cfg", "" } };

/* A dialogue with that configuration. */
static struct ways *
ways_with(const struct stage_file *file)
{
	struct ways *r = ways_new();

	conf_unref(r->s.conf);
	r->s.conf = stage_conf(&r->s.dir, file, 1);
	return r;
}

static void
put(struct ways *r, const char *conv, const char *to, const char *text)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const struct message m = { .text = text };
	const struct deliver_to where = { .env = CONF_PRODUCTION,
		.conv_id = conv,
		.to = to,
		.from = "+34900000000",
		.now_s = r->s.clock.now_s };
	struct err e;

	cr_assert_eq(
	    queue_add(r->s.dialog.state, deliver_jobs(a, &where, &m, 1), 1, NULL, &e),
	    QUEUE_OK, "%s", e.text);
}

/* Works what is due now; how many were sent by then. */
static int
work_now(struct ways *r)
{
	enum job_end end;

	for (int i = 0; ways_work_one(r, &end); i++)
		cr_assert_lt(i, 500);
	return r->out.sent;
}

static void
hear(struct ways *r, const char *id, const char *conv, const char *stop)
{
	const struct deliver_news news = {
		.id = id, .conv_id = conv, .settled = true, .stop = stop
	};
	struct err e = { 0 };

	cr_expect(deliver_hears(
		      &r->s.dialog, conf_cfg(r->s.conf, CONF_PRODUCTION), &news, &e),
	    "%s", e.text);
}

#define SMS "+34600111222"
#define WHATSAPP "whatsapp:+34600111222"
#define FIRST "SM00000000000000000000000000000001"
#define SECOND "SM00000000000000000000000000000002"

Test(confirm, each_waits_for_the_one_before)
{
	struct ways *r = ways_with(confirmed);

	put(r, "a", SMS, "1");
	put(r, "a", SMS, "2");
	put(r, "b", SMS, "other");
	cr_expect_eq(work_now(r), 2, "the first of each: %s", r->out.did);
	hear(r, FIRST, "a", NULL);
	cr_expect_eq(work_now(r), 3, "news let the next one go: %s", r->out.did);
	ways_free(r);
}

Test(confirm, no_news)
{
	struct ways *r = ways_with(confirmed);

	put(r, "a", SMS, "1");
	put(r, "a", SMS, "2");
	cr_expect_eq(work_now(r), 1);
	r->s.clock.now_s += LIMIT_CONFIRM_MS / 1000 - 1;
	cr_expect_eq(work_now(r), 1);
	r->s.clock.now_s += 1;
	cr_expect_eq(work_now(r), 2);
	ways_free(r);
}

/* They come before the answer to the call that sent it. */
static void
news_at_once(void *arg)
{
	hear(arg, FIRST, "a", NULL);
}

Test(confirm, news_that_come_first)
{
	struct ways *r = ways_with(confirmed);

	r->out.during = news_at_once;
	r->out.arg = r;
	put(r, "a", SMS, "1");
	put(r, "a", SMS, "2");
	cr_expect_eq(work_now(r), 2, "%s", r->out.did);
	ways_free(r);
}

Test(confirm, not_with_the_natural_order)
{
	struct ways *r = ways_new();

	put(r, "a", SMS, "1");
	put(r, "a", SMS, "2");
	cr_expect_eq(work_now(r), 2);
	ways_free(r);
}

Test(confirm, paces)
{
	static const struct {
		const char *to;
		int at_once, in_a_second;
	} t[] = { { SMS, 1, 2 }, { WHATSAPP, 20, 100 } };

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct ways *r = ways_with(usual);
		char conv[16];

		for (int k = 0; k < 120; k++) {
			snprintf(conv, sizeof(conv), "%d", k);
			put(r, conv, t[i].to, conv);
		}
		cr_expect_eq(work_now(r), t[i].at_once, "%s", t[i].to);
		cr_expect_eq(work_now(r), t[i].at_once, "they wait, and ask no more");
		r->s.clock.now_s++;
		cr_expect_eq(work_now(r), t[i].in_a_second, "%s", t[i].to);
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, 120, "%s", t[i].to);
		cr_expect_eq(ways_counts(r).dead, 0);
		ways_free(r);
	}
}

/* Slots are given in the order in which they are asked for: one lane does not hold them all. */
Test(confirm, pace_is_fair)
{
	static const char *const texts[] = { "a1", "a2", "a3", "a4", "b1", "b2" };
	static const char *const want[] = { "a1", "a2", "b1", "a3", "b2", "a4" };
	struct ways *r = ways_with(usual);

	for (size_t i = 0; i < NELEMS(texts); i++)
		put(r, texts[i][0] == 'a' ? "a" : "b", SMS, texts[i]);
	(void)ways_work(r);
	cr_assert_eq(r->out.sent, (int)NELEMS(want));
	for (size_t i = 0; i < NELEMS(want); i++)
		cr_expect_str_eq(r->out.list[i].text, want[i], "%s", r->out.did);
	ways_free(r);
}

/* Who is told to wait does, and so do all others of that sender. */
Test(confirm, told_to_slow_down)
{
	struct ways *r = ways_new();

	r->out.unlucky = 1;
	r->out.result = OUT_LATER;
	r->out.after_ms = 7000;
	put(r, "a", SMS, "1");
	cr_expect_eq(work_now(r), 0);
	put(r, "b", SMS, "2");
	put(r, "c", WHATSAPP, "3");
	cr_expect_eq(work_now(r), 1, "the other channel");
	r->s.clock.now_s += 6;
	cr_expect_eq(work_now(r), 1);
	(void)ways_work(r);
	cr_expect_eq(r->out.sent, 3);
	ways_free(r);
}

Test(confirm, opted_out)
{
	struct ways *r = ways_new();
	struct err e = { 0 };
	bool was;

	r->out.unlucky = 1;
	r->out.result = OUT_REFUSED;
	r->out.why = OUT_WHY_OPTED_OUT;
	put(r, "a", SMS, "1");
	put(r, "a", SMS, "2");
	put(r, "b", SMS, "other");
	(void)ways_work(r);
	cr_expect_eq(r->out.tried, 2, "the second is not even tried");
	cr_expect_eq(ways_counts(r).dead, 2);
	cr_assert(stop_clear(r->s.dialog.state, "a", &was, &e));
	cr_expect(was);
	put(r, "a", SMS, "again");
	(void)ways_work(r);
	cr_expect_eq(r->out.sent, 2);
	ways_free(r);
}

/* By a callback: of whom is known by the message, else by its addresses. */
Test(confirm, opted_out_later)
{
	static const char *const told[] = { FIRST, SECOND };

	for (size_t i = 0; i < NELEMS(told); i++) {
		struct ways *r = ways_new();
		struct err e = { 0 };
		bool is;

		put(r, "a", SMS, "1");
		cr_expect_eq(work_now(r), 1);
		hear(r, told[i], i == 0 ? "not its own" : "a", "21610");
		cr_assert(stop_is(r->s.dialog.state, "a", &is, &e));
		cr_expect(is, "%s", told[i]);
		put(r, "a", SMS, "2");
		(void)ways_work(r);
		cr_expect_eq(r->out.sent, 1);
		cr_expect_eq(ways_counts(r).dead, 1);
		ways_free(r);
	}
}

/* A holding notice is sent by a lane of its own; who stops it has stopped all. */
Test(confirm, opted_out_by_a_notice)
{
	struct ways *r = ways_new();
	struct err e = { 0 };
	bool is;

	put(r, "a/notice", SMS, "One moment");
	cr_expect_eq(work_now(r), 1);
	hear(r, FIRST, "a", "21610");
	cr_assert(stop_is(r->s.dialog.state, "a", &is, &e));
	cr_expect(is);
	ways_free(r);
}
