/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "messenger/surveys.h"

static void
put_field(struct buf *b, const char *name, const char *value)
{
	if (b->len > 0)
		buf_chr(b, '&');
	buf_str(b, name);
	buf_chr(b, '=');
	buf_url(b, value, strlen(value));
}

enum messenger_start
messenger_survey_start(struct messenger_call *c, const char *id, const char *ticket,
    struct messenger_survey *out, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	const struct messenger_request q = { .what = "messenger survey",
		.path = messenger_path(c->arena, "/v1/surveys/", id, "/start"),
		.body = &body,
		.form = true };

	put_field(&body, "sourceType", "ticket");
	put_field(&body, "sourceId", ticket);
	switch (messenger_call_do(c, &q, &r, e)) {
	case MESSENGER_GOOD:
		break;
	case MESSENGER_REFUSED:
		return MESSENGER_NO_SURVEY;
	case MESSENGER_FAILED:
		return MESSENGER_NOT_STARTED;
	}
	if (!messenger_survey_read(out, r.root, c->arena, e)) {
		(void)err_wrap(e, "%s", q.what);
		return MESSENGER_NOT_STARTED;
	}
	if (out->id[0] == '\0')
		out->id = arena_strdup(c->arena, id);
	return MESSENGER_STARTED;
}

static void
put_answers(
    struct buf *b, const char *token, const struct messenger_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(buf_fini) struct buf name = BUF_INIT(LIMIT_URL);

		buf_str(&name, "field_answers%5B");
		buf_url(&name, fields[i].id, strlen(fields[i].id));
		buf_str(&name, "%5D");
		if (!buf_ok(&name))
			b->overflow = true;
		put_field(b, name.data, fields[i].value);
	}
	if (token[0] != '\0')
		put_field(b, "token", token);
}

bool
messenger_survey_submit(struct messenger_call *c, const char *id, const char *token,
    const struct messenger_field *fields, size_t n, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	const struct messenger_request q = { .what = "messenger survey's answers",
		.path = messenger_path(c->arena, "/v1/surveys/", id, "/submit"),
		.body = &body,
		.form = true,
		.any_body = true,
		.once = true };

	put_answers(&body, token, fields, n);
	switch (messenger_call_do(c, &q, &r, e)) {
	case MESSENGER_GOOD:
		return true;
	case MESSENGER_REFUSED:
		e->kind = ERR_INPUT;
		return false;
	case MESSENGER_FAILED:
		break;
	}
	if (r.in_doubt)
		e->kind = ERR_TIMEOUT;
	else if (e->kind == ERR_TIMEOUT)
		e->kind = ERR_UPSTREAM; /* of the way there: nothing was handed in */
	return false;
}
