"""The writing of a run ended at each of its lines: what is on the disk then is a whole folder or none.

A process that is killed leaves the disk as it is at that line; one that is interrupted tidies up first.
"""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest
import yaml

from agents import UCB1, Agent, Every
from sim import Scenario
from sim.lab.config.job import Job
from sim.lab.run import compute
from sim.lab.run.run import obtain
from sim.lab.store import atomic as folder
from sim.lab.store import parquet
from sim.lab.store.atomic import PREFIX, clean
from sim.lab.store.run_folder import TRACE, Record
from tests.faults.processes import complete
from tests.lab.conftest import TINY

WRITERS = {module.__file__ for module in (folder, compute, parquet)}
WORLD = Scenario.load(yaml.safe_load(TINY))


def job(trace=True):
    return Job(WORLD, Agent(UCB1(), cadence=Every("1h")), 0, 1, None, trace, {}, None)


@contextmanager
def at_each_line(act):
    """Call ``act(n, function)`` before the n-th line that the writing modules execute."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename not in WRITERS:
            return None
        if event == "line":
            count += 1
            act(count, frame.f_code.co_name)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def whole(results, reference):
    """Say whether what can be taken for a result is the result."""
    return complete(results) in ({}, reference)


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    """What a run leaves that nobody ends."""
    results = tmp_path_factory.mktemp("reference")
    obtain(job(), results)
    return complete(results)


def test_killed_at_any_line_a_run_is_whole_or_not_there(tmp_path, reference):
    seen = []
    with at_each_line(lambda *_: seen.append(whole(tmp_path, reference))):
        obtain(job(), tmp_path)
    assert all(seen)
    assert len(seen) > 200
    assert complete(tmp_path) == reference


def test_killed_at_any_line_a_run_that_is_to_be_replaced_can_be_brought_back(tmp_path, reference):
    obtain(job(), tmp_path)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    seen = []

    def look(number, _):
        """Copy the disk as it is, let its owner be dead, and clean up as the next run does."""
        if number % 10 and complete(tmp_path):
            return
        copy = tmp_path.with_name("copy")
        shutil.copytree(tmp_path, copy)
        for hidden in (copy / "runs").glob(f"{PREFIX}*"):
            hidden.rename(hidden.with_name(hidden.name.replace(str(os.getpid()), str(dead.pid))))
        clean(copy / "runs")
        seen.append(complete(copy) == reference)
        shutil.rmtree(copy)

    with at_each_line(look):
        obtain(job(), tmp_path, rerun=True)
    assert all(seen)
    assert len(seen) > 20


def interrupted(results, number, **options):
    """Interrupt a run before its n-th line; say whether it came that far."""

    def act(count, _):
        if count == number:
            raise KeyboardInterrupt

    try:
        with at_each_line(act):
            obtain(job(), results, **options)
    except KeyboardInterrupt:
        return True
    return False


def check_interrupted(place, numbers, reference):
    for number in numbers:
        results = place / str(number)
        if not interrupted(results, number):
            return
        assert whole(results, reference), number
        left = list((results / "runs").glob(f"{PREFIX}*")) if (results / "runs").is_dir() else []
        assert len(left) <= 1, number  # interrupted in the middle of tidying up; the next run does it
        obtain(job(), results)
        assert complete(results) == reference, number


def test_interrupted_at_some_lines_the_next_run_is_clean(tmp_path, reference):
    check_interrupted(tmp_path, range(3, 10_000, 113), reference)


@pytest.mark.slow
def test_interrupted_at_any_line_the_next_run_is_clean(tmp_path, reference):
    check_interrupted(tmp_path, range(1, 10_000), reference)


def test_interrupted_while_a_run_is_replaced_the_old_one_stays(tmp_path, reference):
    obtain(job(), tmp_path)
    lines = []
    with at_each_line(lambda number, function: lines.append((number, function))):
        obtain(job(), tmp_path, rerun=True)
    names = [number for number, function in lines if function == "_settled"]
    assert len(names) > 5
    for number in [*range(2, len(lines), 301), *names]:
        assert interrupted(tmp_path, number, rerun=True)
        assert complete(tmp_path) == reference, number


def test_a_trace_that_was_interrupted_leaves_the_run_without(tmp_path):
    obtain(job(trace=False), tmp_path)
    (plain,) = complete(tmp_path).values()
    assert interrupted_with_trace(tmp_path)
    assert list(complete(tmp_path).values()) == [plain]
    assert not set(TRACE) & set(plain)
    fresh, computed = obtain(job(), tmp_path)
    assert computed
    assert Record.complete(fresh.folder, trace=True)


def interrupted_with_trace(results):
    return interrupted(results, 150)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
def test_what_a_dead_process_left_is_removed_even_if_nobody_buried_it(tmp_path):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)  # it ended, and stays a zombie
    (tmp_path / f"{PREFIX}{dead.pid}-x-1").mkdir()
    assert clean(tmp_path) == 1
    dead.wait()
    assert list(tmp_path.iterdir()) == []
