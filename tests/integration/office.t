#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies to tickets in trouble: who cannot be told stands in the log with the ticket's number,
what cannot be asked now is asked later, and nobody's address is shown."""

import re

from support import tap
from support.desk import Desk
from support.office import Office
from support.proc import wait_for
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import fresh_number

SMS, WHATSAPP = "34900000001", "whatsapp14155238886"
INTRO = "Hi, I'm the agent that you spoke to a while ago. My response to your question:"
LONG_S = 60  # for what comes at last


class House:
    """One installation, and people whose phones are known."""

    def __init__(self, **keys):
        self.keys = {k.replace("__", "."): v for k, v in keys.items()}
        self.stack = None

    def __enter__(self):
        self.stack = Stack("proxy", self.keys, agents=True, office=True)
        self.stack.__enter__()
        self.desk, self.office = Desk(self.stack.phone), Office(self.stack.phone)
        return self

    def __exit__(self, *what):
        self.stack.__exit__(*what)

    def person(self, name, phones=None, ours=SMS):
        """His address and number. phones: as they are kept; None: those of a fresh number."""
        number, address = fresh_number(), f"{name}+tickets@mail.example"
        prefix = "whatsapp" if ours == WHATSAPP else ""
        kept = f"{ours}-{prefix}{number[1:]}" if phones is None else phones
        extra = [{"id": 2, "content": kept}] if kept else []
        self.office.set(people=[{"name": name, "address": address, "extra": extra}])
        self.stack.hidden.append(address)
        return address, (f"whatsapp:{number}" if prefix else number)

    def reply(self, ticket, *texts, to, status=200):
        got = self.office.reply([{"ticket": ticket, "text": t, "to": to} for t in texts])
        eq(got["statuses"], [status], "the webhook")

    def texts(self, number):
        """What agents have answered to him, in the order of the messages."""
        bodies = [m["body"] for m in self.desk.messages(number)]
        found = [re.search(r":_?\n(.*)\n\n_?Here is the ticket number", b, re.S) for b in bodies]
        ok(all(found), f"{bodies}")
        return [f[1] for f in found]

    def told(self, number, texts):
        wait_for(lambda: len(self.desk.messages(number)) >= len(texts), LONG_S, f"{texts}")
        self.stack.settle(LONG_S)
        eq(self.texts(number), texts)

    def warned(self, pattern, since):
        return self.stack.said(pattern, since, 1, LONG_S)[0]


house = House()


def begin():
    house.__enter__()


@tap.test
def nobody():
    """nobody, no phones, phones that are none: a dead letter and one line with the ticket"""
    begin()
    dead = house.stack.dead_letters()
    for ticket, address, why in (
            (71, "nobody+tickets@mail.example", "nobody is known"),
            (72, house.person("ben", "")[0], "never written"),
            (73, house.person("cleo", "no numbers")[0], "no pair of numbers")):
        since = house.stack.mark()
        house.reply(ticket, "hello there", to=address)
        line = house.warned(r"reply to a ticket not sent", since)
        ok(f"ticket={ticket} " in line + " " and why in line, line)
        ok(" warn " in line and address not in line, line)
        dead += 1
        house.stack.settle(LONG_S)
        eq(house.stack.dead_letters(), dead)
    eq(house.desk.messages(), [])


@tap.test
def window():
    """WhatsApp's window has closed: what Twilio reports stands there with the ticket"""
    address, number = house.person("dora", ours=WHATSAPP)
    house.desk.outcome(to=number, code=63016, times=1)
    since = house.stack.mark()
    house.reply(74, "too late", to=address)
    line = house.warned(r"63016", since)
    ok("ticket=74" in line, line)


@tap.test
def opted_out():
    """whoever has said STOP is told nothing, and the line has the ticket"""
    address, number = house.person("emil")
    house.desk.outcome(to=number, code=21610, times=1)
    since = house.stack.mark()
    house.reply(75, "not wanted", to=address)
    lines = house.stack.said(r"21610", since, timeout_s=LONG_S)
    eq([x for x in lines if "ticket=75" not in x], [], "lines without the ticket")
    house.stack.settle(LONG_S)
    eq(house.texts(number), [])


@tap.test(limit_s=180)
def down():
    """Messenger is down, answers nonsense, is slow to let us in: the reply comes, once"""
    address, number = house.person("fay")
    for fault in ("status", "html", "half_json", "close", "empty", "huge"):
        house.stack.phone.fault("ms.users.find", fault, 1, **(
            {"status": 500} if fault == "status" else {}))
        house.reply(76, f"after {fault}", to=address)
        wait_for(lambda f=fault: f"after {f}" in house.texts(number), LONG_S, fault)
    house.stack.settle(LONG_S)
    eq(len(house.texts(number)), 6)


@tap.test
def refused():
    """a token that Messenger does not know any more is replaced, once"""
    address, number = house.person("gil")
    house.stack.phone.expire("token")
    since = house.stack.phone.last()
    house.reply(77, "with a new token", to=address)
    house.told(number, ["with a new token"])
    calls = [c["call"] for c in house.stack.phone.calls(since)]
    eq(calls.count("ms.auth"), 1, f"{calls}")


@tap.test(limit_s=120)
def restart():
    """what was taken outlives the process"""
    address, number = house.person("hal")
    house.stack.phone.fault("ms.users.find", "status", -1, status=503)
    house.reply(78, "after the restart", to=address)
    wait_for(lambda: any(c["call"] == "ms.users.find" for c in house.stack.phone.calls()), LONG_S,
             "it is tried")
    house.stack.botline.stop()
    house.stack.phone.clear_faults()
    house.stack.start_botline()
    house.told(number, ["after the restart"])


@tap.test(limit_s=120)
def many():
    """one webhook with many replies to several people: each gets his, once, in order"""
    people = [house.person(name) for name in ("ida", "jon", "kim")]
    events = [{"ticket": 80 + i % 3, "text": f"line {i}", "to": people[i % 3][0]}
              for i in range(60)]
    got = house.office.reply(events, times=3)
    eq(got["statuses"], [200, 200, 200])
    for k, (_, number) in enumerate(people):
        wait_for(lambda n=number: len(house.desk.messages(n)) >= 20, LONG_S, "twenty")
        house.stack.settle(LONG_S)
        eq(house.texts(number), [f"line {i}" for i in range(k, 60, 3)])


@tap.test
def end():
    """no error, no address and no secret in the logs"""
    errors = [x for x in house.stack.log() if x.split()[1] == "error"]
    eq(errors, [])
    house.__exit__(None, None, None)


def account(**keys):
    """Which account is asked, and where: the reply comes."""
    with House(**keys) as h:
        address, number = h.person("lea")
        h.reply(90, "hello", to=address)
        h.told(number, ["hello"])
        auth = [c["path"] for c in h.stack.phone.calls() if c["call"] == "ms.auth"]
        eq(len(auth), 1)
        return auth[0]


@tap.test
def default_account():
    """without an address of its own Messenger's key goes where the bot's goes"""
    eq(account(chat__messenger__auth_url=None), "/inbenta/v1/auth")


@tap.test
def own_account():
    """with one it goes there"""
    eq(account(), "/messenger/v1/auth")


tap.main(lambda: house.stack and house.stack.stop(judge=False))
