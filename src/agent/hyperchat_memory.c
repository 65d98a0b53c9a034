/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "agent/agent.h"
#include "agent/hyperchat_memory.h"
#include "base/js.h"
#include "base/limits.h"
#include "base/log.h"
#include "hyperchat/shape.h"

enum { MEMORY_VERSION = 1 };

/* An id has no character that JSON would write longer than \uXXXX or, mostly, than two. */
_Static_assert((HC_AGENTS + 2) * (2 * LIMIT_HYPERCHAT_ID + 3) + 64 <= AGENT_MEMORY_MAX,
    "a memory fits");

static void
read_agents(struct hc_memory *m, js *list, struct arena *a)
{
	size_t n = list != NULL ? json_object_array_length(list) : 0;

	for (size_t i = 0; i < n && m->n_agents < HC_AGENTS; i++) {
		js *is = json_object_array_get_idx(list, i);
		const char *id = json_object_get_string(is);

		if (json_object_is_type(is, json_type_string) && hyperchat_id_ok(id))
			m->agents[m->n_agents++] = arena_strdup(a, id);
	}
}

struct hc_memory
hc_memory_read(const char *memory, struct arena *a)
{
	struct hc_memory m = { .queue = true };
	CLEANUP(js_putp) js *root = NULL;
	struct err e;

	if (memory == NULL)
		return m;
	if (!js_parse(memory, strlen(memory), &root, &e) ||
	    js_int(root, "v", 0) != MEMORY_VERSION) {
		LOG(LOG_WARN, "agent", "memory of the chat is unknown",
		    LH("nothing to do: another version wrote it, HyperChat is asked"));
		return m;
	}
	if (hyperchat_id_ok(js_str(root, "user", "")))
		m.user = hyperchat_id(root, "user", a);
	if (hyperchat_id_ok(js_str(root, "last", "")))
		m.last = hyperchat_id(root, "last", a);
	m.queue = js_bool(root, "queue", true);
	read_agents(&m, js_arr(root, "agents"), a);
	return m;
}

const char *
hc_memory_write(const struct hc_memory *m, struct arena *a)
{
	CLEANUP(buf_fini) struct buf b = BUF_INIT(AGENT_MEMORY_MAX);

	buf_printf(&b, "{\"v\":%d", MEMORY_VERSION);
	js_put_text(&b, ",\"user\":", m->user);
	js_put_text(&b, ",\"last\":", m->last);
	buf_printf(&b, ",\"queue\":%s", m->queue ? "true" : "false");
	for (size_t i = 0; i < m->n_agents; i++)
		js_put_text(&b, i == 0 ? ",\"agents\":[" : ",", m->agents[i]);
	buf_str(&b, m->n_agents > 0 ? "]}" : "}");
	return arena_strdup(a, b.data);
}

bool
hc_memory_is_agent(const struct hc_memory *m, const char *id)
{
	for (size_t i = 0; i < m->n_agents; i++)
		if (strcmp(m->agents[i], id) == 0)
			return true;
	return false;
}

void
hc_memory_add_agent(struct hc_memory *m, const char *id)
{
	if (hc_memory_is_agent(m, id))
		return;
	if (m->n_agents == HC_AGENTS) {
		memmove(&m->agents[0], &m->agents[1],
		    (HC_AGENTS - 1) * sizeof(m->agents[0]));
		m->n_agents--;
	}
	m->agents[m->n_agents++] = id;
}
