#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Files that users send to their agents and that are not what they should be."""

import os
import secrets
import threading
import time

from support import proc, tap
from support.house import (HTML, JPEG, MAX_BYTES, MARK, OGG, PDF, PNG, House, pdf, png)
from support.peer import File, login
from support.stack import ACCOUNT_SID
from support.tap import eq, ok
from support.twilio import exchange

REFUSED = "This type of file can't be sent to the agent."
AGENT_HEARS = "The user sent a file of a type that is not accepted."
LOST = "Your message did not reach the agent. Please send it again."

house = House()


def place(file, account=ACCOUNT_SID):
    """Puts a user's file where Twilio keeps it: (message's sid, path, url)."""
    sid = "MM" + secrets.token_hex(16)
    path = (f"/twilio/2010-04-01/Accounts/{account}/Messages/{sid}"
            f"/Media/ME{secrets.token_hex(16)}")
    if file is not None:
        house.relay.put(path, file)
    return sid, path, house.relay.base + path


def bytes_at(url):
    """A file in a chat, as the agent's desk gets it."""
    s = house.stack
    request = (f"GET /hyperchat/v1/{url.lstrip('/')} HTTP/1.1\r\nHost: localhost\r\n"
               f"Connection: close\r\nx-hyper-appid: {s.hyper_app}\r\n"
               f"x-hyper-secret: {s.hyper_secret}\r\n\r\n")
    reply = exchange(s.sandbox_port, request.encode())
    eq(reply.status, 200, f"the agent's way to {url}")
    return reply.body


def content(said):
    """What an agent was handed: texts, and the bytes of files."""
    return [bytes_at(x["url"]) if isinstance(x, dict) else x for x in said]


def hand_in(files, text="", sid=None):
    """Sends it in a chat of its own: (what the agent got, what the user was told)."""
    c = house.customer()
    c.send(text, files, sid)
    return c.settle(), c.all_heard()


def user_file(claimed, file, agent=(), user=()):
    """One file in one message; agent: texts, or bytes, that he gets."""

    def run():
        sid, path, url = place(file)
        got, told = hand_in([(url, claimed)], sid=sid)
        eq(content(got), list(agent), "the agent gets")
        eq(told, sorted(user), "the user is told")
        return got, house.relay.asked(path)

    return run


NOT_TAKEN = {"agent": [AGENT_HEARS], "user": [REFUSED]}
NOT_THERE = {"agent": [], "user": [LOST]}


def add_rows():
    rows = (
        ("a picture", "image/png", File(PNG, "image/png"), {"agent": [PNG]}),
        ("a PDF", "application/pdf", File(PDF, "application/pdf"), {"agent": [PDF]}),
        ("a file that nobody names a type of", "application/octet-stream",
         File(JPEG, "image/jpeg"), {"agent": [JPEG]}),
        ("no byte", "image/png", File(b"", "image/png"), NOT_TAKEN),
        ("too large", "image/png", File(png(bytes(MAX_BYTES)), "image/png"), NOT_TAKEN),
        ("too large, and it does not say so", "image/png",
         File(PNG, "image/png", way="endless"), NOT_TAKEN),
        ("a page that calls itself a picture", "image/png", File(HTML, "image/png"),
         NOT_TAKEN),
        ("a picture of another kind than it says", "image/png", File(JPEG, "image/png"),
         NOT_TAKEN),
        ("a type that HyperChat does not take", "audio/ogg",
         File(OGG, "audio/ogg"), NOT_TAKEN),
        ("never there", "image/png", File(status=404), NOT_THERE),
        ("not there yet", "image/png", File(PNG, "image/png", early=2), {"agent": [PNG]}),
        ("an answer that breaks off", "image/png",
         File(png(bytes(100000)), "image/png", way="cut"), NOT_THERE),
        ("an error of the server", "image/png", File(b"oops", status=500), NOT_THERE),
        ("a redirect that leads nowhere", "image/png", File(status=302), NOT_THERE),
    )
    for name, claimed, file, want in rows:
        tap.add(f"from a user: {name}", user_file(claimed, file, **want))


add_rows()


@tap.test
def program_from_user():
    """from a user: a program is not even fetched"""
    _, asked = user_file("application/x-msdownload",
                         File(b"MZ" + MARK, "application/x-msdownload"), **NOT_TAKEN)()
    eq(asked, [])


def leads_to(make, hops=1):
    """A redirect to what make() names; so many requests of the API are in order."""

    def run():
        sid, path, url = place(None)
        house.relay.put(path, File(status=307, headers={"Location": make(url)}))
        got, told = hand_in([(url, "image/png")], sid=sid)
        eq((got, told), ([], [LOST]))
        eq(len(house.relay.asked(path)), hops, "requests")
        eq(house.trap.seen, [], "what the other host was asked")

    return run


for name, make in (
        ("another host", lambda _: house.trap.base + "/file"),
        ("another host by TLS", lambda _: f"https://{house.trap.host}/file"),
        ("another host with ours for a user",
         lambda _: f"http://{house.relay.host}@{house.trap.host}/file"),
        ("a private address", lambda _: "https://10.0.0.1/file"),
        ("the cloud's own address", lambda _: "http://169.254.169.254/latest/meta-data/"),
        ("a file of this machine", lambda _: "file:///etc/passwd"),
        ("a name like Twilio's", lambda _: "https://mms.twiliocdn.com.evil.test/file")):
    tap.add(f"from a user: a redirect to {name}", leads_to(make))
tap.add("from a user: a redirect to itself", leads_to(lambda url: url, hops=3))


@tap.test
def redirected():
    """from a user: a redirect that is in order is followed without the login"""
    cdn = "/twilio/cdn/" + secrets.token_hex(16)
    house.relay.put(cdn, File(PNG, "image/png"))
    # HTTP/2 and many proxies write names of headers in small letters.
    file = File(status=307, headers={"location": house.relay.base + cdn})
    _, asked = user_file("image/png", file, agent=[PNG])()
    eq([a.headers.get("Authorization") for a in asked],
       [login(ACCOUNT_SID, house.stack.auth_token)])
    eq(["Authorization" in a.headers for a in house.relay.asked(cdn)], [False])


@tap.test
def addresses():
    """from a user: an address that is not of our account at Twilio is not called"""
    sid, path, url = place(File(PNG, "image/png"))
    _, foreign, foreign_url = place(File(PNG, "image/png"), "AC" + "00" * 16)
    for wrong in (house.trap.base + path, f"http://{house.relay.host}@{house.trap.host}{path}",
                  foreign_url, url + "?x=1", url + "/../" + path, "file:///etc/passwd",
                  f"gopher://{house.trap.host}/", "http://169.254.169.254" + path):
        got, told = hand_in([(wrong, "image/png")], sid=sid)
        eq((got, told), ([], [LOST]), wrong)
    eq(house.trap.seen, [])
    eq(house.relay.asked(path) + house.relay.asked(foreign), [])


@tap.test
def several():
    """from a user: a caption and several files, in order, each with a name of its own"""
    bodies = [PNG, pdf(b"second"), png(b"third")]
    types = ["image/png", "application/pdf", "image/png"]
    places = [place(File(b, t)) for b, t in zip(bodies, types)]
    got, told = hand_in([(p[2], t) for p, t in zip(places, types)], "these three",
                        places[0][0])
    eq(content(got), ["these three", *bodies])
    eq(told, [])
    names = [x["name"] for x in got[1:]]
    eq([(os.path.splitext(n)[1], x["type"]) for n, x in zip(names, got[1:])],
       [(".png", "image/png"), (".pdf", "application/pdf"), (".png", "image/png")])
    eq(len(set(names)), 3, f"names {names}")


@tap.test
def bad_among_good():
    """from a user: bad files among good ones: each good one arrives, each trouble is told"""
    files = [(File(PNG, "image/png"), "image/png"), (File(HTML, "image/png"), "image/png"),
             (File(status=404), "image/jpeg"), (File(PDF, "application/pdf"),
                                                "application/pdf"),
             (File(b"", "image/png"), "image/png")]
    places = [(place(f), t) for f, t in files]
    got, told = hand_in([(p[2], t) for p, t in places], "look at these", places[0][0][0])
    got = content(got)
    eq([x for x in got if x != AGENT_HEARS], ["look at these", PNG, PDF])
    eq(got.count(AGENT_HEARS), 1, "times the agent hears of files that are not accepted")
    eq(told, sorted([REFUSED, LOST]))


@tap.test
def same_name():
    """from users: files of one name, at once, and each goes to its own agent"""
    people = [house.customer() for _ in range(8)]
    bodies = [png(str(i).encode() * 50000) for i in range(8)]
    header = {"Content-Disposition": 'attachment; filename="photo.png"'}
    troubles = []

    def send(person, body):
        try:
            sid, _, url = place(File(body, "image/png", headers=header))
            person.send(files=[(url, "image/png")], sid=sid)
            eq(content(person.settle()), [body])
            eq(person.all_heard(), [])
        except Exception as e:  # told to the test's own thread
            troubles.append(repr(e)[:300])

    threads = [threading.Thread(target=send, args=x) for x in zip(people, bodies)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    eq(troubles, [])


def never_ending(way):
    """Runs beside all other tests."""
    c = house.customer()
    sid, _, url = place(File(PNG, "image/png", way=way))
    eq(c.send("", [(url, "image/png")], sid), [], "what is said before it is known")
    eq(c.heard(), [], "what he hears before the reply is there")
    said = c.settle(140)
    return content(said), c.all_heard()


for one, name in (("drip", "comes a byte at a time"), ("mute", "does not come")):
    tap.add(f"from a user: a file that {name}, for ever",
            lambda one=one: eq(house.ended(one), ([], [LOST])), limit_s=160)
house.add_last_tests()

try:
    house.start()
    for one in ("drip", "mute"):
        house.begin(one, lambda one=one: never_ending(one))
    tap.main()
finally:
    house.close()
