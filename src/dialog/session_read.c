/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "dialog/session_i.h"

js *
session_list(js *o, const char *name, size_t max, struct err *e)
{
	js *list = js_arr(o, name);

	if (list != NULL && json_object_array_length(list) <= max)
		return list;
	err_set(e, ERR_INPUT, 0, "\"%s\" is not a list, or too long", name);
	return NULL;
}

static bool
read_pending_kind(js *o, enum pending_kind *out, struct err *e)
{
	const char *name = js_str(o, "pending.kind", "");

	for (int k = 0; k < PENDING_KINDS; k++)
		if (strcmp(name, pending_kind_name((enum pending_kind)k)) == 0) {
			*out = (enum pending_kind)k;
			return true;
		}
	return err_set(e, ERR_INPUT, 0, "unknown kind of pending question");
}

static bool
read_choice_kind(js *o, enum choice_kind *out, struct err *e)
{
	const char *name = js_str(o, "kind", "");

	for (int k = 0; k < CHOICE_KINDS; k++)
		if (strcmp(name, choice_kind_name((enum choice_kind)k)) == 0) {
			*out = (enum choice_kind)k;
			return true;
		}
	return err_set(e, ERR_INPUT, 0, "unknown kind of choice");
}

static bool
read_choice(struct choice *c, struct arena *a, js *o, struct err *e)
{
	const char *label, *value;

	if (!read_choice_kind(o, &c->kind, e) || !js_need_str(o, "label", &label, e) ||
	    !js_need_str(o, "value", &value, e))
		return err_wrap(e, "choice");
	c->label = arena_strdup(a, label);
	c->value = arena_strdup(a, value);
	c->as_text = js_bool(o, "as_text", false);
	c->polar = js_bool(o, "polar", false);
	c->say = arena_strdup(a, js_str(o, "say", NULL));
	c->html = arena_strdup(a, js_str(o, "html", NULL));
	c->rating = js_int(o, "rating", 0);
	c->comment = js_bool(o, "comment", false);
	c->negative = js_bool(o, "negative", false);
	c->to_agent = js_bool(o, "to_agent", false);
	if ((c->kind == CHOICE_PAGE) != (c->html != NULL))
		return err_set(e, ERR_INPUT, 0, "choice: a page has html, others none");
	return true;
}

static bool
read_choices(struct pending *p, struct arena *a, js *list, struct err *e)
{
	struct choice *choices;

	p->n = json_object_array_length(list);
	choices = arena_alloc(a, (p->n + 1) * sizeof(*choices));
	for (size_t i = 0; i < p->n; i++)
		if (!read_choice(&choices[i], a, json_object_array_get_idx(list, i), e))
			return false;
	p->choices = choices;
	return true;
}

static bool
asks_for_agent(const struct pending *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->choices[i].kind == CHOICE_WANTED ||
		    p->choices[i].kind == CHOICE_UNWANTED)
			return true;
	return false;
}

/* Whether the members are those of the kind. */
static bool
pending_fits(const struct pending *p, struct err *e)
{
	bool asks = p->kind != PENDING_NONE && p->kind != PENDING_COMMENT;

	if (asks != (p->n > 0))
		return err_set(e, ERR_INPUT, 0, "choices do not go with the kind");
	if ((p->kind == PENDING_RATING) != (p->code != NULL))
		return err_set(e, ERR_INPUT, 0, "a rating has a code, others none");
	for (size_t i = 0; i < p->n; i++)
		if ((p->kind == PENDING_RATING) !=
		    (p->choices[i].kind == CHOICE_RATING))
			return err_set(e, ERR_INPUT, 0, "ratings stand alone");
	if ((p->kind == PENDING_ESCALATION) != asks_for_agent(p))
		return err_set(e, ERR_INPUT, 0, "an agent is asked for, or not");
	return true;
}

static bool
read_pending(struct pending *p, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(
	    o, "pending.choices", (size_t)LIMIT_ANSWERS * LIMIT_OPTIONS, e);

	if (list == NULL || !read_pending_kind(o, &p->kind, e))
		return false;
	p->warned = js_bool(o, "pending.warned", false);
	p->retried = js_bool(o, "pending.retried", false);
	p->code = arena_strdup(a, js_str(o, "pending.code", NULL));
	return read_choices(p, a, list, e) && pending_fits(p, e);
}

static bool
read_hold(struct hold *h, struct arena *a, js *o, struct err *e)
{
	const char *code, *comment;

	if (js_get(o, "hold") == NULL)
		return true;
	if (!js_need_str(o, "hold.code", &code, e) ||
	    !js_need_str(o, "hold.comment", &comment, e))
		return false;
	h->code = arena_strdup(a, code);
	h->comment = arena_strdup(a, comment);
	h->rating = js_int(o, "hold.rating", 0);
	h->due_s = js_int(o, "hold.due_s", 0);
	h->tries = js_int(o, "hold.tries", 0);
	h->sending = js_bool(o, "hold.sending", false);
	return true;
}

/* A comment is asked for only while a rating waits for it. */
static bool
hold_fits(const struct session *s, struct err *e)
{
	if (s->pending.kind == PENDING_COMMENT && s->hold.code == NULL)
		return err_set(e, ERR_INPUT, 0, "a comment without its rating");
	return true;
}

static bool
read_media(struct message *m, struct arena *a, js *list, struct err *e)
{
	const char **urls;

	m->n_media = json_object_array_length(list);
	if (m->n_media > LIMIT_MEDIA)
		return err_set(e, ERR_INPUT, 0, "claim: too many media");
	urls = arena_alloc(a, (m->n_media + 1) * sizeof(*urls));
	for (size_t i = 0; i < m->n_media; i++) {
		js *url = json_object_array_get_idx(list, i);

		if (!json_object_is_type(url, json_type_string))
			return err_set(e, ERR_INPUT, 0, "claim: a URL is none");
		urls[i] = arena_strdup(a, json_object_get_string(url));
	}
	m->media = urls;
	return true;
}

static bool
read_message(struct message *m, struct arena *a, js *o, struct err *e)
{
	js *media = js_arr(o, "media");
	const char *text;

	*m = (struct message){ 0 };
	if (!js_need_str(o, "text", &text, e))
		return err_wrap(e, "claim");
	m->text = arena_strdup(a, text);
	return media == NULL || read_media(m, a, media, e);
}

bool
session_messages(
    const struct message **out, size_t *n, struct arena *a, js *list, struct err *e)
{
	struct message *messages;

	*n = json_object_array_length(list);
	messages = arena_alloc(a, (*n + 1) * sizeof(*messages));
	for (size_t i = 0; i < *n; i++)
		if (!read_message(
			&messages[i], a, json_object_array_get_idx(list, i), e))
			return false;
	*out = messages;
	return true;
}

static bool
read_claim(struct claim *c, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "messages", LIMIT_REPLY_ALL, e);
	const char *sid;

	if (list == NULL || !js_need_str(o, "sid", &sid, e))
		return err_wrap(e, "claim");
	if (*sid == '\0' || strlen(sid) > LIMIT_SID)
		return err_set(e, ERR_INPUT, 0, "claim: no proper sid");
	c->sid = arena_strdup(a, sid);
	c->token = arena_strdup(a, js_str(o, "token", NULL));
	if (c->token != NULL && strlen(c->token) > LIMIT_REPEAT_TOKEN)
		return err_set(e, ERR_INPUT, 0, "claim: no proper token");
	c->job = js_int(o, "job", 0);
	c->way = c->job != 0 ? CLAIM_QUEUED : CLAIM_INLINE;
	c->cut = js_bool(o, "cut", false);
	return session_messages(&c->messages, &c->n, a, list, e);
}

static bool
read_claims(struct session *s, struct arena *a, js *o, struct err *e)
{
	js *list = session_list(o, "claims", LIMIT_CLAIMS, e);

	if (list == NULL)
		return false;
	s->n_claims = json_object_array_length(list);
	for (size_t i = 0; i < s->n_claims; i++)
		if (!read_claim(
			&s->claims[i], a, json_object_array_get_idx(list, i), e))
			return false;
	return true;
}

/* Absent: none. */
static bool
read_known(struct session *s, struct arena *a, js *o, struct err *e)
{
	js *list;

	if (js_get(o, "known") == NULL)
		return true;
	list = session_list(o, "known", LIMIT_KNOWN, e);
	if (list == NULL)
		return false;
	s->n_known = json_object_array_length(list);
	for (size_t i = 0; i < s->n_known; i++) {
		js *id = json_object_array_get_idx(list, i);

		if (!json_object_is_type(id, json_type_string))
			return err_set(e, ERR_INPUT, 0, "known: no id");
		s->known[i] = arena_strdup(a, json_object_get_string(id));
	}
	return true;
}

static bool
version_is_ours(js *o)
{
	int64_t version = js_int(o, "version", 0);

	return version >= SESSION_VERSION_OLDEST && version <= SESSION_VERSION;
}

static bool
read_head(struct session *s, struct arena *a, js *o, struct err *e)
{
	const char *env;

	if (!version_is_ours(o))
		return err_set(e, ERR_INPUT, 0, "not version %d", SESSION_VERSION);
	if (!js_need_int(o, "used_at", &s->used_at, e) ||
	    !js_need_str(o, "env", &env, e))
		return false;
	if (!conf_env_parse(env, &s->env))
		return err_set(e, ERR_INPUT, 0, "unknown environment");
	s->greeted = js_bool(o, "greeted", false);
	s->memory = arena_strdup(a, js_str(o, "memory", NULL));
	s->negative_count = js_int(o, "negative_count", 0);
	s->no_results = js_int(o, "no_results", 0);
	s->from = arena_strdup(a, js_str(o, "from", NULL));
	s->to = arena_strdup(a, js_str(o, "to", NULL));
	s->url = arena_strdup(a, js_str(o, "url", NULL));
	s->streak.n = js_int(o, "streak", 0);
	s->streak.at_s = js_int(o, "streak_s", 0);
	return true;
}

bool
session_decode(
    struct session *s, struct arena *a, const char *data, size_t len, struct err *e)
{
	CLEANUP(js_putp) js *o = NULL;
	struct session got = { 0 };

	if (!js_parse(data, len, &o, e) || !read_head(&got, a, o, e) ||
	    !read_pending(&got.pending, a, o, e) || !read_hold(&got.hold, a, o, e) ||
	    !hold_fits(&got, e) || !session_read_agents(&got, a, o, e) ||
	    !begun_decode(&got, a, o, e) || !read_known(&got, a, o, e) ||
	    !read_claims(&got, a, o, e))
		return err_wrap(e, "record");
	session_read_guards(&got, a, o);
	*s = got;
	return true;
}
