/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "conf/nearest.h"

static bool
same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance, in three rows of its matrix. */
size_t
nearest_distance(const char *a, const char *b)
{
	size_t rows[3][NEAREST_LONGEST + 1];
	size_t a_len = strlen(a), b_len = strlen(b);

	if (a_len > NEAREST_LONGEST || b_len > NEAREST_LONGEST)
		return (size_t)-1;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool equal = same(a[i - 1], b[j - 1]);

			row[j] = least(
			    above[j - 1] + !equal, least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				row[j] = least(row[j], above2[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

static const char *
last_part(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL ? dot + 1 : name;
}

static bool
same_file(const char *a, const char *b)
{
	size_t n = strcspn(a, ".");

	return strcspn(b, ".") == n && strncmp(a, b, n) == 0;
}

void
nearest_offer(struct nearest *n, const char *known)
{
	size_t distance = nearest_distance(n->wanted, known), len = strlen(known);
	size_t limit = strlen(n->wanted) / 4 + 1;

	/* The right name in the wrong place is nearer than its letters say; so more in the
	 * right file. */
	if (strchr(known, '.') != NULL && strchr(n->wanted, '.') != NULL &&
	    strcmp(last_part(n->wanted), last_part(known)) == 0 && distance >= limit)
		distance = limit - same_file(n->wanted, known);
	if (distance <= limit && distance < n->distance && len <= NEAREST_LONGEST) {
		n->distance = distance;
		memcpy(n->best, known, len + 1);
	}
}
