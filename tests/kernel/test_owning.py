"""Parts that hold a lock, a process or a file: copied by ``fresh()``, closed at the end of a run, however it ends."""

import subprocess
import sys
import tempfile
from functools import cache
from multiprocessing import get_context
from threading import Lock

import pytest

from agents import Agent, BetaThompson, BootstrapThompson, Every, LinUCB, NoCorrection, Online, Softmax, SquareCB, Wait
from sim.analysis.attribution.twins import never_trains
from sim.analysis.replay import replay
from sim.kernel import AgentError
from sim.simulation import simulate
from tests.faults.broken import Fine
from tests.support.worlds import world


class Owning(BetaThompson):
    """Thompson sampling that owns something which no deep copy can have."""

    alive: list = []  # noqa: RUF012  # of all copies

    def __init__(self, fails=None):
        super().__init__()
        self.fails, self.owned = fails, self.open()
        self.alive.append(self)

    def fresh(self):
        return type(self)(self.fails)

    def train(self, experience):
        if self.fails == "train":
            raise RuntimeError("no more")
        self.use()
        super().train(experience)

    def begin(self, space):
        if self.fails == "begin":
            raise RuntimeError("no space")

    def incremental(self):
        return None

    def close(self):
        self.alive.remove(self)  # an error where it was closed before
        self.shut()
        if self.fails == "close":
            raise RuntimeError("stuck")


class Locked(Owning):
    def open(self):
        return Lock()

    def use(self):
        with self.owned:
            pass

    def shut(self):
        self.owned = None


class Child(Owning):
    """Has another program count for it."""

    def open(self):
        code = "for line in __import__('sys').stdin: print(len(line), flush=True)"
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True)

    def use(self):
        self.owned.stdin.write("seven!\n")
        self.owned.stdin.flush()
        assert self.owned.stdout.readline() == "7\n"

    def shut(self):
        with self.owned:
            self.owned.stdin.close()
        assert self.owned.returncode == 0


def echo(pipe):
    while (said := pipe.recv()) is not None:
        pipe.send(said)


class Forked(Owning):
    """Has a process of Python's own kind."""

    def open(self):
        context = get_context("fork")
        here, there = context.Pipe()
        process = context.Process(target=echo, args=(there,), daemon=True)
        process.start()
        there.close()
        return process, here

    def use(self):
        self.owned[1].send(5)
        assert self.owned[1].recv() == 5

    def shut(self):
        process, here = self.owned
        here.send(None)
        process.join(10.0)
        here.close()
        assert process.exitcode == 0


class Filing(Owning):
    def open(self):
        return tempfile.TemporaryFile("w+")

    def use(self):
        self.owned.write("trained\n")

    def shut(self):
        self.owned.seek(0)
        assert set(self.owned.read().split()) <= {"trained"}
        self.owned.close()


KINDS = [Locked, Child, Forked, Filing]
SHORT = world(horizon="50s")


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request):
    Owning.alive.clear()
    yield request.param
    for own in list(Owning.alive):  # what the test itself made
        own.fails = None
        own.close()


@cache
def twice(outer, cadence):
    """Return the fingerprint of two replications of a learner that owns nothing."""
    learner = BetaThompson() if outer is None else outer(BetaThompson())
    return simulate(SHORT, Agent(learner, Wait(), cadence), replications=2).fingerprint


IN_PLACE, PUSHED = Online(), Every("20s")


@pytest.mark.parametrize("cadence", [IN_PLACE, PUSHED], ids=["in place", "pushed"])
def test_it_works_and_is_closed(kind, cadence):
    mine = kind()
    owned = simulate(SHORT, Agent(mine, Wait(), cadence), replications=2)
    assert Owning.alive == [mine]  # that of the caller is the caller's
    assert owned.fingerprint == twice(None, cadence)


@pytest.mark.parametrize("when", ["begin", "train"])
def test_it_is_closed_when_the_run_fails(kind, when):
    mine = kind(when)
    with pytest.raises(AgentError, match=when):
        simulate(world(), Agent(mine, Wait(), Online()))
    assert Owning.alive == [mine]


def test_what_cannot_be_closed_is_named_and_the_rest_is_closed():
    Owning.alive.clear()

    class Sticky(Locked):
        """Does not close."""

    class Keeping(NoCorrection):
        closed = 0

        def close(self):
            Keeping.closed += 1

    sticky = Sticky("close")
    with pytest.raises(AgentError, match=r"Sticky failed to close: RuntimeError\('stuck'\)"):
        simulate(world(), Agent(sticky, Keeping()))
    assert (Owning.alive, Keeping.closed) == ([sticky], 1)


def test_the_first_error_is_the_one_that_is_told():
    class Both(Fine):
        def train(self, experience):
            raise RuntimeError("first")

        def close(self):
            raise RuntimeError("second")

    with pytest.raises(AgentError, match=r"Both failed while training version 1 at 1 s: RuntimeError\('first'\)"):
        simulate(world(), Agent(Both(), Wait()))


def test_a_correction_may_own_something_too():
    class Filed(Wait):
        made = closed = 0

        def __init__(self):
            super().__init__()
            self.lock = Lock()

        def fresh(self):
            Filed.made += 1
            return Filed()

        def close(self):
            Filed.closed += 1

    simulate(world(), Agent(LinUCB(), Filed()), replications=3)
    assert (Filed.made, Filed.closed) == (3, 3)


def test_what_was_copied_is_closed_when_the_rest_cannot_be():
    Owning.alive.clear()

    class Uncopied(Wait):
        def fresh(self):
            raise RuntimeError("none left")

    mine = Locked()
    with pytest.raises(AgentError, match=r"Locked failed to be copied for replication 0: RuntimeError\('none left'\)"):
        simulate(world(), Agent(mine, Uncopied()))
    assert Owning.alive == [mine]


def test_looking_at_a_cadence_copies_no_learner():
    Owning.alive.clear()
    mine = Locked()
    assert not never_trains(world(), Agent(mine))
    assert Owning.alive == [mine]


def test_a_replay_says_that_it_needs_a_copy_of_the_trained_learner():
    Owning.alive.clear()
    mine = Locked()
    with pytest.raises(AgentError, match=r"Locked failed to be copied at 50 s as it is then: TypeError.*lock"):
        replay(world(), Agent(mine), 0, 49)
    assert Owning.alive == [mine]


def few_copies(base):
    return BootstrapThompson(base, copies=2)


@pytest.mark.long
@pytest.mark.parametrize(
    "outer", [Softmax, pytest.param(SquareCB, marks=pytest.mark.slow), few_copies], ids=lambda part: part.__name__
)
def test_what_a_learner_is_made_of_is_copied_and_closed_too(kind, outer):
    mine = Agent(outer(kind()), Wait(), PUSHED)
    before = list(Owning.alive)  # what was given, and the copies that the outer one made of it
    owned = simulate(SHORT, mine, replications=2)
    assert Owning.alive == before
    assert owned.fingerprint == twice(outer, PUSHED)
