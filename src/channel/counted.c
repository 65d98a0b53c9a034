/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "channel/channel.h"
#include "channel/counted.h"
#include "twilio/segments.h"

void
counted_message(const char *to, enum metric_ROAD road, const char *text, size_t n_media)
{
	const struct channel *c = channel_of(to);
	struct seg_bill bill;

	metrics_count(M_MESSAGES,
	    metrics_label(
		metric_rows[M_MESSAGES].a, c->name, strlen(c->name), M_CHANNEL_sms),
	    road);
	/* With files it is an MMS, which is billed as one. */
	if (!c->segments || n_media > 0 || text == NULL)
		return;
	bill = seg_count(text, strlen(text));
	metrics_add(M_SEGMENTS,
	    bill.alphabet == SEG_GSM7 ? M_ALPHABET_gsm7 : M_ALPHABET_ucs2, 0,
	    bill.segments);
}
