/* SPDX-License-Identifier: Apache-2.0 */
/* From a proven webhook to jobs: each reply one of its own, in the lane of whom it is for. */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "dialog/dialog.h"
#include "dialog/ticket.h"
#include "dialog/ticket_i.h"
#include "store/queue.h"

const char *
ticket_note_write(const struct ticket_note *n, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_QUEUE_BODY);

	js_put_text(&b, "{\"env\":", conf_env_name(n->env));
	js_put_text(&b, ",\"key\":", n->key);
	js_put_text(&b, ",\"ticket\":", n->number);
	js_put_text(&b, ",\"contact\":", n->contact);
	js_put_text(&b, ",\"html\":", n->html);
	buf_chr(&b, '}');
	return buf_ok(&b) ? arena_strndup(a, b.data, b.len) : NULL;
}

bool
ticket_note_read(
    struct ticket_note *n, const char *json, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	const char *env, *key, *number, *contact, *html;

	if (!js_parse(json, strlen(json), &o, e) || !js_need_str(o, "env", &env, e) ||
	    !js_need_str(o, "key", &key, e) || !js_need_str(o, "ticket", &number, e) ||
	    !js_need_str(o, "contact", &contact, e) ||
	    !js_need_str(o, "html", &html, e))
		return err_wrap(e, "job of a ticket");
	if (!conf_env_parse(env, &n->env))
		return err_set(e, ERR_INPUT, 0, "job of a ticket: unknown environment");
	n->key = arena_strdup(a, key);
	n->number = arena_strdup(a, number);
	n->contact = arena_strdup(a, contact);
	n->html = arena_strdup(a, html);
	return true;
}

/* Up to a character's end. */
static const char *
cut(struct arena *a, const char *number)
{
	size_t n = strlen(number);

	if (n <= LIMIT_TICKET)
		return number;
	for (n = LIMIT_TICKET; n > 0 && ((unsigned char)number[n] & 0xC0) == 0x80;)
		n--;
	LOG(LOG_WARN, "dialog", "number of a ticket cut", LI("bytes", strlen(number)),
	    LI("kept", n),
	    LH("nothing to do: a ticket with so long a number is answered all the "
	       "same"));
	return arena_strndup(a, number, n);
}

/* The replies to one person are worked in order. His address stands in no log. */
static const char *
lane_of(struct arena *a, enum conf_env env, const char *contact)
{
	char hex[SHA256_HEX_SIZE];

	sha256_hex(contact, strlen(contact), hex);
	return arena_printf(a, "ticket:%s/%s", conf_env_name(env), hex);
}

/* False: it is more than a job may hold. */
static bool
job_of(struct arena *a, enum conf_env env, const struct ticket_reply *r,
    struct new_job *out, const char **seen, struct err *e)
{
	const struct ticket_note note = { .env = env,
		.key = r->key,
		.number = cut(a, r->number),
		.contact = r->contact,
		.html = r->html };

	*out = (struct new_job){ .lane = lane_of(a, env, r->contact),
		.kind = "ticket",
		.body = ticket_note_write(&note, a) };
	*seen = arena_printf(a, "ticket/%s/%s", conf_env_name(env), note.key);
	return out->body != NULL ||
	    err_set(e, ERR_TOO_BIG, 0, "ticket %s: more than %d bytes as a job",
		note.number, LIMIT_QUEUE_BODY);
}

/* An agent who says the same again looks like a webhook that comes again. */
static void
tell_seen(const struct ticket_reply *r)
{
	LOG(LOG_WARN, "dialog", "reply to a ticket left out: the very same came before",
	    LS("ticket", r->number), LI("not_longer_than_s", LIMIT_SEEN_S),
	    LH("nothing to do if Messenger repeated itself; an agent who means it "
	       "words it anew"));
}

static enum ticket_take
add(const struct dialog *d, struct arena *a, const struct ticket_reply *replies,
    const struct new_job *jobs, const char *const *keys, size_t n, struct err *e)
{
	bool *seen = arena_alloc(a, n * sizeof(*seen));
	enum queue_result r = queue_add_each(d->state, jobs, keys, n, seen, e);

	switch (r) {
	case QUEUE_OK:
	case QUEUE_SEEN:
		for (size_t i = 0; i < n; i++)
			if (seen[i])
				tell_seen(&replies[i]);
		return r == QUEUE_OK ? TICKET_TAKEN : TICKET_SEEN;
	case QUEUE_FULL:
		return TICKET_FULL;
	case QUEUE_NONE:
	case QUEUE_LOST:
	case QUEUE_FAILED:
		break;
	}
	return TICKET_FAILED;
}

enum ticket_take
dialog_ticket_take(const struct dialog *d, const struct turn *t,
    const struct ticket_reply *replies, size_t n, struct err *e)
{
	struct new_job *jobs;
	const char **keys;

	if (n == 0)
		return TICKET_NOTHING;
	if (n > LIMIT_QUEUE_BATCH) {
		(void)err_set(e, ERR_TOO_BIG, 0, "%zu replies to tickets at once", n);
		return TICKET_FAILED;
	}
	jobs = arena_alloc(t->arena, n * sizeof(*jobs));
	keys = arena_alloc(t->arena, n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		if (!job_of(t->arena, t->env, &replies[i], &jobs[i], &keys[i], e))
			return TICKET_FAILED;
	return add(d, t->arena, replies, jobs, keys, n, e);
}
