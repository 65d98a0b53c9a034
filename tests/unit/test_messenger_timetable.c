/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/messenger_rig.h"

#include "base/limits.h"
#include "messenger/timetable.h"
#include "support/leaks.h"

TestSuite(messenger_timetable, .fini = no_leaks);

/* "Mo 09:00-18:00 12:00-13:00; Su; off 2024-12-25", without the days that are closed. */
static const char *
shown(const struct messenger_timetable *t, struct arena *a)
{
	static const char *const names[] = { "Mo", "Tu", "We", "Th", "Fr", "Sa", "Su" };
	CLEANUP(buf_fini) struct buf b = BUF_INIT(64 * 1024);

	buf_str(&b, t->has_week ? "week:" : "no week:");
	for (size_t day = 0; day < 7; day++) {
		if (t->days[day].n > 0)
			buf_printf(&b, " %s", names[day]);
		for (size_t i = 0; i < t->days[day].n; i++)
			buf_printf(&b, " %s-%s", t->days[day].hours[i].from,
			    t->days[day].hours[i].to);
	}
	if (t->n_holidays > 0)
		buf_str(&b, " off");
	for (size_t i = 0; i < t->n_holidays; i++)
		buf_printf(&b, " %s", t->holidays[i]);
	return arena_strdup(a, b.data);
}

Test(messenger_timetable, read)
{
	static const struct {
		const char *name, *text, *is; /* is NULL: none */
	} t[] = {
		{ "as documented",
		    "{\"weeks\":[{\"queueId\":1,\"Monday\":[{\"from\":\"09:00\",\"to\":"
		    "\"18:00\"}],\"Tuesday\":[],\"Sunday\":[]}],"
		    "\"holidays\":[{\"queueId\":1,\"days\":[\"2024-12-25\"]}]}",
		    "week: Mo 09:00-18:00 off 2024-12-25" },
		{ "of several queues, ids as texts",
		    "{\"weeks\":[{\"queueId\":2,\"Monday\":[{\"from\":\"1\"}]},null,"
		    "{\"queueId\":\"1\",\"Sunday\":[{\"from\":\"10:00\",\"to\":\"11:00\"},"
		    "{\"from\":\"12:00\",\"to\":\"13:00\"}]}],\"holidays\":[]}",
		    "week: Su 10:00-11:00 12:00-13:00" },
		{ "only holidays",
		    "{\"holidays\":[{\"queueId\":1,\"days\":[\"2024-12-25\",7]}]}",
		    "no week: off 2024-12-25 " },
		{ "of others alone",
		    "{\"weeks\":[{\"queueId\":2,\"Monday\":[]}],\"holidays\":\"\"}",
		    "no week:" },
		{ "behind data", "{\"data\":{\"weeks\":[{\"queueId\":1}]}}", "week:" },
		{ "empty lists", "{\"weeks\":\"\",\"holidays\":null}", "no week:" },
		{ "nothing is set", "[]", "no week:" },
		{ "odd hours are told as they are",
		    "{\"weeks\":[{\"queueId\":1,\"Friday\":[7,{\"from\":9},"
		    "{\"to\":\"18:00\"}]}]}",
		    "week: Fr - - -18:00" },
		{ "something else", "{\"message\":\"hello\"}", NULL },
		{ "a list of something", "[1]", NULL },
		{ "a text", "\"weeks\"", NULL },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		CLEANUP(js_putp) js *root = NULL;
		struct messenger_timetable got;
		struct err e = { 0 };
		bool ok;

		cr_assert(js_parse(t[i].text, strlen(t[i].text), &root, &e));
		ok = messenger_timetable_read(&got, root, 1, a, &e);
		cr_assert_eq(ok, t[i].is != NULL, "%s: %s", t[i].name, e.text);
		if (ok)
			cr_expect_str_eq(shown(&got, a), t[i].is, "%s", t[i].name);
		else
			cr_expect_eq(e.kind, ERR_UPSTREAM);
	}
}

Test(messenger_timetable, too_much_is_cut)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_UPSTREAM_BYTES);
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(js_putp) js *root = NULL;
	struct messenger_timetable got;
	struct err e = { 0 };

	buf_str(&text, "{\"weeks\":[{\"queueId\":1,\"Monday\":[{}");
	for (int i = 0; i < LIMIT_DAY_RANGES; i++)
		buf_str(&text, ",{}");
	buf_str(&text, "]}],\"holidays\":[{\"queueId\":1,\"days\":[\"x\"");
	for (int i = 0; i < LIMIT_EXCEPTIONS; i++)
		buf_str(&text, ",\"x\"");
	buf_str(&text, "]}]}");
	cr_assert(js_parse(text.data, text.len, &root, &e), "%s", e.text);
	cr_assert(messenger_timetable_read(&got, root, 1, a, &e));
	cr_expect_eq(got.days[0].n, LIMIT_DAY_RANGES);
	cr_expect_eq(got.n_holidays, LIMIT_EXCEPTIONS);
}

Test(messenger_timetable, get)
{
	static const struct upstream_step steps[] = { { .body = "{\"weeks\":[]}" },
		{ .body = "{\"hello\":1}" }, { .status = 500, .body = "{}" } };
	CLEANUP(rig_fini) struct rig r;
	struct messenger_call c;

	rig_init(&r, steps, NELEMS(steps));
	c = rig_call(&r);
	for (int i = 0; i < 3; i++) {
		CLEANUP(js_putp) js *root = NULL;
		struct err e = { 0 };

		cr_expect_eq(messenger_timetable_get(&c, &root, &e), i == 0);
		cr_expect_eq(root != NULL, i == 0);
		cr_expect_eq(e.kind, i == 0 ? ERR_NONE : ERR_UPSTREAM);
	}
	cr_expect_str_eq(rig_asked(&r),
	    "GET settings/work-timetable, GET settings/work-timetable, "
	    "GET settings/work-timetable");
}
