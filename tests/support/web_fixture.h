/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SUPPORT_WEB_FIXTURE_H
#define SUPPORT_WEB_FIXTURE_H

#include <stddef.h>
#include <string.h>

#include "base/limits.h"
#include "conf/conf.h"
#include "web/io.h"

/*
 * A request without a web server: variables from a table, a body that arrives in pieces of
 * at most `piece` bytes and may stop early, and what was written kept.
 */
struct fake_var {
	const char *name, *value;
};

struct fake_io {
	struct web_io io;
	const struct fake_var *vars; /* ended by a NULL name */
	const char *body;
	size_t len, pos;
	size_t piece; /* 0: all at once */
	bool stalls; /* after the body: the peer is silent instead of done */
	char written[8192];
	size_t n_written;
	int ended; /* how often it was told that the answer is complete */
};

static inline const char *
fake_param(struct web_io *io, const char *name)
{
	const struct fake_var *v = ((struct fake_io *)io)->vars;

	for (; v->name != NULL; v++)
		if (strcmp(v->name, name) == 0)
			return v->value;
	return NULL;
}

static inline ssize_t
fake_read(struct web_io *io, void *out, size_t max)
{
	struct fake_io *f = (struct fake_io *)io;
	size_t n = f->len - f->pos;

	if (n > max)
		n = max;
	if (f->piece > 0 && n > f->piece)
		n = f->piece;
	if (n == 0)
		return f->stalls ? -1 : 0;
	memcpy(out, f->body + f->pos, n);
	f->pos += n;
	return (ssize_t)n;
}

static inline bool
fake_write(struct web_io *io, const void *data, size_t len)
{
	struct fake_io *f = (struct fake_io *)io;

	if (len > sizeof(f->written) - 1 - f->n_written)
		return false;
	memcpy(f->written + f->n_written, data, len);
	f->n_written += len;
	f->written[f->n_written] = '\0';
	return true;
}

static inline void
fake_end(struct web_io *io)
{
	((struct fake_io *)io)->ended++;
}

static inline void
fake_io_init(
    struct fake_io *f, const struct fake_var *vars, const char *body, size_t len)
{
	*f = (struct fake_io){ .io = { LIMIT_REQUEST_READ_MS, fake_param, fake_read,
				   fake_write, fake_end },
		.vars = vars,
		.body = body,
		.len = len };
}

/* The configuration of the source tree with these variables on top; NULL when refused. */
static inline struct conf *
conf_with(char *const *environ_)
{
	const struct conf_opts o = { .root = TOP_SRCDIR, .environ = environ_ };
	struct conf_report report = { 0 };
	struct conf *c = conf_load(&o, &report);

	conf_report_fini(&report);
	return c;
}

#endif
