#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Conversations that have something to do though nobody writes are worked on every road.

What is done in them is the dialogue's; here it is enough that a mark in the store is taken
and, as its conversation has nothing to do after all, removed.
"""

import hashlib
import os
import signal

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


@tap.test
def cgi():
    """a CGI program does it once its answer is out"""
    with Stack("cgi") as s:
        path = mark(s, "twilio-1-2")
        hears(s)
        is_worked(path)
        hears(s)


tap.main()
