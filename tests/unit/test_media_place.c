/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include <criterion/criterion.h>

#include "support/leaks.h"
#include "twilio/media_place.h"
#include "twilio_rig.h"

TestSuite(media_place, .fini = no_leaks);

#define PATH_OF(ac) "/2010-04-01/Accounts/" ac "/Messages/" RIG_MM "/Media/" RIG_ME
#define PATH PATH_OF(RIG_AC)
#define OTHER_AC "ACf123456789abcdef0123456789abcdef"

Test(media_place, where_our_login_goes)
{
	static const struct {
		const char *api, *url;
		bool want;
	} t[] = {
		{ "https://api.twilio.com", "https://api.twilio.com" PATH, true },
		{ "https://api.twilio.com", "https://API.Twilio.com:443" PATH, true },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages/" RIG_SM "/Media/" RIG_ME,
		    true },
		{ "https://api.dublin.ie1.twilio.com",
		    "https://api.dublin.ie1.twilio.com" PATH, true },
		{ "https://gateway.example/twilio",
		    "https://gateway.example/twilio" PATH, true },
		{ "http://127.0.0.1:8080", "http://127.0.0.1:8080" PATH, true },
		/* another place */
		{ "https://api.twilio.com", "http://api.twilio.com" PATH, false },
		{ "https://api.twilio.com", "https://api.twilio.com:444" PATH, false },
		{ "https://api.twilio.com", "https://www.twilio.com" PATH, false },
		{ "https://api.twilio.com", "https://api.twilio.com.evil.example" PATH,
		    false },
		{ "https://api.twilio.com", "https://api.twilio.com@evil.example" PATH,
		    false },
		{ "https://api.twilio.com", "https://u:p@api.twilio.com" PATH, false },
		{ "https://api.twilio.com", "https://evil.example/#" PATH, false },
		{ "https://api.twilio.com", "https://api.twilio.com." PATH, false },
		{ "https://api.twilio.com", "ftp://api.twilio.com" PATH, false },
		{ "https://api.twilio.com", "//api.twilio.com" PATH, false },
		{ "https://api.twilio.com", PATH, false },
		{ "https://api.twilio.com", "", false },
		{ "https://api.dublin.ie1.twilio.com", "https://api.twilio.com" PATH,
		    false },
		{ "https://gateway.example/twilio", "https://gateway.example" PATH,
		    false },
		{ "http://127.0.0.1:8080", "http://127.0.0.1:8081" PATH, false },
		{ "http://127.0.0.1:8080", "https://127.0.0.1:8080" PATH, false },
		{ "http://api.example", "http://api.example" PATH, false },
		/* another thing */
		{ "https://api.twilio.com", "https://api.twilio.com" PATH_OF(OTHER_AC),
		    false },
		{ "https://api.twilio.com", "https://api.twilio.com" PATH ".json",
		    false },
		{ "https://api.twilio.com", "https://api.twilio.com" PATH "?x", false },
		{ "https://api.twilio.com", "https://api.twilio.com" PATH "#x", false },
		{ "https://api.twilio.com", "https://api.twilio.com" PATH "/", false },
		{ "https://api.twilio.com", "https://api.twilio.com" PATH "/../x",
		    false },
		{ "https://api.twilio.com", "https://api.twilio.com/x" PATH, false },
		{ "https://api.twilio.com", "https://api.twilio.com/" PATH, false },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages.json",
		    false },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages/XX0123456789abcdef0123456789abcdef/Media/" RIG_ME,
		    false },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages/" RIG_MM "/Media/ME0123",
		    false },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages/" RIG_MM "/Media/" RIG_ME "0",
		    false },
		{ "https://api.twilio.com",
		    "https://api.twilio.com/2010-04-01/Accounts/" RIG_AC
		    "/Messages/MM0123456789abcdef0123456789abcde%46/Media/" RIG_ME,
		    false },
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct twilio_account account = {
			.sid = RIG_AC, .secret = "s", .url = t[i].api
		};
		struct err e = { 0 };
		bool ok = twilio_media_is_ours(&account, t[i].url, &e);

		cr_expect_eq(ok, t[i].want, "%s: %s", t[i].url, e.text);
		if (!ok)
			cr_expect(e.kind == ERR_DENIED || e.kind == ERR_CONFIG,
			    "%s: %s", t[i].url, e.text);
	}
}

Test(media_place, where_redirects_lead)
{
	static const struct {
		const char *url;
		bool want, is_api;
	} t[] = {
		{ "https://mms.twiliocdn.com/AC1/0f?Expires=1", true, false },
		{ "https://media.eu.twiliocdn.com:443/x", true, false },
		{ "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/0f",
		    true, false },
		{ "https://s3.amazonaws.com/media.twiliocdn.com/x", true, false },
		{ "https://s3.eu-west-1.amazonaws.com/mms.twiliocdn.com/x", true,
		    false },
		{ "https://s3.dualstack.us-east-1.amazonaws.com/mms.twiliocdn.com/x",
		    true, false },
		{ "https://media.twiliocdn.com.s3-external-1.amazonaws.com/x", true,
		    false },
		{ "https://MEDIA.Twiliocdn.com.S3.eu-west-1.AmazonAWS.com/x", true,
		    false },
		{ "https://mms%2Etwiliocdn.com/x", true, false },
		{ "https://api.twilio.com/any/thing?x", true, true },
		{ "https://API.twilio.com:443/", true, true },
		/* not Twilio's */
		{ "https://twiliocdn.com/x", false, false },
		{ "https://eviltwiliocdn.com/x", false, false },
		{ "https://mms.twiliocdn.com.evil.example/x", false, false },
		{ "https://mms.twiliocdn.com./x", false, false },
		{ "https://www.twilio.com/x", false, false },
		{ "https://s3-external-1.amazonaws.com/bucket/media.twiliocdn.com/x",
		    false, false },
		{ "https://s3-external-1.amazonaws.com/media.twiliocdn.com.evil/x",
		    false, false },
		{ "https://s3-external-1.amazonaws.com/media.twiliocdn.com/../evil/x",
		    false, false },
		{ "https://s3-external-1.amazonaws.com/Media.twiliocdn.com/x", false,
		    false },
		{ "https://s3-external-1.amazonaws.com/evil%2f.twiliocdn.com/x", false,
		    false },
		{ "https://s3-external-1.amazonaws.com/.twiliocdn.com", false, false },
		{ "https://s3-external-1.amazonaws.com/", false, false },
		{ "https://bucket.s3.amazonaws.com/media.twiliocdn.com/x", false,
		    false },
		{ "https://media.twiliocdn.com.s3.evil.example/x", false, false },
		{ "https://s3-x.us-east-1.elb.amazonaws.com/media.twiliocdn.com/x",
		    false, false },
		{ "https://s3.dualstack.a.b.amazonaws.com/media.twiliocdn.com/x", false,
		    false },
		{ "https://s3x.amazonaws.com/media.twiliocdn.com/x", false, false },
		/* not as it should be called */
		{ "http://mms.twiliocdn.com/x", false, false },
		{ "https://mms.twiliocdn.com:8443/x", false, false },
		{ "https://u:p@mms.twiliocdn.com/x", false, false },
		{ "http://api.twilio.com/x", false, false },
		{ "https://api.twilio.com:444/x", false, false },
		{ "https://10.0.0.1/x", false, false },
		{ "https://[::1]/x", false, false },
		{ "http://127.0.0.1/x", false, false },
		{ "http://169.254.169.254/latest/meta-data/", false, false },
		{ "file:///etc/passwd", false, false },
		{ "gopher://mms.twiliocdn.com/x", false, false },
	};
	const struct twilio_account account = {
		.sid = RIG_AC, .secret = "s", .url = "https://api.twilio.com"
	};

	for (size_t i = 0; i < NELEMS(t); i++) {
		struct err e = { 0 };
		bool is_api = false;
		bool ok = twilio_media_may_lead_to(&account, t[i].url, &is_api, &e);

		cr_expect_eq(ok, t[i].want, "%s: %s", t[i].url, e.text);
		cr_expect_eq(is_api, t[i].is_api, "%s", t[i].url);
		if (!ok)
			cr_expect_eq(e.kind, ERR_DENIED, "%s: %s", t[i].url, e.text);
	}
}
