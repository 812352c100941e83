"""A process that dies costs its own job: the others are done, and it is said how it died."""

from __future__ import annotations

import os
import re
import sys

import pytest

from sim.errors import Died
from sim.lab.base.processes import side_by_side
from sim.lab.entry.app import main
from tests.faults.dying import big, do, leave_child, once
from tests.faults.processes import complete, end, gone, start
from tests.lab.conftest import TINY

LEARNER = """\
import os, sys
from tests.faults.broken import Fine

class Dies(Fine):
    def __init__(self, how=""):
        self.how, self.count = how, 0

    def train(self, experience):
        self.count += 1
        if self.count == 1:
            {"exit": lambda: os._exit(3), "quit": lambda: sys.exit(0), "fork": lambda: os.fork(), "": lambda: 0,
             "word": lambda: [][chr(0xD800)], "odd": self.odd}[self.how]()

    def odd(self):
        raise type("Odd", (BaseException,), {"__repr__": lambda self: [][0]})
"""
HOW = {  # in processes that are started once more each: two are enough for the fast tests
    "kill": "was killed by SIGKILL (from outside, or memory ran out)",
    "term": "was killed by SIGTERM",
    "segv": "was killed by SIGSEGV",
    "exit": "ended with exit code 3 in the middle of the job",
    "zero": "ended with exit code 0 in the middle of the job",
    "files": "lost its pipe: something closed the files that it held open",
}


SLOW = pytest.param(["term", "segv", "exit", "zero"], marks=pytest.mark.slow)


@pytest.mark.parametrize("bad", [["kill", "files"], SLOW])
def test_whatever_dies_costs_itself_and_is_named(capsys, bad) -> None:
    fine = ["where", "fork"]
    found = dict(side_by_side(do, ((how, (how,)) for how in [*bad, *fine]), 2))
    assert {how: str(found[how]) for how in bad} == {how: f"its process {HOW[how]}" for how in bad}
    assert all(isinstance(found[how], Died) for how in bad)
    assert [found[how] for how in fine] == [os.getcwd()] * len(fine)
    assert capsys.readouterr().err.count("the job is done once more, alone, after the others") == len(bad)


def test_one_that_dies_once_is_done_again(tmp_path) -> None:
    orders = {0: "a", 1: "b", 2: "a"}
    found = dict(side_by_side(once, ((n, (str(tmp_path / name),)) for n, name in orders.items()), 2))
    assert found == dict.fromkeys(orders, "done")


def test_what_is_raised_is_the_outcome_and_a_worker_stays_where_it_is(tmp_path) -> None:
    found = dict(side_by_side(do, ((how, (how,)) for how in ("quit", "raise", "away", "where", "deaf")), 1))
    assert isinstance(found["quit"], SystemExit)
    assert isinstance(found["raise"], ValueError)
    assert (found["away"], found["where"]) == ("/", os.getcwd())


def test_an_answer_may_be_large() -> None:
    assert [len(answer) for _, answer in side_by_side(big, [(0, (10_000_000,))], 1)] == [10_000_000]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc")
@pytest.mark.parametrize("whole", [True, False])
def test_what_a_job_started_ends_with_its_worker(tmp_path, whole) -> None:
    file = tmp_path / "pid"
    jobs = side_by_side(leave_child, [(0, (str(file),))], 1)
    assert next(jobs) == (0, None)
    if whole:
        assert list(jobs) == []
    else:
        jobs.close()
    assert gone({int(file.read_text())}, within=5.0)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with an agent that dies as it is told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "tiny.yaml").write_text(TINY)
    (tmp_path / "dies.py").write_text(LEARNER)
    (tmp_path / "leaves.py").write_text("import sys; sys.exit(0)")
    (tmp_path / "conf" / "learner").mkdir(parents=True)
    (tmp_path / "conf" / "learner" / "dies.yaml").write_text("_target_: dies.Dies\nhow: ''\n")
    (tmp_path / "conf" / "learner" / "leaves.yaml").write_text("_target_: leaves.It\n")
    return tmp_path


RUN = ["--config-dir", "conf", "scenario=./tiny.yaml", "tracker=none", "cadence=hourly"]


@pytest.mark.parametrize("more", [[], pytest.param(["-m", "hydra/launcher=basic", "seed=0,1"], marks=pytest.mark.slow)])
def test_an_agent_that_leaves_has_failed(place, capsys, more) -> None:
    assert main([*RUN, "learner=dies", "learner.how=quit", *more]) == 2
    assert "Dies failed while training version 1 at 3600 s: SystemExit(0) at " in capsys.readouterr().err
    assert main([*RUN, "learner=leaves", *more]) == 2
    assert "the module leaves cannot be imported (SystemExit: 0)" in capsys.readouterr().err


def test_an_error_that_cannot_be_shown_is_a_line(place, capsys) -> None:
    assert main([*RUN, "learner=dies", "learner.how=word,odd", "-m", "hydra/launcher=basic"]) == 2
    said = capsys.readouterr().err
    for how, why in (("word", r"TypeError"), ("odd", r"Odd at \S*dies.py")):
        assert re.search(rf"how={how}.*: Dies failed while training version 1 at 3600 s: {why}", said)


@pytest.mark.slow  # the jobs above, by the program
def test_a_sweep_of_processes_names_the_job_that_died(place) -> None:
    many = ["-m", "learner=dies", 'learner.how=exit,"",quit', "hydra.launcher.workers=2", "seed=0"]
    done = end(start([*RUN, *many], place))
    assert done.code == 2, done.error
    assert "how=exit seed=0: its process ended with exit code 3 in the middle of the job" in done.error
    assert "SystemExit(0)" in done.error
    assert "Traceback" not in done.error
    assert len(complete(place / "results")) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_process_that_comes_back_is_ended(place, capfd, monkeypatch) -> None:
    home, fork, forked = os.getpid(), os.fork, []
    monkeypatch.setattr(os, "fork", lambda: forked.append(fork()))
    try:
        code = main([*RUN, "learner=dies", "learner.how=fork", "trace=true"])
    finally:
        if os.getpid() != home:
            os._exit(9)
    assert (code, [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in forked]) == (0, [1])
    said = "Dies: a process that it forked came back from its code and was ended; os._exit ends one in time\n"
    assert capfd.readouterr().err == said
    assert len(list((place / "results" / "runs").iterdir())) == 1
