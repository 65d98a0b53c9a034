/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/sessions.h"

struct sessions {
	pthread_mutex_t lock; /* guards the rest */
	struct session all[SESSIONS_MAX];
};

struct sessions *
sessions_new(void)
{
	struct sessions *s = xcalloc(1, sizeof(*s));

	pthread_mutex_init(&s->lock, NULL);
	return s;
}

void
session_ask_nothing(struct session *x)
{
	knowledge_putp(&x->know);
	js_putp(&x->open);
	js_putp(&x->filled);
	x->asked = NULL;
	x->form = NULL;
	x->leaving = false;
}

static void
drop_locked(struct session *x)
{
	session_ask_nothing(x);
	free(x->token);
	free(x->obeyed);
	js_putp(&x->history);
	js_putp(&x->variables);
	*x = (struct session){ 0 };
}

void
sessions_end_all(struct sessions *s)
{
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		drop_locked(&s->all[i]);
	pthread_mutex_unlock(&s->lock);
}

void
sessions_free(struct sessions *s)
{
	if (s == NULL)
		return;
	sessions_end_all(s);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static struct session *
find_locked(struct sessions *s, const char *token)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (s->all[i].token != NULL && strcmp(s->all[i].token, token) == 0)
			return &s->all[i];
	return NULL;
}

/* A free place, else the longest unused one. */
static struct session *
place_locked(struct sessions *s)
{
	struct session *oldest = &s->all[0];

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (s->all[i].token == NULL)
			return &s->all[i];
		if (s->all[i].used_at < oldest->used_at)
			oldest = &s->all[i];
	}
	drop_locked(oldest);
	return oldest;
}

void
sessions_add(
    struct sessions *s, const char *token, const struct session_settings *settings)
{
	struct session *x;

	pthread_mutex_lock(&s->lock);
	x = place_locked(s);
	x->token = xstrdup(token);
	x->used_at = clock_wall_s(&clock_system);
	x->settings = *settings;
	pthread_mutex_unlock(&s->lock);
}

struct session *
session_enter(struct sessions *s, const char *token)
{
	int64_t now = clock_wall_s(&clock_system);
	struct session *x;

	pthread_mutex_lock(&s->lock);
	x = find_locked(s, token);
	if (x != NULL && now - x->used_at > SESSION_IDLE_S) {
		drop_locked(x);
		x = NULL;
	}
	if (x == NULL)
		pthread_mutex_unlock(&s->lock);
	else
		x->used_at = now;
	return x;
}

void
session_release(struct sessions *s)
{
	pthread_mutex_unlock(&s->lock);
}

void
sessions_end(struct sessions *s, const char *token)
{
	struct session *x;

	if (token == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	x = find_locked(s, token);
	if (x != NULL)
		drop_locked(x);
	pthread_mutex_unlock(&s->lock);
}

void
session_ask(struct session *x, struct knowledge *k, const struct know_entry *en)
{
	session_ask_nothing(x);
	if (en->kind == KNOW_STATEMENT)
		return;
	x->know = knowledge_use(k);
	x->asked = en;
}

void
session_fill(struct session *x, struct knowledge *k, const struct know_form *form)
{
	session_ask_nothing(x);
	x->know = knowledge_use(k);
	x->form = form;
	x->field = 0;
	x->failures = 0;
	x->filled = json_object_new_object();
}

/* A value as text: APIs send "10" and 10 for the same thing. */
static const char *
value_text(js *option)
{
	js *v = js_get(option, "value");

	if (!json_object_is_type(v, json_type_string) &&
	    !json_object_is_type(v, json_type_int))
		return NULL;
	return json_object_get_string(v);
}

void
session_ask_values(struct session *x, js *response)
{
	js *answers = js_arr(response, "answers"), *values = json_object_new_object();

	session_ask_nothing(x);
	for (size_t i = 0; answers != NULL && i < json_object_array_length(answers);
	     i++) {
		js *options = js_arr(json_object_array_get_idx(answers, i), "options");

		for (size_t j = 0; options && j < json_object_array_length(options);
		     j++) {
			js *option = json_object_array_get_idx(options, j);
			const char *value = value_text(option);

			if (value != NULL)
				json_object_object_add(values, value,
				    json_object_new_string(
					js_str(option, "label", value)));
		}
	}
	x->open = values;
}

const char *
session_chooses(
    const struct session *x, const char *value, const struct know_entry **to)
{
	js *label;

	*to = NULL;
	if (x->asked != NULL) {
		for (size_t i = 0;
		     i < x->asked->n_options && i < x->settings.max_options; i++)
			if (strcmp(x->asked->options[i].value, value) == 0) {
				*to = x->asked->options[i].to;
				return x->asked->options[i].label;
			}
		return NULL;
	}
	if (x->leaving && strcmp(value, "1") == 0)
		return "yes";
	if (x->leaving && strcmp(value, "2") == 0)
		return "no";
	if (x->open == NULL || !json_object_object_get_ex(x->open, value, &label))
		return NULL;
	return json_object_get_string(label);
}
