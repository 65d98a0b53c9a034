/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what the bot says: each answer is one statement of blocks. */
#include "config.h"

#include <string.h>

#include "base/log.h"
#include "conf/lang.h"
#include "dialog/work.h"
#include "render/html.h"

/* Whether any character is left of the HTML; a picture is none. */
static bool
shows_text(const char *html)
{
	CLEANUP(buf_fini) struct buf out = BUF_INIT(64);

	render_html(&out, html, strlen(html), RENDER_PLAIN, NULL);
	return out.len > 0 || !buf_ok(&out);
}

/*
 * The HTML, behind another one when it has no text of its own. Behind: it may hold a picture,
 * but also what makes all that follows invisible.
 */
static const char *
with_text(struct work *w, const char *html, const char *instead)
{
	if (shows_text(html))
		return html;
	return arena_printf(w->t->arena, "<p>%s</p>%s", instead, html);
}

static void
put_labels(struct block *b, const struct numbered *n)
{
	b->labels = n->labels;
	b->n_labels = n->n;
	b->first = n->first;
}

static bool
some_have_urls(const struct bot_answer *answer)
{
	for (size_t i = 0; i < answer->n_pages; i++)
		if (answer->pages[i].url[0] != '\0')
			return true;
	return false;
}

/* Pages that live elsewhere: a link each. */
static size_t
add_links(struct work *w, const struct bot_answer *answer, struct block *b)
{
	for (size_t i = 0; i < answer->n_pages; i++) {
		const struct bot_page *page = &answer->pages[i];

		b[i] = (struct block){
			.html = with_text(w, page->html, page->title),
			.url = page->url[0] != '\0' ? page->url : NULL,
		};
	}
	return answer->n_pages;
}

/*
 * The message in b[0] and what was found. Returns how many blocks were added behind it.
 */
static size_t
add_pages(struct work *w, const struct bot_answer *answer, struct block *b)
{
	struct numbered titles;

	b[0].italic = true;
	if (some_have_urls(answer))
		return add_links(w, answer, b + 1);
	if (answer->n_pages == 1) {
		b[1].html = with_text(w, answer->pages[0].html, answer->pages[0].title);
		return 1;
	}
	titles = options_add_pages(&w->shown, answer);
	put_labels(&b[0], &titles);
	b[0].gap = true;
	return 0;
}

void
show_page(struct work *w, const struct choice *page)
{
	CLEANUP(buf_fini) struct buf title = BUF_INIT(LIMIT_HTML);
	struct block b = { 0 };

	buf_xml(&title, page->label, strlen(page->label));
	b.html = with_text(w, page->html, title.data);
	compose_say(&w->reply, &b, 1);
}

/* What stands behind the text to say how it is answered; NULL: nothing. */
static const char *
hint_of(const struct work *w, const struct bot_answer *answer, const struct block *b)
{
	if (answer->kind == BOT_DATE)
		return lang_get(w->lang, "date_format");
	if (answer->kind == BOT_LIST && b->n_labels > 0)
		return lang_get(w->lang, "type_a_number");
	return NULL;
}

static void
add_related(struct work *w, const struct bot_answer *answer, struct block *b)
{
	struct numbered n = options_add_related(&w->shown, answer);

	if (n.n == 0)
		return;
	b->html = answer->related_title;
	b->hint = lang_get(w->lang, "type_a_number");
	put_labels(b, &n);
}

/*
 * Choices below no text have one of ours above; what there was, a picture perhaps, follows
 * them. Returns how many blocks were added behind b[0].
 */
static size_t
add_text(struct work *w, const struct bot_answer *answer, struct block *b, size_t n)
{
	if (b[0].n_labels == 0 || shows_text(answer->html))
		return 0;
	b[0].html = lang_get(w->lang, "choose_an_option");
	b[0].label = true;
	b[0].italic = false;
	b[n].html = answer->html;
	return 1;
}

static void
show_answer(struct work *w, const struct bot_answer *answer)
{
	struct block *b = arena_alloc(w->t->arena, (answer->n_pages + 3) * sizeof(*b));
	struct numbered options = options_add(&w->shown, answer);
	size_t n = 1;

	b[0].html = answer->html;
	put_labels(&b[0], &options);
	if (answer->n_pages > 0)
		n += add_pages(w, answer, b);
	n += add_text(w, answer, b, n);
	b[0].hint = hint_of(w, answer, &b[0]);
	if (answer->n_related > 0)
		add_related(w, answer, &b[n++]);
	compose_say(&w->reply, b, n);
	if (answer->kind == BOT_DATE || answer->kind == BOT_TEXT)
		w->form_open = true;
	if (answer->rate_code != NULL)
		w->rate_code = answer->rate_code;
}

static bool
found_nothing(const struct bot_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->answers[i].no_results)
			return true;
	return false;
}

void
show_answers(struct work *w, const struct bot_result *r)
{
	size_t before = w->reply.n;

	for (size_t i = 0; i < r->n; i++)
		show_answer(w, &r->answers[i]);
	if (w->reply.n > before)
		return;
	if (found_nothing(r))
		work_say(w, "no_results");
	else
		LOG(LOG_INFO, "dialog", "bot said nothing", LI("answers", r->n));
}
