#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Order and load, through Apache and mod_proxy_fcgi."""

import json
import threading
import time

from support import proc, tap
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

SORRY = "Sorry, I can't answer right now. Please try again in a few minutes."
BUSY = ("I am still working on your earlier messages. "
        "Please send this one again in a moment.")


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

    def texts(self, timeout_s=40):
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
            proc.wait_for(lambda: heard(s, since), 20, "the bot is asked the first")
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
            proc.wait_for(lambda: heard(s, since), 20, "the bot is asked")
            again = [Said(s, "is this heard twice?", sender, sid) for _ in range(2)]
            eq(first.texts(), ["said once"])
            eq([a.texts() for a in again], [["said once"]] * 2)
            eq(len(heard(s, since)), 1, "times the bot was asked")

    return run


for road in ROADS:
    tap.add(f"{road}: a repeat while the first is being answered gets the same reply",
            repeated_at_once(road))


@tap.test
def in_time():
    """an answer beyond the reply deadline is not waited for"""
    with Stack("proxy", {"twilio.reply_deadline_ms": 1000, "api.timeout_ms": 9000}) as s:
        sender = fresh_number()
        s.phone.fault("message", "slow", times=1, ms=4000)
        s.phone.answer(answers("too late"))
        slow = Said(s, "take your time", sender)
        eq(slow.texts(), [SORRY])
        ok(0.8 < slow.took_s < 2.5, f"answered after {slow.took_s:.1f} s")
        s.phone.answer(answers("in time"))
        eq(s.twilio.say("and now?", sender).texts, ["in time"])


@tap.test
def sixty_four():
    """sixty-four fast texts of one user do not delay another user's answer"""
    with Stack("proxy") as s:
        fast, other = fresh_number(), fresh_number()
        s.phone.answer(answers("an answer"), times=-1)
        s.phone.fault("message", "slow", times=-1, ms=500)
        since = s.phone.last()
        crowd = [Said(s, f"text number {i}", fast) for i in range(64)]
        proc.wait_for(lambda: heard(s, since), 20, "the bot is asked")
        quiet = Said(s, "an ordinary question", other)
        eq(quiet.texts(), ["an answer"])
        ok(quiet.took_s < 2.5, f"the other user waited {quiet.took_s:.1f} s")
        replies = [c.texts() for c in crowd]
        answered, busy = replies.count(["an answer"]), replies.count([BUSY])
        tap.note(f"other user {quiet.took_s:.2f} s; {answered} answered, {busy} busy")
        eq(answered + busy, 64, f"answered or told: {replies}")
        ok(answered >= 3, f"one and two waiting are answered, not {answered}")
        ok(busy > 0, "nobody was told to wait")
        # Those told so left nothing behind; the next text goes through.
        eq(s.twilio.say("and one more", fast).texts, ["an answer"])


def at_once(road, people, ms, limit_s=15):
    """So many users at once: each gets his own answer before Twilio gives up."""

    def run():
        with Stack(road, {"api.timeout_ms": 9000}) as s:
            s.phone.fault("message", "slow", times=-1, ms=ms)
            for i in range(people):
                s.phone.answer(answers(f"answer {i}"), when=f"question {i}")
            began = time.monotonic()
            said = [Said(s, f"question {i}", fresh_number()) for i in range(people)]
            for i, one in enumerate(said):
                eq(one.texts(60), [f"answer {i}"])
            slowest = max(one.took_s for one in said)
            tap.note(f"all in {time.monotonic() - began:.1f} s, the slowest {slowest:.1f} s")
            ok(slowest < limit_s, "Twilio would have given up")
            ok(len(s.sessions()) >= people, "a record for each")

    return run


tap.add("proxy: two hundred users at once are all answered", at_once("proxy", 200, 200))
for road in ("fcgid", "cgi"):
    tap.add(f"{road}: twenty users at once are all answered", at_once(road, 20, 200))

tap.main()
