/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "inbenta/answer_i.h"
#include "inbenta/history.h"
#include "inbenta/moment.h"

/* The text of a line without the blanks in front of it; "" when it says nothing. */
static const char *
text_of(js *line)
{
	const char *text = answer_loose(js_get(line, "message"));

	return text + strspn(text, " \t\r\n");
}

/* The first line of those that are kept, counted from the end. */
static size_t
first_kept(js *list, size_t *kept)
{
	size_t i = json_object_array_length(list), bytes = 0;

	*kept = 0;
	while (i > 0) {
		size_t n = strlen(text_of(json_object_array_get_idx(list, i - 1)));

		if (n > 0 && *kept > 0 &&
		    (*kept == LIMIT_HISTORY_LINES || bytes + n > LIMIT_HISTORY_BYTES))
			break;
		bytes += n;
		*kept += n > 0;
		i--;
	}
	if (i > 0)
		LOG(LOG_INFO, "inbenta", "history cut", LI("lines", *kept),
		    LI("limit", LIMIT_HISTORY_LINES), LI("bytes", LIMIT_HISTORY_BYTES));
	return i;
}

static void
read_line(js *line, const char *text, struct arena *a, struct inbenta_line *out)
{
	out->by_bot = strcasecmp(js_str(line, "user", ""), "bot") == 0;
	out->text = arena_strndup(
	    a, text, answer_cut("history", text, strlen(text), LIMIT_HISTORY_BYTES));
	out->said_at = inbenta_moment(js_str(line, "datetime", ""));
}

bool
inbenta_history_read(
    struct inbenta_history *out, js *root, struct arena *a, struct err *e)
{
	struct inbenta_line *lines;
	size_t n = 0, i;

	if (!json_object_is_type(root, json_type_array))
		return err_set(e, ERR_UPSTREAM, 0, "the history is no list");
	i = first_kept(root, &n);
	lines = arena_alloc(a, n * sizeof(*lines));
	n = 0;
	for (; i < json_object_array_length(root); i++) {
		js *line = json_object_array_get_idx(root, i);
		const char *text = text_of(line);

		if (text[0] != '\0')
			read_line(line, text, a, &lines[n++]);
	}
	*out = (struct inbenta_history){ .lines = lines, .n = n };
	return true;
}

bool
inbenta_history_get(const struct inbenta_call *c, const char *session,
    struct inbenta_history *out, struct err *e)
{
	struct inbenta_talk t = { .c = c };
	struct inbenta_request q = { .what = "inbenta history",
		.path = "/v1/conversation/history",
		.session = session };
	CLEANUP(js_putp) js *root = NULL;

	switch (inbenta_call_do(&t, &q, &root, e)) {
	case INBENTA_CALL_GOOD:
		return inbenta_history_read(out, root, c->arena, e) ||
		    err_wrap(e, "%s", q.what);
	case INBENTA_CALL_SLOW:
		return err_set(
		    e, ERR_TIMEOUT, 0, "%s: their gateway timed out", q.what);
	case INBENTA_CALL_EXPIRED:
		return err_set(e, ERR_UPSTREAM, 0, "%s: session expired", q.what);
	case INBENTA_CALL_FAILED:
		break;
	}
	return false;
}
