#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Conversations that have something to do though nobody writes are worked on every road.

What is done in them is the dialogue's; here it is enough that a mark in the store is taken
and, as its conversation has nothing to do after all, removed.
"""

import hashlib
import os
import signal
import subprocess
import sys

from support import proc, tap
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok


def mark(s, conversation):
    """A mark whose time came long ago; its path."""
    folder = s.path("store", "due")
    if not os.path.isdir(folder):
        os.mkdir(folder, 0o700)
        s.user.own(folder)
    path = os.path.join(folder, "c-" + hashlib.sha256(conversation.encode()).hexdigest())
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as f:
        f.write(conversation)
    os.utime(path, (1, 1))
    s.user.own(path)
    return path


def is_worked(path):
    proc.wait_for(lambda: not os.path.exists(path), 20, "the mark is taken")


def hears(s):
    s.phone.answer(answers("Hello!"))
    eq(s.twilio.say("hello bot").texts, ["Hello!"])


@tap.test
def responder():
    """the responder works what is due before anybody writes, and again later"""
    with Stack("proxy") as s:
        is_worked(mark(s, "twilio-1-2"))
        is_worked(mark(s, "twilio-1-3"))
        hears(s)


@tap.test
def responder_reloaded_and_stopped():
    """it goes on after a reload, and does not hold up the end"""
    with Stack("proxy") as s:
        is_worked(mark(s, "twilio-1-2"))
        since = s.mark()
        s.botline.signal(signal.SIGHUP)
        s.botline.wait_line("event=reloaded", 20, since)
        is_worked(mark(s, "twilio-1-3"))
        s.botline.signal(signal.SIGTERM)
        eq(s.botline.wait(20), 0, "exit status")
        ok(not [x for x in s.log(since) if " error " in x], "no error at the end")


@tap.test
def fcgid():
    """a process of mod_fcgid does the same"""
    with Stack("fcgid") as s:
        hears(s)
        is_worked(mark(s, "twilio-1-2"))


def at_work(s):
    """Whether a process of botline is."""
    for pid in os.listdir("/proc"):
        try:
            if pid.isdigit() and os.readlink(f"/proc/{pid}/exe") == s.path("bin/botline"):
                return True
        except OSError:
            pass  # it has ended, or is another's
    return False


def state(s, question):
    """Asks the state, or changes it, as botline's user: SQLite makes files beside it."""
    code = ("import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
            "print(c.execute(sys.argv[2]).fetchall()); c.commit()")
    done = subprocess.run(
        [*s.user.prefix(), sys.executable, "-c", code, s.path("state/state.db"), question],
        capture_output=True, text=True, check=True)
    return done.stdout.strip()


@tap.test
def cgi_refused():
    """behind a request that is refused a CGI program does nothing"""
    with Stack("cgi") as s:
        path = mark(s, "twilio-1-2")
        for how in {"method": "GET"}, {"method": "POST"}:
            eq(s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, **how)).status,
               405 if how["method"] == "GET" else 400)
        proc.wait_for(lambda: not at_work(s), 20, "all processes have ended")
        ok(os.path.exists(path), "the mark waits for a message")
        hears(s)
        is_worked(path)


@tap.test
def cgi_sweeps():
    """a CGI program removes of the state what is too old"""
    with Stack("cgi") as s:
        hears(s)
        proc.wait_for(lambda: not at_work(s), 20, "all processes have ended")
        state(s, "INSERT INTO seen(key, at_s) VALUES('old', 1)")
        hears(s)
        proc.wait_for(lambda: state(s, "SELECT * FROM seen WHERE key = 'old'") == "[]", 20,
                      "the old key has gone")


@tap.test
def cgi():
    """a CGI program does it once its answer is out"""
    with Stack("cgi") as s:
        path = mark(s, "twilio-1-2")
        hears(s)
        is_worked(path)
        hears(s)


tap.main()
