#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two hundred chats at once, both sides talking: every message is numbered, and counted where
it arrives.

Users write by signed webhooks, one message after the other, and some are sent again under
the same MessageSid, as Twilio does. Agents speak at the sandbox's desk, which tells it by
webhooks: some come twice, some late, some pass others. Texts of one chat that may change
places are said in different seconds, because an event's time has no fractions.
"""

import itertools
import os
import re
import threading
import time

from support import proc, tap
from support.customer import JOINED, Customer
from support.desk import Desk
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import fresh_sid

CHATS, EACH = 200, 5
SWAPPED = 40  # chats in which two more texts of the agent come in the wrong order
AGENTS, SPEAKERS = 8, 4
REORDER_MS = 10000  # however slow the machine: events are late by less than this
LIMIT_S = 150


class Count:
    """What became of numbered messages: of `sent` in each chat, `got` arrived there.

    Both are lists of (chat, number); what is in `got` and was never sent is misdelivered.
    """

    KINDS = ("lost", "doubled", "misdelivered", "misordered")

    def __init__(self):
        self.sent = self.lost = self.doubled = self.misdelivered = self.misordered = 0
        self.odd = []  # what came in chats where something is wrong

    def chat(self, sent, got):
        before = self.figures()
        self.sent += len(sent)
        own = [x for x in got if x in set(sent)]
        first = list(dict.fromkeys(own))
        self.misdelivered += len(got) - len(own)
        self.doubled += len(own) - len(first)
        self.lost += len(set(sent) - set(own))
        places = [sent.index(x) for x in first]
        self.misordered += sum(b < a for a, b in itertools.pairwise(places))
        if self.figures() != before:
            self.odd.append(got)

    def figures(self):
        return tuple(getattr(self, k) for k in self.KINDS)

    def __str__(self):
        return f"{self.sent} sent, " + ", ".join(
            f"{n} {k}" for n, k in zip(self.figures(), self.KINDS))


@tap.test
def counting():
    """the count sees each kind of trouble"""
    sent = [(7, n) for n in range(4)]
    for got, want in ((sent, (0, 0, 0, 0)),
                      (sent[:2] + sent[3:], (1, 0, 0, 0)),
                      (sent + sent[1:2], (0, 1, 0, 0)),
                      (sent + [(8, 0)], (0, 0, 1, 0)),
                      (sent[1::-1] + sent[2:], (0, 0, 0, 1)),
                      ([], (4, 0, 0, 0)),
                      ([sent[3], sent[0], sent[0], (9, 9)], (2, 1, 1, 1))):
        count = Count()
        count.chat(sent, got)
        eq(count.figures(), want, f"{got}")


def user_text(chat, n):
    return f"user {chat} says number {n}"


def agent_text(chat, n):
    return f"agent of {chat} says number {n}"


def numbered(texts, side):
    """Those of a side, as (chat, number)."""
    found = (re.fullmatch(rf"{side} (?:of )?(\d+) says number (\d+)", x) for x in texts)
    return [(int(f[1]), int(f[2])) for f in found if f]


class Troubled(threading.Thread):
    """A thread whose trouble is told to the test's own."""

    def __init__(self, work, *arguments):
        super().__init__(daemon=True)
        self.work, self.arguments, self.trouble = work, arguments, None
        self.start()

    def run(self):
        try:
            self.work(*self.arguments)
        except Exception as e:
            self.trouble = e

    def result(self, timeout_s):
        self.join(timeout_s)
        ok(not self.is_alive(), "a thread has not ended")
        if self.trouble:
            raise self.trouble


def all_of(threads, timeout_s=LIMIT_S):
    end = time.monotonic() + timeout_s
    for t in threads:
        t.result(max(0.1, end - time.monotonic()))


class Peak(threading.Thread):
    """How much memory of its own a process has at the most, in kB: its share of all (PSS)."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.path, self.kb, self.enough = f"/proc/{pid}/smaps_rollup", 0, threading.Event()
        self.start()

    def look(self):
        with open(self.path, encoding="ascii") as f:
            self.kb = max(self.kb, int(re.search(r"^Pss:\s+(\d+) kB", f.read(), re.M)[1]))

    def run(self):
        while not self.enough.wait(0.5):
            self.look()

    def end(self):
        self.look()
        self.enough.set()
        return self.kb


class Phones(threading.Thread):
    """Follows what appears on the phones; the sandbox keeps it for a while only."""

    def __init__(self, phone):
        super().__init__(daemon=True)
        self.phone, self.since = phone, 0
        self.arrived, self.more = set(), threading.Condition()
        self.trouble, self.enough = None, False
        self.start()

    def run(self):
        try:
            while not self.enough:
                new = self.phone.call(
                    "GET", f"/phone/api/events?all=1&wait_ms=500&since={self.since}")
                self.since = new["last"]
                texts = [e.get("body", "") for e in new["events"] if e["kind"] == "in"]
                with self.more:
                    self.arrived.update(numbered(texts, "agent"))
                    self.more.notify_all()
        except Exception as e:  # told to the test's own thread
            self.trouble = e

    def wait(self, wanted, timeout_s):
        """Until all of these have arrived; what is missing."""
        def there():
            return self.trouble or wanted <= self.arrived
        with self.more:
            self.more.wait_for(there, timeout_s)
            if self.trouble:
                raise self.trouble
            return wanted - self.arrived


def each_second(last):
    """Waits for a second that is later than that one, and gives it."""
    def now():
        # The clock others read the time by may be a tick behind.
        return int(time.time() - 0.02)
    return proc.wait_for(lambda: now() > last and now(), 10, "the next second")


class Room:
    """Chats and who is in them."""

    def __init__(self, stack):
        self.stack, self.desk = stack, Desk(stack.phone)
        self.people = [Customer(stack, self.desk, ("sms", "whatsapp")[i % 2])
                       for i in range(CHATS)]
        self.sent = {"user": [[(i, n) for n in range(EACH)] for i in range(CHATS)],
                     "agent": [[] for _ in range(CHATS)]}

    def open(self):
        ok(self.desk.handshake()["ok"], "the handshake")
        self.desk.set(replace_agents=True, agents=[
            {"id": f"A{i}", "name": f"Agent {i}", "slots": CHATS, "auto": True}
            for i in range(AGENTS)])
        all_of([Troubled(p.ask_for_agent) for p in self.people])
        chats = {c["user"]["externalId"]: c for c in self.desk.chats()}
        eq(len(chats), CHATS, "chats")
        for p in self.people:
            (p.chat,) = [c["id"] for x, c in chats.items() if p.digits[1:] in x]
            p.told.clear()

    # Users: the next text when the one before has its reply; each seventh comes twice.
    def user(self, i):
        for n in range(EACH):
            sid = fresh_sid()
            self.people[i].send(user_text(i, n), sid=sid)
            if (i + n) % 7 == 0:
                self.people[i].send(user_text(i, n), sid=sid)

    def say(self, i):
        n = len(self.sent["agent"][i])
        self.desk.act("say", self.people[i].chat, text=agent_text(i, n))
        self.sent["agent"][i].append((i, n))

    # Agents: one text in each chat, then, not in the same second, the next.
    def speaker(self, mine):
        second = 0
        for _ in range(EACH):
            second = each_second(second)
            for i in mine:
                self.say(i)
            second = int(time.time())

    def one_each(self):
        all_of([Troubled(lambda mine: [self.say(i) for i in mine], range(k, CHATS, SPEAKERS))
                for k in range(SPEAKERS)])

    def swap(self, i, second):
        """Two texts said in that second and the next; the later one is told first."""
        mine = self.sent["agent"][i]
        for ahead in (1, 0):
            told = self.desk.event("messages:new", {"message": {
                "id": f"swapped-{i}-{ahead}", "chat": self.people[i].chat,
                "sender": self.agents[self.people[i].chat], "type": "text",
                "message": agent_text(i, len(mine) + ahead)}}, created_at=second + ahead)
            eq(told["statuses"], [200], "it is taken")
        mine += [(i, len(mine)), (i, len(mine) + 1)]

    def trouble_events(self, n):
        """Of what is said next, n times eight come twice or late in turn."""
        for i in range(n):
            self.desk.odd(("twice", "delay")[i % 2], "messages:new", 8,
                          ms=(200, 700, 1200, 1500)[i % 4])

    def talk(self):
        state = self.desk.state()
        self.agents = {c["id"]: c["agents"][0] for c in state["chats"]}
        self.since = state["hooks"]["last"]
        self.trouble_events(60)  # users' own texts are told, too
        threads = [Troubled(self.user, i) for i in range(CHATS)]
        threads += [Troubled(self.speaker, range(k, CHATS, SPEAKERS))
                    for k in range(SPEAKERS)]
        all_of(threads)
        # However fast the users were: of this round only agents' texts are told.
        each_second(int(time.time()))
        self.trouble_events(CHATS // 8 - 1)
        self.one_each()
        second = each_second(int(time.time()))
        each_second(second + 1)
        for i in range(0, CHATS, CHATS // SWAPPED):
            self.swap(i, second)

    # --- at the end ---------------------------------------------------------------------

    def last_words(self, phones):
        """One text more in each chat: what was to come before it has come, or never will."""
        self.stack.configure(chat__reorder_ms=0)
        self.stack.reload()
        each_second(int(time.time()))
        self.one_each()
        missing = phones.wait({x[-1] for x in self.sent["agent"]}, LIMIT_S)
        ok(not missing, f"{len(missing)} last words never came: {sorted(missing)[:5]}")

    def to_agents(self):
        count = Count()
        said = {c["id"]: [m["message"] for m in c["messages"]] for c in self.desk.chats()}
        for p, sent in zip(self.people, self.sent["user"]):
            count.chat(sent, numbered(said[p.chat], "user"))
        return count

    def to_users(self):
        count, joined, odd = Count(), [], []
        messages = {p.number: [] for p in self.people}
        for m in self.desk.messages():
            messages[m["to"]].append(m["body"])
        for p, sent in zip(self.people, self.sent["agent"]):
            texts = messages[p.number]
            mine = numbered(texts, "agent")
            count.chat(sent, mine)
            # WhatsApp shows it slanted.
            joined.append(sum(bool(re.fullmatch(JOINED.format(".*"), x.strip("_")))
                              for x in texts))
            odd += p.told
            if len(texts) != len(mine) + joined[-1]:
                odd += [x for x in texts if not numbered([x], "agent")][:3]
        return count, joined, odd

    def odd_events(self):
        """How many of the agents' texts came twice, and how many late."""
        of_agents = [e for e in self.desk.sent(self.since, "messages:new")
                     if "agent of " in e["body"]]
        ways = [e["odd"] for e in of_agents]
        untaken = [e for e in of_agents if e["status"] != 200]
        eq(untaken, [], "events that were not taken")
        return ways.count("twice"), ways.count("delay")


@tap.test(limit_s=230)
def two_hundred():
    """two hundred chats at once: nothing is lost, doubled, misdelivered or out of order"""
    began = time.monotonic()
    # The default of 64 workers is meant to serve this.
    with Stack("proxy", start=False) as s:
        s.extra_keys.update({**s.chat_keys(), "chat.reorder_ms": REORDER_MS})
        s.configure()
        s.start_botline()
        room, peak, phones = Room(s), Peak(s.botline.pid), Phones(s.phone)
        room.open()
        tap.note(f"{CHATS} chats open after {time.monotonic() - began:.0f} s")
        room.talk()
        tap.note(f"all is said after {time.monotonic() - began:.0f} s")
        wanted = {x for sent in room.sent["agent"] for x in sent}
        missing = phones.wait(wanted, LIMIT_S)
        tap.note(f"all has come after {time.monotonic() - began:.0f} s")
        if not missing:
            room.last_words(phones)
        room.desk.quiet(60)
        phones.enough = True
        to_agents, (to_users, joined, odd) = room.to_agents(), room.to_users()
        twice, late = room.odd_events()
        tap.note(f"users to agents: {to_agents}")
        tap.note(f"agents to users: {to_users}; {twice} told twice, {late} told late, "
                 f"{SWAPPED} pairs the wrong way round")
        tap.note(f"{peak.end() / 1024:.1f} MB of botline at the peak (PSS), "
                 f"{time.monotonic() - began:.0f} s in all")
        eq(to_agents.figures(), (0, 0, 0, 0), f"users to agents: {to_agents}: {to_agents.odd[:3]}")
        eq(to_users.figures(), (0, 0, 0, 0),
           f"agents to users: {to_users}: {to_users.odd[:3]}")
        eq({i: n for i, n in enumerate(joined) if n != 1}, {},
           "chats in which the user did not hear once that an agent has come")
        eq(odd[:5], [], f"{len(odd)} other texts")
        ok(twice >= 20 and late >= 20, f"only {twice} twice and {late} late")
        eq(s.botline.log().count("event=ready"), 1, "starts of botline")
        ok(os.path.exists(f"/proc/{s.botline.pid}"), "botline lives")
        # Looking for a thousand texts in the log takes long, and a hundred tell as much.
        del s.hidden[100:]


tap.main()
