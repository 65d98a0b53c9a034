# SPDX-License-Identifier: Apache-2.0
"""Child processes that are waited for by conditions and stopped by their own pid."""

import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Timeout(Exception):
    pass


def wait_for(condition, timeout_s, what):
    """Asks condition() until it answers something true, which is returned."""
    end = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Timeout(f"{timeout_s} s passed without: {what}")
        time.sleep(0.01)


_ports = []  # what holds those we were given


def _reserve(port):
    """Keeps the port from others who ask free_port(), in this run or another beside it.

    By an address without a file, which one process can have at a time and the kernel takes
    back when that ends. None: it is taken.
    """
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        s.bind(f"\0botline-test-port-{port}")
    except OSError:
        s.close()
        return None
    return s


def free_port():
    """A loopback port nobody listens on, and nobody else is given while this process lives.

    Whom it is for may listen on it only seconds later, on a busy machine. Taken below the
    range from which the kernel picks ports for outgoing connections, so that none of those
    takes it before.
    """
    while True:
        port = random.randrange(18000, 32000)
        held = _reserve(port)
        if held is None:
            continue
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                held.close()
                continue
        _ports.append(held)
        return port


def connects(port):
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex(("127.0.0.1", port)) == 0


class User:
    """Whom the programs run as: www-data when we are root, else ourselves."""

    def __init__(self, name="www-data"):
        self.switch = os.geteuid() == 0
        entry = pwd.getpwnam(name) if self.switch else pwd.getpwuid(os.geteuid())
        self.name, self.uid, self.gid = entry.pw_name, entry.pw_uid, entry.pw_gid

    def own(self, path):
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def prefix(self):
        """What stands before a command. The child ends with us, should we be killed."""
        words = ["setpriv", "--pdeathsig", "TERM"]
        if self.switch:
            words += [f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        return words + ["--"]


def run_folder(prefix="botline-e2e."):
    """A private folder that Apache's user can walk through."""
    path = tempfile.mkdtemp(prefix=prefix, dir="/tmp")
    os.chmod(path, 0o755)
    return path


def listening(path, user):
    """A listening Unix socket, held as systemd or spawn-fcgi would hold it."""
    holder = socket.socket(socket.AF_UNIX)
    holder.bind(path)
    os.chmod(path, 0o660)
    user.own(path)
    holder.listen(512)
    return holder


def remove_folder(path):
    shutil.rmtree(path, ignore_errors=True)


class Child:
    """A running program with its output in a file.

    prefix: words before the command (User.prefix()); the process is still the program,
    since each of them replaces itself by the next.
    """

    def __init__(self, name, argv, log_path, env=None, prefix=(), stdin=None, pass_fds=()):
        self.name, self.log_path = name, log_path
        with open(log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*prefix, *argv],
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=log,
                stderr=log,
                env={**os.environ, **(env or {})},
                pass_fds=pass_fds,
                start_new_session=True,
            )
        self.pid = self.process.pid

    def alive(self):
        return self.process.poll() is None

    def log(self, since=0):
        with open(self.log_path, "rb") as f:
            f.seek(since)
            return f.read().decode("utf-8", "replace")

    def mark(self):
        """Where the log ends now; for log(since=…)."""
        return os.path.getsize(self.log_path)

    def tail(self, lines=15):
        return "\n".join(self.log().splitlines()[-lines:])

    def wait_line(self, pattern, timeout_s=20, since=0):
        """The first match of the pattern in the log, as soon as it is there."""

        def look():
            found = re.search(pattern, self.log(since))
            if found is None and not self.alive():
                raise Timeout(f"{self.name} ended with {self.process.returncode}:")
            return found

        try:
            return wait_for(look, timeout_s, f"{self.name} says {pattern!r}")
        except Timeout as e:
            raise Timeout(f"{e}\n{self.tail()}") from None

    def signal(self, number):
        if self.alive():
            os.kill(self.pid, number)

    def wait(self, timeout_s=20):
        """Waits for its end; the exit code, negative for a signal."""
        try:
            return self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise Timeout(f"{self.name} did not end in {timeout_s} s") from None

    def stop(self, timeout_s=20):
        """Asks it to end and waits; kills it when it does not. The exit code."""
        self.signal(signal.SIGTERM)
        try:
            return self.wait(timeout_s)
        except Timeout:
            self.signal(signal.SIGKILL)
            self.process.wait()
            raise
