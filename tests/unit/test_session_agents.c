/* SPDX-License-Identifier: Apache-2.0 */
/* What a record keeps of agents and their events, and what it refuses. */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "dialog/session.h"
#include "support/leaks.h"

TestSuite(session_agents, .fini = no_leaks);

#define HEAD "{\"version\":5,\"used_at\":5,\"env\":\"production\""
#define NO_PENDING ",\"pending\":{\"kind\":\"none\",\"choices\":[]}"
#define NO_CLAIMS ",\"claims\":[]"

#define SURVEY \
	",\"survey\":{\"stage\":\"asked\",\"asked_s\":5,\"wrong\":0,\"question\":0," \
	"\"id\":\"7\",\"token\":\"\",\"thanks\":\"\",\"items\":[{\"id\":\"12\"," \
	"\"kind\":\"text\",\"html\":\"Well?\",\"page\":1}],\"jumps\":[]," \
	"\"answers\":[]}"
#define SURVEYED ",\"surveyed\":{\"key\":\"C1\",\"messages\":[{\"text\":\"Well?\"}]}"

Test(session_agents, refuses)
{
	static const struct {
		const char *name, *record;
		bool ok;
	} t[] = {
		{ "an event",
		    HEAD NO_PENDING
		    ",\"event\":{\"key\":\"k\",\"messages\":[]}" NO_CLAIMS "}",
		    true },
		{ "agents who are none",
		    HEAD NO_PENDING ",\"chat\":{\"id\":\"C\",\"joined\":[1]}" NO_CLAIMS
				    "}",
		    false },
		{ "more agents than are kept",
		    HEAD NO_PENDING
		    ",\"chat\":{\"id\":\"C\",\"joined\":[\"1\",\"2\","
		    "\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]}" NO_CLAIMS "}",
		    false },
		{ "an event without its messages",
		    HEAD NO_PENDING ",\"event\":{\"key\":\"k\"}" NO_CLAIMS "}", false },
		{ "an event without its key",
		    HEAD NO_PENDING ",\"event\":{\"messages\":[]}" NO_CLAIMS "}",
		    false },
		{ "an event whose message is none",
		    HEAD NO_PENDING
		    ",\"event\":{\"key\":\"k\",\"messages\":[1]}" NO_CLAIMS "}",
		    false },
		{ "a survey", HEAD NO_PENDING SURVEY SURVEYED NO_CLAIMS "}", true },
		{ "a survey that has been", HEAD NO_PENDING SURVEYED NO_CLAIMS "}",
		    true },
		{ "a survey of no chat", HEAD NO_PENDING SURVEY NO_CLAIMS "}", false },
		{ "a survey beside a chat",
		    HEAD NO_PENDING SURVEY SURVEYED ",\"chat\":{\"id\":\"C\"}" NO_CLAIMS
						    "}",
		    false },
		{ "a survey that is none",
		    HEAD NO_PENDING ",\"survey\":{}" SURVEYED NO_CLAIMS "}", false },
		{ "a survey that is a word",
		    HEAD NO_PENDING ",\"survey\":\"x\"" SURVEYED NO_CLAIMS "}", false },
		{ "words of a survey without its chat",
		    HEAD NO_PENDING ",\"surveyed\":{\"messages\":[]}" NO_CLAIMS "}",
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		CLEANUP(arena_freep) struct arena *a = arena_new();
		struct session s;
		struct err e;

		cr_expect_eq(
		    session_decode(&s, a, t[i].record, strlen(t[i].record), &e),
		    t[i].ok, "%s", t[i].name);
	}
}

Test(session_agents, what_an_event_says_has_a_limit)
{
	static char big[LIMIT_EVENT_BYTES / 2];
	const struct message m[] = { { "a", NULL, 0 }, { big, NULL, 0 },
		{ big, NULL, 0 }, { "b", NULL, 0 } };
	struct session s = { 0 };

	memset(big, 'x', sizeof(big) - 1);
	cr_expect_eq(
	    session_event(&s, "k", m, 4), 2, "in order, none left out between");
	cr_expect_str_eq(s.event.key, "k");
	cr_expect_eq(s.event.n, 2);
	cr_expect_eq(session_event(&s, "l", m, 1), 1);
	cr_expect_str_eq(s.event.key, "l");
	cr_expect_eq(s.event.n, 1);
}

static char *
fill(struct arena *a, size_t n, char c)
{
	char *s = arena_alloc(a, n + 1);

	memset(s, c, n);
	s[n] = '\0';
	return s;
}

/* A survey as large as they are, its first words, and an event's: all are read back. */
Test(session_agents, a_large_record_with_a_survey_fits)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	struct survey_item item = { .id = "12",
		.html = fill(a, LIMIT_SURVEY_BYTES - 300, 'x'),
		.kind = SURVEY_TEXT };
	const struct message event = { fill(a, LIMIT_EVENT_BYTES - 20, 'x'), NULL, 0 };
	const struct message first = { fill(a, LIMIT_SURVEY_SAID - 20, 'x'), NULL, 0 };
	const struct message said = { fill(a, LIMIT_CLAIM_BYTES / 4, 'x'), NULL, 0 };
	struct choice choice = { .label = "Red", .kind = CHOICE_OPTION };
	struct session s = {
		.memory = fill(a, 2 * (size_t)LIMIT_TOKEN + 128, '"'),
		.hold = { .code = fill(a, LIMIT_TRACK_CODE, '\x01'),
		    .comment = fill(a, LIMIT_USER_TEXT, '\n') },
		.pending = { .kind = PENDING_CHOICE, .choices = &choice, .n = 1 },
		.survey = { .left = { .id = "7",
				.token = "",
				.thanks = "",
				.items = &item,
				.n_items = 1 },
		    .stage = WALK_ASKED,
		    .asked_s = 5 },
	};
	struct session got;
	struct err e = { 0 };

	choice.value = fill(a, LIMIT_PENDING_BYTES - 100, 'x');
	cr_expect_eq(session_event(&s, "k", &event, 1), 1);
	cr_expect_eq(session_surveyed(&s, "C1", &first, 1), 1);
	for (int i = 0; i < LIMIT_CLAIMS; i++)
		session_claim(
		    &s, arena_printf(a, "%0*d", LIMIT_SID, i), NULL, &said, 1);
	session_encode(&s, &b);
	cr_assert(buf_ok(&b));
	cr_assert(session_decode(&got, a, b.data, b.len, &e), "%s", e.text);
	cr_expect_eq(got.survey.stage, WALK_ASKED);
	cr_expect_str_eq(got.survey.left.items[0].html, item.html);
	cr_expect_str_eq(got.surveyed.key, "C1");
	cr_expect_str_eq(got.surveyed.messages[0].text, first.text);
	cr_expect_str_eq(got.event.messages[0].text, event.text);
	cr_expect_str_eq(got.pending.choices[0].value, choice.value);
	cr_expect_eq(got.n_claims, LIMIT_CLAIMS);
	cr_expect_eq(got.claims[LIMIT_CLAIMS - 1].n, 1, "the newest reply stays");
	cr_expect_eq(got.claims[0].n, 0);
	cr_expect(got.claims[0].cut);
}

/* A survey that is over is not kept. */
Test(session_agents, a_survey_that_is_over)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_RECORD);
	const struct session s = { .survey = { .stage = WALK_LEFT },
		.surveyed = { .key = "C1" } };
	struct session got;
	struct err e = { 0 };

	session_encode(&s, &b);
	cr_assert(session_decode(&got, a, b.data, b.len, &e), "%s", e.text);
	cr_expect_eq(got.survey.stage, WALK_NONE);
	cr_expect_str_eq(got.surveyed.key, "C1");
}

Test(session_agents, agents_join_once)
{
	static const char *const ids[] = { "1", "2", "3", "4", "5", "6", "7", "8" };
	struct chat c = { 0 };

	_Static_assert(NELEMS(ids) == LIMIT_CHAT_AGENTS, "as many as are kept");
	for (size_t i = 0; i < NELEMS(ids); i++)
		cr_expect(session_joined(&c, ids[i]));
	for (size_t i = 0; i < NELEMS(ids); i++)
		cr_expect_not(session_joined(&c, ids[i]), "%s", ids[i]);
	cr_expect(session_joined(&c, "9"));
	cr_expect_eq(c.n_joined, LIMIT_CHAT_AGENTS);
	cr_expect_not(session_joined(&c, "9"));
	cr_expect(session_joined(&c, "1"), "the first was forgotten");
}
