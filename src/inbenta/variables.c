/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "inbenta/variables.h"

enum { MAX_BODY = 6 * LIMIT_USER_TEXT + 64 };

bool
inbenta_variable_set(const struct inbenta_call *c, const char *session,
    const char *name, const char *value, struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(MAX_BODY);
	struct inbenta_talk t = { .c = c };
	struct inbenta_request q = { .what = "inbenta variable",
		.path = "/v1/conversation/variables",
		.session = session,
		.any_body = true };
	CLEANUP(js_putp) js *root = NULL;

	buf_str(&b, "{\"name\":\"");
	buf_json(&b, name, strlen(name));
	buf_str(&b, "\",\"value\":\"");
	buf_json(&b, value, strlen(value));
	buf_str(&b, "\"}");
	if (!buf_ok(&b))
		return err_set(e, ERR_TOO_BIG, 0, "%s: too long", q.what);
	q.body = b.data;
	switch (inbenta_call_do(&t, &q, &root, e)) {
	case INBENTA_CALL_GOOD:
		return js_bool(root, "success", true) ||
		    err_set(e, ERR_UPSTREAM, 0, "%s: not taken", q.what);
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
