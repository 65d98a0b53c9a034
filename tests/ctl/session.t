#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl session and cache: what is listed and shown, what is hidden, what drop and clear do.
# shellcheck source=tests/ctl/begin.sh
. "${top_srcdir:?set by make check}/tests/ctl/begin.sh"
# Moments are in the future: a conversation of the past would have expired.
make_bot

put() {
	python3 "$top_srcdir/tests/ctl/put_record.py" "$dir/store" "$@"
}

echo 1..26
prints_with 'no store yet' 78 session list << EOT
botlinectl: store.path: $dir/store: No such file or directory
botlinectl: run it as botline's user, with the configuration that botline has, once botline has been started
EOT
mkdir -m 700 "$dir/store"
prints_with 'nobody' 0 session list << 'EOT'
0 conversations
EOT
prints_with 'nobody, for a program' 0 session list --json << 'EOT'
{"sessions":0,"list":[]}
EOT

put twilio-34600111222-34600333444 4000000000 << 'EOT'
{"version":5,"used_at":4000000000,"env":"production","memory":"{}","from":"whatsapp:+34600333444","to":"whatsapp:+34600111222","pending":{"kind":"choice","choices":[{"kind":"option","label":"my secret","value":"1"},{"kind":"option","label":"b","value":"2"}]},"hold":{"code":"c","comment":"","due_s":1},"begun":[],"known":["SM3"],"flood":{"empty_ms":1,"over":true},"claims":[{"sid":"SM1","messages":[{"text":"a private reply"}]}]}
EOT
put preproduction/twilio-15550001-34600333444 4000000060 << 'EOT'
{"version":5,"used_at":4000000060,"env":"preproduction","from":"+34600333444","to":"+15550001","chat":{"id":"chat-1","since_s":3999999000,"position":3},"pending":{"kind":"none","choices":[]},"claims":[]}
EOT
put twilio-15550001-447700900123 4000000030 << 'EOT'
{"version":5,"used_at":4000000030,"env":"production","from":"+447700900123","to":"+15550001","chat":{"id":"chat-2","since_s":3999999000,"talking":true},"pending":{"kind":"none","choices":[]},"begun":[{"sid":"SM9"}],"claims":[]}
EOT
put odd 4000000010 << 'EOT'
not what the dialogue writes
EOT
a=$(printf %s twilio-34600111222-34600333444 | sha256sum | cut -c 1-64)
b=$(printf %s preproduction/twilio-15550001-34600333444 | sha256sum | cut -c 1-64)
c=$(printf %s twilio-15550001-447700900123 | sha256sum | cut -c 1-64)
d=$(printf %s odd | sha256sum | cut -c 1-64)
short() {
	printf %.12s "$1"
}
prints_with 'the last used first, numbers masked' 0 session list << EOT
4 conversations
$(short "$b") idle used=2096-10-02T07:07:40Z env=preproduction from=+*********44 to=+******01 pending=none chat=waiting
$(short "$c") idle used=2096-10-02T07:07:10Z env=production from=+**********23 to=+******01 pending=none chat=talking
$(short "$d") idle used=2096-10-02T07:06:50Z env=? from=? to=? pending=? chat=none unreadable
$(short "$a") idle used=2096-10-02T07:06:40Z env=production from=whatsapp:+*********44 to=whatsapp:+*********22 pending=choice chat=none flooded
EOT
prints_with 'for a program' 0 session show --json "$(short "$b")" << EOT
{"sessions":1,"list":[{"id":"$b","in_line":0,"used":"2096-10-02T07:07:40Z","env":"preproduction","from":"+*********44","to":"+******01","pending":"none","choices":0,"chat":{"state":"waiting","id":"chat-1","since":"2096-10-02T06:50:00Z","position":3},"survey":false,"rating_held":false,"flooded":false,"begun":0,"replies":0,"known":0,"version":5}]}
EOT
prints_with 'one, without what was said' 0 session show whatsapp:+34600333444 << EOT
id: $a
state: idle
user: whatsapp:+*********44
to: whatsapp:+*********22
environment: production
last used: 2096-10-02T07:06:40Z
open question: choice, 2 choices
rating: still to be sent
flood: over the limit
repeats: 1 messages with their replies, 1 more ids
record: version 5, $(wc -c < "$dir/store/c-$a" | awk '{ print $1 - 64 - 32 }') bytes
EOT
prints_with 'and with it' 0 session show --body +447700900123 << EOT
id: $c
state: idle
user: +447700900123
to: +15550001
environment: production
last used: 2096-10-02T07:07:10Z
open question: none
chat: chat-2, with an agent since 2096-10-02T06:50:00Z
begun at the agents' side: 1
repeats: 0 messages with their replies, 0 more ids
record: version 5, 227 bytes
body: {"version":5,"used_at":4000000030,"env":"production","from":"+447700900123","to":"+15550001","chat":{"id":"chat-2","since_s":3999999000,"talking":true},"pending":{"kind":"none","choices":[]},"begun":[{"sid":"SM9"}],"claims":[]}
EOT
prints_with 'a number of several is not dropped' 65 session drop 34600333444 << EOT
botlinectl: 2 conversations fit: name one by its id
$(short "$b") idle used=2096-10-02T07:07:40Z env=preproduction from=+*********44 to=+******01 pending=none chat=waiting
$(short "$a") idle used=2096-10-02T07:06:40Z env=production from=whatsapp:+*********44 to=whatsapp:+*********22 pending=choice chat=none flooded
EOT
prints_with 'nobody of that number' 66 session show +34600999999 << 'EOT'
botlinectl: there is no such conversation
EOT
prints_with 'nor of that id' 66 session drop 000000000000 << 'EOT'
botlinectl: there is no such conversation
EOT
for word in 'abc' '../etc' "${a}00" 'C-12345678'; do
	prints_with "no name of a conversation: $word" 64 session show "$word" << EOT
botlinectl: session show: neither a phone's number nor an id of session list: $word
Usage: botlinectl session show [--body] [--json] NUMBER|ID
EOT
done

# Somebody at work: a ticket of the line, held by another process.
python3 - "$dir/store/c-$c" "$dir/held" "$dir/go" << 'EOT' &
import fcntl, os, struct, sys
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, (1 << 40) + 1, 1, 0))
os.mkfifo(sys.argv[3])
open(sys.argv[2], "w").close()
open(sys.argv[3]).read()
EOT
holder=$!
until [ -e "$dir/held" ]; do
	kill -0 $holder || exit 99
done
"$ctl" --root "$dir" session list > "$dir/all"
n=$((n + 1))
if grep -q "^$(short "$c") working " "$dir/all"; then
	echo "ok $n - who is at work is seen"
else
	echo "not ok $n - who is at work is seen"
fi
"$ctl" --root "$dir" session drop "$c" > "$dir/dropped" 2>&1 &
dropper=$!
python3 - "$dir/store/c-$c" $dropper << 'EOT'
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
second = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, (1 << 40) + 2, 1, 0)
# Until the second ticket is drawn: drop stands in line.
end = time.monotonic() + 60
while struct.unpack("hhqqi4x", fcntl.fcntl(fd, 36, second))[0] == fcntl.F_UNLCK:
    if time.monotonic() > end:
        sys.exit("nobody came into the line")
EOT
n=$((n + 1))
if [ -s "$dir/store/c-$c" ]; then
	echo "ok $n - drop waits for a turn"
else
	echo "not ok $n - drop waits for a turn"
fi
: > "$dir/go"
wait $holder
wait $dropper
cat > "$dir/want" << EOT
The conversation $(short "$c") is dropped; its user begins anew. Lost:
- where its chat with agents stood (chat-2); the chat itself stays open, and the next message finds it: agents end it in HyperChat
- a note of what was begun at the agents' side: if its message comes again, it may be said there twice
- the bot's session: it begins a new one
What waits in the queue for it stays: botlinectl queue list.
EOT
n=$((n + 1))
if diff "$dir/want" "$dir/dropped" > "$dir/diff" && [ ! -s "$dir/store/c-$c" ]; then
	echo "ok $n - and then says what is lost"
else
	echo "not ok $n - and then says what is lost"
	sed 's/^/# /' "$dir/diff"
fi
prints_with 'it is gone' 66 session show "$c" << 'EOT'
botlinectl: there is no such conversation
EOT
prints_with 'what else is lost' 0 session drop "$a" << EOT
The conversation $(short "$a") is dropped; its user begins anew. Lost:
- the open question: a number will not answer it
- a rating that was still to be sent
- 2 ids of messages: if Twilio repeats one of them, it is worked as a new one
- the bot's session: it begins a new one
What waits in the queue for it stays: botlinectl queue list.
EOT
"$ctl" --root "$dir" session list | cut -d ' ' -f 1 > "$dir/rows"
n=$((n + 1))
if printf '%s\n' 2 "$(short "$b")" "$(short "$d")" | cmp -s - "$dir/rows"; then
	echo "ok $n - the others stay"
else
	echo "not ok $n - the others stay"
	sed 's/^/# /' "$dir/rows"
fi

echo '{"token":"a secret"}' > "$dir/store/cached-accesstoken-abcdefghij"
echo '{}' > "$dir/store/cached-appdata-abcdefghij"
echo '{}' > "$dir/store/cached-cm-data-ab"
: > "$dir/store/metrics"
touch -d @4000000000 "$dir/store"/cached-*
prints_with 'caches, without what is in them' 0 cache show << 'EOT'
token cached-accesstoken-abcd* changed=2096-10-02T07:06:40Z bytes=21 (access token of an API key)
appdata cached-appdata-abcd* changed=2096-10-02T07:06:40Z bytes=3 (texts and settings of an instance)
timetable cached-cm-data-* changed=2096-10-02T07:06:40Z bytes=3 (service hours of live agents)
3 files
EOT
prints_with 'for a program' 0 cache show --json << 'EOT'
{"list":[{"kind":"token","file":"cached-accesstoken-abcd*","changed":"2096-10-02T07:06:40Z","bytes":21},
{"kind":"appdata","file":"cached-appdata-abcd*","changed":"2096-10-02T07:06:40Z","bytes":3},
{"kind":"timetable","file":"cached-cm-data-*","changed":"2096-10-02T07:06:40Z","bytes":3}]}
EOT
prints_with 'no kind' 64 cache clear metrics << 'EOT'
botlinectl: cache clear: no kind of cache (token, appdata, timetable): metrics
Usage: botlinectl cache clear [KIND…]
EOT
prints_with 'one kind goes' 0 cache clear appdata << 'EOT'
appdata cached-appdata-abcd* changed=2096-10-02T07:06:40Z bytes=3 (texts and settings of an instance) removed
1 removed
EOT
prints_with 'all go' 0 cache clear << 'EOT'
token cached-accesstoken-abcd* changed=2096-10-02T07:06:40Z bytes=21 (access token of an API key) removed
timetable cached-cm-data-* changed=2096-10-02T07:06:40Z bytes=3 (service hours of live agents) removed
2 removed
EOT
n=$((n + 1))
if [ -e "$dir/store/metrics" ] && [ -e "$dir/store/c-$b" ]; then
	echo "ok $n - nothing else does"
else
	echo "not ok $n - nothing else does"
fi
