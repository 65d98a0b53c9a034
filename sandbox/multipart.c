/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "sandbox/multipart.h"

enum { BOUNDARY_BYTES = 70 };

/* A parameter of a header's value, with or without quotes; NULL: absent. */
static const char *
parameter(struct arena *a, const char *value, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strchr(value, ';'); p != NULL; p = strchr(p, ';')) {
		p += 1 + strspn(p + 1, " \t");
		if (strncasecmp(p, name, n) != 0 || p[n] != '=')
			continue;
		p += n + 1;
		if (*p != '"')
			return arena_strndup(a, p, strcspn(p, "; \t\r\n"));
		return arena_strndup(a, p + 1, strcspn(p + 1, "\"\r\n"));
	}
	return NULL;
}

/* The value of a header of the part, a line of its own; NULL: absent. */
static const char *
header(struct arena *a, const char *head, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = head; *p != '\0';) {
		size_t len = strcspn(p, "\r\n");

		if (len > n && strncasecmp(p, name, n) == 0 && p[n] == ':') {
			const char *value = arena_strndup(a, p + n + 1, len - n - 1);

			return value + strspn(value, " \t");
		}
		p += len;
		p += strspn(p, "\r\n");
	}
	return NULL;
}

static const char *
read_part(struct multipart *m, struct arena *a, const char *from, size_t len)
{
	const char *end = memmem(from, len, "\r\n\r\n", 4), *head, *how;
	struct multipart_part *p;

	if (end == NULL)
		return "a part has no head";
	if (m->n == MULTIPART_PARTS)
		return "there are too many parts";
	head = arena_strndup(a, from, (size_t)(end - from));
	how = header(a, head, "Content-Disposition");
	if (how == NULL || strncasecmp(how, "form-data", 9) != 0)
		return "a part is no form-data";
	p = &m->parts[m->n++];
	p->name = parameter(a, how, "name");
	p->filename = parameter(a, how, "filename");
	p->type = header(a, head, "Content-Type");
	p->data = end + 4;
	p->len = len - (size_t)(end + 4 - from);
	return p->name != NULL ? NULL : "a part has no name";
}

const char *
multipart_read(struct multipart *m, struct arena *a, const char *type, const char *body,
    size_t len)
{
	const char *boundary = type != NULL ? parameter(a, type, "boundary") : NULL;
	const char *mark, *at, *next, *why;
	size_t n;

	m->n = 0;
	if (type == NULL || strncasecmp(type, "multipart/form-data", 19) != 0)
		return "Content-Type must be multipart/form-data";
	if (boundary == NULL || *boundary == '\0' || strlen(boundary) > BOUNDARY_BYTES)
		return "the boundary is missing or too long";
	mark = arena_printf(a, "\r\n--%s", boundary);
	n = strlen(mark);
	/* The first one has no line before it. */
	if (len < n - 2 || memcmp(body, mark + 2, n - 2) != 0)
		return "the body does not begin with the boundary";
	at = body + n - 2;
	for (;;) {
		size_t left = len - (size_t)(at - body);

		if (left >= 2 && memcmp(at, "--", 2) == 0)
			return NULL;
		if (left < 2 || memcmp(at, "\r\n", 2) != 0)
			return "a boundary is broken";
		next = memmem(at + 2, left - 2, mark, n);
		if (next == NULL)
			return "the last boundary is missing";
		why = read_part(m, a, at + 2, (size_t)(next - at - 2));
		if (why != NULL)
			return why;
		at = next + n;
	}
}

const struct multipart_part *
multipart_find(const struct multipart *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->parts[i].name, name) == 0)
			return &m->parts[i];
	return NULL;
}
