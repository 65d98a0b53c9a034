/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWILIO_MEDIA_PLACE_H
#define TWILIO_MEDIA_PLACE_H

#include <stdbool.h>

#include "base/err.h"
#include "twilio/account.h"

/*
 * Where files of messages may be fetched from. Both functions answer ERR_DENIED with the
 * reason, and are thread-safe. Source: Twilio, "Media resource"; help center, "HTTP Basic
 * authentication for media".
 */

/*
 * Whether our login may go there: exactly <api>/2010-04-01/Accounts/<our sid>/Messages/<SM
 * or MM…>/Media/<ME…>, where <api> is the account's url: https, or http where that is
 * loopback. No user, query or fragment.
 */
bool twilio_media_is_ours(
    const struct twilio_account *account, const char *url, struct err *e) MUST_CHECK;

/*
 * Whether a redirect may lead there, without a login: https on its usual port to
 * *.twiliocdn.com or a bucket of that name at Amazon S3; or the host of the API itself.
 * *is_api tells which: other hosts' addresses have to be public.
 */
bool twilio_media_may_lead_to(const struct twilio_account *account, const char *url,
    bool *is_api, struct err *e) MUST_CHECK;

#endif
