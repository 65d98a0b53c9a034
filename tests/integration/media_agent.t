#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that agents send to their users: where the phone finds them, for how long, and what
becomes of those that are not what they should be."""

import hashlib
import re
import secrets
import time
import urllib.parse

from support import proc, tap
from support.house import (AVI, GIF, HTML, JPEG, MARK, MAX_BYTES, PDF, TTL_S, House, jpeg,
                           pdf, png)
from support.peer import File
from support.tap import eq, ok
from support.twilio import exchange

# Types that a browser would run, should it be shown the address.
ACTIVE = re.compile(r"html|svg|xml|script|text/", re.I)
BIG = jpeg(bytes((5 << 20) + 1000))

house = House()


def get(token, method="GET"):
    s = house.stack
    path = f"/botline?media={token}"
    request = f"{method} {path} HTTP/1.1\r\nHost: {s.twilio.host}\r\nConnection: close\r\n\r\n"
    return exchange(s.apache_port, request.encode())


def token_of(url):
    found = re.fullmatch(re.escape(house.stack.webhook) + r"\?media=([0-9a-f]{32})", url)
    ok(found, f"no address of ours: {url}")
    return found.group(1)


def token_in(message):
    """Of the medium of a message, or of the link in its text."""
    urls = [m["url"] for m in message["x"]["media"]] or \
        re.findall(r"https?://\S+", message["body"])
    eq(len(urls), 1, f"addresses in {message['body']!r}")
    return token_of(urls[0])


def put_out(chat, name, mime, file, url=None):
    """An agent puts a file into a chat; the file itself waits at our server."""
    at = url or f"/media/{secrets.token_hex(8)}"
    if file is not None:
        house.relay.put("/hyperchat/v1" + at, file)
    house.desk.act("media", chat, name=name, type=mime, url=at, text="elsewhere")
    return "/hyperchat/v1" + at


def is_safe(reply, name):
    """Whoever is given the address can do no harm with it."""
    h = reply.headers
    eq(h.get("x-content-type-options"), "nosniff", name)
    ok(not ACTIVE.search(h.get("content-type", "html")), f"{name}: {h.get('content-type')}")
    control = h.get("cache-control", "")
    ok("private" in control and "no-store" in control, f"{name}: {control!r}")
    ok("content-disposition" in h and "x-evil" not in h, f"{name}: {h}")


def as_file(c, messages, name, body, mime):
    """The phone got the file itself, once, and so does who asks again."""
    (m,) = messages
    eq(m["body"], "")
    token = token_in(m)
    house.desk.quiet()
    (m,) = [x for x in c.rest() if x["sid"] == m["sid"]]
    (one,) = m["x"]["media"]
    eq((one["head"], one["status"], one["bytes"]), (200, 200, len(body)))
    eq(one["sha256"], hashlib.sha256(body).hexdigest())
    again, head = get(token), get(token, "HEAD")
    eq((again.status, again.body), (200, body))
    eq((head.status, head.body), (200, b""))
    for reply in (again, head):
        eq(reply.headers["content-type"], mime)
        eq(reply.headers["content-length"], str(len(body)))
        is_safe(reply, name)


def as_link(c, messages, name, body, mime):
    """The phone got the file's name and below it where the file is."""
    (m,) = messages
    eq(m["x"]["media"], [])
    ok(name in m["body"].split("\n")[0], f"no name in {m['body']!r}")
    reply = get(token_in(m))
    eq((reply.status, reply.body), (200, body))
    is_safe(reply, name)


def as_name(c, messages, name, body, mime):
    """The phone got the file's name alone."""
    (m,) = messages
    eq(m["x"]["media"], [])
    ok(name in m["body"], f"no name in {m['body']!r}")
    ok("://" not in m["body"], f"an address in {m['body']!r}")


@tap.test
def crowd():
    """twenty files of agents that do not come hold up no other chat"""
    people = [house.customer() for _ in range(20)]
    other = house.customer()
    paths = [put_out(p.chat, "cat.jpg", "image/jpeg", File(JPEG, "image/jpeg", way="mute"))
             for p in people]
    proc.wait_for(lambda: all(house.relay.asked(x) for x in paths), 30,
                  "all files are being fetched")
    eq(other.agent_settles(), [])
    eq([len(p.rest()) for p in people], [1] * 20, "what those who wait have been told")


def agent_file(channel, name, mime, body, shown, file=None, url=None):
    def run():
        c = house.customer(channel)
        at = put_out(c.chat, name, mime, file or (File(body, mime) if not url else None), url)
        shown(c, c.agent_settles(), name, body, mime)
        return at

    return run


def add_agent_rows():
    wa, sms = "whatsapp", "sms"
    rows = (
        ("a picture", wa, "cat.jpg", "image/jpeg", JPEG, as_file),
        ("a picture", sms, "cat.jpg", "image/jpeg", JPEG, as_file),
        ("a PDF", wa, "bill.pdf", "application/pdf", PDF, as_file),
        ("a GIF", sms, "fun.gif", "image/gif", GIF, as_file),
        ("a GIF, which WhatsApp does not take", wa, "fun.gif", "image/gif", GIF, as_link),
        ("a film WhatsApp does not take", wa, "film.avi", "video/x-msvideo", AVI, as_link),
        ("a page", wa, "page.html", "text/html", HTML, as_link),
        ("a picture beyond WhatsApp's 5 MB", wa, "huge.jpg", "image/jpeg", BIG, as_link),
        ("a picture beyond the 5 MB of an MMS", sms, "huge.jpg", "image/jpeg", BIG, as_link),
    )
    for name, channel, *row in rows:
        tap.add(f"from an agent: {name} ({channel})", agent_file(channel, *row))
    rows = (
        ("no byte", File(b"", "image/jpeg")),
        ("too large", File(jpeg(bytes(MAX_BYTES)), "image/jpeg")),
        ("too large, and it does not say so", File(JPEG, "image/jpeg", way="endless")),
        ("not there", File(status=404)),
        ("gone", File(status=410)),
    )
    for name, file in rows:
        tap.add(f"from an agent: {name}",
                agent_file(wa, "cat.jpg", "image/jpeg", JPEG, as_name, file))
    for name, url in (("a folder above", "/media/../settings"),
                      ("a file of this machine", "file:///etc/passwd")):
        tap.add(f"from an agent: the address of {name}",
                agent_file(wa, "cat.jpg", "image/jpeg", JPEG, as_name, url=url))


add_agent_rows()


@tap.test
def agents_other_host():
    """from an agent: another host is not called, by address or by redirect"""
    agent_file("whatsapp", "cat.jpg", "image/jpeg", JPEG, as_name,
               url=house.trap.base + "/media/M1")()
    away = File(status=302, headers={"Location": house.trap.base + "/media/M1"})
    agent_file("whatsapp", "cat.jpg", "image/jpeg", JPEG, as_name, away)()
    eq(house.trap.seen, [])


@tap.test
def agents_liar():
    """from an agent: a page that calls itself a picture is nothing a browser would run"""
    c = house.customer()
    put_out(c.chat, "cat.jpg", "image/jpeg", File(HTML, "text/html"))
    (m,) = c.agent_settles()
    ok(m["x"]["media"] or "cat.jpg" in m["body"], f"{m}")
    if m["x"]["media"] or "://" in m["body"]:
        is_safe(get(token_in(m)), "cat.jpg")


@tap.test
def agents_names():
    """from an agent: a name full of tricks ends in no header and no path"""
    c = house.customer()
    name = '../../"evil"\r\nX-Evil: 1\x00\u202e.gif'
    put_out(c.chat, name.replace("\x00", ""), "image/gif", File(GIF, "image/gif"))
    (m,) = c.agent_settles()
    ok(not re.search("[\x00-\x09\x0b-\x1f\u202e]", m["body"]), f"{m['body']!r}")
    reply = get(token_in(m))
    eq((reply.status, reply.body), (200, GIF))
    is_safe(reply, "the name")
    disposition = urllib.parse.unquote(reply.headers["content-disposition"])
    ok(not re.search(r"[/\\\x00-\x1f\u202e]", disposition), f"{disposition!r}")


@tap.test
def agents_several():
    """from an agent: several files on WhatsApp are a message each, in order"""
    c = house.customer()
    bodies = [jpeg(b"first"), pdf(b"second"), png(b"third")]
    for i, (mime, body) in enumerate(zip(
            ("image/jpeg", "application/pdf", "image/png"), bodies)):
        put_out(c.chat, f"file{i}", mime, File(body, mime))
    messages = c.agent_settles()
    eq([len(m["x"]["media"]) for m in messages], [1, 1, 1])
    tokens = [token_in(m) for m in messages]
    eq([get(t).body for t in tokens], bodies)
    eq(len(set(tokens)), 3, "tokens of their own")


@tap.test
def agents_pictures():
    """from an agent: a picture in his text that is not for everybody stays an address"""
    c = house.customer()
    private = house.trap.base + "/inside.png"
    house.desk.act("say", c.chat, text=f'See <img src="{private}"> there')
    (m,) = c.agent_settles()
    eq(m["x"]["media"], [])
    ok("See" in m["body"] and private in m["body"], f"{m['body']!r}")
    eq(house.trap.seen, [])


@tap.test
def tokens():
    """an agent's file is for who has its token, and for nobody else"""
    c = house.customer()
    put_out(c.chat, "cat.jpg", "image/jpeg", File(JPEG, "image/jpeg"))
    token = token_in(c.agent_settles()[0])
    eq(get(token).status, 200)
    other = secrets.token_hex(16)
    for wrong in (other, token[:-1], token + "0", token.upper() + "?", token + "/", "",
                  "../" + token, "..%2f..%2fstate%2fstate.db", "%00", token[:-1] + "%00",
                  "*", "." * 32, "0" * 32, "a" * 5000):
        for method in ("GET", "HEAD"):
            reply = get(wrong, method)
            ok(reply.status in (404, 414) and MARK not in reply.body,
               f"{method} {wrong[:60]!r}: {reply.status}")
    ok(get("a" * 32).status == 404, "a token nobody was given")
    house.beside["token"] = token, time.monotonic()


def never_ending(way):
    """Runs beside all other tests."""
    c = house.customer()
    put_out(c.chat, "cat.jpg", "image/jpeg", File(JPEG, "image/jpeg", way=way))
    return c, c.agent_settles(140)


def told_of(way):
    c, messages = house.ended(way)
    as_name(c, messages, "cat.jpg", None, None)


for one, name in (("drip", "comes a byte at a time"), ("mute", "does not come")):
    tap.add(f"from an agent: a file that {name}, for ever",
            lambda one=one: told_of(one), limit_s=160)


@tap.test(limit_s=100)
def expired():
    """an agent's file is gone when its time is up"""
    token, since = house.beside["token"]
    left = TTL_S + 20 - (time.monotonic() - since)
    proc.wait_for(lambda: get(token).status == 404, max(left, 1), "the file's end")
    ok(time.monotonic() - since > TTL_S - 2, "it was gone before its time")
    eq(get(token, "HEAD").status, 404)


house.add_last_tests()


def on_road(road):
    def run():
        global house
        house = House(road)
        try:
            house.start()
            agent_file("whatsapp", "cat.jpg", "image/jpeg", JPEG, as_file)()
            house.close(judge=True)
        finally:
            house.close()

    return run


for one in ("fcgid", "cgi"):
    tap.add(f"{one}: a picture from an agent", on_road(one))

try:
    house.start()
    for one in ("drip", "mute"):
        house.begin(one, lambda one=one: never_ending(one))
    tap.main()
finally:
    house.close()
