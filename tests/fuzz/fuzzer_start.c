/* SPDX-License-Identifier: Apache-2.0 */
/* What all fuzz targets do before their first input, when libFuzzer runs them. */
#include "config.h"

#include <json-c/json.h>

#include "base/attr.h"
#include "fuzz/fuzz.h"

/*
 * json-c hashes names with a number it draws at random, so that the same input takes other
 * ways in each process; without it the same seed tries the same inputs.
 */
int
LLVMFuzzerInitialize(int *argc UNUSED, char ***argv UNUSED)
{
	return json_global_set_string_hash(JSON_C_STR_HASH_PERLLIKE);
}
