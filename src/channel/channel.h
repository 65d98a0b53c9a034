/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "conf/conf.h"
#include "render/html.h"

/* What the dialogue knows of a kind of phone. Constant tables; thread-safe. */
struct channel {
	const char *name; /* "sms", "whatsapp" */
	const char *prefix; /* of its addresses; "" matches any, and stands last */
	enum render_style style;
	size_t max_units; /* UTF-16 units of one message */
	size_t max_media; /* in one message */
	/*
	 * Whether it takes what is at a URL, by the ending of the URL's path. What it does
	 * not take is sent as a link.
	 */
	bool (*shows)(enum media_kind kind, const char *url);
	/*
	 * Whether it takes a file of this type (NULL: not known) and size. What it does not
	 * take is sent as a link.
	 */
	bool (*takes)(const char *mime, size_t bytes);
	int64_t per_s; /* messages a sender usually may send in a second */
	bool segments; /* a text is billed by segments: twilio/segments.h */
	bool opts_out_by_word; /* users stop messages by a word: sms.opt_out_words */
};

/* The channel of an address, never NULL. */
const struct channel *channel_of(const char *address);
const struct channel *const *channels(size_t *n);

/*
 * The addresses of a conversation by its user's id (see dialog.h: inbound.user_id), where they
 * were kept nowhere: *user is his, *ours the one he wrote to. False: the id does not tell.
 */
bool channel_addresses(struct arena *a, const char *user_id, const char **user,
    const char **ours) MUST_CHECK;

/* And the id of the user whose phones were kept so (agent/tickets.h: tickets_phones). */
const char *channel_user_of(struct arena *a, const char *phones) MUST_CHECK;

/*
 * The id of the one conversation of that user in this environment: whoever asks chooses an
 * environment, by Host or path, and each has a proof of its own; what one has proven must not
 * speak in the conversations of another. In the arena, or user_id itself.
 */
const char *channel_conv_id(
    struct arena *a, enum conf_env env, const char *user_id) MUST_CHECK;

/*
 * Cuts a text into messages the channel takes: at an empty line, a line, a word, in this
 * order of liking; never inside a code point or, where one fits whole, a link or a line
 * of an option list ("N) label"). Joined with the blank between them they give the text.
 * Raw marks (render/html.h) are written out; an emphasis that is cut ends with its part
 * and begins again with the next.
 * Results live in the arena; *n is 0 for an empty text.
 */
const char *const *channel_split(
    const struct channel *c, struct arena *a, const char *text, size_t *n) MUST_CHECK;

/*
 * The same of a text that is sent. Where a message is billed by its segments it is made to
 * need few of them: letters and their accents are composed (twilio/nfc.h) and, if `plain`,
 * typographic characters are made plain in each message that takes fewer segments then
 * (twilio/transliterate.h). Links stay as they are. Everything that goes to a phone comes
 * through here.
 */
const char *const *channel_messages(const struct channel *c, struct arena *a,
    const char *text, bool plain, size_t *n) MUST_CHECK;

#endif
