/* SPDX-License-Identifier: Apache-2.0 */
/*
 * botlinectl replay: a recorded webhook once more. It is work like any other: the bot is
 * asked, an agent may be called, a late answer goes out by SMS. So numbers that were masked
 * become ones that nobody has, and a connector that works for real wants --yes.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/host.h"
#include "base/limits.h"
#include "conf/cfg.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/people.h"
#include "ctl/replay.h"
#include "ctl/screen.h"
#include "ctl/webhook.h"
#include "http/url.h"

/* Log lines before and behind the one do no harm. */
#define FILE_BYTES ((size_t)4 * LIMIT_REQUEST_BODY)

static bool
is_stand_in(const char *url)
{
	struct http_url parsed;
	struct err e;

	return *url != '\0' && http_url_parse(url, true, &parsed, &e) &&
	    host_is_loopback(parsed.host);
}

/* Why it is not done without --yes; NULL: it does no harm. */
static const char *
harm(const struct webhook *w)
{
	if (!webhook_is_local(w))
		return "that connector is not on this machine, and works for real: the "
		       "bot is asked, agents may be called, answers may be sent. "
		       "--connect or --url name a local one; --yes says that it is meant";
	if (w->env == CONF_PRODUCTION &&
	    !is_stand_in(cfg_str(w->cfg, CFG_TWILIO_API_URL)))
		return "that is production, with the real Twilio behind it: the bot is "
		       "asked, agents may be called, answers may be sent. --env names "
		       "another environment; --yes says that it is meant";
	return NULL;
}

static bool
is_number_field(const char *name)
{
	static const char *const names[] = { "From", "To", "WaId", "ForwardedFrom" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool
is_sid_field(const char *name)
{
	static const char *const names[] = { "MessageSid", "SmsSid", "SmsMessageSid" };

	for (size_t i = 0; i < NELEMS(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* WaId is the number of From, without what stands before it. */
static const char *
wa_id(const char *from)
{
	const char *plus = from != NULL ? strrchr(from, '+') : NULL;

	return plus != NULL ? plus + 1 : "";
}

static const char *
number_of(const struct webhook *w, const struct opts *o, const struct form_field *f)
{
	const char *given = strcmp(f->name, "From") == 0 ? opts_value(o, "from")
	    : strcmp(f->name, "To") == 0                 ? opts_value(o, "to")
							 : NULL;
	const char *made = given != NULL ? given : replay_number(w->arena, f->value);

	return made != NULL ? made : f->value;
}

/* The form with what is ours here in the place of what was recorded. */
static void
make_ours(struct fields *out, const struct webhook *w, const struct opts *o,
    const struct form *form, const char *sid)
{
	for (size_t i = 0; i < form->n; i++) {
		const struct form_field *f = &form->fields[i];

		if (strcmp(f->name, "AccountSid") == 0 || strcmp(f->name, "WaId") == 0)
			continue;
		if (is_sid_field(f->name) && !opts_has(o, "keep-sid"))
			continue;
		fields_add(out, f->name,
		    is_number_field(f->name) ? number_of(w, o, f) : f->value);
	}
	if (form_find(form, "WaId") != NULL)
		fields_add(out, "WaId", wa_id(form_get(&out->form, "From")));
	fields_complete(out, w, sid);
}

static int
replay_form(struct webhook *w, const struct opts *o, const struct replay *r)
{
	struct fields *f = arena_alloc(w->arena, sizeof(*f));
	struct webhook_body body = { .form = &f->form };
	char sid[WEBHOOK_SID_SIZE];
	int status;

	webhook_new_sid(sid);
	make_ours(f, w, o, &r->form, sid);
	status = webhook_sign(w, &f->form, &body.signature);
	if (status != EXIT_SUCCESS)
		return status;
	return webhook_send(
	    w, &body, opts_has(o, "json"), form_get(&f->form, "MessageSid"));
}

static int
replay_event(struct webhook *w, const struct opts *o, const struct replay *r)
{
	struct webhook_body body = { .json = r->json, .json_len = r->json_len };
	bool is_secret;
	int status =
	    webhook_sign_event(w, r->json, r->json_len, &body.signature, &is_secret);

	return status != EXIT_SUCCESS
	    ? status
	    : webhook_send(w, &body, opts_has(o, "json"), NULL);
}

/* What botline puts behind the address itself; all else stands in the configured one. */
static const char *
our_query(struct arena *a, const char *query)
{
	static const char *const ours[] = { "status=", "ref=", "ticket=" };
	CLEANUP(buf_fini) struct buf out = BUF_INIT(strlen(query) + 1);

	for (const char *at = query; *at != '\0';) {
		size_t n = strcspn(at, "&");

		for (size_t i = 0; i < NELEMS(ours); i++)
			if (strncmp(at, ours[i], strlen(ours[i])) == 0) {
				buf_str(&out, out.len > 0 ? "&" : "");
				buf_add(&out, at, n);
			}
		at += n + (at[n] == '&');
	}
	return arena_strndup(a, out.data, out.len);
}

static int
replay(struct webhook *w, const struct opts *o, const struct replay *r)
{
	const char *why = opts_has(o, "yes") ? NULL : harm(w);

	if (why != NULL)
		return ctl_fail(EX_NOPERM, why);
	if (r->cut)
		fputs("botlinectl: the log has cut what was said: values end with …\n",
		    stderr);
	webhook_query(w, our_query(w->arena, r->query));
	return r->json != NULL ? replay_event(w, o, r) : replay_form(w, o, r);
}

/* --from and --to, of which each may stand alone. */
static int
check_numbers(const struct opts *o)
{
	const char *from = opts_value(o, "from"), *to = opts_value(o, "to");

	if (from == NULL && to == NULL)
		return EXIT_SUCCESS;
	return people_pair(o, from != NULL ? from : to, to != NULL ? to : from);
}

int
ctl_replay(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(FILE_BYTES);
	struct webhook w = { 0 };
	struct replay r;
	int status = check_numbers(o);

	if (status == EXIT_SUCCESS)
		status = screen_read(opts_word(o, 0), &file);
	if (status == EXIT_SUCCESS)
		status = webhook_init(&w, ctl, o);
	if (status == EXIT_SUCCESS)
		status = replay_read(&r, w.arena, &file);
	if (status == EXIT_SUCCESS)
		status = replay(&w, o, &r);
	webhook_fini(&w);
	return status;
}
