/* SPDX-License-Identifier: Apache-2.0 */
/* Files in chats. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "sandbox/blobs.h"
#include "sandbox/hyper_rest.h"
#include "sandbox/multipart.h"
#include "sandbox/sandbox.h"

enum { MEDIA_BYTES = 16 * 1024 * 1024, NAME_BYTES = 255 };

/* What HyperChat takes. Source: Inbenta, "HyperChat API", media. */
static const char *const extensions[] = { "jpg", "jpeg", "png", "gif", "pdf", "doc",
	"docx", "xls", "xlsx", "mp4", "avi", "mp3" };

static bool
is_allowed(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < NELEMS(extensions); i++)
		if (strcasecmp(extensions[i], dot + 1) == 0)
			return true;
	return false;
}

/* The text of a field, "" when it is missing or no text. */
static const char *
field(const struct multipart *m, struct arena *a, const char *name)
{
	const struct multipart_part *p = multipart_find(m, name);

	if (p == NULL || p->filename != NULL || !utf8_valid(p->data, p->len))
		return "";
	return arena_strndup(a, p->data, p->len);
}

static const char *
name_of(const struct multipart_part *p)
{
	return p->filename != NULL ? p->filename : "";
}

/* Puts it into the chat and answers. */
static void
keep(const struct hyper_call *c, js *chat, const char *sender,
    const struct multipart_part *p)
{
	const char *id = hyper_id(c->h, c->q->arena, 'M');
	const char *url = arena_printf(c->q->arena, "/media/%s", id);
	const char *type = p->type != NULL && is_media_type(p->type)
	    ? p->type
	    : "application/octet-stream";
	struct blob b = { id, name_of(p), type, p->data, p->len, NULL };
	js *media = json_object_new_object(), *view = json_object_new_object();

	blobs_put(c->h->sb->media, &b);
	hyper_set(media, "url", url);
	hyper_set(media, "type", type);
	hyper_set(media, "name", name_of(p));
	flow_media(c->h, chat, sender, media);
	js_putp(&media);
	hyper_set(view, "id", id);
	hyper_set(view, "url", url);
	hyper_answers(c->r, "media", view);
}

void
hyper_media_post(const struct hyper_call *c)
{
	struct arena *a = c->q->arena;
	const struct multipart_part *p;
	const char *why, *sender;
	struct multipart m;
	js *chat;

	why = multipart_read(
	    &m, a, request_header(c->q, "Content-Type"), c->q->body, c->q->body_len);
	if (why != NULL) {
		hyper_refuses(c->r, 400, "%s", why);
		return;
	}
	chat = hyper_open_chat(c, field(&m, a, "chatId"));
	if (chat == NULL)
		return;
	sender = field(&m, a, "senderId");
	p = multipart_find(&m, "media");
	if (strcmp(sender, js_str(chat, "creator", "")) != 0 &&
	    !hyper_list_has(js_arr(chat, "agents"), sender))
		hyper_refuses(c->r, 403, "User is not in the chat");
	else if (p == NULL || *name_of(p) == '\0' || strlen(name_of(p)) > NAME_BYTES ||
	    !utf8_valid(name_of(p), strlen(name_of(p))))
		hyper_refuses(c->r, 400, "media must be a file with a name");
	else if (!is_allowed(name_of(p)))
		hyper_refuses(c->r, 403, "File type is not allowed");
	else if (p->len > MEDIA_BYTES)
		hyper_refuses(c->r, 413, "The file is too large");
	else if (p->len == 0)
		hyper_refuses(c->r, 400, "The file is empty");
	else
		keep(c, chat, sender, p);
}

void
hyper_media_get(const struct hyper_call *c)
{
	if (!blobs_serve(c->h->sb->media, c->id, false, c->q, c->r))
		hyper_refuses(c->r, 404, "Media not found");
}
