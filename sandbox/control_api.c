/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "sandbox/calls.h"
#include "sandbox/control_api.h"
#include "sandbox/faults.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/sandbox.h"
#include "sandbox/scripts.h"
#include "sandbox/sessions.h"

enum { SCRIPT_BYTES = 8 * 1024 * 1024, TTL_MAX_S = 86400 };

/* An optional whole number within limits. */
static bool
number(
    js *body, const char *name, int64_t min, int64_t max, int64_t *out, struct reply *r)
{
	js *v = js_get(body, name);

	if (v == NULL)
		return true;
	if (!json_object_is_type(v, json_type_int) || js_int(body, name, 0) < min ||
	    js_int(body, name, 0) > max) {
		reply_error(r, 400, "%s must be a number from %lld to %lld", name,
		    (long long)min, (long long)max);
		return false;
	}
	*out = js_int(body, name, 0);
	return true;
}

static void
fine(struct reply *r)
{
	r->status = 204;
}

void
control_health(struct sandbox *sb, const struct request *q, struct reply *r)
{
	js *o = json_object_new_object();

	(void)sb;
	(void)q;
	json_object_object_add(o, "status", json_object_new_string("ok"));
	json_object_object_add(o, "version", json_object_new_string(PACKAGE_VERSION));
	reply_json(r, 200, o);
}

/* What inbenta_call() is told, the beginnings of the others' calls, and * for all. */
static const char *const calls[] = { "auth", "refresh", "conversation", "message",
	"events", "variables", "history", "appdata", "hc", "ms", "tw", "*" };

static bool
is_call(const char *name)
{
	for (size_t i = 0; i < NELEMS(calls); i++)
		if (strcmp(calls[i], name) == 0)
			return true;
	return strncmp(name, "hc.", 3) == 0 || strncmp(name, "ms.", 3) == 0 ||
	    strncmp(name, "tw.", 3) == 0;
}

static void
refuse_call(struct reply *r)
{
	CLEANUP(buf_fini) struct buf names = BUF_INIT(512);

	for (size_t i = 0; i < NELEMS(calls); i++)
		buf_printf(&names, "%s%s", i > 0 ? ", " : "", calls[i]);
	reply_error(r, 400, "call must be one of %s", names.data);
}

/* What a fault by chance adds: share, seed, kinds. False: r says what is wrong. */
static bool
read_chance(
    js *body, struct chance *out, const struct fault_kind **kinds, struct reply *r)
{
	js *list = js_arr(body, "kinds"), *share = js_get(body, "share");
	int64_t seed = 1;

	if (!number(body, "seed", 0, INT64_MAX, &seed, r))
		return false;
	*out = (struct chance){ .share = json_object_get_double(share),
		.seed = (uint64_t)seed,
		.n_ways = list != NULL ? json_object_array_length(list) : 0 };
	if (!(out->share > 0 && out->share <= 1))
		reply_error(r, 400, "share must be above 0 and at most 1");
	else if (out->n_ways == 0 || out->n_ways > FAULT_KINDS_MAX)
		reply_error(r, 400, "kinds must be a list of faults");
	else
		r->status = 0;
	for (size_t i = 0; r->status == 0 && i < out->n_ways; i++) {
		const char *name =
		    json_object_get_string(json_object_array_get_idx(list, i));

		kinds[i] = fault_kind(name != NULL ? name : "");
		if (kinds[i] == NULL)
			reply_error(r, 400, "kinds must be a list of faults");
	}
	return r->status == 0;
}

static void
arm_chance(struct sandbox *sb, const char *call, js *body, const struct fault *f,
    struct reply *r)
{
	const struct fault_kind *kinds[FAULT_KINDS_MAX];
	struct chance chance;

	if (!read_chance(body, &chance, kinds, r))
		return;
	if (!faults_arm_chance(sb->faults, call, f, &chance, kinds))
		reply_error(r, 409, "%d faults are armed already", FAULTS_MAX);
	else
		fine(r);
}

static void
arm_kind(struct sandbox *sb, const char *call, const struct fault *f, int64_t times,
    struct reply *r)
{
	CLEANUP(buf_fini) struct buf names = BUF_INIT(512);

	fault_names(&names);
	if (f->kind == NULL)
		reply_error(r, 400, "fault must be one of %s, chance", names.data);
	else if (times == 0)
		reply_error(r, 400, "times must be -1 or more than 0");
	else if (!faults_arm(sb->faults, call, f, times))
		reply_error(r, 409, "%d faults are armed already", FAULTS_MAX);
	else
		fine(r);
}

void
control_fault(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	struct fault f = { .ms = 1000, .reset_s = 1 };
	int64_t times = 1, status = 0;
	const char *call, *name;

	if (body == NULL || !number(body, "times", -1, 1000000, &times, r) ||
	    !number(body, "status", 200, 599, &status, r) ||
	    !number(body, "ms", 0, FAULT_MS_MAX, &f.ms, r) ||
	    !number(body, "reset_s", 0, 3600, &f.reset_s, r))
		return;
	call = js_str(body, "call", "*");
	name = js_str(body, "fault", "");
	f.status = (int)status;
	f.kind = fault_kind(name);
	if (!is_call(call))
		refuse_call(r);
	else if (strcmp(name, "chance") == 0)
		arm_chance(sb, call, body, &f, r);
	else
		arm_kind(sb, call, &f, times, r);
}

void
control_fault_state(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	reply_json(r, 200, faults_state(sb->faults));
}

void
control_fault_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	faults_clear(sb->faults);
	fine(r);
}

void
control_answer(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	CLEANUP(buf_fini) struct buf text = BUF_INIT(SCRIPT_BYTES);
	int64_t times = 1, status = 200;
	const char *when;

	if (body == NULL || !number(body, "times", -1, 1000000, &times, r) ||
	    !number(body, "status", 200, 599, &status, r))
		return;
	when = js_str(body, "when", NULL);
	if (when == NULL) {
		reply_error(r, 400, "when must be the text said, or *");
	} else if (js_get(body, "response") == NULL) {
		reply_error(r, 400, "response is missing");
	} else if (times == 0) {
		reply_error(r, 400, "times must be -1 or more than 0");
	} else {
		js_write(&text, js_get(body, "response"));
		if (!buf_ok(&text))
			reply_error(r, 413, "the response is too large");
		else if (!scripts_add(sb->scripts, when, text.data, (int)status, times))
			reply_error(
			    r, 409, "%d answers are waiting already", SCRIPTS_MAX);
		else
			fine(r);
	}
}

void
control_answer_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	scripts_clear(sb->scripts);
	fine(r);
}

void
control_calls(struct sandbox *sb, const struct request *q, struct reply *r)
{
	reply_json(r, 200,
	    calls_list(sb->calls, request_arg_int(q, "since", 0),
		request_arg_int(q, "max", 0)));
}

void
control_calls_clear(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)q;
	calls_clear(sb->calls);
	fine(r);
}

void
control_expire(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	const char *what;

	if (body == NULL)
		return;
	what = js_str(body, "what", "");
	if (strcmp(what, "token") == 0) {
		tokens_expire(sb->tokens);
		fine(r);
	} else if (strcmp(what, "session") == 0) {
		sessions_end_all(sb->sessions);
		fine(r);
	} else {
		reply_error(r, 400, "what must be \"token\" or \"session\"");
	}
}

void
control_token_ttl(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(js_putp) js *body = request_json(q, r);
	int64_t seconds = -1;

	if (body == NULL || !number(body, "seconds", 0, TTL_MAX_S, &seconds, r))
		return;
	if (seconds < 0) {
		reply_error(r, 400, "seconds is missing");
		return;
	}
	tokens_set_ttl(sb->tokens, seconds);
	fine(r);
}
