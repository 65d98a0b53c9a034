# SPDX-License-Identifier: Apache-2.0
"""Who talks: people with phones, whose messages the sandbox sends as Twilio does, with its
repeats, and agents. What arrived is read from the sandbox's own lists."""

import os
import re
import threading
import time

from judge import Said, Talk
from support import proc
from support.customer import Customer
from support.desk import Desk
from support.stack import TOP
from support.twilio import fresh_number

TRIES_S = 150  # four of Twilio's tries, 15 s each, and a busy machine
FAILED = ("failed", "undelivered", "canceled")


def label(name):
    """A text of botline's own, as users read it."""
    with open(os.path.join(TOP, "lang", "en.cfg"), encoding="utf-8") as f:
        return re.search(rf'^{name} = "(.*)";', f.read(), re.M).group(1)


class Person(threading.Thread):
    """Says n messages, one after the other, and goes on when Twilio has its answer.

    dice     his own, so that one person's luck is not another's
    pause_s  between two messages, on the average
    replays  what Twilio gives up is sent again, under its MessageSid, as by hand; and what
             botline cannot take, and says so, is written again, as a new message
    """

    def __init__(self, stack, name, dice, n, pause_s=0.0, replays=False, chat=None):
        super().__init__(daemon=True, name=name)
        self.stack, self.dice, self.n, self.pause_s = stack, dice, n, pause_s
        self.replays, self.chat = replays, chat
        self.channel = dice.choice(("sms", "whatsapp"))
        prefix = "whatsapp:" if self.channel == "whatsapp" else ""
        self.number = chat.number if chat else prefix + fresh_number()
        self.ours = chat.ours if chat else prefix + "+34900000000"
        if chat:
            self.channel = "whatsapp" if chat.number.startswith("whatsapp:") else "sms"
        self.said, self.results = [], []  # Said; what the sandbox told of each
        # What a chat began with does not count.
        self.n_before = len(self.heard()) if chat else 0
        self.replayed = self.repeats = self.refused = 0
        self.trouble = None
        self.enough = threading.Event()

    def words(self, i):
        """A text that nobody else says, and the answers it earns."""
        text = f"{self.stack.marker} {self.name} {i}"
        if self.chat:
            return Said(text)
        n = self.dice.choices((1, 3, 12), (85, 10, 5))[0]
        if n == 1:
            return Said(f"echo {text}", [f"You said: {text}"])
        return Said(f"echo{n} {text}", [f"You said: {text} ({j} of {n})"
                                        for j in range(1, n + 1)])

    def send(self, text, **more):
        return self.stack.phone.call("POST", "/phone/api/send", {
            "channel": self.channel, "from": self.number, "to": self.ours, "body": text,
            "wait": True, **more}, timeout_s=TRIES_S)

    def send_till_taken(self, text):
        result = self.send(text)
        while not taken(result) and not self.enough.wait(0.2):
            self.replayed += 1
            result = self.send(text, repeat=result["sid"])
        return result

    def say(self, message):
        if not self.replays:
            result = self.send(message.text)
        else:
            result = self.send_till_taken(message.text)
            while [m["body"] for m in result["messages"]] == [label("busy")] and \
                    not self.enough.wait(0.2):
                self.refused += 1
                result = self.send_till_taken(message.text)
        message.sid, message.given_up = result["sid"], not taken(result)
        self.said.append(message)
        self.results.append(result)
        self.repeats += max(0, len(result.get("tries", ())) - 1)

    def heard(self):
        """Texts that came to his phone, in order."""
        return [m["body"] for m in Desk(self.stack.phone).messages(to=self.number, direction=None)
                if m["direction"] != "inbound" and m["status"] not in FAILED]

    def is_over(self):
        """Has begun and ended."""
        return self.ident is not None and not self.is_alive()

    def run(self):
        try:
            for i in range(self.n):
                # How much comes in at once is the load's own measure; nothing waits for it.
                if self.enough.wait(self.dice.expovariate(1 / self.pause_s)
                                    if self.pause_s else 0):
                    return
                self.say(self.words(i))
        except Exception as e:  # told to the run, which judges
            self.trouble = f"{self.name}: {e!r}"


class Agent(threading.Thread):
    """Writes to one person, now and then several texts running. Their order is told by the
    second, so there is one in each second at most. patient: only when the last has arrived."""

    def __init__(self, person, dice, n, pause_s=0.0, patient=False):
        super().__init__(daemon=True, name=f"agent of {person.name}")
        self.person, self.dice, self.n, self.pause_s = person, dice, n, pause_s
        self.patient, self.said, self.trouble, self.second = patient, [], None, 0
        self.enough = threading.Event()

    def await_second(self):
        """Until the clock, which is the sandbox's too, is behind that of the last text."""
        proc.wait_for(lambda: int(time.time()) > self.second, 60, "the next second")

    def await_arrival(self):
        if self.patient and self.said:
            proc.wait_for(lambda: self.enough.wait(0.1) or self.said[-1] in self.person.heard(),
                          TRIES_S, f"{self.said[-1]!r} arrives")

    def run(self):
        chat = self.person.chat
        try:
            while len(self.said) < self.n and not self.enough.wait(
                    self.dice.expovariate(1 / self.pause_s) if self.pause_s else 0):
                for _ in range(min(self.dice.choice((1, 1, 2, 3)), self.n - len(self.said))):
                    self.await_arrival()
                    self.await_second()
                    text = f"{self.person.stack.marker} {self.name} {len(self.said)}"
                    chat.desk.act("say", chat.chat, text=text)
                    self.said.append(text)
                    self.second = int(time.time())
        except Exception as e:
            self.trouble = f"{self.name}: {e!r}"


def taken(result):
    """Twilio was told that the message is accepted."""
    return 200 <= result["status"] < 300


class Crowd:
    """All of them, of one stack.

    talks    people with the bot; chats: people with an agent, whose chats are open already
    messages of each; dice: of the run; name: of this crowd, where there are several
    """

    def __init__(self, stack, dice, talks, chats, messages, pause_s=0.0, name="",
                 patient=False, **how):
        self.stack, self.desk = stack, Desk(stack.phone)
        self.people = [
            Person(stack, f"{name}person {i}", self._dice(dice), messages, pause_s, **how)
            for i in range(talks)]
        self.people += [
            Person(stack, f"{name}customer {i}", self._dice(dice), messages, pause_s,
                   chat=self._open_chat(i), **how)
            for i in range(chats)]
        self.agents = [Agent(p, self._dice(dice), messages, pause_s, patient)
                       for p in self.people if p.chat]

    @staticmethod
    def _dice(dice):
        return type(dice)(dice.random())

    def _open_chat(self, i):
        return Customer(self.stack, self.desk, ("sms", "whatsapp")[i % 2]).open_chat()

    def everybody(self):
        return self.people + self.agents

    def start(self):
        for one in self.everybody():
            one.start()

    def stop(self):
        for one in self.everybody():
            one.enough.set()

    def wait(self, timeout_s):
        """Until all is said. Says who is still at it."""
        end = time.monotonic() + timeout_s
        for one in self.everybody():
            one.join(max(0.0, end - time.monotonic()))
        return [one.name for one in self.everybody() if one.is_alive()]

    def troubles(self):
        return [one.trouble for one in self.everybody() if one.trouble]

    def n_said(self):
        return sum(len(p.said) for p in self.people)

    def given_up(self):
        return [m for p in self.people for m in p.said if m.given_up]

    # What arrived.

    def talks(self):
        """What the judge wants to know."""
        chats = {c["id"]: c for c in self.desk.state(999999999)["chats"]}
        said_by = {a.person: a.said for a in self.agents}
        out = []
        for p in self.people:
            heard = p.heard()
            for _ in range(p.refused):
                heard.remove(label("busy"))
            at_agent = []
            if p.chat:
                heard = heard[p.n_before:]
                at_agent = [m["message"] for m in chats[p.chat.chat]["messages"]
                            if m["sender"] == p.chat.user]
            # Where only ten messages can be said, several answers are one.
            heard = [part for text in heard for part in text.split("\n\n")]
            out.append(Talk(p.name, p.said, heard, at_agent, said_by.get(p, ())))
        return out

    def ways(self):
        """How many answers came in a reply, and how many by REST."""
        every = [m["direction"] for m in self.desk.messages(direction=None)]
        return every.count("outbound-reply"), every.count("outbound-api")
