#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""botlinectl check: all is well with what works; each fault, one by one, is found and named."""

import contextlib
import datetime
import http.server
import json
import os
import re
import shutil
import subprocess
import threading

from support import conf, proc, tap
from support.stack import ACCOUNT_SID, ROADS, Stack, program
from support.tap import eq, ok

RULES = "#rc=3&rp=all"
WRONG, AWAY = 78, 69  # exit statuses: something to mend, somebody not there
SERVICE = "MG" + "1f" * 16


def variable(key):
    return "BOTLINE_" + key.upper().replace(".", "__")


class Check:
    """One run of botlinectl check: its status and findings."""

    def __init__(self, s, *args, online=True, **keys):
        if not os.path.exists(s.path("bin/botlinectl")):
            shutil.copy(program("botlinectl"), s.path("bin/botlinectl"))
            shutil.copy(s.path("apache/apache.conf"), s.path("apache/apache2.conf"))
        env = {variable(k.replace("__", ".")): str(v) for k, v in keys.items()}
        done = subprocess.run(
            [*s.user.prefix(), s.path("bin/botlinectl"), "--root", s.path("root"), "check",
             "--json", *(["--online"] if online else []), *(args or ("--apache", s.path("apache")))],
            capture_output=True, text=True, check=False, timeout=120,
            env={**os.environ, **s.sanitizer_env(), **env})
        eq(done.stderr, "", "standard error")
        self.status, self.said = done.returncode, json.loads(done.stdout)
        for secret in (s.api_secret, s.auth_token, s.hyper_secret, s.office_secret):
            ok(secret not in done.stdout, "a secret is shown")

    def texts(self, grade):
        return [f"{f['where']}: {f['text']}" for f in self.said["findings"]
                if f["grade"] == grade]

    def has(self, grade, pattern):
        found = [t for t in self.texts(grade) if re.search(pattern, t)]
        ok(found, f"no {grade} says {pattern!r}:\n" + json.dumps(self.said, indent=1))
        return found

    def only(self, status, grade, *patterns):
        """These findings of that grade and no others, and no worse ones."""
        for p in patterns:
            self.has(grade, p)
        eq(len(self.texts(grade)), len(patterns), json.dumps(self.said, indent=1))
        if grade == "warning":
            eq(self.texts("error"), [], "errors")
        eq(self.status, status, "exit status")


# What all of these tests are warned of.
USUAL = ("is not https", "store.state_path: what lies in")


def house(road="proxy", **options):
    return Stack(road, agents=True, office=True, rules=RULES, **options)


def on_road(road):
    def case():
        with house(road) as s:
            c = Check(s)
            c.only(0, "warning", *USUAL)
            for said in ("Inbenta Chatbot: key and secret are accepted",
                         "app data", "HyperChat: app id and secret are accepted",
                         "Messenger: key and secret", "Twilio: the login is accepted",
                         "number .* sends its messages to twilio.webhook_url",
                         "webhook: leads to botline", "/botline leads to botline by"):
                c.has("note", said)
            ok("34900000001" not in json.dumps(c.said), "the number is masked")

    tap.add(f"{road}: all is well", case)


for road in ROADS:
    on_road(road)


def online_cases(name, cases):
    """One house for a table of (what, keys, arrange(s), status, grade, patterns…)."""

    def case():
        with house() as s:
            for what, keys, arrange, status, grade, *patterns in cases:
                s.phone.clear_faults()
                s.phone.call("DELETE", "/sandbox/twilio/account")
                if arrange:
                    arrange(s)
                c = Check(s, **keys)
                if grade == "warning":
                    patterns += USUAL
                try:
                    c.only(status, grade, *patterns)
                except AssertionError as e:
                    raise AssertionError(f"{what}: {e}") from None
                eq(c.said["unreachable"] > 0, status == AWAY, f"{what}: unreachable")

    tap.add(name, case)


def fault(call, kind, **more):
    return lambda s: s.phone.fault(call, kind, times=-1, **more)


def account(**told):
    return lambda s: s.phone.call("POST", "/sandbox/twilio/account", told)


def number(**told):
    """The account has one number, with this about it besides its webhook."""
    return lambda s: account(numbers=[{
        k: v.replace("HERE", s.webhook) for k, v in told.items()}])(s)


def service(**told):
    return lambda s: account(services=[{"sid": SERVICE, **{
        k: v.replace("HERE", s.webhook) if isinstance(v, str) else v
        for k, v in told.items()}}])(s)


nobody = proc.free_port()

online_cases("Inbenta: each fault is named", [
    ("secret", {"api.secret": "wrong"}, None, WRONG, "error", "mend api.secret"),
    ("key", {"api.key": "wrong"}, None, WRONG, "error", "mend api.key"),
    ("refused", {"api.url": f"http://127.0.0.1:{nobody}"}, None, AWAY, "error",
     "api.url.: nobody takes the connection"),
    ("TLS", {"api.url": f"https://127.0.0.1:{nobody}"}, None, AWAY, "error",
     "nobody takes the connection"),
    ("DNS", {"api.url": "https://nobody.invalid"}, None, AWAY, "error",
     "the name is not known to DNS"),
    ("404", {}, fault("auth", "status", status=404), WRONG, "error",
     "api.url is not the address"),
    ("500", {}, fault("auth", "status", status=500), AWAY, "error",
     "answered 500.*trouble on its side"),
    ("silence", {"api.timeout_ms": 300}, fault("auth", "stall"), AWAY, "error",
     "no answer within 300 ms.*firewall"),
    ("cut", {}, fault("auth", "close"), AWAY, "error", "the connection broke"),
    ("no API", {}, fault("auth", "html"), WRONG, "error", "Inbenta"),
])

online_cases("HyperChat and Messenger: each fault is named", [
    ("app id", {"chat.chat.appid": "other"}, None, WRONG, "error", "mend chat.chat.appId"),
    ("secret", {"chat.chat.secret": "other"}, None, WRONG, "error",
     "mend chat.chat.secret"),
    ("refused", {"chat.chat.server": f"http://127.0.0.1:{nobody}"}, None, AWAY, "error",
     "HyperChat.*nobody takes the connection"),
    ("trouble", {}, fault("hc", "status", status=502), AWAY, "error",
     "HyperChat.*answered 502"),
    ("office's key", {"chat.messenger.key": "other"}, None, WRONG, "error",
     "mend chat.messenger.key"),
    ("office's secret", {"chat.messenger.secret": "other"}, None, WRONG, "error",
     "mend chat.messenger.secret"),
])

TOKEN = "twilio.credentials.auth_token"
online_cases("Twilio: the account, its token, and when it is away", [
    ("token", {TOKEN: "wrong"}, None, WRONG, "error", r"not accepted \(401\)",
     "403 to what is signed"),
    ("suspended", {}, account(account={"status": "suspended"}), WRONG, "error",
     "the account is suspended"),
    ("trial", {}, account(account={"type": "Trial"}), 0, "warning", "trial account"),
    ("refused", {"twilio.api_url": f"http://127.0.0.1:{nobody}"}, None, AWAY, "error",
     "Twilio.*nobody takes the connection"),
    ("trouble", {}, fault("tw.account", "status", status=503), AWAY, "error",
     "Twilio: answered 503"),
    ("no list", {}, fault("tw.numbers", "status", status=500), AWAY, "error",
     "answered 500: the list of numbers"),
    ("no Twilio", {}, fault("tw.account", "html"), WRONG, "error", "answered no JSON"),
])

online_cases("Twilio: a number's webhook", [
    ("GET", {}, number(sms_method="GET"), WRONG, "error", "by GET: set HTTP POST"),
    ("no fragment", {}, number(sms_url="HERE"), 0, "warning", "#rc=3&rp=all"),
    ("fallback", {}, number(sms_fallback_url="https://other.example/"), 0, "warning",
     "fallback URL that leads elsewhere"),
    ("app", {}, number(sms_application_sid="AP" + "0" * 32), WRONG, "error", "TwiML app"),
    ("elsewhere", {}, number(sms_url="https://other.example/sms"), WRONG, "error",
     "none of the account's 1 numbers"),
    ("none", {}, account(numbers=[]), 0, "warning", "no numbers of its own"),
    ("on the third page", {}, account(numbers=[{"sms_url": ""}] * 120 + [{}]), 0,
     "warning"),
])

MG = {"twilio.messaging_service_sid": SERVICE}
online_cases("Twilio: a Messaging Service", [
    ("none", MG, None, WRONG, "error", "there is no Messaging Service"),
    ("drops", MG, service(inbound_request_url=None), WRONG, "error", "drops what users"),
    ("elsewhere", MG, service(inbound_request_url="https://other.example/"), WRONG,
     "error", "to another address than"),
    ("by GET", MG, service(inbound_request_url="HERE" + RULES, inbound_method="GET"), WRONG,
     "error", "by GET"),
    ("here", MG, service(inbound_request_url="HERE" + RULES, inbound_method="POST"), 0,
     "warning"),
    ("defers", MG, service(use_inbound_webhook_on_number=True), 0, "warning"),
    ("status callback", MG, service(use_inbound_webhook_on_number=True,
                                    status_callback="HERE"), 0, "warning",
     "as its status callback"),
])


@tap.test
def nearly_here():
    """Twilio: an address that is nearly ours"""
    with house() as s:
        number(sms_url="HERE/" + RULES)(s)
        c = Check(s)
        c.has("warning", "same host, but to another address")
        c.only(WRONG, "error", "none of the account's 1 numbers")


@tap.test
def rotated():
    """Twilio: the next token has become the one that counts"""
    with house() as s:
        c = Check(s, twilio__credentials__auth_token="old",
                  twilio__credentials__auth_token_next=s.auth_token)
        c.only(WRONG, "error", "make that one auth_token", "403 to what is signed")


class _Late(http.server.BaseHTTPRequestHandler):
    """A Twilio whose clock goes otherwise."""

    def date_time_string(self, timestamp=None):
        now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)
        return now.strftime("%a, %d %b %Y %H:%M:%S GMT")

    def do_GET(self):
        body = json.dumps({"sid": ACCOUNT_SID, "status": "active", "type": "Full",
                           "incoming_phone_numbers": []}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_error(404)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def late():
    """Its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Late)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@tap.test
def clock():
    """a clock that is an hour ahead of Twilio's"""
    with house() as s, late() as url:
        c = Check(s, twilio__api_url=url)
        c.has("warning", r"clock is 36\d\d s ahead of its")
        eq(c.status, 0, "exit status")


@tap.test
def webhook():
    """the webhook's address: another path, botline away, signatures off"""
    with house() as s:
        c = Check(s, twilio__webhook_url=s.webhook + "s")
        c.has("error", "403, and not in the words of botline")
        c.has("warning", "the path of twilio.webhook_url is /botlines")
        with late() as url:
            c = Check(s, twilio__webhook_url=url + "/botline")
        c.has("error", "webhook: answers 404: at that address is no botline")
        eq(c.status, WRONG, "exit status")
        c = Check(s, twilio__webhook_url=f"http://127.0.0.1:{nobody}/botline")
        c.has("error", "webhook: .*nobody takes the connection")
        s.botline.stop()
        c = Check(s)
        c.only(AWAY, "error", "webhook: answers 503: Apache is there, but not botline")
        c.has("warning", "there is no socket")
    with house(keys={"twilio.validate_signature": False}) as s:
        c = Check(s)
        c.has("warning", "takes what is not signed")
        eq(c.status, 0, "exit status")


@tap.test
def nothing_is_changed():
    """nothing is begun, sent or worked by it"""
    with house() as s:
        since = s.phone.last()
        Check(s)
        eq([x["call"] for x in s.phone.calls(since)
            if x["call"] in ("conversation", "message", "tw.messages.create")], [], "calls")
        eq(s.queued(), [], "jobs")
        eq(s.sessions(), [], "sessions")


@tap.test
def offline():
    """without --online nobody is asked"""
    with house() as s:
        since = s.phone.last()
        Check(s, online=False).only(0, "warning", *USUAL)
        eq(s.phone.calls(since), [], "calls")
        conf.put(s.path("root/conf/custom/api.cfg"),
                 f'key = "{s.api_key}"; secret = "{s.api_secret}"; '
                 f'url = "{s.keys()["api.url"]}";\n', s.user, 0o644)
        Check(s, online=False).only(0, "warning", *USUAL, "holds secrets.*chmod o-r")


tap.main()
