#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What tests of botlinectl begin with: the program, a folder that ends with them, and a way to
# tell how something went. To be read by them.
set -u
# shellcheck disable=SC2034 # used by who reads this
ctl=${top_builddir:?set by make check}/botlinectl
dir=$(mktemp -d "${TMPDIR:-/tmp}/botline-ctl-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
n=0

# $1: status of what was to hold; $2: its name; $3: a file that tells more, else $dir/out.
tell() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' "${3:-$dir/out}"
		return 1
	fi
}

# A bot in $dir: its root, its store and its state.
make_bot() {
	cp -R "${top_srcdir:?}/conf" "$top_srcdir/lang" "$dir/" && chmod -R u+w "$dir"
	cat > "$dir/conf/custom/api.cfg" << 'EOT'
key = "public-key";
secret = "private-secret";
EOT
	cat > "$dir/conf/custom/twilio.cfg" << 'EOT'
credentials = { sid = "AC00000000000000000000000000000001"; auth_token = "private-token"; };
webhook_url = "https://bot.example/botline";
EOT
	unset BOTLINE_ROOT
	export BOTLINE_STORE__PATH="$dir/store" BOTLINE_STORE__STATE_PATH="$dir/state"
}

# $1: name; $2: status that is wanted; what is printed is on standard input; the words of
# botlinectl.
prints_with() {
	name=$1 want=$2
	shift 2
	cat > "$dir/want"
	"$ctl" --root "$dir" "$@" > "$dir/out" 2>&1
	got=$?
	[ "$got" -eq "$want" ] && diff "$dir/want" "$dir/out" > "$dir/diff"
	tell $? "$name" || echo "# status $got, wanted $want"
}

# $1: name; $2: the reference; then the command, which reads $dir/in.
prints_ref() {
	name=$1 ref=$2
	shift 2
	"$@" < "$dir/in" > "$dir/out" 2>&1 && diff "$ref" "$dir/out" > "$dir/diff"
	tell $? "$name" "$dir/diff"
}

# $1: a folder of golden files, in which each reference belongs to an input.
no_strays() {
	for ref in "$1"/*.ref; do
		case=${ref%.ref}
		[ -f "${case%.*}.in" ] || echo "$ref"
	done > "$dir/strays"
	[ ! -s "$dir/strays" ]
	tell $? 'every reference has its input' "$dir/strays"
}
