/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "sandbox/inbenta.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/inbenta_session.h"
#include "sandbox/sandbox.h"

struct session *
inbenta_session(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *token = bearer(q, "x-inbenta-session");
	struct session *x;

	if (!inbenta_gate(sb, q, r))
		return NULL;
	if (token == NULL) {
		api_refuses(r, 400, "x-inbenta-session is missing");
		return NULL;
	}
	x = session_enter(sb->sessions, token);
	if (x == NULL)
		api_refuses(r, 400, "Session expired");
	return x;
}

void
inbenta_leave(struct sandbox *sb)
{
	session_release(sb->sessions);
}

void
inbenta_success(struct reply *r)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "success", json_object_new_boolean(1));
	reply_json(r, 200, o);
}

static bool
pair_fits(const char *name, js *value, struct reply *r)
{
	if (name == NULL || *name == '\0')
		api_refuses(r, 400, "name must be a text");
	else if (strlen(name) > VARIABLE_NAME_BYTES)
		api_refuses(r, 400, "name is too long");
	else if (!json_object_is_type(value, json_type_string))
		api_refuses(r, 400, "value must be a text");
	else
		return true;
	return false;
}

/* Checks a pair, or, with the session given, stores it. */
static bool
take_pair(struct session *x, const char *name, js *value, struct reply *r)
{
	if (x == NULL)
		return pair_fits(name, value, r);
	if (session_set(x, name, json_object_get_string(value)))
		return true;
	api_refuses(r, 400, "More than %d variables", VARIABLES_MAX);
	return false;
}

/* Each pair of a list of {name,value} or of a map; false when one is refused. */
static bool
take_pairs(struct session *x, js *variables, struct reply *r)
{
	if (json_object_is_type(variables, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(variables); i++) {
			js *one = json_object_array_get_idx(variables, i);

			if (!take_pair(
				x, js_str(one, "name", NULL), js_get(one, "value"), r))
				return false;
		}
		return true;
	}
	if (!json_object_is_type(variables, json_type_object)) {
		api_refuses(r, 400, "variables must be a list or an object");
		return false;
	}
	json_object_object_foreach(variables, name, value)
	{
		if (!take_pair(x, name, value, r))
			return false;
	}
	return true;
}

static void
set_one(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct session *x = inbenta_session(sb, q, r);
	js *body;

	if (x == NULL)
		return;
	body = inbenta_body(q, r);
	if (body != NULL &&
	    take_pair(NULL, js_str(body, "name", NULL), js_get(body, "value"), r) &&
	    take_pair(x, js_str(body, "name", ""), js_get(body, "value"), r))
		inbenta_success(r);
	js_putp(&body);
	inbenta_leave(sb);
}

static void
set_several(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct session *x = inbenta_session(sb, q, r);
	js *body;

	if (x == NULL)
		return;
	body = inbenta_body(q, r);
	/* Checked as a whole before the first one is stored. */
	if (body != NULL && take_pairs(NULL, js_get(body, "variables"), r) &&
	    take_pairs(x, js_get(body, "variables"), r))
		inbenta_success(r);
	js_putp(&body);
	inbenta_leave(sb);
}

static void
get_all(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct session *x = inbenta_session(sb, q, r);

	if (x == NULL)
		return;
	reply_json(r, 200, json_object_get(session_variables(x)));
	inbenta_leave(sb);
}

void
variables_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "variables", get_all);
}

void
variables_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "variables", set_one);
}

void
variables_multiple_post(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "variables", set_several);
}

static void
tell_history(struct sandbox *sb, const struct request *q, struct reply *r)
{
	struct session *x = inbenta_session(sb, q, r);

	if (x == NULL)
		return;
	reply_json(r, 200, json_object_get(session_history(x)));
	inbenta_leave(sb);
}

void
history_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	inbenta_call(sb, q, r, "history", tell_history);
}
