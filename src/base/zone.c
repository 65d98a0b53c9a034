/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/xalloc.h"
#include "base/zone.h"
#include "base/zone_rule.h"

#define ZONE_DIR "/usr/share/zoneinfo"

enum {
	HEADER_BYTES = 44,
	TYPE_BYTES = 6,
	LEAP_EXTRA = 4,
	MOST_OFFSET_S = 26 * 3600,
	NAME_MAX_BYTES = 100
};

/* Clocks have this offset from then on. */
struct step {
	int64_t at_s;
	int32_t offset_s;
};

struct zone {
	struct step *steps; /* ascending */
	size_t n;
	struct zone_rule rule; /* behind the last step */
	int32_t first_s; /* before the first step */
	bool has_rule;
};

/* How many of each thing a block of the file holds; one block is all of a version's data. */
struct counts {
	size_t ut, standard, leaps, steps, types, letters;
};

struct block {
	const unsigned char *at;
	size_t time_bytes; /* of a moment: 4 or 8 */
	struct counts n;
};

void
zone_free(struct zone *z)
{
	if (z == NULL)
		return;
	free(z->steps);
	free(z);
}

void
zone_freep(struct zone **z)
{
	zone_free(*z);
}

static uint32_t
get_32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int32_t
get_signed(const unsigned char *p)
{
	uint32_t u = get_32(p);

	return u <= INT32_MAX ? (int32_t)u : -(int32_t)(UINT32_MAX - u) - 1;
}

static int64_t
get_moment(const unsigned char *p, size_t bytes)
{
	if (bytes == 4)
		return get_signed(p);
	return (int64_t)get_signed(p) * ((int64_t)1 << 32) + get_32(p + 4);
}

static size_t
block_bytes(const struct block *b)
{
	return b->n.steps * (b->time_bytes + 1) + b->n.types * TYPE_BYTES +
	    b->n.letters + b->n.leaps * (b->time_bytes + LEAP_EXTRA) + b->n.standard +
	    b->n.ut;
}

/* Takes header and block off the text. */
static bool
take_block(const unsigned char **p, size_t *len, size_t time_bytes, struct block *b)
{
	size_t *const counts[] = { &b->n.ut, &b->n.standard, &b->n.leaps, &b->n.steps,
		&b->n.types, &b->n.letters };

	if (*len < HEADER_BYTES || memcmp(*p, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < NELEMS(counts); i++) {
		*counts[i] = get_32(*p + 20 + 4 * i);
		if (*counts[i] > LIMIT_ZONE_BYTES)
			return false;
	}
	b->at = *p + HEADER_BYTES;
	b->time_bytes = time_bytes;
	if (block_bytes(b) > *len - HEADER_BYTES)
		return false;
	*p += HEADER_BYTES + block_bytes(b);
	*len -= HEADER_BYTES + block_bytes(b);
	return true;
}

static bool
read_offset(const struct block *b, size_t type, int32_t *out)
{
	const unsigned char *types = b->at + b->n.steps * (b->time_bytes + 1);

	if (type >= b->n.types)
		return false;
	*out = get_signed(types + type * TYPE_BYTES);
	return *out > -MOST_OFFSET_S && *out < MOST_OFFSET_S;
}

/* Files with leap seconds count other seconds than Unix time does. */
static bool
read_block(struct zone *z, const struct block *b)
{
	const unsigned char *type = b->at + b->n.steps * b->time_bytes;

	if (b->n.leaps > 0 || !read_offset(b, 0, &z->first_s))
		return false;
	z->n = b->n.steps;
	z->steps = xcalloc(z->n + 1, sizeof(*z->steps));
	for (size_t i = 0; i < z->n; i++) {
		struct step *s = &z->steps[i];

		s->at_s = get_moment(b->at + i * b->time_bytes, b->time_bytes);
		if (!read_offset(b, type[i], &s->offset_s) ||
		    (i > 0 && s->at_s <= s[-1].at_s))
			return false;
	}
	return true;
}

/* The rule between two line ends; an empty one is none. */
static bool
read_footer(struct zone *z, const unsigned char *p, size_t len)
{
	CLEANUP(buf_fini) struct buf text = BUF_INIT(LIMIT_ZONE_BYTES);
	const unsigned char *end = len > 0 ? memchr(p + 1, '\n', len - 1) : NULL;

	if (end == NULL || *p != '\n' || memchr(p, '\0', (size_t)(end - p)) != NULL)
		return false;
	if (end == p + 1)
		return true;
	buf_add(&text, p + 1, (size_t)(end - p - 1));
	z->has_rule = true;
	return buf_ok(&text) && zone_rule_read(text.data, &z->rule);
}

/* A first block for readers of old, and, since version 2, one with longer moments. */
static bool
read_file(struct zone *z, const unsigned char *p, size_t len)
{
	char version = len >= HEADER_BYTES ? (char)p[4] : '\0';
	struct block b;

	if (!take_block(&p, &len, 4, &b))
		return false;
	if (version < '2')
		return read_block(z, &b);
	return take_block(&p, &len, 8, &b) && read_block(z, &b) &&
	    read_footer(z, p, len);
}

struct zone *
zone_parse(const void *data, size_t len, struct err *e)
{
	struct zone *z = xcalloc(1, sizeof(*z));

	if (read_file(z, data, len))
		return z;
	zone_free(z);
	err_set(e, ERR_INPUT, 0, "no time zone file as of RFC 8536");
	return NULL;
}

/* Names of the database: nothing that leads out of its folder. */
static bool
is_name(const char *s)
{
	size_t n = strlen(s);

	if (n == 0 || n > NAME_MAX_BYTES || *s == '/' || s[n - 1] == '/')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("_+-/", *s) == NULL)
			return false;
	return true;
}

struct zone *
zone_new(const char *name, struct err *e)
{
	CLEANUP(buf_fini) struct buf data = BUF_INIT(LIMIT_ZONE_BYTES);
	CLEANUP(closep) int dir = -1;
	const char *path = getenv("TZDIR");
	struct zone *z = NULL;

	if (path == NULL || *path != '/')
		path = ZONE_DIR;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		err_set(e, ERR_CONFIG, errno,
		    "there are no time zones in %s: install the package tzdata", path);
		return NULL;
	}
	if (is_name(name) && file_read(dir, name, &data, e))
		z = zone_parse(data.data, data.len, e);
	if (z == NULL)
		err_set(e, ERR_CONFIG, 0,
		    "there is no time zone \"%.*s\" in %s; they have names such as "
		    "\"Europe/Madrid\"",
		    NAME_MAX_BYTES, name, path);
	return z;
}

/* The last step that is not behind the moment. */
static const struct step *
find_step(const struct zone *z, int64_t wall_s)
{
	size_t low = 0, high = z->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (z->steps[mid].at_s <= wall_s)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 ? &z->steps[low - 1] : NULL;
}

int32_t
zone_offset_s(const struct zone *z, int64_t wall_s)
{
	const struct step *s = find_step(z, wall_s);

	if (z->has_rule && (z->n == 0 || s == &z->steps[z->n - 1]))
		return zone_rule_offset_s(&z->rule, wall_s);
	return s != NULL ? s->offset_s : z->first_s;
}
