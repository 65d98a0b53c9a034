/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pictures, frames, videos and sounds in an answer. What is expected is the text and, behind
 * it in brackets, what goes along; NULL for WhatsApp: the same as on SMS.
 */
#include "config.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"
#include "channel/channel.h"
#include "render/html.h"
#include "support/leaks.h"
#include "support/patience.h"

static void
quiet(void)
{
	log_setup(LOG_ERROR, LOG_KV);
	render_init();
}

TestSuite(media, .init = quiet, .fini = no_leaks);

struct row {
	const char *name, *in, *sms, *whatsapp;
};

static void
check_on(const char *address, const char *name, const char *in, const char *want)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf got = BUF_INIT(64 * 1024);
	const struct channel *c = channel_of(address);
	struct render_media media = { .arena = a, .shows = c->shows };

	render_html(&got, in, strlen(in), c->style, &media);
	for (size_t i = 0; i < media.n; i++)
		buf_printf(&got, "[%s]", media.urls[i]);
	cr_expect_str_eq(
	    got.data, want, "%s, %s:\n%s\nwanted:\n%s", name, c->name, got.data, want);
}

static void
check(const struct row *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check_on("+1", t[i].name, t[i].in, t[i].sms);
		check_on("whatsapp:+1", t[i].name, t[i].in,
		    t[i].whatsapp != NULL ? t[i].whatsapp : t[i].sms);
	}
}

#define CHECK(...) \
	do { \
		static const struct row rows_[] = { __VA_ARGS__ }; \
		check(rows_, NELEMS(rows_)); \
	} while (0)

#define X "https://x.example"

/* Rows of behaviour that the template had right. */
Test(media, r8_to_r10)
{
	CHECK({ "R8", "Text <img src=\"" X "/a.png\"> after", "Text after[" X "/a.png]",
		  NULL },
	    { "R9", "Vid <iframe src=\"https://v.example/embed/abc\"></iframe> end",
		"Vid https://v.example/embed/abc end", NULL },
	    { "R10", "Doc <iframe src=\"" X "/f.pdf\"></iframe> end",
		"Doc end[" X "/f.pdf]", NULL });
}

Test(media, images)
{
	CHECK({ "alone", "<p><img src='" X "/a.jpg' alt='A cat'/></p>", "[" X "/a.jpg]",
		  NULL },
	    { "no quotes, capitals", "<IMG SRC=" X "/a.jpg>", "[" X "/a.jpg]", NULL },
	    { "between words", "one<img src=" X "/a.jpg>two", "one two[" X "/a.jpg]",
		NULL },
	    { "before punctuation", "See <img src=" X "/a.jpg>, there.",
		"See, there.[" X "/a.jpg]", NULL },
	    { "a blank of the author's", "a <img src=" X "/a.jpg> , b",
		"a , b[" X "/a.jpg]", NULL },
	    { "several", "<img src=" X "/a.jpg>x<img src=" X "/b.png>",
		"x[" X "/a.jpg][" X "/b.png]", NULL },
	    { "the same twice", "<img src=" X "/a.jpg><img src='" X "/a.jpg '>",
		"[" X "/a.jpg]", NULL },
	    { "one that WhatsApp does not show", "Look:<img src=" X "/a.gif>!",
		"Look:![" X "/a.gif]", "Look: " X "/a.gif!" },
	    { "no ending", "<img src='" X "/pic?id=7&amp;size=l'>",
		"[" X "/pic?id=7&size=l]", NULL },
	    { "in bold", "<b><img src=" X "/a.jpg></b>x", "x[" X "/a.jpg]", NULL },
	    { "in an item", "<ul><li>a</li><li><img src=" X "/a.jpg></li></ul>",
		"- a[" X "/a.jpg]", NULL },
	    { "in a picture",
		"<picture><source srcset=" X "/a.webp><img src=" X "/a.png></picture>",
		"[" X "/a.png]", NULL },
	    { "text-URL confusion", "http<img src=" X "/a.png>", "http[" X "/a.png]",
		NULL },
	    { "in text that is none", "1 < 2 <img src=" X "/a.png>",
		"1 < 2[" X "/a.png]", NULL },
	    { "in a comment", "<!-- <img src=" X "/a.png> -->x", "x", NULL });
}

Test(media, addresses)
{
	CHECK({ "data", "a <img src=\"data:image/png;base64,iVBORw0KGgo=\"> b", "a b",
		  NULL },
	    { "data in disguise", "a<img src=' DATA:image/png;x'>", "a", NULL },
	    { "relative", "a<img src=a.png><img src=/a.png><img src=''><img>", "a",
		NULL },
	    { "other schemes",
		"a<img src=ftp://x/a.png><img src=file:///etc/x.png>"
		"<img src=javascript:x><img src=cid:1><img src=blob:https://x/y>",
		"a", NULL },
	    { "no host",
		"a<img src=http://><img src=https:///a.png>"
		"<img src=http://?x><img src=http:a.png>",
		"a", NULL },
	    { "the scheme of the page", "<img src=//x.example/a.png>", "[" X "/a.png]",
		NULL },
	    { "capitals", "<img src=HTTPS://X.example/A.PNG>",
		"[HTTPS://X.example/A.PNG]", NULL },
	    { "blanks", "<img src=' " X "/my cat.png\n'>", "[" X "/my%20cat.png]",
		NULL },
	    { "a line end inside", "<img src='" X "/a\n.png'>", "[" X "/a.png]", NULL },
	    { "other letters", "<img src='" X "/caf\xC3\xA9&ntilde;.png'>",
		"[" X "/caf%C3%A9%C3%B1.png]", NULL },
	    { "what is encoded stays", "<img src='" X "/a%20b%.png'>",
		"[" X "/a%20b%.png]", NULL },
	    { "marks that URLs have not", "<img src='" X "/a\"<b>{c}\\d.png'>",
		"[" X "/a%22%3Cb%3E%7Bc%7D%5Cd.png]", NULL });
}

Test(media, frames)
{
	CHECK({ "blanks around the address",
		  "a<iframe src=https://v.example/e></iframe>b",
		  "a https://v.example/e b", NULL },
	    { "a file that WhatsApp does not take",
		"Doc <iframe src=" X "/f.xls></iframe> end", "Doc end[" X "/f.xls]",
		"Doc " X "/f.xls end" },
	    { "several",
		"<iframe src=" X "/1.pdf></iframe> <iframe src=" X
		"/v></iframe><iframe src=" X "/2.PDF?x></iframe>",
		X "/v[" X "/1.pdf][" X "/2.PDF?x]", NULL },
	    { "what is for old browsers",
		"a <iframe src=" X "/f.pdf><p>No <b>frames</b></p></iframe> b",
		"a b[" X "/f.pdf]", NULL },
	    { "no end", "a <iframe src=" X "/f.pdf> b <b>c</b>", "a b c[" X "/f.pdf]",
		"a b *c*[" X "/f.pdf]" },
	    { "an end too many", "a</iframe></video> b", "a b", NULL },
	    { "nowhere", "a<iframe></iframe><iframe src=about:blank></iframe>b", "ab",
		NULL },
	    { "no scheme", "<iframe src=//v.example/embed/x></iframe>",
		"https://v.example/embed/x", NULL },
	    { "embed", "a <embed src=" X "/f.pdf> <embed src=https://v.example/e>",
		"a https://v.example/e[" X "/f.pdf]", NULL },
	    { "object", "a <object data=" X "/f.pdf>no <i>PDF</i></object> b",
		"a b[" X "/f.pdf]", NULL },
	    { "object with an embed",
		"<object><param name=movie value=m.swf><embed src=" X
		"/f.mp4></object>x",
		"x[" X "/f.mp4]", NULL },
	    { "object and embed",
		"<object data=" X "/f.pdf><embed src=" X "/g.pdf></object>",
		"[" X "/f.pdf]", NULL });
}

Test(media, video_and_audio)
{
	CHECK({ "src", "See <video controls src=" X "/v.mp4></video> it",
		  "See it[" X "/v.mp4]", NULL },
	    { "sources",
		"<video poster=" X "/p.png><source src='" X "/v.mp4' type=video/mp4>"
		"<source src=" X
		"/v.webm>Your browser <a href=u>knows</a> none.</video>",
		"[" X "/v.mp4]", NULL },
	    { "a first source that no phone shows",
		"<video><source><source src=" X "/v.webm><source src=" X
		"/v.mp4></video>",
		X "/v.webm", NULL },
	    { "both", "<video src=" X "/a.mp4><source src=" X "/b.mp4></video>",
		"[" X "/a.mp4]", NULL },
	    { "sound", "<audio src=" X "/a.mp3></audio>", "[" X "/a.mp3]", NULL },
	    { "a sound of WhatsApp's", "Hear <audio><source src=" X "/a.ogg></audio>!",
		"Hear " X "/a.ogg!", "Hear![" X "/a.ogg]" },
	    { "no end", "<video src=" X "/a.mp4>x<audio src=" X "/b.mp3>y",
		"x y[" X "/a.mp4][" X "/b.mp3]", NULL },
	    { "no end, with sources", "<video><source src=" X "/a.mp4>x", "x", NULL },
	    { "a source alone", "a<source src=" X "/a.mp4>b", "ab", NULL },
	    { "none", "a<video></video>b<audio><source></audio>", "ab", NULL },
	    { "one in another",
		"<video><audio src=" X "/a.mp3></audio><source src=" X
		"/v.mp4></video>x",
		"x[" X "/v.mp4]", NULL },
	    { "a page", "<video src=https://v.example/watch?v=1></video>",
		"https://v.example/watch?v=1", NULL });
}

Test(media, in_links)
{
	CHECK({ "an image leads on",
		  "<a href=https://s.example><img src=" X "/a.png></a>!",
		  "https://s.example![" X "/a.png]", NULL },
	    { "to itself", "See <a href=" X "/a.png><img src=" X "/a.png></a>.",
		"See.[" X "/a.png]", NULL },
	    { "to itself, spelt otherwise",
		"<a href='http://x.example/my cat.png'><img src='//x.example/my%20cat."
		"png'></a>",
		"[" X "/my%20cat.png]", NULL },
	    { "with a text", "<a href=https://s.example><img src=" X "/a.png>Shop</a>",
		"Shop (https://s.example)[" X "/a.png]", NULL },
	    { "to itself, with a text",
		"<a href=" X "/a.png><img src=" X "/a.png>Large</a>",
		"Large (" X "/a.png)[" X "/a.png]", NULL },
	    { "one that WhatsApp does not show",
		"<a href=https://s.example><img src=" X "/a.gif></a>",
		"https://s.example[" X "/a.gif]", X "/a.gif (https://s.example)" },
	    { "the same to itself", "<a href=" X "/a.gif><img src=" X "/a.gif></a>",
		"[" X "/a.gif]", X "/a.gif" },
	    { "the next link has none of it",
		"<a href=" X "/a.png><img src=" X "/a.png></a> <a href=" X
		"/a.png></a>",
		X "/a.png[" X "/a.png]", NULL },
	    { "data", "<a href=https://s.example><img src=data:x></a>",
		"https://s.example", NULL });
}

/* Where nobody collects them they leave no trace, nor in a label. */
Test(media, not_wanted)
{
	static const char in[] = "a <img src=" X "/a.gif> <video src=" X
				 "/v>x</video> <iframe src=" X "/e></iframe> b";
	CLEANUP(buf_fini) struct buf got = BUF_INIT(4096);

	render_html(&got, in, strlen(in), RENDER_WHATSAPP, NULL);
	cr_expect_str_eq(got.data, "a b");
	buf_reset(&got);
	render_label(&got, in, strlen(in));
	cr_expect_str_eq(got.data, "a b");
}

/* Renders with stderr turned to a pipe and gives back what was logged. */
static const char *
logged(enum log_level level, const char *in)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini) struct buf out = BUF_INIT(4096);
	static char lines[8192];
	struct render_media media = { .arena = a, .shows = channel_of("+1")->shows };
	int saved = dup(STDERR_FILENO), ends[2];
	ssize_t n;

	cr_assert_eq(pipe(ends), 0);
	cr_assert_geq(dup2(ends[1], STDERR_FILENO), 0);
	log_setup(level, LOG_KV);
	render_html(&out, in, strlen(in), RENDER_PLAIN, &media);
	log_setup(LOG_ERROR, LOG_KV);
	cr_assert_geq(dup2(saved, STDERR_FILENO), 0);
	close(saved);
	close(ends[1]);
	n = read(ends[0], lines, sizeof(lines) - 1);
	close(ends[0]);
	lines[n > 0 ? n : 0] = '\0';
	return lines;
}

/* D13: one line for an answer, and none of what was in it. */
Test(media, what_is_left_out_is_logged)
{
	static const char data[] = "<img src=data:secret><img src=data:secret>";
	const char *line = logged(LOG_INFO, data);

	cr_expect_not_null(strstr(line,
			       " warn render event=\"media left out\" "
			       "inlined=2 too_long=0 too_many=0 hint="),
	    "%s", line);
	cr_expect_eq(
	    strchr(line, '\n') - line, (ptrdiff_t)strlen(line) - 1, "%s", line);
	cr_expect_null(strstr(line, "secret"), "%s", line);
	cr_expect_str_eq(logged(LOG_INFO, "<img src=a.png><img src=" X "/a.png>"), "");
	line = logged(LOG_DEBUG, "<img src=a.png>");
	cr_expect_not_null(strstr(line, " debug render "), "%s", line);
	cr_expect_not_null(strstr(line, "src=a.png"), "%s", line);
}

static bool
all(enum media_kind kind, const char *url)
{
	return kind == MEDIA_IMAGE || strlen(url) > 0;
}

Test(media, no_more_than_the_limits)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), got = BUF_INIT(LIMIT_HTML);
	struct render_media media = { .arena = a, .shows = all };

	buf_printf(&in, "a<img src='" X "/%0*d.png'>b", LIMIT_URL, 1);
	buf_printf(&in, "<img src='" X "/%0*d'>", LIMIT_URL - (int)strlen(X "/"), 2);
	for (int i = 1; i < 2 * LIMIT_ANSWER_MEDIA; i++)
		buf_printf(&in, "<img src='" X "/%d.png'>", i);
	render_html(&got, in.data, in.len, RENDER_PLAIN, &media);
	cr_expect_str_eq(got.data, "ab");
	cr_assert_eq(media.n, (size_t)LIMIT_ANSWER_MEDIA);
	cr_expect_eq(strlen(media.urls[0]), (size_t)LIMIT_URL);
	cr_expect_str_eq(media.urls[1], X "/1.png");
}

/* CPU seconds for `piece` repeated until there are n bytes. */
static double
cost(const char *piece, size_t n)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	CLEANUP(buf_fini)
	struct buf in = BUF_INIT(LIMIT_HTML), out = BUF_INIT(8 * LIMIT_HTML);
	const struct channel *c = channel_of("whatsapp:+1");
	struct render_media media = { .arena = a, .shows = c->shows };
	struct timespec from, to;

	for (int i = 0; in.len + strlen(piece) + 9 <= n; i++)
		buf_printf(&in, "%s%05x'>", piece, (unsigned)i);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	render_html(&out, in.data, in.len, c->style, &media);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	cr_expect(buf_ok(&out), "%s", piece);
	return (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Sixteen times the input may take 50 times as long, not 256 times. */
Test(media, time_is_linear, .init = not_for_ever)
{
	static const char *const pieces[] = { "<img src='" X "/",
		"<img src='" X "/a.gif?",
		"<a href='" X "/a.gif'><img src='" X "/a.gif?", "<video src='" X "/",
		"<video><source src='" X "/", "<video><source src='x'></video><a b='",
		"<video></video x='", "<iframe><img src='", "<object data='",
		"<object><embed src='" X "/", "</video x='", "<video></vide",
		"<audio><video></audio><a b='", "<img src='data:", "<img src=' ",
		"<a href='" X "/", "<iframe src='//x/" };

	for (size_t i = 0; i < NELEMS(pieces); i++) {
		double small = cost(pieces[i], LIMIT_HTML / 16);
		double large = cost(pieces[i], LIMIT_HTML);

		cr_expect_lt(large, 50 * small + 0.05, "%s: %g s, then %g s", pieces[i],
		    small, large);
	}
}
