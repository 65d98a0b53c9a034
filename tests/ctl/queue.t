#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# botlinectl queue: what is listed and shown, what is hidden, and what retry and drop do.
# shellcheck source=tests/ctl/begin.sh
. "${top_srcdir:?set by make check}/tests/ctl/begin.sh"
daemon=$top_builddir/botline
make_bot

prints() {
	name=$1 want=$2
	shift 2
	prints_with "$name" "$want" queue "$@"
}

echo 1..25
prints 'half a command' 64 << 'EOT'
botlinectl: did you mean: botlinectl queue list
Try botlinectl help.
EOT
prints 'no state yet' 78 list << EOT
botlinectl: store.state_path: $dir/state: No such file or directory
botlinectl: run it as botline's user, with the configuration and the STATE_DIRECTORY that botline has, once botline has been started
EOT
"$daemon" --root "$dir" --run-queue > "$dir/out" 2>&1
prints 'nothing' 0 list << 'EOT'
0 jobs of 0 conversations, 0 at work; 0 dead letters
EOT
prints 'nothing, for a program' 0 list --json << 'EOT'
{"jobs":0,"working":0,"lanes":0,"bytes":0,"dead":0,"list":[]}
EOT

# Two jobs and two letters, of which one may have been sent; a reason that would ring a bell.
python3 - "$dir/state/state.db" << 'EOT'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
lane = "sms:+34600111222/+34600333444"
db.execute("INSERT INTO lane(id, name, ready_ms, jobs, head) VALUES(1, ?, 0, 0, 'send')", [lane])
for i, body in (1, '{"text":"my secret"}'), (2, '{"text":"more"}'):
    db.execute("INSERT INTO job(id, lane, ord, root, sub, made_ms, due_ms, kind, why, size, body)"
               " VALUES(?, 1, ?, ?, 0, 1790000000000, 1790000060000, 'send', ?, ?, ?)",
               [i, i, i, "busy" if i == 1 else "", len(body), body])
for i, unsure in (3, 1), (4, 0):
    db.execute("INSERT INTO dead VALUES(?, ?, 1790000000000, 1790000099000, 5, 5, ?, 'send',"
               " 'refused: \a21610', 2, '{}')", [i, lane, unsure])
db.execute("INSERT INTO dead VALUES(5, ?, 1790000000000, 1790000099000, 5, 5, 0, 'send',"
           " 'é \u009b31m \u202e.', 2, '\u009d\u2066')", [lane])
db.execute("UPDATE total SET next_id = 5")
db.commit()
EOT
prints 'jobs, the oldest first, numbers masked' 0 list << 'EOT'
2 jobs of 1 conversations, 0 at work; 3 dead letters
1 send waiting made=2026-09-21T14:13:20Z next=2026-09-21T14:14:20Z tries=0 bytes=20 lane=sms:+*********22/+*********44 why="busy"
2 send waiting made=2026-09-21T14:13:20Z next=2026-09-21T14:14:20Z tries=0 bytes=15 lane=sms:+*********22/+*********44
EOT
prints 'dead letters' 0 list --dead << 'EOT'
2 jobs of 1 conversations, 0 at work; 3 dead letters
3 send dead made=2026-09-21T14:13:20Z died=2026-09-21T14:14:59Z tries=5 bytes=2 unsure lane=sms:+*********22/+*********44 why="refused: ?21610"
4 send dead made=2026-09-21T14:13:20Z died=2026-09-21T14:14:59Z tries=5 bytes=2 lane=sms:+*********22/+*********44 why="refused: ?21610"
5 send dead made=2026-09-21T14:13:20Z died=2026-09-21T14:14:59Z tries=5 bytes=2 lane=sms:+*********22/+*********44 why="é ?31m ?."
EOT
prints 'nothing that orders a terminal' 0 show --body 5 << 'EOT'
5 send dead made=2026-09-21T14:13:20Z died=2026-09-21T14:14:59Z tries=5 bytes=2 lane=sms:+*********22/+*********44 why="é ?31m ?."
lane: sms:+34600111222/+34600333444
body: ??
EOT
prints 'it goes' 0 drop 5 << 'EOT'
It is gone.
EOT
prints 'dead letters, for a program' 0 list --json --dead << 'EOT'
{"jobs":2,"working":0,"lanes":1,"bytes":35,"dead":2,"list":[{"id":3,"kind":"send","state":"dead","tries":5,"unsure":true,"bytes":2,"made":"2026-09-21T14:13:20Z","died":"2026-09-21T14:14:59Z","lane":"sms:+*********22/+*********44","why":"refused: \u000721610"},
{"id":4,"kind":"send","state":"dead","tries":5,"unsure":false,"bytes":2,"made":"2026-09-21T14:13:20Z","died":"2026-09-21T14:14:59Z","lane":"sms:+*********22/+*********44","why":"refused: \u000721610"}]}
EOT
prints 'one, without what was said' 0 show 1 << 'EOT'
1 send waiting made=2026-09-21T14:13:20Z next=2026-09-21T14:14:20Z tries=0 bytes=20 lane=sms:+*********22/+*********44 why="busy"
EOT
prints 'and with it' 0 show --body 1 << 'EOT'
1 send waiting made=2026-09-21T14:13:20Z next=2026-09-21T14:14:20Z tries=0 bytes=20 lane=sms:+*********22/+*********44 why="busy"
lane: sms:+34600111222/+34600333444
body: {"text":"my secret"}
EOT
prints 'for a program' 0 show 1 --json --body << 'EOT'
{"id":1,"kind":"send","state":"waiting","tries":0,"unsure":false,"bytes":20,"made":"2026-09-21T14:13:20Z","next":"2026-09-21T14:14:20Z","lane":"sms:+34600111222/+34600333444","why":"busy","body":"{\"text\":\"my secret\"}"}
EOT
prints 'none of that number' 66 show 99 << 'EOT'
botlinectl: there is no such job or dead letter
EOT
prints 'a job is no letter' 66 retry 1 << 'EOT'
botlinectl: there is none of that number
EOT
prints 'a letter goes back' 0 retry 4 << 'EOT'
It is in the queue again. One that may have been sent is looked up first.
EOT
prints 'once' 66 retry 4 << 'EOT'
botlinectl: there is none of that number
EOT
prints 'a job goes' 0 drop 1 << 'EOT'
It is gone.
EOT
prints 'a letter goes' 0 drop 3 << 'EOT'
It is gone.
EOT
prints 'what went is gone' 66 drop 3 << 'EOT'
botlinectl: there is none of that number
EOT
"$ctl" --root "$dir" queue list | cut -d ' ' -f 1-3 > "$dir/rows"
n=$((n + 1))
if printf '%s\n' '2 jobs of' '2 send waiting' '4 send waiting' | cmp -s - "$dir/rows"; then
	echo "ok $n - what is left"
else
	echo "not ok $n - what is left"
	sed 's/^/# /' "$dir/rows"
fi
for word in 0 -1 1x 99999999999999999999; do
	prints "no number: $word" 64 drop "$word" << EOT
botlinectl: queue drop: no number of a job: $word
Usage: botlinectl queue drop ID
EOT
done
echo 'level = "loud";' > "$dir/conf/custom/log.cfg"
prints 'a configuration with errors, which botline has refused, hides nothing' 0 show 2 << EOT
botlinectl: the configuration has errors, which botlinectl check names; what can be read of it says where to look
$("$ctl" --root "$dir" queue show 2 2> /dev/null)
EOT
