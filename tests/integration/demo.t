#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo as a newcomer starts it."""

import glob
import os
import re
import signal
import stat
import subprocess
import tempfile

from support import proc, tap
from support.desk import Desk
from support.phone import Phone
from support.stack import BUILD, TOP
from support.tap import eq, ok

DEMO = os.path.join(TOP, "tools", "demo")
folder = tempfile.mkdtemp(prefix="botline-e2e.", dir="/tmp")


class Demo:
    """One in the foreground."""

    def __init__(self):
        self.port = proc.free_port()
        self.child = proc.Child(
            "demo", [DEMO, "--port", str(self.port)],
            os.path.join(folder, f"demo.{self.port}.log"), env={"top_builddir": BUILD})
        # The last line that it prints when all is ready.
        self.child.wait_line(r"stop +Ctrl-C", 40)
        said = self.child.log()
        eq(re.search(r"^Phone: (.*)$", said, re.M).group(1),
           f"http://127.0.0.1:{self.port}/phone/")
        eq(re.search(r"^Both: +(.*)$", said, re.M).group(1),
           f"http://127.0.0.1:{self.port}/")
        self.folder = os.path.dirname(re.search(r"logs +(\S+)", said).group(1))
        self.phone = Phone(self.port)

    def pids(self):
        """Processes that live in its folder."""
        found = []
        for path in glob.glob("/proc/[0-9]*/cmdline"):
            try:
                with open(path, "rb") as f:
                    if self.folder.encode() in f.read():
                        found.append(int(path.split("/")[2]))
            except OSError:
                continue
        return found

    def gone(self):
        ok(not os.path.exists(self.folder), "its folder is left behind")
        eq(self.pids(), [], "its processes live")


def talks(phone):
    said = phone.send("opening hours")
    eq(said["fault"], None)
    ok(said["messages"][0]["body"].endswith("1) Shop\n2) Support line"), f"{said}")
    said = phone.send("1", "sms")
    ok("Monday to Friday" in said["messages"][0]["body"], f"{said}")


def transcript():
    """README's conversation: [what is said, the lines of the answer]."""
    with open(os.path.join(TOP, "README.md"), encoding="utf-8") as f:
        block = re.search(r"^    > .*?(?=^\S)", f.read(), re.M | re.S).group(0)
    turns = []
    for line in block.rstrip().split("\n"):
        if line.startswith("    > "):
            turns.append((line[6:], []))
        else:
            turns[-1][1].append(line[4:])
    return turns


@tap.test
def readme():
    """the conversation in README is what the phone shows"""
    demo = Demo()
    try:
        turns = transcript()
        ok(len(turns) > 5, f"{turns}")
        for said, lines in turns:
            reply = demo.phone.send(said)
            eq("\n".join(m["body"] for m in reply["messages"]), "\n".join(lines), said)
    finally:
        demo.child.signal(signal.SIGINT)
    demo.child.wait(30)
    demo.gone()


@tap.test
def human():
    """an agent takes over as README says, and the bot is back"""
    demo = Demo()
    try:
        desk = Desk(demo.phone)
        said = demo.phone.send("I want to talk to a human")
        ok(said["messages"][-1]["body"].endswith("human agent?\n1) Yes\n2) No"), f"{said}")
        demo.phone.send("1")
        chat = desk.chat_of()["id"]
        desk.act("accept", chat, agent="A1")
        desk.act("say", chat, text="Good morning")
        desk.act("close", chat)
        told = proc.wait_for(lambda: len(desk.messages()) >= 4 and desk.messages(), 60,
                             "four messages of the chat")
        eq([m["body"] for m in told], ["Agent Marta has joined the conversation.",
                                       "Good morning", "Chat closed",
                                       "Would you like to answer a short survey?\n1) Yes\n2) No"])
        demo.phone.send("2")
        talks(demo.phone)
    finally:
        demo.child.signal(signal.SIGINT)
    demo.child.wait(30)
    demo.gone()


def ends_by(number):
    demo = Demo()
    try:
        talks(demo.phone)
        ok(len(demo.pids()) >= 3, "Apache, botline and the sandbox run")
    finally:
        demo.child.signal(number)
    eq(demo.child.wait(30), 0, demo.child.tail())
    demo.gone()


@tap.test
def interrupted():
    """it talks; Ctrl-C ends all and leaves nothing"""
    ends_by(signal.SIGINT)


@tap.test
def terminated():
    """it talks; SIGTERM ends all and leaves nothing"""
    ends_by(signal.SIGTERM)


@tap.test
def child_dies():
    """a program that dies ends the demo, with its last lines"""
    demo = Demo()
    pid = next(p for p in demo.pids() if b"--listen" in open(f"/proc/{p}/cmdline", "rb").read()
               and b"bin/botline\0" in open(f"/proc/{p}/cmdline", "rb").read())
    os.kill(pid, signal.SIGKILL)
    eq(demo.child.wait(30), 1)
    ok(re.search(r"botline ended with -9", demo.child.tail()), demo.child.tail())
    ok("event=ready" in demo.child.tail(), "its last lines are not shown")
    demo.gone()


@tap.test
def killed():
    """killed outright, its programs end with it, and the next start removes its folder"""
    demo = Demo()
    os.kill(demo.child.pid, signal.SIGKILL)
    demo.child.wait(30)
    proc.wait_for(lambda: not demo.pids(), 30, "its programs end")
    ok(os.path.exists(demo.folder), "nobody was there to remove it")
    following = Demo()
    try:
        ok(not os.path.exists(demo.folder), "the folder of the dead one is left")
        talks(following.phone)
    finally:
        following.child.signal(signal.SIGINT)
    eq(following.child.wait(30), 0, following.child.tail())
    following.gone()


@tap.test
def words():
    """a slip of the pen is said at once, before anything is built"""
    for argv, says in (
        (["--prot"], "demo knows no '--prot'"),
        (["--port"], "--port wants a number"),
        (["--port", "8o9o"], "--port wants a number"),
        (["--port=0"], "--port wants a number"),
        (["--survey"], "--survey wants talk"),
        (["--survey=long"], "--survey wants talk"),
    ):
        said = subprocess.run([os.path.join(TOP, "bootstrap"), "demo", *argv], timeout=30,
                              capture_output=True, text=True, check=False)
        eq((said.returncode, said.stdout), (64, ""), f"{argv}")
        ok(says in said.stderr, said.stderr)


@tap.test
def secrets():
    """secrets are in files for their owner alone"""
    demo = Demo()
    try:
        files = glob.glob(demo.folder + "/root/secrets/*")
        eq(len(files), 7, f"{files}")
        for path in files:
            eq(stat.S_IMODE(os.stat(path).st_mode), 0o600, path)
        eq(stat.S_IMODE(os.stat(demo.folder + "/root/secrets").st_mode), 0o700)
        with open(demo.folder + "/root/conf/custom/api.cfg", encoding="utf-8") as f:
            ok("secret_file" in f.read(), "api.cfg names no file")
    finally:
        demo.child.signal(signal.SIGINT)
    demo.child.wait(30)
    demo.gone()


@tap.test
def taken():
    """a port that is taken is said"""
    demo = Demo()
    try:
        other = subprocess.run([DEMO, "--port", str(demo.port)], capture_output=True,
                               text=True, timeout=30, check=False,
                               env={**os.environ, "top_builddir": BUILD})
        eq(other.returncode, 1)
        ok(str(demo.port) in other.stderr, other.stderr)
        talks(demo.phone)
    finally:
        demo.child.signal(signal.SIGINT)
    demo.child.wait(30)
    demo.gone()


@tap.test
def detached():
    """--detach returns when it is ready, --stop ends it"""
    build = tempfile.mkdtemp(prefix="botline-e2e.", dir="/tmp")
    for name in ("botline", "botline-sandbox"):
        os.symlink(os.path.join(BUILD, name), os.path.join(build, name))
    env = {**os.environ, "top_builddir": build}  # the state file is for this test alone

    def call(*words):
        return subprocess.run([DEMO, *words], capture_output=True, text=True, timeout=60,
                              check=False, env=env)

    port = proc.free_port()
    try:
        begun = call("--detach", "--port", str(port))
        eq(begun.returncode, 0, begun.stdout + begun.stderr)
        ok(f"Phone: http://127.0.0.1:{port}/phone/" in begun.stdout, begun.stdout)
        talks(Phone(port))
        again = call("--detach")
        eq(again.returncode, 1, again.stdout)
        ok(str(port) in again.stderr, again.stderr)
        ended = call("--stop")
        eq(ended.returncode, 0, ended.stderr)
        ok(not proc.connects(port), "it still listens")
        ok(not os.path.exists(os.path.join(build, "demo.state")), "its state is left")
        eq(call("--stop").returncode, 0, "nothing to stop is no error")
    finally:
        call("--stop")
        proc.remove_folder(build)


tap.main(lambda: proc.remove_folder(folder))
