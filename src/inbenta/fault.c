/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "inbenta/fault.h"

void
inbenta_fault_read(js *root, struct inbenta_fault *out)
{
	static const char *const top[] = { "message", "Message" };
	js *errors = js_arr(root, "errors"), *at = js_obj(root, "error");

	out->message = "";
	out->code = 0;
	if (errors != NULL && json_object_array_length(errors) > 0)
		at = json_object_array_get_idx(errors, 0);
	if (json_object_is_type(at, json_type_object)) {
		out->message = js_str(at, "message", "");
		out->code = js_int_loose(at, "code", 0);
		return;
	}
	for (size_t i = 0; i < NELEMS(top); i++) {
		if (js_str(root, top[i], NULL) != NULL) {
			out->message = js_str(root, top[i], "");
			return;
		}
	}
}

bool
inbenta_fault_says(const struct inbenta_fault *f, const char *words)
{
	return strcasestr(f->message, words) != NULL;
}

bool
inbenta_fault_no_api(const char *body)
{
	return strcasestr(body, "valid key=value pair") != NULL;
}
