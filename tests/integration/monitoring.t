#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rules, dashboard and their queries against what botline writes for Prometheus."""

import os
import re
import subprocess
import tempfile

from support import tap
from support.stack import ROADS, Stack
from support.tap import eq, ok, test
from support.twilio import fresh_number

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
BUILD = os.path.abspath(os.environ.get("top_builddir", os.path.join(TOP, "build")))


def output():
    """What /metrics answers of a botline that has done nothing yet: all there ever is."""
    with tempfile.TemporaryDirectory(prefix="botline-monitoring-") as folder:
        return subprocess.run([f"{BUILD}/tests/tools/prom_output", f"{folder}/state"],
                              check=True, capture_output=True, text=True).stdout


def check(metrics):
    """The status of tools/check-monitoring and what it prints."""
    done = subprocess.run([f"{TOP}/tools/check-monitoring", "-"], input=metrics, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env={**os.environ, "top_builddir": BUILD}, check=False)
    return done.returncode, done.stdout


def answered(road):
    """What it does answer, after a turn."""
    head = {"Content-Type": None, "Content-Length": None, "User-Agent": "Prometheus"}
    with Stack(road) as s:
        eq(s.twilio.say("hello", fresh_number()).status, 200)
        reply = s.twilio.raw(s.twilio.request(b"", head, "GET", "/botline/metrics"))
        eq(reply.status, 200)
        return reply.body.decode()


def refused(metrics, why):
    status, said = check(metrics)
    ok(status != 0 and why in said, said)


@test(limit_s=300)
def all_of_it():
    """rules and their tests, the format, and all queries ask for what there is"""
    status, said = check(output())
    ok(status == 0 and "queries ask for what there is" in said, said)


@test(limit_s=300)
def of_one_at_work():
    """the same of a botline at work"""
    status, said = check(answered(next(iter(ROADS))))
    ok(status == 0 and "queries ask for what there is" in said, said)


@test(limit_s=300)
def what_is_gone():
    """a metric or a label's value that is gone is missed, and one nobody asks for is told of"""
    metrics = output()
    refused(re.sub(r"(?m)^(# \w+ )?botline_queue_dead.*\n", "", metrics),
            "no metric botline_queue_dead")
    refused(metrics.replace('outcome="apologised"', 'outcome="sorry"'), "no outcome=apologised")
    refused(metrics + "# HELP botline_new_total New\n# TYPE botline_new_total counter\n"
            "botline_new_total 1\n", "no query asks for botline_new_total")


if __name__ == "__main__":
    tap.main()
