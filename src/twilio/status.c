/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "twilio/addr.h"
#include "twilio/codes.h"
#include "twilio/status.h"

/* Ranks from FINAL on end a message's way; the highest may follow delivered. */
enum { FINAL = 5, BEYOND = 6 };

static const struct {
	const char *word;
	int rank;
} rows[] = {
	[TWILIO_STATUS_NONE] = { "none", 0 },
	[TWILIO_STATUS_ACCEPTED] = { "accepted", 1 },
	[TWILIO_STATUS_SCHEDULED] = { "scheduled", 1 },
	[TWILIO_STATUS_QUEUED] = { "queued", 2 },
	[TWILIO_STATUS_SENDING] = { "sending", 3 },
	[TWILIO_STATUS_SENT] = { "sent", 4 },
	[TWILIO_STATUS_DELIVERED] = { "delivered", FINAL },
	[TWILIO_STATUS_UNDELIVERED] = { "undelivered", FINAL },
	[TWILIO_STATUS_FAILED] = { "failed", FINAL },
	[TWILIO_STATUS_CANCELED] = { "canceled", FINAL },
	[TWILIO_STATUS_READ] = { "read", BEYOND },
};

enum twilio_status
twilio_status_of(const char *word)
{
	if (word == NULL)
		return TWILIO_STATUS_NONE;
	for (size_t i = TWILIO_STATUS_NONE + 1; i < NELEMS(rows); i++)
		if (strcmp(word, rows[i].word) == 0)
			return (enum twilio_status)i;
	/* Deprecated: some of its parts arrived, others may. */
	return strcmp(word, "partially_delivered") == 0 ? TWILIO_STATUS_SENT
							: TWILIO_STATUS_NONE;
}

const char *
twilio_status_name(enum twilio_status s)
{
	return rows[s].word;
}

bool
twilio_status_is_lost(enum twilio_status s)
{
	return s == TWILIO_STATUS_FAILED || s == TWILIO_STATUS_UNDELIVERED ||
	    s == TWILIO_STATUS_CANCELED;
}

bool
twilio_status_is_out(enum twilio_status s)
{
	return s == TWILIO_STATUS_SENT || s == TWILIO_STATUS_DELIVERED ||
	    s == TWILIO_STATUS_READ;
}

bool
twilio_status_is_news(enum twilio_status was, enum twilio_status now)
{
	if (rows[was].rank >= FINAL)
		return was == TWILIO_STATUS_DELIVERED && now == TWILIO_STATUS_READ;
	return rows[now].rank > rows[was].rank;
}

/* Digits alone, at most six; 0 for anything else. */
static int
error_code(const char *text)
{
	int code = 0;

	if (text == NULL || strlen(text) > 6)
		return 0;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return 0;
		code = code * 10 + (*text - '0');
	}
	return code;
}

static const char *
address(const struct form *form, const char *name)
{
	const char *text = form_get(form, name);

	return twilio_addr_ok(text) ? text : "";
}

static enum twilio_status
status_in(const struct form *form)
{
	const char *word = form_get(form, "MessageStatus");
	const char *event = form_get(form, "EventType");

	if (event != NULL && strcasecmp(event, "READ") == 0)
		return TWILIO_STATUS_READ;
	return twilio_status_of(word != NULL ? word : form_get(form, "SmsStatus"));
}

bool
twilio_report_read(struct twilio_report *out, const struct form *form)
{
	const char *sid = form_get(form, "MessageSid");
	struct twilio_report r = { .status = status_in(form) };

	r.sid = sid != NULL ? sid : form_get(form, "SmsSid");
	if (!twilio_sid_ok(r.sid) || r.status == TWILIO_STATUS_NONE)
		return false;
	r.to = address(form, "To");
	r.from = address(form, "From");
	r.code = error_code(form_get(form, "ErrorCode"));
	*out = r;
	return true;
}

void
twilio_report_log(const struct twilio_report *r)
{
	const struct twilio_code *row = twilio_code(r->code);
	char to[LOG_MASK_SIZE];

	if (twilio_status_is_lost(r->status) || r->code != 0)
		LOG(LOG_WARN, "twilio", "not delivered", LS("sid", r->sid),
		    LS("to", log_masked(r->to, to)),
		    LS("status", twilio_status_name(r->status)), LI("code", r->code),
		    LS("reason", twilio_why_name(row->why)), LS("why", row->meaning),
		    LH(twilio_code_mend(row)));
	else
		LOG(LOG_DEBUG, "twilio", "status", LS("sid", r->sid),
		    LS("to", log_masked(r->to, to)),
		    LS("status", twilio_status_name(r->status)));
}
