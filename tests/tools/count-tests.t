#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/count-tests: no way to fail or to skip is counted as a pass.
n=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# $1: name; $2: exit status of the run; $3: what is counted; $4: the log.
case_of() {
	n=$((n + 1))
	printf '%b' "$4" > "$log"
	got=$("${top_srcdir:?set by make check}/tools/count-tests" "$2" "$log")
	if [ "$got" = "$3" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1: got $got, want $3"
	fi
}

summary='# TOTAL: 9\n# PASS:  5\n# SKIP:  1\n# XFAIL: 1\n# FAIL:  1\n# XPASS: 0\n# ERROR: 1\n'

echo 1..11
case_of 'summary of automake' 1 '6 2 1' "PASS: a\nnot ok in a test\n$summary"
case_of 'TAP' 0 '2 0 0' '1..2\nok 1 - a\nok 2 - b\n'
case_of 'TAP, one fails' 1 '1 1 0' '1..2\nok 1 - a\nnot ok 2 - b\n'
case_of 'TAP, one is skipped' 0 '1 0 1' '1..2\nok 1 - a\nok 2 - b # SKIP no tool\n'
case_of 'fails without saying where' 2 '1 1 0' '1..1\nok 1 - a\n'
case_of 'a plan that was not kept' 0 '1 1 0' '1..2\nok 1 - a\n'
case_of 'bail out' 255 '1 1 0' 'ok 1 - a\nBail out! no port\n'
case_of 'nothing ran' 0 '0 1 0' 'hello\n'
case_of 'an empty log' 0 '0 1 0' ''
case_of 'the compiler failed' 2 '0 1 0' 'make: *** Error 1\n'
case_of 'all are skipped' 0 '0 0 2' '1..2\nok 1 - a # skip\nok 2 # SKIP\n'
