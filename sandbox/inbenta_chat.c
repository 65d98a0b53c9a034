/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_answer.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/inbenta_chat.h"
#include "sandbox/sandbox.h"
#include "sandbox/scripts.h"
#include "sandbox/sessions.h"

/* --- conversation start -------------------------------------------------------------- */

/* Members of the conversation's configuration whose type is fixed. */
static const struct {
	const char *path;
	enum json_type type;
} config_types[] = {
	{ "answers", json_type_object },
	{ "answers.sideBubbleAttributes", json_type_array },
	{ "answers.answerAttributes", json_type_array },
	{ "answers.maxOptions", json_type_int },
	{ "answers.maxRelatedContents", json_type_int },
	{ "answers.skipLastCheckQuestion", json_type_boolean },
	{ "forms", json_type_object },
	{ "forms.allowUserToAbandonForm", json_type_boolean },
	{ "forms.errorRetries", json_type_int },
	{ "lang", json_type_string },
};

static bool
config_fits(js *body, struct reply *r)
{
	for (size_t i = 0; i < NELEMS(config_types); i++) {
		js *m = js_get(body, config_types[i].path);

		if (m != NULL && !json_object_is_type(m, config_types[i].type)) {
			api_refuses(r, 400, "%s must be of type %s",
			    config_types[i].path,
			    json_type_to_name(config_types[i].type));
			return false;
		}
	}
	return true;
}

static bool
headers_fit(const struct request *q, struct reply *r)
{
	const char *type = request_header(q, "x-inbenta-user-type");
	const char *env = request_header(q, "x-inbenta-env");

	if (type != NULL &&
	    (*type == '\0' || type[strspn(type, "0123456789")] != '\0')) {
		api_refuses(r, 400, "x-inbenta-user-type must be a number");
		return false;
	}
	if (env != NULL && strcmp(env, "production") != 0 &&
	    strcmp(env, "preproduction") != 0 && strcmp(env, "development") != 0) {
		api_refuses(r, 400, "x-inbenta-env is not an environment");
		return false;
	}
	return true;
}

static void
conversation(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = NULL;
	js *claims, *o;
	const char *token;
	int64_t max;
	char id[25];

	if (!inbenta_gate(sb, q, r) || !headers_fit(q, r) ||
	    (body = inbenta_body(q, r)) == NULL || !config_fits(body, r))
		return;
	random_hex(id, 12);
	claims = json_object_new_object();
	json_object_object_add(claims, "sessionId", json_object_new_string(id));
	json_object_object_add(
	    claims, "timestamp", json_object_new_int64(clock_wall_s(&clock_system)));
	json_object_object_add(
	    claims, "project", json_object_new_string("acme_telecom"));
	token = token_make(q->arena, claims);
	max = js_int(body, "answers.maxOptions", MAX_OPTIONS_DEFAULT);
	sessions_add(sb->sessions, token, max > 0 ? (size_t)max : 0);

	o = json_object_new_object();
	json_object_object_add(o, "sessionToken", json_object_new_string(token));
	json_object_object_add(o, "sessionId", json_object_new_string(id));
	reply_json(r, 200, o);
}

/* --- message ------------------------------------------------------------------------- */

/* What the connector says for its user: exactly one of the three. */
struct said {
	const char *message, *option, *direct;
	const char *key; /* how a dictated answer names it */
};

static const char *
option_text(js *body)
{
	js *v = js_get(body, "option");

	if (!json_object_is_type(v, json_type_string) &&
	    !json_object_is_type(v, json_type_int))
		return NULL;
	return json_object_get_string(v);
}

/* The first member by priority counts (message, option, directCall). */
static bool
read_said(const struct request *q, js *body, struct said *out, struct reply *r)
{
	*out = (struct said){ 0 };
	if (js_get(body, "message") != NULL) {
		out->key = out->message = js_str(body, "message", NULL);
	} else if (js_get(body, "option") != NULL) {
		out->option = option_text(body);
		if (out->option != NULL)
			out->key = arena_printf(q->arena, "option:%s", out->option);
	} else if (js_get(body, "directCall") != NULL) {
		out->direct = js_str(body, "directCall", NULL);
		if (out->direct != NULL)
			out->key = arena_printf(q->arena, "directCall:%s", out->direct);
	}
	if (out->key == NULL)
		api_refuses(
		    r, 400, "One of message, option, directCall is needed, as text");
	else if (out->message != NULL && *out->message == '\0')
		api_refuses(r, 400, "The message is empty");
	else
		return true;
	return false;
}

static size_t
characters(const char *s)
{
	size_t n = 0;

	for (size_t pos = 0, len = strlen(s); pos < len; n++)
		utf8_next(s, len, &pos);
	return n;
}

/* What the bot says goes into the history: messageList, else message. */
static void
note_answers(struct session *x, js *response)
{
	js *answers = js_arr(response, "answers");

	for (size_t i = 0; answers != NULL && i < json_object_array_length(answers);
	     i++) {
		js *one = json_object_array_get_idx(answers, i);
		js *list = js_arr(one, "messageList");
		CLEANUP(buf_fini) struct buf text = BUF_INIT(4 * HISTORY_TEXT_BYTES);

		for (size_t j = 0; list && j < json_object_array_length(list); j++)
			buf_printf(&text, "%s%s", j > 0 ? "\n" : "",
			    json_object_get_string(json_object_array_get_idx(list, j)));
		session_note(
		    x, "bot", text.len > 0 ? text.data : js_str(one, "message", ""));
	}
}

/* A dictated answer, byte for byte; its options can be chosen next. */
static void
say_dictated(struct session *x, const struct said *said, const char *json, int status,
    struct reply *r)
{
	CLEANUP(js_putp) js *root = NULL;
	const struct know_entry *to;
	const char *label;
	struct err e;

	if (said->option != NULL) {
		label = session_chooses(x, said->option, &to);
		session_note(x, "guest", label != NULL ? label : said->option);
	}
	if (js_parse(json, strlen(json), &root, &e)) {
		session_ask_values(x, root);
		note_answers(x, root);
	}
	reply_text(r, status, "application/json", json);
}

static void
say_entry(
    struct session *x, struct knowledge *k, const struct know_entry *en, js *response)
{
	answers_entry(response, en, x->max_options);
	session_ask(x, k, en);
}

static void
say_text(struct session *x, struct knowledge *k, const struct request *q,
    const char *text, js *response)
{
	const struct know_entry *en;

	session_ask_nothing(x);
	if (characters(text) > MESSAGE_CHARS) {
		answers_say(response, k->too_long, "", "character-limit-exceeded");
		return;
	}
	en = know_match(k, q->arena, text);
	if (en != NULL)
		say_entry(x, k, en, response);
	else
		answers_say(response, k->fallbacks[x->n_misses++ % k->n_fallbacks], "",
		    "no-results");
}

static void
say_direct(struct session *x, struct knowledge *k, const char *name, js *response)
{
	const struct know_entry *en = know_named(k, name);

	session_ask_nothing(x);
	if (strcmp(name, "sys-welcome") == 0)
		answers_say(response, k->welcome, "", NULL);
	else if (en != NULL)
		say_entry(x, k, en, response);
	else
		answers_say(response, k->fallbacks[0], "", "no-results");
}

static void
say(struct session *x, struct knowledge *k, const struct request *q,
    const struct said *said, struct reply *r)
{
	const struct know_entry *to = NULL;
	const char *label = NULL;
	js *response;

	if (said->option != NULL) {
		label = session_chooses(x, said->option, &to);
		if (label == NULL) {
			session_ask_nothing(x);
			api_refuses(r, 400, "Option not valid");
			return;
		}
		session_note(x, "guest", label);
	}
	response = answers_new();
	if (said->message != NULL)
		say_text(x, k, q, said->message, response);
	else if (said->direct != NULL)
		say_direct(x, k, said->direct, response);
	else if (to != NULL)
		say_entry(x, k, to, response);
	else /* an option of a dictated answer, and nothing dictated for it */
		answers_say(response, k->fallbacks[0], "", "no-results");
	note_answers(x, response);
	reply_json(r, 200, response);
}

/*
 * A word of trouble is obeyed; but not twice when the connector is to ask again after it,
 * which is seen by the same words once more or by the new session they come in.
 */
static bool
obeys(struct session *x, struct fault *f, const char *text)
{
	bool again = x->obeyed != NULL && strcmp(x->obeyed, text) == 0;

	free(x->obeyed);
	x->obeyed = NULL;
	if (fault_is_retried(f) && (again || (fault_ends_session(f) && !x->spoken)))
		return false;
	x->obeyed = xstrdup(text);
	return true;
}

/* With the session locked. *f is the fault to apply once it is not. */
static void
converse(struct sandbox *sb, struct session *x, const struct request *q,
    const struct said *said, struct reply *r, struct fault *f)
{
	CLEANUP(knowledge_putp) struct knowledge *k = know_file_get(sb->know);
	const struct know_word *word = NULL;
	int status = 200;
	const char *dictated = scripts_take(sb->scripts, said->key, q->arena, &status);
	js *response;

	if (dictated == NULL && said->message != NULL)
		word = know_word(k, said->message, f);
	if (word != NULL && !obeys(x, f, said->message))
		f->kind = NULL;
	x->spoken = true;
	if (said->message != NULL)
		session_note(x, "guest", said->message);
	if (dictated != NULL) {
		say_dictated(x, said, dictated, status, r);
	} else if (word == NULL) {
		say(x, k, q, said, r);
	} else if (!fault_replaces(f)) {
		response = answers_new();
		answers_say(response, word->answer, "", NULL);
		note_answers(x, response);
		reply_json(r, 200, response);
	}
}

static void
message(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = NULL;
	const char *token = bearer(q, "x-inbenta-session");
	struct fault f = { 0 };
	struct session *x;
	struct said said;

	if (!inbenta_gate(sb, q, r))
		return;
	if (token == NULL) {
		api_refuses(r, 400, "x-inbenta-session is missing");
		return;
	}
	if ((body = inbenta_body(q, r)) == NULL || !read_said(q, body, &said, r))
		return;
	x = session_enter(sb->sessions, token);
	if (x == NULL) {
		api_refuses(r, 400, "Session expired");
		return;
	}
	converse(sb, x, q, &said, r, &f);
	session_release(sb->sessions);
	if (fault_ends_session(&f))
		sessions_end(sb->sessions, token);
	fault_apply(&f, q, r);
}

void
conversation_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "conversation", conversation);
}

void
message_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "message", message);
}
