"""The name of a run follows from everything that determines its result, and from nothing else."""

import importlib
import sys

import pytest
import yaml

from agents import UCB1, Agent, EpsilonGreedy, Every, Online, Wait
from sim import Scenario, simulate
from sim.analysis.identity import own_code, run_hash
from tests.lab.conftest import TINY

WORLD = Scenario.load(yaml.safe_load(TINY))
AGENT = Agent(EpsilonGreedy(epsilon=0.1), correction=Wait(), cadence=Online())
BASE = run_hash(WORLD, AGENT, 0, 1)


def world(**overrides: object) -> Scenario:
    return Scenario.load(WORLD, {k.replace("__", "."): v for k, v in overrides.items()})


@pytest.mark.parametrize(
    "changed",
    [
        (world(platform__ingest="constant(3m)"), AGENT, 0, 1),
        (world(platform__training__fixed="3m"), AGENT, 0, 1),
        (world(feedback__click__window="6m"), AGENT, 0, 1),
        (WORLD, Agent(EpsilonGreedy(epsilon=0.2), correction=Wait(), cadence=Online()), 0, 1),
        (WORLD, Agent(UCB1(), correction=Wait(), cadence=Online()), 0, 1),
        (WORLD, Agent(EpsilonGreedy(epsilon=0.1), correction=Wait(), cadence=Every("1h")), 0, 1),
        (WORLD, Agent(EpsilonGreedy(epsilon=0.1), correction=Wait(), cadence=Online(), ship="push"), 0, 1),
        (WORLD, AGENT, 1, 1),
        (WORLD, AGENT, 0, 2),
    ],
    ids=["law", "training", "window", "parameter", "learner", "cadence", "ship", "seed", "replications"],
)
def test_every_input_has_a_say(changed) -> None:
    assert run_hash(*changed) != BASE


def test_another_spelling_of_the_same_world_has_the_same_name() -> None:
    assert run_hash(world(platform__ingest="1000ms"), AGENT, 0, 1) == BASE
    assert run_hash(world(description="in other words"), AGENT, 0, 1) == BASE


def test_the_push_has_a_say_only_where_something_is_pushed() -> None:
    slow, pushed = world(platform__push="constant(3m)"), Agent(UCB1(), cadence=Every("1h"))
    assert run_hash(slow, AGENT, 0, 1) == BASE
    assert run_hash(slow, pushed, 0, 1) != run_hash(WORLD, pushed, 0, 1)
    assert simulate(slow, AGENT).fingerprint == simulate(WORLD, AGENT).fingerprint


def test_the_source_of_a_class_of_ones_own_has_a_say(tmp_path, monkeypatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    seen = []
    for body in ("pass", "return 1"):
        (tmp_path / "my_learner.py").write_text(f"class Mine:\n    def train(self, e): {body}\n")
        importlib.invalidate_caches()
        module = importlib.import_module("my_learner")
        seen.append(own_code(module.Mine(), Wait()))
        del sys.modules["my_learner"]
    assert list(seen[0]) == ["my_learner.Mine"]
    assert seen[0] != seen[1]


def test_attributes_of_a_class_of_ones_own_have_a_say_whatever_their_names() -> None:
    class Hidden:
        def __init__(self, depth: int) -> None:
            self._depth = depth
            self.callback = lambda: None

        def train(self, experience) -> None: ...
        def policy(self) -> None: ...

    names = [run_hash(WORLD, Agent(Hidden(depth)), 0, 1) for depth in (1, 2, 1)]
    assert names[0] == names[2] != names[1]


def test_a_comment_a_moved_module_and_another_version_rename_nothing(monkeypatch) -> None:
    monkeypatch.setattr("sim.analysis.identity.code_digest", lambda: "another")
    monkeypatch.setattr("sim._version.__version__", "9.9")
    monkeypatch.setattr(EpsilonGreedy, "__module__", "agents.learners.greedy")
    assert run_hash(WORLD, AGENT, 0, 1) == BASE


def test_the_results_epoch_has_a_say(monkeypatch) -> None:
    monkeypatch.setattr("sim.analysis.identity.RESULTS_EPOCH", 10**6)
    assert run_hash(WORLD, AGENT, 0, 1) != BASE


def test_the_names_of_this_epoch() -> None:
    assert BASE == "6da002336c26"
