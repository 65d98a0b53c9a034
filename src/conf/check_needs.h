/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_CHECK_NEEDS_H
#define CONF_CHECK_NEEDS_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf_inner.h"
#include "conf/report.h"

/* In place of a grade: nothing is said. */
#define CONF_SILENT (-1)

/*
 * One thing that may be wrong with a key, though its value is of the right kind. In which grade
 * it is told at start and in a check; the text goes behind the key's name.
 */
struct conf_need {
	enum cfg_key key;
	bool (*is_wrong)(const struct cfg *c, enum cfg_key key);
	int at_start, in_check;
	const char *text;
};

extern const struct conf_need conf_needs[];
extern const size_t n_conf_needs;

#endif
