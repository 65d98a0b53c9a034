/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "channel/channel.h"
#include "support/leaks.h"

TestSuite(channel, .fini = no_leaks);

Test(channel, of_an_address)
{
	static const struct {
		const char *address, *name;
		enum render_style style;
	} t[] = {
		{ "+34600111222", "sms", RENDER_PLAIN },
		{ "whatsapp:+34600111222", "whatsapp", RENDER_WHATSAPP },
		{ "whatsapp", "sms", RENDER_PLAIN },
		{ "12345", "sms", RENDER_PLAIN },
		{ "", "sms", RENDER_PLAIN },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const struct channel *c = channel_of(t[i].address);

		cr_expect_str_eq(c->name, t[i].name, "%s", t[i].address);
		cr_expect_eq(c->style, t[i].style, "%s", t[i].address);
		cr_expect_eq(c->max_units, LIMIT_PART_UNITS, "%s", t[i].address);
	}
}

Test(channel, media)
{
	static const struct {
		const char *url;
		enum media_kind kind;
		bool sms, whatsapp;
	} t[] = {
		{ "https://x.example/a.png", MEDIA_IMAGE, true, true },
		{ "https://x.example/a.JPEG?w=10.gif", MEDIA_IMAGE, true, true },
		{ "https://x.example/a.gif", MEDIA_IMAGE, true, false },
		{ "https://x.example/a.GIF#x", MEDIA_IMAGE, true, false },
		{ "https://x.example/a.svg", MEDIA_IMAGE, true, false },
		{ "https://x.example/image.php?f=a.gif", MEDIA_IMAGE, true, true },
		{ "https://x.example/image", MEDIA_IMAGE, true, true },
		{ "https://x.gif", MEDIA_IMAGE, true, true },
		{ "https://x.example/f.pdf", MEDIA_FRAME, true, true },
		{ "https://x.example/f.pdf/", MEDIA_FRAME, false, false },
		{ "https://x.example/f.pdf?page=2#top", MEDIA_FRAME, true, true },
		{ "https://x.example/f%2Epdf", MEDIA_FRAME, false, false },
		{ "https://x.example/f.pd%66", MEDIA_FRAME, false, false },
		{ "https://x.pdf", MEDIA_FRAME, false, false },
		{ "https://x.pdf?a/b.pdf", MEDIA_FRAME, false, false },
		{ "https://x.example/pdf", MEDIA_FRAME, false, false },
		{ "https://x.example/.", MEDIA_FRAME, false, false },
		{ "https://v.example/embed/abc", MEDIA_FRAME, false, false },
		{ "https://x.example/f.xls", MEDIA_FRAME, true, false },
		{ "https://x.example/f.xlsx", MEDIA_FRAME, true, true },
		{ "https://x.example/f.pptx", MEDIA_FRAME, false, true },
		{ "https://x.example/v.mp4", MEDIA_VIDEO, true, true },
		{ "https://x.example/v.avi", MEDIA_VIDEO, true, false },
		{ "https://x.example/v.webm", MEDIA_VIDEO, false, false },
		{ "https://x.example/a.mp3", MEDIA_AUDIO, true, true },
		{ "https://x.example/a.ogg", MEDIA_AUDIO, false, true },
		{ "https://x.example/a", MEDIA_AUDIO, false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		cr_expect_eq(channel_of("+1")->shows(t[i].kind, t[i].url), t[i].sms,
		    "%s on SMS", t[i].url);
		cr_expect_eq(channel_of("whatsapp:+1")->shows(t[i].kind, t[i].url),
		    t[i].whatsapp, "%s on WhatsApp", t[i].url);
	}
	cr_expect_eq(channel_of("+1")->max_media, LIMIT_MEDIA);
	cr_expect_eq(channel_of("whatsapp:+1")->max_media, 1);
}

Test(channel, files_of_agents)
{
	static const size_t mib = 1024 * 1024;
	const struct {
		const char *mime;
		size_t bytes;
		bool sms, whatsapp;
	} t[] = {
		{ "image/png", 1, true, true },
		{ "IMAGE/JPG; q=1", 5 * mib, true, true },
		{ "image/png", 5 * mib + 1, false, false },
		{ "image/gif", 1, true, false },
		{ "image/webp", 1, false, true },
		{ "image/heic", 1, false, false },
		{ "image/svg+xml", 1, false, false },
		{ "application/pdf", 500000, true, true },
		{ "application/pdf", 500001, false, true },
		{ "application/pdf", 16 * mib, false, true },
		{ "application/pdf", 16 * mib + 1, false, false },
		{ "application/vnd.ms-excel", 1, true, false },
		{ "text/vcard", 1, false, true },
		{ "video/mp4", 1, true, true },
		{ "audio/ogg", 1, false, true },
		{ "text/html", 1, false, false },
		{ "", 1, false, false },
		{ NULL, 1, false, false },
		{ "image/png", 0, false, false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		const char *mime = t[i].mime != NULL ? t[i].mime : "none";

		cr_expect_eq(channel_of("+1")->takes(t[i].mime, t[i].bytes), t[i].sms,
		    "%s, %zu bytes by MMS", mime, t[i].bytes);
		cr_expect_eq(channel_of("whatsapp:+1")->takes(t[i].mime, t[i].bytes),
		    t[i].whatsapp, "%s, %zu bytes by WhatsApp", mime, t[i].bytes);
	}
}

Test(channel, addresses_by_the_users_id)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *user = NULL, *ours = NULL;

	cr_assert(channel_addresses(a, "twilio-12345-34600111222", &user, &ours));
	cr_expect_str_eq(user, "+34600111222");
	cr_expect_str_eq(ours, "12345");
	cr_expect_not(channel_addresses(a, "12345", &user, &ours));
}

/* A row behind the one that matches any address would never be found. */
Test(channel, each_row_can_be_found)
{
	size_t n;
	const struct channel *const *rows = channels(&n);

	cr_expect_gt(n, 0);
	for (size_t i = 0; i < n; i++) {
		cr_expect_eq(channel_of(rows[i]->prefix), rows[i], "%s", rows[i]->name);
		for (size_t k = 0; k < i; k++)
			cr_expect_str_neq(rows[i]->name, rows[k]->name);
	}
	cr_expect_str_eq(rows[n - 1]->prefix, "");
}
