/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text as the memory of a chat: what is read of it are ids within their limits, and
 * written again it is the same memory.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/hyperchat_memory.h"
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "hyperchat/shape.h"

static void
need(bool ok)
{
	if (!ok)
		abort();
}

static void
need_id(const char *id, const char *again)
{
	need((id == NULL) == (again == NULL));
	need(id == NULL || (hyperchat_id_ok(id) && strcmp(id, again) == 0));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(arena_freep) struct arena *a = arena_new();
	const char *text = arena_strndup(a, (const char *)data, size), *written;
	struct hc_memory m, again;

	log_setup(LOG_ERROR, LOG_KV);
	m = hc_memory_read(text, a);
	written = hc_memory_write(&m, a);
	need(strlen(written) <= AGENT_MEMORY_MAX);
	again = hc_memory_read(written, a);
	need_id(m.user, again.user);
	need_id(m.last, again.last);
	need(m.queue == again.queue && m.n_agents == again.n_agents);
	need(m.n_agents <= HC_AGENTS);
	for (size_t i = 0; i < m.n_agents; i++)
		need_id(m.agents[i], again.agents[i]);
	hc_memory_add_agent(&m, "A0");
	need(hc_memory_is_agent(&m, "A0") && m.n_agents <= HC_AGENTS);
	return 0;
}
