/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of a message whose call ended without an answer: the account's list knows.
 *
 * The list is not narrowed by DateSent, for which it has a parameter: a message that waits
 * in Twilio's queue has no such date yet, and would not be seen. Newest first, so the first
 * page nearly always says all.
 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "twilio/answer.h"
#include "twilio/rest.h"

enum { MAX_QUERY = 3 * 2 * LIMIT_ADDRESS + 64 };

static bool
get_page(const struct twilio_call *c, const char *path, const struct twilio_search *s,
    struct twilio_page *page, struct err *e)
{
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req q = { .what = "twilio list",
		.until_ms = c->until_ms,
		.timeout_ms = c->account->timeout_ms,
		.quiet = true,
		.retry_throttled = true };

	q.url = arena_printf(c->arena, "%s%s", c->account->url, path);
	twilio_account_login(c->account, &q);
	if (!http_do(c->http, &q, &r, e))
		return false;
	if (r.status != 200) {
		bool denied = r.status == 401 || r.status == 403;

		return err_set(e, denied ? ERR_CONFIG : ERR_UPSTREAM, r.status,
		    "%s: status %d", q.what, r.status);
	}
	return twilio_page_read(page, s, r.body.data, r.body.len, c->arena, e) ||
	    err_wrap(e, "%s", q.what);
}

/* Path of the list, which also begins the path of each of its pages. */
static const char *
list_path(const struct twilio_call *c)
{
	return arena_printf(
	    c->arena, "/2010-04-01/Accounts/%s/Messages.json?", c->account->sid);
}

static const char *
first_page(const struct twilio_call *c, const struct twilio_message *m)
{
	CLEANUP(buf_fini) struct buf q = BUF_INIT(MAX_QUERY);

	buf_str(&q, "To=");
	buf_url(&q, m->to, strlen(m->to));
	if (m->service == NULL || m->service[0] == '\0') {
		buf_str(&q, "&From=");
		buf_url(&q, m->from, strlen(m->from));
	}
	buf_printf(&q, "&PageSize=%d", LIMIT_LIST_PAGE);
	return buf_ok(&q) ? arena_printf(c->arena, "%s%s", list_path(c), q.data) : NULL;
}

/* Our login goes to no other address because a page says so. */
static bool
is_page_path(const struct twilio_call *c, const char *path)
{
	const char *list = list_path(c);

	if (strncmp(path, list, strlen(list)) != 0)
		return false;
	for (const char *s = path; *s != '\0'; s++)
		if (*s <= ' ' || *s > '~' || *s == '#')
			return false;
	return true;
}

/* Reads on until the message is found or the list is older than it. */
static bool
search(const struct twilio_call *c, const struct twilio_search *s,
    struct twilio_page *page, struct err *e)
{
	const char *path = first_page(c, s->message);

	for (int i = 0; i < LIMIT_LIST_PAGES; i++) {
		if (path == NULL || !is_page_path(c, path))
			return err_set(e, ERR_UPSTREAM, 0,
			    "twilio list: a page with an odd address");
		if (!get_page(c, path, s, page, e))
			return false;
		if (page->found || page->older || page->next == NULL)
			return true;
		path = page->next;
	}
	return err_set(
	    e, ERR_UPSTREAM, 0, "twilio list: not found in %d pages", LIMIT_LIST_PAGES);
}

void
twilio_find(
    const struct twilio_call *c, const struct twilio_search *s, struct twilio_find *out)
{
	int64_t sure_s = s->to_s + LIMIT_LIST_LAG_S, now_s;
	struct twilio_page page = { 0 };

	*out = (struct twilio_find){ .found = TWILIO_NO_LIST };
	/* Before the call: what is added while it is under way may be missing. */
	now_s = clock_wall_s(c->clock);
	if (!twilio_account_ok(c->account, &out->error) ||
	    !search(c, s, &page, &out->error))
		return;
	if (page.found) {
		out->found = TWILIO_FOUND;
		memcpy(out->sid, page.sid, sizeof(out->sid));
		out->status = page.status;
		out->code = page.code;
	} else if (now_s < sure_s) {
		out->found = TWILIO_EARLY;
		out->after_ms = (sure_s - now_s) * 1000;
	} else {
		out->found = TWILIO_ABSENT;
	}
}
