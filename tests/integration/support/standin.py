# SPDX-License-Identifier: Apache-2.0
"""A connector made of nothing, for tests of the sandbox alone: it takes webhooks, checks their
signatures, and asks HyperChat what a connector asks."""

import hashlib
import hmac
import http.server
import json
import os
import threading
import urllib.error
import urllib.request

from . import proc
from .desk import Desk
from .office import Office
from .phone import Phone
from .stack import TOP, program

APP, SECRET, TICKETS = "stand-in-app", "stand-in-secret", "stand-in-tickets"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    secret = None

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events, self.forged = [], []
        self.replies = []  # to tickets
        self.refuses = 0  # so many replies get 503


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        secret = self.headers.get("X-Hook-Secret")
        if b'"events"' in body:
            self.take_replies(json.loads(body)["events"])
            return
        self.send_response(200)
        if secret is not None:
            self.server.secret = secret
            self.send_header("X-Hook-Secret", secret)
        else:
            self.take(body)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def take_replies(self, events):
        good = self.headers.get("X-Hook-Signature") == TICKETS
        if good and self.server.refuses > 0:
            self.server.refuses -= 1
            self.send_response(503)
        else:
            (self.server.replies if good else self.server.forged).extend(events)
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def take(self, body):
        key = (self.server.secret or "").encode()
        want = hmac.new(key, body, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(want, self.headers.get("X-Hook-Signature", ""))
        (self.server.events if good else self.server.forged).append(json.loads(body))

    def log_message(self, *_):
        pass


class StandIn:
    """Sandbox and connector, running; base is the sandbox's address."""

    def __init__(self):
        self.folder = proc.run_folder()
        self.server = _Server()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        port = proc.free_port()
        self.sandbox = proc.Child(
            "sandbox",
            [program("botline-sandbox"), "--listen", f"127.0.0.1:{port}",
             "--knowledge", os.path.join(TOP, "sandbox", "knowledge.cfg"),
             "--www", os.path.join(TOP, "sandbox", "www"),
             "--webhook", f"http://127.0.0.1:{self.server.server_port}/botline",
             "--hyper-app-id", APP, "--hyper-secret", SECRET,
             "--ticket-secret", TICKETS],
            os.path.join(self.folder, "sandbox.log"),
            prefix=["setpriv", "--pdeathsig", "TERM", "--"])
        self.sandbox.wait_line(r"botline-sandbox listening on", 20)
        self.phone = Phone(port)
        self.base = self.phone.base
        self.desk = Desk(self.phone)
        self.office = Office(self.phone)

    def close(self):
        code = self.sandbox.stop() if self.sandbox.alive() else self.sandbox.process.returncode
        self.server.shutdown()
        self.server.server_close()
        proc.remove_folder(self.folder)
        return code

    def rest(self, method, path, body=None):
        """A call to HyperChat: (status, answer)."""
        request = urllib.request.Request(
            f"{self.base}/hyperchat/v1/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-hyper-appid": APP, "x-hyper-secret": SECRET,
                     "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as r:
                return r.status, json.loads(r.read())
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read())

    def open_chat(self, name, history=(), assign=True, **user):
        """A customer and his chat: (user id, chat id)."""
        external = f"twilio-{name.replace(' ', '-')}"
        _, answer = self.rest("POST", "users/", {"name": name, "externalId": external, **user})
        uid = answer["user"]["id"]
        said = [{"sender": "assistant" if bot else uid, "message": text, "created": 1700000000 + i}
                for i, (bot, text) in enumerate(history)]
        status, answer = self.rest("POST", "chats/", {
            "creator": uid, "room": 1, "source": 3, "lang": "en", "history": said})
        assert status == 200, answer
        cid = answer["chat"]["id"]
        if assign:
            status, answer = self.rest("GET", f"chats/{cid}/assign")
            assert status == 200, answer
        return uid, cid

    def say(self, chat, user, text):
        status, answer = self.rest("POST", f"chats/{chat}/messages",
                                   {"chatId": chat, "sender": user, "message": text})
        assert status == 200, answer

    def events(self, chat, trigger=None):
        """What the webhooks told of a chat, each with a good signature."""
        def of(e):
            data = e["data"]
            return data.get("chatId") or data.get("message", {}).get("chat")
        return [e for e in list(self.server.events)
                if of(e) == chat and trigger in (None, e["trigger"])]

    def wait_event(self, chat, trigger, count=1):
        """The last of so many events of that kind, as soon as it has come."""
        def look():
            found = self.events(chat, trigger)
            return found[count - 1] if len(found) >= count else None
        return proc.wait_for(look, 60, f"event {count} {trigger} of {chat}")
