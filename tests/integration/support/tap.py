# SPDX-License-Identifier: Apache-2.0
"""Tests are functions marked @test; main() runs them and prints TAP.

A script takes names as arguments: only tests whose name contains one of them run.
"""

import signal
import sys
import time
import traceback

_tests = []


class Skip(Exception):
    """Raised by a test that cannot run here; the text says why."""


class Overdue(BaseException):
    """A test took longer than it may. Not an Exception: no handler of a test eats it."""


def test(fn=None, *, limit_s=150, name=None):
    """Marks a test. Its name is the function's first comment line, or the one given."""

    def mark(f):
        label = name or (f.__doc__ or f.__name__).strip().splitlines()[0]
        _tests.append((label.replace("#", "no."), f, limit_s))
        return f

    return mark(fn) if fn else mark


def add(name, fn, limit_s=150):
    """A test that was made at run time, one for each file of a folder, say."""
    _tests.append((name.replace("#", "no."), fn, limit_s))


def note(text):
    for line in str(text).splitlines():
        print("# " + line)
    sys.stdout.flush()


def _overdue(_signal, _frame):
    raise Overdue("took longer than it may")


def _run_one(number, name, fn, limit_s):
    signal.signal(signal.SIGALRM, _overdue)
    signal.alarm(limit_s)
    began = time.monotonic()
    try:
        fn()
        signal.alarm(0)
        print(f"ok {number} - {name}")
        ok = True
    except Skip as why:
        signal.alarm(0)
        print(f"ok {number} - {name} # SKIP {why}")
        ok = True
    except (Exception, Overdue):  # the next test shall run whatever this one met
        signal.alarm(0)
        print(f"not ok {number} - {name}")
        note(traceback.format_exc())
        ok = False
    note(f"{time.monotonic() - began:.1f} s")
    return ok


def main(cleanup=None):
    """Runs the tests of this script. cleanup() is called whatever happens."""
    wanted = sys.argv[1:]
    chosen = [t for t in _tests if not wanted or any(w in t[0] for w in wanted)]
    # A terminated script stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    print(f"1..{len(chosen)}")
    sys.stdout.flush()
    try:
        results = [_run_one(i, *t) for i, t in enumerate(chosen, 1)]
    finally:
        if cleanup:
            cleanup()
    if not chosen:
        print("Bail out! no test of that name")
        sys.exit(1)
    sys.exit(0 if all(results) else 1)


def eq(got, want, what=""):
    if got != want:
        raise AssertionError(f"{what or 'value'}\n  got  {got!r}\n  want {want!r}")


def ok(truth, what):
    if not truth:
        raise AssertionError(what)
