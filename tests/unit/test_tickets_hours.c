/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "unit/office_rig.h"

#include "base/limits.h"
#include "support/leaks.h"

TestSuite(tickets_hours, .fini = no_leaks);

#define FILE_NAME "cached-cm-data-Ab9"
#define ALWAYS "{\"from\":\"00:00\",\"to\":\"24:00\"}"
#define WEEK(queue, ranges) \
	"{\"weeks\":[{\"queueId\":" queue ",\"Monday\":[" ranges \
	"],\"Tuesday\":[" ranges "],\"Wednesday\":[" ranges "],\"Thursday\":[" ranges \
	"],\"Friday\":[" ranges "],\"Saturday\":[" ranges "],\"Sunday\":[" ranges \
	"]}]}"
#define TELLS(text) \
	{ \
		.on = "GET /tickets/v1/settings", .body = (text) \
	}
#define TROUBLE \
	{ \
		.on = "GET /tickets/v1/settings", .status = 500, .body = "{}", \
		.times = -1 \
	}

#define ACTIVE OFFICE_SET("WORKTIMETABLEACTIVE") "true", OFFICE_SET("ROOMID") "1"
static const char *const active[] = { ACTIVE, NULL };

static bool
is_open(struct office_rig *o)
{
	struct agent_call call = office_call(o);

	return tickets_open_now(o->tickets, &call);
}

static size_t
asked(struct office_rig *o)
{
	return upstream_count(o->r.up, "GET /tickets/v1/settings");
}

static void
later(struct office_rig *o, int64_t s)
{
	o->r.clock.now_s += s;
	o->r.clock.skip_ms += s * 1000;
}

Test(tickets_hours, nobody_asks_unless_they_count)
{
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, NULL, 0, NULL);
	cr_expect(is_open(&o));
	cr_expect_eq(upstream_requests(o.r.up), 0);
}

Test(tickets_hours, of_the_room)
{
	static const struct {
		const char *name, *text;
		bool open;
	} t[] = {
		{ "open", WEEK("1", ALWAYS), true },
		{ "closed", WEEK("\"1\"", ""), false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"),
			TELLS(t[i].text) };
		CLEANUP(office_fini) struct office_rig o;

		office_init(&o, steps, NELEMS(steps), active);
		cr_expect_eq(is_open(&o), t[i].open, "%s", t[i].name);
	}
}

/* Asked once in half an hour, by one process for all. */
Test(tickets_hours, kept)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("t"),
		TELLS(WEEK("1", ALWAYS)), TELLS(WEEK("1", "")),
		{ .on = "POST /v1/auth", .status = 500, .times = -1 } };
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, steps, NELEMS(steps), active);
	for (int i = 0; i < 5; i++)
		cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 1);
	office_restart(&o);
	cr_expect(is_open(&o), "the file is shared");
	cr_expect_eq(asked(&o), 1);
	/* The file's date is the disk's own; a second or two between them is no matter. */
	later(&o, LIMIT_HOURS_KEPT_S - 600);
	cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 1);
}

Test(tickets_hours, asked_again)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/auth",
		    .body = "{\"accessToken\":\"t\",\"expires_in\":36000,\"apis\":"
			    "{\"ticketing\":\"$URL/tickets\"}}" },
		TELLS(WEEK("1", ALWAYS)), TELLS(WEEK("1", ""))
	};
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, steps, NELEMS(steps), active);
	cr_expect(is_open(&o));
	later(&o, LIMIT_HOURS_KEPT_S + 600);
	cr_expect_not(is_open(&o));
	cr_expect_eq(asked(&o), 2);
}

/* Old hours go on when nobody answers, and nobody is asked all the time. */
Test(tickets_hours, stale)
{
	static const struct upstream_step steps[] = {
		{ .on = "POST /v1/auth",
		    .body = "{\"accessToken\":\"t\",\"expires_in\":36000,\"apis\":"
			    "{\"ticketing\":\"$URL/tickets\"}}" },
		TELLS(WEEK("1", ALWAYS)), TROUBLE
	};
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, steps, NELEMS(steps), active);
	cr_expect(is_open(&o));
	later(&o, LIMIT_HOURS_KEPT_S + 600);
	cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 2);
	later(&o, 0);
	cr_expect(is_open(&o));
	later(&o, LIMIT_SETUP_PAUSE_MS / 1000 + 1);
	cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 3);
}

/* Where Messenger tells nothing, the configured hours count. */
Test(tickets_hours, configured)
{
	static const struct {
		const char *name;
		struct upstream_step step;
	} t[] = {
		{ "trouble", TROUBLE },
		{ "another room's", TELLS(WEEK("2", ALWAYS)) },
		{ "nonsense", TELLS("{\"hello\":1}") },
		{ "hours that are none", TELLS(WEEK("1", "{\"from\":\"x\"}")) },
	};
	/* A Tuesday, 22:13:20 UTC: closed by conf/default, 09:00 to 18:00. */
	static const int64_t tuesday_evening = 1700000000;

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct upstream_step steps[] = { OFFICE_AUTH("t"), t[i].step };
		CLEANUP(office_fini) struct office_rig o;

		office_init(&o, steps, NELEMS(steps), active);
		o.r.clock.now_s = tuesday_evening;
		cr_expect_not(is_open(&o), "%s", t[i].name);
		/* Twelve hours later. */
		o.r.clock.now_s += 12 * 3600;
		cr_expect(is_open(&o), "%s", t[i].name);
	}
}

Test(tickets_hours, without_messenger)
{
	static const char *const no_key[] = { ACTIVE,
		"BOTLINE_CHAT__MESSENGER__KEY=", NULL };
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, NULL, 0, no_key);
	o.r.clock.now_s = 1700000000;
	cr_expect_not(is_open(&o));
	cr_expect_eq(upstream_requests(o.r.up), 0);
}

static void
put_file(struct office_rig *o, const char *text)
{
	struct cache_stamp stamp;
	struct err e;

	cr_assert(cache_write(o->r.store, FILE_NAME, text, strlen(text), &stamp, &e),
	    "%s", e.text);
}

/* The file as others leave it: of Inbenta's own connectors, damaged, removed. */
Test(tickets_hours, files)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("t"),
		TELLS(WEEK("1", "")), TELLS(WEEK("1", ALWAYS)) };
	CLEANUP(office_fini) struct office_rig o;

	office_init(&o, steps, NELEMS(steps), active);
	put_file(&o, WEEK("1", ALWAYS));
	cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 0);
	put_file(&o, "{\"weeks\":");
	cr_expect_not(is_open(&o));
	cr_expect_eq(asked(&o), 1);
	cache_drop(o.r.store, FILE_NAME);
	cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 2);
}

/* Without a folder they are kept in memory alone. */
Test(tickets_hours, no_store)
{
	static const struct upstream_step steps[] = { OFFICE_AUTH("t"),
		TELLS(WEEK("1", ALWAYS)) };
	CLEANUP(office_fini) struct office_rig o;
	struct err e;

	office_init(&o, steps, NELEMS(steps), active);
	tickets_free(o.tickets);
	o.tickets = tickets_new("messenger", NULL, &o.r.clock.clock, &e);
	for (int i = 0; i < 3; i++)
		cr_expect(is_open(&o));
	cr_expect_eq(asked(&o), 1);
}
