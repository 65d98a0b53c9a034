# SPDX-License-Identifier: Apache-2.0
"""The runs. Each is a stack of its own, a crowd that talks, something that goes wrong, and
the judge at its end."""

import dataclasses
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time

import storm
from crowd import Crowd, label
from judge import Count, judge
from relay import Relay
from support import proc, tap
from support.desk import Desk
from support.stack import BUILD, Stack
from support.tap import eq, ok

SETTLE_S = 600  # a doubtful message is looked up for a minute, and may be so twice
KEYS = {
    "delivery.rate_per_s": 1000,
    "dialog.flood_per_min": 0,
    "twilio.reply_deadline_ms": 1000,
    "api.timeout_ms": 1500,
    # An event that meets a kill comes again in time to be put in order.
    "chat.reorder_ms": 3000,
}
# What a folder holds: some records, or a queue and its log.
DISKS = {"store": "1m", "state": "8m"}
# Asks the state's database among botline's own mounts.
ASK = """
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
print(json.dumps(db.execute(sys.argv[2]).fetchall()))
"""
HOOKS = {"tries": 20, "retry_ms": 100}


@dataclasses.dataclass
class Size:
    talks: int  # people with the bot
    chats: int  # people with an agent
    messages: int  # each of them says at least
    pause_s: float  # between two
    gap_s: tuple  # of kills
    outage_s: float


def size(short):
    if short:
        return Size(16, 4, 16, 2.0, (2.5, 5.0), 8.0)
    wanted = int(os.environ.get("CHAOS_MESSAGES") or 2000)
    return Size(42, 8, -(-wanted // 50), 4.0, (2.5, 6.0), 60.0)


class Chaos(Stack):
    """A stack with agents, for messages that bear its mark.

    far   True: the upstreams are reached by self.relay
    small True: store and state are on small disks of botline's own
    """

    def __init__(self, keys=None, far=False, small=False, **options):
        more = {"wrap": small_disks} if small else {}
        super().__init__("proxy", {**KEYS, **(keys or {})}, agents=True, start=False,
                         **more, **options)
        self.far, self.small = far, small
        # In each text, so that one look finds any of them in a log.
        self.marker = "zq" + secrets.token_hex(4)
        self.hidden.append(self.marker)

    def _start_sandbox(self):
        if self.far:
            self.relay = Relay(self.sandbox_port)
            base = f"http://127.0.0.1:{self.relay.port}"
            self.options["sandbox_args"] = ["--base-url", base]
            self.configure(api__url=base + "/inbenta", twilio__api_url=base + "/twilio",
                           chat__chat__server=base + "/hyperchat")
        return super()._start_sandbox()

    def inside(self, *names):
        """A path as botline sees it, whose mounts may be its own."""
        return f"/proc/{self.botline.pid}/root" + self.path(*names)

    def show_logs(self):
        """They are long: kept beside the program, for whoever looks into it."""
        here = os.path.join(BUILD, "tests", "chaos", "failed-" + os.path.basename(self.folder))
        shutil.copytree(self.path("log"), here, dirs_exist_ok=True)
        tap.note(f"logs are kept in {here}")

    def _state(self, question):
        if not self.small:
            return super()._state(question)
        ways = ["-m"] if self.user.switch else ["-U", "--preserve-credentials", "-m"]
        done = subprocess.run(
            ["nsenter", "-t", str(self.botline.pid), *ways, sys.executable, "-c", ASK,
             self.path("state/state.db"), question],
            capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)

    def set_up_agents(self):
        desk = Desk(self.phone)
        ok(desk.handshake()["ok"], "the handshake")
        desk.set(replace_agents=True, hooks=HOOKS,
                 agents=[{"id": "A1", "name": "Ada", "slots": 1000}])


def small_disks(stack):
    """Words before botline's command that give it disks of its own, not large ones."""
    user = stack.user
    own = f"uid={user.uid},gid={user.gid}" if user.switch else "uid=0,gid=0"
    script = "".join(
        f'mount -t tmpfs -o size={size},mode=0700,{own} none "{stack.path(name)}" && '
        for name, size in DISKS.items()) + 'exec "$@"'
    space = ["unshare", "-m"] if user.switch else ["unshare", "-r", "-m"]
    return [*space, "sh", "-c", script, "sh", *user.prefix()]


def fill(folder):
    """Takes all that is left; the file that took it."""
    path = os.path.join(folder, "filler")
    f = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        while True:
            os.write(f, b"x" * 4096)
    except OSError:
        return path
    finally:
        os.close(f)


def apologies():
    return {label(x) for x in ("bot_unavailable", "api_timeout", "not_delivered_to_agent")}


def wait_said(crowd, n):
    proc.wait_for(lambda: crowd.n_said() >= n or all(p.is_over() for p in crowd.people),
                  SETTLE_S, f"{n} messages are said")


def settle(s):
    """Waits until nothing is on its way, and says now and then what still is."""
    end = time.monotonic() + SETTLE_S
    while True:
        try:
            s.settle(30)
            return
        except AssertionError as e:
            tap.note(str(e)[:600])
            if time.monotonic() > end:
                raise


def conclude(crowd, apologies, count=None):
    """Waits until nothing is on its way, judges, prints the numbers."""
    s, count = crowd.stack, count or Count()
    settle(s)
    for talk in crowd.talks():
        count.take(judge(talk, apologies))
    dead = s.dead_letters()
    count.add("unknown", dead, f"{dead} dead letters")
    damaged = [x for x in s.log() if re.search("not readable|damaged", x)]
    for note in count.notes[:40]:
        tap.note(note)
    by_reply, by_rest = crowd.ways()
    agents = sum(len(a.said) for a in crowd.agents)
    tap.note(f"{crowd.n_said()} messages of {len(crowd.people)} people, "
             f"{sum(p.repeats for p in crowd.people)} repeated by Twilio, "
             f"{len(crowd.given_up())} given up; {agents} of {len(crowd.agents)} agents; "
             f"{by_reply} answers in a reply, {by_rest} by REST")
    tap.note(str(count))
    eq(damaged[:5], [], "records damaged")
    ok(count.is_clean(), str(count))
    return count


def say_all(crowd, timeout_s):
    left = crowd.wait(timeout_s)
    eq(left, [], f"they have not said all in {timeout_s:.0f} s")
    eq(crowd.troubles(), [], "what went wrong with them")


def repeats(crowd):
    """The last message of each, sent once more: the same reply, and nobody hears it again."""
    s = crowd.stack
    since = s.phone.last()
    for p in crowd.people:
        message, result = p.said[-1], p.results[-1]
        again = p.send(message.text, repeat=message.sid)
        eq([m["body"] for m in again["messages"]], [m["body"] for m in result["messages"]],
           f"the reply to {message.text!r}, repeated")
    eq([c["call"] for c in s.phone.calls(since) if c["call"] == "message"], [],
       "the bot was asked again")
    settle(s)


def killed(dice, how, **twilio):
    s = Chaos(**twilio)
    with s, proc.listening(s.socket_path(), s.user) as parent:
        s.botline_command = lambda: [s.path("bin/botline"), "--root", s.path("root")]
        storm.Storm.provide(s, storm.killer_path(BUILD))
        s.start_botline(stdin=parent)
        s.set_up_agents()
        crowd = Crowd(s, dice, how.talks, how.chats, how.messages, how.pause_s)
        s.botline.stop()
        weather = storm.Storm(s, parent, dice, how.gap_s)
        faults = storm.Faults(s, dice)
        weather.start()
        crowd.start()
        apache = threading.Timer(how.messages * how.pause_s / 2, storm.restart_apache, [s])
        apache.start()
        try:
            say_all(crowd, SETTLE_S + 20 * how.messages * how.pause_s)
        finally:
            crowd.stop()
            faults.stop()
            apache.join()
            weather.stop()
        eq(weather.trouble, None, "what went wrong with the storm")
        tap.note(f"{weather}; {faults}")
        conclude(crowd, apologies())
        eq([m.text for m in crowd.given_up()], [], "Twilio was never told they are taken")
        repeats(crowd)
        calls, kinds = faults.sums()
        ok(sum(weather.kills.values()) > 4 and sum(kinds.values()) > calls / 10,
           "there was no storm")


def main(dice, how):
    """killed at any moment, upstreams fail, Twilio repeats by #rc=3&rp=all"""
    killed(dice, how, rules="#rc=3&rp=all")


def fallback(dice, how):
    """the same, Twilio turns to the fallback URL instead"""
    killed(dice, dataclasses.replace(how, gap_s=(4.0, how.gap_s[1] + 2)), fallback="")


def outage(dice, how):
    """upstreams are down, then dumb, and come back: everything goes on"""
    s = Chaos({"api.timeout_ms": 1000}, far=True)
    with s:
        s.start_botline()
        s.set_up_agents()
        crowd = Crowd(s, dice, how.talks, how.chats, how.messages, how.pause_s)
        crowd.start()
        wait_said(crowd, len(crowd.people))
        for begin in (s.relay.down, s.relay.dumb):
            begin()
            # The minute is what this run is about; somebody must have written in it.
            told = crowd.n_said()
            since = time.monotonic()
            wait_said(crowd, told + len(crowd.people) // 2)
            proc.wait_for(lambda: time.monotonic() > since + how.outage_s / 2,
                          how.outage_s + 60, "half of the outage")
            s.relay.up()
        say_all(crowd, SETTLE_S + 20 * how.messages * how.pause_s)
        conclude(crowd, apologies())
        eq(crowd.given_up(), [], "Twilio was never told they are taken")


def disk(dice, how):
    """the disk is full for a while, again and again; then everything goes on"""
    s = Chaos({"chat.reorder_ms": 300}, rules="#rc=3&rp=all", small=True)
    with s:
        s.start_botline()
        s.set_up_agents()
        # What HyperChat tells of a text that was refused comes later and later: to be in
        # order, agents wait for one to arrive before they write the next.
        crowd = Crowd(s, dice, how.talks, how.chats, how.messages, how.pause_s / 2,
                      replays=True, patient=True)
        s.phone.fault("message", "slow", times=-1, ms=1200)  # late: the queue is needed

        def refused():
            return sum(p.replayed for p in crowd.people)

        # Some have talked before, others come when there is no room for them.
        late = crowd.everybody()[::2]
        for one in crowd.everybody()[1::2]:
            one.start()
        shortages = [("store",), ("state",), ("store", "state")]
        dice.shuffle(shortages)
        for i, names in enumerate(shortages):
            wait_said(crowd, crowd.n_said() + len(crowd.people) // 2)
            since, told = s.mark(), refused()
            files = [fill(s.inside(name)) for name in names]
            for one in late[i::len(shortages)]:
                one.start()
            s.said("disk is full|No space left", since)
            if len(names) > 1:
                # With room in either a message is kept, and taken, all the same.
                proc.wait_for(lambda told=told: refused() > told, 60, "somebody is refused")
            wait_said(crowd, crowd.n_said() + 6)
            for file in files:
                os.unlink(file)
        say_all(crowd, SETTLE_S + 20 * how.messages * how.pause_s)
        busy = sum(p.refused for p in crowd.people)
        tap.note(f"{len(shortages)} shortages: {refused()} times all of Twilio's tries were "
                 f"refused, {busy} times a user was asked to write again")
        conclude(crowd, ())
        ok(s.botline.alive(), "botline lives on")


def slow(dice, how):
    """nobody waits behind one slow conversation: with the bot, Twilio or the agents"""
    s = Chaos({"twilio.reply_deadline_ms": 500, "api.timeout_ms": 40000,
               "chat.reorder_ms": 20})
    with s:
        s.start_botline()
        s.set_up_agents()
        for call in ("message", "tw.messages.create", "hc.messages.post"):
            beside(s, dice, how, call)


def beside(s, dice, how, call):
    """One conversation hangs in this call; all others talk and are answered meanwhile."""
    slow_one = Crowd(s, dice, call == "message", call != "message", 3, name=f"slow {call} ")
    others = Crowd(s, dice, how.talks // 2, how.chats // 2, 3, name=f"beside {call} ")
    since = s.phone.last()
    s.phone.fault(call, "hold")
    # An agent's text goes out by Twilio's API.
    first = slow_one.agents if call.startswith("tw") else slow_one.people
    first[0].start()
    proc.wait_for(lambda: held(s, since, call), 60, f"{call} hangs")
    others.start()
    say_all(others, SETTLE_S)
    proc.wait_for(lambda: not misses(others), 60, f"the others hear all while {call} hangs")
    hangs = not held(s, since, call)["status"]
    s.phone.clear_faults()
    for one in slow_one.everybody():
        if one is not first[0]:
            one.start()
    say_all(slow_one, SETTLE_S)
    tap.note(f"{call} hung; {others.n_said()} messages of {len(others.people)} people beside "
             "it had their answers")
    ok(hangs, f"{call} did not hang until the others were answered")
    conclude(others, ())
    conclude(slow_one, ())


def held(s, since, call):
    return next((c for c in s.phone.calls(since) if c["call"] == call), None)


def misses(crowd):
    """How much of what was said has not arrived."""
    count = Count()
    for talk in crowd.talks():
        count.take(judge(talk))
    return count.lost


def killer(_dice, _how):
    """the killer ends a program at the call it is told, before or after it"""
    path = storm.killer_path(BUILD)
    lines = "for i in 1 2 3 4 5 6; do echo $i; done"

    def heard(**told):
        done = subprocess.run(["sh", "-c", lines], capture_output=True, text=True,
                              check=False, timeout=60,
                              env={**os.environ, "LD_PRELOAD": path, **told})
        return done.returncode, done.stdout.split()

    for sort, count, side, want in (
            ("write", "3", "before", (-9, ["1", "2"])), ("write", "3", "after",
            (-9, ["1", "2", "3"])), ("sync lock", "1", "before", (0, list("123456"))),
            ("write", "0", "before", (0, list("123456")))):
        eq(heard(KILLER_CALLS=sort, KILLER_COUNT=count, KILLER_SIDE=side), want,
           f"{side} call {count} of {sort}")
    eq(heard(KILLER_CALLS="write", KILLER_COUNT="1", KILLER_AFTER_MS="600000"),
       (0, list("123456")), "not armed yet")


RUNS = {"killer": killer, "main": main, "fallback": fallback, "disk": disk, "outage": outage,
        "slow": slow}
