#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Twenty seconds of twenty people writing while botline is killed again and again.

After a crash a conversation stands before the turn or after it. So a message that got its
reply keeps it: a repeat is answered with the same words, even when the first reply was lost
on the way. Nothing is answered twice differently, and every conversation goes on.
"""

import random
import threading
import time

from support import proc, tap
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

PEOPLE, SECONDS = 20, 20
EACH = 12  # messages from one number: of more, in a row, Twilio takes no replies


class Person(threading.Thread):
    """Writes, and as Twilio does, repeats what got no answer, under the same MessageSid."""

    def __init__(self, stack, enough):
        super().__init__(daemon=True)
        self.stack, self.enough = stack, enough
        self.number = fresh_number()
        self.said = []  # (number, sid, text, reply or None when none came in all its tries)
        self.trouble = []
        self.start()

    def try_once(self, sid, text, number=None):
        """The texts of the reply; None when the message has to be repeated."""
        try:
            reply = self.stack.twilio.say(text, number or self.number, sid)
        except OSError:
            return None
        if reply.status != 200:
            if reply.status not in (500, 502, 503, 504, 0):
                self.trouble.append(f"{text}: status {reply.status}")
            return None
        return reply.texts

    def run(self):
        try:
            for i in range(10000):
                if self.enough.is_set():
                    return
                if i % EACH == EACH - 1:
                    self.number = fresh_number()
                sid, text = fresh_sid(), f"chaos {self.number} message {i}"
                reply = None
                while reply is None and not self.enough.is_set():
                    reply = self.try_once(sid, text)
                self.said.append((self.number, sid, text, reply))
        except Exception as e:  # told to the test's own thread
            self.trouble.append(repr(e))


class Feeder:
    """Gives the bot answers that are all different: no two turns say the same."""

    def __init__(self, stack):
        self.phone, self.fed = stack.phone, 0
        self.top_up()

    def top_up(self):
        while self.fed < self.phone.last() + 800:
            self.fed += 1
            self.phone.answer(answers(f"answer {self.fed}"))


@tap.test(limit_s=120)
def chaos():
    """killed again and again: no record damaged, no message answered in two ways"""
    seed = random.randrange(1 << 30)
    dice = random.Random(seed)
    tap.note(f"seed {seed}")
    with Stack("proxy", {"api.timeout_ms": 2000}, start=False) as s, \
            proc.listening(s.socket_path(), s.user) as parent:
        s.botline_command = lambda: [s.path("bin/botline"), "--root", s.path("root")]
        s.start_botline(stdin=parent)
        feeder = Feeder(s)
        s.phone.fault("message", "slow", times=-1, ms=300)
        enough = threading.Event()
        people = [Person(s, enough) for _ in range(PEOPLE)]
        kills, end = 0, time.monotonic() + SECONDS
        while time.monotonic() < end:
            feeder.top_up()
            seen = sum(len(p.said) for p in people)
            # Killed at any moment: after some messages more, and a little at random.
            proc.wait_for(lambda: sum(len(p.said) for p in people) >= seen + 10, 30,
                          "messages are answered")
            spin = time.monotonic() + dice.random() * 0.2
            proc.wait_for(lambda: time.monotonic() > spin, 1, "the moment")
            s.botline.process.kill()
            s.botline.wait()
            kills += 1
            s.start_botline(stdin=parent)
        enough.set()
        for p in people:
            p.join(60)
            eq(p.trouble, [])
        feeder.top_up()
        judge(s, people)
        tap.note(f"{kills} kills, {sum(len(p.said) for p in people)} messages")
        ok(kills >= 5, f"only {kills} kills")


def judge(s, people):
    lines = [x for x in s.log() if "not readable" in x or "damaged" in x]
    eq(lines, [], "records damaged")
    since = s.phone.last()
    for p in people:
        # The last few are kept with their replies.
        answered = [x for x in p.said if x[3] is not None][-5:]
        for number, sid, text, reply in answered:
            eq(p.try_once(sid, text, number), reply, f"the reply to {text!r}, repeated")
    eq([c for c in s.phone.calls(since) if c["call"] == "message"], [],
       "the bot was asked again for a message that had its reply")
    for p in people:
        texts = p.try_once(fresh_sid(), f"chaos {p.number} afterwards")
        ok(texts, f"no answer to {p.number} afterwards")
    replies = [tuple(r) for p in people for *_, r in p.said if r is not None]
    odd = [r for r in replies if len(r) != 1 or not r[0].startswith("answer ")]
    eq(odd[:5], [], f"{len(odd)} odd replies")
    eq(len(set(replies)), len(replies), "replies that were said to one message only")


tap.main()
