/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "http/http.h"
#include "hyperchat/surveys.h"

#define WHAT "hyperchat survey"

static bool
take_url(const struct hyperchat_call *c, js *root, const char **url, struct err *e)
{
	const char *is = js_str(root, "survey.url", "");
	struct err bad;

	if (*is == '\0' || strlen(is) > LIMIT_URL)
		return err_set(e, ERR_UPSTREAM, 0, WHAT ": no URL in it");
	if (!http_url_ok(c->http, is, &bad))
		return err_set(e, ERR_UPSTREAM, 0, WHAT ": %s", bad.text);
	*url = arena_strdup(c->arena, is);
	return true;
}

static bool
ask(const struct hyperchat_call *c, const char *path, const struct buf *body,
    const char **url, struct err *e)
{
	const struct hyperchat_request q = {
		.what = WHAT, .method = "GET", .path = path, .body = body
	};
	CLEANUP(hyperchat_answer_fini) struct hyperchat_answer r = { 0 };

	return hyperchat_call_do(c, &q, &r, e) == HYPERCHAT_GOOD &&
	    take_url(c, r.root, url, e);
}

bool
hyperchat_survey_url(const struct hyperchat_call *c, const char *survey_id,
    const char *ticket_id, const char **url, struct err *e)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_HYPERCHAT_BODY);
	const char *bare = hyperchat_path(c->arena, "surveys/", survey_id, "");
	const char *path = hyperchat_path(c->arena,
	    arena_printf(c->arena, "%s?sourceType=ticket&sourceId=", bare), ticket_id,
	    "");

	if (ask(c, path, NULL, url, e))
		return true;
	/* Who refuses our credentials does not look at the rest. */
	if (!hyperchat_is_no(e) || e->kind == ERR_DENIED)
		return false;
	buf_chr(&body, '{');
	hyperchat_put_text(&body, "sourceType", "ticket");
	hyperchat_put_text(&body, "sourceId", ticket_id);
	buf_chr(&body, '}');
	return ask(c, bare, &body, url, e);
}
