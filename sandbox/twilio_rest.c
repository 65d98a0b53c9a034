/* SPDX-License-Identifier: Apache-2.0 */
/* Twilio's REST API: who may ask, where to, and how errors look. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/xalloc.h"
#include "sandbox/blobs.h"
#include "sandbox/calls.h"
#include "sandbox/faults.h"
#include "sandbox/outbox_inner.h"
#include "sandbox/sandbox.h"

/* Source: Twilio, error dictionary. */
static const struct {
	int code;
	const char *text;
} codes[] = {
	{ 14107, "Message rate limit of replies exceeded" },
	{ 20003, "Authenticate" },
	{ 20004, "Method not allowed" },
	{ 20005, "Account not active" },
	{ 20404, "The requested resource was not found" },
	{ 20429, "Too Many Requests" },
	{ 20500, "Internal Server Error" },
	{ 20503, "Service unavailable" },
	{ 21211, "The 'To' number is not a valid phone number." },
	{ 21408, "Permission to send an SMS has not been enabled for the region." },
	{ 21602, "Message body is required." },
	{ 21603, "A 'From' phone number or Messaging Service is required." },
	{ 21604, "A 'To' phone number is required." },
	{ 21606, "The 'From' phone number is not a valid message-capable number." },
	{ 21609, "Invalid 'StatusCallback' URL." },
	{ 21610, "Attempt to send to unsubscribed recipient" },
	{ 21611,
	    "This 'From' number has exceeded the maximum number of queued "
	    "messages" },
	{ 21612,
	    "The 'To' phone number is not currently reachable using the 'From' "
	    "phone number" },
	{ 21614, "'To' number is not a valid mobile number" },
	{ 21617, "The concatenated message body exceeds the 1600 character limit" },
	{ 21620, "Invalid media URL(s)" },
	{ 21623, "Number of media files exceeds allowed limit" },
	{ 21705, "The Messaging Service Sid is invalid" },
	{ 30003, "Unreachable destination handset" },
	{ 30004, "Message blocked" },
	{ 30005, "Unknown destination handset" },
	{ 30007, "Message filtered" },
	{ 30008, "Unknown error" },
	{ 30019, "Content size exceeds carrier limit" },
	{ 63016,
	    "Failed to send freeform message because you are outside the allowed "
	    "window" },
	{ 63019, "Media failed to download" },
};

const char *
twilio_code_text(int code)
{
	for (size_t i = 0; i < NELEMS(codes); i++)
		if (codes[i].code == code)
			return codes[i].text;
	return "";
}

void
twilio_refuses(
    struct reply *r, const struct request *q, int status, int code, const char *message)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "code", json_object_new_int(code));
	json_object_object_add(o, "message", json_object_new_string(message));
	json_object_object_add(o, "more_info",
	    json_object_new_string(
		arena_printf(q->arena, "https://www.twilio.com/docs/errors/%d", code)));
	json_object_object_add(o, "status", json_object_new_int(status));
	reply_json(r, status, o);
}

/* Basic authentication (RFC 7617) with the account and its token. */
static bool
is_login(const struct sandbox *sb, const struct request *q)
{
	const char *given = request_header(q, "Authorization"), *want;
	unsigned char *text;
	size_t len = 0;
	bool good;

	if (given == NULL || strncasecmp(given, "Basic ", 6) != 0)
		return false;
	text = base64_bytes(given + 6, strlen(given + 6), &len);
	want = arena_printf(
	    q->arena, "%s:%s", sb->opts->account_sid, sb->opts->auth_token);
	good = text != NULL && ct_equal(text, len, want, strlen(want));
	free(text);
	return good;
}

#define ACCOUNTS "/twilio/2010-04-01/Accounts/"

#define SERVICES "/twilio/v1/Services/"

enum where { CREATE, LIST, ONE, MEDIUM, CDN, ACCOUNT, NUMBERS, SERVICE, NOWHERE };

static const struct {
	const char *call; /* in /sandbox/calls */
	handler_fn *run;
} places[] = {
	[CREATE] = { "tw.messages.create", twilio_create },
	[LIST] = { "tw.messages.list", twilio_list },
	[ONE] = { "tw.messages.get", twilio_one },
	[MEDIUM] = { "tw.media", twilio_medium },
	[CDN] = { "tw.cdn", twilio_cdn },
	[ACCOUNT] = { "tw.account", twilio_account },
	[NUMBERS] = { "tw.numbers", twilio_numbers },
	[SERVICE] = { "tw.service", twilio_service },
	[NOWHERE] = { "tw.unknown", NULL },
};

static bool
is_method(const struct request *q, const char *method)
{
	return strcmp(q->method, method) == 0;
}

/* Behind the account: "/Messages.json", "/Messages/SM….json", "/Messages/MM…/Media/ME…". */
static enum where
where_below(const struct request *q, const char *path)
{
	const char *dot = strstr(path, ".json");
	bool json = dot != NULL && dot[5] == '\0';

	if (strcmp(path, "/Messages.json") == 0)
		return is_method(q, "POST") ? CREATE
		    : is_method(q, "GET")   ? LIST
					    : NOWHERE;
	if (strcmp(path, ".json") == 0)
		return is_method(q, "GET") ? ACCOUNT : NOWHERE;
	if (strcmp(path, "/IncomingPhoneNumbers.json") == 0)
		return is_method(q, "GET") ? NUMBERS : NOWHERE;
	if (strncmp(path, "/Messages/", 10) != 0 || !is_method(q, "GET"))
		return NOWHERE;
	if (strstr(path, "/Media/ME") != NULL && !json)
		return MEDIUM;
	return json && strchr(path + 10, '/') == NULL ? ONE : NOWHERE;
}

static enum where
where_is(const struct sandbox *sb, const struct request *q)
{
	size_t n = strlen(sb->opts->account_sid);
	const char *path = q->path + strlen(ACCOUNTS);

	if (strncmp(q->path, "/twilio/cdn/", 12) == 0 && is_method(q, "GET"))
		return CDN;
	/* At Twilio this is another host, messaging.twilio.com. */
	if (strncmp(q->path, SERVICES, strlen(SERVICES)) == 0 && is_method(q, "GET"))
		return SERVICE;
	if (strncmp(q->path, ACCOUNTS, strlen(ACCOUNTS)) != 0 ||
	    strncmp(path, sb->opts->account_sid, n) != 0)
		return NOWHERE;
	return where_below(q, path + n);
}

static void
work(struct sandbox *sb, enum where where, const struct request *q, struct reply *r)
{
	if (where != CDN && !is_login(sb, q)) {
		twilio_refuses(r, q, 401, 20003, "Authenticate");
		reply_header(r, "WWW-Authenticate", "Basic realm=\"Twilio API\"");
	} else if (where != CDN && where != ACCOUNT && !twilio_is_active(sb)) {
		twilio_refuses(r, q, 401, 20005, "Account not active");
	} else if (places[where].run == NULL) {
		twilio_refuses(r, q, 404, 20404,
		    arena_printf(q->arena,
			"The requested resource %.200s was not found", q->path));
	} else {
		places[where].run(sb, q, r);
	}
}

void
twilio_rest(struct sandbox *sb, const struct request *q, struct reply *r)
{
	enum where where = where_is(sb, q);
	int64_t n = calls_begin(sb->calls, places[where].call, q);
	struct fault f;

	faults_take(sb->faults, places[where].call, &f);
	if (!fault_replaces(&f))
		work(sb, where, q, r);
	fault_apply(&f, q, r);
	calls_end(sb->calls, n, r->way == REPLY_HANG_UP ? 0 : r->status);
}
