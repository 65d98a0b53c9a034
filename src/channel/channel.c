/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "base/limits.h"
#include "channel/channel.h"

static const struct channel whatsapp = {
	.name = "whatsapp",
	.prefix = "whatsapp:",
	.style = RENDER_WHATSAPP,
	.max_units = LIMIT_PART_UNITS,
};

static const struct channel sms = {
	.name = "sms",
	.prefix = "",
	.style = RENDER_PLAIN,
	.max_units = LIMIT_PART_UNITS,
};

/* The prefix "" matches any address, so its row is the last. */
static const struct channel *const rows[] = { &whatsapp, &sms };

const struct channel *const *
channels(size_t *n)
{
	*n = NELEMS(rows);
	return rows;
}

const struct channel *
channel_of(const char *address)
{
	size_t last = NELEMS(rows) - 1;

	for (size_t i = 0; i < last; i++)
		if (strncmp(address, rows[i]->prefix, strlen(rows[i]->prefix)) == 0)
			return rows[i];
	return rows[last];
}
