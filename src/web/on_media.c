/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An agent's file, handed out to whoever has its token: Twilio as a rule, or a user who was
 * sent the link. The token is all the proof there is. What the file is was told by others, so
 * a browser must neither guess nor run anything of it.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/media_type.h"
#include "conf/cfg.h"
#include "dialog/dialog.h"
#include "store/handout.h"
#include "web/handlers.h"
#include "web/request.h"
#include "web/web.h"

/* Twilio, "Accepted content types for media": longer file names are not passed on. */
enum { MOST_NAME = 20, MOST_EXT = 4 };

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '-';
}

/* At most max letters and digits of s; what stands between them becomes one "_". */
static size_t
put_plain(char *out, size_t max, const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < max; i++)
		if (is_plain(s[i]))
			out[n++] = s[i];
		else if (n > 0 && out[n - 1] != '_')
			out[n++] = '_';
	while (n > 0 && out[n - 1] == '_')
		n--;
	return n;
}

/* A name that means nothing to any system: the type says what comes behind its dot. */
static void
plain_name(char out[MOST_NAME + 1], const char *name, const struct media_type *type)
{
	const char *dot = strrchr(name, '.'), *told = type != NULL ? type->ext : "";
	size_t stem = dot != NULL ? (size_t)(dot - name) : strlen(name), n;
	char ext[MOST_EXT + 1] = "";

	if (type == NULL && dot != NULL)
		told = dot + 1;
	ext[put_plain(ext, MOST_EXT, told, strlen(told))] = '\0';
	n = put_plain(out, MOST_NAME - 1 - MOST_EXT, name, stem);
	if (n == 0)
		n = (size_t)snprintf(out, MOST_NAME, "file");
	snprintf(out + n, MOST_NAME + 1 - n, "%s%s", ext[0] != '\0' ? "." : "", ext);
}

/* Pictures, sounds and films are shown where they are, all else is for saving. */
static void
describe(struct web_answer *ans, struct arena *a, const struct handout *h)
{
	const struct media_type *type = media_type_of(h->type);
	char name[MOST_NAME + 1];

	plain_name(name, h->name, type);
	ans->content_type = type != NULL ? type->mime : "application/octet-stream";
	ans->headers = arena_printf(a,
	    "Content-Disposition: %s; filename=\"%s\"\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Content-Security-Policy: default-src 'none'; sandbox\r\n"
	    "Referrer-Policy: no-referrer\r\n",
	    type != NULL && type->family != MEDIA_DOCUMENT ? "inline" : "attachment",
	    name);
}

/*
 * Whoever has the link may read as slowly as he likes, and holds a thread for that long: so a
 * quarter of them does this at a time, and people who write find the others.
 */
static bool
take_turn(const struct web_worker *w, const struct web_req *r, struct err *e)
{
	const size_t most = (size_t)cfg_int(r->cfg, CFG_SERVER_WORKERS) / 4 + 1;

	if (w->web->files == NULL || atomic_fetch_add(w->web->files, 1) < most)
		return true;
	atomic_fetch_sub(w->web->files, 1);
	return err_set(e, ERR_TIMEOUT, 0,
	    "%zu files are being handed out already: raise server.workers if it is not "
	    "one who reads slowly on purpose",
	    most);
}

static void
end_turn(const struct web_worker *w)
{
	if (w->web->files != NULL)
		atomic_fetch_sub(w->web->files, 1);
}

void
on_media_end(struct web_worker *w, const struct web_file *file)
{
	close(file->fd);
	end_turn(w);
}

bool
on_media(struct web_worker *w, const struct web_req *r, struct web_answer *ans,
    struct err *e)
{
	const char *token = form_get(&r->query, WEB_QUERY_MEDIA);
	struct web_file *file = arena_alloc(w->arena, sizeof(*file));
	enum handout_result did;
	struct handout h;

	if (!take_turn(w, r, e))
		return false;
	did = handout_open(
	    w->web->dialog->store, token != NULL ? token : "", w->arena, &h, e);
	if (did != HANDOUT_OK)
		end_turn(w);
	if (did == HANDOUT_NONE)
		return err_set(e, ERR_INPUT, 404, "no file has this token any more");
	if (did == HANDOUT_FAILED)
		return false;
	*file = (struct web_file){ .fd = h.fd, .size = h.size };
	ans->file = file;
	describe(ans, w->arena, &h);
	return true;
}
