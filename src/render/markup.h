/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_MARKUP_H
#define RENDER_MARKUP_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Makes foreign bytes fit to be read: UTF-8, lines that end with \n, no control and no
 * character that XML forbids.
 */
void markup_tidy(struct buf *out, const char *s, size_t n);

/*
 * From tidy text, the markup that libxml2 reads as our rules want it:
 *
 * - Text is free of tags that are none, and of references: decoded here, by our rules.
 *   Between two tags with only blanks there is one blank.
 * - Every tag is an empty element, <b/> or, for an end tag, <end-b/>. libxml2 2.9 mends
 *   nesting as HTML 4 did: it ends bold at each paragraph and a list at the list inside
 *   it, drops an end tag behind an unclosed block, and searches its stack for each. Lines
 *   need no tree, so there is nothing to mend, however deep or crossed the tags are.
 * - A video or the like has an end, and nothing between but tags of its sources.
 * - Elements that mean nothing to a phone are gone, with meta and its change of encoding.
 */
#define MARKUP_END "end-"
void markup_clean(struct buf *out, const char *tidy, size_t n);

#endif
