/* SPDX-License-Identifier: Apache-2.0 */
/* Source: Prometheus, "Exposition formats", text-based format. Our texts need no escapes. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "watch/numbers.h"
#include "watch/prom.h"

static void
write_head(struct buf *out, const char *name, const char *help, const char *type)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
write_label(struct buf *out, const struct metric_set *set, size_t value, char *sep)
{
	if (*set->label == '\0')
		return;
	buf_printf(out, "%c%s=\"%s\"", *sep, set->label, set->values[value]);
	*sep = ',';
}

/* What stands between name and value: {a="x",b="y"}, or nothing. */
static void
write_labels(struct buf *out, const struct metric_row *row, size_t a, size_t b)
{
	char sep = '{';

	write_label(out, row->a, a, &sep);
	write_label(out, row->b, b, &sep);
	if (sep == ',')
		buf_chr(out, '}');
}

/* Milliseconds as seconds, exact, without zeros behind: 2500 is 2.5. */
static void
write_seconds(struct buf *out, uint64_t ms)
{
	static const char digits[] = "0123456789";
	const unsigned part = (unsigned)(ms % 1000);

	buf_printf(out, "%" PRIu64, ms / 1000);
	if (part == 0)
		return;
	buf_printf(out, ".%c", digits[part / 100]);
	if (part % 100 != 0)
		buf_chr(out, digits[part / 10 % 10]);
	if (part % 10 != 0)
		buf_chr(out, digits[part % 10]);
}

static void
write_values(struct buf *out, const struct metric_row *row, const uint64_t *cell)
{
	for (size_t a = 0; a < row->a->n; a++)
		for (size_t b = 0; b < row->b->n; b++) {
			buf_str(out, row->name);
			write_labels(out, row, a, b);
			buf_printf(out, " %" PRIu64 "\n", cell[a * row->b->n + b]);
		}
}

static void
write_bucket(
    struct buf *out, const struct metric_row *row, size_t a, size_t bucket, uint64_t n)
{
	char sep = '{';

	buf_printf(out, "%s_bucket", row->name);
	write_label(out, row->a, a, &sep);
	buf_printf(out, "%cle=\"", sep);
	if (bucket < NELEMS(metric_bounds_ms))
		write_seconds(out, (uint64_t)metric_bounds_ms[bucket]);
	else
		buf_str(out, "+Inf");
	buf_printf(out, "\"} %" PRIu64 "\n", n);
}

static void
write_histogram(
    struct buf *out, const struct metric_row *row, size_t a, const uint64_t *cell)
{
	uint64_t n = 0;

	for (size_t i = 0; i < METRIC_BUCKETS; i++) {
		n += cell[i];
		write_bucket(out, row, a, i, n);
	}
	buf_printf(out, "%s_sum", row->name);
	write_labels(out, row, a, 0);
	buf_chr(out, ' ');
	write_seconds(out, cell[METRIC_SUM]);
	buf_printf(out, "\n%s_count", row->name);
	write_labels(out, row, a, 0);
	buf_printf(out, " %" PRIu64 "\n", n);
}

static void
write_row(struct buf *out, const struct metric_row *row, const uint64_t *cell)
{
	static const char *const types[] = {
		[METRIC_COUNTER] = "counter",
		[METRIC_GAUGE] = "gauge",
		[METRIC_HISTOGRAM] = "histogram",
	};

	write_head(out, row->name, row->help, types[row->kind]);
	if (row->kind != METRIC_HISTOGRAM) {
		write_values(out, row, cell);
		return;
	}
	for (size_t a = 0; a < row->a->n; a++)
		write_histogram(out, row, a, &cell[a * METRIC_HISTOGRAM_CELLS]);
}

void
prom_write(struct buf *out, const struct numbers *n)
{
	write_head(out, "botline_build_info", "Always 1", "gauge");
	buf_str(out, "botline_build_info{version=\"" PACKAGE_VERSION "\"} 1\n");
	for (size_t i = 0; i < M_N; i++)
		if (n->known[i])
			write_row(out, &metric_rows[i], &n->cells[metric_rows[i].at]);
}
