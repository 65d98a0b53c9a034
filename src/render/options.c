/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "render/html.h"

void
render_options(struct buf *out, const char *const *labels, size_t n, size_t first,
    const char *mark)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(
		    out, "%s%zu%s%s", i > 0 ? "\n" : "", first + i, mark, labels[i]);
}
