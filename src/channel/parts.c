/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "channel/parts.h"

static const char raw[] = { 1, 2, 3, '\0' };

_Static_assert(sizeof(raw) == RENDER_MARKS + 1, "a byte for each mark");

void
parts_add(struct parts *p, const char *s, size_t len)
{
	if (p->n == p->cap) {
		const char **more;

		p->cap = p->cap > 0 ? 2 * p->cap : 8; /* more are rare */
		more = arena_alloc(p->arena, p->cap * sizeof(*more));
		if (p->n > 0)
			memcpy(more, p->texts, p->n * sizeof(*more));
		p->texts = more;
	}
	p->texts[p->n++] = arena_strndup(p->arena, s, len);
}

bool
marks_any(const char *text)
{
	return strpbrk(text, raw) != NULL;
}

/* The marks that are open, outermost first; in the part at hand the first `written` are. */
struct open {
	size_t marks[RENDER_MARKS];
	size_t n, written;
};

/* One end of a mark: of the innermost the second, or else the first of another. */
static void
turn(struct open *open, struct buf *out, size_t mark)
{
	if (open->n == 0 || open->marks[open->n - 1] != mark) {
		if (open->n < RENDER_MARKS)
			open->marks[open->n++] = mark;
		return;
	}
	if (open->written == open->n) {
		buf_chr(out, render_marks[mark]);
		open->written--;
	}
	open->n--;
}

/* A mark is written when something follows that it encloses. */
static void
write_part(struct buf *out, const char *s, struct open *open)
{
	for (; *s != '\0'; s++) {
		if (*s >= 1 && *s <= RENDER_MARKS) {
			turn(open, out, (size_t)*s - 1);
			continue;
		}
		while (open->written < open->n)
			buf_chr(out, render_marks[open->marks[open->written++]]);
		buf_chr(out, *s);
	}
	while (open->written > 0)
		buf_chr(out, render_marks[open->marks[--open->written]]);
}

void
marks_write(struct parts *p)
{
	struct open open = { .n = 0 };
	size_t n = p->n;

	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(p->texts[i]);
		CLEANUP(buf_fini) struct buf out = BUF_INIT(len + MARKS_ROOM);

		write_part(&out, p->texts[i], &open);
		if (out.len > 0) /* there was more than marks */
			parts_add(p, out.data, out.len);
	}
}
