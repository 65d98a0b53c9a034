/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "sandbox/form_walk.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_answer.h"
#include "sandbox/inbenta_chat.h"
#include "sandbox/inbenta_echo.h"
#include "sandbox/inbenta_talk.h"
#include "sandbox/sandbox.h"
#include "sandbox/scripts.h"

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

		for (size_t j = 0; list && j < json_object_array_length(list); j++) {
			js *part = json_object_array_get_idx(list, j);

			if (json_object_is_type(part, json_type_string))
				buf_printf(&text, "%s%s", text.len > 0 ? "\n" : "",
				    json_object_get_string(part));
		}
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

/* One turn of the bot. */
struct turn {
	struct session *x;
	struct knowledge *k; /* the newest */
	const struct request *q;
	struct saying s;
};

static bool
has_no_agents(struct session *x)
{
	js *v = NULL;

	return json_object_object_get_ex(
		   session_variables(x), "agents_available", &v) &&
	    strcmp(js_str(v, "value", ""), "false") == 0;
}

/* k: what the entry belongs to. */
static void
say_entry(struct turn *t, struct knowledge *k, const struct know_entry *en)
{
	if (en->without_agents != NULL && has_no_agents(t->x))
		en = en->without_agents;
	answers_entry(&t->s, en);
	if (en->form != NULL)
		form_begin(t->x, k, en, &t->s);
	else
		session_ask(t->x, k, en);
}

static void
say_nothing_found(struct turn *t)
{
	const struct knowledge *k = t->k;

	answers_say(
	    &t->s, k->fallbacks[t->x->n_misses++ % k->n_fallbacks], "no-results");
}

static void say_option(struct turn *t, const char *value, const struct know_entry *to);

/* Yes or no said in words to a yes/no question; NULL: neither. */
static const char *
said_in_words(const struct turn *t, const char *text, const struct know_entry **to)
{
	const char *folded = fold_text(t->q->arena, text, strlen(text));
	const char *value = strcmp(folded, "yes") == 0 ? "1"
	    : strcmp(folded, "no") == 0                ? "2"
						       : NULL;

	if (value == NULL || t->x->asked == NULL || t->x->asked->kind != KNOW_POLAR)
		return NULL;
	return session_chooses(t->x, value, to) != NULL ? value : NULL;
}

static void
say_text(struct turn *t, const char *text)
{
	const struct know_entry *en, *to = NULL;
	const char *value = said_in_words(t, text, &to);

	if (value != NULL) {
		say_option(t, value, to);
		return;
	}
	if (!form_is_open(t->x))
		session_ask_nothing(t->x);
	if (characters(text) > MESSAGE_CHARS) {
		answers_say(&t->s, t->k->too_long, "character-limit-exceeded");
		return;
	}
	if (form_is_open(t->x)) {
		form_answer(t->x, text, &t->s);
		return;
	}
	if (answers_echo(&t->s, text))
		return;
	en = know_match(t->k, t->q->arena, text);
	if (en != NULL)
		say_entry(t, t->k, en);
	else
		say_nothing_found(t);
}

static void
say_direct(struct turn *t, const char *name)
{
	const struct know_entry *en = know_named(t->k, name);

	session_ask_nothing(t->x);
	if (strcmp(name, "sys-welcome") == 0)
		answers_say(&t->s, t->k->welcome, NULL);
	else if (en != NULL)
		say_entry(t, t->k, en);
	else
		say_nothing_found(t);
}

/* An open option was chosen. */
static void
say_option(struct turn *t, const char *value, const struct know_entry *to)
{
	/* The entry may be of an older file than the newest: it must not go meanwhile. */
	CLEANUP(knowledge_putp) struct knowledge *k = NULL;

	if (form_is_open(t->x)) {
		if (!form_choose(t->x, value, &t->s))
			abort(); /* session_chooses() has said that it is open */
	} else if (to != NULL) {
		k = knowledge_use(t->x->know);
		say_entry(t, k, to);
	} else { /* of a dictated answer, and nothing is dictated for it */
		session_ask_nothing(t->x);
		say_nothing_found(t);
	}
}

static bool
say(struct turn *t, const struct said *said, struct reply *r)
{
	const struct know_entry *to = NULL;
	const char *label;

	if (said->message != NULL) {
		say_text(t, said->message);
	} else if (said->direct != NULL) {
		say_direct(t, said->direct);
	} else {
		label = session_chooses(t->x, said->option, &to);
		if (label == NULL) {
			if (!form_is_open(t->x))
				session_ask_nothing(t->x);
			api_refuses(r, 400, "Option not valid");
			return false;
		}
		session_note(t->x, "guest", label);
		say_option(t, said->option, to);
	}
	return true;
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

void
talk(struct sandbox *sb, struct session *x, const struct request *q,
    const struct said *said, struct reply *r, struct fault *f)
{
	CLEANUP(knowledge_putp) struct knowledge *k = know_file_get(sb->know);
	const struct know_word *word = NULL;
	int status = 200;
	const char *dictated = scripts_take(sb->scripts, said->key, q->arena, &status);
	CLEANUP(js_putp) js *response = answers_new();
	struct turn t = { x, k, q,
		{ response, sandbox_url(sb, q), x->settings.max_options,
		    x->settings.max_related } };

	if (dictated == NULL && said->message != NULL)
		word = know_word(k, said->message, f);
	if (word != NULL && !obeys(x, f, said->message))
		f->kind = NULL;
	x->spoken = true;
	if (said->message != NULL)
		session_note(x, "guest", said->message);
	if (dictated != NULL) {
		say_dictated(x, said, dictated, status, r);
		return;
	}
	if (word != NULL && fault_replaces(f))
		return;
	if (word != NULL)
		answers_say(&t.s, word->answer, NULL);
	else if (!say(&t, said, r))
		return;
	note_answers(x, response);
	reply_json(r, 200, json_object_get(response));
}
