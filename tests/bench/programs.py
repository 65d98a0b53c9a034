# SPDX-License-Identifier: Apache-2.0
"""What the bench starts, and what it asks the kernel about it."""

import contextlib
import itertools
import json
import os
import resource
import subprocess
import threading
import time

from support import proc
from support.stack import ACCOUNT_SID, BUILD, Stack

HERE = os.path.dirname(os.path.abspath(__file__))
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
WANT = "We are open"  # in every good answer
USERS, TURNS = 400, 14  # a block: after 15 replies in a row botline answers by REST
PARTS = 2  # threads of wrk, and files of requests


class Failed(Exception):
    """A run that cannot count."""


class Exhausted(Failed):
    """There were more requests to send than had been signed."""


def tool(name):
    path = os.path.join(BUILD, "tests/bench", name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is missing: make bench builds it")
    return path


def more_files():
    """1,000 clients are some thousand descriptors."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


# What the kernel says.


def _stat(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as f:
        return f.read().rpartition(")")[2].split()


def cpu_s(pid):
    """User and system time of a process and of its children that have ended."""
    return sum(int(x) for x in _stat(pid)[11:15]) * TICK_S


def tree_cpu_s(pid):
    """The same with its living children."""
    total = cpu_s(pid)
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if int(_stat(name)[1]) == pid:
                    total += cpu_s(name)
    return total


def children_cpu_s():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def pss_mb(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        for line in f:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    raise Failed("smaps_rollup has no Pss")


class Peak:
    """The highest PSS of a process while the block runs."""

    def __init__(self, pid):
        self.pid, self.mb = pid, 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self):
        while not self._end.wait(0.25):
            self.mb = max(self.mb, pss_mb(self.pid))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()
        self.mb = max(self.mb, pss_mb(self.pid))


# What is started.


class Upstream:
    """way: plain, h1 or h2 (TLS)."""

    def __init__(self, way, certificate):
        words = [way] if way == "plain" else [way, *certificate]
        self.process = subprocess.Popen([tool("upstream"), *words], text=True, bufsize=1,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self.process.pid
        port = self.process.stdout.readline()
        if not port:
            raise Failed("the canned upstream did not start")
        self.url = f"{'http' if way == 'plain' else 'https'}://127.0.0.1:{int(port)}"

    def _ask(self, line):
        self.process.stdin.write(line + "\n")
        return self.process.stdout.readline()

    def delay(self, ms):
        self._ask(f"delay {ms}")

    def counts(self):
        return json.loads(self._ask("counts"))

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def certificate(folder):
    """A certificate of 127.0.0.1 that is its own authority: (file, its key)."""
    names = os.path.join(folder, "tls.pem"), os.path.join(folder, "tls.key")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
         "subjectAltName=IP:127.0.0.1", "-out", names[0], "-keyout", names[1]],
        check=True, capture_output=True)
    os.chmod(names[0], 0o644)
    return names


PASS = """\
ProxyPass "/{name}" "unix:{sock}|fcgi://{name}/{name}" enablereuse=off timeout=20
<Location "/{name}">
	SetEnv ap_trust_cgilike_cl 1
	<If "%{{HTTP:Content-Length}} -gt 262144">
		Redirect 413
	</If>
	Require all granted
</Location>
"""


_houses = itertools.count()


class House:
    """Apache, botline and, beside it, the two responders it is compared with; the canned
    upstream behind them.

    way      to the upstream: plain, h1, h2
    keys     of botline's configuration
    floors   False: botline alone
    """

    def __init__(self, folder, way="plain", workers=64, clients=64, keys=None, floors=True,
                 road="proxy"):
        self.files = os.path.join(folder, str(next(_houses)))  # what their names begin with
        self.folder = folder
        self.way, self.workers, self.floors = way, workers, floors
        self.children, self.first = [], 600000000
        self.upstream = self.stack = None
        self.options = {"clients": clients + 24, "prefix": "botline-bench."}
        self.road, self.keys = road, dict(keys or {})

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        pem = certificate(self.folder) if self.way != "plain" else ()
        self.upstream = Upstream(self.way, pem)
        extra = "MaxKeepAliveRequests 0\n"
        if self.floors:
            for name, words in (("const", ()), ("floor", (
                    f"{self.upstream.url}/chatbot/v1/conversation/message", *pem[:1]))):
                extra += self._start_floor(name, words)
        keys = {"api.url": self.upstream.url, "server.workers": self.workers,
                "server.backlog": 1024, **self.keys}
        if pem:
            keys["server.ca_file"] = pem[0]
        self.stack = Stack(self.road, keys, extra=extra, **self.options)
        self.stack.start()

    def _start_floor(self, name, words):
        sock = f"{self.files}-{name}.sock"
        child = proc.Child(name, [tool("floor"), sock, str(self.workers), *words],
                           sock + ".log", prefix=["setpriv", "--pdeathsig", "TERM", "--"])
        self.children.append(child)
        child.wait_line("ready", 60)
        return PASS.format(name=name, sock=sock)

    def __exit__(self, kind=None, *_):
        if self.stack is not None:
            if kind is not None and self.stack.folder:
                self.stack.show_logs()
            self.stack.stop(judge=False)
        for child in self.children:
            if child.alive():
                child.stop()
        if self.upstream is not None:
            self.upstream.stop()

    def pid(self, who):
        if who == "botline":
            return self.stack.botline.pid
        return next(c.pid for c in self.children if c.name == who)

    def url(self, who):
        return self.stack.webhook.replace("/botline", "/" + who)

    def all_cpu_s(self, who):
        return (cpu_s(self.pid(who)) + tree_cpu_s(self.stack.apache.pid)
                + cpu_s(self.upstream.pid) + children_cpu_s())

    # --- requests

    def sign(self, blocks, users=USERS, turns=TURNS, words=None, parts=PARTS):
        """Fresh webhooks; the name of their files (presign.c)."""
        name = self.files + "-requests"
        subprocess.run(
            [tool("presign"), self.stack.webhook, ACCOUNT_SID, str(self.first), str(users),
             str(blocks), str(turns), str(parts), name, *([words] if words else [])],
            check=True, env={**os.environ, "BENCH_TOKEN": self.stack.auth_token})
        self.first += users * blocks
        return name

    def post(self, path, threads, who="botline"):
        """Each line of the file once: {"posted", "wrong", "us"}."""
        done = subprocess.run([tool("post"), self.url(who), str(threads), path],
                              check=True, stdout=subprocess.PIPE, text=True)
        out = json.loads(done.stdout)
        if out["wrong"]:
            raise Failed(f"{out['wrong']} of {out['posted']} were answered wrongly")
        return out

    def warm(self, name, delay_ms, who="botline"):
        """Opens the sessions, with all workers at once, so that each has its connection."""
        self.upstream.delay(max(20, self.workers))
        self.post(name + ".warm", self.workers, who)
        self.upstream.delay(delay_ms)

    def quiet(self, calls, timeout_s=60):
        """Waits until the upstream has counted so many calls; its counts, with the most that
        were busy since they were asked for before."""
        most = [0]

        def there():
            found = self.upstream.counts()
            most.append(found["most"])
            return found if found["calls"] >= calls and found["busy"] == 0 else None
        try:
            return {**proc.wait_for(there, timeout_s, f"{calls} calls"), "most": max(most)}
        except proc.Timeout:
            raise Failed(f"{self.upstream.counts()['calls']} upstream calls, not "
                         f"{calls}") from None


def wrk(url, clients, seconds, name):
    """Runs it; what wrk.lua prints."""
    threads = min(PARTS, clients)
    done = subprocess.run(
        ["wrk", f"-t{threads}", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s",
         "-s", os.path.join(HERE, "wrk.lua"), url],
        env={**os.environ, "BENCH_REQUESTS": name, "BENCH_WANT": WANT},
        capture_output=True, text=True, check=False)
    if done.returncode != 0 or not done.stdout.rstrip().endswith("}"):
        raise Failed(f"wrk: {done.stderr[-500:]}{done.stdout[-500:]}")
    out = json.loads(done.stdout.splitlines()[-1])
    if out["exhausted"]:
        raise Exhausted(f"the requests came to an end: {out}")
    if any(out["errors"].values()) or out["wrong"]:
        raise Failed(f"wrong answers: {out} {done.stderr[-900:]}")
    return out


def measure(house, who, clients, seconds, name):
    """One run of wrk against a responder: figures of one row."""
    began = house.quiet(0)
    cpu, every = cpu_s(house.pid(who)), house.all_cpu_s(who)
    with Peak(house.pid(who)) as peak:
        out = wrk(house.url(who), clients, seconds, name)
    # The last requests are not answered to wrk any more, but worked all the same.
    ended = house.quiet(began["calls"] + (0 if who == "const" else out["sent"]))
    turns = max(out["sent"], 1)
    row = {
        "turns_s": out["answered"] * 1e6 / out["us"],
        "p50_ms": out["p50_us"] / 1000,
        "p99_ms": out["p99_us"] / 1000,
        "cpu_us": (cpu_s(house.pid(who)) - cpu) * 1e6 / turns,
        "cpu_all_us": (house.all_cpu_s(who) - every) * 1e6 / turns,
        "turns": out["sent"],
        "calls": ended["calls"] - began["calls"],
        "others": ended["others"] - began["others"],
        "opened": ended["opened"] - began["opened"],
        "most": ended["most"],
        "pss_mb": peak.mb,
    }
    if who == "botline":
        if row["calls"] != row["turns"] or row["others"]:
            raise Failed(f"upstream calls are not the turns: {row}")
        if row["opened"]:
            raise Failed(f"connections were opened upstream: {row}")
    return row


def machine():
    """Where the figures were found."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = next((x.split(":", 1)[1].strip() for x in f if x.startswith("model name")), "")
    return {"cpu": model, "cpus": len(os.sched_getaffinity(0)),
            "kernel": os.uname().release, "load": os.getloadavg()[0],
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


