#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl, and what it shares with botline: the commands, their output, their status.
set -u
ctl=${top_builddir:?set by make check}/botlinectl
daemon=$top_builddir/botline
dir=$(mktemp -d "${TMPDIR:-/tmp}/botline-ctl-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
cp -R "${top_srcdir:?}/conf" "$top_srcdir/lang" "$dir/" && chmod -R u+w "$dir"
n=0

# $1: name; $2: status that is wanted; $3: a pattern of the output, or "" ; then the command.
try() {
	name=$1 want=$2 pattern=$3
	shift 3
	n=$((n + 1))
	"$@" > "$dir/out" 2>&1
	got=$?
	if [ "$got" -eq "$want" ] && grep -Eq -- "$pattern" "$dir/out"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "# status $got, wanted $want and: $pattern"
		sed 's/^/# /' "$dir/out"
	fi
}

# Two commands that must print the same.
same() {
	name=$1
	n=$((n + 1))
	$2 > "$dir/one" 2>&1
	$3 > "$dir/two" 2>&1
	if [ -s "$dir/one" ] && cmp -s "$dir/one" "$dir/two"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		diff "$dir/one" "$dir/two" | sed 's/^/# /'
	fi
}

echo 1..46
unset BOTLINE_ROOT
try 'no command' 64 'no command' "$ctl"
try 'an unknown command' 64 'no such command: frobnicate' "$ctl" frobnicate
try 'too many words' 64 'too many.*: extra' "$ctl" check extra
try 'no such environment' 64 'no environment: nowhere' "$ctl" config dump nowhere
try 'half a command' 64 'did you mean: botlinectl config dump' "$ctl" config
try '--root without a folder' 64 'needs a folder' "$ctl" check --root
try '--help is help' 0 '^  config dump ' "$ctl" --help
try '--version is version' 0 '^botline [0-9]' "$ctl" --version
try 'help names the commands' 0 '^  config dump ' "$ctl" help
try 'help names one' 0 '^  queue retry ID' "$ctl" help queue
one_command() {
	"$ctl" help queue list | grep -c '^  [a-z]'
}
try 'help on one command is of that one' 0 '^1$' one_command
try 'a word that would order the terminal' 64 'no such command: f\?\[31mo$' \
	"$ctl" "$(printf 'f\033[31mo')"
try 'help on nothing there is' 64 'no such command: que' "$ctl" help que
try '--help behind a command' 0 '^  queue show \[--body\]' "$ctl" queue show --help
try 'a switch takes no value' 64 'takes no value: --json=1' "$ctl" queue list --json=1
try 'an option needs its value' 64 'value is missing: --env' "$ctl" config dump --env
try 'an option once' 64 'given twice: --env=development' \
	"$ctl" config dump --env production --env=development
try 'an environment once' 64 'named twice: production' \
	"$ctl" config dump --env production production
try 'behind -- is no folder' 64 'too many.*: --root' "$ctl" version -- --root
try 'usage of what is wrong' 64 '^Usage: botlinectl queue list \[--dead\] \[--json\]$' \
	"$ctl" queue list 1
try 'version' 0 '^botline [0-9]' "$ctl" version
same 'version is the program'"'"'s' "$ctl version" "$daemon --version"
try 'an empty configuration is wrong' 78 'api\.key' "$ctl" --root "$dir" check
try 'and cannot be printed' 78 'api\.key' "$ctl" --root "$dir" config dump

cat > "$dir/conf/custom/api.cfg" << 'EOF'
key = "public-key";
secret = "private-secret";
EOF
cat > "$dir/conf/custom/twilio.cfg" << 'EOF'
credentials = { sid = "AC00000000000000000000000000000001"; auth_token = "private-token"; };
webhook_url = "https://bot.example/botline";
EOF
mkdir "$dir/conf/development"
echo 'url = "https://dev.example";' > "$dir/conf/development/api.cfg"
export BOTLINE_STORE__PATH="$dir/store"
try 'a whole configuration is right' 0 '^0 errors' "$ctl" --root "$dir" check
same '--root behind the command' "$ctl check --root $dir" "$ctl --root $dir check"
same '--root=' "$ctl check --root=$dir" "$ctl --root $dir check"
same '--env names the environment' "$ctl config dump --root $dir --env development" \
	"$daemon --root $dir --dump --env development"
same 'check is --check' "$ctl --root $dir check" "$daemon --root $dir --check"
same 'config dump is --dump' "$ctl --root $dir config dump" "$daemon --root $dir --dump"
try 'a value has its origin behind it' 0 'webhook_url = .*conf/custom/twilio.cfg:2' \
	"$ctl" --root "$dir" config dump
try 'an environment has its own' 0 'dev\.example.*conf/development/api.cfg:1' \
	"$ctl" --root "$dir" config dump development
try 'secrets are hidden' 0 'auth_token = "\*\*\*"' "$ctl" --root "$dir" config dump
try 'unless asked for' 0 'auth_token = "private-token"' \
	"$ctl" --root "$dir" config dump --show-secrets
try 'BOTLINE_ROOT names the folder' 0 '^0 errors' env BOTLINE_ROOT="$dir" "$ctl" check

# HyperChat's handshakes.
allow() {
	"$ctl" --root "$dir" hyperchat allow-handshake "$@"
}
# The same with a variable: NAME=VALUE.
allow_with() {
	env "$1" "$ctl" --root "$dir" hyperchat allow-handshake
}
export BOTLINE_STORE__STATE_PATH="$dir/state"
try 'half of hyperchat' 64 'did you mean: botlinectl hyperchat allow' "$ctl" hyperchat
try 'agents are off' 78 'chat\.chat\.enabled is false' allow
export BOTLINE_CHAT__CHAT__ENABLED=true
try 'no state yet' 78 "run it as botline's user" allow
try 'a preset secret' 78 'it alone counts' \
	allow_with BOTLINE_CHAT__CHAT__WEBHOOK_SECRET=preset
try 'none is wanted' 78 'is "never"' allow_with BOTLINE_CHAT__CHAT__HANDSHAKE=never
try 'no such environment for a handshake' 64 'no environment: nowhere' allow --env nowhere
"$daemon" --root "$dir" --run-queue > "$dir/out" 2>&1
try 'one is allowed' 0 'environment production within 60 minutes' allow
try 'in an environment' 0 'environment development within' allow --env development
try 'in an environment, in one word' 0 'environment preproduction' allow --env=preproduction
try 'nothing is made where there is no state' 78 'STATE_DIRECTORY' \
	allow_with BOTLINE_STORE__STATE_PATH="$dir/other"
unset BOTLINE_CHAT__CHAT__ENABLED
echo 'keyy = 1;' >> "$dir/conf/custom/api.cfg"
try 'a mistake has file, line and the nearest key' 78 \
	'conf/custom/api.cfg:3 .*keyy.*api\.key' "$ctl" --root "$dir" check
