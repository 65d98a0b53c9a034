#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Twilio's signature through HTTP: the form vectors, proxies in front, ports, rotation."""

import json
import os

from support import tap
from support.phone import answer, answers
from support.stack import TOP, Stack
from support.tap import eq, ok
from support.twilio import fresh_number

VECTORS = os.path.join(TOP, "tests/vectors/twilio-signature-vectors.json")
NEEDED = {"AccountSid", "From", "To", "MessageSid"}
stacks = []


def stack():
    if not stacks:
        stacks.append(Stack("proxy").__enter__())
    return stacks[0]


def say(s, url=None, token=None, **headers):
    """One message, signed for that URL; its status."""
    form = s.twilio.fields("hello there", fresh_number())
    s.phone.clear_answers()
    s.phone.answer(answers("Hello!"))
    reply = s.twilio.post(form, {**s.twilio.signed(form, url, token), **headers})
    if reply.status == 200:
        eq(reply.texts, ["Hello!"])
    return reply.status


def set_keys(s, **keys):
    """Other values, taken in; the ordinary ones come back for what is not named."""
    usual = {"twilio__webhook_url": s.webhook,
             "twilio__credentials__auth_token": s.auth_token,
             "twilio__credentials__auth_token_next": ""}
    s.configure(**{**usual, **keys})
    return "\n".join(s.reload())


@tap.test
def environments():
    """what a weaker environment lets in has no part in production's conversations"""
    question = answer("Which?", "multipleChoiceQuestion",
                      options=[{"label": "Tea", "value": "t"}])
    with Stack("proxy", {"environments.development.type": "http_host",
                         "environments.development.regex": "/^dev[.]/"},
               start=False) as s:
        os.mkdir(s.path("root/conf/development"), 0o755)
        s.user.own(s.path("root/conf/development"))
        s.put("conf/development/twilio.cfg", "validate_signature = false;\n")
        s.start_botline()
        sender = fresh_number()
        s.phone.answer({"answers": [question]})
        eq(s.twilio.say("a drink please", sender).texts, ["Which?\n1) Tea"])
        s.phone.answer(answers("not yours"))
        forged = s.twilio.post(s.twilio.fields("1", sender),
                               {"X-Twilio-Signature": None, "Host": "dev.example"})
        eq(forged.texts, ["not yours"])
        since = s.phone.last()
        s.phone.answer(answers("a cup of tea"))
        eq(s.twilio.say("1", sender).texts, ["a cup of tea"])
        said = [c["body"] for c in s.phone.calls(since) if c["call"] == "message"]
        ok('"option"' in str(said) or "'option'" in str(said),
           f"the question was answered by another: {said}")


def vectors():
    with open(VECTORS, encoding="utf-8") as f:
        every = json.load(f)["vectors"]
    return [v for v in every
            if v["kind"] == "form" and NEEDED <= {name for name, _ in v["params"]}]


@tap.test(limit_s=120)
def form_vectors():
    """the form vectors that are messages, each with its URL and token configured"""
    s = stack()
    s.phone.answer(answers("Hello!"), times=-1)
    tried = {True: 0, False: 0}
    for v in vectors():
        sid = next(value for name, value in v["params"] if name == "AccountSid")
        said = set_keys(s, twilio__webhook_url=v["url"],
                        twilio__credentials__auth_token=v["token"],
                        twilio__credentials__sid=sid)
        if " error " in said or "twilio.cfg" in said:
            # An address nobody can have typed; refused before a message comes.
            ok(not v["valid"], f"{v['id']}: {v['url']} is a valid address: {said}")
            continue
        reply = s.twilio.raw(s.twilio.request(
            v["body"].encode(),
            {"Content-Type": v["content_type"], "X-Twilio-Signature": v["signature"],
             "Host": "somewhere.example"}))
        eq(reply.status, 200 if v["valid"] else 403, f"{v['id']}: {v['desc']}")
        tried[v["valid"]] += 1
    tap.note(f"{tried[True]} accepted, {tried[False]} refused")
    ok(tried[True] >= 25 and tried[False] >= 20, f"too few: {tried}")
    set_keys(s, twilio__credentials__sid=s.twilio.sid)
    s.phone.clear_answers()


@tap.test
def behind_a_proxy():
    """behind a proxy: scheme, host and path are not those of Twilio's URL"""
    s = stack()
    public = "https://bot.example.com/hooks/twilio?team=1"
    set_keys(s, twilio__webhook_url=public)
    eq(say(s, public, Host="10.0.0.5:8080"), 200)
    eq(say(s, public + "&x=1"), 403)
    eq(say(s, public.replace("https", "http")), 403)
    # What the web server saw is not asked once an address is configured.
    eq(say(s, s.webhook), 403)


@tap.test
def own_path():
    """one configured host, several paths: its scheme and host with the path as called"""
    s = stack()
    set_keys(s, twilio__webhook_url="https://bot.example.com/elsewhere")
    eq(say(s, "https://bot.example.com/botline"), 200)
    eq(say(s, "https://other.example.com/botline"), 403)


@tap.test
def ports():
    """the port is there or not, as Twilio pleases"""
    s = stack()
    set_keys(s, twilio__webhook_url="https://bot.example.com/hook")
    eq(say(s, "https://bot.example.com:443/hook"), 200)
    set_keys(s, twilio__webhook_url="https://bot.example.com:8443/hook")
    eq(say(s, "https://bot.example.com/hook"), 200)
    eq(say(s, "https://bot.example.com:8443/hook"), 200)
    eq(say(s, "https://bot.example.com:9443/hook"), 403)


@tap.test
def odd_address():
    """user and fragment of the address are not signed"""
    s = stack()
    set_keys(s, twilio__webhook_url="https://user:pass@bot.example.com/hook#rc=2&rp=all")
    eq(say(s, "https://bot.example.com/hook"), 200)


@tap.test
def rotation():
    """auth_token_next: both tokens are good while they are rotated"""
    s = stack()
    fresh = "f" * 32
    set_keys(s)
    eq(say(s, token=fresh), 403)
    set_keys(s, twilio__credentials__auth_token_next=fresh)
    eq(say(s, token=fresh), 200)
    eq(say(s), 200)
    eq(say(s, token="e" * 32), 403)


@tap.test
def not_configured():
    """no webhook_url: scheme and host as received"""
    s = stack()
    set_keys(s, twilio__webhook_url="")
    eq(say(s), 200)
    eq(say(s, "http://bot.example.com:8080/botline", Host="bot.example.com:8080"), 200)
    since = s.mark()
    eq(say(s, "https://bot.example.com/botline", Host="bot.example.com"), 403)
    s.said(r'status=403 why="[^"]*the address as it arrives here[^"]*webhook_url must be set'
           r'[^"]*" host=bot.example.com path=/botline', since, count=1)


@tap.test
def no_token():
    """no token at all closes the door"""
    s = stack()
    set_keys(s, twilio__credentials__auth_token="")
    eq(say(s, token=""), 403)
    set_keys(s)
    eq(say(s), 200)


@tap.test
def not_validated():
    """validate_signature = false opens it, and is warned about"""
    s = stack()
    since = s.mark()
    set_keys(s, twilio__validate_signature=False)
    s.said(r"validate_signature", since)
    eq(say(s, token="0" * 32), 200)
    form = s.twilio.fields("hello there", fresh_number(), AccountSid="AC" + "1" * 32)
    eq(s.twilio.post(form).status, 403, "another account stays outside")
    set_keys(s, twilio__validate_signature=True)
    eq(say(s, token="0" * 32), 403)


@tap.test
def clean():
    """logs without secrets, texts or a sanitizer's words"""
    stacks.pop().stop()


tap.main(lambda: [s.stop(judge=False) for s in stacks])
