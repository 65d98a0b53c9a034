/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl sign: a line for the shell that calls a connector as Twilio or Inbenta does. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/js.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/screen.h"
#include "ctl/webhook.h"

/* A body whose every byte is escaped, and as much of it again in quotes. */
#define OUT_BYTES ((size_t)16 * LIMIT_REQUEST_BODY)

/* A request to be called. */
struct line {
	const char *url;
	const char *header, *signature;
	const char *type; /* of the body */
	const char *body; /* NULL: it is a GET */
};

/* One word of a POSIX shell, whatever is in it. */
static void
put_quoted(struct buf *out, const char *text)
{
	buf_chr(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buf_str(out, "'\\''");
		else
			buf_chr(out, *text);
	}
	buf_chr(out, '\'');
}

/* -g: brackets in the address are not curl's; --data-raw: nor is an @ in the body. */
static void
put_command(struct buf *out, const struct line *l)
{
	buf_str(out, "curl -sS -g ");
	put_quoted(out, l->url);
	buf_printf(out, " -H '%s: %s'", l->header, l->signature);
	if (l->body == NULL)
		return;
	buf_printf(out, " -H 'Content-Type: %s' --data-raw ", l->type);
	put_quoted(out, l->body);
}

static void
put_json(struct buf *out, const struct line *l)
{
	CLEANUP(buf_fini) struct buf command = BUF_INIT(OUT_BYTES);

	put_command(&command, l);
	js_put_text(out, "{\"method\":", l->body != NULL ? "POST" : "GET");
	js_put_text(out, ",\"url\":", l->url);
	buf_printf(out, ",\"headers\":{\"%s\":", l->header);
	js_put_text(out, "", l->signature);
	if (l->body != NULL)
		js_put_text(out, ",\"Content-Type\":", l->type);
	buf_chr(out, '}');
	js_put_text(out, ",\"body\":", l->body);
	js_put_text(out, ",\"command\":", command.data);
	buf_str(out, "}");
	out->overflow = out->overflow || !buf_ok(&command);
}

static int
print(const struct line *l, bool json)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(2 * OUT_BYTES);

	(json ? put_json : put_command)(&out, l);
	buf_chr(&out, '\n');
	return screen_print(&out);
}

static int
read_fields(struct fields *f, const struct webhook *w, const struct opts *o)
{
	char sid[WEBHOOK_SID_SIZE];

	if (o->n_words - 1 > LIMIT_FORM_FIELDS)
		return opts_wrong(o, "there are too many fields", NULL);
	for (size_t i = 1; i < o->n_words; i++) {
		const char *word = o->words[i], *eq = strchr(word, '=');

		if (eq == NULL || eq == word)
			return opts_wrong(o, "no NAME=VALUE", word);
		fields_add(
		    f, arena_strndup(w->arena, word, (size_t)(eq - word)), eq + 1);
	}
	webhook_new_sid(sid);
	if (f->form.n > 0 && !opts_has(o, "exact"))
		fields_complete(f, w, arena_strdup(w->arena, sid));
	return EXIT_SUCCESS;
}

/* With user and password, if they stand there: curl needs them, Twilio does not sign them. */
static const char *
typed_url(const struct webhook *w, const struct opts *o)
{
	const char *url = opts_word(o, 0);

	return arena_strndup(w->arena, url, strcspn(url, "#"));
}

static int
sign_form(const struct webhook *w, const struct opts *o)
{
	struct fields *f = arena_alloc(w->arena, sizeof(*f));
	struct line l = { .url = typed_url(w, o),
		.header = "X-Twilio-Signature",
		.type = "application/x-www-form-urlencoded" };
	int status = read_fields(f, w, o);

	if (status != EXIT_SUCCESS)
		return status;
	status = webhook_sign(w, &f->form, &l.signature);
	if (status != EXIT_SUCCESS)
		return status;
	if (f->form.n > 0) {
		l.body = fields_body(w->arena, &f->form);
		if (l.body == NULL)
			return ctl_fail(EX_DATAERR, "that is more than a form holds");
	}
	return print(&l, opts_has(o, "json"));
}

static int
sign_event(const struct webhook *w, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf body = BUF_INIT(LIMIT_REQUEST_BODY);
	struct line l = { .url = typed_url(w, o),
		.header = "X-Hook-Signature",
		.type = "application/json" };
	bool is_secret;
	int status = screen_read(opts_value(o, "event"), &body);

	if (status == EXIT_SUCCESS)
		status = webhook_sign_event(
		    w, body.data, body.len, &l.signature, &is_secret);
	if (status != EXIT_SUCCESS)
		return status;
	if (is_secret)
		return ctl_fail(EX_DATAERR,
		    "tickets are not signed: their proof is the secret itself, which is "
		    "not printed. botlinectl replay sends them.");
	l.body = body.data;
	return print(&l, opts_has(o, "json"));
}

int
ctl_sign(const struct ctl *ctl, const struct opts *o)
{
	struct webhook w = { 0 };
	int status;

	if (opts_has(o, "event") && o->n_words > 1)
		return opts_wrong(
		    o, "an event has no fields beside it", opts_word(o, 1));
	status = webhook_open(&w, ctl, o);
	if (status == EXIT_SUCCESS)
		status = webhook_at(&w, opts_word(o, 0));
	if (status == EXIT_SUCCESS)
		status = opts_has(o, "event") ? sign_event(&w, o) : sign_form(&w, o);
	webhook_fini(&w);
	return status;
}
