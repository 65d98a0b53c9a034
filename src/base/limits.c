/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "base/attr.h"
#include "base/limits.h"

const struct limit_row limit_rows[] = {
#define LIMITS_ROW(name, value, unit, what) { #name, unit, what, (value) },
	LIMITS(LIMITS_ROW)
#undef LIMITS_ROW
};

const size_t n_limit_rows = NELEMS(limit_rows);
