/* SPDX-License-Identifier: Apache-2.0 */
/* botlinectl say: one message of a person, as Twilio would bring it, and the reply. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/media_type.h"
#include "ctl/ctl.h"
#include "ctl/opts.h"
#include "ctl/people.h"
#include "ctl/webhook.h"

/* What Twilio would say of the file; by its name, as nobody fetches it here. */
static const char *
type_of(const char *url)
{
	CLEANUP(buf_fini) struct buf path = BUF_INIT(LIMIT_URL);
	const struct media_type *type;
	const char *dot;

	buf_add(&path, url, strcspn(url, "?#"));
	dot = strrchr(path.data, '.');
	type = dot != NULL ? media_type_by_ext(dot + 1) : NULL;
	return type != NULL ? type->mime : "image/jpeg";
}

static int
add_media(struct fields *f, struct arena *a, const struct opts *o)
{
	const char *url;
	size_t n = 0;

	for (; (url = opts_nth(o, "media", n)) != NULL; n++) {
		if (n == LIMIT_MEDIA)
			return opts_wrong(o, "a message has at most 10 media", url);
		if (!people_media_ok(url))
			return opts_wrong(o, "no http or https address", url);
		fields_add(f, arena_printf(a, "MediaUrl%zu", n), url);
		fields_add(f, arena_printf(a, "MediaContentType%zu", n), type_of(url));
	}
	fields_add(f, "NumMedia", arena_printf(a, "%zu", n));
	return EXIT_SUCCESS;
}

static int
say(const struct webhook *w, const struct opts *o, const char *text)
{
	struct fields *f = arena_alloc(w->arena, sizeof(*f));
	const char *from = opts_word(o, 0);
	struct webhook_body body = { 0 };
	char sid[WEBHOOK_SID_SIZE];
	int status;

	webhook_new_sid(sid);
	fields_complete(f, w, sid);
	fields_add(f, "From", from);
	fields_add(f, "To", opts_word(o, 1));
	fields_add(f, "Body", text);
	if (strncmp(from, "whatsapp:+", 10) == 0) {
		fields_add(f, "WaId", from + 10);
		fields_add(f, "ProfileName", "botlinectl");
	}
	fields_add(f, "NumSegments", "1");
	fields_add(f, "ApiVersion", "2010-04-01");
	status = add_media(f, w->arena, o);
	if (status == EXIT_SUCCESS)
		status = webhook_sign(w, &f->form, &body.signature);
	body.form = &f->form;
	return status != EXIT_SUCCESS
	    ? status
	    : webhook_send(w, &body, opts_has(o, "json"), sid);
}

int
ctl_say(const struct ctl *ctl, const struct opts *o)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_REQUEST_BODY / 8);
	struct webhook w = { 0 };
	int status;

	status = people_pair(o, opts_word(o, 0), opts_word(o, 1));
	if (status == EXIT_SUCCESS)
		status = people_text(opts_word(o, 2), &text);
	if (status == EXIT_SUCCESS)
		status = webhook_init(&w, ctl, o);
	if (status == EXIT_SUCCESS)
		status = say(&w, o, text.data);
	webhook_fini(&w);
	return status;
}
