/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>

#include "twilio/codes.h"

static const struct {
	const char *name, *mend;
} whys[] = {
	[TWILIO_WHY_ODD] = { "odd", "look the code up in Twilio's error dictionary" },
	[TWILIO_WHY_OURS] = { "ours", "look the code up in Twilio's error dictionary" },
	[TWILIO_WHY_TRIAL] = { "trial",
	    "verify the number in Twilio's console, or upgrade the account" },
	[TWILIO_WHY_INSIDE] = { "inside", "report this line to the makers of botline" },
	[TWILIO_WHY_TO] = { "receiver", "nothing can be sent to this address" },
	[TWILIO_WHY_NOT_MOBILE] = { "not-mobile", "nothing can be sent to a landline" },
	[TWILIO_WHY_OPTED_OUT] = { "opted-out",
	    "nothing is sent to him until he writes again" },
	[TWILIO_WHY_BLOCKED] = { "blocked",
	    "nothing; the user or his carrier decides" },
	[TWILIO_WHY_WINDOW] = { "window",
	    "nothing until the user writes again; only templates pass" },
	[TWILIO_WHY_CONTENT] = { "content", "look at the text that the bot sends" },
	[TWILIO_WHY_LONG] = { "long", "it has to be split" },
	[TWILIO_WHY_MEDIA] = { "media", "the files have to go as links" },
	[TWILIO_WHY_TEMPLATE] = { "template", "it has to go as a text" },
	[TWILIO_WHY_AWAY] = { "away", "nothing; it may arrive another time" },
	[TWILIO_WHY_BUSY] = { "busy", "it is sent again later" },
	[TWILIO_WHY_SERVER] = { "server", "see status.twilio.com" },
};

static const struct twilio_code rows[] = {
#define TWILIO_CODE(code, why, meaning, mend) \
	{ (code), TWILIO_WHY_##why, (meaning), (mend) },
#include "twilio/codes.def"
#undef TWILIO_CODE
};

static const struct twilio_code odd = { 0, TWILIO_WHY_ODD, "not known to us", NULL };

static int
by_code(const void *key, const void *row)
{
	int a = *(const int *)key, b = ((const struct twilio_code *)row)->code;

	return (a > b) - (a < b);
}

const struct twilio_code *
twilio_code(int code)
{
	const struct twilio_code *row =
	    bsearch(&code, rows, NELEMS(rows), sizeof(rows[0]), by_code);

	return row != NULL ? row : &odd;
}

const char *
twilio_code_mend(const struct twilio_code *row)
{
	return row->mend != NULL ? row->mend : whys[row->why].mend;
}

const char *
twilio_why_name(enum twilio_why why)
{
	return whys[why].name;
}

const struct twilio_code *
twilio_codes(size_t *n)
{
	*n = NELEMS(rows);
	return rows;
}
