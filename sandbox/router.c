/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "sandbox/control_api.h"
#include "sandbox/hooks.h"
#include "sandbox/hyper.h"
#include "sandbox/inbenta.h"
#include "sandbox/inbenta_appdata.h"
#include "sandbox/inbenta_auth.h"
#include "sandbox/inbenta_chat.h"
#include "sandbox/inbenta_session.h"
#include "sandbox/inbenta_track.h"
#include "sandbox/office.h"
#include "sandbox/outbox.h"
#include "sandbox/phone_api.h"
#include "sandbox/router.h"
#include "sandbox/static.h"
#include "sandbox/uploads.h"

enum { KB = 1024, MB = 1024 * 1024 };

/* Who may ask: a stand-in checks keys itself; ours must not be used by foreign pages. */
enum who { STAND_IN, OURS };

struct route {
	const char *method; /* NULL: any */
	const char *path; /* with a * at the end: whatever begins so */
	enum who who;
	size_t max_body;
	handler_fn *handler;
};

static handler_fn not_found, wrong_method;

static const struct route routes[] = {
	{ "POST", "/inbenta/v1/auth", STAND_IN, 64 * KB, auth_post },
	{ "POST", "/inbenta/v1/refreshToken", STAND_IN, 64 * KB, refresh_post },
	{ "POST", "/inbenta/chatbot/v1/conversation", STAND_IN, MB, conversation_post },
	{ "POST", "/inbenta/chatbot/v1/conversation/message", STAND_IN, MB,
	    message_post },
	{ "POST", "/inbenta/chatbot/v1/conversation/variables", STAND_IN, MB,
	    variables_post },
	{ "POST", "/inbenta/chatbot/v1/conversation/variables/multiple", STAND_IN, MB,
	    variables_multiple_post },
	{ "GET", "/inbenta/chatbot/v1/conversation/variables", STAND_IN, MB,
	    variables_get },
	{ "GET", "/inbenta/chatbot/v1/conversation/history", STAND_IN, MB,
	    history_get },
	{ "POST", "/inbenta/chatbot/v1/tracking/events", STAND_IN, MB, tracking_post },
	{ "GET", "/inbenta/chatbot/v1/app/data/*", STAND_IN, MB, appdata_get },
	{ NULL, "/inbenta/ticketing/v1/*", STAND_IN, MB, office_rest },
	{ "POST", "/messenger/v1/auth", STAND_IN, 64 * KB, office_auth_post },
	{ "POST", "/messenger/v1/refreshToken", STAND_IN, 64 * KB,
	    office_refresh_post },
	{ NULL, "/inbenta/*", STAND_IN, MB, inbenta_unknown },

	{ NULL, "/hyperchat/v1/*", STAND_IN, 24 * MB, hyper_rest },
	{ NULL, "/twilio/*", STAND_IN, MB, twilio_rest },

	{ "GET", "/phone/api/state", OURS, 0, phone_state },
	{ "GET", "/phone/api/events", OURS, 0, phone_events },
	{ "POST", "/phone/api/send", OURS, MB, phone_send },
	{ "POST", "/phone/api/media", OURS, 8 * MB, upload_post },
	{ "POST", "/phone/api/clear", OURS, 64 * KB, phone_clear },
	{ "GET", "/phone/media/*", OURS, 0, upload_get },
	{ "GET", "/phone/*", OURS, 0, static_get },
	{ "GET", "/phone", OURS, 0, static_root },
	{ "GET", "/desk/api/state", OURS, 0, desk_state },
	{ "GET", "/desk/api/events", OURS, 0, desk_events },
	{ "POST", "/desk/api/act", OURS, 24 * MB, desk_act },
	{ "GET", "/desk/media/*", OURS, 0, desk_media },
	{ "GET", "/desk/*", OURS, 0, static_get },
	{ "GET", "/desk", OURS, 0, static_root },
	{ "GET", "/survey/api/state", OURS, 0, survey_get },
	{ "POST", "/survey/api/answers", OURS, 64 * KB, survey_post },
	{ "GET", "/survey/*", OURS, 0, static_get },
	{ "GET", "/start/*", OURS, 0, static_get },
	{ "GET", "/start", OURS, 0, static_root },
	{ "GET", "/", OURS, 0, static_root },

	{ "GET", "/sandbox/health", OURS, 0, control_health },
	{ "POST", "/sandbox/fault", OURS, 64 * KB, control_fault },
	{ "GET", "/sandbox/fault", OURS, 0, control_fault_state },
	{ "DELETE", "/sandbox/fault", OURS, 0, control_fault_clear },
	{ "POST", "/sandbox/answer", OURS, 8 * MB, control_answer },
	{ "DELETE", "/sandbox/answer", OURS, 0, control_answer_clear },
	{ "POST", "/sandbox/appdata", OURS, MB, control_appdata },
	{ "DELETE", "/sandbox/appdata", OURS, 0, control_appdata_clear },
	{ "GET", "/sandbox/calls", OURS, 0, control_calls },
	{ "DELETE", "/sandbox/calls", OURS, 0, control_calls_clear },
	{ "POST", "/sandbox/hyperchat", OURS, MB, control_hyper },
	{ "GET", "/sandbox/hyperchat", OURS, 0, control_hyper_state },
	{ "DELETE", "/sandbox/hyperchat", OURS, 0, control_hyper_clear },
	{ "POST", "/sandbox/hyperchat/handshake", OURS, 64 * KB, control_handshake },
	{ "POST", "/sandbox/hyperchat/event", OURS, MB, control_event },
	{ "POST", "/sandbox/hyperchat/odd", OURS, 64 * KB, control_odd },
	{ "POST", "/sandbox/messenger", OURS, MB, control_office },
	{ "GET", "/sandbox/messenger", OURS, 0, control_office_state },
	{ "DELETE", "/sandbox/messenger", OURS, 0, control_office_clear },
	{ "POST", "/sandbox/messenger/reply", OURS, MB, control_office_reply },
	{ "POST", "/sandbox/messenger/challenge", OURS, 64 * KB,
	    control_office_challenge },
	{ "POST", "/sandbox/twilio", OURS, 64 * KB, control_twilio },
	{ "GET", "/sandbox/twilio", OURS, 0, control_twilio_state },
	{ "DELETE", "/sandbox/twilio", OURS, 0, control_twilio_clear },
	{ "POST", "/sandbox/twilio/account", OURS, MB, control_twilio_account },
	{ "DELETE", "/sandbox/twilio/account", OURS, 0, control_twilio_account_clear },
	{ "POST", "/sandbox/expire", OURS, 64 * KB, control_expire },
	{ "POST", "/sandbox/token_ttl", OURS, 64 * KB, control_token_ttl },
};

static const struct route nowhere = { NULL, "*", OURS, MB, not_found };
static const struct route elsewise = { NULL, "*", OURS, MB, wrong_method };

static void
not_found(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)sb;
	(void)q;
	reply_error(r, 404, "nothing is served here");
}

static void
wrong_method(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)sb;
	reply_error(r, 405, "%.10s is not for this path", q->method);
}

static bool
fits(const char *pattern, const char *path)
{
	size_t n = strlen(pattern);

	if (pattern[n - 1] == '*')
		return strncmp(pattern, path, n - 1) == 0;
	return strcmp(pattern, path) == 0;
}

const struct route *
route_find(const char *method, const char *path)
{
	const struct route *found = &nowhere;

	if (strcmp(method, "HEAD") == 0)
		method = "GET"; /* libmicrohttpd leaves the body out */
	for (size_t i = 0; i < NELEMS(routes); i++) {
		if (!fits(routes[i].path, path))
			continue;
		if (routes[i].method == NULL || strcmp(routes[i].method, method) == 0)
			return &routes[i];
		found = &elsewise;
	}
	return found;
}

size_t
route_max_body(const struct route *route)
{
	return route->max_body;
}

static bool
is_address(const char *host, bool remote)
{
	unsigned char bytes[16];
	bool six = inet_pton(AF_INET6, host, bytes) == 1;

	if (!six && inet_pton(AF_INET, host, bytes) != 1)
		return false;
	if (remote)
		return true;
	return six ? strcmp(host, "::1") == 0 : bytes[0] == 127;
}

bool
host_is_ours(const char *host, const char *own, bool remote)
{
	size_t n = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	CLEANUP(freep) char *name = NULL;

	if (n > strlen(host) || (host[n] != '\0' && host[n] != ':') ||
	    (host[n] == ':' &&
		host[n + 1 + strspn(host + n + 1, "0123456789")] != '\0'))
		return false;
	name = xstrndup(host, n);
	if (strcasecmp(name, "localhost") == 0 || strcasecmp(name, own) == 0)
		return true;
	if (name[0] != '[')
		return is_address(name, remote);
	name[n - 1] = '\0';
	return is_address(name + 1, remote);
}

bool
origin_is_ours(const char *origin, const char *own, bool remote)
{
	if (strncasecmp(origin, "http://", 7) == 0)
		return host_is_ours(origin + 7, own, remote);
	return false;
}

/*
 * A page of another site can make a browser send requests here. JSON needs its leave
 * beforehand, which we never give; and a name of its own that points at us shows in Host.
 */
static bool
may_pass(const struct request *q, struct reply *r)
{
	const char *host = request_header(q, "Host"),
		   *origin = request_header(q, "Origin");
	const char *own = server_host(q->server);
	bool remote = server_allows_remote(q->server);

	if (host == NULL || !host_is_ours(host, own, remote) ||
	    (origin != NULL && !origin_is_ours(origin, own, remote)))
		reply_error(r, 403, "only for pages and programs of this machine");
	else if (strcmp(q->method, "POST") == 0 &&
	    !request_is_type(q, "application/json"))
		reply_error(r, 415, "Content-Type must be application/json");
	else
		return true;
	return false;
}

void
route_run(const struct route *route, struct sandbox *sb, const struct request *q,
    struct reply *r)
{
	if (route->who == OURS) {
		reply_header(r, "Content-Security-Policy",
		    "default-src 'none'; script-src 'self'; style-src 'self'; "
		    "img-src 'self' http: https: data:; media-src http: https:; "
		    "connect-src 'self'; frame-src 'self'; base-uri 'none'; "
		    "form-action 'none'");
		reply_header(r, "X-Content-Type-Options", "nosniff");
		reply_header(r, "Referrer-Policy", "no-referrer");
	}
	if (route->who == STAND_IN || may_pass(q, r))
		route->handler(sb, q, r);
}
