/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "twilio/account.h"

/* Letters and digits: it becomes part of a path. */
static bool
is_sid(const char *s)
{
	static const char good[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return s != NULL && s[0] != '\0' && s[strspn(s, good)] == '\0';
}

bool
twilio_account_ok(const struct twilio_account *account, struct err *e)
{
	if (!is_sid(account->sid))
		return err_set(e, ERR_CONFIG, 0,
		    "twilio.credentials.sid: not the SID of an account");
	if (account->secret == NULL || account->secret[0] == '\0')
		return err_set(
		    e, ERR_CONFIG, 0, "twilio.credentials.auth_token is not set");
	return true;
}

void
twilio_account_login(const struct twilio_account *account, struct http_req *q)
{
	q->user = account->key != NULL ? account->key : account->sid;
	q->password = account->secret;
}
