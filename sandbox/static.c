/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "sandbox/sandbox.h"
#include "sandbox/static.h"

enum { FILE_BYTES = 4 * 1024 * 1024 };

static const struct {
	const char *end, *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".ico", "image/x-icon" },
	{ ".pdf", "application/pdf" },
};

static const char *
type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < NELEMS(types); i++)
		if (strcmp(dot, types[i].end) == 0)
			return types[i].type;
	return NULL;
}

/* A plain name of one level, so that nothing leads out of the folder. */
static bool
is_plain(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	return name[0] != '\0' && name[0] != '.' && name[strspn(name, allowed)] == '\0';
}

void
static_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	const char *name = strrchr(q->path, '/') + 1;
	CLEANUP(buf_fini) struct buf file = BUF_INIT(FILE_BYTES);
	CLEANUP(closep) int dir = -1;
	struct err e;

	if (strcmp(q->path, "/phone/") == 0)
		name = "phone.html";
	else if (name != q->path + strlen("/phone/"))
		name = "";
	dir = open(sb->opts->www, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!is_plain(name) || type_of(name) == NULL || dir < 0 ||
	    !file_read(dir, name, &file, &e)) {
		reply_error(r, 404, "there is no such file");
		return;
	}
	r->status = 200;
	r->type = type_of(name);
	buf_add(&r->body, file.data, file.len);
	reply_header(r, "Cache-Control", "no-cache");
}

void
static_root(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)sb;
	(void)q;
	r->status = 302;
	reply_header(r, "Location", "/phone/");
}
