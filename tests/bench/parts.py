# SPDX-License-Identifier: Apache-2.0
"""What the bench measures beside the table. Each part answers a dictionary of figures.

What is compared here differs by the cost of botline's own work, so a part posts the same
number of turns to each side in turn, and takes medians of the rounds.
"""

import hashlib
import hmac
import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

from programs import TURNS, WANT, Failed, House, children_cpu_s, cpu_s, pss_mb, tool, wrk
from support import fcgi, proc
from support.customer import Customer
from support.desk import Desk
from support.stack import Stack

PEOPLE = 100  # who speak in a round; each has TURNS turns
AT_ONCE = 16
LONG = "tell me everything"  # which canned.c answers with a text for two messages


def _rounds(quick):
    return 1 if quick else 5


def _posted(house, words, turns):
    """One round: figures of its turns, the sessions being open."""
    name = house.sign(1, PEOPLE, turns, words, parts=1)
    house.warm(name, 0)
    began = house.quiet(0)
    cpu = cpu_s(house.pid("botline"))
    out = house.post(name + ".0", AT_ONCE)
    ended = house.quiet(began["calls"] + out["posted"])
    if ended["calls"] - began["calls"] != out["posted"]:
        raise Failed(f"{ended['calls'] - began['calls']} calls in {out['posted']} turns")
    return {"turns_s": out["posted"] * 1e6 / out["us"],
            "cpu_us": (cpu_s(house.pid("botline")) - cpu) * 1e6 / out["posted"]}


def _medians(rows):
    return {key: statistics.median(x[key] for x in rows) for key in rows[0]}


def _compare(sides, rounds, turns=TURNS):
    """sides: {name: (house, words)}, two of them. The second one's cost by the first one's is
    `ratio` (CPU) and `slower` (time)."""
    rows = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (house, words) in sides.items():
            rows[name].append(_posted(house, words, turns))
    out = {name: _medians(rows[name]) for name in sides}
    one, two = (rows[name] for name in sides)
    out["ratio"] = statistics.median(
        y["cpu_us"] / max(x["cpu_us"], 1e-9) for x, y in zip(one, two))
    out["slower"] = statistics.median(x["turns_s"] / y["turns_s"] for x, y in zip(one, two))
    return out


def sessions(folder, quick):
    """100 stored sessions against 100,000 (5,000 when quick)."""
    many = 5000 if quick else 100000
    with House(folder, floors=False) as few, House(folder, floors=False) as full:
        name = full.sign(1, many, 0, parts=1)
        full.post(name + ".warm", 64)
        out = _compare({"100": (few, None), str(many): (full, None)}, _rounds(quick))
        out["stored"] = [len(few.stack.sessions()), len(full.stack.sessions())]
    return out


def _fill(house, jobs):
    s = house.stack
    copy = shutil.copy(tool("fill"), s.path("bin", "fill"))
    subprocess.run([*s.user.prefix(), copy, s.path("state"), str(jobs)], check=True)
    if len(s.queued()) != jobs:
        raise Failed(f"{len(s.queued())} jobs are queued, not {jobs}")


def jobs(folder, quick):
    """10 jobs that wait for their time against 10,000."""
    with House(folder, floors=False) as few, House(folder, floors=False) as full:
        _fill(few, 10)
        _fill(full, 10000)
        return _compare({"10": (few, None), "10000": (full, None)}, _rounds(quick))


def split(folder, quick):
    """An answer that fits into one message against one that has to be split."""
    with House(folder, floors=False) as house:
        # Two messages each time: the limit of what is sent in a row comes the sooner.
        turns = TURNS // 2 - 1
        return _compare({"whole": (house, None), "split": (house, LONG)}, _rounds(quick), turns)


def _store(place, user):
    path = tempfile.mkdtemp(prefix="botline-bench.", dir=place)
    os.chmod(path, 0o700)
    user.own(path)
    return path


def _kind(path):
    return subprocess.run(["stat", "-f", "-c", "%T", path], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()


def store(folder, quick):
    """Sessions on tmpfs (/dev/shm) against sessions on the disk (/var/tmp)."""
    user, paths = proc.User(), []
    try:
        for place in ("/dev/shm", "/var/tmp"):
            paths.append(_store(place, user))
        memory, disk = ({"store.path": path} for path in paths)
        with House(folder, floors=False, keys=memory) as one, \
                House(folder, floors=False, keys=disk) as two:
            out = _compare({"memory": (one, None), "disk": (two, None)}, _rounds(quick))
        return {**out, "kinds": [_kind(path) for path in paths]}
    finally:
        for path in paths:
            proc.remove_folder(path)


def _signed_form(house):
    """One webhook of somebody new: the variables of a CGI program, and its body."""
    with open(house.sign(1, 1, 0, parts=1) + ".warm", encoding="ascii") as f:
        signature, form = f.readline().rstrip("\n").split("\t")
    return fcgi.variables(house.stack.twilio.host, len(form), signature), form.encode()


def _processes(house, n):
    """botline as Apache would start it, without Apache: one process for each turn."""
    s, took, cpu = house.stack, [], 0.0
    for _ in range(n):
        variables, form = _signed_form(house)
        used, began = children_cpu_s(), time.monotonic()
        done = subprocess.run(
            [s.path("bin/botline")], input=form, check=True, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={**variables, "BOTLINE_ROOT": s.path("root")},
            **({"user": s.user.uid, "group": s.user.gid} if s.user.switch else {}))
        took.append((time.monotonic() - began) * 1000)
        cpu += children_cpu_s() - used
        if WANT.encode() not in done.stdout:
            raise Failed(f"a CGI process: {done.stdout[:300]}")
    return {"p50_ms": statistics.median(took), "cpu_us": cpu * 1e6 / n}


def cgi(folder, quick):
    """The road without a process that stays: by Apache with 1 and with 4 clients; and of the
    process alone, whose CPU Apache does not count, the first turn of a session."""
    out = {}
    with House(folder, floors=False, road="cgi") as house:
        for threads in (1, 4):
            name = house.sign(1, 10, 3 if quick else TURNS, parts=1)
            house.post(name + ".warm", threads)
            began = house.quiet(0)
            did = house.post(name + ".0", threads)
            ended = house.quiet(began["calls"] + did["posted"])
            out[str(threads)] = {
                "turns_s": did["posted"] * 1e6 / did["us"],
                "calls": (ended["calls"] - began["calls"]) / did["posted"],
                "others": (ended["others"] - began["others"]) / did["posted"],
                "opened": (ended["opened"] - began["opened"]) / did["posted"]}
        out["process"] = _processes(house, 10 if quick else 100)
    return out


def _first_answer(house):
    """ms from botline's start to the end of its first answer, asked without Apache."""
    s = house.stack
    ask, form = _signed_form(house)
    if s.botline.stop() != 0:
        raise Failed("botline did not end well")
    plain = [s.path("bin/botline"), "--root", s.path("root")]
    command, s.botline_command = s.botline_command, lambda: plain
    # Behind a socket that is there already: who connects waits in its line, and polls nothing.
    try:
        with proc.listening(s.socket_path(), s.user) as held:
            began = time.monotonic()
            s.start_botline(wait=False, stdin=held)
            with fcgi.Peer(s.socket_path()) as peer:
                answer = peer.request(ask, form)
            took = (time.monotonic() - began) * 1000
    finally:
        s.botline_command = command
        os.unlink(s.socket_path())  # nobody's who would remove it
    if WANT.encode() not in answer:
        raise Failed(f"the first answer: {answer[:200]}")
    return took


def start(folder, quick):
    """From a start to the end of the first answer. cold: nothing stored, no token either."""
    cold, warm = [], []
    with House(folder, floors=False) as house:
        for _ in range(3 if quick else 20):
            warm.append(_first_answer(house))
            house.stack.botline.stop()
            for name in os.listdir(house.stack.path("store")):
                path = house.stack.path("store", name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
            house.stack.start_botline()
            cold.append(_first_answer(house))
    return {"cold_ms": statistics.median(cold), "warm_ms": statistics.median(warm),
            "longest_ms": max(cold + warm)}


def memory(folder, quick):
    """PSS with 64 workers that have nothing to do: of a fresh process, and after load."""
    with House(folder, floors=False) as house:
        fresh = pss_mb(house.pid("botline"))
        name = house.sign(8 if quick else 20)
        house.warm(name, 100)
        sent = wrk(house.url("botline"), 64, 2 if quick else 10, name)
        house.quiet(sent["sent"])
        return {"fresh_mb": fresh, "idle_mb": pss_mb(house.pid("botline"))}


class Events:
    """A chat of which HyperChat tells, as its webhook does; the secret is ours."""

    SECRET = "bench-hook-secret"

    def __init__(self, stack):
        self.stack, self.desk = stack, Desk(stack.phone)
        if not self.desk.handshake(self.SECRET)["ok"]:
            raise Failed("the handshake was refused")
        self.customer = Customer(stack, self.desk).open_chat()
        self.desk.act("say", self.customer.chat, text="the first word")
        self.wait(2)
        self.model = json.loads(self.desk.sent(trigger="messages:new")[-1]["body"])

    def wait(self, n):
        proc.wait_for(lambda: len(self.customer.rest()) >= n, 60, f"{n} messages by REST")

    def request(self, n):
        message = {**self.model["data"]["message"], "id": f"bench{n}",
                   "message": f"the agent says {n}"}
        body = json.dumps({**self.model, "data": {"message": message}}).encode()
        mac = hmac.new(self.SECRET.encode(), body, hashlib.sha256).hexdigest()
        return self.stack.twilio.request(
            body, {"Content-Type": "application/json", "X-Hook-Signature": mac})

    def post(self, n):
        """ms up to the end of the acknowledgement."""
        data = self.request(n)
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.stack.apache_port), 30) as s:
            s.sendall(data)
            head = s.recv(4096)
            while s.recv(4096):
                continue
        if not head.startswith(b"HTTP/1.1 200 "):
            raise Failed(f"an event was refused: {head[:200]}")
        return (time.monotonic() - began) * 1000


def events(_folder, quick):
    """An agent's message: its acknowledgement, and the CPU up to Twilio's REST API."""
    n = 50 if quick else 500
    with Stack("proxy", agents=True, prefix="botline-bench.", clients=64) as s:
        chat = Events(s)
        cpu, began = cpu_s(s.botline.pid), time.monotonic()
        took = [chat.post(i) for i in range(n)]
        chat.wait(2 + n)
        every_s = time.monotonic() - began
        s.hidden.clear()
        return {"events": n, "p50_ms": statistics.median(took), "longest_ms": max(took),
                "cpu_us": (cpu_s(s.botline.pid) - cpu) * 1e6 / n, "events_s": n / every_s}


PARTS = {f.__name__: f for f in (start, memory, split, store, sessions, jobs, events, cgi)}


def text(figures):
    """In a line, for people."""
    out = []
    for name, value in figures.items():
        if isinstance(value, dict):
            out.append(f"{name} ({text(value)})")
        elif isinstance(value, float):
            out.append(f"{name} {value:.{2 if value < 100 else 0}f}")
        else:
            out.append(f"{name} {value}")
    return ", ".join(out)
