/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CTL_STATUS_SHOW_H
#define CTL_STATUS_SHOW_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct finding;
struct numbers;

/* One look at a botline: what botlinectl status tells of. All is borrowed. */
struct status_look {
	const struct numbers *now;
	const struct numbers *before; /* of the look before; NULL: there was none */
	double passed_s; /* since then */
	const struct finding *findings;
	size_t n_findings;
	bool serving; /* a process that serves a socket is there */
};

/* Appends it for a person, with rates since the look before. Colours are those of paint.h. */
void status_text(struct buf *b, const struct status_look *l);

/* Appends it as one JSON object and a line end: botlinectl(8) has its members. */
void status_json(struct buf *b, const struct status_look *l);

#endif
