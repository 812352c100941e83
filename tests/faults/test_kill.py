"""A run ended at any moment leaves a whole folder or none, and the next run is as if nothing had happened.

Real processes are sent Ctrl-C, SIGTERM and SIGKILL at seeded moments of their life, from the first import to the last
file. `test_every_line` does the same line by line within one process.
"""

import json
import signal
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sim.lab.entry.app import main
from tests.faults.processes import WORLD, complete, end, end_after, end_when, gone, start, workers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")
RUN = ["scenario=./tiny.yaml", "agent=thompson_online", "tracker=none", "results.dir=results", "scenario.horizon=2d"]
TRACED = [*RUN, "trace=true"]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
INTERRUPTED = "interrupted; complete runs are kept and not computed again\n"
SECONDS = 10.0  # far more than it takes; a process that hangs takes for ever


@pytest.fixture
def place(tmp_path):
    (tmp_path / "tiny.yaml").write_text(WORLD.format(horizon="2d"))
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return what a run leaves when nobody ends it, and how many seconds it lives."""

    @cache
    def run(*arguments):
        place = tmp_path_factory.mktemp("undisturbed")
        (place / "tiny.yaml").write_text(WORLD.format(horizon="2d"))
        done = end(start(list(arguments), place))
        assert (done.code, done.error) == (0, "")
        return complete(place / "results"), done.seconds

    return run


def moments(count, seed):
    """Return seeded shares of a life, one in each of ``count`` equal parts, and the signal sent then."""
    within = np.random.default_rng(seed).uniform(size=count)
    return [((k + float(u)) / count, SIGNALS[k % 3]) for k, u in enumerate(within)]


def check(ended, sent):
    """A process says one line, and ends soon; if it was quicker than the signal, it ends as always."""
    if sent is signal.SIGKILL:
        assert ended.code in (-signal.SIGKILL, 0)
        return
    early = [-signal.SIGTERM] if sent is signal.SIGTERM else []  # nothing has begun that would have to be tidied up
    assert ended.code in (0, 130, *early), (ended.code, ended.error)
    assert ended.error == (INTERRUPTED if ended.code == 130 else ""), ended.error
    assert ended.seconds < SECONDS


def ends_at(share, sent, arguments, place, undisturbed):
    """End a run at a share of its life; what can be taken for a result is the result."""
    found, life = undisturbed(*arguments)
    check(end_after(arguments, place, share * life, sent), sent)
    assert complete(place / "results") in ({}, found)


def next_run(arguments, place, undisturbed):
    """The run after is the run that nobody ended; nothing else is left."""
    assert end(start(arguments, place)).code == 0
    assert complete(place / "results") == undisturbed(*arguments)[0]
    assert len(list((place / "results" / "runs").iterdir())) == 1


@pytest.mark.slow
def test_a_run_ended_again_and_again(place, undisturbed):
    for share, sent in moments(3, seed=0):
        ends_at(share, sent, TRACED, place, undisturbed)
    next_run(TRACED, place, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [TRACED, RUN], ids=["trace", "plain"])
@pytest.mark.parametrize(("share", "sent"), moments(24, seed=1))
def test_a_run_ended_at_any_moment(arguments, share, sent, place, undisturbed):
    ends_at(share, sent, arguments, place, undisturbed)
    next_run(arguments, place, undisturbed)


@pytest.mark.parametrize("sent", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_run_ended_while_it_writes(sent, place, monkeypatch):
    monkeypatch.chdir(place)
    half_a_day = [*TRACED, "scenario.horizon=12h"]
    assert main([*half_a_day, "results.dir=whole"]) == 0
    whole = complete(place / "whole")

    def writes():
        return bool(list(Path(place).glob("results/runs/.tmp-*/requests.parquet")))

    check(end_when(half_a_day, place, writes, sent), sent)
    assert complete(place / "results") in ({}, whole)
    assert not [p for p in (place / "results" / "runs").iterdir() if p.name[0] == "."]  # it tidied up
    assert main(half_a_day) == 0
    assert complete(place / "results") == whole
    assert len(list((place / "results" / "runs").iterdir())) == 1


SWEEP = ["-m", "hydra.launcher.workers=2", "scenario=./tiny.yaml", "tracker=none", "learner=beta_thompson"]
SWEEP += ["cadence=online,hourly", "seed=0,1", "scenario.horizon=8d"]


@pytest.mark.parametrize("sent", [pytest.param(s, marks=pytest.mark.slow) for s in SIGNALS])
def test_a_sweep_that_was_ended_goes_on_with_what_is_missing(sent, place):
    results = place / "results"
    busy: set[int] = set()

    def one_is_done():
        busy.update(workers(results))
        return bool(complete(results))

    ended = end_when(SWEEP, place, one_is_done, sent)
    assert ended.code == (-signal.SIGKILL if sent is signal.SIGKILL else 130)
    assert "Traceback" not in ended.error
    assert ended.seconds < SECONDS
    assert gone(busy, within=SECONDS)  # no worker outlives its parent
    kept = complete(results)
    before = {name: (results / "runs" / name).stat().st_mtime_ns for name in kept}
    assert 1 <= len(kept) < 4
    again = end(start(SWEEP, place))
    assert again.code == 0, again.error
    assert len(complete(results)) == 4
    assert {name: complete(results)[name] for name in kept} == kept
    assert all((results / "runs" / name).stat().st_mtime_ns == at for name, at in before.items())
    assert not list(results.rglob(".tmp-*"))
    (sweep,) = (results / "sweeps").iterdir()
    jobs = json.loads((sweep / "sweep.json").read_text())["jobs"]
    assert [job["failed"] for job in jobs] == [False] * 4
