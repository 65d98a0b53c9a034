/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a webhook, as JSON for the phones and for tests. */
#include "config.h"

#include "sandbox/webhook.h"

js *
twilio_fault_json(const struct twilio_fault *f)
{
	js *o = json_object_new_object();

	json_object_object_add(o, "code", json_object_new_int((int)f->code));
	json_object_object_add(o, "text", json_object_new_string(f->text));
	return o;
}

js *
twiml_media_json(const struct twiml_message *m)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < m->n_media; i++)
		json_object_array_add(list, json_object_new_string(m->media[i]));
	return list;
}

js *
webhook_tries_json(const struct webhook_result *res)
{
	js *list = json_object_new_array();

	for (size_t i = 0; i < res->n_tries; i++) {
		const struct webhook_try *t = &res->tries[i];
		const struct twilio_fault f = { (enum twilio_code)t->code, t->text };
		js *one = json_object_new_object();

		json_object_object_add(one, "url",
		    json_object_new_string(t->fallback ? "fallback" : "webhook"));
		json_object_object_add(one, "status", json_object_new_int(t->status));
		json_object_object_add(one, "ms", json_object_new_int64(t->ms));
		json_object_object_add(
		    one, "fault", t->code != 0 ? twilio_fault_json(&f) : NULL);
		json_object_array_add(list, one);
	}
	return list;
}

js *
webhook_result_json(const struct outgoing *m, const struct webhook_result *res)
{
	const struct twiml *t = &res->twiml;
	js *o = json_object_new_object(), *messages = json_object_new_array();
	js *faults = json_object_new_array();

	for (size_t i = 0; i < t->n; i++) {
		js *one = json_object_new_object();

		json_object_object_add(
		    one, "body", json_object_new_string(t->messages[i].body));
		json_object_object_add(one, "media", twiml_media_json(&t->messages[i]));
		json_object_array_add(messages, one);
	}
	for (size_t i = 0; i < t->n_faults; i++)
		json_object_array_add(faults, twilio_fault_json(&t->faults[i]));
	json_object_object_add(o, "sid", json_object_new_string(m->sid));
	json_object_object_add(o, "status", json_object_new_int(res->status));
	json_object_object_add(o, "ms", json_object_new_int64(res->ms));
	json_object_object_add(o, "messages", messages);
	json_object_object_add(
	    o, "fault", t->n_faults > 0 ? twilio_fault_json(&t->faults[0]) : NULL);
	json_object_object_add(o, "faults", faults);
	json_object_object_add(o, "tries", webhook_tries_json(res));
	json_object_object_add(o, "twiml", json_object_new_string(res->raw));
	return o;
}
