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

bool
static_read(
    const struct sandbox *sb, const char *name, struct buf *out, const char **type)
{
	CLEANUP(closep) int dir = -1;
	struct err e;

	dir = open(sb->opts->www, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!is_plain(name) || type_of(name) == NULL || dir < 0 ||
	    !file_read(dir, name, out, &e))
		return false;
	*type = type_of(name);
	return true;
}

/* The pages, by the path they are asked for. */
static const struct {
	const char *folder, *page;
} pages[] = { { "/phone/", "phone.html" }, { "/desk/", "desk.html" },
	{ "/start/", "start.html" }, { "/survey/", "survey.html" } };

/* The name of the file; "" when the path leads elsewhere. */
static const char *
name_of(const char *path)
{
	for (size_t i = 0; i < NELEMS(pages); i++) {
		size_t n = strlen(pages[i].folder);

		if (strncmp(path, pages[i].folder, n) != 0)
			continue;
		if (path[n] == '\0')
			return pages[i].page;
		return strchr(path + n, '/') == NULL ? path + n : "";
	}
	return "";
}

void
static_get(struct sandbox *sb, const struct request *q, struct reply *r)
{
	CLEANUP(buf_fini) struct buf file = BUF_INIT(FILE_BYTES);

	if (!static_read(sb, name_of(q->path), &file, &r->type)) {
		reply_error(r, 404, "there is no such file");
		return;
	}
	r->status = 200;
	buf_add(&r->body, file.data, file.len);
	reply_header(r, "Cache-Control", "no-cache");
}

void
static_root(struct sandbox *sb, const struct request *q, struct reply *r)
{
	(void)sb;
	r->status = 302;
	reply_header(r, "Location",
	    strcmp(q->path, "/") == 0 ? "/start/"
				      : arena_printf(q->arena, "%s/", q->path));
}
