/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdatomic.h>

#include "base/hurry.h"

static _Atomic int64_t moment = INT64_MAX;

void
hurry_set(int64_t at_ms)
{
	atomic_store(&moment, at_ms);
}

int64_t
hurry_by(int64_t at_ms)
{
	int64_t hurry = atomic_load_explicit(&moment, memory_order_relaxed);

	return hurry < at_ms ? hurry : at_ms;
}
