#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""HyperChat's webhook and the files we hand out, through Apache: what is believed, what is
refused and leaves nothing behind, on all three roads (T20, T30, F-2, F-3, F-8)."""

import base64
import hashlib
import hmac
import json
import os
import re
import shutil
import socket
import subprocess
import sys

from support import proc, tap
from support.desk import Desk
from support.stack import ROADS, Stack, program
from support.tap import eq, ok
from support.talk import Roomful
from support.twilio import fresh_number

SECRET, OTHER = "e2e-hook-secret-1", "e2e-hook-secret-2"
JOBS = ("import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "print(c.execute('SELECT jobs FROM total').fetchone()[0])")
room = Roomful(lambda road, keys, **options: Stack(
    road, keys, agents=True, hidden=[SECRET, OTHER], **options))


def desk(s):
    return Desk(s.phone)


def event(s, trigger="messages:new", data=None, **more):
    """The bytes of an event."""
    if data is None:
        data = {"message": {"id": f"m{os.urandom(4).hex()}", "chat": "nobody's",
                            "sender": "A1", "type": "text", "message": "hello there"}}
    return json.dumps({"trigger": trigger, "appId": s.hyper_app, "created_at": 1714557700,
                       "data": data, **more}).encode()


def signed(body, secret=SECRET):
    return {"X-Hook-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def post(s, body, headers=None, **more):
    head = {"Content-Type": "application/json", **(headers or {})}
    return s.twilio.raw(s.twilio.request(body, head, **more))


def shake(s, secret, **headers):
    return post(s, b"", {"X-Hook-Secret": secret, "Content-Type": None, **headers})


def known(s):
    """The stack, with SECRET stored whichever tests ran before."""
    eq(shake(s, SECRET).headers.get("x-hook-secret"), SECRET)
    return s


def jobs(s):
    """How many wait in the queue. Asked as botline's user: SQLite makes files beside it."""
    done = subprocess.run(
        [*s.user.prefix(), sys.executable, "-c", JOBS, s.path("state/state.db")],
        capture_output=True, text=True, check=True)
    return int(done.stdout)


def settled(s):
    """The queue as soon as it has nothing to do."""
    proc.wait_for(lambda: jobs(s) == 0, 20, "the queue is empty")


def allow(s, *words):
    """botlinectl hyperchat allow-handshake, as botline's user."""
    if not os.path.exists(s.path("bin/botlinectl")):
        shutil.copy(program("botlinectl"), s.path("bin/botlinectl"))
    done = subprocess.run(
        [*s.user.prefix(), s.path("bin/botlinectl"), "--root", s.path("root"),
         "hyperchat", "allow-handshake", *words], capture_output=True, text=True)
    eq((done.returncode, done.stderr), (0, ""), "botlinectl")
    return done.stdout


class Watch:
    """What must be as before once something was refused."""

    def __init__(self, s):
        self.s, self.log = s, s.mark()
        self.calls, self.sessions = s.phone.last(), s.sessions()
        self.jobs = jobs(s) if os.path.exists(s.path("state/state.db")) else 0

    def refused(self, reply, status, why):
        s = self.s
        eq(reply.status, status, f"{why!r}: status")
        ok("x-hook-secret" not in reply.headers, "a secret was echoed")
        ok(len(reply.body) < 200, "a long answer to a bad request")
        (line,) = s.said(rf'event="request refused".* status={status} .*{why}', self.log, 1)
        loud = [x for x in s.log(self.log) if " warn " in x or " error " in x]
        eq(loud, [line], "lines in the log")
        eq(s.phone.calls(self.calls), [], "somebody was asked")
        eq(s.sessions(), self.sessions, "conversations")
        eq(jobs(s), self.jobs, "jobs")
        self.log = s.mark()


def first_handshake(s):
    """T30: the first handshake is stored and echoed, with a warning; it can be repeated"""
    since = s.mark()
    for _ in range(2):
        reply = shake(s, SECRET)
        eq((reply.status, reply.headers.get("x-hook-secret"), reply.body),
           (200, SECRET, b""))
    s.said(r"warn web event=\"first handshake of HyperChat: secret stored\".*hint=", since, 1)


def second_handshake(s):
    """T30: a second one is refused until the operator allows it, and then once"""
    w = Watch(known(s))
    w.refused(shake(s, OTHER), 403, "allow-handshake --env production")
    w.refused(shake(s, "x" * 257), 403, "handshake refused")
    w.refused(shake(s, "two words"), 403, "handshake refused")
    ok("production within 60 minutes" in allow(s), "what botlinectl says")
    eq(shake(s, OTHER).headers.get("x-hook-secret"), OTHER)
    Watch(s).refused(shake(s, "a-third"), 403, "allow-handshake")
    for secret in SECRET, OTHER:
        body = event(s)
        eq(post(s, body, signed(body, secret)).status, 200, secret)
    settled(s)


def forged(s):
    """F-2, F-3: a forged event is 403, in one line, and costs no call and no job"""
    body, w = event(s), Watch(known(s))
    w.refused(post(s, body), 403, "without X-Hook-Signature")
    w.refused(post(s, body, {"X-Hook-Signature": ""}), 403, "does not match")
    w.refused(post(s, body, {"X-Hook-Signature": "0" * 64}), 403, "does not match")
    w.refused(post(s, body, {"X-Hook-Signature": "g" * 4000}), 403, "does not match")
    w.refused(post(s, body, signed(body, "guessed")), 403, "does not match")
    w.refused(post(s, body, signed(event(s))), 403, "does not match")
    w.refused(post(s, body + b" ", {**signed(body), "X-Hook-Secret": SECRET}), 403,
              "does not match")
    w.refused(post(s, body, {"X-Hook-Secret": SECRET}), 403, "without X-Hook-Signature")


def foreign(s):
    """T20: another application's event is 403 though it is signed"""
    body = event(s, appId="another")
    Watch(known(s)).refused(post(s, body, signed(body)), 403, "")


def garbage(s):
    """what is no event is refused, whoever signed it"""
    w = Watch(known(s))
    for body, status in (
            (b"{", 400), (b"", 400), (b"[]", 400),
            (b'{"events":[]}', 403),  # the office's, and that has another secret
            (b'{"trigger":"a","trigger":"b"}', 400), (b'{"trigger":7}', 400),
            (b'{"trigger":"chats:close","data":{]}', 400),
            (b'{"trigger":"x","data":' + b"[" * 5000 + b"]" * 5000 + b"}", 400)):
        w.refused(post(s, body, signed(body)), status, "")
    w.refused(post(s, event(s), {"Content-Type": "text/plain"}), 400, "no webhook we know")


def huge(s):
    """an event over the limit is refused before anything is looked at"""
    body, calls = event(known(s), padding="x" * 262144), s.phone.last()
    eq(post(s, body, signed(body)).status, 413)
    eq((jobs(s), s.phone.calls(calls)), (0, []))


def replayed(s):
    """an event that comes again is acknowledged and worked once"""
    body, since = event(known(s)), s.phone.last()
    for _ in range(3):
        reply = post(s, body, signed(body))
        eq((reply.status, reply.body), (200, b""))
    settled(s)
    eq(len([c for c in s.phone.calls(since) if c["call"] not in ("auth", "refresh")]), 1,
       "questions about the chat")


def form(s):
    """a message of a user is one still, and an event cannot be dressed up as one"""
    s.phone.answer({"answers": [{"type": "answer", "message": "Hello!",
                                 "messageList": ["Hello!"]}]})
    eq(s.twilio.say("anybody there?").texts, ["Hello!"])
    body = event(s)
    Watch(s).refused(
        post(s, body, {**signed(body),
                       "Content-Type": "application/x-www-form-urlencoded"}),
        400, "no webhook we know")


def no_file(s):
    """files: no token, a wrong one, another method"""
    for query in ("", "?media=", "?media", "?media=" + "0" * 32, "?media=../../etc/passwd",
                  "?media=%00", "?media=" + "a" * 4000):
        for method in "GET", "HEAD":
            reply = s.twilio.raw(s.twilio.request(
                b"", {"Content-Type": None}, method=method, path="/botline" + query))
            eq(reply.status, 404 if query else 405, f"{method} {query[:40]}")
            ok(method == "GET" or reply.body == b"", "an answer to HEAD has a body")
    for method in "DELETE", "PUT", "OPTIONS":
        reply = s.twilio.raw(s.twilio.request(
            b"", {"Content-Type": None}, method=method,
            path="/botline?media=" + "0" * 32))
        eq((reply.status, reply.headers.get("allow")), (405, "GET, HEAD"), method)


def status_callback(s):
    """a report about a message of ours is taken at our own address, signed as the rest"""
    for path in "/botline?status=1", "/botline":
        fields = [("AccountSid", s.twilio.sid), ("MessageSid", "SM" + "7" * 32),
                  ("MessageStatus", "undelivered"), ("ErrorCode", "30005"),
                  ("From", "+34900000000"), ("To", fresh_number())]
        url, since = f"http://{s.twilio.host}{path}", s.mark()
        eq(s.twilio.post(fields, s.twilio.signed(fields, url), path=path).status, 200)
        s.said(r"warn twilio event=\"not delivered\".* code=30005 .*why=", since, 1)
        eq(s.twilio.post(fields, s.twilio.signed(fields, url, "wrong"), path=path).status,
           403)


ON_EVERY_ROAD = [first_handshake, second_handshake, forged, foreign, garbage, huge,
                 replayed, form, no_file, status_callback]


def configured(**keys):
    """The stack of the first tests with other values; what is not named is as shipped."""
    s = room.get("proxy", {})
    usual = {"chat__chat__handshake": "once", "chat__chat__webhook_secret": None,
             "chat__chat__webhook_signature": "auto", "chat__chat__enabled": True}
    s.configure(**{**usual, **keys})
    s.reload()
    return s


def never():
    """handshake = never: none is taken"""
    s = configured(chat__chat__handshake="never")
    Watch(s).refused(shake(s, "new-one"), 403, "handshake refused")


def always():
    """handshake = always: each is taken, and events signed with any are believed"""
    known(configured())
    s = configured(chat__chat__handshake="always")
    for secret in "one-more", "and-another":
        eq(shake(s, secret).headers.get("x-hook-secret"), secret)
    for secret in SECRET, "one-more", "and-another":
        body = event(s)
        eq(post(s, body, signed(body, secret)).status, 200, secret)
    settled(s)


def preset():
    """webhook_secret: it alone counts"""
    s = configured(chat__chat__webhook_secret="preset-secret", chat__chat__handshake="always")
    eq(shake(s, "preset-secret").headers.get("x-hook-secret"), "preset-secret")
    Watch(s).refused(shake(s, SECRET), 403, "chat.chat.webhook_secret")
    body = event(s)
    Watch(s).refused(post(s, body, signed(body)), 403, "does not match")
    eq(post(s, body, signed(body, "preset-secret")).status, 200)
    settled(s)


def unsigned():
    """webhook_signature = off: HyperChat is asked about each, and few are taken"""
    s = configured(chat__chat__webhook_signature="off")
    since, got = s.phone.last(), []
    for _ in range(60):
        got.append(post(s, event(s)).status)
        if got[-1] == 429:
            break
    eq(got[-1], 429, "60 events in a row")
    ok(set(got[:-1]) == {200}, f"answers: {got}")
    settled(s)
    ok(s.phone.calls(since), "HyperChat was not asked")
    eq(desk(s).messages(), [], "messages")


def switched_off():
    """agents are off: handshakes and events are 403, with a line that says so"""
    s = configured(chat__chat__enabled=False)
    w, body = Watch(s), event(s)
    w.refused(shake(s, SECRET), 403, "live agents are off")
    w.refused(post(s, body, signed(body)), 403, "chat.chat.enabled")


def signatures():
    """signatures as HyperChat may write them: hex of either case, base64, over data alone"""
    s = known(configured())
    body = event(s)
    data = body[body.index(b'"data": ') + 8 : -1]
    hexed = signed(body)["X-Hook-Signature"]
    over_data = hmac.new(SECRET.encode(), data, hashlib.sha256)
    in_base64 = base64.b64encode(bytes.fromhex(hexed)).decode()
    for given in hexed.upper(), "sha256=" + hexed, in_base64, over_data.hexdigest():
        eq(post(s, body, {"X-Hook-Signature": given}).status, 200, given)
    settled(s)


SETTINGS = [signatures, never, always, preset, unsigned, switched_off]


def wait_message(s, d, user, wanted):
    """The first message by REST that wanted() takes."""
    def look():
        return next((m for m in d.messages(user) if wanted(m)), None)
    return proc.wait_for(look, 30, f"a message for {user}: {d.messages(user)}")


def files(s):
    """F-8, T18: an agent's picture is fetched from our own address, and no secret leaves"""
    user = "whatsapp:" + fresh_number()
    d = desk(s)
    eq(d.handshake(SECRET)["status"], 200)
    s.twilio.say("a person please", user, to="whatsapp:+34900000000")
    chat = d.chat_of()["id"]
    d.act("accept", chat, agent="A1")
    d.act("media", chat, file="acme-hub.png", name="Label für Ann.png")
    # Twilio has fetched it once there is its hash.
    sent = wait_message(s, d, user, lambda m: "sha256" in (m["x"].get("media") or [{}])[0])
    url = sent["x"]["media"][0]["url"]
    found = re.fullmatch(re.escape(s.webhook) + r"\?media=([0-9a-f]{32})", url)
    ok(found, f"the address of the file: {url}")
    ok(s.hyper_secret not in json.dumps(sent) and s.hyper_app not in url, "a secret left")
    path = "/botline?media=" + found.group(1)
    got = s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, "GET", path))
    eq(got.status, 200)
    for name, value in (("content-type", "image/png"),
                        ("content-length", str(len(got.body))),
                        ("cache-control", "private, no-store"),
                        ("x-content-type-options", "nosniff"),
                        ("content-disposition", 'inline; filename="Label_f_r_Ann.png"')):
        eq(got.headers.get(name), value, name)
    ok(got.body.startswith(b"\x89PNG"), "what was fetched is a picture")
    eq(sent["x"]["media"][0]["sha256"], hashlib.sha256(got.body).hexdigest())
    head = s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, "HEAD", path))
    eq((head.status, head.headers.get("content-length"), head.body),
       (200, str(len(got.body)), b""))
    eq(s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, "DELETE", path)).status, 405)
    # A file's last change is the moment at which it ends.
    folder = s.path("store/handout")
    for name in os.listdir(folder):
        os.utime(os.path.join(folder, name), (1, 1))
    gone = s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, "GET", path))
    eq(gone.status, 404, "after its time")


def slow_reader(path, port):
    """Asks for a file and reads nothing."""
    c = socket.socket()
    c.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    c.connect(("127.0.0.1", port))
    c.sendall(f"GET {path} HTTP/1.1\r\nHost: slow\r\nConnection: close\r\n\r\n".encode())
    return c


def slow_readers():
    """who reads a file slowly holds a part of the threads, and people find the others"""
    s = room.get("proxy", {**TALKS, "server.workers": 4})
    user, d = "whatsapp:" + fresh_number(), desk(s)
    eq(d.handshake(SECRET)["status"], 200)
    s.twilio.say("a person please", user, to="whatsapp:+34900000000")
    chat = d.chat_of()["id"]
    d.act("accept", chat, agent="A1")
    pdf = b"%PDF-1.4\n" + bytes(12 * 1024 * 1024)
    d.act("media", chat, data=base64.b64encode(pdf).decode(), name="big.pdf",
          type="application/pdf")
    sent = wait_message(s, d, user, lambda m: "sha256" in (m["x"].get("media") or [{}])[0])
    path = sent["x"]["media"][0]["url"].split(s.twilio.host)[1]
    since = s.mark()
    readers = [slow_reader(path, s.apache_port) for _ in range(6)]
    try:
        s.said("status=503 .*files are being handed out", since, 4)
        eq(s.twilio.say("still there?", user, to="whatsapp:+34900000000").status, 200)
    finally:
        for c in readers:
            c.close()
    proc.wait_for(lambda: s.twilio.raw(s.twilio.request(
        b"", {"Content-Type": None}, "HEAD", path)).status == 200, 20, "places given back")


def other_source(s):
    """T20: an event of a chat of another source is taken, and nothing comes of it"""
    user = fresh_number()
    d = desk(s)
    eq(d.handshake(SECRET)["status"], 200)
    s.twilio.say("a person please", user)
    chat = d.chat_of("twilio-34900000000-" + user[1:])["id"]
    d.act("accept", chat, agent="A1")
    wait_message(s, d, user, lambda m: True)
    settled(s)
    # Nobody here remembers the chat, so HyperChat is asked whose it is.
    d.act("source", chat, source=9)
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); " \
           "c.execute('DELETE FROM chat'); c.commit()"
    subprocess.run([*s.user.prefix(), sys.executable, "-c", code, s.path("state/state.db")],
                   check=True)
    before = len(d.messages(user))
    d.act("say", chat, text="not for you")
    d.quiet()
    settled(s)
    eq(d.sent(trigger="messages:new")[-1]["status"], 200, "the event's answer")
    eq(len(d.messages(user)), before, "messages")


TALKS = {"custom.onlyHyperChatMode": True}


def made(road, keys, case):
    return lambda: case(room.get(road, keys))


for road in ROADS:
    for case in ON_EVERY_ROAD:
        tap.add(f"{road}: {case.__doc__}", made(road, {}, case))
    for case in [*SETTINGS, slow_readers] if road == "proxy" else []:
        tap.add(f"{road}: {case.__doc__}", case)
    for case in files, other_source:
        tap.add(f"{road}: {case.__doc__}", made(road, TALKS, case))
    tap.add(f"{road}: logs without secrets, texts or a sanitizer's words", room.close)

if __name__ == "__main__":
    tap.main(lambda: room.close(judge=False))
