/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_FAKE_TICKETS_H
#define SUPPORT_FAKE_TICKETS_H

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/tickets.h"
#include "base/buf.h"

/*
 * An office that does what the test put in, and writes down what it was asked, one behind
 * the other, in `did`:
 *
 *	phones CONTACT; keep CONTACT PHONES; make NAME CONTACT QUEUE INQUIRY [USER|BOT: LINE];
 *	hours; survey CHAT TICKET; hand-in ID TOKEN ITEM=VALUE;
 *
 * "-" stands for what is NULL or "". A webhook brings all of `replies`, whatever its body
 * says; those without a key get one of the body and their place in it. Use:
 *
 *	struct fake_tickets fake = FAKE_TICKETS_INIT;
 *	struct tickets *t = tickets_from_ops(&fake_tickets_ops, &fake);
 */

struct fake_person {
	const char *contact;
	const char *phones; /* NULL: none; changed when they are kept */
	char kept[256];
};

struct fake_tickets {
	const char *secret; /* what proves a webhook; NULL: nothing does */
	const struct ticket_reply *replies;
	size_t n_replies;
	struct fake_person *people; /* nobody else is known */
	size_t n_people;
	const char *number; /* of a ticket that is made; NULL: "#A-501" */
	enum ticket_made made;
	enum ticket_survey survey_is; /* TICKET_SURVEY: `survey` */
	struct survey survey;
	struct err trouble; /* of what fails; ERR_NONE: ERR_UPSTREAM "fake trouble" */
	void (*during)(void *arg); /* in the middle of each call to the office */
	void *arg;
	int person_fails; /* so many times; -1: always */
	int survey_fails;
	int hand_in_fails;
	bool disabled;
	bool no_webhook; /* bodies are none: ERR_INPUT */
	bool closed; /* agents are not there at this hour */

	pthread_mutex_t
	    lock; /* guards what stands below, people's phones and *_fails */
	int calls; /* to the office */
	char did[8192];
};

#define FAKE_TICKETS_INIT \
	{ \
		.secret = "ticket-secret", .lock = PTHREAD_MUTEX_INITIALIZER \
	}

PRINTF(2, 3)
static inline void
fake_tickets_note(struct fake_tickets *f, const char *fmt, ...)
{
	size_t len = strlen(f->did);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->did + len, sizeof(f->did) - len, fmt, ap);
	va_end(ap);
}

static inline const char *
fake_tickets_shown(const char *text)
{
	return text != NULL && text[0] != '\0' ? text : "-";
}

static inline void
fake_tickets_begin(struct fake_tickets *f)
{
	if (f->during != NULL)
		f->during(f->arg);
	pthread_mutex_lock(&f->lock);
	f->calls++;
}

static inline void
fake_tickets_end(struct fake_tickets *f)
{
	pthread_mutex_unlock(&f->lock);
}

/* Whether one more of the failures that are left is due now. */
static inline bool
fake_tickets_due(int *left)
{
	if (*left > 0)
		return (*left)-- > 0;
	return *left < 0;
}

static inline bool
fake_tickets_fail(const struct fake_tickets *f, struct err *e)
{
	if (f->trouble.kind == ERR_NONE)
		return err_set(e, ERR_UPSTREAM, 0, "fake trouble");
	*e = f->trouble;
	return false;
}

static inline void
fake_tickets_close(void *self)
{
	(void)self; /* it is the test's own */
}

static inline bool
fake_tickets_enabled(void *self, const struct cfg *cfg)
{
	const struct fake_tickets *f = self;

	(void)cfg;
	return !f->disabled;
}

static inline bool
fake_tickets_proof(void *self, const struct cfg *cfg, const char *given)
{
	const struct fake_tickets *f = self;

	(void)cfg;
	return f->secret != NULL && given != NULL && strcmp(f->secret, given) == 0;
}

static inline void
fake_tickets_key(const char *body, size_t len, size_t place, char key[SHA256_HEX_SIZE])
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(len + 32);

	buf_printf(&text, "%zu ", place);
	buf_add(&text, body, len);
	sha256_hex(text.data, text.len, key);
}

static inline bool
fake_tickets_read(void *self, struct arena *arena, const char *body, size_t len,
    const struct ticket_reply **out, size_t *n, struct err *e)
{
	const struct fake_tickets *f = self;
	struct ticket_reply *all;

	if (f->no_webhook)
		return err_set(e, ERR_INPUT, 0, "fake webhook: none");
	all = arena_alloc(arena, (f->n_replies + 1) * sizeof(*all));
	for (size_t i = 0; i < f->n_replies; i++) {
		all[i] = f->replies[i];
		if (all[i].key[0] == '\0')
			fake_tickets_key(body, len, i, all[i].key);
	}
	*out = all;
	*n = f->n_replies;
	return true;
}

static inline struct fake_person *
fake_tickets_person(const struct fake_tickets *f, const char *contact)
{
	for (size_t i = 0; i < f->n_people; i++)
		if (strcmp(f->people[i].contact, contact) == 0)
			return &f->people[i];
	return NULL;
}

static inline enum ticket_person
fake_tickets_phones(void *self, const struct agent_call *call, const char *contact,
    const char **phones, struct err *e)
{
	struct fake_tickets *f = self;
	enum ticket_person result = PERSON_FOUND;
	const struct fake_person *p;

	(void)call;
	fake_tickets_begin(f);
	fake_tickets_note(f, "phones %s;", fake_tickets_shown(contact));
	p = fake_tickets_person(f, contact);
	if (fake_tickets_due(&f->person_fails)) {
		(void)fake_tickets_fail(f, e);
		result = PERSON_FAILED;
	} else if (p == NULL) {
		result = PERSON_UNKNOWN;
	} else if (p->phones == NULL) {
		result = PERSON_NO_PHONES;
	} else {
		*phones = p->phones;
	}
	fake_tickets_end(f);
	return result;
}

static inline enum ticket_person
fake_tickets_keep(void *self, const struct agent_call *call, const char *contact,
    const char *phones, struct err *e)
{
	struct fake_tickets *f = self;
	enum ticket_person result = PERSON_FOUND;
	struct fake_person *p;

	(void)call;
	fake_tickets_begin(f);
	fake_tickets_note(f, "keep %s %s;", fake_tickets_shown(contact), phones);
	p = fake_tickets_person(f, contact);
	if (fake_tickets_due(&f->person_fails)) {
		(void)fake_tickets_fail(f, e);
		result = PERSON_FAILED;
	} else if (p == NULL) {
		result = PERSON_UNKNOWN;
	} else {
		snprintf(p->kept, sizeof(p->kept), "%s", phones);
		p->phones = p->kept;
	}
	fake_tickets_end(f);
	return result;
}

static inline enum ticket_made
fake_tickets_make(void *self, const struct agent_call *call, const struct ticket_new *n,
    const char **number, struct err *e)
{
	struct fake_tickets *f = self;

	(void)call;
	if (n->about != NULL && !n->about(n->arg)) {
		(void)err_set(e, ERR_IO, 0, "fake note");
		return TICKET_NOT_MADE;
	}
	fake_tickets_begin(f);
	fake_tickets_note(f, "make %s %s %lld %s", fake_tickets_shown(n->name),
	    fake_tickets_shown(n->contact), (long long)n->queue, n->inquiry);
	for (size_t i = 0; i < n->n_lines; i++)
		fake_tickets_note(f, " [%s: %s]", n->lines[i].by_bot ? "BOT" : "USER",
		    n->lines[i].text);
	fake_tickets_note(f, ";");
	fake_tickets_end(f);
	if (f->made == TICKET_MADE)
		*number = f->number != NULL ? f->number : "#A-501";
	else
		(void)fake_tickets_fail(f, e);
	return f->made;
}

static inline bool
fake_tickets_open_now(void *self, const struct agent_call *call)
{
	struct fake_tickets *f = self;

	(void)call;
	fake_tickets_begin(f);
	fake_tickets_note(f, "hours;");
	fake_tickets_end(f);
	return !f->closed;
}

static inline enum ticket_survey
fake_tickets_survey(void *self, const struct agent_call *call, const char *chat_id,
    const char *ticket, struct survey *out, struct err *e)
{
	struct fake_tickets *f = self;
	enum ticket_survey result = f->survey_is;

	(void)call;
	fake_tickets_begin(f);
	fake_tickets_note(f, "survey %s %s;", fake_tickets_shown(chat_id),
	    fake_tickets_shown(ticket));
	if (fake_tickets_due(&f->survey_fails))
		result = TICKET_SURVEY_FAILED;
	fake_tickets_end(f);
	if (result == TICKET_SURVEY)
		*out = f->survey;
	else if (result == TICKET_SURVEY_FAILED)
		(void)fake_tickets_fail(f, e);
	return result;
}

static inline bool
fake_tickets_hand_in(void *self, const struct agent_call *call, const char *id,
    const char *token, const struct survey_answer *answers, size_t n, struct err *e)
{
	struct fake_tickets *f = self;
	bool fails;

	(void)call;
	fake_tickets_begin(f);
	fake_tickets_note(f, "hand-in %s %s", id, fake_tickets_shown(token));
	for (size_t i = 0; i < n; i++)
		fake_tickets_note(f, " %s=%s", answers[i].id, answers[i].value);
	fake_tickets_note(f, ";");
	fails = fake_tickets_due(&f->hand_in_fails);
	fake_tickets_end(f);
	return fails ? fake_tickets_fail(f, e) : true;
}

static const struct tickets_ops fake_tickets_ops = {
	.name = "fake",
	.close = fake_tickets_close,
	.enabled = fake_tickets_enabled,
	.proof = fake_tickets_proof,
	.read = fake_tickets_read,
	.phones = fake_tickets_phones,
	.keep_phones = fake_tickets_keep,
	.make = fake_tickets_make,
	.open_now = fake_tickets_open_now,
	.survey = fake_tickets_survey,
	.hand_in = fake_tickets_hand_in,
};

#endif
