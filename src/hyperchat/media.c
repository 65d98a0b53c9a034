/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "http/http.h"
#include "hyperchat/media.h"
#include "hyperchat/settle.h"

bool
hyperchat_media_takes(const char *name)
{
	static const char *const extensions[] = { "jpg", "jpeg", "png", "gif", "pdf",
		"doc", "docx", "xls", "xlsx", "mp4", "avi", "mp3" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < NELEMS(extensions); i++)
		if (strcasecmp(dot + 1, extensions[i]) == 0)
			return true;
	return false;
}

enum hyperchat_outcome
hyperchat_media_post(const struct hyperchat_call *c, const struct hyperchat_file *file,
    const char **id, struct err *e)
{
	const struct http_part parts[] = {
		{ .name = "chatId", .text = file->chat_id },
		{ .name = "senderId", .text = file->sender },
		{ .name = "media",
		    .fd = file->fd,
		    .size = file->size,
		    .filename = file->name,
		    .type = file->type },
	};
	struct hyperchat_request q = { .what = "hyperchat upload",
		.path = "media/",
		.parts = parts,
		.n_parts = NELEMS(parts),
		.timeout_ms = -1,
		.once = true };
	struct hyperchat_sent s = { .chat_id = file->chat_id,
		.sender = file->sender,
		.media_name = file->name,
		.after = file->after };

	return hyperchat_settle(c, &q, &s, id, e);
}

/* "media/" and then path characters alone, no segment of which climbs. */
static bool
is_media_path(const char *path)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-._~/";
	size_t n = strlen(path);

	return n > 6 && n < LIMIT_URL && strncmp(path, "media/", 6) == 0 &&
	    strspn(path, allowed) == n && strstr(path, "//") == NULL &&
	    strstr(path, "/.") == NULL;
}

/* What stands behind the base; NULL when it is none of ours. */
static const char *
path_of(const struct hyperchat_account *account, const char *url)
{
	size_t n = strlen(account->base);

	if (strncmp(url, account->base, n) == 0)
		url += n;
	else if (url[0] == '/')
		url++;
	return is_media_path(url) ? url : NULL;
}

/* "image/PNG; x=y" -> "image/png"; "" for anything that is no type. */
static const char *
read_type(const struct http_resp *r, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_LABEL);
	size_t n;

	if (!http_resp_header(r, "content-type", &b) || !buf_ok(&b))
		return "";
	n = strspn(b.data,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789!#$&^_.+-/");
	buf_truncate(&b, n);
	for (size_t i = 0; i < n; i++)
		if (b.data[i] >= 'A' && b.data[i] <= 'Z')
			b.data[i] = (char)(b.data[i] + 'a' - 'A');
	return strchr(b.data, '/') != NULL ? arena_strdup(a, b.data) : "";
}

static bool
fetch(const struct hyperchat_call *c, const char *path, size_t max_bytes,
    struct hyperchat_download *d, struct err *e)
{
	const struct http_header headers[] = { { "x-hyper-appid", c->account->app_id },
		{ "x-hyper-secret", c->account->secret } };
	CLEANUP(http_resp_fini) struct http_resp r = { 0 };
	struct http_req q = { .what = "hyperchat download",
		.url = arena_printf(c->arena, "%s%s", c->account->base, path),
		.headers = headers,
		.n_headers = NELEMS(headers),
		.into_fd = &d->fd,
		.max_bytes = max_bytes,
		.until_ms = c->until_ms,
		.retry_throttled = true };

	if (!http_do(c->http, &q, &r, e))
		return false;
	if (r.status == 401 || r.status == 403)
		return err_set(e, ERR_DENIED, r.status,
		    "%s: status %d: is chat.chat.secret right?", q.what, r.status);
	if (r.status / 100 != 2)
		return err_set(
		    e, ERR_UPSTREAM, r.status, "%s: status %d", q.what, r.status);
	d->size = r.in_file;
	d->type = read_type(&r, c->arena);
	return true;
}

bool
hyperchat_media_get(const struct hyperchat_call *c, const char *url, const char *dir,
    size_t max_bytes, struct hyperchat_download *out, struct err *e)
{
	const char *path = path_of(c->account, url);
	struct hyperchat_download d = { .fd = -1 };

	if (path == NULL)
		return err_set(e, ERR_DENIED, 0,
		    "hyperchat download: not an address of HyperChat's media");
	if (!file_unnamed(dir, &d.fd, e))
		return false;
	if (!fetch(c, path, max_bytes, &d, e)) {
		close(d.fd);
		return false;
	}
	*out = d;
	return true;
}
