/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/hint.h"
#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answer_i.h"
#include "inbenta/token.h"

/* What an answer of a type may have. */
static const struct type {
	const char *name;
	enum inbenta_kind kind;
	void (*read)(js *answer, struct arena *a, struct inbenta_answer *out);
} types[] = {
	{ "polarQuestion", INBENTA_POLAR, answer_options },
	{ "multipleChoiceQuestion", INBENTA_CHOICE, answer_options },
	{ "extendedContentsAnswer", INBENTA_PAGES, answer_pages },
};

/*
 * Answers that lead to a person, or whose author wants no rating; and the questions of a
 * form, beside which no other question may stand.
 */
static bool
is_unrated(js *answer, const struct inbenta_answer *out)
{
	return out->escalate || out->offers_agent || out->wants_agent ||
	    out->form != NULL ||
	    js_str(answer, "actionField.fieldType", "")[0] != '\0' ||
	    answer_has(answer, "flags", "no-rating") ||
	    answer_has_setting(answer, "RATINGS", "FALSE") ||
	    !js_bool(answer, "attributes.RATINGS", true);
}

static const char *
rate_code(js *answer, const struct inbenta_answer *out, struct arena *a)
{
	const char *code = answer_code("rate code",
	    js_get(answer, "parameters.contents.trackingCode.rateCode"),
	    LIMIT_TRACK_CODE, a);

	return code[0] == '\0' || is_unrated(answer, out) ? NULL : code;
}

/* A statement: perhaps a field of a form, or a content with others beside it. */
static void
read_statement(js *answer, struct arena *a, struct inbenta_answer *out)
{
	const char *field = js_str(answer, "actionField.fieldType", "");

	if (strcmp(field, "list") == 0)
		answer_values(answer, a, out);
	if (out->n_options > 0)
		out->kind = INBENTA_LIST;
	else if (strcmp(field, "datePicker") == 0)
		out->kind = INBENTA_DATE;
	else if (field[0] != '\0' && strcmp(field, "list") != 0)
		out->kind = INBENTA_TEXT;
	answer_related(answer, a, out);
	out->rate_code = rate_code(answer, out, a);
}

static void
read_question(
    js *answer, const struct type *type, struct arena *a, struct inbenta_answer *out)
{
	out->kind = type->kind;
	type->read(answer, a, out);
	if (out->n_options == 0 && out->n_pages == 0)
		out->kind = INBENTA_ANSWER;
}

static void
read_answer(js *answer, struct arena *a, struct inbenta_answer *out)
{
	const char *name = js_str(answer, "type", "");
	const bool is_answer = name[0] == '\0' || strcmp(name, "answer") == 0;
	const struct type *type = NULL;

	*out = (struct inbenta_answer){ .related_title = "" };
	for (size_t i = 0; i < NELEMS(types); i++)
		if (strcmp(name, types[i].name) == 0)
			type = &types[i];
	out->html = answer_text(answer, type == NULL, a);
	answer_signals(answer, a, out);
	if (type != NULL)
		read_question(answer, type, a, out);
	else if (is_answer)
		read_statement(answer, a, out);
	else if (out->html[0] != '\0')
		LOG(LOG_INFO, "inbenta", "type of answer shown by its text alone",
		    LS("type", name));
	else
		LOG(LOG_WARN, "inbenta", "type of answer unknown, and it has no text",
		    LS("type", name),
		    LH("the user got nothing of it: report the type; a later "
		       "version may know it"));
}

static void
read_list(js *list, struct arena *a, struct inbenta_answers *out)
{
	size_t n = json_object_array_length(list);
	struct inbenta_answer *answers;

	if (n > LIMIT_ANSWERS) {
		LOG(LOG_WARN, "inbenta", "answer cut", LS("what", "answers"),
		    LI("n", n), LI("limit", LIMIT_ANSWERS), LH(HINT_CONTENT));
		n = LIMIT_ANSWERS;
	}
	if (n == 0)
		return;
	answers = arena_alloc(a, n * sizeof(*answers));
	for (size_t i = 0; i < n; i++) {
		js *answer = json_object_array_get_idx(list, i);

		if (json_object_is_type(answer, json_type_object))
			read_answer(answer, a, &answers[out->n++]);
	}
	out->list = answers;
}

static void
read_one(js *answer, struct arena *a, struct inbenta_answers *out)
{
	struct inbenta_answer *one = arena_alloc(a, sizeof(*one));

	read_answer(answer, a, one);
	out->list = one;
	out->n = 1;
}

/*
 * A bare answer is told from an error, which has a `message` too, by the members that only
 * answers have.
 */
static bool
is_bare_answer(js *root)
{
	return js_str(root, "type", NULL) != NULL ||
	    js_arr(root, "messageList") != NULL || js_arr(root, "options") != NULL;
}

bool
inbenta_answers_read(
    struct inbenta_answers *out, js *root, struct arena *a, struct err *e)
{
	struct inbenta_answers got = { 0 };
	const char *session = js_str(root, "sessionToken", "");
	js *answers;

	if (!json_object_is_type(root, json_type_object))
		return err_set(e, ERR_UPSTREAM, 0, "not a JSON object");
	if (js_arr(root, "answers") != NULL)
		read_list(js_arr(root, "answers"), a, &got);
	else if (js_obj(root, "answers") != NULL)
		read_one(js_obj(root, "answers"), a, &got);
	else if (is_bare_answer(root))
		read_one(root, a, &got);
	else if (!json_object_object_get_ex(root, "answers", &answers))
		return err_set(e, ERR_UPSTREAM, 0, "no answers in it");
	if (inbenta_token_ok(session))
		got.session_token = arena_strdup(a, session);
	*out = got;
	return true;
}
