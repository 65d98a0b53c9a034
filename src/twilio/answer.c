/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/js.h"
#include "twilio/addr.h"
#include "twilio/answer.h"

enum {
	LOGIN_REFUSED = 20003,
	NOT_FOUND = 20404,
	BUSY = 20429,
	BROKEN = 20500,
	AWAY = 20503,
	MOST_OF_CODE = 999999
};

/* The member as a code of Twilio's; 0 when it is none. */
static int
code_in(js *root, const char *name)
{
	int64_t v = js_int_loose(root, name, 0);

	return v > 0 && v <= MOST_OF_CODE ? (int)v : 0;
}

/* What a status without a code means, as the code that would say it; 0: nothing more. */
static int
code_of_status(int http)
{
	switch (http) {
	case 401:
	case 403:
	case 407:
		return LOGIN_REFUSED;
	case 404:
	case 405:
		return NOT_FOUND;
	case 429:
		return BUSY;
	}
	if (http / 100 == 3)
		return NOT_FOUND;
	return http / 100 == 5 ? BROKEN : 0;
}

/*
 * Twilio has the message, or says at once that it will not send it. Without a sid nobody
 * can say who has answered.
 */
static enum twilio_outcome
read_good(struct twilio_sent *out, js *root)
{
	const char *sid = js_str(root, "sid", NULL);

	if (!twilio_sid_ok(sid))
		return TWILIO_UNKNOWN;
	out->status = twilio_status_of(js_str(root, "status", NULL));
	if (twilio_status_is_lost(out->status)) {
		out->code = code_in(root, "error_code");
		return TWILIO_REFUSED;
	}
	snprintf(out->sid, sizeof(out->sid), "%s", sid);
	return TWILIO_SENT;
}

/*
 * Repeating is safe only where it is said that nothing was done: 429, a full queue, and a 503
 * of Twilio itself. Whoever else has answered with 5xx, or 408, may have passed it on.
 */
static enum twilio_outcome
judge(int http, const struct twilio_code *row)
{
	if (http == 429)
		return TWILIO_LATER;
	if (http == 408)
		return TWILIO_UNKNOWN;
	if (http / 100 == 4 || http / 100 == 3) {
		if (row->why == TWILIO_WHY_BUSY)
			return TWILIO_LATER;
		return row->why == TWILIO_WHY_SERVER ? TWILIO_UNKNOWN : TWILIO_REFUSED;
	}
	if (http == 503 && (row->code == AWAY || row->why == TWILIO_WHY_BUSY))
		return TWILIO_LATER;
	return TWILIO_UNKNOWN;
}

static void
explain(struct twilio_sent *out)
{
	bool upstream = out->outcome == TWILIO_UNKNOWN || out->outcome == TWILIO_LATER;
	enum err_kind kind = upstream ? ERR_UPSTREAM : ERR_INPUT;

	if (out->row->why == TWILIO_WHY_OURS || out->row->why == TWILIO_WHY_TRIAL)
		kind = ERR_CONFIG;
	if (out->http / 100 == 2 && out->outcome == TWILIO_UNKNOWN)
		(void)err_set(&out->error, kind, out->http,
		    "status %d, but no message in the answer", out->http);
	else
		(void)err_set(&out->error, kind, out->http, "status %d, code %d: %s",
		    out->http, out->code, out->row->meaning);
}

void
twilio_answer_read(struct twilio_sent *out, int http, const char *body, size_t len)
{
	CLEANUP(js_putp) js *root = NULL;
	struct err no_json;

	out->http = http;
	out->sid[0] = '\0';
	out->status = TWILIO_STATUS_NONE;
	out->code = 0;
	(void)!js_parse(body, len, &root, &no_json);
	if (http / 100 == 2) {
		out->outcome = read_good(out, root);
		out->row = twilio_code(out->code);
	} else {
		out->code = code_in(root, "code");
		out->row =
		    twilio_code(out->code != 0 ? out->code : code_of_status(http));
		/* Busy without a code is no reason to send again, but for 429. */
		out->outcome = judge(http, out->row);
	}
	if (out->outcome != TWILIO_SENT)
		explain(out);
}
