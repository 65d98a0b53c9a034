#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""botlinectl say, sign, replay and send before a connector of the test's own: what they send,
what they make of each answer, and what they refuse."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.parse

TOP = os.path.abspath(os.environ["top_srcdir"])
BUILD = os.path.abspath(os.environ["top_builddir"])
sys.path.insert(0, os.path.join(TOP, "tests/integration"))

from support import tap  # noqa: E402
from support.tap import eq, ok  # noqa: E402

CTL = os.path.join(BUILD, "botlinectl")
SID, TOKEN, HOOK, TICKETS = "AC" + "0" * 32, "t0ken'of our own", "hook-s3cret", "ticket-s3cret"
USER, OURS = "+34600111222", "+34900000000"
EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE = 64, 65, 66, 69
EX_IOERR, EX_TEMPFAIL, EX_PROTOCOL, EX_NOPERM, EX_CONFIG = 74, 75, 76, 77, 78

folder = tempfile.mkdtemp(prefix="botline-calls-")
for name in ("conf", "lang"):
    shutil.copytree(os.path.join(TOP, name), os.path.join(folder, "root", name))
subprocess.run(["chmod", "-R", "u+w", folder], check=True)


class Connector(http.server.BaseHTTPRequestHandler):
    """Answers with what the test has put here; keeps what it was asked."""

    status, body, more = 200, b"<Response/>", {}
    asked = []

    def do_POST(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        Connector.asked.append((self.path, dict(self.headers), data))
        self.send_response(Connector.status)
        for key, value in Connector.more.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(Connector.body)))
        self.end_headers()
        try:
            self.wfile.write(Connector.body)
        except OSError:
            pass  # it was more than the caller takes

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Connector)
threading.Thread(target=server.serve_forever, daemon=True).start()
LOCAL = f"127.0.0.1:{server.server_address[1]}"
PUBLIC = "http://user:pass%40word@bot.example/hooks/botline?team=1"
SIGNED = "http://bot.example/hooks/botline?team=1"
KEYS = {
    "BOTLINE_API__KEY": "key", "BOTLINE_API__SECRET": "secret",
    "BOTLINE_TWILIO__CREDENTIALS__SID": SID, "BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN": TOKEN,
    "BOTLINE_TWILIO__WEBHOOK_URL": PUBLIC, "BOTLINE_TWILIO__API_URL": f"http://{LOCAL}/t",
    "BOTLINE_CHAT__CHAT__WEBHOOK_SECRET": HOOK,
    "BOTLINE_CHAT__MESSENGER__WEBHOOK_SECRET": TICKETS,
    "BOTLINE_STORE__PATH": os.path.join(folder, "store"),
    "BOTLINE_STORE__STATE_PATH": os.path.join(folder, "state"),
}


def run(*words, stdin="", **keys):
    """The command's (status, stdout, stderr); a key given as None is left out."""
    env = {**os.environ, **KEYS, **keys}
    env = {k: v for k, v in env.items() if v is not None}
    data = stdin if isinstance(stdin, bytes) else stdin.encode()
    r = subprocess.run([CTL, "--root", os.path.join(folder, "root"), *words], input=data,
                       capture_output=True, env=env, timeout=120, check=False)
    out, err = r.stdout.decode("utf-8", "strict"), r.stderr.decode("utf-8", "replace")
    for secret in (TOKEN, HOOK, TICKETS):
        ok(secret not in out and secret not in err, f"a secret is shown: {out}{err}")
    return r.returncode, out, err


def answer(status=200, body="<Response/>", **more):
    Connector.status, Connector.more = status, more
    Connector.body = body if isinstance(body, bytes) else body.encode()
    Connector.asked.clear()


def heard():
    """The one request: path, headers, form."""
    eq(len(Connector.asked), 1, "requests")
    path, headers, data = Connector.asked[0]
    return path, headers, urllib.parse.parse_qsl(data.decode(), keep_blank_values=True)


def signature(url, form, token=TOKEN):
    text = url + "".join(k + v for k, v in sorted(form))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def say(*words, **how):
    return run("say", "--connect", LOCAL, *words, **how)


# say

@tap.test
def said_as_twilio_does():
    """say: the form, its signature over the address at Twilio, Host, user and password"""
    answer(body="<?xml version='1.0'?><Response><Message>Hello &amp; welcome</Message>"
                "</Response>")
    eq(say(USER, OURS, "hola ñ & more=less"), (0, "--- message 1\nHello & welcome\n", ""))
    path, headers, form = heard()
    eq(path, "/hooks/botline?team=1")
    eq(headers["Host"], "bot.example")
    eq(headers["X-Twilio-Signature"], signature(SIGNED, form))
    eq(headers["Authorization"],
       "Basic " + base64.b64encode(b"user:pass@word").decode())
    fields = dict(form)
    eq((fields["From"], fields["To"], fields["Body"]), (USER, OURS, "hola ñ & more=less"))
    eq(fields["AccountSid"], SID)
    eq(len(fields["MessageSid"]), 34)
    eq(fields["NumMedia"], "0")


@tap.test
def sids_are_fresh():
    """say: each message has a MessageSid of its own"""
    sids = set()
    for _ in range(3):
        answer()
        say(USER, OURS, "hi")
        sids.add(dict(heard()[2])["MessageSid"])
    eq(len(sids), 3)


@tap.test
def whatsapp_and_media():
    """say: WhatsApp's fields and media with their types; messages with media are shown"""
    answer(body="<Response><Message><Body>one\ntwo</Body><Media>https://x.example/a.pdf"
                "</Media></Message><Message><Media>https://x.example/b</Media></Message>"
                "</Response>")
    eq(say(f"whatsapp:{USER}", f"whatsapp:{OURS}", "-", "--media",
           "https://x.example/p.PNG?x=1", "--media=https://x.example/p", stdin="read\n"),
       (0, "--- message 1\none\ntwo\n[media] https://x.example/a.pdf\n"
           "--- message 2\n[media] https://x.example/b\n", ""))
    fields = dict(heard()[2])
    eq(fields["Body"], "read")
    eq(fields["WaId"], USER[1:])
    eq((fields["NumMedia"], fields["MediaContentType0"], fields["MediaContentType1"]),
       ("2", "image/png", "image/jpeg"))
    eq(fields["MediaUrl0"], "https://x.example/p.PNG?x=1")


@tap.test
def for_a_program():
    """say --json: status, sid, messages"""
    answer(body="<Response><Message>\u202ehi \"you\"</Message></Response>")
    status, out, err = say("--json", USER, OURS, "hi")
    told = json.loads(out)
    eq((status, err), (0, ""))
    eq(told["sid"], dict(heard()[2])["MessageSid"])
    eq({k: told[k] for k in ("status", "messages", "empty")},
       {"status": 200, "messages": [{"text": "\u202ehi \"you\"", "media": []}],
        "empty": False})
    answer(503, "down")
    status, out, _ = say("--json", USER, OURS, "hi")
    told = json.loads(out)
    eq((status, told["status"], told["messages"]), (EX_UNAVAILABLE, 503, []))
    ok("socket" in told["advice"], told)


@tap.test
def nothing_in_the_response():
    """say: an empty reply is told, and where what is late goes"""
    answer()
    status, out, _ = say(USER, OURS, "hi")
    eq(status, 0)
    ok("Twilio's REST API" in out and "queue list" in out, out)


@tap.test
def what_a_status_means():
    """say: each status has its exit status and says what to do"""
    for status, want, word in ((301, EX_PROTOCOL, "webhook_url"), (400, EX_PROTOCOL, "log"),
                               (401, EX_NOPERM, "password"), (403, EX_NOPERM, "auth_token"),
                               (404, EX_PROTOCOL, "snippet"), (405, EX_PROTOCOL, "else"),
                               (413, EX_PROTOCOL, "more than"), (418, EX_PROTOCOL, "else"),
                               (429, EX_UNAVAILABLE, "later"), (500, EX_UNAVAILABLE, "logs"),
                               (502, EX_UNAVAILABLE, "running"),
                               (503, EX_UNAVAILABLE, "running"),
                               (504, EX_UNAVAILABLE, "running")):
        answer(status, "<html>no</html>")
        code, out, err = say(USER, OURS, "hi")
        eq((code, out), (want, ""), f"status {status}")
        ok(f"status {status}" in err and word in err, err)
    code, out, err = run("say", "--connect", "127.0.0.1:1", USER, OURS, "hi")
    eq((code, out), (EX_UNAVAILABLE, ""))
    ok("no answer" in err and "--connect" in err, err)


@tap.test
def no_twiml():
    """say: what is no TwiML is said; entities and controls do no harm"""
    bomb = ('<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
            "<Response><Message>&b;</Message></Response>")
    for body in ("", "hello", "<html/>", "<Response><Message>", bomb, b"\xff\xfe\x00"):
        answer(body=body)
        code, out, err = say(USER, OURS, "hi")
        eq((code, out), (EX_PROTOCOL, ""), repr(body))
        ok("no TwiML" in err, err)
    answer(body="<Response><Message>a\u009bb\u202ec\td</Message></Response>")
    eq(say(USER, OURS, "hi"), (0, "--- message 1\na?b?c\td\n", ""))
    answer(body=b"<Response>" + b"x" * (2 << 20) + b"</Response>")
    eq(say(USER, OURS, "hi")[0], EX_UNAVAILABLE)


@tap.test
def say_refuses():
    """say: addresses, texts and options that are none"""
    answer()
    for words, want in ((("x\ny", OURS, "hi"), EX_USAGE), ((USER, "+34x", "hi"), EX_USAGE),
                        ((USER, "", "hi"), EX_USAGE), ((USER[1:], OURS, "hi"), EX_USAGE),
                        (("+", OURS, "hi"), EX_USAGE),
                        ((USER, f"whatsapp:{OURS}", "hi"), EX_USAGE),
                        ((USER, OURS, "a\033[2J"), EX_DATAERR),
                        ((USER, OURS, os.fsdecode(b"\xff")), EX_DATAERR),
                        ((USER, OURS, "x" * 40000), EX_DATAERR),
                        ((USER, OURS, "hi", "--media", "ftp://x/y"), EX_USAGE),
                        ((USER, OURS, "hi", "--media", "no address"), EX_USAGE),
                        ((USER, OURS), EX_USAGE),
                        ((USER, OURS, "hi", "--url", f"http://{LOCAL}/"), EX_USAGE),
                        ((USER, OURS, "hi", "--env", "nowhere"), EX_USAGE)):
        code, out, err = say(*words)
        eq((code, out), (want, ""), str(words)[:80])
        ok(err.startswith("botlinectl: "), err)
    code, _, _ = run("say", "--connect", "nowhere", USER, OURS, "hi")
    eq(code, EX_USAGE)
    code, _, _ = run("say", "--url", "file:///etc/passwd", USER, OURS, "hi")
    eq(code, EX_USAGE)
    media = [w for i in range(11) for w in ("--media", f"https://x.example/{i}")]
    eq(say(USER, OURS, "hi", *media)[0], EX_USAGE)
    eq(Connector.asked, [])
    eq(say(USER, OURS, "hi", BOTLINE_TWILIO__WEBHOOK_URL=None,
           BOTLINE_ENVIRONMENTS__FIXED="nonsense")[0], EX_CONFIG)
    # Twilio's own part of an address is not sent, and another way is signed for the first.
    eq(run("say", "--url", f"http://{LOCAL}/local#rc=3", USER, OURS, "hi")[0], 0)
    path, headers, form = heard()
    eq((path, headers["Host"]), ("/local", "bot.example"))
    eq(headers["X-Twilio-Signature"], signature(SIGNED, form))


# sign

@tap.test
def a_line_for_the_shell():
    """sign: a shell runs the line as it is meant, whatever stands in it"""
    evil = "it's \"me\" $(touch pwned) `touch pwned` \\ \n ñ @file & x=y; *"
    answer(body="<Response/>")
    url = f"http://{LOCAL}/hook'$(touch pwned)?a=[1]&b={{2,3}}"
    url = url.replace(" ", "%20")
    status, out, err = run("sign", url, f"Body={evil}", "From=+1", "Empty=")
    eq((status, err, out.count("\n")), (0, "", 1))
    words = shlex.split(out)
    eq(words[0], "curl")
    eq(subprocess.run(["sh", "-c", out], cwd=folder, capture_output=True, timeout=60,
                      check=False).returncode, 0)
    ok(not os.path.exists(os.path.join(folder, "pwned")), "a command in it ran")
    _, headers, form = heard()
    fields = dict(form)
    eq((fields["Body"], fields["From"], fields["Empty"]), (evil, "+1", ""))
    eq(headers["X-Twilio-Signature"], signature(url, form))
    eq((fields["AccountSid"], len(fields["MessageSid"])), (SID, 34))


@tap.test
def signed_exactly():
    """sign: --exact adds nothing, without fields it is a GET, user and fragment stay out"""
    status, out, _ = run("sign", "--exact", "--json", "https://u:p@x.example/a?b=c#rc=3",
                         "B=2", "A=1", "A=0")
    told = json.loads(out)
    eq((status, told["method"], told["body"]), (0, "POST", "B=2&A=1&A=0"))
    eq(told["url"], "https://u:p@x.example/a?b=c")
    eq(told["headers"]["X-Twilio-Signature"],
       signature("https://x.example/a?b=c", [("A", "0"), ("A", "1"), ("B", "2")]))
    told = json.loads(run("sign", "--json", "https://x.example/")[1])
    eq((told["method"], told.get("body")), ("GET", None))
    eq(told["headers"], {"X-Twilio-Signature": signature("https://x.example/", [])})
    other = json.loads(run("sign", "--json", "--env", "development", "https://x.example/")[1])
    eq(other["headers"], told["headers"])


@tap.test
def sign_refuses():
    """sign: what is no address, no field, no event"""
    big = [f"F{i}=" for i in range(1001)]
    for words, want in ((("nowhere", "A=1"), EX_USAGE), (("https://x.example/ y",), EX_USAGE),
                        (("https://x.example/\u00e9",), EX_USAGE),
                        (("https://x.example/", "novalue"), EX_USAGE),
                        (("https://x.example/", "=x"), EX_USAGE),
                        (("https://x.example/", *big), EX_USAGE), ((), EX_USAGE),
                        (("https://x.example/", "A=1", "--event", "-"), EX_USAGE),
                        (("https://x.example/", "--event", "/no/such"), EX_NOINPUT),
                        (("https://x.example/", "--event", "-"), EX_DATAERR)):
        eq(run("sign", *words)[0:2], (want, ""), str(words)[:60])
    eq(run("sign", "https://x.example/", "A=1",
           BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN="")[0], EX_CONFIG)


@tap.test
def events_are_signed():
    """sign --event: HyperChat's over all of it; the secret of tickets is not printed"""
    event = '{"trigger": "messages:new",\n "data": {"text": "it\'s"}}'
    told = json.loads(run("sign", "--json", "--event", "-", "https://x.example/",
                          stdin=event)[1])
    eq(told["body"], event)
    eq(told["headers"]["X-Hook-Signature"],
       hmac.new(HOOK.encode(), event.encode(), hashlib.sha256).hexdigest())
    told = json.loads(run("sign", "--json", "--event", "-", "https://x.example/", stdin=event,
                          BOTLINE_CHAT__CHAT__WEBHOOK_SIGNATURE="data")[1])
    eq(told["headers"]["X-Hook-Signature"],
       hmac.new(HOOK.encode(), b'{"text": "it\'s"}', hashlib.sha256).hexdigest())
    eq(shlex.split(run("sign", "--event", "-", "https://x.example/", stdin=event)[1])[-1],
       event)
    status, out, err = run("sign", "--event", "-", "https://x.example/",
                           stdin='{"events": []}')
    eq((status, out), (EX_DATAERR, ""))
    ok("replay" in err, err)


# replay

def replay(text, *words, **how):
    """What the connector was sent for a recording."""
    answer()
    status, out, err = run("replay", "--connect", LOCAL, *words, "-", stdin=text, **how)
    eq(status, 0, out + err)
    return heard()


FORM = ("ToCountry=ES&SmsMessageSid=SM%2A%2A&Body=Hi+there%0Ayou&To=%2A0000&AccountSid=AC1"
        "&From=%2A1222&MessageSid=SMold&NumMedia=0")


@tap.test
def every_recording():
    """replay: log lines of both kinds, a form, lines, an object; the same comes of all"""
    line = (f'2026-11-20T10:00:00.000Z debug web event=webhook id=1 route=message type=form '
            f'query="" cut=0 bytes=200 body={json.dumps(FORM)}')
    told = {"time": "x", "event": "webhook", "type": "form", "query": "", "cut": 0,
            "body": FORM}
    pairs = urllib.parse.parse_qsl(FORM)
    compact = json.dumps(told, separators=(",", ":"))
    ways = [line, f"[apache] AH01215: {line}\nother line event=x\n", compact,
            "prefix: " + compact, json.dumps(told, indent=1), FORM, FORM + "\n",
            json.dumps({k: v.replace("\n", " ") for k, v in pairs}),
            "\r\n".join(f"{k}={v}".replace("\n", " ") for k, v in pairs) + "\r\n"]
    seen = []
    for way in ways:
        _, headers, form = replay(way)
        eq(headers["X-Twilio-Signature"], signature(SIGNED, form))
        fields = dict(form)
        ok(fields.pop("MessageSid") != "SMold", "an old MessageSid")
        eq(fields.pop("SmsMessageSid", None) is not None, True)
        eq(fields["AccountSid"], SID)
        fields["Body"] = fields["Body"].replace("\n", " ")
        fields.pop("SmsSid")
        seen.append(fields)
    eq([f for f in seen if f != seen[0]], [])
    ok(seen[0]["From"].startswith("+1") and "55501" in seen[0]["From"], seen[0])


@tap.test
def numbers_are_made_up():
    """replay: masked numbers become the same ones each time; those of fiction; or ours"""
    text = "From=whatsapp:*1222\nTo=whatsapp:*0000\nWaId=*1222\nBody=call *1222"
    one, two = dict(replay(text)[2]), dict(replay(text)[2])
    eq(one["From"], two["From"])
    ok(one["From"] != one["To"], one)
    eq(one["WaId"], one["From"].removeprefix("whatsapp:+"))
    eq(one["Body"], "call *1222")
    one = dict(replay(text, "--from", f"whatsapp:{USER}", "--to", f"whatsapp:{OURS}")[2])
    eq((one["From"], one["To"], one["WaId"]),
       (f"whatsapp:{USER}", f"whatsapp:{OURS}", USER[1:]))
    one = dict(replay(f"From={USER}\nTo={OURS}\nMessageSid=SM1\nBody=x", "--keep-sid")[2])
    eq((one["From"], one["MessageSid"]), (USER, "SM1"))


@tap.test
def news_and_events():
    """replay: news of messages have their query, events their proof"""
    path, headers, form = replay(
        "event=webhook route=status type=form query=\"team=1&status=1&ref=abc\" cut=40 "
        "body=\"MessageSid=SM1&MessageStatus=sent\"")
    eq(path, "/hooks/botline?team=1&status=1&ref=abc")
    eq(headers["X-Twilio-Signature"], signature(SIGNED + "&status=1&ref=abc", form))
    event = '{"trigger":"chats:close","data":{}}'
    replay(event)
    _, headers, data = Connector.asked[0]
    eq(data.decode(), event)
    eq(headers["X-Hook-Signature"],
       hmac.new(HOOK.encode(), data, hashlib.sha256).hexdigest())
    replay('{"events": [{"id": 1}]}')
    eq(Connector.asked[0][1]["X-Hook-Signature"], TICKETS)


@tap.test
def replay_refuses():
    """replay: what would do harm, and what is no recording"""
    answer()
    harmless = "From=*1\nTo=*2\nBody=hi"
    status, _, err = run("replay", "-", stdin=harmless)
    eq(status, EX_NOPERM)
    ok("--yes" in err and "not on this machine" in err, err)
    status, _, err = run("replay", "--connect", LOCAL, "-", stdin=harmless,
                         BOTLINE_TWILIO__API_URL="https://api.twilio.com")
    eq(status, EX_NOPERM)
    ok("production" in err and "--env" in err, err)
    eq(Connector.asked, [])
    eq(run("replay", "--connect", LOCAL, "--env", "development", "-", stdin=harmless,
           BOTLINE_TWILIO__API_URL="https://api.twilio.com")[0], 0)
    eq(run("replay", "--connect", LOCAL, "--yes", "-", stdin=harmless,
           BOTLINE_TWILIO__API_URL="https://api.twilio.com")[0], 0)
    Connector.asked.clear()
    two = "event=webhook type=form body=a=1\nevent=webhook type=form body=b=1\n"
    for text in ("", "\n\n", "no field", "=x\n=y", b"\xff=1", b"a=1\0", "{", "[]", '{"a":[]}',
                 '{"a":null}', "event=webhook type=form cut=-1 body=\"\"", two,
                 "event=webhook type=form body=\"unended", "event=webhook cut=0 x",
                 "&".join(f"F{i}=1" for i in range(1001)), "{" * 5000,
                 '{"event":"webhook"}', "x" * (2 << 20)):
        eq(run("replay", "--connect", LOCAL, "-", stdin=text)[0], EX_DATAERR, repr(text)[:60])
    eq(run("replay", "--connect", LOCAL, "/no/such")[0], EX_NOINPUT)
    eq(run("replay", "--connect", LOCAL, folder)[0], EX_IOERR)
    eq(run("replay", "--connect", LOCAL, "--from", "x y\n", "-")[0], EX_USAGE)
    eq(Connector.asked, [])


# send

def send(*words, **how):
    return run("send", "--from", OURS, *words, **how)


def jobs():
    with sqlite3.connect(os.path.join(folder, "state/state.db")) as db:
        return [json.loads(row[0]) for row in
                db.execute("SELECT body FROM job ORDER BY id").fetchall()]


@tap.test
def sent_by_the_queue():
    """send: jobs of the conversation in order, cut as replies are; opted out: nothing"""
    eq(send(USER, "too early")[0], EX_CONFIG)
    subprocess.run([os.path.join(BUILD, "botline"), "--root", os.path.join(folder, "root"),
                    "--run-queue"], env={**os.environ, **KEYS}, capture_output=True, check=True)
    status, out, err = send(USER, "It's " + "ready " * 400, "--media",
                            "https://x.example/a.pdf", "--json")
    told = json.loads(out)
    eq((status, err, told["state"], told["messages"]), (0, "", "queued", 2))
    eq((told["to"], told["from"], told["sids"]), (USER, OURS, []))
    first, second = jobs()
    eq((first["to"], first["from"], first["env"]), (USER, OURS, "production"))
    eq(first["callback"], f"{SIGNED}&status=1&ref={told['turn']}")
    eq((first.get("media"), second["media"]), (None, ["https://x.example/a.pdf"]))
    eq(first["text"] + " " + second["text"], ("It's " + "ready " * 400).strip())
    with sqlite3.connect(os.path.join(folder, "state/state.db")) as db:
        eq(db.execute("SELECT name FROM lane").fetchall(),
           [("twilio-34900000000-34600111222",)])
        name = hashlib.sha256(b"twilio-34900000000-34600999999").hexdigest()
        db.execute("INSERT INTO kv(name, value, at_s) VALUES(?, ?, 1)",
                   [f"optout/{name}", b'{"why":"STOP","at_s":1}'])
    status, out, err = send("+34600999999", "still there?")
    eq((status, out), (EX_NOPERM, ""))
    ok("opted out" in err, err)
    eq(len(jobs()), 2)
    status, out, err = run("send", "--from", f"whatsapp:{OURS}", f"whatsapp:{USER}", "hi")
    eq(status, 0)
    ok("24 hours" in err and "1 message in the queue" in out, err + out)
    status, out, err = send(USER, "waits", "--wait", "--timeout", "1")
    eq(status, EX_TEMPFAIL)
    ok("stays in the queue" in out, out)


@tap.test
def send_refuses():
    """send: without a sender, a text, credentials; media that are none"""
    before = len(jobs())
    for words, want in (((USER, " \n"), EX_DATAERR), ((USER, "a\033b"), EX_DATAERR),
                        ((f"whatsapp:{USER}", "hi"), EX_USAGE), (("x y\n", "hi"), EX_USAGE),
                        ((USER, "hi", "--media", "/etc/passwd"), EX_USAGE),
                        ((USER, "hi", "--timeout", "0"), EX_USAGE),
                        ((USER, "hi", "--timeout", "1x"), EX_USAGE), ((USER,), EX_USAGE)):
        eq(send(*words)[0:2], (want, ""), str(words))
    eq(run("send", USER, "hi")[0], EX_USAGE)
    eq(send(USER, "hi", BOTLINE_TWILIO__CREDENTIALS__AUTH_TOKEN="")[0], EX_CONFIG)
    eq(len(jobs()), before)


def cleanup():
    server.shutdown()
    server.server_close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    tap.main(cleanup)
