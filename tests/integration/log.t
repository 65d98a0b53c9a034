#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The log as the operator has it: levels by room, one id through all of a turn and upstream, the
same in both forms, and webhooks as they came. What every log must be is in support/audit.py."""

import collections
import json
import os
import re
import urllib.parse

from support import audit, tap
from support.customer import Customer
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

LATE = {"twilio.reply_deadline_ms": 300, "api.timeout_ms": 40000}
TURN = ("outcome", "from", "channel", "road", "ms", "line_ms", "upstream_ms", "bot_ms",
        "bot_calls")


def lines(s, since=0):
    """All lines of botline, also those of --run-queue, as dictionaries."""
    found = [audit.parse(x) for x in s.log(since)]
    if os.path.exists(s.path("log/queue.log")):
        with open(s.path("log/queue.log"), encoding="utf-8") as f:
            found += [audit.parse(x) for x in audit.own(f.read())]
    return found


def events(s, event, since=0, **has):
    return [x for x in lines(s, since) if x["event"] == event and
            all(x.get(k) == v for k, v in has.items())]


def late_turn(s, sender):
    """A turn whose answer comes by REST: its id is in the lines of the queue, too."""
    s.phone.fault("message", "hold")
    s.phone.answer(answers("a late one"), when="late", times=2)
    eq(s.twilio.say("late", sender).texts, [])
    s.phone.clear_faults()
    s.settle()


def ids(road):
    """every call of an upstream carries the id of its lines, those of queue jobs too"""

    def run():
        with Stack(road, {**LATE, "log.rooms": ["http=debug"]}, agents=True) as s:
            desk, sender = Desk(s.phone), fresh_number()
            ok(desk.handshake()["ok"], "the handshake")
            eq(s.twilio.say("plain", sender).status, 200)
            late_turn(s, sender)
            with_agent = Customer(s, desk).open_chat()
            desk.act("say", with_agent.chat, text="from the agent")
            s.settle()
            s.hidden.clear()  # bodies are shown: that is what was asked for
            called = collections.Counter(x.get("id", "none") for x in events(s, "called"))
            seen = collections.Counter(c["headers"].get("x-request-id", "none")
                                       for c in s.phone.calls())
            eq(called, seen, "ids in the log, and at the upstreams")
            eq(seen["none"], 0, "calls without an id")
            turns = {x["id"] for x in lines(s) if x["event"] in ("turn", "turn from the queue")}
            ok(turns <= set(seen), f"{turns - set(seen)}: turns that nobody was asked for")
            by_rest = [c["headers"]["x-request-id"] for c in s.phone.calls()
                       if c["path"].endswith("/Messages.json") and c["method"] == "POST"]
            ok(turns & set(by_rest), f"the late answer has its turn's id: {by_rest}")
            ok([i for i in by_rest if i.startswith("job-")], f"the agent's words: {by_rest}")

    return run


for each in ROADS:
    tap.add(f"{each}: {ids.__doc__}", ids(each), limit_s=200)


def talk(form):
    """What is said of one and the same talk: the names in each event's lines."""
    with Stack("proxy", {"log.format": form, "log.level": "debug"}) as s:
        sender = fresh_number()
        eq(s.twilio.say("hi", sender).status, 200)
        eq(s.twilio.post(s.twilio.fields("x", sender),
                         {"X-Twilio-Signature": "forged"}).status, 403)
        eq(s.twilio.say("quote \" and \\", sender).status, 200)
        s.hidden.clear()
        said = collections.defaultdict(set)
        for line in lines(s):
            said[line["level"], line["room"], line["event"]].add(tuple(line))
        return said


@tap.test
def both_forms():
    """a line has the same members as key=value and as JSON"""
    eq(talk("json"), talk("kv"))


@tap.test
def a_turn():
    """a turn is one line: what came of it, by which road, and where the time went"""
    with Stack("proxy", LATE) as s:
        sender, since = fresh_number(), s.mark()
        s.twilio.say("plain", sender)
        s.said("event=turn", since)
        (line,) = [x for x in lines(s, since) if x["room"] == "dialog"]
        eq([k for k in TURN if k not in line], [])
        eq((line["outcome"], line["road"]), ("answered", "response"))
        eq([k for k in ("line_ms", "upstream_ms", "bot_ms") if not 0 <= line[k] <= line["ms"]], [],
           f"parts of the time: {line}")
        late_turn(s, sender)
        s.said("event=turn .*road=queue", since)


@tap.test
def probes():
    """whoever asks for health or metrics every few seconds does not fill the log"""
    with Stack("proxy") as s:
        since = s.mark()
        for path in ("/botline/health", "/botline/metrics"):
            probe = s.twilio.request(b"", method="GET", path=path)
            eq([s.twilio.raw(probe).status for _ in range(3)], [200] * 3, path)
        s.twilio.say("plain", fresh_number())
        s.said("event=turn", since)
        eq([x for x in lines(s, since) if x["room"] == "web"], [])


@tap.test
def rooms():
    """rooms have levels of their own, and a reload changes them"""
    with Stack("proxy") as s:
        sender = fresh_number()
        s.configure(log__rooms=["http=debug", "dialog=warn"])
        s.reload()
        since = s.mark()
        s.twilio.say("hi", sender)
        s.said("event=called", since)
        eq({x["room"] for x in lines(s, since) if x["level"] == "debug"}, {"http"})
        eq(events(s, "turn", since), [])
        s.configure(log__rooms=["htpp=debug"])
        ok(any("did you mean http" in x for x in s.reload()), "the room that was meant")
        s.said('error main event="reload refused".*hint=', since)
        since = s.mark()
        s.twilio.say("hi", sender)
        s.said("event=called", since)
        s.configure(log__rooms=[])
        s.reload()
        since = s.mark()
        s.twilio.say("hi", sender)
        s.said("event=turn", since)
        eq({x["level"] for x in lines(s, since)}, {"info"})
        s.hidden.clear()


@tap.test
def the_audit():
    """what every stack asks of its log is really asked"""
    head = "2026-01-31T10:00:00.123Z"
    good = (f"{head} info web event=x id=5f0c n=-1 path=/ why=\"a \\\"b\\\"\"",
            f"{head} warn web event=x hint=\"nothing to do\"",
            '{"time":"' + head + '","level":"error","room":"web","event":"x","hint":"mend a key"}',
            f"{head} info web event=x to=whatsapp:*1222 at=1700000000",
            f"2026-01-31T10:0{head} info web event=\"a cut line before it\"",
            "[notice] what Apache says itself: a=b \"")
    eq([audit.faults(x, ["+34600111222"]) for x in good], [[]] * len(good))
    bad = ((f"{head} warn web event=x", "nothing tells what to do"),
           ('{"time":"' + head + '","level":"warn","room":"web","event":"x"}', "nothing tells"),
           (f"{head} info web event=x a=1 a=2", "a name twice"),
           ('{"time":"' + head + '","level":"info","room":"web","event":"x","event":"y"}', "twice"),
           (f"{head} info web event=x a=b c", "not key=value"),
           (f"{head} info web event=x a=\"b", "not key=value"),
           ('{"time":"' + head + '","level":"info"', ""),
           (f"{head} info web id=5f0c event=x", "does not begin"),
           (f"{head} info attic event=x", "a room that is none"),
           (f"{head} info web event=x to=+34600111223", "a phone number"),
           (f"{head} debug web event=x b=To%3D%2B34600111223", "a phone number"),
           (f"{head} info web event=x u=twilio-15550001-34600111223", "a phone number"),
           (f"{head} info web event=x to=34600111222", "a phone number"))
    for line, what in bad:
        found = audit.faults(line, ["+34600111222"])
        ok(len(found) >= 1 and what in found[0], f"{line}: {found}")


def recorded(s, route):
    return events(s, "webhook", route=route)


@tap.test
def webhooks():
    """a proven webhook is a line from which it can be sent again, without a number"""
    with Stack("proxy", {"log.rooms": ["web=debug"]}, agents=True) as s:
        desk, sender = Desk(s.phone), fresh_number()
        ok(desk.handshake()["ok"], "the handshake")
        long = "a long text, " * 500
        fields = s.twilio.fields("h\u00f6la & b=c", sender, WaId=sender[1:])
        eq(s.twilio.post(fields).status, 200)
        eq(s.twilio.say(long, sender).status, 200)
        eq(s.twilio.post(fields, {"X-Twilio-Signature": "forged"}).status, 403)
        status = [("MessageSid", fresh_sid()), ("MessageStatus", "delivered"),
                  ("To", f"whatsapp:{sender}"), ("AccountSid", s.twilio.sid)]
        url = f"http://{s.twilio.host}/botline?status=1&ref=abc"
        eq(s.twilio.post(status, s.twilio.signed(status, url),
                         path="/botline?status=1&ref=abc").status, 200)
        with_agent = Customer(s, desk).open_chat()
        desk.act("say", with_agent.chat, text=f"call {sender}")
        s.settle()
        s.hidden.clear()

        one, two, *_ = recorded(s, "message")
        masked = "*" + sender[-4:]
        want = [(k, masked if v in (sender, sender[1:]) else "*0000" if k == "To" else v)
                for k, v in fields]
        eq(urllib.parse.parse_qsl(one["body"], keep_blank_values=True), want)
        eq((one["type"], one["query"], one["cut"]), ("form", "", 0))
        ok(two["cut"] > 0, f"{two}")
        body = dict(urllib.parse.parse_qsl(two["body"], keep_blank_values=True))["Body"]
        ok(long.startswith(body[:-1]) and body.endswith("\u2026"), body)
        ok("forged" not in json.dumps(lines(s)), "no header is told")

        eq([dict(urllib.parse.parse_qsl(x["body"]))["To"] for x in recorded(s, "status")
            if "ref=abc" in x["query"]], [f"whatsapp:{masked}"])
        said = [x for x in recorded(s, "event") if masked in x["body"]]
        ok(said and json.loads(said[0]["body"])["trigger"] == "messages:new", f"{said}")
        eq(re.findall(r"\S*X-\S+", json.dumps(said)), [])


if __name__ == "__main__":
    tap.main()
