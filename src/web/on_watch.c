/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What programs that watch over us ask for. It is for callers of this machine, and for those
 * who show the operator's token; nobody else learns that there is such a thing.
 */
#include "config.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "dialog/dialog.h"
#include "store/state.h"
#include "store/store.h"
#include "watch/health.h"
#include "watch/numbers.h"
#include "watch/prom.h"
#include "web/handlers.h"
#include "web/io.h"
#include "web/proof.h"
#include "web/request.h"
#include "web/web.h"

static bool
is_loopback(const char *address)
{
	struct in6_addr six;
	struct in_addr four;

	if (address == NULL)
		return false;
	if (inet_pton(AF_INET, address, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &six) == 1 &&
	    (IN6_IS_ADDR_LOOPBACK(&six) ||
		(IN6_IS_ADDR_V4MAPPED(&six) && six.s6_addr[12] == 127));
}

/* A proxy beside us calls from this machine for anybody, and says so in one of these. */
static bool
is_passed_on(struct web_io *io)
{
	static const char *const names[] = { "HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED",
		"HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST",
		"HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT",
		"HTTP_X_FORWARDED_SERVER", "HTTP_X_CLIENT_IP", "HTTP_CLIENT_IP",
		"HTTP_TRUE_CLIENT_IP", "HTTP_CF_CONNECTING_IP" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (io->param(io, names[i]) != NULL)
			return true;
	return false;
}

static bool
shows_token(struct web_io *io, const struct cfg *cfg)
{
	static const char scheme[] = "Bearer ";
	const char *token = cfg_str(cfg, CFG_SERVER_MONITOR_TOKEN);
	const char *given = io->param(io, "HTTP_AUTHORIZATION");

	if (*token == '\0' || given == NULL ||
	    strncasecmp(given, scheme, strlen(scheme)) != 0)
		return false;
	given += strlen(scheme);
	return ct_equal(given, strlen(given), token, strlen(token));
}

bool
proof_monitor(struct web_worker *w, struct web_req *r, struct err *e)
{
	struct web_io *io = w->io;

	if (shows_token(io, conf_cfg(r->conf, CONF_PRODUCTION)) ||
	    (is_loopback(io->param(io, "REMOTE_ADDR")) && !is_passed_on(io)))
		return true;
	return err_set(e, ERR_INPUT, 404,
	    "health and metrics are for this machine, or for who shows "
	    "server.monitor_token");
}

static void
look(const struct web_worker *w, struct watch *out, struct numbers *n)
{
	const struct dialog *d = w->web->dialog;

	*out = (struct watch){ .store_path = store_path(d->store),
		.state_path = d->state != NULL ? state_path(d->state) : "",
		.state = d->state,
		.clock = w->web->clock,
		.self = w->web->self };
	numbers_read(out, n);
}

static bool
answer(struct web_worker *w, struct web_answer *ans, const struct buf *b,
    const char *type, struct err *e)
{
	if (!buf_ok(b))
		return err_set(e, ERR_IO, 0, "more than %zu bytes", b->max);
	ans->content_type = type;
	ans->body = arena_strndup(w->arena, b->data, b->len);
	ans->len = b->len;
	return true;
}

bool
on_health(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_WATCH_TEXT);
	struct finding found[HEALTH_MOST];
	struct numbers n;
	struct watch watch;
	size_t n_found;

	(void)r;
	look(w, &watch, &n);
	n_found = health_look(&watch, &n, w->arena, found);
	health_json(&b, found, n_found);
	if (health_of(found, n_found) == HEALTH_DOWN)
		ans->status = 503;
	return answer(w, ans, &b, "application/json", e);
}

bool
on_metrics(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_WATCH_TEXT);
	struct numbers n;
	struct watch watch;

	(void)r;
	look(w, &watch, &n);
	prom_write(&b, &n);
	return answer(w, ans, &b, PROM_CONTENT_TYPE, e);
}
