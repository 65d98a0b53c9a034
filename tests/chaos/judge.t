#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The judge of tests/chaos/ sees what is wrong: made-up conversations with known faults."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "integration")]

from judge import Said, Talk, judge  # noqa: E402
from support import tap  # noqa: E402
from support.tap import eq  # noqa: E402

SORRY = "sorry"
CLEAN = (0, 0, 0, 0)


def counted(talk, apologies=(SORRY,)):
    count = judge(talk, apologies)
    return count.lost, count.doubled, count.misordered, count.unknown


def bot(heard, n=4, each=1, given_up=()):
    """n messages; message 2 has the answers 2, or 2.0, 2.1 …"""
    def answers(i):
        return [str(i)] if each == 1 else [f"{i}.{j}" for j in range(each)]
    said = [Said(f"m{i}", answers(i), i in given_up) for i in range(n)]
    return Talk("p", said, [SORRY if h == "!" else h for h in heard.split()])


# what is wrong: heard; lost, doubled, misordered, unknown; more for bot()
BOT = {
    "nothing": ("0 1 2 3", CLEAN),
    "nothing: apologies in place of answers": ("! 1 ! !", CLEAN),
    "one is lost": ("0 1 3", (1, 0, 0, 0)),
    "the last is lost": ("0 1 2", (1, 0, 0, 0)),
    "all are lost": ("", (4, 0, 0, 0)),
    "one twice": ("0 1 1 2 3", (0, 1, 0, 0)),
    "one twice, later": ("0 1 2 3 1", (0, 1, 0, 0)),
    "one thrice": ("0 1 1 1 2 3", (0, 2, 0, 0)),
    "two changed places": ("0 2 1 3", (0, 0, 1, 0)),
    "the first comes last": ("1 2 3 0", (0, 0, 1, 0)),
    "backwards": ("3 2 1 0", (0, 0, 3, 0)),
    "one that nobody wanted": ("0 1 x 2 3", (0, 0, 0, 1)),
    "an answer and an apology": ("0 ! 1 2 3", (0, 1, 0, 0)),
    "an apology too many": ("0 ! ! 2 3", (0, 1, 0, 0)),
    "an apology too few": ("0 ! 3", (1, 0, 0, 0)),
    "an apology at the wrong place": ("! 0 2 3", (1, 1, 0, 0)),
    "lost, doubled, misordered and unknown": ("1 0 1 3 x", (1, 1, 1, 1)),
    "nothing: of several answers": ("0.0 0.1 1.0 1.1 !", CLEAN, {"n": 3, "each": 2}),
    "half of the answers": ("0.0 0.1 1.0 2.0 2.1", (1, 0, 0, 0), {"n": 3, "each": 2}),
    "halves changed places": ("0.1 0.0 1.0 1.1", (0, 0, 1, 0), {"n": 2, "each": 2}),
    "half an answer and an apology": ("0.0 0.1 1.0 !", (1, 1, 0, 0), {"n": 2, "each": 2}),
    "nothing: given up and not answered": ("0 2 3", CLEAN, {"given_up": {1}}),
    "nothing: given up and answered": ("0 1 2 3", CLEAN, {"given_up": {1}}),
    "given up and answered twice": ("0 1 1 2 3", (0, 1, 0, 0), {"given_up": {1}}),
}

for name, (heard, want, *more) in BOT.items():
    def case(heard=heard, want=want, more=more):
        eq(counted(bot(heard, **(more[0] if more else {}))), want)
    tap.add(f"bot: {name}", case)


def agent(at_agent, heard):
    """Three messages each way: 0 1 2 of the user, a b c of the agent."""
    return Talk("p", [Said(str(i)) for i in range(3)],
                [SORRY if h == "!" else h for h in heard.split()], at_agent.split(),
                ["a", "b", "c"])


AGENT = {
    "nothing": ("0 1 2", "a b c", CLEAN),
    "nothing: one not delivered, and said so": ("0 2", "a ! b c", CLEAN),
    "one is lost": ("0 2", "a b c", (1, 0, 0, 0)),
    "one of the agent's is lost": ("0 1 2", "a c", (1, 0, 0, 0)),
    "the agent reads one twice": ("0 0 1 2", "a b c", (0, 1, 0, 0)),
    "the user reads one twice": ("0 1 2", "a b b c", (0, 1, 0, 0)),
    "two changed places at the agent": ("1 0 2", "a b c", (0, 0, 1, 0)),
    "two changed places at the phone": ("0 1 2", "b a c", (0, 0, 1, 0)),
    "delivered, and the user was told it was not": ("0 1 2", "a b ! c", (0, 0, 0, 1)),
    "the bot has answered": ("0 1 2", "a b c x", (0, 0, 0, 1)),
}

for name, (at_agent, heard, want) in AGENT.items():
    def agent_case(at_agent=at_agent, heard=heard, want=want):
        eq(counted(agent(at_agent, heard)), want)
    tap.add(f"agent: {name}", agent_case)


@tap.test
def no_apologies():
    """where nothing fails, an apology is no answer"""
    eq(counted(bot("0 ! 2 3"), ()), (1, 0, 0, 1))


@tap.test
def sums():
    """counts add up, and each number has its note"""
    count = judge(bot("0 1 1 3"), (SORRY,))
    count.take(judge(bot("0 2 1 3"), (SORRY,)))
    eq(str(count), "lost 1, doubled 1, misordered 1, unknown 0")
    eq(count.is_clean(), False)
    eq(len(count.notes), 3)


tap.main()
