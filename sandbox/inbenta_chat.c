/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/inbenta_chat.h"
#include "sandbox/inbenta_session.h"
#include "sandbox/inbenta_talk.h"
#include "sandbox/sandbox.h"
#include "sandbox/sessions.h"

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

/* How many there may be; nothing below zero. */
static size_t
read_count(js *body, const char *path, int64_t dflt)
{
	int64_t n = js_int(body, path, dflt);

	return n > 0 ? (size_t)n : 0;
}

static struct session_settings
read_settings(js *body)
{
	return (struct session_settings){
		.max_options =
		    read_count(body, "answers.maxOptions", MAX_OPTIONS_DEFAULT),
		.max_related =
		    read_count(body, "answers.maxRelatedContents", MAX_RELATED_DEFAULT),
		.may_abandon = js_bool(body, "forms.allowUserToAbandonForm", true),
		.error_retries =
		    js_int(body, "forms.errorRetries", ERROR_RETRIES_DEFAULT),
	};
}

static void
conversation(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = NULL;
	js *claims, *o;
	const char *token;
	struct session_settings settings;
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
	settings = read_settings(body);
	sessions_add(sb->sessions, token, &settings);

	o = json_object_new_object();
	json_object_object_add(o, "sessionToken", json_object_new_string(token));
	json_object_object_add(o, "sessionId", json_object_new_string(id));
	reply_json(r, 200, o);
}

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
	talk(sb, x, q, &said, r, &f);
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
