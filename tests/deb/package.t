#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Debian package in a root folder: installed, answering, upgraded, removed, purged.

    package.t ROOT NEWER.deb      the package is installed in ROOT, with apache2

tools/check-deb makes the folder and starts this in namespaces of its own. The tests build on
each other, in their order.
"""

import concurrent.futures
import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
sys.path[:0] = [os.path.join(TOP, "tests/integration"), os.path.dirname(__file__)]

# pylint: disable=wrong-import-position
from support import conf, proc, tap  # noqa: E402
from support.phone import Phone  # noqa: E402
from support.tap import eq, ok  # noqa: E402
from support.twilio import Twilio, fresh_number, fresh_sid  # noqa: E402
from unit import House  # noqa: E402

ROOT, NEWER = os.path.abspath(sys.argv[1]), sys.argv[2]
del sys.argv[1:]
ACCOUNT_SID, AUTH_TOKEN = "AC" + "5e" * 16, secrets.token_hex(16)
API_KEY, API_SECRET = secrets.token_hex(16), secrets.token_hex(16)
CUSTOM = "etc/botline/conf/custom"


def path(*names):
    return os.path.join(ROOT, *names)


def read(*names):
    with open(path(*names), encoding="utf-8") as f:
        return f.read()


def inside(*words, as_botline=False, status=0):
    """Runs a program in the root folder; what it says."""
    who = [f"--userspec={house.uid}:{house.gid}", "--groups="] if as_botline else []
    done = subprocess.run(
        ["chroot", *who, ROOT, *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
             "DEBIAN_FRONTEND": "noninteractive"},
    )
    eq(done.returncode, status, f"{' '.join(words)}:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


class Service:
    """botline as its units say, from the package in ROOT."""

    def __init__(self):
        self.pid = None

    def start(self):
        eq(self.ended(house.start(LOG, house.unit.one("ExecStartPre").lstrip("-").split(),
                                   plugged=False)), 0, "ExecStartPre")
        since = self.mark()
        self.pid = house.start(LOG)

        def look():
            gone, status = os.waitpid(self.pid, os.WNOHANG)
            ok(gone == 0, f"ended with {status}:\n{self.log(since)}")
            return re.search(r'event"?[=:]"?ready', self.log(since))

        proc.wait_for(look, 60, "botline is ready")

    @staticmethod
    def mark():
        return os.path.getsize(LOG) if os.path.exists(LOG) else 0

    @staticmethod
    def log(since=0):
        with open(LOG, "rb") as f:
            f.seek(since)
            return f.read().decode("utf-8", "replace")

    def ended(self, pid):
        def look():
            gone, status = os.waitpid(pid, os.WNOHANG)
            return (os.waitstatus_to_exitcode(status),) if gone else None

        try:
            return proc.wait_for(look, 60, "the process ends")[0]
        except proc.Timeout as e:
            raise AssertionError(f"{e}\n{self.log()}") from None

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        pid, self.pid = self.pid, None
        return self.ended(pid)


house = House(ROOT, "botline")
service = Service()
LOG = path("var/log/botline.test")
sandbox_port, apache_port = proc.free_port(), proc.free_port()
twilio = Twilio(apache_port, ACCOUNT_SID, AUTH_TOKEN)
phone = Phone(sandbox_port)
children = []
first = {"sid": fresh_sid(), "sender": fresh_number()}


def say(text, **more):
    return twilio.say(text, **more).texts


@tap.test
def installed():
    """The user, the modes, the links; nothing has been started, and it says what is missing"""
    ok(os.path.exists(path("usr/sbin/botline")), "no program")
    for name in ("api", "twilio", "chat", "environments"):
        st = os.stat(path(CUSTOM, f"{name}.cfg"))
        eq((st.st_uid, st.st_gid, st.st_mode & 0o7777), (0, house.gid, 0o640), name)
    ok(os.path.islink(path("etc/botline/lang")), "languages are no link")
    ok(not os.path.exists(path("var/lib/botline")), "state was made")
    eq(os.path.exists(path("etc/systemd/system/multi-user.target.wants/botline.service")),
       False, "enabled before it was filled in")
    said = inside("botlinectl", "check", as_botline=True, status=78)
    ok("twilio.credentials.auth_token is empty" in said, said)


@tap.test(limit_s=300)
def answers():
    """Filled in, started as the units say, it answers a signed message through Apache"""
    for name, text in conf.files({
        "api.url": f"http://127.0.0.1:{sandbox_port}/inbenta",
        "api.key": API_KEY, "api.secret": API_SECRET,
        "twilio.credentials.sid": ACCOUNT_SID, "twilio.credentials.auth_token": AUTH_TOKEN,
        "twilio.webhook_url": twilio.url,
        "twilio.api_url": f"http://127.0.0.1:{sandbox_port}/twilio",
        "delivery.rate_per_s": 1000,
        # A rule for PCRE2 to match, where no machine code may be made.
        "environments.development": {"type": "http_host", "regex": r"/^dev\.(bot|shop)\./i"},
    }).items():
        with open(path(CUSTOM, name), "a", encoding="utf-8") as f:
            f.write(text)
    os.makedirs(path("etc/botline/conf/development"))
    with open(path("etc/botline/conf/development/tracking.cfg"), "w", encoding="utf-8") as f:
        f.write('reject_event = "NOT_NOW";\n')
    start_sandbox()
    house.listen()
    service.start()
    start_apache()
    eq(say("echo good morning", **first), ["You said: good morning"])
    eq(twilio.post(twilio.fields("echo x", fresh_number()),
                   {"X-Twilio-Signature": "forged"}).status, 403)


def start_sandbox():
    child = proc.Child("sandbox", [
        "chroot", "--userspec=www-data:www-data", ROOT, "/usr/bin/botline-sandbox",
        "--listen", f"127.0.0.1:{sandbox_port}",
        "--webhook", twilio.url, "--account-sid", ACCOUNT_SID, "--auth-token", AUTH_TOKEN,
        "--knowledge", "/usr/share/botline/sandbox/knowledge.cfg",
        "--www", "/usr/share/botline/sandbox/www",
        "--api-key", API_KEY, "--api-secret", API_SECRET, "--lenient",
    ], path("var/log/sandbox.test"))
    children.append(child)
    child.wait_line(r"botline-sandbox listening on http://", 60)


def start_apache():
    """Debian's Apache with its own configuration, and the site an operator writes."""
    inside("a2enmod", "-q", "proxy_fcgi", "alias", "env", "reqtimeout")
    inside("a2dissite", "-q", "000-default")
    with open(path("etc/apache2/ports.conf"), "w", encoding="utf-8") as f:
        f.write(f"Listen 127.0.0.1:{apache_port}\n")
    with open(path("etc/apache2/sites-available/bot.conf"), "w", encoding="utf-8") as f:
        f.write(f"ServerName localhost\n<VirtualHost 127.0.0.1:{apache_port}>\n"
                "\tInclude /usr/share/botline/apache/botline-proxy-fcgi.conf\n"
                "</VirtualHost>\n")
    inside("a2ensite", "-q", "bot")
    run = (". /etc/apache2/envvars && mkdir -p $APACHE_RUN_DIR $APACHE_LOCK_DIR "
           "$APACHE_LOG_DIR && exec apache2 -DFOREGROUND")
    child = proc.Child("apache", ["chroot", ROOT, "sh", "-c", run],
                       path("var/log/apache.test"))
    children.append(child)
    proc.wait_for(lambda: proc.connects(apache_port) or not child.alive(), 60,
                  "apache takes connections")
    ok(child.alive(), f"apache ended:\n{child.tail()}")


# The numbers of system calls, setpriority and mmap, are those of x86_64.
CONFINED = r"""
try() { what=$1; shift; "$@" > /dev/null 2>&1 && echo "$what"; }
try state touch /var/lib/botline/touched
try sessions touch /run/botline/sessions/touched
try tmp touch /tmp/touched
try settings cat /etc/botline/conf/custom/twilio.cfg
try etc touch /etc/touched
try run touch /run/botline/touched
try disk test -e /dev/vda -o -e /dev/sda -o -e /dev/kmsg
try others test -e /proc/1
try sysctl test -e /proc/sys
try home ls /home
try owner chown 33 /tmp/touched
try nice perl -e 'exit 1 if syscall(141, 0, 0, 5) == -1'
try namespace unshare -U true
try packet perl -e 'socket(S, 17, 3, 0) or exit 1'
try internet perl -e 'socket(S, 2, 1, 0) or exit 1'
try code perl -e 'exit 1 if syscall(9, 0, 4096, 7, 0x22, -1, 0) == -1'
rm -f /var/lib/botline/touched /run/botline/sessions/touched
"""


@tap.test
def confined():
    """What these tests run under is what the units say: little can be done"""
    log = path("var/log/confined.test")
    eq(service.ended(house.start(log, ["/bin/sh", "-c", CONFINED + "exit 0"],
                                 plugged=False)), 0)
    eq(read("var/log/confined.test").split(),
       ["state", "sessions", "tmp", "settings", "internet"])


@tap.test
def places():
    """Sessions and state are where the units say, and botlinectl finds them by itself"""
    sessions = os.listdir(path("run/botline/sessions"))
    ok(any(n.startswith("c-") for n in sessions), sessions)
    st = os.stat(path("var/lib/botline/state.db"))
    eq((st.st_uid, st.st_mode & 0o777), (house.uid, 0o600))
    inside("botlinectl", "queue", "list", as_botline=True)
    ok("0 errors" in inside("botlinectl", "check", as_botline=True), "check")
    eq(os.listdir(path("tmp")), [], "in the temporary folder")


@tap.test
def reload():
    """A reload takes new configuration, under all that the unit forbids"""
    since = service.mark()
    with open(path(CUSTOM, "log.cfg"), "w", encoding="utf-8") as f:
        f.write('format = "json";\n')
    os.kill(service.pid, signal.SIGHUP)
    proc.wait_for(lambda: '"event"' in service.log(since), 60, "a line in JSON")
    eq(say("echo again"), ["You said: again"])


@tap.test
def long_queue():
    """What goes out by the queue, too: an answer in twelve messages, by Twilio's REST API"""
    phone.answer({"answers": [{"type": "answer", "message": f"part {i}",
                               "messageList": [f"part {i}"]} for i in range(12)]})
    sender = fresh_number()
    twilio.say("all of it", sender=sender)

    def look():
        got = [e for e in phone.all_events() if "part 11" in str(e)]
        return got or None

    proc.wait_for(look, 60, "the last part at the phone")


@tap.test
def restart():
    """Stopped, the socket stays: a message waits there for the next process"""
    eq(service.stop(), 0, "exit status")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        # It may come to the socket before or after the start: both must be answered.
        waiting = pool.submit(say, "echo patience")
        service.start()
        eq(waiting.result(60), ["You said: patience"])


@tap.test(limit_s=300)
def upgrade():
    """A newer version asks nothing, keeps what the operator wrote, and brings its defaults"""
    before = {n: read(CUSTOM, n) for n in os.listdir(path(CUSTOM))}
    del before["chat.cfg"]  # he has not touched that one, and it is new
    eq(service.stop(), 0, "exit status")
    inside("dpkg", "-i", NEWER)
    eq({n: read(CUSTOM, n) for n in before}, before)
    ok("of the newer version" in read(CUSTOM, "chat.cfg"), "an untouched file is old")
    eq(os.stat(path(CUSTOM, "chat.cfg")).st_gid, house.gid, "its group")
    eq(read("etc/botline/conf/development/tracking.cfg"), 'reject_event = "NOT_NOW";\n')
    ok("of the newer version" in read("usr/share/botline/conf/default/log.cfg"), "old defaults")
    ok("of the newer version" in read("usr/share/botline/lang/en.cfg"), "old languages")
    leftover = [n for n in os.listdir(path(CUSTOM)) if "dpkg" in n]
    eq(leftover, [], "questions")
    service.start()
    asked = phone.last()
    eq(say("echo good morning", **first), ["You said: good morning"])
    eq([c for c in phone.calls(asked) if "message" in str(c)], [],
       "a repeat was asked again: the session is lost")
    eq(say("echo after"), ["You said: after"])


@tap.test
def removed():
    """Removed: configuration and state are there, the program is not"""
    eq(service.stop(), 0, "exit status")
    inside("dpkg", "--remove", "botline")
    ok(not os.path.exists(path("usr/sbin/botline")), "the program is left")
    ok(not os.path.lexists(path("etc/botline/lang")), "the languages are left")
    for name in (f"{CUSTOM}/api.cfg", f"{CUSTOM}/log.cfg", "var/lib/botline/state.db",
                 "etc/botline/conf/development/tracking.cfg"):
        ok(os.path.exists(path(name)), f"{name} is gone")


@tap.test
def purged():
    """Purged: nothing is left of it"""
    inside("dpkg", "--purge", "botline")
    left = []
    for folder, folders, names in os.walk(ROOT):
        for name in ("proc", "sys", "dev"):
            if folder == ROOT and name in folders:
                folders.remove(name)
        left += [os.path.join(folder, n)[len(ROOT):] for n in folders + names
                 if "botline" in n]
    eq([n for n in left if not n.startswith(("/var/log", "/var/cache/apt", "/packages"))], [])


def clean():
    if service.pid:
        os.kill(service.pid, signal.SIGKILL)
    for child in reversed(children):
        if child.alive():
            with contextlib.suppress(proc.Timeout):
                child.stop()
    if os.path.exists(LOG):
        tap.note(service.log()[-6000:])


tap.main(clean)
