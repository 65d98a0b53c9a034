/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's people and the tickets that are made for them. */
#include "config.h"

#include <string.h>

#include "agent/messenger_office.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/cfg.h"
#include "messenger/tickets.h"
#include "messenger/users.h"

/* Of several with one address the one with phones, else the first; NULL: nobody. */
static const struct messenger_user *
pick(const struct messenger_users *users)
{
	for (size_t i = 0; i < users->n; i++)
		if (users->list[i].phones != NULL)
			return &users->list[i];
	return users->n > 0 ? &users->list[0] : NULL;
}

/* FOUND with *user, UNKNOWN, FAILED. */
static enum ticket_person
find(struct office_desk *d, struct office *self, const struct agent_call *call,
    const char *contact, const struct messenger_user **user, struct err *e)
{
	struct messenger_users users;

	if (!messenger_address_ok(contact))
		return PERSON_UNKNOWN;
	if (!office_use(d, self, call, e) ||
	    !messenger_users_find(&d->call, contact, &users, e))
		return PERSON_FAILED;
	*user = pick(&users);
	return *user != NULL ? PERSON_FOUND : PERSON_UNKNOWN;
}

enum ticket_person
office_phones(void *self, const struct agent_call *call, const char *contact,
    const char **phones, struct err *e)
{
	const struct messenger_user *user;
	struct office_desk d;
	enum ticket_person found = find(&d, self, call, contact, &user, e);

	if (found != PERSON_FOUND)
		return found;
	if (user->phones == NULL)
		return PERSON_NO_PHONES;
	*phones = user->phones;
	return PERSON_FOUND;
}

enum ticket_person
office_keep_phones(void *self, const struct agent_call *call, const char *contact,
    const char *phones, struct err *e)
{
	const struct messenger_user *user;
	char masked[LOG_MAIL_SIZE];
	struct office_desk d;
	enum ticket_person found = find(&d, self, call, contact, &user, e);

	if (found != PERSON_FOUND ||
	    (user->phones != NULL && strcmp(user->phones, phones) == 0))
		return found;
	if (!messenger_user_keep(&d.call, user, phones, e))
		return PERSON_FAILED;
	LOG(LOG_INFO, "agent", "phones kept for answers to tickets",
	    LS("contact", log_masked_mail(contact, masked)),
	    LI("in_place_of_others", user->phones != NULL));
	return PERSON_FOUND;
}

/* What Messenger shows of somebody who has told no name: the address up to its "@". */
static const char *
name_of(const struct ticket_new *n, struct arena *a)
{
	if (n->name != NULL && n->name[0] != '\0')
		return n->name;
	return arena_strndup(
	    a, n->contact, (size_t)(strrchr(n->contact, '@') - n->contact));
}

/*
 * Whoever has the contact, made where nobody has it. When it is not sure whether that
 * worked, whoever is there now is as good.
 */
static bool
find_or_make(struct office_desk *d, const struct ticket_new *n,
    struct messenger_user *user, struct err *e)
{
	struct messenger_user made = { .extra = "[]" };
	struct messenger_users users;
	struct err why = { 0 }, ignored;

	if (!messenger_users_find(&d->call, n->contact, &users, e))
		return false;
	if (users.n == 0) {
		if (messenger_user_make(&d->call, name_of(n, d->call.arena), n->contact,
			&made.id, &why)) {
			*user = made;
			return true;
		}
		if (!messenger_users_find(&d->call, n->contact, &users, &ignored) ||
		    users.n == 0) {
			*e = why;
			return false;
		}
	}
	*user = *pick(&users);
	return true;
}

/*
 * The contact is what somebody has typed: phones that are kept with it already came from a
 * chat, and stay. Before the ticket, since nothing may come between that and its number.
 */
static void
keep_first_phones(
    struct office_desk *d, const struct messenger_user *user, const char *phones)
{
	const int64_t until_ms = clock_mono_ms(d->office->clock) + LIMIT_PHONES_MS;
	struct messenger_call bounded = d->call;
	struct err e = { 0 };

	if (phones == NULL || user->phones != NULL)
		return;
	if (until_ms < bounded.until_ms)
		bounded.until_ms = until_ms;
	if (messenger_user_keep(&bounded, user, phones, &e))
		LOG(LOG_INFO, "agent", "phones kept for answers to a ticket");
	else
		LOG(LOG_WARN, "agent",
		    "phones not kept, the ticket's answer will not find them",
		    LS("why", e.text),
		    LH("an answer to this ticket will be a dead letter: answer it "
		       "by another way; may the Messenger key change users?"));
}

static const struct messenger_line *
lines_of(struct arena *a, const struct agent_line *lines, size_t n)
{
	struct messenger_line *out = arena_alloc(a, (n + 1) * sizeof(*out));

	for (size_t i = 0; i < n; i++)
		out[i] = (struct messenger_line){ .by_bot = lines[i].by_bot,
			.text = lines[i].text,
			.said_at = lines[i].said_at };
	return out;
}

/* The ticket's queue: its own, the configured one, or the first there is. */
static int64_t
queue_of(const struct ticket_new *n, const struct cfg *cfg)
{
	const int64_t configured = cfg_int(cfg, CFG_CHAT_CHAT_QUEUE_ID);

	if (n->queue > 0)
		return n->queue;
	return configured > 0 ? configured : 1;
}

enum ticket_made
office_make(void *self, const struct agent_call *call, const struct ticket_new *n,
    const char **number, struct err *e)
{
	struct messenger_ticket t = { .inquiry = n->inquiry,
		.queue = queue_of(n, call->cfg),
		.source = cfg_int(call->cfg, CFG_CHAT_CHAT_SOURCE),
		.lines = lines_of(call->arena, n->lines, n->n_lines),
		.n_lines = n->n_lines };
	char masked[LOG_MAIL_SIZE];
	struct messenger_user user;
	struct office_desk d;

	if (!messenger_address_ok(n->contact)) {
		(void)err_set(e, ERR_INPUT, 0, "no e-mail address");
		return TICKET_NOT_MADE;
	}
	if (!office_use(&d, self, call, e) || !find_or_make(&d, n, &user, e))
		return TICKET_NOT_MADE;
	keep_first_phones(&d, &user, n->phones);
	t.creator = user.id;
	if (n->about != NULL && !n->about(n->arg)) {
		(void)err_set(e, ERR_IO, 0, "that a ticket is made cannot be noted");
		return TICKET_NOT_MADE;
	}
	switch (messenger_ticket_make(&d.call, &t, number, e)) {
	case MESSENGER_MADE:
		break;
	case MESSENGER_NOT_MADE:
		return TICKET_NOT_MADE;
	case MESSENGER_UNSURE:
		return TICKET_UNSURE;
	}
	LOG(LOG_INFO, "agent", "ticket made", LS("ticket", *number),
	    LI("queue", t.queue), LS("contact", log_masked_mail(n->contact, masked)));
	return TICKET_MADE;
}
