/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONF_LAYER_H
#define CONF_LAYER_H

#include "base/arena.h"
#include "conf/conf.h"
#include "conf/value.h"

/*
 * What one place says: conf/default, conf/custom, an environment's folder, the process
 * environment. Later ones are laid over earlier ones, key by key: groups merge member by
 * member, lists are replaced whole.
 */
struct layer {
	struct value v[CFG_KEYS];
};

/* What reading needs all along. */
struct loader {
	const char *root;
	struct arena *arena; /* everything read lives here */
	struct conf_report *report;
};

enum folder_kind {
	FOLDER_DEFAULT, /* must exist and hold every key */
	FOLDER_CUSTOM, /* any key */
	FOLDER_ENVIRONMENT /* per-request keys only */
};

/* Reads conf/<name>/ *.cfg, all of it, whatever is wrong in between. */
void layer_read_folder(
    struct loader *l, enum folder_kind kind, const char *name, struct layer *out);

/* Reads BOTLINE_… variables: those with __ in their names are keys. NULL: there are none. */
void layer_read_environ(struct loader *l, char *const *variables, struct layer *out);

/* Reads the defaults out of the table of keys: conf/default has the same, with comments. */
void layer_read_table(struct loader *l, struct layer *out);

/* Puts what `over` sets above what `under` holds. */
void layer_put_over(struct value under[CFG_KEYS], const struct layer *over);

#endif
