/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNIT_AFTER_RIG_H
#define UNIT_AFTER_RIG_H

#include "support/event_stage.h"
#include "support/fake_tickets.h"

/*
 * What comes after a chat: a stage with an office behind its agents, and the events that end
 * the chat "C1". Scenes name events by letters, and do other things by signs:
 *
 *	C closed by an agent   I nobody wrote     N nobody is left   L left by the user
 *	O over                 T a ticket, 123    U another, 124     J an agent joins
 *	X an agent's text      / the user leaves  - the session is lost
 */
struct after {
	struct event_stage x;
	struct fake_tickets office;
};

#define AFTER_EV(k, ...) \
	{ \
		.kind = AGENT_EV_##k, .chat_id = "C1", __VA_ARGS__ \
	}

static const char after_letters[] = "CINLOTUJX";
static const struct agent_event after_events[] = {
	AFTER_EV(CLOSED, .by = "A1"),
	AFTER_EV(INACTIVE),
	AFTER_EV(NOBODY),
	AFTER_EV(LEFT, .by = "U1"),
	AFTER_EV(OVER),
	AFTER_EV(TICKET, .ticket = "123"),
	AFTER_EV(TICKET, .ticket = "124"),
	AFTER_EV(JOINED, .by = "A1", .shown = "Ann"),
	AFTER_EV(TEXT, .by = "A1", .html = "hi"),
};
_Static_assert(NELEMS(after_events) == sizeof(after_letters) - 1, "one letter each");

#define AFTER_CLOSED SAYS_TO_ME("Chat closed")
#define AFTER_LINK "https://survey.example/s?id=1"

/* chat.cfg is what stands in `settings`, below chat.chat. */
static inline void
after_init(struct after *r, const char *settings)
{
	char text[400];
	const struct stage_file file = { "conf/custom/chat.cfg", text };

	snprintf(text, sizeof(text), "chat = { %s };\n", settings);
	event_stage_init(&r->x, &file, 1);
	r->office = (struct fake_tickets)FAKE_TICKETS_INIT;
	r->x.s.dialog.tickets = tickets_from_ops(&fake_tickets_ops, &r->office);
	r->x.f.events = after_events;
	r->x.f.n_events = NELEMS(after_events);
}

static inline void
after_fini(struct after *r)
{
	tickets_free(r->x.s.dialog.tickets);
	event_stage_fini(&r->x);
}

/* The chat "C1" is open; of what was asked till then nothing is left. */
static inline void
after_open(struct after *r)
{
	event_open_chat(&r->x);
	r->office.did[0] = '\0';
}

static const struct line after_leaves = { "/close", NULL, NULL, { "Chat closed" } };

/* Takes one, and works nothing. */
static inline void
after_take(struct after *r, char letter)
{
	const char *at = strchr(after_letters, letter);

	cr_assert_not_null(at, "%c", letter);
	cr_expect_eq(event_take(&r->x, (size_t)(at - after_letters)), EVENT_TAKEN);
}

static inline void
after_come(struct after *r, const char *scene)
{
	for (; *scene != '\0'; scene++) {
		if (*scene == '/')
			event_user(&r->x, &after_leaves);
		else if (*scene == '-')
			event_forget_session(&r->x);
		else
			after_take(r, *scene);
		event_settle(&r->x);
	}
}

/* How often this text was sent to the phone. */
static inline int
after_times(const struct after *r, const char *text)
{
	int n = 0;

	for (const char *at = r->x.out.did; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

#endif
