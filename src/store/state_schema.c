/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "store/state_i.h"

/*
 * What a state.db is made of. Numbers ending in _ms and _s are Unix time. A new file takes
 * all steps, an older one those it has not taken yet. So a step that was released stands for
 * ever, and a change is another one, which raises STATE_VERSION.
 *
 * lane   a conversation that has jobs. ready_ms is when its first job may be taken: its
 *        due_ms, or the end of its lease. So taking looks at one row of one index. head is the
 *        kind of its first job, for whoever takes some kinds only (version 5).
 * job    its place in the lane is (ord, root, sub): root is the id of the job that was added,
 *        sub orders what has taken its place, downward, so that there is always room in
 *        front of those behind. Bodies come last: reading the rest of a row does not touch
 *        them.
 * total  counts, kept by triggers, whoever adds or removes.
 * sent   ids of messages, by the SHA-256 of the lane that sent them (version 2).
 * chat   those that are open are found by their conversation too (version 3).
 * sent   its messages are found by their id too, and have the number of the job that waits
 *        for news of them, 0: none (version 4).
 * news   ids of messages of which news came before it was known that they are ours
 *        (version 4).
 * pace   when a sender may send again, in us (version 4).
 */
static const char step_1[] =
    "CREATE TABLE total(one INTEGER PRIMARY KEY CHECK(one = 1), next_id INTEGER NOT NULL,"
    " lanes INTEGER NOT NULL, jobs INTEGER NOT NULL, bytes INTEGER NOT NULL,"
    " dead INTEGER NOT NULL) STRICT;"
    "INSERT INTO total VALUES(1, 0, 0, 0, 0, 0);"

    "CREATE TABLE lane(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " ready_ms INTEGER NOT NULL, jobs INTEGER NOT NULL) STRICT;"
    "CREATE INDEX lane_ready ON lane(ready_ms);"

    "CREATE TABLE job(id INTEGER PRIMARY KEY, lane INTEGER NOT NULL, ord INTEGER NOT NULL,"
    " root INTEGER NOT NULL, sub INTEGER NOT NULL, made_ms INTEGER NOT NULL,"
    " due_ms INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, owner INTEGER,"
    " lease INTEGER NOT NULL DEFAULT 0, until_ms INTEGER NOT NULL DEFAULT 0,"
    " taken_ms INTEGER NOT NULL DEFAULT 0, unsure INTEGER NOT NULL DEFAULT 0,"
    " kind TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', size INTEGER NOT NULL,"
    " body TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX job_place ON job(lane, ord, root, sub);"
    "CREATE INDEX job_made ON job(made_ms);"
    "CREATE INDEX job_owner ON job(owner) WHERE owner IS NOT NULL;"

    "CREATE TABLE dead(id INTEGER PRIMARY KEY, lane TEXT NOT NULL,"
    " made_ms INTEGER NOT NULL, died_ms INTEGER NOT NULL, tries INTEGER NOT NULL,"
    " lease INTEGER NOT NULL, unsure INTEGER NOT NULL, kind TEXT NOT NULL,"
    " why TEXT NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE INDEX dead_died ON dead(died_ms);"

    "CREATE TABLE seen(key TEXT PRIMARY KEY, at_s INTEGER NOT NULL) STRICT,"
    " WITHOUT ROWID;"
    "CREATE INDEX seen_at ON seen(at_s);"

    "CREATE TABLE owner(id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;"

    "CREATE TABLE kv(name TEXT PRIMARY KEY, at_s INTEGER NOT NULL, value BLOB NOT NULL)"
    " STRICT, WITHOUT ROWID;"

    "CREATE TABLE chat(env TEXT NOT NULL, id TEXT NOT NULL, conv TEXT NOT NULL,"
    " user TEXT NOT NULL, ours TEXT NOT NULL, extra TEXT NOT NULL,"
    " closed INTEGER NOT NULL, until_s INTEGER NOT NULL, PRIMARY KEY(env, id))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX chat_until ON chat(until_s);"

    "CREATE TRIGGER lane_in AFTER INSERT ON lane BEGIN"
    " UPDATE total SET lanes = lanes + 1 WHERE one = 1; END;"
    "CREATE TRIGGER lane_out AFTER DELETE ON lane BEGIN"
    " UPDATE total SET lanes = lanes - 1 WHERE one = 1; END;"
    "CREATE TRIGGER job_in AFTER INSERT ON job BEGIN"
    " UPDATE total SET jobs = jobs + 1, bytes = bytes + new.size WHERE one = 1;"
    " UPDATE lane SET jobs = jobs + 1 WHERE id = new.lane; END;"
    "CREATE TRIGGER job_out AFTER DELETE ON job BEGIN"
    " UPDATE total SET jobs = jobs - 1, bytes = bytes - old.size WHERE one = 1;"
    " UPDATE lane SET jobs = jobs - 1 WHERE id = old.lane; END;"
    "CREATE TRIGGER job_size AFTER UPDATE OF size ON job BEGIN"
    " UPDATE total SET bytes = bytes + new.size - old.size WHERE one = 1; END;"
    "CREATE TRIGGER dead_in AFTER INSERT ON dead BEGIN"
    " UPDATE total SET dead = dead + 1 WHERE one = 1; END;"
    "CREATE TRIGGER dead_out AFTER DELETE ON dead BEGIN"
    " UPDATE total SET dead = dead - 1 WHERE one = 1; END;";

static const char step_2[] =
    "CREATE INDEX job_kind ON job(lane, kind);"

    "CREATE TABLE sent(lane TEXT NOT NULL, at_ms INTEGER NOT NULL, id TEXT NOT NULL,"
    " PRIMARY KEY(lane, at_ms, id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX sent_at ON sent(at_ms);";

static const char step_3[] =
    "CREATE INDEX chat_conv ON chat(env, conv, until_s) WHERE closed = 0;";

static const char step_4[] =
    "ALTER TABLE sent ADD COLUMN wait INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX sent_id ON sent(id);"

    "CREATE TABLE news(id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL) STRICT,"
    " WITHOUT ROWID;"
    "CREATE INDEX news_at ON news(at_ms);"

    "CREATE TABLE pace(sender TEXT PRIMARY KEY, next_us INTEGER NOT NULL) STRICT,"
    " WITHOUT ROWID;"
    "CREATE INDEX pace_next ON pace(next_us);";

static const char step_5[] =
    "ALTER TABLE lane ADD COLUMN head TEXT NOT NULL DEFAULT '';"
    "UPDATE lane SET head = coalesce((SELECT kind FROM job WHERE lane = lane.id"
    " ORDER BY lane, ord, root, sub LIMIT 1), '');"
    "CREATE INDEX lane_head ON lane(head, ready_ms);";

const char *const state_steps[STATE_VERSION] = { step_1, step_2, step_3, step_4,
	step_5 };
