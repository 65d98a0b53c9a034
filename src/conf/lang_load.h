/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LANG_LOAD_H
#define CONF_LANG_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/lang.h"
#include "conf/layer.h"

/* The languages of one snapshot while they are read. */
struct lang_loader {
	struct loader *loader;
	const char *const
	    *extra; /* labels that the configuration itself names (ratings) */
	size_t n_extra;
	struct lang
	    *english; /* lang_load keeps it here: read once, when first needed */
	bool english_read, english_missing;
};

/*
 * Reads lang/<code>.cfg into the loader's arena. NULL, with an error in the report, when it
 * is missing, broken or empty. A label the file lacks has the text of lang/en.cfg, if that
 * has one; optional labels stay absent. Unknown labels, missing ones and unknown
 * $parameters are warnings.
 */
const struct lang *lang_load(struct lang_loader *l, const char *code) MUST_CHECK;

#endif
