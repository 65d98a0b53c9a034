#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl status: without a botline, beside one, again and again until it is stopped.
# shellcheck source=tests/ctl/begin.sh
. "${top_srcdir:?set by make check}/tests/ctl/begin.sh"
daemon=$top_builddir/botline
make_bot

# $1: status that is wanted; $2: what is printed; $3: name; the command.
says() {
	want=$1 line=$2 name=$3
	shift 3
	"$ctl" --root "$dir" status "$@" > "$dir/out" 2>&1
	[ $? -eq "$want" ] && grep -Eq -- "$line" "$dir/out"
	tell $? "$name"
}

echo 1..15
says 69 '^botline    down, ' 'no botline has been there'
says 69 '^  down state-not-readable: ' 'and why'
[ ! -e "$dir/store" ] && [ ! -e "$dir/state" ]
tell $? 'a look makes nothing'
"$daemon" --root "$dir" --run-queue > "$dir/out" 2>&1
# A full disk of the machine that tests would be told of as well.
says 0 '^botline    (ready|degraded), ' 'one has'
says 0 '^queue      0 jobs; the oldest 0 s; 0 dead letters$' 'its queue'
says 0 '"dead":0},"chats":0,"sessions":0}$' 'for a program' --json
says 0 '^caches     0$' 'its caches'
says 0 ',"caches":\{"token":\{"hit":0,"miss":0\},' 'and for a program' --json
says 64 'Usage: botlinectl status' 'no seconds' --watch=0
says 64 'Usage: botlinectl status' 'no number' --watch=often

# Blocks in a pipe, until the signal: two empty lines are three looks.
python3 - "$ctl" "$dir" > "$dir/out" 2>&1 << 'EOT'
import signal, subprocess, sys
watch = subprocess.Popen([sys.argv[1], "--root", sys.argv[2], "status", "--watch=1"],
                         stdout=subprocess.PIPE, text=True)
blank = looks = 0
for line in watch.stdout:
    looks += line.startswith("botline    ")
    blank += line == "\n"
    if blank == 2:
        watch.send_signal(signal.SIGINT)
        break
rest = watch.stdout.read()
assert "\033" not in rest, rest
assert looks == 2 and watch.wait() == 0, (looks, watch.returncode)
EOT
tell $? 'again and again, ended by Ctrl-C'
echo 'level = "loud";' > "$dir/conf/custom/log.cfg"
says 0 '^queue      0 jobs' 'a configuration with errors hides nothing'
rm "$dir/conf/custom/log.cfg"
# A folder of another user: for all but root the root folder is one.
other=/
if [ "$(id -u)" -eq 0 ]; then
	other=$dir/other
	mkdir "$other" && chown 65534 "$other"
fi
BOTLINE_STORE__STATE_PATH=$other says 78 "run it as botline's user" \
	'another user is not told that botline is down'
chmod 500 "$dir/store"
if [ "$(id -u)" -eq 0 ]; then
	mv "$dir/store" "$dir/away"
fi
says 69 '^  down store-not-writable: ' 'a store that cannot be written'
"$ctl" --root "$dir" status > /dev/full 2> "$dir/out"
[ $? -eq 74 ]
tell $? 'output that goes nowhere is said'
