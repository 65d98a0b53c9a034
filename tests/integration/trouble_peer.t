#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""FastCGI peers that do not behave, straight on the socket."""

import contextlib
import socket
import time

from support import fcgi, tap
from support.phone import answers
from support.stack import Stack
from support.tap import eq, ok
from support.twilio import encode, fresh_number

WORKERS = 2


def request(s, text):
    form = s.twilio.fields(text, fresh_number())
    body = encode(form)
    sign = s.twilio.signed(form)["X-Twilio-Signature"]
    return fcgi.variables(s.twilio.host, len(body), sign), body


def works(s, timeout_s=30):
    s.phone.answer(answers("I am here"))
    eq(s.twilio.post(s.twilio.fields("anybody?", fresh_number()),
                     timeout_s=timeout_s).texts, ["I am here"])


def half(s):
    """The begin of a request and half of its variables."""
    params, _ = request(s, "never finished")
    text = fcgi.pairs(params)
    record = fcgi.record(fcgi.PARAMS, text)
    return fcgi.begin() + record[: len(record) // 2]


@tap.test
def well_behaved():
    """a peer by hand is answered"""
    with Stack("proxy") as s, fcgi.Peer(s.socket_path()) as peer:
        s.phone.answer(answers("by hand"))
        answer = peer.request(*request(s, "hello there"))
        ok(b"by hand" in answer, f"{answer!r}")


@tap.test
def one_stops():
    """one stops in the middle of its parameters: others are served meanwhile"""
    with Stack("proxy", {"server.workers": WORKERS}) as s, \
            fcgi.Peer(s.socket_path()) as peer:
        peer.send(half(s))
        began = time.monotonic()
        for _ in range(5):
            works(s)
        ok(time.monotonic() - began < 4, "others had to wait")
        ok(peer.closed(), "the peer was not sent away")
        works(s)


@tap.test
def all_stop():
    """as many as there are workers stop: the workers come back"""
    with Stack("proxy", {"server.workers": WORKERS}) as s, \
            contextlib.ExitStack() as peers:
        pid, since = s.botline.pid, s.mark()
        for i in range(WORKERS):
            peer = peers.enter_context(fcgi.Peer(s.socket_path()))
            peer.send(half(s) if i % 2 else half(s)[:5])
        works(s)
        works(s)
        ok(s.botline.alive() and s.botline.pid == pid, "botline lives on")
        ok(len([x for x in s.log(since) if " error " in x]) == 0, "no error of ours")


@tap.test
def body_stops():
    """the body stops"""
    with Stack("proxy", {"server.workers": WORKERS}) as s, \
            fcgi.Peer(s.socket_path()) as peer:
        params, body = request(s, "cut in the middle")
        calls = s.phone.last()
        peer.send(fcgi.begin() + fcgi.record(fcgi.PARAMS, fcgi.pairs(params)) +
                  fcgi.record(fcgi.PARAMS) + fcgi.record(fcgi.STDIN, body[:40]))
        works(s)
        answer = peer.answer()
        ok(b"Message" not in answer, f"answered: {answer!r}")
        said = [c["body"] for c in s.phone.calls(calls) if c["call"] == "message"]
        ok(not any("cut in the middle" in str(b) for b in said), "the bot was asked")
        s.said(r"request refused", count=1)
        works(s)


@tap.test
def crowd():
    """callers without a body hold most workers: the last ones wait for nobody long"""
    workers, held = 4, 16
    with Stack("proxy", {"server.workers": workers},
               extra="\tRequestReadTimeout body=30") as s, \
            contextlib.ExitStack() as callers:
        head = s.twilio.request(b"", {"Content-Length": "1000",
                                      "X-Twilio-Signature": "x" * 28})
        for _ in range(held):
            callers.enter_context(
                socket.create_connection(("127.0.0.1", s.apache_port))).sendall(head)
        # Alike in patience, each worker would lose five seconds four times.
        s.said(r"request refused", timeout_s=4)
        began = time.monotonic()
        works(s)
        ok(time.monotonic() - began < 10, "others had to wait")


@tap.test
def vanishing():
    """peers that vanish before their answer"""
    with Stack("proxy", {"server.workers": WORKERS}) as s:
        for _ in range(5):
            s.phone.answer(answers("to nobody"))
            with fcgi.Peer(s.socket_path()) as peer:
                params, body = request(s, "too late for me")
                peer.send(fcgi.begin() + fcgi.record(fcgi.PARAMS, fcgi.pairs(params)) +
                          fcgi.record(fcgi.PARAMS) + fcgi.record(fcgi.STDIN, body) +
                          fcgi.record(fcgi.STDIN))
            works_after_all(s)


def works_after_all(s):
    """The vanished one's answer may still be waiting to be taken, hence by its words."""
    s.phone.answer(answers("I am here"), when="are you there?")
    eq(s.twilio.say("are you there?").texts, ["I am here"])


@tap.test
def garbage():
    """bytes that are no FastCGI"""
    with Stack("proxy", {"server.workers": WORKERS}) as s:
        for junk in (b"GET / HTTP/1.1\r\n\r\n", b"\0" * 64, b"\xff" * 64,
                     fcgi.record(99, b"what?"), fcgi.record(fcgi.STDIN, b"too early"),
                     fcgi.begin() + fcgi.record(fcgi.PARAMS, b"\x7f\x7fx")
                     + fcgi.record(fcgi.PARAMS)):
            with fcgi.Peer(s.socket_path()) as peer:
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    peer.send(junk)
        works(s)
        ok(s.botline.alive(), "botline lives on")


@tap.test
def silent():
    """a connection more than there are workers that says nothing"""
    with Stack("proxy", {"server.workers": WORKERS}) as s, \
            contextlib.ExitStack() as peers:
        for _ in range(WORKERS + 1):
            peers.enter_context(fcgi.Peer(s.socket_path()))
        works(s)


tap.main()
