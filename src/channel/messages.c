/* SPDX-License-Identifier: Apache-2.0 */
/* What a text becomes before it is sent: written the cheapest way, and cut. */
#include "config.h"

#include <string.h>

#include "base/buf.h"
#include "channel/channel.h"
#include "channel/parts.h"
#include "twilio/nfc.h"
#include "twilio/segments.h"
#include "twilio/transliterate.h"

static size_t
segments_of(const char *const *texts, size_t n)
{
	size_t segments = 0;

	for (size_t i = 0; i < n; i++)
		segments += seg_count(texts[i], strlen(texts[i])).segments;
	return segments;
}

/*
 * Adds a message made plain. It may be too long then, since an ellipsis becomes three dots: it
 * is cut once more. False, and nothing is added: it is not cheaper.
 */
static bool
add_plain(struct parts *out, const struct channel *c, const char *text)
{
	size_t len = strlen(text), n;
	CLEANUP(buf_fini) struct buf plain = BUF_INIT(len);
	const char *const *pieces;

	if (!transliterate(text, len, SIZE_MAX, &plain))
		return false;
	pieces = channel_split(c, out->arena, plain.data, &n);
	if (segments_of(pieces, n) >= seg_count(text, len).segments)
		return false;
	for (size_t i = 0; i < n; i++)
		parts_add(out, pieces[i], strlen(pieces[i]));
	return true;
}

const char *const *
channel_messages(
    const struct channel *c, struct arena *a, const char *text, bool plain, size_t *n)
{
	struct parts out = { .arena = a };
	const char *const *cut;
	size_t n_cut;

	if (!c->segments)
		return channel_split(c, a, text, n);
	cut = channel_split(c, a, nfc_text(a, text), &n_cut);
	*n = n_cut;
	if (!plain)
		return cut;
	for (size_t i = 0; i < n_cut; i++)
		if (!add_plain(&out, c, cut[i]))
			parts_add(&out, cut[i], strlen(cut[i]));
	*n = out.n;
	return out.texts;
}
