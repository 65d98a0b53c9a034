#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reloads, restarts and upgrades while people write: nothing is refused, lost or said twice."""

import os
import shutil
import signal
import threading

from support import proc, tap
from support.desk import Desk
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import fresh_number

PEOPLE, OURS = 6, "+34900000000"

# What a service manager does that is told to restart: another one when the last has ended,
# on the socket that stays. $@: the program.
SERVICE = """
trap 'over=1; kill -TERM "$child"' TERM
until [ -n "$over" ]; do
	(export LISTEN_PID=$BASHPID; exec "$@") &
	child=$!
	wait "$child"
done
wait
"""


class Person(threading.Thread):
    """Writes one text after the other until told to stop."""

    def __init__(self, s, name):
        super().__init__(daemon=True, name=name)
        self.s, self.number, self.said, self.wrong = s, fresh_number(), [], []
        self.enough = threading.Event()
        self.start()

    def run(self):
        while not self.enough.is_set():
            text = f"{self.name} says {len(self.said)}"
            result = self.s.phone.send(f"echo {text}", **{"from": self.number}, to=OURS)
            self.said.append(f"You said: {text}")
            tries = [(t["status"], t["fault"] and t["fault"]["code"])
                     for t in result["tries"]]
            if [status for status, _ in tries] != [200]:
                self.wrong.append(tries)

    def heard(self):
        return [m["body"] for m in Desk(self.s.phone).messages(to=self.number, direction=None)
                if m["direction"] != "inbound"]


class Crowd:
    """People who write; at the end all of them have heard all their answers, once, in order."""

    def __init__(self, s):
        self.s = s
        s.phone.fault("message", "slow", times=-1, ms=150)
        self.people = [Person(s, f"person{i}") for i in range(PEOPLE)]

    def go_on(self, n=3):
        """Until each has said n more."""
        before = [len(p.said) for p in self.people]
        proc.wait_for(lambda: all(len(p.said) >= b + n or not p.is_alive()
                                  for p, b in zip(self.people, before)),
                      60, "messages go through")

    def end(self):
        for p in self.people:
            p.enough.set()
        for p in self.people:
            p.join(60)
            ok(not p.is_alive(), f"{p.name} waits for an answer")
        self.s.settle()
        for p in self.people:
            eq(p.wrong, [], f"{p.name}: refused")
            eq(p.heard(), p.said, p.name)
        tap.note(f"{sum(len(p.said) for p in self.people)} messages of {PEOPLE} people")


class Service:
    """botline behind a socket that systemd-socket-activate made and holds."""

    def __init__(self, s):
        self.s = s
        # Apache's user connects, and so does botline's: they are one here.
        words = ["systemd-socket-activate", "--listen", s.socket_path(), "bash", "-c", SERVICE,
                 "service", s.path("bin/botline"), "--root", s.path("root")]
        s.botline_command = lambda: words
        s.start_botline(wait=False)
        s.botline.wait_line(r"Listening on", 20)
        proc.wait_for(lambda: os.path.exists(s.socket_path()), 20, "the socket is there")

    def pid(self):
        ready = self.s.said(r"event=ready\b")[-1]
        return int(ready.split(" pid=")[1].split()[0])

    def restart(self):
        old, since = self.pid(), self.s.mark()
        os.kill(old, signal.SIGTERM)
        self.s.said(r"event=ready\b", since)
        ok(self.pid() != old, "another process")


@tap.test
def reload_under_load():
    """SIGHUP again and again while people write: no message is refused or lost"""
    with Stack("proxy") as s:
        crowd = Crowd(s)
        for i in range(10):
            s.configure(api__timeout_ms=10000 + i)
            s.reload()
            crowd.go_on(1)
        crowd.end()


@tap.test
def restart_behind_socket():
    """systemd-socket-activate: restarts while people write lose and refuse nothing"""
    with Stack("proxy", start=False) as s:
        service = Service(s)
        crowd = Crowd(s)
        for _ in range(5):
            crowd.go_on()
            service.restart()
        crowd.go_on()
        crowd.end()


@tap.test
def upgrade_behind_socket():
    """systemd-socket-activate: another program in the place of the old one, and a restart"""
    with Stack("proxy", start=False) as s:
        service = Service(s)
        crowd = Crowd(s)
        crowd.go_on()
        # As packages do it: a new file, then its name.
        new = s.path("bin/botline.new")
        shutil.copy(s.path("bin/botline"), new)
        os.replace(new, s.path("bin/botline"))
        s.configure(api__timeout_ms=9000)
        service.restart()
        crowd.go_on()
        crowd.end()


@tap.test
def slow_turn_at_a_restart():
    """who waits for a slow bot at a restart is answered, and hears it later, once"""
    with Stack("proxy", start=False) as s:
        service = Service(s)
        s.phone.fault("message", "slow", times=1, ms=8000)
        number, since, replies = fresh_number(), s.phone.last(), {}

        def say(text):
            replies[text] = s.twilio.say(f"echo {text}", number)

        people = [threading.Thread(target=say, args=(x,), daemon=True)
                  for x in ("first", "second")]
        people[0].start()
        proc.wait_for(lambda: [c for c in s.phone.calls(since) if c["call"] == "message"],
                      20, "the bot is asked")
        people[1].start()
        service.restart()
        for p in people:
            p.join(60)
        eq([(x.status, x.texts) for x in replies.values()], [(200, []), (200, [])])
        s.settle()
        eq([m["body"] for m in Desk(s.phone).messages(to=number)],
           ["You said: first", "You said: second"])


@tap.test
def next_one_at_once():
    """--listen: the next one can be started while the last finishes its turns"""
    with Stack("proxy") as s:
        old, since = s.botline, s.phone.last()
        s.phone.fault("message", "slow", times=1, ms=3000)
        s.phone.answer(answers("of the old one"))
        replies = []
        slow = threading.Thread(
            target=lambda: replies.append(s.twilio.say("a slow question")), daemon=True)
        slow.start()
        proc.wait_for(lambda: [c for c in s.phone.calls(since) if c["call"] == "message"],
                      20, "the bot is asked")
        old.signal(signal.SIGTERM)
        proc.wait_for(lambda: not os.path.exists(s.socket_path()), 20, "its socket has gone")
        s.start_botline()
        s.phone.answer(answers("of the new one"))
        eq(s.twilio.say("a quick question").texts, ["of the new one"])
        slow.join(60)
        eq([r.texts for r in replies], [["of the old one"]])
        eq(old.wait(30), 0)


@tap.test
def who_stands_in_line():
    """--listen: who has connected before the stop is served"""
    with Stack("proxy", {"server.workers": 1}) as s:
        since = s.phone.last()
        s.phone.fault("message", "slow", times=4, ms=500)
        people = [Once(s, f"number {i}") for i in range(4)]
        proc.wait_for(lambda: [c for c in s.phone.calls(since) if c["call"] == "message"],
                      20, "the bot is asked")
        proc.wait_for(lambda: connections(s.socket_path()) >= len(people) - 1, 20,
                      "the others stand in line")
        eq(s.botline.stop(60), 0)
        for p in people:
            p.join(60)
        eq([p.reply.status for p in people], [200] * len(people))
        s.start_botline()
        s.settle()
        eq([p.heard() for p in people], [[f"You said: {p.name}"] for p in people])


class Once(threading.Thread):
    """Says one text, and hears its answer by either way."""

    def __init__(self, s, name):
        super().__init__(daemon=True, name=name)
        self.s, self.number, self.reply = s, fresh_number(), None
        self.start()

    def run(self):
        self.reply = self.s.twilio.say(f"echo {self.name}", self.number)

    def heard(self):
        return self.reply.texts + [
            m["body"] for m in Desk(self.s.phone).messages(to=self.number)]


def connections(path):
    """Peers that have connected to a socket file and were not accepted yet, or were."""
    with open("/proc/net/unix", encoding="ascii") as f:
        lines = [x.split() for x in f]
    # A listening socket, and one line more for each connection that is open.
    return sum(1 for x in lines if x[-1] == path and x[3] != "00010000")


tap.main()
