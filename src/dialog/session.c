/* SPDX-License-Identifier: Apache-2.0 */
/* Names and writing. Reading is in session_read.c, claims are in session_claims.c. */
#include "config.h"

#include <string.h>

#include "base/js.h"
#include "base/log.h"
#include "dialog/session_i.h"

static const char *const pending_names[PENDING_KINDS] = {
	[PENDING_NONE] = "none",
	[PENDING_POLAR] = "polar",
	[PENDING_CHOICE] = "choice",
	[PENDING_LIST] = "list",
	[PENDING_PAGES] = "pages",
	[PENDING_RATING] = "rating",
	[PENDING_COMMENT] = "comment",
	[PENDING_ESCALATION] = "escalation",
};

static const char *const choice_names[CHOICE_KINDS] = {
	[CHOICE_OPTION] = "option",
	[CHOICE_LIST] = "list",
	[CHOICE_PAGE] = "page",
	[CHOICE_RATING] = "rating",
	[CHOICE_WANTED] = "wanted",
	[CHOICE_UNWANTED] = "unwanted",
};

static const char *const escalation_names[ESCALATION_TYPES] = {
	[ESCALATION_NONE] = "none",
	[ESCALATION_FLAG] = "flag",
	[ESCALATION_NO_RESULTS] = "no results",
	[ESCALATION_RATINGS] = "ratings",
	[ESCALATION_OFFER] = "offer",
	[ESCALATION_DIRECT] = "direct",
	[ESCALATION_FORM] = "form",
};

const char *
pending_kind_name(enum pending_kind kind)
{
	return pending_names[kind];
}

const char *
choice_kind_name(enum choice_kind kind)
{
	return choice_names[kind];
}

const char *
escalation_name(enum escalation_type type)
{
	return escalation_names[type];
}

static void
put_flag(struct buf *out, const char *before, bool on)
{
	if (on)
		buf_printf(out, "%strue", before);
}

/* A number that is 0 when it is absent. */
static void
put_number(struct buf *out, const char *before, int64_t n)
{
	if (n != 0)
		buf_printf(out, "%s%lld", before, (long long)n);
}

static void
put_choice(struct buf *out, const struct choice *c)
{
	js_put_text(out, "{\"kind\":", choice_names[c->kind]);
	js_put_text(out, ",\"label\":", c->label);
	js_put_text(out, ",\"value\":", c->value);
	put_flag(out, ",\"as_text\":", c->as_text);
	put_flag(out, ",\"polar\":", c->polar);
	js_put_text(out, ",\"say\":", c->say);
	js_put_text(out, ",\"html\":", c->html);
	put_number(out, ",\"rating\":", c->rating);
	put_flag(out, ",\"comment\":", c->comment);
	put_flag(out, ",\"negative\":", c->negative);
	put_flag(out, ",\"to_agent\":", c->to_agent);
	buf_chr(out, '}');
}

size_t
session_choice_bytes(const struct choice *c)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(SIZE_MAX / 2);

	put_choice(&out, c);
	return out.len + 1; /* the comma */
}

static void
put_pending(struct buf *out, const struct pending *p)
{
	js_put_text(out, ",\"pending\":{\"kind\":", pending_names[p->kind]);
	put_flag(out, ",\"warned\":", p->warned);
	put_flag(out, ",\"retried\":", p->retried);
	js_put_text(out, ",\"code\":", p->code);
	buf_str(out, ",\"choices\":[");
	for (size_t i = 0; i < p->n; i++) {
		buf_str(out, i > 0 ? "," : "");
		put_choice(out, &p->choices[i]);
	}
	buf_str(out, "]}");
}

static void
put_hold(struct buf *out, const struct hold *h)
{
	if (h->code == NULL)
		return;
	js_put_text(out, ",\"hold\":{\"code\":", h->code);
	put_number(out, ",\"rating\":", h->rating);
	js_put_text(out, ",\"comment\":", h->comment);
	put_number(out, ",\"due_s\":", h->due_s);
	put_number(out, ",\"tries\":", h->tries);
	put_flag(out, ",\"sending\":", h->sending);
	buf_chr(out, '}');
}

void
session_put_form(struct buf *out, const struct bot_form *f)
{
	js_put_text(out, "{\"name\":", f->name);
	js_put_text(out, ",\"contact\":", f->contact);
	buf_str(out, ",\"fields\":[");
	for (size_t i = 0; i < f->n; i++) {
		js_put_text(
		    out, i > 0 ? ",{\"name\":" : "{\"name\":", f->fields[i].name);
		js_put_text(out, ",\"value\":", f->fields[i].value);
		buf_chr(out, '}');
	}
	buf_str(out, "]}");
}

static void
put_escalation(struct buf *out, const struct escalation *x)
{
	if (x->type == ESCALATION_NONE)
		return;
	js_put_text(out, ",\"escalation\":{\"type\":", escalation_names[x->type]);
	if (x->form != NULL) {
		buf_str(out, ",\"form\":");
		session_put_form(out, x->form);
	}
	buf_chr(out, '}');
}

static void
put_chat(struct buf *out, const struct chat *c)
{
	if (c->id == NULL)
		return;
	js_put_text(out, ",\"chat\":{\"id\":", c->id);
	js_put_text(out, ",\"memory\":", c->memory);
	put_flag(out, ",\"talking\":", c->talking);
	put_number(out, ",\"since_s\":", c->since_s);
	put_number(out, ",\"notice_s\":", c->notice_s);
	put_number(out, ",\"position\":", c->position);
	put_number(out, ",\"position_ms\":", c->position_ms);
	put_flag(out, ",\"attended\":", c->attended);
	for (size_t i = 0; i < c->n_joined; i++)
		js_put_text(out, i > 0 ? "," : ",\"joined\":[", c->joined[i]);
	buf_str(out, c->n_joined > 0 ? "]}" : "}");
}

static bool
form_fits(const struct bot_form *form)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(LIMIT_AGENT_FORM);

	session_put_form(&out, form);
	return buf_ok(&out);
}

const struct bot_form *
session_form(struct arena *a, const struct bot_form *form)
{
	struct bot_form *kept;

	if (form == NULL)
		return NULL;
	kept = arena_alloc(a, sizeof(*kept));
	*kept = *form;
	while (kept->n > 0 && !form_fits(kept))
		kept->n--;
	if (kept->n < form->n || !form_fits(kept))
		LOG(LOG_WARN, "dialog", "form cut", LI("fields", form->n),
		    LI("kept", kept->n), LI("bytes_max", LIMIT_AGENT_FORM),
		    LH("ask for less in the form in Inbenta's backstage: agents see "
		       "what was kept"));
	return form_fits(kept) ? kept : NULL;
}

static void
put_message(struct buf *out, const struct message *m)
{
	js_put_text(out, "{\"text\":", m->text);
	for (size_t i = 0; i < m->n_media; i++)
		js_put_text(out, i > 0 ? "," : ",\"media\":[", m->media[i]);
	buf_str(out, m->n_media > 0 ? "]}" : "}");
}

void
session_put_messages(struct buf *out, const struct message *messages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_str(out, i > 0 ? "," : "");
		put_message(out, &messages[i]);
	}
}

size_t
session_messages_bytes(const struct message *messages, size_t n)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(SIZE_MAX / 2);

	session_put_messages(&out, messages, n);
	return out.len;
}

static void
put_event(struct buf *out, const char *before, const struct last_event *ev)
{
	if (ev->key == NULL)
		return;
	js_put_text(out, before, ev->key);
	buf_str(out, ",\"messages\":[");
	session_put_messages(out, ev->messages, ev->n);
	buf_str(out, "]}");
}

static void
put_survey(struct buf *out, const struct survey_walk *w)
{
	if (!walk_runs(w))
		return;
	buf_str(out, ",\"survey\":");
	walk_encode(w, out);
}

/* Bytes for replies in a record that has so many already, and its claims to come. */
static size_t
room_for_replies(const struct session *s, size_t len)
{
	/* What goes around a reply. */
	const size_t each = 6 * (LIMIT_SID + LIMIT_REPEAT_TOKEN) + 96;
	size_t taken = len + s->n_claims * each;

	if (taken >= LIMIT_RECORD)
		return 0;
	return LIMIT_RECORD - taken < LIMIT_CLAIM_BYTES ? LIMIT_RECORD - taken
							: LIMIT_CLAIM_BYTES;
}

/*
 * Which claims keep their reply: from the newest backwards, as long as there is room.
 */
static void
choose_replies(const struct session *s, size_t room, bool keep[LIMIT_CLAIMS])
{
	CLEANUP(buf_fini) struct buf written = BUF_INIT(LIMIT_CLAIM_BYTES);

	for (size_t i = s->n_claims; i-- > 0;) {
		buf_reset(&written);
		session_put_messages(&written, s->claims[i].messages, s->claims[i].n);
		keep[i] = buf_ok(&written) && written.len <= room;
		if (keep[i])
			room -= written.len;
	}
}

static void
put_claims(struct buf *out, const struct session *s)
{
	bool keep[LIMIT_CLAIMS] = { false };

	choose_replies(s, room_for_replies(s, out->len), keep);
	buf_str(out, ",\"claims\":[");
	for (size_t i = 0; i < s->n_claims; i++) {
		const struct claim *c = &s->claims[i];

		js_put_text(out, i > 0 ? ",{\"sid\":" : "{\"sid\":", c->sid);
		js_put_text(out, ",\"token\":", c->token);
		if (c->way == CLAIM_QUEUED)
			buf_printf(out, ",\"job\":%lld", (long long)c->job);
		put_flag(out, ",\"cut\":", c->cut || !keep[i]);
		buf_str(out, ",\"messages\":[");
		if (keep[i])
			session_put_messages(out, c->messages, c->n);
		buf_str(out, "]}");
	}
	buf_chr(out, ']');
}

static void
put_known(struct buf *out, const struct session *s)
{
	for (size_t i = 0; i < s->n_known; i++)
		js_put_text(out, i > 0 ? "," : ",\"known\":[", s->known[i]);
	buf_str(out, s->n_known > 0 ? "]" : "");
}

void
session_encode(const struct session *s, struct buf *out)
{
	buf_printf(out, "{\"version\":%d,\"used_at\":%lld", SESSION_VERSION,
	    (long long)s->used_at);
	js_put_text(out, ",\"env\":", conf_env_name(s->env));
	put_flag(out, ",\"greeted\":", s->greeted);
	js_put_text(out, ",\"memory\":", s->memory);
	put_number(out, ",\"negative_count\":", s->negative_count);
	put_number(out, ",\"no_results\":", s->no_results);
	js_put_text(out, ",\"from\":", s->from);
	js_put_text(out, ",\"to\":", s->to);
	js_put_text(out, ",\"url\":", s->url);
	put_number(out, ",\"streak\":", s->streak.n);
	put_number(out, ",\"streak_s\":", s->streak.at_s);
	put_escalation(out, &s->escalation);
	put_chat(out, &s->chat);
	js_put_text(out, ",\"ended\":", s->ended);
	put_event(out, ",\"event\":{\"key\":", &s->event);
	put_survey(out, &s->survey);
	put_event(out, ",\"surveyed\":{\"key\":", &s->surveyed);
	put_pending(out, &s->pending);
	put_hold(out, &s->hold);
	begun_encode(s, out);
	put_known(out, s);
	session_put_guards(out, s);
	put_claims(out, s);
	buf_chr(out, '}');
}

/* How many of the messages fit, from the first on. */
static size_t
count_fitting(const struct message *messages, size_t n, size_t max)
{
	CLEANUP(buf_fini) struct buf written = BUF_INIT(max);
	size_t fits = 0;

	while (fits < n) {
		session_put_messages(&written, &messages[fits], 1);
		buf_chr(&written, ',');
		if (!buf_ok(&written))
			break;
		fits++;
	}
	return fits;
}

size_t
session_event(
    struct session *s, const char *key, const struct message *messages, size_t n)
{
	size_t fits = count_fitting(messages, n, LIMIT_EVENT_BYTES);

	s->event = (struct last_event){ key, messages, fits };
	return fits;
}

size_t
session_surveyed(
    struct session *s, const char *chat, const struct message *messages, size_t n)
{
	size_t fits = count_fitting(messages, n, LIMIT_SURVEY_SAID);

	s->surveyed = (struct last_event){ chat, messages, fits };
	return fits;
}

bool
session_joined(struct chat *c, const char *agent)
{
	for (size_t i = 0; i < c->n_joined; i++)
		if (strcmp(c->joined[i], agent) == 0)
			return false;
	if (c->n_joined == LIMIT_CHAT_AGENTS) {
		c->n_joined--;
		memmove(c->joined, c->joined + 1, c->n_joined * sizeof(*c->joined));
	}
	c->joined[c->n_joined++] = agent;
	return true;
}
