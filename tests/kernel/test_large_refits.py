"""Refits of many rows: examples in parts, orders in parts, columns that nobody reads."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, DailyAt, Every, LinUCB, NoCorrection, ObservedOnly, Wait
from sim.pipeline.agent_error import AgentError, Breach
from sim.pipeline.checked_examples import checked
from sim.pipeline.coming import Coming
from sim.pipeline.taken_labels import TakenLabels
from sim.ports import Examples
from sim.reading import long_order
from sim.tuning import Tuning
from tests.support.logs import impressions
from tests.support.worlds import FirstItems, run, world

CORRECTIONS = [NoCorrection, ObservedOnly, Wait]
DELAYED = {"feedback__click__delay": "exponential(mean=20s)", "feedback__click__window": "40s"}


@pytest.mark.parametrize("part", [1, 7, 64, 1 << 18])
@pytest.mark.parametrize("count", [0, 1, 5, 400])
def test_a_long_order_is_the_stable_one_without_what_is_infinite(part, count):
    rng = np.random.default_rng(count)
    for values in (np.round(rng.normal(size=count), 1), np.full(count, 3.0), rng.exponential(size=count) ** 9):
        values[rng.random(count) < 0.2] = np.inf
        order = np.argsort(values, kind="stable")
        assert long_order(lambda rows, own=values: own[rows], count, part).tolist() == [
            n for n in order if values[n] < np.inf
        ]


class Doubled(Examples):
    """Examples with labels of their own, by an override alone."""

    @property
    def label(self):
        return 2.0 * self.impressions.label


def test_labels_of_a_subclass_are_looked_at_whole_and_in_parts():
    agent, own = Agent(BetaThompson(), ObservedOnly(), Every("1h")), Doubled(impressions())
    assert own.part(0, 60).label.tolist() == (2.0 * own.impressions.label).tolist()
    with pytest.raises(Breach, match="a label is 2, and BetaThompson takes 0 or 1"):
        checked(own, TakenLabels(agent), 2)


@pytest.mark.parametrize("part", [1, 3, 1000])
def test_entries_are_counted_once_whatever_is_dropped(part):
    """What is delivered at the instant of a count, but served after it, counts at the next."""
    at, coming = np.array([3.0, 1.0, 9.0, np.inf, 4.0, 20.0]), Coming(10.0, Tuning(rows_at_once=part))
    assert [coming.count(at[:3], 0, until) for until in (0.5, 3.0)] == [0, 2]
    assert coming.count(np.append(at, 3.0), 0, 3.0) == 1
    assert coming.count(at[2:], 2, 9.0) == 2
    assert len(coming.seen()) == 5
    assert len(coming.seen()) == 0


def test_parts_are_the_rows_of_all_in_order():
    rows = impressions(50)
    whole = Examples(rows, rows.label, np.arange(50.0))
    for examples, weight in ((whole, whole.weight), (Examples.plain(rows), np.ones(50))):
        for _ in range(2):
            parts = list(examples.parts(7))
            assert [len(part) for part in parts] == [7] * 7 + [1]
            assert np.concatenate([part.impressions.visit for part in parts]).tolist() == rows.visit.tolist()
            assert np.concatenate([part.label for part in parts]).tolist() == rows.label.tolist()
            assert np.concatenate([part.weight for part in parts]).tolist() == weight.tolist()
        assert examples.label.tolist() == rows.label.tolist()
        assert examples.weight.tolist() == weight.tolist()


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_the_size_of_parts_does_not_show(monkeypatch, correction):
    scenario = world(**DELAYED)
    agent = Agent(BetaThompson(), correction(), Every("10s", refit_window="60s"))
    whole = run(scenario, agent)
    monkeypatch.setattr("agents.learners.counts.ROWS", 4)
    monkeypatch.setattr("sim.score.metrics.cycle_time.ROWS", 2)
    parts = run(scenario, agent, tuning=Tuning(rows_at_once=3, taught_at_once=3, ordered_at_once=5))
    assert parts.fingerprint == whole.fingerprint
    assert parts.summary == whole.summary


class Watching(FirstItems):
    """Reads how likely what was shown was to be shown."""

    def train(self, experience):
        self.seen = experience.examples.impressions.propensity


class Silent(Watching):
    reads = ("item",)


class Cautious(LinUCB):
    """Made of a class that states what it reads, and reads more."""

    def train(self, experience):
        assert (experience.examples.impressions.predicted <= 1.0).all()
        super().train(experience)


def test_columns_are_kept_unless_every_part_says_that_it_does_not_read_them():
    nightly = Every("30s")
    run(world(), Agent(Watching(), ObservedOnly(), nightly))
    run(world(), Agent(Cautious(model="per_item"), NoCorrection(), nightly))
    with pytest.raises(AgentError, match="propensity was not kept: no part of the agent has it in its class attribute"):
        run(world(), Agent(Silent(), ObservedOnly(), nightly))


class Curious(DailyAt):
    """Looks at what matured, though the class that it is made of only counts."""

    def wants(self, matured):
        self.seen = matured.item.tolist()
        return True


class Counting(Curious):
    reads = ()


def test_a_cadence_that_says_it_only_counts_is_shown_no_columns():
    scenario = world(horizon="4h", users__visits__every="100s", **DELAYED)
    run(scenario, Agent(FirstItems(), ObservedOnly(), Curious("03:00")))
    with pytest.raises(AgentError, match="item was not kept"):
        run(scenario, Agent(FirstItems(), ObservedOnly(), Counting("03:00")))
