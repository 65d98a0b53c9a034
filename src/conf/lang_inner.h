/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LANG_INNER_H
#define CONF_LANG_INNER_H

#include <stddef.h>

/* What a language is made of, for who asks it (lang.c) and who reads it (lang_load.c). */

struct label {
	const char *name, *text;
};

struct lang {
	const char *code;
	struct label *labels; /* sorted by name */
	size_t n;
};

/* By name, for qsort and bsearch. */
int label_compare(const void *a, const void *b);

#endif
