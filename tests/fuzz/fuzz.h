/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What a fuzz target defines. Called by libFuzzer, or by corpus_main.c on each file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Called by libFuzzer once, before. Defined in fuzzer_start.c. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

#endif
