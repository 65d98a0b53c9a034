/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIALOG_MESSAGE_H
#define DIALOG_MESSAGE_H

#include <stddef.h>

/* One message to the phone, within its limits. A plain value; who makes it owns the texts. */
struct message {
	const char *text; /* "" beside media alone */
	const char *const *media; /* URLs, http or https */
	size_t n_media;
};

#endif
