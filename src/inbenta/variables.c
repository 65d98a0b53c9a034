/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "inbenta/variables.h"

enum { MAX_BODY = 6 * LIMIT_USER_TEXT + 64 };

enum inbenta_verdict
inbenta_variable_tell(struct inbenta_talk *t, const char *session, const char *name,
    const char *value, int64_t timeout_ms, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);
	struct inbenta_request q = { .what = "inbenta variable",
		.path = "/v1/conversation/variables",
		.session = session,
		.timeout_ms = timeout_ms,
		.any_body = true };
	CLEANUP(js_putp) js *root = NULL;
	enum inbenta_verdict v;

	js_put_text(&b, "{\"name\":", name);
	js_put_text(&b, ",\"value\":", value);
	buf_chr(&b, '}');
	if (!buf_ok(&b)) {
		(void)err_set(e, ERR_TOO_BIG, 0, "%s: too long", q.what);
		return INBENTA_CALL_FAILED;
	}
	q.body = b.data;
	v = inbenta_call_do(t, &q, &root, e);
	if (v == INBENTA_CALL_SLOW)
		(void)err_set(e, ERR_TIMEOUT, 0, "%s: their gateway timed out", q.what);
	if (v == INBENTA_CALL_EXPIRED)
		(void)err_set(e, ERR_UPSTREAM, 0, "%s: session expired", q.what);
	if (v == INBENTA_CALL_GOOD && !js_bool(root, "success", true)) {
		(void)err_set(e, ERR_UPSTREAM, 0, "%s: not taken", q.what);
		return INBENTA_CALL_FAILED;
	}
	return v;
}

bool
inbenta_variable_set(const struct inbenta_call *c, const char *session,
    const char *name, const char *value, struct err *e)
{
	struct inbenta_talk t = { .c = c };

	return inbenta_variable_tell(&t, session, name, value, 0, e) ==
	    INBENTA_CALL_GOOD;
}
