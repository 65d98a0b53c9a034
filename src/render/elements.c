/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "render/elements.h"

/* In the order of strcmp: element_find halves it. */
static const struct element elements[] = {
	{ "a", ROLE_LINK, true },
	{ "address", ROLE_BLOCK, false },
	{ "article", ROLE_BLOCK, false },
	{ "aside", ROLE_BLOCK, false },
	{ "audio", ROLE_AUDIO, true },
	{ "b", ROLE_BOLD, false },
	{ "blockquote", ROLE_BLOCK, false },
	{ "br", ROLE_BREAK, false },
	{ "caption", ROLE_BLOCK, false },
	{ "center", ROLE_BLOCK, false },
	{ "dd", ROLE_BLOCK, false },
	{ "del", ROLE_STRIKE, false },
	{ "details", ROLE_BLOCK, false },
	{ "dir", ROLE_UNORDERED, false },
	{ "div", ROLE_BLOCK, false },
	{ "dl", ROLE_BLOCK, false },
	{ "dt", ROLE_BLOCK, false },
	{ "em", ROLE_ITALIC, false },
	{ "embed", ROLE_EMBED, true },
	{ "fieldset", ROLE_BLOCK, false },
	{ "figcaption", ROLE_BLOCK, false },
	{ "figure", ROLE_BLOCK, false },
	{ "footer", ROLE_BLOCK, false },
	{ "form", ROLE_BLOCK, false },
	{ "h1", ROLE_BLOCK, false },
	{ "h2", ROLE_BLOCK, false },
	{ "h3", ROLE_BLOCK, false },
	{ "h4", ROLE_BLOCK, false },
	{ "h5", ROLE_BLOCK, false },
	{ "h6", ROLE_BLOCK, false },
	{ "head", ROLE_HEAD, false },
	{ "header", ROLE_BLOCK, false },
	{ "hr", ROLE_RULE, false },
	{ "i", ROLE_ITALIC, false },
	{ "iframe", ROLE_FRAME, true },
	{ "img", ROLE_IMAGE, true },
	{ "legend", ROLE_BLOCK, false },
	{ "li", ROLE_ITEM, false },
	{ "main", ROLE_BLOCK, false },
	{ "menu", ROLE_UNORDERED, false },
	{ "nav", ROLE_BLOCK, false },
	{ "object", ROLE_OBJECT, true },
	{ "ol", ROLE_ORDERED, true },
	{ "p", ROLE_BLOCK, false },
	{ "pre", ROLE_BLOCK, false },
	{ "s", ROLE_STRIKE, false },
	{ "script", ROLE_HIDDEN, false },
	{ "section", ROLE_BLOCK, false },
	{ "source", ROLE_SOURCE, true },
	{ "strike", ROLE_STRIKE, false },
	{ "strong", ROLE_BOLD, false },
	{ "style", ROLE_HIDDEN, false },
	{ "summary", ROLE_BLOCK, false },
	{ "table", ROLE_ROW, false },
	{ "tbody", ROLE_ROW, false },
	{ "td", ROLE_CELL, false },
	{ "textarea", ROLE_HIDDEN, false },
	{ "tfoot", ROLE_ROW, false },
	{ "th", ROLE_CELL, false },
	{ "thead", ROLE_ROW, false },
	{ "title", ROLE_HIDDEN, false },
	{ "tr", ROLE_ROW, false },
	{ "ul", ROLE_UNORDERED, false },
	{ "video", ROLE_VIDEO, true },
};

struct key {
	const char *name;
	size_t len;
};

static int
compare(const void *wanted, const void *row)
{
	const struct key *key = wanted;
	const char *name = ((const struct element *)row)->name;
	int order = strncmp(key->name, name, key->len);

	return order != 0 ? order : -(name[key->len] != '\0');
}

const struct element *
element_find(const char *name, size_t len)
{
	struct key key = { name, len };

	return bsearch(&key, elements, NELEMS(elements), sizeof(elements[0]), compare);
}

bool
element_is_box(const struct element *el)
{
	return el->role == ROLE_FRAME || el->role == ROLE_OBJECT ||
	    el->role == ROLE_VIDEO || el->role == ROLE_AUDIO;
}

bool
element_is_source(const struct element *el)
{
	return el->role == ROLE_SOURCE || el->role == ROLE_EMBED;
}
