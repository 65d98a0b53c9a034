#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Health and metrics on three roads: numbers are what was done, and not for everybody."""

import concurrent.futures
import json
import os
import re
import signal

from support import fcgi, proc, tap
from support.customer import Customer
from support.desk import Desk
from support.phone import answers
from support.stack import ROADS, Stack
from support.tap import eq, ok
from support.twilio import fresh_number, fresh_sid

TOKEN = "5b0c-a-token-that-nobody-guesses"
HEAD = {"Content-Type": None, "Content-Length": None, "User-Agent": "monitor"}


def get(s, path, **headers):
    more = {k.replace("_", "-"): v for k, v in headers.items()}
    return s.twilio.raw(s.twilio.request(b"", {**HEAD, **more}, "GET", "/botline" + path))


def numbers(s):
    """{'botline_x{a="b"}': value}."""
    reply = get(s, "/metrics")
    eq(reply.status, 200)
    ok(reply.headers["content-type"].startswith("text/plain; version=0.0.4"), reply.headers)
    found = {}
    for line in reply.body.decode().splitlines():
        if line.startswith("#"):
            continue
        name, value = re.fullmatch(r"(\S+) ([0-9.]+)", line).groups()
        ok(name not in found, f"twice: {name}")
        found[name] = float(value)
    return found


class Since:
    """What has been added since then."""

    def __init__(self, s):
        self.s, self.before = s, numbers(s)

    def __call__(self, name, now=None):
        return (now or numbers(self.s))[name] - self.before[name]

    def are(self, want):
        """As soon as all have been added: a turn's last words come after its answer."""
        def look():
            now = numbers(self.s)
            got = {name: self(name, now) for name in want}
            return got == want and got
        try:
            proc.wait_for(look, 60, "the numbers")
        except proc.Timeout:
            now = numbers(self.s)
            eq({name: self(name, now) for name in want}, want)


def health(s):
    reply = get(s, "/health")
    ok(reply.headers["content-type"].startswith("application/json"), reply.headers)
    told = json.loads(reply.body)
    eq(reply.status, 503 if told["status"] == "down" else 200)
    return told["status"], [f["what"] for f in told["findings"]]


def with_road(road):
    """Numbers equal what was done."""
    def run():
        with Stack(road) as s:
            s.phone.answer(answers("Hello!"))
            s.twilio.say("first of all")  # the token and the app data are had
            proc.wait_for(lambda: numbers(s)["botline_turn_whole_seconds_count"] == 1, 60,
                          "the first is over")
            since, sid, sender = Since(s), fresh_sid(), fresh_number()
            for i in range(5):
                s.phone.answer(answers(f"Answer {i}"))
                s.twilio.say(f"question {i}", sender if i == 0 else None,
                             sid if i == 0 else None)
            s.twilio.say("question 0", sender, sid)
            s.phone.answer(answers("дом" * 40))  # 120 characters of UCS-2
            s.twilio.say("in Russian")
            s.phone.answer(answers("by WhatsApp"))
            s.twilio.say("hi", "whatsapp:" + fresh_number(), to="whatsapp:+34900000000")
            eq(s.twilio.post(s.twilio.fields("forged", fresh_number()),
                             {"X-Twilio-Signature": "x"}).status, 403)
            eq(s.twilio.raw(s.twilio.request(b"{}", {"Content-Type": "application/json"}))
               .status, 400)
            want = {
                'botline_requests_total{route="message",code="2xx"}': 8,
                'botline_requests_total{route="message",code="4xx"}': 1,
                'botline_requests_total{route="none",code="4xx"}': 1,
                'botline_turns_total{outcome="answered"}': 7,
                'botline_turns_total{outcome="repeated"}': 1,
                "botline_turn_seconds_count": 9,
                "botline_turn_whole_seconds_count": 9,
                # Seven conversations are begun, each with a call, and asked once.
                'botline_upstream_calls_total{upstream="inbenta",outcome="ok"}': 14,
                'botline_upstream_seconds_count{upstream="inbenta"}': 14,
                'botline_upstream_retries_total{upstream="inbenta"}': 0,
                'botline_cache_lookups_total{cache="token",result="miss"}': 0,
                'botline_cache_lookups_total{cache="appdata",result="miss"}': 0,
                'botline_messages_total{channel="sms",road="twiml"}': 7,
                'botline_messages_total{channel="whatsapp",road="twiml"}': 1,
                'botline_segments_total{alphabet="gsm7"}': 6,
                'botline_segments_total{alphabet="ucs2"}': 2,
                'botline_proofs_failed_total{what="twilio"}': 1,
                'botline_log_lines_total{level="warn"}': 2,
                "botline_sessions": 7,
            }
            since.are(want)
            ok(since('botline_cache_lookups_total{cache="token",result="hit"}') >= 7, "hits")
            ok(since('botline_cache_lookups_total{cache="appdata",result="hit"}') >= 7, "hits")
            with_faults(s)
            eq(health(s), ("ready", []))
    return run


def with_faults(s):
    """Throttled once, and tried again; then broken for one message."""
    since = Since(s)
    s.phone.fault("message", "throttle")
    s.phone.answer(answers("after a while"))
    eq(s.twilio.say("one too many for now").texts, ["after a while"])
    s.phone.fault("message", "close", times=-1)
    s.twilio.say("the line is bad today")
    s.phone.clear_faults()
    since.are({
        'botline_upstream_calls_total{upstream="inbenta",outcome="throttled"}': 1,
        'botline_turns_total{outcome="apologised"}': 1,
        'botline_turns_total{outcome="answered"}': 1,
    })
    ok(since('botline_upstream_retries_total{upstream="inbenta"}') >= 1, "tried again")
    ok(since('botline_upstream_calls_total{upstream="inbenta",outcome="failed"}') >= 1,
       "failed")


for _road in ROADS:
    tap.add(f"{_road}: numbers are what was done", with_road(_road))


def closed_on(road):
    """Callers from elsewhere get 404, unless they show the token."""
    def run():
        with Stack(road, {"server.monitor_token": TOKEN}, hidden=[TOKEN]) as s:
            for path in ("/health", "/metrics", "?health", "?metrics"):
                def status(path=path, **headers):
                    return get(s, path, **headers).status
                eq(status(), 200, path)
                for name in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "Via",
                             "X_Forwarded_Proto", "CF_Connecting_IP"):
                    eq(status(**{name: "127.0.0.1"}), 404, f"{path} {name}")
                eq(status(X_Forwarded_For="198.51.100.7",
                          Authorization=f"Bearer {TOKEN}"), 200, path)
                for wrong in ("Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x",
                              f"Basic {TOKEN}", TOKEN):
                    eq(status(X_Forwarded_For="198.51.100.7", Authorization=wrong), 404,
                       f"{path} {wrong}")
                ok(b"botline" not in get(s, path, Via="1.1 proxy").body, "nothing is told")
            s.configure(server__monitor_token="")
            if road == "proxy":
                s.reload()
                eq(get(s, "/health", Via="x", Authorization="Bearer ").status, 404)
                eq(get(s, "/health").status, 200)
    return run


for _road in ROADS:
    tap.add(f"{_road}: not for everybody", closed_on(_road))


@tap.test
def from_another_address():
    """a caller whose address is not of the loopback gets 404"""
    with Stack("proxy", {"server.monitor_token": TOKEN}, hidden=[TOKEN]) as s:
        for address, want in (("127.0.0.1", 200), ("127.8.9.10", 200), ("::1", 200),
                              ("::ffff:127.0.0.1", 200), ("198.51.100.7", 404),
                              ("::2", 404), ("::ffff:198.51.100.7", 404), ("", 404),
                              ("localhost", 404), ("127.0.0.1, 8.8.8.8", 404)):
            params = fcgi.variables("bot.example", 0, "", REQUEST_METHOD="GET",
                                    REQUEST_URI="/botline/health", REMOTE_ADDR=address)
            with fcgi.Peer(s.socket_path()) as peer:
                told = peer.request(params, b"")
            ok(told.startswith(b"Status: %d " % want), f"{address}: {told[:40]}")


@tap.test
def queue():
    """Twilio away: depth and age of the queue; then what was sent, and what became of it"""
    with Stack("proxy", {"twilio.reply": "rest"}) as s:
        since = Since(s)
        s.phone.fault("tw.messages.create", "throttle", times=-1)
        for i in range(3):
            s.phone.answer(answers(f"Answer {i}"), when=f"question {i}")
            s.twilio.say(f"question {i}")

        def waits():
            now = numbers(s)
            return now['botline_queue_jobs{kind="send"}'] == 3 and \
                now["botline_queue_oldest_seconds"] >= 1 and now
        proc.wait_for(waits, 60, "three messages wait, and age")
        proc.wait_for(lambda: since('botline_queue_tries_total{outcome="again"}') > 0, 60,
                      "tries that failed")
        eq(since('botline_messages_total{channel="sms",road="rest"}'), 0)
        s.phone.clear_faults()
        s.settle()
        since.are({
            'botline_queue_jobs{kind="send"}': 0,
            "botline_queue_oldest_seconds": 0,
            'botline_messages_total{channel="sms",road="rest"}': 3,
            'botline_segments_total{alphabet="gsm7"}': 3,
            'botline_upstream_calls_total{upstream="twilio",outcome="ok"}': 3,
            'botline_turns_total{outcome="answered"}': 3,
        })
        proc.wait_for(
            lambda: since('botline_delivery_reports_total{status="delivered"}') == 3, 60,
            "news of all three")
        eq(health(s), ("ready", []))


@tap.test
def late():
    """a late turn is counted as such, and its whole time"""
    with Stack("proxy", {"twilio.reply_deadline_ms": 300}) as s:
        since = Since(s)
        s.phone.fault("message", "hold")
        s.phone.answer(answers("at last"), times=2)
        eq(s.twilio.say("slow").texts, [])
        s.phone.clear_faults()
        s.settle()
        since.are({"botline_turns_late_total": 1,
                   'botline_turns_total{outcome="answered"}': 1,
                   "botline_turn_seconds_count": 1,
                   "botline_turn_whole_seconds_count": 1,
                   'botline_messages_total{channel="sms",road="rest"}': 1})


@tap.test
def agents():
    """the way to an agent, and the chats that are open"""
    with Stack("proxy", agents=True) as s:
        desk = Desk(s.phone)
        desk.handshake()
        since = Since(s)
        customer = Customer(s, desk).open_chat()
        since.are({'botline_escalations_total{outcome="offered"}': 1,
                   'botline_escalations_total{outcome="accepted"}': 1,
                   'botline_escalations_total{outcome="connected"}': 1,
                   "botline_chats_open": 1})
        customer.send("hello agent")
        desk.act("close", customer.chat)
        since.are({"botline_chats_open": 0,
                   'botline_turns_total{outcome="agent"}': 1})


@tap.test
def killed():
    """kill -9 of the responder keeps what was counted"""
    with Stack("proxy") as s:
        for i in range(3):
            s.phone.answer(answers(f"Answer {i}"))
            s.twilio.say(f"question {i}")
        proc.wait_for(lambda: numbers(s)["botline_turn_whole_seconds_count"] == 3, 60,
                      "all three are over")
        before = numbers(s)
        eq(before['botline_turns_total{outcome="answered"}'], 3)
        s.botline.signal(signal.SIGKILL)
        s.botline.wait(60)
        s.start_botline()
        after = numbers(s)
        eq(after['botline_turns_total{outcome="answered"}'], 3)
        ok(after["botline_start_time_seconds"] >= before["botline_start_time_seconds"], "")
        names = [n for n in os.listdir(s.path("store")) if n.startswith("metrics-")]
        eq(len(names), 1)
        eq(os.stat(s.path("store", names[0])).st_mode & 0o777, 0o600)


def together_on(road):
    """Several processes add into one file."""
    def run():
        with Stack(road) as s:
            # Held, so that Apache starts one process for each.
            s.phone.fault("message", "slow", times=6, ms=700)
            s.phone.answer(answers("Hello!"), times=6)
            with concurrent.futures.ThreadPoolExecutor(6) as pool:
                replies = list(pool.map(lambda i: s.twilio.say(f"at once {i}"), range(6)))
            eq([r.texts for r in replies], [["Hello!"]] * 6)
            proc.wait_for(lambda: numbers(s)["botline_turn_whole_seconds_count"] == 6, 60,
                          "all six are over")
            eq(numbers(s)['botline_turns_total{outcome="answered"}'], 6)
    return run


for _road in ("fcgid", "cgi"):
    tap.add(f"{_road}: processes add into one file", together_on(_road))


@tap.test
def states_of_health():
    """ready; degraded with the reason; down when the state cannot be used: 503"""
    with Stack("proxy") as s:
        eq(health(s), ("ready", []))
        s.put("conf/custom/log.cfg", "level = \"loudly\";\n")
        s.reload()
        eq(health(s), ("degraded", ["config-stale"]))
        os.unlink(s.path("root/conf/custom/log.cfg"))
        s.reload()
        eq(health(s), ("ready", []))
        for path, what in (("state", "state-not-writable"), ("store", "store-not-writable")):
            os.chmod(s.path(path), 0o500)
            if s.user.switch or os.geteuid() != 0:  # who may write everywhere still does
                eq(health(s), ("down", [what]))
            os.chmod(s.path(path), 0o700)
            eq(health(s), ("ready", []))
            os.rename(s.path(path), s.path("away"))
            eq(health(s), ("down", [what]))
            os.rename(s.path("away"), s.path(path))
            eq(health(s), ("ready", []))


tap.main()
