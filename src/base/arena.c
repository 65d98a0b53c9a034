/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/xalloc.h"

#define BLOCK_BYTES 8192

struct block {
	struct block *next;
	size_t size, used;
	alignas(max_align_t) unsigned char data[];
};

struct arena {
	struct block *head; /* the one that is being filled; the oldest is last */
};

static struct block *
block_new(size_t size, struct block *next)
{
	struct block *b = xmalloc(sizeof(*b) + size);

	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(void)
{
	struct arena *a = xmalloc(sizeof(*a));

	a->head = block_new(BLOCK_BYTES, NULL);
	return a;
}

/* Frees all blocks but the oldest, which arena_new() made. */
static void
drop_blocks(struct arena *a)
{
	while (a->head->next != NULL) {
		struct block *b = a->head;

		a->head = b->next;
		free(b);
	}
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	drop_blocks(a);
	free(a->head);
	free(a);
}

void
arena_freep(struct arena **a)
{
	arena_free(*a);
	*a = NULL;
}

void
arena_reset(struct arena *a)
{
	drop_blocks(a);
	a->head->used = 0;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t unit = alignof(max_align_t);
	void *p;

	n = n > 0 ? (n + unit - 1) / unit * unit : unit;
	if (n > a->head->size - a->head->used)
		a->head = block_new(n > BLOCK_BYTES ? n : BLOCK_BYTES, a->head);
	p = a->head->data + a->head->used;
	a->head->used += n;
	return memset(p, 0, n);
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = arena_alloc(a, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	return p;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	char few[128]; /* most texts are short: formatted once */
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(few, sizeof(few), fmt, ap);
	va_end(ap);
	if (n < 0)
		abort(); /* only a broken format string of our own gets here */
	p = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(few))
		return memcpy(p, few, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
