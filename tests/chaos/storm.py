# SPDX-License-Identifier: Apache-2.0
"""What goes wrong: botline is killed again and again, and started anew by a parent that
holds its socket; Apache is restarted once; upstreams fail."""

import collections
import os
import shutil
import signal
import subprocess
import threading

# At which call of these it dies, at most. Small numbers are drawn as often as large ones.
CALLS = {"write": 120, "sync": 60, "send": 40, "lock": 200, "connect": 20}


class Storm(threading.Thread):
    """Kills, until told to stop; botline lives on then, unharmed.

    gap_s  (least, most): how long each lives. What Twilio sends again must not meet a kill
           in each of its tries.
    """

    def __init__(self, stack, parent, dice, gap_s):
        super().__init__(daemon=True, name="storm")
        self.stack, self.parent, self.dice, self.gap_s = stack, parent, dice, gap_s
        self.kills = collections.Counter()
        self.trouble = None
        self.enough = threading.Event()

    @staticmethod
    def provide(stack, killer):
        """The killer, where botline's user can read it."""
        shutil.copy(killer, stack.path("bin", "killer.so"))

    def _way(self):
        """How the next one dies: "moment", or at a call of some sort; and its environment."""
        sort = self.dice.choice(("moment", *CALLS))
        if sort == "moment":
            return sort, {}
        return sort, {
            "LD_PRELOAD": self.stack.path("bin", "killer.so"),
            "KILLER_CALLS": sort,
            "KILLER_COUNT": str(int(CALLS[sort] ** self.dice.random())),
            "KILLER_AFTER_MS": str(int(1000 * self.gap_s[0])),
            "KILLER_SIDE": self.dice.choice(("before", "after")),
        }

    def _start(self, env):
        self.stack.options["env"] = env
        self.stack.start_botline(stdin=self.parent, wait=False)

    def _death(self, sort):
        """Waits until it dies by itself, or kills it when its time has come."""
        child = self.stack.botline
        least, most = self.gap_s
        life_s = self.dice.uniform(least, most) if sort == "moment" else most
        try:
            # Its life is as long as the dice say, however fast this machine is.
            code = child.process.wait(life_s)
        except subprocess.TimeoutExpired:
            child.process.kill()
            code, sort = child.process.wait(), "moment"
        if code != -signal.SIGKILL:
            raise AssertionError(f"botline ended by itself, with {code}:\n{child.tail()}")
        self.kills[sort] += 1

    def run(self):
        try:
            while not self.enough.is_set():
                sort, env = self._way()
                self._start(env)
                self._death(sort)
        except Exception as e:  # told to the run, which judges
            self.trouble = repr(e)

    def stop(self):
        self.enough.set()
        self.join(60 + self.gap_s[1])
        if self.is_alive():
            raise AssertionError("the storm does not end")
        # Not by the storm's own thread, with which it would end.
        self._start({})

    def __str__(self):
        parts = ", ".join(f"{n} {sort}" for sort, n in sorted(self.kills.items()))
        return f"{sum(self.kills.values())} kills ({parts})"


def restart_apache(stack):
    """As `apachectl restart`: what is under way is cut off, the socket stays."""
    child = stack.apache
    since = child.mark()
    child.signal(signal.SIGHUP)
    child.wait_line("resuming normal operations", 60, since)


def killer_path(build):
    path = os.path.join(build, "tests", "chaos", "killer.so")
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path} is missing: make chaos builds it")
    return path


# How upstreams fail. What is "slow", "lost", "cut" or halved was done all the same.
KINDS = ("stall", "slow", "close", "lost", "cut", "half_json", "html", "empty", "status",
         "throttle", "gateway_timeout")
SHARE = 0.2


class Faults:
    """Of all calls of the upstreams a fifth fails, in ways that the dice say."""

    def __init__(self, stack, dice):
        self.phone, self.counts = stack.phone, {}
        self.phone.clear_faults()
        self.phone.chance("*", SHARE, KINDS, seed=dice.randrange(1 << 30), ms=1200)

    def stop(self):
        self.counts = self.phone.fault_counts()
        self.phone.clear_faults()

    def sums(self):
        """How many calls there were, and how many of each kind of fault."""
        total = collections.Counter()
        for counts in self.counts.values():
            total.update(counts)
        return total.pop("calls", 0), total

    def __str__(self):
        calls, kinds = self.sums()
        parts = ", ".join(f"{n} {kind}" for kind, n in sorted(kinds.items()))
        return f"{sum(kinds.values())} faults in {calls} calls ({parts})"
