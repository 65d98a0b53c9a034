/* SPDX-License-Identifier: Apache-2.0 */
/* One page of the list of messages, looked through for a message of ours. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/js.h"
#include "base/limits.h"
#include "twilio/addr.h"
#include "twilio/answer.h"

/* "Fri, 24 May 2019 17:44:46 +0000" as Unix time; -1 when it is no such date. */
static int64_t
date_of(const char *text)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm = { 0 };
	char month[4], zone[6];
	const char *at;

	/* NOLINTNEXTLINE(cert-err34-c): widths keep the numbers small */
	if (sscanf(text, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d %5[0-9+-]",
		&tm.tm_mday, month, &tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec,
		zone) != 7)
		return -1;
	at = strstr(months, month);
	if (at == NULL || strlen(month) != 3 || (at - months) % 3 != 0)
		return -1;
	tm.tm_mon = (int)(at - months) / 3;
	tm.tm_year -= 1900;
	return strcmp(zone, "+0000") == 0 ? (int64_t)timegm(&tm) : -1;
}

static bool
is_known(const struct twilio_search *s, const char *sid)
{
	for (size_t i = 0; i < s->n_known; i++)
		if (strcmp(s->known[i], sid) == 0)
			return true;
	return false;
}

static bool
is_sender(const struct twilio_message *m, js *entry)
{
	if (m->service != NULL && m->service[0] != '\0')
		return strcmp(js_str(entry, "messaging_service_sid", ""), m->service) ==
		    0;
	return strcmp(js_str(entry, "from", ""), m->from) == 0;
}

/* Files are counted some time after the message was made. */
static bool
has_media(const struct twilio_message *m, js *entry)
{
	int64_t n = js_int_loose(entry, "num_media", 0);

	return n == (int64_t)m->n_media || (n == 0 && m->n_media > 0);
}

/* Replies by TwiML are another direction: nobody asks for those. */
static bool
is_it(const struct twilio_search *s, js *entry, int64_t made_s)
{
	const struct twilio_message *m = s->message;
	const char *sid = js_str(entry, "sid", NULL);

	return twilio_sid_ok(sid) && !is_known(s, sid) &&
	    strcmp(js_str(entry, "direction", ""), "outbound-api") == 0 &&
	    strcmp(js_str(entry, "to", ""), m->to) == 0 && is_sender(m, entry) &&
	    made_s >= s->from_s - LIMIT_LIST_SKEW_S &&
	    made_s <= s->to_s + LIMIT_LIST_SKEW_S && has_media(m, entry) &&
	    twilio_same_text(m->text != NULL ? m->text : "", js_str(entry, "body", ""));
}

static void
take(struct twilio_page *out, js *entry)
{
	int64_t code = js_int_loose(entry, "error_code", 0);

	out->found = true;
	snprintf(out->sid, sizeof(out->sid), "%s", js_str(entry, "sid", ""));
	out->status = twilio_status_of(js_str(entry, "status", NULL));
	out->code = code > 0 && code <= 999999 ? (int)code : 0;
}

bool
twilio_page_read(struct twilio_page *out, const struct twilio_search *s,
    const char *body, size_t len, struct arena *a, struct err *e)
{
	CLEANUP(js_putp) js *root = NULL;
	struct twilio_page page = { 0 };
	js *list;

	if (!js_parse(body, len, &root, e)) {
		e->kind = ERR_UPSTREAM;
		return false;
	}
	list = js_arr(root, "messages");
	if (list == NULL)
		return err_set(e, ERR_UPSTREAM, 0, "no list of messages in it");
	for (size_t i = 0; i < json_object_array_length(list) && !page.found; i++) {
		js *entry = json_object_array_get_idx(list, i);
		int64_t made_s = date_of(js_str(entry, "date_created", ""));

		if (made_s < 0)
			return err_set(e, ERR_UPSTREAM, 0, "a message without a date");
		page.older = made_s < s->from_s - LIMIT_LIST_SKEW_S;
		if (is_it(s, entry, made_s))
			take(&page, entry);
	}
	page.next = arena_strdup(a, js_str(root, "next_page_uri", NULL));
	*out = page;
	return true;
}
