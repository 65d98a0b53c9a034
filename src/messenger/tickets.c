/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "messenger/tickets.h"

bool
messenger_ticket_find(js *root, const char *chat_id, struct arena *a, const char **id)
{
	const char *found = NULL;
	js *list;

	if (!messenger_list(root, &list))
		return false;
	for (size_t i = 0; list != NULL && i < json_object_array_length(list); i++) {
		js *is = json_object_array_get_idx(list, i);
		const char *of = js_str(is, "external_id", chat_id);

		if (found == NULL && strcmp(of, chat_id) == 0)
			found = messenger_id(is, "id", a);
	}
	*id = found;
	return true;
}

bool
messenger_ticket_of_chat(
    struct messenger_call *c, const char *chat_id, const char **id, struct err *e)
{
	const struct messenger_request q = { .what = "messenger ticket of a chat",
		.path =
		    messenger_path(c->arena, "/v1/tickets?external_id=", chat_id, "") };
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	enum messenger_verdict v = messenger_call_do(c, &q, &r, e);

	if (v == MESSENGER_REFUSED && r.status == 404) {
		*id = NULL;
		return true;
	}
	if (v != MESSENGER_GOOD)
		return false;
	if (messenger_ticket_find(r.root, chat_id, c->arena, id))
		return true;
	return err_set(e, ERR_UPSTREAM, r.status, "%s: no list in it", q.what);
}

/* An id as a number where it is one, as the API's own clients send it. */
static void
put_id(struct buf *b, const char *before, const char *id)
{
	const size_t n = strlen(id);

	if (n == 0 || n > 18 || id[0] == '0' || strspn(id, "0123456789") < n)
		js_put_text(b, before, id);
	else
		buf_printf(b, "%s%s", before, id);
}

static void
put_line(struct buf *b, const struct messenger_line *line, const char *user)
{
	CLEANUP(buf_fini) struct buf html = BUF_INIT(LIMIT_MESSENGER_BODY);
	time_t at = (time_t)line->said_at;
	char moment[32];
	struct tm tm;

	if (line->by_bot)
		buf_str(&html, line->text);
	else
		buf_xml(&html, line->text, strlen(line->text));
	if (line->said_at > 0 && gmtime_r(&at, &tm) != NULL &&
	    strftime(moment, sizeof(moment), "%Y-%m-%d %H:%M:%SZ", &tm) > 0)
		buf_printf(&html, " (<small>%s</small>)", moment);
	if (!buf_ok(&html))
		b->overflow = true;
	js_put_text(b,
	    b->data[b->len - 1] == '[' ? "{\"message\":" : ",{\"message\":", html.data);
	js_put_text(b, ",\"user\":", line->by_bot ? "assistant" : user);
	buf_chr(b, '}');
}

static void
put_ticket(struct buf *b, const struct messenger_ticket *t)
{
	js_put_text(b, "{\"title\":", t->inquiry);
	put_id(b, ",\"creator\":", t->creator);
	js_put_text(b, ",\"message\":", t->inquiry);
	buf_printf(b,
	    ",\"source\":%lld,\"queue\":%lld,\"autoclassify\":true,"
	    "\"history\":{\"messages\":[",
	    (long long)t->source, (long long)t->queue);
	for (size_t i = 0; i < t->n_lines; i++)
		if (utf8_shows(t->lines[i].text, strlen(t->lines[i].text)))
			put_line(b, &t->lines[i], t->creator);
	buf_str(b, "]}}");
}

const char *
messenger_ticket_number(js *root, struct arena *a)
{
	static const char *const members[] = { "full_uuid", "uuid", "id" };
	const char *number = NULL;

	for (size_t i = 0; number == NULL && i < NELEMS(members); i++)
		number = messenger_id(root, members[i], a);
	return number;
}

enum messenger_made
messenger_ticket_make(struct messenger_call *c, const struct messenger_ticket *t,
    const char **number, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_MESSENGER_BODY);
	CLEANUP(messenger_answer_fini) struct messenger_answer r = { 0 };
	const struct messenger_request q = { .what = "messenger new ticket",
		.path = "/v1/tickets",
		.body = &body,
		.once = true };

	put_ticket(&body, t);
	if (messenger_call_do(c, &q, &r, e) != MESSENGER_GOOD)
		return r.in_doubt ? MESSENGER_UNSURE : MESSENGER_NOT_MADE;
	*number = messenger_ticket_number(r.root, c->arena);
	if (*number != NULL)
		return MESSENGER_MADE;
	(void)err_set(e, ERR_UPSTREAM, r.status, "%s: no number in it", q.what);
	return MESSENGER_UNSURE;
}
