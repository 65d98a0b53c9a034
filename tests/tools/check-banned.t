#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tools/check-banned: calls are found, names in comments and texts are not.
check=${top_srcdir:?set by make check}/tools/check-banned
file=$(mktemp)
trap 'rm -f "$file"' EXIT
n=0

# $1: accepted or refused; $2: name; $3: the C text.
case_of() {
	n=$((n + 1))
	printf '%b' "$3" > "$file"
	verdict=refused
	"$check" "$file" > /dev/null && verdict=accepted
	if [ "$verdict" = "$1" ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2: $verdict"
	fi
}

echo 1..12
case_of refused 'a call' '\tstrcpy(a, b);\n'
case_of refused 'a space before the bracket' '\tn = atoi (text);\n'
case_of refused 'after a comment' '/* why */ system("ls");\n'
case_of refused 'after a text' '\tputs("x"); strcat(a, "y");\n'
case_of refused 'after a comment of two lines' '/* a\n b */ sprintf(a, "");\n'
case_of refused 'after a character' '\tc = \047"\047; gets(a); d = \047"\047;\n'
case_of accepted 'a comment' '/* strcpy(a, b) is banned */\n// system(x)\n'
case_of accepted 'a comment of three lines' '/*\n * strcpy(a, b)\n */\n'
case_of accepted 'a text' '\tputs("popen(x) \\"strcat(y)");\n'
case_of accepted 'longer names' '\tsnprintf(a, 3, ""); strtok_r(a, b, c); my_system(1);\n'
case_of accepted 'a name without a call' '\tint system = 1;\n'
case_of accepted 'an empty file' ''
