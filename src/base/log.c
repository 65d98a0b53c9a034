/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/metrics.h"

static_assert(LIMIT_LOG_LINE <= PIPE_BUF,
    "a pipe takes a line in one piece, so that lines never mix");

const char *const log_room_names[LOG_ROOM_N] = {
#define LOG_ROOM_NAME(name) #name,
	LOG_ROOMS(LOG_ROOM_NAME)
#undef LOG_ROOM_NAME
};

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARN] = "warn",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static atomic_int log_level_now = LOG_INFO; /* of rooms that have none of their own */
static atomic_int log_level_most = LOG_INFO; /* above it no room has anything to say */
static atomic_int log_format_now = LOG_KV;

/* As it differs from log_level_now, so that the beginning is zero. */
static atomic_int log_room_offset[LOG_ROOM_N];
static _Thread_local char turn_id[33];
static _Thread_local char ticket_number[LIMIT_TICKET + 1];

enum log_room
log_room_find(const char *name, size_t n)
{
	for (size_t i = 0; i < LOG_ROOM_N; i++)
		if (strlen(log_room_names[i]) == n &&
		    memcmp(log_room_names[i], name, n) == 0)
			return (enum log_room)i;
	return LOG_ROOM_N;
}

bool
log_level_find(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < NELEMS(level_names); i++)
		if (strcmp(level_names[i], name) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

void
log_setup(enum log_level level, enum log_format format)
{
	for (size_t i = 0; i < LOG_ROOM_N; i++)
		atomic_store(&log_room_offset[i], 0);
	atomic_store(&log_level_now, (int)level);
	atomic_store(&log_level_most, (int)level);
	atomic_store(&log_format_now, (int)format);
}

void
log_room_level(enum log_room room, enum log_level level)
{
	atomic_store(&log_room_offset[room], (int)level - atomic_load(&log_level_now));
	if ((int)level > atomic_load(&log_level_most))
		atomic_store(&log_level_most, (int)level);
}

bool
log_on(enum log_level level, const char *room)
{
	enum log_room i;
	int own = 0;

	/* Most lines that are not written end here, without a look at the room. */
	if ((int)level > atomic_load_explicit(&log_level_most, memory_order_relaxed))
		return false;
	i = log_room_find(room, strlen(room));
	if (i != LOG_ROOM_N)
		own = atomic_load_explicit(&log_room_offset[i], memory_order_relaxed);
	return (int)level <=
	    atomic_load_explicit(&log_level_now, memory_order_relaxed) + own;
}

void
log_turn(const char *id)
{
	snprintf(turn_id, sizeof(turn_id), "%s", id);
	log_ticket("");
}

void
log_ticket(const char *number)
{
	snprintf(ticket_number, sizeof(ticket_number), "%s", number);
}

const char *
log_ticket_now(void)
{
	return ticket_number;
}

const char *
log_turn_now(void)
{
	return turn_id;
}

const char *
log_masked(const char *address, char out[LOG_MASK_SIZE])
{
	const char *number = strrchr(address, ':');
	int scheme = 0;
	size_t len;

	if (number != NULL && number - address < 16)
		scheme = (int)(++number - address);
	else
		number = address;
	len = strlen(number);
	if (len > 5)
		snprintf(
		    out, LOG_MASK_SIZE, "%.*s*%s", scheme, address, number + len - 4);
	else
		snprintf(out, LOG_MASK_SIZE, "%.*s*", scheme, address);
	return out;
}

/* A name of one letter would be told whole; and half a character is none. */
const char *
log_masked_mail(const char *address, char out[LOG_MAIL_SIZE])
{
	const char *at = strrchr(address, '@');
	size_t first = 1;

	if (at == NULL || at == address) {
		snprintf(out, LOG_MAIL_SIZE, "***");
		return out;
	}
	while (((unsigned char)address[first] & 0xc0) == 0x80)
		first++;
	if (address + first >= at)
		first = 0;
	snprintf(out, LOG_MAIL_SIZE, "%.*s***%s", (int)first, address, at);
	return out;
}

static void
timestamp(char *out, size_t size)
{
	struct timespec now;
	struct tm utc;
	char date[24];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out, size, "%s.%03ldZ", date, now.tv_nsec / 1000000);
}

static void
pair_kv(struct buf *b, const struct log_pair *p)
{
	buf_printf(b, " %s=", p->key);
	if (p->text == NULL)
		buf_printf(b, "%" PRId64, p->number);
	else
		buf_logval(b, p->text, strlen(p->text));
}

static void
pair_json(struct buf *b, const struct log_pair *p)
{
	buf_printf(b, ",\"%s\":", p->key);
	if (p->text == NULL) {
		buf_printf(b, "%" PRId64, p->number);
		return;
	}
	buf_chr(b, '"');
	buf_json(b, p->text, strlen(p->text));
	buf_chr(b, '"');
}

static void
add_pair(struct buf *b, bool json, const struct log_pair *p)
{
	struct buf before = *b;

	if (json)
		pair_json(b, p);
	else
		pair_kv(b, p);
	if (!buf_ok(b)) { /* a value that does not fit is left out, the rest stays */
		b->overflow = false;
		buf_truncate(b, before.len);
	}
}

/* No name comes twice in a line: a reader of JSON would take one of them, any. */
static bool
has_pair(const struct log_pair *pairs, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pairs[i].key, key) == 0)
			return true;
	return false;
}

void
log_line(enum log_level level, const char *room, const char *event,
    const struct log_pair *pairs, size_t n)
{
	bool json = atomic_load(&log_format_now) == LOG_JSON;
	CLEANUP(buf_fini) struct buf b = BUF_INIT(LIMIT_LOG_LINE - 2);
	const struct log_pair id = LS("id", turn_id);
	const struct log_pair ticket = LS("ticket", ticket_number);
	char when[40];

	if (level <= LOG_WARN)
		metrics_count(
		    M_LOG_LINES, level == LOG_WARN ? M_LEVEL_warn : M_LEVEL_error, 0);
	timestamp(when, sizeof(when));
	if (json) {
		buf_printf(&b,
		    "{\"time\":\"%s\",\"level\":\"%s\",\"room\":\"%s\","
		    "\"event\":\"%s\"",
		    when, level_names[level], room, event);
	} else {
		buf_printf(&b, "%s %s %s event=", when, level_names[level], room);
		buf_logval(&b, event, strlen(event));
	}
	if (turn_id[0] != '\0')
		add_pair(&b, json, &id);
	if (ticket_number[0] != '\0' && !has_pair(pairs, n, ticket.key))
		add_pair(&b, json, &ticket);
	for (size_t i = 0; i < n; i++)
		add_pair(&b, json, &pairs[i]);
	b.max += 2;
	buf_str(&b, json ? "}\n" : "\n");
	if (write(STDERR_FILENO, b.data, b.len) < 0)
		return; /* nobody is left to be told */
}
