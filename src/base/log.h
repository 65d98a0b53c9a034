/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

/*
 * One line per event on stderr, which is the journal or Apache's error log:
 *
 *   2026-01-31T10:00:00.123Z info dialog event=turn id=5f0c… from=*1222 ms=84
 *
 * or the same as one JSON object. A line is one write(2), so threads and processes do not
 * mix theirs. Values are escaped; no secret and no text of a customer goes in above debug
 * level; phone numbers go through log_masked(), e-mail addresses through log_masked_mail().
 */
enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };
enum log_format { LOG_KV, LOG_JSON };

/*
 * The rooms, which are the folders of src/, and main and the sandbox: those of tools/layers
 * (tools/check-logs compares the two).
 */
#define LOG_ROOMS(X) \
	X(base) \
	X(conf) \
	X(http) \
	X(php) \
	X(store) \
	X(twilio) \
	X(inbenta) \
	X(hyperchat) \
	X(messenger) \
	X(render) \
	X(bot) \
	X(agent) \
	X(channel) \
	X(watch) \
	X(dialog) \
	X(web) \
	X(main) \
	X(ctl) \
	X(sandbox)

enum log_room {
#define LOG_ROOM_ID(name) LOG_ROOM_##name,
	LOG_ROOMS(LOG_ROOM_ID)
#undef LOG_ROOM_ID
	    LOG_ROOM_N
};

extern const char *const log_room_names[LOG_ROOM_N];

/* LOG_ROOM_N when there is none of that name; it need not end with a NUL. */
enum log_room log_room_find(const char *name, size_t n) MUST_CHECK;

/* "warn" -> LOG_WARN. False: it is none. */
bool log_level_find(const char *name, enum log_level *out) MUST_CHECK;

/*
 * All rooms at that level. Call before threads start, and again from the one thread that
 * reloads; then log_room_level() for the rooms that are different.
 */
void log_setup(enum log_level level, enum log_format format);
void log_room_level(enum log_room room, enum log_level level);

/* Whether a line of that room would be written. A room of no such name is as most are. */
bool log_on(enum log_level level, const char *room) MUST_CHECK;

/* A pair of a line. Made by the macros below, used at once, never kept. */
struct log_pair {
	const char *key;
	const char *text; /* NULL: the number counts */
	int64_t number;
};

static inline struct log_pair
log_text(const char *key, const char *text)
{
	return (struct log_pair){ key, text != NULL ? text : "", 0 };
}

static inline struct log_pair
log_number(const char *key, int64_t number)
{
	return (struct log_pair){ key, NULL, number };
}

#define LS(key, text) log_text((key), (text))
#define LI(key, number) log_number((key), (int64_t)(number))

/*
 * What an operator is to do, in a few words that name a key, a command or a file; or that
 * there is nothing to do. Each warning and error has one (tools/check-logs); those that
 * several lines share are in base/hint.h.
 */
#define LH(text) log_text("hint", (text))

/*
 * LOG(LOG_WARN, "http", "no answer", LS("call", name), LI("ms", elapsed), LH(HINT_AGAIN));
 * room is the folder; event says what happened, in words that stay the same.
 */
void log_line(enum log_level level, const char *room, const char *event,
    const struct log_pair *pairs, size_t n);

#define LOG(level, room, event, ...) \
	do { \
		if (log_on((level), (room))) { \
			const struct log_pair log_pairs_[] = { __VA_ARGS__ }; \
			log_line(level, room, event, log_pairs_, NELEMS(log_pairs_)); \
		} \
	} while (0)

/*
 * The id of the turn this thread is working on: "" for none. Added to each line as id=. It
 * begins anew: the ticket is forgotten.
 */
void log_turn(const char *id); /* copied, at most 32 bytes */
const char *log_turn_now(void) MUST_CHECK; /* valid until the next log_turn() */

/* The number of the ticket that it is about, added to each line as ticket=; "": none. */
void log_ticket(const char *number); /* copied, at most LIMIT_TICKET bytes */

const char *log_ticket_now(void) MUST_CHECK; /* valid until the next log_ticket() */

/* "+34600111222" -> "*1222", "whatsapp:+34600111222" -> "whatsapp:*1222". */
#define LOG_MASK_SIZE 32
const char *log_masked(const char *address, char out[LOG_MASK_SIZE]);

/* "ann@mail.example" -> "a***@mail.example"; what is no e-mail address -> "***". */
#define LOG_MAIL_SIZE 96
const char *log_masked_mail(const char *address, char out[LOG_MAIL_SIZE]);

#endif
