/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_IMPORT_H
#define CTL_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "conf/conf.h"
#include "conf/keys.h"
#include "php/parse.h"

/*
 * botlinectl import-php: from the PHP template's files of settings to ours, in steps: read all
 * (import_read), make the text of each file of ours (import_print), write them all or none
 * (import_write), say what was done (import_report). One thread; what is read lives in the
 * arena, and no text that may be a secret gets into a finding.
 */
enum import_grade {
	IMPORT_LOST, /* not carried over */
	IMPORT_NOTE /* carried over, or of no effect: worth knowing */
};

struct import_finding {
	const char *file; /* "conf/custom/chat.php", below DIR */
	const char *key; /* "chat.chat.appId", a label's name; "" for the file itself */
	const char *text;
	size_t nth; /* in the order in which they were found */
	enum import_grade grade;
	int line; /* 0: none */
};

/* What a folder of ours gets. text is NULL where it gets nothing. */
struct import_value {
	const char
	    *text; /* as libconfig writes it; lines but the first begin with a tab */
	const char *file; /* where it was found */
	const struct php_comment *above, *behind;
	int line;
};

struct import_group {
	struct import_group *next;
	const char *name; /* "chat", "chat.chat" */
	const struct php_comment *head, *above, *behind, *foot;
};

#define IMPORT_FOLDERS (1 + CONF_ENVS)

struct import_folder {
	const char *name; /* "custom" or an environment's; see import_folder_name() */
	struct import_value v[CFG_KEYS];
	struct import_group *groups;
};

struct import_label {
	const char *name, *text;
	const struct php_comment *above;
	int line;
};

struct import_lang {
	struct import_lang *next;
	const char *code, *file;
	struct import_label *labels;
	size_t n;
};

/* One file of ours. */
struct import_output {
	struct import_output *next;
	const char
	    *name; /* "conf/custom/api.cfg", below the folder that is written to */
	const char *text;
	size_t len, settings;
	size_t same; /* labels whose text it had already */
	bool has_settings; /* what stands there now sets something */
	bool is_lang;
};

struct import_name {
	struct import_name *next;
	const char *text;
};

struct import {
	struct arena *a;
	const char *from, *to, *root; /* root: where languages are that `to` lacks */
	bool force;
	size_t n, cap, n_lost;
	struct import_finding *findings;
	struct import_folder *folders; /* IMPORT_FOLDERS of them */
	struct import_lang *langs, **last_lang;
	struct import_name *read, **last_read; /* files, in order */
	struct import_name *labels; /* that ratings name */
	struct import_output *outputs, **last_output;
};

void import_init(struct import *im, struct arena *a);

void import_find(struct import *im, enum import_grade grade, const char *file, int line,
    const char *key, const char *fmt, ...) PRINTF(6, 7);

/* Reads all of im->from. False: it is not the PHP template. */
bool import_read(struct import *im, struct err *e) MUST_CHECK;

/* Enters the values of a parsed file, "chat" of "chat.php", into the folder. */
void import_map(struct import *im, struct import_folder *folder, const char *file,
    const char *name, const struct php_file *php);

/*
 * Appends a value as libconfig writes it. False: it does not fit the key, *why says what
 * would; *note is set where it is carried over with a change. path is its full key.
 */
struct import_site {
	const char *file, *key;
	int line;
};
bool import_value(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why) MUST_CHECK;

/* The same for a single value, by the type alone. */
bool import_scalar(struct import *im, const struct import_site *site,
    const struct key_row *row, const struct php_value *v, struct buf *out,
    const char **why) MUST_CHECK;

/* Appends a text in double quotes, as libconfig wants it. */
void import_put_text(struct buf *b, const char *s);

/* Appends comments as lines with # in front, indented. */
void import_put_comments(struct buf *b, const struct php_comment *c, size_t depth);

/* Enters the labels of lang/<code>.php. */
void import_labels(
    struct import *im, const char *file, const char *code, const struct php_file *php);

/* Makes the outputs out of what was read, and looks at what stands in their place. */
void import_print(struct import *im);
void import_print_langs(struct import *im);
void import_add_output(struct import *im, const struct import_output *o);

/* Writes all outputs, or none: on failure *status is the exit status and what stood there
 * stands there. */
bool import_write(struct import *im, int *status, struct err *e) MUST_CHECK;

/* Appends what was done, for a person or as JSON. check: what botline says of it now; NULL
 * where it was not asked. */
void import_report(
    const struct import *im, const struct conf_report *check, struct buf *out);
void import_report_json(
    const struct import *im, const struct conf_report *check, struct buf *out);

#endif
