/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Feeds every file named on the command line to the fuzz target it is linked with, so that
 * corpora run as ordinary tests, with any compiler.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "fuzz/fuzz.h"

static int
feed(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data;
	long size;

	if (f == NULL) {
		perror(path);
		return 1;
	}
	if (fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0) {
		perror(path);
		fclose(f);
		return 1;
	}
	rewind(f);
	/* Exactly as large as the input, so that a sanitizer sees a read behind it. */
	data = malloc(size > 0 ? (size_t)size : 1);
	if (data == NULL || fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(path);
		free(data);
		fclose(f);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	for (int i = 1; i < argc; i++)
		bad |= feed(argv[i]);
	printf("%d inputs\n", argc - 1);
	return bad || argc < 2;
}
