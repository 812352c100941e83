"""Traps that other simulators fell into, each named by what went wrong there.

Tested elsewhere: weights swapped at the trigger although a latency is configured (`test_rules`, rule 2, and a learner
that is its own policy in `tests.faults.test_agents`) · a key with no effect (`tests.scenario.test_every_key`) · a class
given where an object was meant (`tests.agents.test_agents`) · what nobody was shown filled in by an average
(`test_rules_of_repeating`, rule 6: the noise belongs to the item) · names of runs that lack the scenario, the seed or
the source (`tests.lab.test_identity`) · resuming that compares counts only, a default seed drawn at import
(`tests.lab.test_resume`).
"""

import inspect
import random

import numpy as np
import pytest

from agents import (
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinTS,
    LogisticRanker,
    MicroBatch,
    Never,
    ObservedOnly,
    Online,
    Oracle,
    Uniform,
)
from sim.analysis.identity import run_hash
from sim.draws import Stream, root
from sim.ports import Slates
from tests.contracts.shelves import CADENCES, CORRECTIONS, LEARNERS, changed, make
from tests.support.worlds import TASTES, FirstItems, run, world


@pytest.mark.parametrize("delay", [0.25, 1.5, 2.7, 0.1 + 0.2])
def test_a_delay_that_is_no_whole_number_of_rounds_is_not_lost(delay):
    """Due rounds as keys of a table are never met by a fractional instant."""
    result = run(world(feedback__click__delay=f"constant({delay!r}s)"), Agent(FirstItems(), ObservedOnly(), Online()))
    told = result.impressions.dropna(subset="delivered_at")
    assert (told.delivered_at == told.request_at + delay).all()
    assert len(told) == np.floor(100 - delay)
    assert result.versions.cutoff_at.tolist() == [0.0, *told.delivered_at]


def test_delays_of_any_length_are_all_accounted_for():
    result = run(world(feedback__click__delay="exponential(mean=7s)"), Agent(FirstItems(), ObservedOnly(), Online()))
    known = (result.impressions.feedback_at <= 100.0).sum()
    assert 80 < known < 100
    assert result.summary["feedback/delivered"] == known == result.versions.examples.iloc[-1]


class Backwards(FirstItems):
    """User u gets item n - 1 - u, so that the order of items is that of users backwards."""

    def act(self, observations):
        items = observations.catalogue.ids[::-1]
        return Slates(items[observations.user][:, None])


def test_rewards_of_one_instant_are_not_ordered_by_item():
    scenario = world(
        users={"count": 5, "visits": {"every": "5s"}},
        items__click_rates=[1.0] * 5,
        feedback__click__delay="released(every=20s)",
    )
    learner = Backwards()
    run(scenario, Agent(learner, ObservedOnly(), Online()))
    matured = [told.news.matured for told in learner.told]
    assert len(matured) == 5
    for rows in matured:
        assert len(set(rows.delivered_at)) == 1
        assert (np.diff(rows.request_at) > 0).all()
        assert (rows.item == 4 - rows.user).all()
        assert not (np.diff(rows.item) >= 0).all()


def parameters():
    """Yield every parameter of every part: its group, the part with its defaults, and the part with another value."""
    for group, shelf in (("learner", LEARNERS), ("correction", CORRECTIONS), ("cadence", CADENCES)):
        for part in shelf:
            made = make(part)
            kept = {name: getattr(made, name) for name in inspect.signature(part).parameters}
            for name, value in kept.items():
                yield group, name, made, part(**(kept | {name: changed(part, name, value)}))


@pytest.mark.long
def test_no_parameter_of_an_agent_is_missing_from_the_name_of_its_run():
    """A cache that lacks an input hands out the results of another."""
    parts = {"learner": Uniform(), "correction": ObservedOnly(), "cadence": Online()}
    warms = {"learner": LogisticRanker()}
    cases, scenario = list(parameters()), world()
    assert len(cases) >= 20
    for group, name, made, other in cases:
        own = parts | (warms if name == "warm" else {})
        one, two = (run_hash(scenario, Agent(**own | {group: part}), 0, 1) for part in (made, other))
        assert one != two, (type(made).__name__, name)


def test_regret_is_of_expectations_not_of_the_rewards_that_happened():
    """Best mean minus realised reward is noise around regret, and negative when one is lucky."""
    arms = world(items__click_rates=[0.5, 0.4], horizon="2000s")
    result = run(arms, Agent(Uniform(), cadence=Never()))
    assert set(np.round(result.requests.regret, 12)) == {0.0, 0.1}
    assert result.summary["regret/total"] == pytest.approx(0.1 * (result.impressions.item == 1).sum(), rel=1e-12)
    realised = 0.5 * 2000 - result.summary["reward/total"]
    assert abs(realised - result.summary["regret/total"]) > 1.0
    best = run(arms, Agent(Oracle(), cadence=Never()))
    assert (best.requests.regret == 0.0).all()
    assert best.summary["reward/total"] != 0.5 * 2000


@pytest.mark.long
def test_no_two_replications_of_any_two_seeds_share_a_draw():
    """Replicate seeds from a small range clash; index + 42 * seed lets neighbours share runs."""
    keys = {int(root(s, r, Stream.VISIT)) for s in range(20) for r in range(60)}
    assert len(keys) == 20 * 60
    agent = Agent(Uniform(), cadence=Never())
    prints = {}
    for seed in (0, 1, 42, 43, 84):
        runs = run(world(TASTES, horizon="3h", users__shifts=[]), agent, seed=seed, replications=3).requests
        for number, rows in runs.groupby("replication"):
            prints[seed, number] = tuple(rows.request_at[:20])
    assert len(set(prints.values())) == 15


@pytest.mark.parametrize(
    "learner", [Uniform(), BetaThompson(), EpsilonGreedy(), LinTS()], ids=lambda x: type(x).__name__
)
def test_global_generators_have_no_say_and_are_left_alone(learner):
    agent = Agent(learner, ObservedOnly(), Online())
    prints = []
    for seed in (1, 2):
        np.random.seed(seed)  # noqa: NPY002
        random.seed(seed)
        before = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
        prints.append(run(world(TASTES, horizon="2h", users__shifts=[]), agent).fingerprint)
        assert (np.random.get_state()[1].tolist(), random.getstate()) == before  # noqa: NPY002
    assert prints[0] == prints[1]


def rows_of(told):
    """Return the rows of an example table, as a sorted list."""
    rows, impressions = told.examples, told.examples.impressions
    return sorted(zip(impressions.request_at, impressions.user, impressions.item, rows.label, rows.weight, strict=True))


STILL = {"users__satisfaction__return_effect": 0.0, "users__satiation__strength": 0.0}


def test_a_frequent_trainer_is_given_the_same_data_at_the_same_cutoff():
    """The learner shows the same items whatever it is told; only how often it trains differs."""
    often, seldom = FirstItems(), FirstItems()
    for learner, cadence in ((often, Every("1h", refit_window="9h")), (seldom, Every("6h", refit_window="9h"))):
        run(world(TASTES, **STILL), Agent(learner, ObservedOnly(), cadence, ship="in_place"))
    by_cutoff = {told.cutoff: told for told in often.told}
    assert [told.cutoff for told in seldom.told] == [6 * 3600.0 * k for k in (1, 2, 3, 4)]
    for told in seldom.told:
        assert rows_of(told) == rows_of(by_cutoff[told.cutoff])
        assert len(told.examples) > 100


def test_a_frequent_trainer_reads_every_example_once():
    often, once = FirstItems(), FirstItems()
    run(world(TASTES, **STILL), Agent(often, ObservedOnly(), MicroBatch("10m")))
    run(world(TASTES, **STILL), Agent(once, ObservedOnly(), Every("1d", refit_window=None), ship="in_place"))
    assert often.told[-1].cutoff == once.told[-1].cutoff == 86400.0
    assert len(often.told) > 100
    assert sorted(row for told in often.told for row in rows_of(told)) == rows_of(once.told[-1])


def test_silence_is_not_delivered_like_a_click():
    """Without an event nothing is known, and nothing is triggered, until the window closes."""
    quiet = {"items__click_rates": [0.0], "feedback__click__window": "30s", "feedback__click__delay": "constant(2s)"}
    silent = run(world(**quiet), Agent(FirstItems(), ObservedOnly(), Online()))
    assert silent.versions.cutoff_at.tolist() == [0.0, *np.arange(31.0, 101.0)]
    assert silent.impressions.feedback_at.isna().all()
    told = run(world(**quiet, feedback__click__negatives="explicit"), Agent(FirstItems(), ObservedOnly(), Online()))
    assert told.versions.cutoff_at.tolist() == [0.0, *np.arange(3.0, 101.0)]
    loud = run(world(**quiet | {"items__click_rates": [1.0]}), Agent(FirstItems(), ObservedOnly(), Online()))
    assert loud.versions.cutoff_at.tolist() == [0.0, *np.arange(3.0, 101.0)]
