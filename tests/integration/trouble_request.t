#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests that are not what they should be, through Apache.

After each: the bot was not asked, no conversation was made, one line in the log says why,
the process is the same, the next message is answered.
"""

import json
import os

from support import tap
from support.phone import answers
from support.stack import ACCOUNT_SID, ROADS, Stack
from support.tap import eq, ok
from support.talk import Roomful
from support.twilio import encode, fresh_number, signature

FORM = "application/x-www-form-urlencoded"
# Stalled bodies end after a second here instead of five; the rest is the shipped snippet.
room = Roomful(lambda road, keys: Stack(road, keys, extra="\tRequestReadTimeout body=1"))


class Watch:
    """What must be as before once a bad request is over."""

    def __init__(self, stack):
        self.stack = stack
        self.pid = stack.botline.pid if stack.botline else None
        self.calls, self.sessions = stack.phone.last(), stack.sessions()
        self.log = stack.mark()

    def refused(self, reply, statuses, why=None):
        """One of these statuses, nothing touched; a line with `why` when botline saw it."""
        s = self.stack
        ok(reply.status in statuses, f"status {reply.status}, not {statuses}")
        ok(reply.status != 200 or reply.texts == [], "something was said")
        ok(len(reply.body) < 1000, "a long answer to a bad request")
        eq(s.phone.calls(self.calls), [], "the bot was asked")
        eq(s.sessions(), self.sessions, "conversations")
        if why:
            s.said(why, self.log, count=1)
            loud = [x for x in s.log(self.log) if " warn " in x or " error " in x]
            eq(len(loud), 1, "lines in the log")
        self.next_works()

    def next_works(self):
        s = self.stack
        s.phone.answer(answers("still alive"))
        eq(s.twilio.say("anybody there?").texts, ["still alive"])
        if self.pid:
            ok(s.botline.alive() and s.botline.pid == self.pid, "botline lives on")


REFUSED = r'(warn|error) web event="request refused".* status=%d '


def refusal(status, text=""):
    return REFUSED % status + ".*" + text


def no_signature(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    w.refused(s.twilio.post(form, {"X-Twilio-Signature": None}), [403],
              refusal(403, "no X-Twilio-Signature"))


def wrong_signature(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    sign = signature("0" * 32, s.twilio.url, form)
    w.refused(s.twilio.post(form, {"X-Twilio-Signature": sign}), [403], refusal(403))


def empty_signature(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    w.refused(s.twilio.post(form, {"X-Twilio-Signature": ""}), [403], refusal(403))


def long_signature(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    w.refused(s.twilio.post(form, {"X-Twilio-Signature": "A" * 8000}), [403], refusal(403))


def signature_of_another_text(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    sign = s.twilio.signed(s.twilio.fields("goodbye then", fresh_number()))
    w.refused(s.twilio.post(form, sign), [403], refusal(403))


def signature_of_another_url(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    w.refused(s.twilio.post(form, s.twilio.signed(form, "http://elsewhere/botline")),
              [403], refusal(403))


def wrong_account(s, w):
    form = s.twilio.fields("hello there", fresh_number(), AccountSid="AC" + "0" * 32)
    w.refused(s.twilio.post(form), [403], refusal(403, "AccountSid"))


def no_account(s, w):
    form = s.twilio.fields("hello there", fresh_number(), AccountSid=None)
    w.refused(s.twilio.post(form), [400], refusal(400))


def get(s, w):
    reply = s.twilio.raw(s.twilio.request(b"", {"Content-Type": None}, method="GET"))
    w.refused(reply, [400, 405], refusal(reply.status))


def put(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    w.refused(s.twilio.post(form, method="PUT"), [400, 405], r"request refused")


def json_body(s, w):
    body = json.dumps({"AccountSid": ACCOUNT_SID, "Body": "hello there"}).encode()
    w.refused(s.twilio.raw(s.twilio.request(body, {"Content-Type": "application/json"})),
              [400], refusal(400))


def trigger(s, w):
    """What HyperChat sends, where there are no agents."""
    body = json.dumps({"trigger": "messages:new", "data": {}}).encode()
    w.refused(s.twilio.raw(s.twilio.request(body, {"Content-Type": "application/json"})),
              [403], refusal(403, "live agents are off"))


def multipart(s, w):
    body = b'--x\r\nContent-Disposition: form-data; name="AccountSid"\r\n\r\nAC1\r\n--x--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    w.refused(s.twilio.raw(s.twilio.request(body, kind)), [400], refusal(400))


def no_type(s, w):
    form = encode(s.twilio.fields("hello there", fresh_number()))
    w.refused(s.twilio.raw(s.twilio.request(form, {"Content-Type": None})), [400],
              refusal(400))


def empty_body(s, w):
    w.refused(s.twilio.raw(s.twilio.request(b"")), [400], refusal(400))


def truncated(s, w):
    """The caller hangs up in the middle of the body."""
    form = s.twilio.fields("hello there", fresh_number())
    data = s.twilio.request(encode(form), s.twilio.signed(form))
    s.twilio.raw(data[:-20], half_close=True)
    eq(s.phone.calls(w.calls), [], "the bot was asked")
    eq(s.sessions(), w.sessions, "conversations")
    w.next_works()


def stalled(s, w):
    """The body stops and the connection stays: Apache ends it, botline is not held up."""
    form = s.twilio.fields("hello there", fresh_number())
    data = s.twilio.request(encode(form), s.twilio.signed(form))
    reply = s.twilio.raw(data[:-20], timeout_s=10)
    ok(reply.status in (400, 408, 500), f"status {reply.status}")
    eq(s.phone.calls(w.calls), [], "the bot was asked")
    eq(s.sessions(), w.sessions, "conversations")
    w.next_works()


def too_long(s, w):
    form = s.twilio.fields("x" * 262144, fresh_number())
    w.refused(s.twilio.post(form), [413])


def too_long_in_chunks(s, w):
    """Without a length Apache passes it on; it is counted as it comes."""
    form = s.twilio.fields("y" * 262144, fresh_number())
    body = encode(form)
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(body[i : i + 50000]), body[i : i + 50000])
        for i in range(0, len(body), 50000)
    )
    head = {"Content-Length": None, "Transfer-Encoding": "chunked", **s.twilio.signed(form)}
    data = s.twilio.request(b"", head) + chunks + b"0\r\n\r\n"
    reply = s.twilio.raw(data)
    w.refused(reply, [413], None if s.road == "cgi" else refusal(413))


def many_fields(s, w):
    form = s.twilio.fields("hello there", fresh_number())
    form += [(f"F{i}", str(i)) for i in range(10000)]
    w.refused(s.twilio.post(form), [400, 413], r"request refused")


def no_from(s, w):
    form = s.twilio.fields("hello there", None)
    w.refused(s.twilio.post(form), [400], refusal(400, "From"))


def empty_from(s, w):
    w.refused(s.twilio.post(s.twilio.fields("hello there", "")), [400],
              refusal(400, "From"))


def odd_from(s, w):
    form = s.twilio.fields("hello there", "+34600\0" + "111222")
    w.refused(s.twilio.post(form), [400], refusal(400, "From"))


def long_from(s, w):
    form = s.twilio.fields("hello there", "+" + "1" * 5000)
    w.refused(s.twilio.post(form), [400], refusal(400, "From"))


def no_to(s, w):
    form = s.twilio.fields("hello there", fresh_number(), to=None)
    w.refused(s.twilio.post(form), [400], refusal(400, "To"))


def no_sid(s, w):
    form = s.twilio.fields("hello there", fresh_number(), MessageSid=None)
    w.refused(s.twilio.post(form), [400], refusal(400, "MessageSid"))


def odd_sid(s, w):
    """Bytes that a record cannot keep as they are would be another message's next time."""
    form = s.twilio.fields("hello there", fresh_number(),
                           MessageSid=b"SM\xff\xfe\x01".decode("utf-8", "surrogateescape"))
    w.refused(s.twilio.post(form), [400], refusal(400, "MessageSid"))


def captured_anew(s, w):
    """A captured request under another id: the same bytes are signed, split elsewhere."""
    form = s.twilio.fields("hello there", fresh_number())
    sign = s.twilio.signed(form)
    s.phone.answer(answers("once"))
    eq(s.twilio.post(form, sign).texts, ["once"])
    again = Watch(s)
    values = dict(form)
    values["MessageSid"] += "NumMedia" + values.pop("NumMedia")
    split = list(values.items())
    ok(s.twilio.signed(split) == sign, "the trick does not work any more")
    again.refused(s.twilio.post(split, sign), [400], refusal(400, "MessageSid"))


def broken_escapes(s, w):
    """A percent sign without its digits: whatever it stands for, it is not signed so."""
    form = s.twilio.fields("hello there", fresh_number())
    body = encode(form).replace(b"hello", b"%zz%4")
    w.refused(s.twilio.raw(s.twilio.request(body, s.twilio.signed(form))), [400, 403],
              r"request refused")


REFUSALS = [
    no_signature, wrong_signature, empty_signature, long_signature,
    signature_of_another_text, signature_of_another_url, wrong_account, no_account, get, put, json_body, trigger,
    multipart, no_type, empty_body, truncated, stalled, too_long, too_long_in_chunks,
    many_fields, no_from, empty_from, odd_from, long_from, no_to, no_sid, odd_sid,
    captured_anew, broken_escapes,
]


def heard(s, form, want, **request):
    """The message is answered; what the bot heard."""
    since = s.phone.last()
    s.phone.answer(answers("heard"))
    eq(s.twilio.post(form, **request).texts, ["heard"])
    said = [c["body"] for c in s.phone.calls(since) if c["call"] == "message"]
    eq([json.loads(x) if isinstance(x, str) else x for x in said], [{"message": want}])


def nul_bytes(s, w):
    heard(s, s.twilio.fields("one\0two\0", fresh_number()), "onetwo")
    w.next_works()


def invalid_utf8(s, w):
    """Bytes that are no UTF-8 become the replacement character, once each."""
    bad = b"caf\xe9 \xf0\x9f\x98".decode("utf-8", "surrogateescape")
    form = s.twilio.fields(bad, fresh_number())
    s.twilio.hidden.remove(bad)
    heard(s, form, "caf\ufffd \ufffd")
    w.next_works()


def duplicates(s, w):
    """Of a name that comes twice the first counts; the signature is over both."""
    form = s.twilio.fields("first text", fresh_number()) + [("Body", "second text")]
    heard(s, form, "first text")
    w.next_works()


def unknown_fields(s, w):
    form = s.twilio.fields("hello there", fresh_number(), Tomorrow="ñ", ReferralNumMedia="0")
    heard(s, form, "hello there")
    w.next_works()


def longest_text(s, w):
    """1600 characters, the most that Twilio takes."""
    text = "ñ" * 1600
    heard(s, s.twilio.fields(text, fresh_number()), text)
    w.next_works()


def options_in_query(s, w):
    """A query without "=" becomes arguments of a CGI program: they mean nothing."""
    for query in ("--help", "--version", "--check", "--dump+--show-secrets", "--root+/tmp",
                  "--listen+" + s.path("store/x"), "nonsense", "%2D%2Dhelp"):
        form = s.twilio.fields("hello there", fresh_number())
        heard(s, form, "hello there", path=f"/botline?{query}")
    ok(not os.path.lexists(s.path("store/x")), "a caller made a socket")
    w.next_works()


def status_callback(s, w):
    """A delivery report on the same address is taken and starts nothing."""
    form = s.twilio.fields("", fresh_number(), Body=None, MessageStatus="delivered")
    eq(s.twilio.post(form).status, 200)
    eq(s.phone.calls(w.calls), [], "the bot was asked")
    eq(s.sessions(), w.sessions, "conversations")
    w.next_works()


def status_callback_amid_question(s, w):
    """F-14: a delivery report uses up no open question."""
    user = fresh_number()
    question = {"type": "polarQuestion", "message": "Sure?",
                "options": [{"label": "yes", "value": "1"}, {"label": "no", "value": "2"}]}
    s.phone.answer({"answers": [question]})
    eq(s.twilio.post(s.twilio.fields("refunds", user)).status, 200)
    for status in "sent", "delivered", "failed":
        form = s.twilio.fields("", user, Body=None, MessageStatus=status)
        eq(s.twilio.post(form).status, 200)
    since = s.phone.last()
    eq(s.twilio.post(s.twilio.fields("1", user)).status, 200)
    eq([json.loads(c["body"]) if isinstance(c["body"], str) else c["body"]
        for c in s.phone.calls(since) if c["call"] == "message"], [{"option": "1"}])


MESSAGES = [nul_bytes, invalid_utf8, duplicates, unknown_fields, longest_text,
            options_in_query, status_callback, status_callback_amid_question]


def made(road, case):
    def run():
        s = room.get(road, {})
        s.phone.clear_answers()
        case(s, Watch(s))

    return run


for road in ROADS:
    for case in REFUSALS + MESSAGES:
        tap.add(f"{road}: {case.__name__.replace('_', ' ')}", made(road, case))
    tap.add(f"{road}: logs without secrets, texts or a sanitizer's words", room.close)

if __name__ == "__main__":
    tap.main(lambda: room.close(judge=False))
