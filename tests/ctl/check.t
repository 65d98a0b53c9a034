#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl check, config get, config explain and lang check: what they print, with golden files
# in tests/golden/ctl, and their exit statuses.
set -u
ctl=${top_builddir:?set by make check}/botlinectl
golden=${top_srcdir:?}/tests/golden/ctl
dir=$(mktemp -d "${TMPDIR:-/tmp}/botline-check-XXXXXX") || exit 99
trap 'rm -rf "$dir"' EXIT
cp -R "$top_srcdir/conf" "$top_srcdir/lang" "$dir/" && chmod -R u+w "$dir"
mkdir "$dir/store" "$dir/conf/development" "$dir/apache" && chmod 700 "$dir/store"
export BOTLINE_STORE__PATH="$dir/store"
unset BOTLINE_ROOT
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

# $1: name, of its golden file as well; $2: status that is wanted; then the command.
prints() {
	name=$1 want=$2
	shift 2
	n=$((n + 1))
	"$@" > "$dir/raw" 2>&1
	got=$?
	sed -e "s|$dir|ROOT|g" -e 's|[^ ]*/apache/botline-|DATA/apache/botline-|' "$dir/raw" > "$dir/out"
	if [ "$got" -eq "$want" ] && diff "$golden/$name.ref" "$dir/out" > "$dir/diff"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		echo "# status $got, wanted $want"
		sed 's/^/# /' "$dir/diff"
	fi
}

bot() {
	"$ctl" --root "$dir" "$@"
}

cat > "$dir/conf/custom/api.cfg" << 'EOF'
key = "public-key";
secret = "private-secret";
timeout_ms = 9000;
EOF
cat > "$dir/conf/custom/twilio.cfg" << 'EOF'
credentials = { sid = "AC00000000000000000000000000000001"; auth_token = "private-token"; };
webhook_url = "https://bot.example/botline";
EOF
echo 'timeout_ms = 300;' > "$dir/conf/development/api.cfg"
printf 'development = { type = "http_host"; regex = "/^dev/"; };\n' \
	> "$dir/conf/custom/environments.cfg"
printf 'auht_url = "https://old.example";' > "$dir/messenger"
printf 'messenger = { %s };\n' "$(cat "$dir/messenger")" > "$dir/conf/custom/chat.cfg"
printf '<VirtualHost *:443>\nServerName www.example\nSSLEngine on\n%s\n</VirtualHost>\n' \
	'ScriptAlias /botline /nowhere/botline' > "$dir/apache/apache2.conf"

echo 1..27
prints check 78 bot check --apache "$dir/apache"
prints check.json 78 bot check --apache "$dir/apache" --json
try 'no Apache is a note' 0 'note .*was not looked at' bot check --apache "$dir/store"
try 'no such environment' 64 'no environment: nowhere' bot check --env nowhere

try 'get' 0 '^9000$' bot config get api.timeout_ms
try 'get in an environment' 0 '^300$' bot config get api.timeout_ms development
try 'get with --env' 0 '^300$' bot config get api.timeout_ms --env development
try 'get with both' 64 'named twice' bot config get --env production api.key development
try 'get by another name' 0 '^https://old.example$' bot config get chat.messenger.auth_url
try 'get a list' 0 '^STOPALL$' bot config get sms.opt_out_words
try 'get a secret' 0 '^\*\*\*$' bot config get api.secret
try 'get it shown' 0 '^private-secret$' bot config get --show-secrets api.secret
try 'get what is not there' 66 'no such key: api.secrt \(did you mean api.secret\?\)' \
	bot config get api.secrt
try 'get a group' 66 'is a group of keys' bot config get twilio.credentials
try 'get the file of a secret' 66 'its key is api.key' bot config get api.key_file
prints explain 0 bot config explain api.timeout_ms development
prints explain-alias 0 bot config explain chat.messenger.auht_url
prints explain.json 0 bot config explain --json api.timeout_ms development
try 'explain hides a secret' 0 'counts +"\*\*\*"  \(conf/custom/api.cfg:2\)' \
	bot config explain api.secret
try 'explain a typo' 66 'did you mean log.level' bot config explain log.levle
try 'explain a variable' 0 'counts +700  \(environment BOTLINE_API__TIMEOUT_MS\)' \
	env BOTLINE_API__TIMEOUT_MS=700 "$ctl" --root "$dir" config explain api.timeout_ms
echo 'timeout_ms = "soon";' >> "$dir/conf/development/api.cfg"
try 'explain what is wrong' 0 'in force' bot config explain api.timeout_ms development
try 'which get refuses' 78 'conf/development/api.cfg' bot config get api.timeout_ms

try 'all languages are well' 0 '^0 errors, 0 warnings, 0 notes: good$' bot lang check
mkdir -p "$dir/mine/lang"
# shellcheck disable=SC2016 # dollars are for botline
sed -e '/^busy =/d' -e 's/^yes = .*/yes = "Yep";/' -e 's/\$max/max/' "$dir/lang/en.cfg" \
	> "$dir/mine/lang/en.cfg"
# shellcheck disable=SC2016 # the same
echo 'bussy = "x $nobody";' >> "$dir/mine/lang/en.cfg"
prints lang-file 0 bot lang check "$dir/mine/lang/en.cfg"
try 'no such file' 66 'a file of a language is lang/CODE.cfg' bot lang check "$dir/conf/en.cfg"
try 'no language at all' 78 'there is no file of any language' "$ctl" --root "$dir/store" lang check
