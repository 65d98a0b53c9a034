#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Order and load, through Apache and mod_proxy_fcgi."""

import json
import threading
import time

from support import proc, tap
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

class Said(threading.Thread):
    """A message on its way; its reply and how long it took."""

    def __init__(self, stack, text, sender, sid=None):
        super().__init__(daemon=True)
        self.stack, self.text, self.sender, self.sid = stack, text, sender, sid
        self.reply = self.trouble = None
        self.start()

    def run(self):
        began = time.monotonic()
        try:
            self.reply = self.stack.twilio.say(self.text, self.sender, self.sid)
        except Exception as e:  # told to the test's own thread below
            self.trouble = e
        self.took_s = time.monotonic() - began

    def texts(self, timeout_s=60):
        self.join(timeout_s)
        ok(not self.is_alive(), f"no reply to {self.text!r} in {timeout_s} s")
        if self.trouble:
            raise AssertionError(f"{self.text!r}: {self.trouble}")
        return self.reply.texts


def heard(stack, since):
    """What the bot was told, in order."""
    bodies = [c["body"] for c in stack.phone.calls(since) if c["call"] == "message"]
    return [(json.loads(b) if isinstance(b, str) else b)["message"] for b in bodies]


def in_order(road):
    def run():
        with Stack(road) as s:
            sender = fresh_number()
            for text in ("the first one", "the second one", "the third one"):
                s.phone.answer(answers(f"answer to {text}"), when=text)
            s.phone.fault("message", "slow", times=1, ms=600)
            since = s.phone.last()
            first = Said(s, "the first one", sender)
            proc.wait_for(lambda: heard(s, since), 60, "the bot is asked the first")
            second = Said(s, "the second one", sender)
            eq(first.texts(), ["answer to the first one"])
            eq(second.texts(), ["answer to the second one"])
            eq(heard(s, since), ["the first one", "the second one"], "asked in order")
            eq(s.twilio.say("the third one", sender).texts, ["answer to the third one"])
            # One conversation with the bot, not two: nothing of the first turn was lost.
            calls = [c for c in s.phone.calls(since) if c["call"] == "conversation"]
            eq(len(calls), 1, "conversations begun")

    return run


for road in ROADS:
    tap.add(f"{road}: two fast messages of one user are answered in order (T28)",
            in_order(road))


def repeated_at_once(road):
    """Twilio's repeat comes while the first is still being answered."""

    def run():
        with Stack(road) as s:
            sender, sid = fresh_number(), fresh_sid()
            s.phone.answer(answers("said once"), times=1)
            s.phone.fault("message", "slow", times=1, ms=600)
            since = s.phone.last()
            first = Said(s, "is this heard twice?", sender, sid)
            proc.wait_for(lambda: heard(s, since), 60, "the bot is asked")
            again = [Said(s, "is this heard twice?", sender, sid) for _ in range(2)]
            eq(first.texts(), ["said once"])
            eq([a.texts() for a in again], [["said once"]] * 2)
            eq(len(heard(s, since)), 1, "times the bot was asked")

    return run


for road in ROADS:
    tap.add(f"{road}: a repeat while the first is being answered gets the same reply",
            repeated_at_once(road))


def sent(stack, to):
    """What came to a phone outside of its own requests, oldest first."""
    return [m["body"] for m in Desk(stack.phone).messages(to=to)]


def told(stack, texts, to, before=0):
    """What the sender of a message is told: in the reply, whose texts those are, or by itself,
    after so many others, where this machine takes longer than the reply deadline."""
    if texts:
        return texts
    return proc.wait_for(lambda: sent(stack, to)[before:], 60, "it comes by itself")


def late_after(ms):
    """Replies are late after ms, and the bot may take its time."""
    return {"twilio.reply_deadline_ms": ms, "api.timeout_ms": 40000}


def late(road):
    """Twilio is answered at the deadline, though the bot is still thinking."""

    def run():
        with Stack(road, late_after(1000)) as s:
            sender = fresh_number()
            for text in ("take your time", "and this?"):
                s.phone.answer(answers(f"answer to {text}"), when=text)
            s.phone.fault("message", "hold")
            since = s.phone.last()
            # On CGI: the process that Apache has started is over, its work is not.
            eq(s.twilio.say("take your time", sender).texts, [], "an empty answer")
            eq(sent(s, sender), [], "the bot has not answered yet")
            # What is said meanwhile waits behind it, and nobody waits for it.
            eq(s.twilio.say("and this?", sender).texts, [])
            s.phone.clear_faults()
            proc.wait_for(lambda: len(sent(s, sender)) > 1, 60, "both come by themselves")
            s.settle()
            eq(sent(s, sender), ["answer to take your time", "answer to and this?"])
            eq(heard(s, since), ["take your time", "and this?"])
            s.phone.answer(answers("in time"))
            texts = s.twilio.say("and now?", sender).texts
            eq(told(s, texts, sender, before=2), ["in time"])

    return run


for road in ROADS:
    tap.add(f"{road}: an answer beyond the reply deadline comes by itself, in order",
            late(road))


@tap.test
def late_and_repeated():
    """a repeat of a message whose answer will come by itself is asked and answered once"""
    with Stack("proxy", late_after(500)) as s:
        sender, sid = fresh_number(), fresh_sid()
        s.phone.answer(answers("said once"), times=1)
        s.phone.fault("message", "hold")
        since = s.phone.last()
        for _ in range(2):
            eq(s.twilio.say("is this heard twice?", sender, sid).texts, [])
        s.phone.clear_faults()
        s.settle()
        eq(s.twilio.say("is this heard twice?", sender, sid).texts, [])
        s.settle()
        eq(sent(s, sender), ["said once"])
        eq(len(heard(s, since)), 1, "times the bot was asked")


@tap.test
def more_than_ten():
    """more messages than a response holds come one by one, and none is left out"""
    with Stack("proxy") as s:
        sender = fresh_number()
        texts = [f"part {i}" for i in range(13)]
        s.phone.answer(answers(*texts))
        eq(s.twilio.say("tell me all", sender).texts, [])
        s.settle()
        eq(sent(s, sender), texts)


@tap.test
def free_again():
    """mod_fcgid: a process that works on a late answer takes the next message meanwhile"""
    with Stack("fcgid", late_after(1000)) as s:
        sender, other = fresh_number(), fresh_number()
        s.phone.answer(answers("late"), when="take your time")
        s.phone.answer(answers("quick"), when="hello")
        s.phone.fault("message", "hold")
        eq(s.twilio.say("take your time", sender).texts, [])
        eq(told(s, s.twilio.say("hello", other).texts, other), ["quick"])
        eq(sent(s, sender), [], "the first is not there yet")
        s.phone.clear_faults()
        s.settle()
        eq(sent(s, sender), ["late"])


@tap.test
def sixty_four():
    """sixty-four fast texts of one user are all answered, and do not delay another user"""
    with Stack("proxy") as s:
        fast, other = fresh_number(), fresh_number()
        for i in range(64):
            s.phone.answer(answers(f"answer {i}"), when=f"text {i}")
        s.phone.answer(answers("an answer"), when="an ordinary question")
        s.phone.fault("message", "hold")
        since = s.phone.last()
        crowd = [Said(s, f"text {i}", fast) for i in range(64)]
        proc.wait_for(lambda: heard(s, since), 60, "the bot is asked")
        # The first of them is still being answered.
        eq(s.twilio.say("an ordinary question", other).texts, ["an answer"])
        s.phone.clear_faults()
        at_once = [c.texts() for c in crowd]
        s.settle()
        by_itself = sent(s, fast)
        tap.note(f"{len(by_itself)} of 64 by themselves")
        # In the order in which the bot was asked; each once.
        asked = [t.replace("text", "answer") for t in heard(s, since) if t.startswith("text")]
        eq([a for a in asked if [a] not in at_once], by_itself)
        eq(sorted(asked), sorted(f"answer {i}" for i in range(64)))
        eq(at_once.count([]), len(by_itself), "empty answers")
        s.phone.answer(answers("the last one"))
        eq(s.twilio.say("and one more", fast).texts, ["the last one"])


def at_once(road, people, ms):
    """So many users at once: each gets his own answer."""

    def run():
        with Stack(road, {"api.timeout_ms": 9000}) as s:
            s.phone.fault("message", "slow", times=-1, ms=ms)
            for i in range(people):
                s.phone.answer(answers(f"answer {i}"), when=f"question {i}")
            senders = [fresh_number() for _ in range(people)]
            said = [Said(s, f"question {i}", x) for i, x in enumerate(senders)]
            for i, (one, sender) in enumerate(zip(said, senders)):
                eq(told(s, one.texts(), sender), [f"answer {i}"])
            tap.note(f"the slowest in {max(one.took_s for one in said):.1f} s")
            s.settle()
            ok(len(s.sessions()) >= people, "a record for each")

    return run


tap.add("proxy: two hundred users at once are all answered", at_once("proxy", 200, 200))
for road in ("fcgid", "cgi"):
    tap.add(f"{road}: twenty users at once are all answered", at_once(road, 20, 200))

tap.main()
