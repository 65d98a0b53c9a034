/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_ELEMENTS_H
#define RENDER_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* What an HTML element means to a phone. */
enum role {
	ROLE_BLOCK, /* begins and ends a line */
	ROLE_BREAK, /* br */
	ROLE_RULE, /* hr: ends the line */
	ROLE_ITEM, /* li */
	ROLE_UNORDERED, /* a list of "- " */
	ROLE_ORDERED, /* a list of "N. " */
	ROLE_ROW, /* a block that ends a cell */
	ROLE_CELL, /* td, th: one blank between two */
	ROLE_LINK,
	ROLE_BOLD,
	ROLE_ITALIC,
	ROLE_STRIKE,
	ROLE_IMAGE,
	/* Media whose content is for browsers that do not know them. */
	ROLE_FRAME,
	ROLE_OBJECT, /* a frame of another spelling */
	ROLE_VIDEO,
	ROLE_AUDIO,
	/* They name an address for what they stand in; an embed alone is a frame. */
	ROLE_SOURCE,
	ROLE_EMBED,
	ROLE_HIDDEN, /* its content is not for the reader, and no markup: up to its end tag */
	ROLE_HEAD, /* hidden too, but ends where the body begins */
	N_ROLES
};

struct element {
	const char *name; /* lower case */
	enum role role;
	bool attrs; /* its attributes count */
};

/* The element of a name in lower case; NULL: its tags mean nothing, its content stands. */
const struct element *element_find(const char *name, size_t len);

/* Whether it is one of those whose content is for browsers that do not know it. */
bool element_is_box(const struct element *el);

/* Whether it may name the address of the box it stands in. */
bool element_is_source(const struct element *el);

#endif
