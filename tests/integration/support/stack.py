# SPDX-License-Identifier: Apache-2.0
"""sandbox + botline + Apache in a private folder, as one thing with a beginning and an end.

    with Stack("proxy", {"conversation.default.lang": "es"}) as s:
        s.phone.answer({"answers": [...]})
        reply = s.twilio.say("hola")

What every stack checks at its end: no sanitizer has spoken, no secret and no word of a
customer stands in any log, and botline's own log is in order (audit.py).
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import sqlite3
import subprocess
import time

from . import apache, audit, conf, proc
from .phone import Phone
from .twilio import Twilio, given_numbers

TOP = os.path.abspath(
    os.environ.get("top_srcdir", os.path.join(os.path.dirname(__file__), "../../.."))
)
BUILD = os.path.abspath(os.environ.get("top_builddir", os.path.join(TOP, "build")))
ROADS = tuple(apache.ROADS)

ACCOUNT_SID = "AC" + "5e" * 16
CRON_S = 0.3  # what a request leaves behind may be worked by itself that long


def program(name):
    path = os.path.join(BUILD, name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is missing: build first (top_builddir?)")
    return path


class Stack:
    """One installation, running.

    road    proxy, fcgid or cgi
    keys    what conf/custom says besides what the stack needs; None removes a key
    options knowledge, www: files of the sandbox; port: of the phone; extra: lines for
            Apache's virtual host; env: variables for botline; start: False leaves botline
            to the test (start_botline); wrap: words before botline's command, which is
            then started as whoever we are; hidden: texts that no log may show; agents:
            True: chats with the sandbox's agents; office: True: Messenger behind them;
            rules: Twilio's rules for trying again, "#rc=3&rp=all"; fallback: what comes
            behind the webhook's address to make its fallback, may be ""; strict: Twilio
            obeys opt-out words and ends loops of replies (see phone.strict); clients:
            how many come at once, for whom Apache has threads from the start
    """

    def __init__(self, road="proxy", keys=None, **options):
        self.road, self.extra_keys, self.options = road, dict(keys or {}), options
        self.user = options.get("user") or proc.User()
        self.sandbox = self.botline = self.apache = None
        # base64 with all its signs, as real keys are
        self.api_key = "k+/" + secrets.token_hex(16) + "="
        self.api_secret = "s." + secrets.token_hex(24)
        self.auth_token = secrets.token_hex(16)
        self.hyper_app, self.hyper_secret = "e2e-app", secrets.token_hex(20)
        self.hook_secret = secrets.token_hex(20)
        self.office_key = "m+/" + secrets.token_hex(16) + "="
        self.office_secret, self.ticket_secret = secrets.token_hex(24), secrets.token_hex(20)
        self.hidden = list(options.get("hidden", ()))
        self.folder = None

    # --- the folder ---------------------------------------------------------------------

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def _make_folder(self):
        self.folder = proc.run_folder(self.options.get("prefix", "botline-e2e."))
        for name in ("bin", "log", "root", "root/conf"):
            os.mkdir(self.path(name))
        for name in ("sock", "store", "state"):
            os.mkdir(self.path(name), 0o755 if name == "sock" else 0o700)
            self.user.own(self.path(name))
        os.chmod(self.path("log"), 0o777)  # sanitizers of any user write here
        # Copies, because Apache's user may not be able to read the tree.
        for name in ("botline", "botline-sandbox"):
            shutil.copy(program(name), self.path("bin", name))
        for name in ("lang", "conf/default"):
            self._copy(os.path.join(TOP, name), self.path("root", name))
        self._copy(self.options.get("www", os.path.join(TOP, "sandbox", "www")),
                   self.path("www"))
        knowledge = self.options.get("knowledge")
        if knowledge is None:
            knowledge = os.path.join(TOP, "sandbox", "knowledge.cfg")
        self.knowledge = self.path(os.path.basename(knowledge))
        shutil.copy(knowledge, self.knowledge)

    @staticmethod
    def _copy(source, target):
        shutil.copytree(source, target)
        for folder, _, names in os.walk(target):
            os.chmod(folder, 0o755)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o644)

    # --- configuration ------------------------------------------------------------------

    def keys(self):
        every = {
            "api.url": f"http://127.0.0.1:{self.sandbox_port}/inbenta",
            "api.key": self.api_key,
            "api.secret": self.api_secret,
            "twilio.credentials.sid": ACCOUNT_SID,
            "twilio.credentials.auth_token": self.auth_token,
            "twilio.webhook_url": self.webhook,
            "twilio.api_url": f"http://127.0.0.1:{self.sandbox_port}/twilio",
            "store.path": self.path("store"),
            "store.state_path": self.path("state"),
            "delivery.rate_per_s": 1000,  # no script waits for a number's turn
            "dialog.flood_per_min": 0,  # scripts write faster than people
            **(self.chat_keys() if self.options.get("agents") else {}),
            **(self.office_keys() if self.options.get("office") else {}),
            **self.extra_keys,
        }
        return {k: v for k, v in every.items() if v is not None}

    def chat_keys(self):
        """What conf/custom says for chats with the sandbox's agents."""
        return {
            "chat.chat.enabled": True,
            "chat.chat.appId": self.hyper_app,
            "chat.chat.secret": self.hyper_secret,
            "chat.chat.server": f"http://127.0.0.1:{self.sandbox_port}/hyperchat",
            "chat.chat.roomId": 1,
            "chat.chat.source": 3,
            "chat.reorder_ms": 20,
            "chat.triesBeforeEscalation": 2,
            "chat.negativeRatingsBeforeEscalation": 2,
        }

    def office_keys(self):
        """What conf/custom says for the sandbox's Messenger."""
        return {
            "chat.messenger.key": self.office_key,
            "chat.messenger.secret": self.office_secret,
            "chat.messenger.webhook_secret": self.ticket_secret,
            "chat.messenger.auth_url": f"http://127.0.0.1:{self.sandbox_port}/messenger",
        }

    def configure(self, **changes):
        """Writes conf/custom; changes are keys with "__" in place of dots."""
        for name, value in changes.items():
            self.extra_keys[name.replace("__", ".")] = value
        conf.write(self.path("root/conf/custom"), self.keys(), self.user)
        os.chmod(self.path("root/conf/custom"), 0o755)

    def put(self, name, text):
        """A file below root/, such as conf/custom/api.cfg or lang/en.cfg."""
        conf.put(self.path("root", name), text, self.user)

    # --- start and stop -----------------------------------------------------------------

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop(judge=False)
            raise
        return self

    def __exit__(self, kind, *_):
        if kind is not None and self.folder:
            self.show_logs()
        self.stop(judge=kind is None)

    def start(self):
        self._make_folder()
        self.sandbox_port = self.options.get("port") or proc.free_port()
        self.apache_port = proc.free_port()
        self.webhook = f"http://127.0.0.1:{self.apache_port}/botline"
        self.phone = Phone(self.sandbox_port)
        self.twilio = Twilio(self.apache_port, ACCOUNT_SID, self.auth_token, self.hidden)
        self.configure()
        self.sandbox = self._start_sandbox()
        if self.road == "proxy" and self.options.get("start", True):
            self.start_botline()
        self.apache = self._start_apache()

    def sanitizer_env(self):
        log = self.path("log")
        # A stop that leaves hanging turns behind leaves their threads as well, on purpose.
        return {
            "ASAN_OPTIONS": f"log_path={log}/san.asan:detect_leaks=1",
            "UBSAN_OPTIONS": f"log_path={log}/san.ubsan:print_stacktrace=1",
            "TSAN_OPTIONS": f"log_path={log}/san.tsan:report_thread_leaks=0",
        }

    def _start_sandbox(self):
        child = proc.Child(
            "sandbox",
            [
                self.path("bin/botline-sandbox"),
                "--listen", f"127.0.0.1:{self.sandbox_port}",
                "--knowledge", self.knowledge,
                "--www", self.path("www"),
                "--webhook", self.webhook + self.options.get("rules", ""),
                "--account-sid", ACCOUNT_SID,
                "--auth-token", self.auth_token,
                "--api-key", self.api_key,
                "--api-secret", self.api_secret,
                "--hyper-app-id", self.hyper_app,
                "--hyper-secret", self.hyper_secret,
                "--messenger-key", self.office_key,
                "--messenger-secret", self.office_secret,
                "--ticket-secret", self.ticket_secret,
                *([] if self.options.get("strict") else ["--lenient"]),
                *(["--fallback-webhook", self.webhook + self.options["fallback"]]
                  if "fallback" in self.options else []),
                *self.options.get("sandbox_args", ()),
            ],
            self.path("log/sandbox.log"),
            env=self.sanitizer_env(),
            prefix=self.user.prefix(),
        )
        try:
            child.wait_line(r"botline-sandbox listening on http://", 20)
        except proc.Timeout:
            child.stop()
            raise
        return child

    def botline_command(self):
        command = [self.path("bin/botline"), "--root", self.path("root")]
        if self.road == "proxy":
            command += ["--listen", self.socket_path()]
        return command

    def socket_path(self):
        return self.path("sock/botline.sock")

    def start_botline(self, wait=True, **how):
        """Starts the responder (proxy road); with wait until it takes requests."""
        wrap = self.options.get("wrap")
        child = proc.Child(
            "botline",
            self.botline_command(),
            self.path("log/botline.log"),
            env={**self.sanitizer_env(), **self.options.get("env", {})},
            prefix=wrap(self) if wrap else self.user.prefix(),
            **how,
        )
        since = child.mark() if self.botline else 0
        self.botline = child
        if wait:
            child.wait_line(r"event\W+ready\b", 20, since)
        return child

    def _start_apache(self):
        env = {**self.sanitizer_env(), **self.options.get("env", {})}
        if self.road == "proxy":
            defines, pass_on = {"BOTLINE_SOCKET": self.socket_path()}, ""
        else:
            defines = {
                "BOTLINE_PROGRAM": self.path("bin/botline"),
                "BOTLINE_ROOT": self.path("root"),
            }
            word = "FcgidInitialEnv" if self.road == "fcgid" else "SetEnv"
            pass_on = "\n".join(f'\t{word} {k} "{v}"' for k, v in env.items())
        return apache.start(
            self.folder,
            self.road,
            os.path.join(TOP, "apache"),
            self.user,
            defines,
            extra=pass_on + "\n" + self.options.get("extra", ""),
            port=self.apache_port,
            clients=self.options.get("clients"),
        )

    def stop(self, judge=True):
        """Ends everything. judge: the logs are looked at, and must be clean."""
        faults = []
        for name in ("apache", "botline", "sandbox"):
            child = getattr(self, name)
            if child is None or not child.alive():
                continue
            try:
                code = child.stop()
            except proc.Timeout as e:
                faults.append(str(e))
                continue
            if judge and code != 0:
                faults.append(f"{name} ended with {code}")
        try:
            if judge:
                faults += self.judge_logs()
            if faults:
                self.show_logs()
                raise AssertionError("; ".join(faults))
        finally:
            if self.folder:
                proc.remove_folder(self.folder)
                self.folder = None

    # --- logs ---------------------------------------------------------------------------

    def _botline_log(self):
        return self.path("log/botline.log" if self.road == "proxy" else "log/apache.log")

    def mark(self):
        """Where botline's log ends now, for log() and said()."""
        path = self._botline_log()
        return os.path.getsize(path) if os.path.exists(path) else 0

    def log(self, since=0):
        """botline's own log lines; on the roads where Apache keeps them, without its frame."""
        if not os.path.exists(self._botline_log()):
            return []
        with open(self._botline_log(), "rb") as f:
            f.seek(since)
            return audit.own(f.read().decode("utf-8", "replace"))

    def said(self, pattern, since=0, count=None, timeout_s=60):
        """The log lines that match, as soon as there is one; exactly `count` when given."""

        def look():
            found = [x for x in self.log(since) if re.search(pattern, x)]
            return found if len(found) >= (count or 1) else None

        try:
            found = proc.wait_for(look, timeout_s, f"botline logs {pattern!r}")
        except proc.Timeout as e:
            raise AssertionError(f"{e}\n" + "\n".join(self.log(since))) from None
        if count is not None and len(found) != count:
            raise AssertionError(f"{len(found)} lines, not {count}:\n" + "\n".join(found))
        return found

    def judge_logs(self):
        faults = []
        # As in a file's name.
        bare = [re.sub("[^A-Za-z0-9]", "", k) for k in (self.api_key, self.office_key)]
        secret = [self.api_key, self.office_key, *bare, self.api_secret, self.auth_token,
                  self.hyper_secret, self.hook_secret, self.office_secret,
                  self.ticket_secret]
        for name in sorted(os.listdir(self.path("log"))):
            with open(self.path("log", name), encoding="utf-8", errors="replace") as f:
                text = f.read()
            if name.startswith("san."):
                faults.append(f"{name}: {text[:2000]}")
            if name == "sandbox.log":
                continue  # a tool of tests, it knows no privacy
            faults += [f"{name} shows a secret" for s in secret if s in text]
            faults += [f"{name}: {x}" for x in audit.faults(text, given_numbers())[:5]]
            faults += [f"{name} shows what was said: {t!r}" for t in self.hidden
                       if len(t) >= 6 and t in text]
        return faults

    def show_logs(self):
        from . import tap

        for name in sorted(os.listdir(self.path("log"))):
            with open(self.path("log", name), encoding="utf-8", errors="replace") as f:
                lines = f.read().splitlines()
            if lines:
                tap.note(f"--- {name}")
                tap.note("\n".join(lines[-25:]))

    # --- the queue ----------------------------------------------------------------------

    def _state(self, question):
        """Asks botline's own database, which it keeps open; without one there is nothing."""
        path = self.path("state/state.db")
        if not os.path.exists(path):
            return []
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return db.execute(question).fetchall()

    def queued(self):
        """Jobs that wait or are worked: (kind, tries, why)."""
        return self._state("SELECT kind, tries, why FROM job ORDER BY id")

    def dead_letters(self):
        return sum(n for n, in self._state("SELECT dead FROM total"))

    def run_queue(self):
        """What cron does on plain CGI, where no process stays."""
        done = subprocess.run(
            [*self.user.prefix(), *self.botline_command(), "--run-queue"],
            capture_output=True, text=True, check=False, timeout=90,
            env={**os.environ, **self.sanitizer_env()})
        with open(self.path("log/queue.log"), "a", encoding="utf-8") as f:
            f.write(done.stderr)
        if done.returncode not in (0, 75):
            raise AssertionError(f"--run-queue ended with {done.returncode}: {done.stderr}")

    def settle(self, timeout_s=60):
        """Waits until nothing is on its way: no job, no event, no message of the sandbox."""
        cron = time.monotonic() + CRON_S

        def settled():
            if self.phone.left() > 0:
                return False
            if self.queued():
                if self.road == "cgi" and time.monotonic() > cron:
                    self.run_queue()
                return False
            return self.phone.left() == 0

        try:
            proc.wait_for(settled, timeout_s, "nothing is on its way any more")
        except proc.Timeout as e:
            raise AssertionError(f"{e}; queued: {self.queued()}") from None

    # --- shortcuts ----------------------------------------------------------------------

    def reload(self):
        """SIGHUP, and the end of the reload, whichever way it went."""
        since = self.mark()
        self.botline.signal(signal.SIGHUP)
        return self.said(r"event=\"?[^\"]*(reload|configuration)", since)

    def sessions(self):
        """Files of store.path that are conversations."""
        found = []
        for folder, _, names in os.walk(self.path("store")):
            found += [os.path.join(folder, n) for n in names
                      if n.startswith("c-") and not folder.endswith("/handout")]
        return sorted(found)
