"""Catalogues that change: at fixed instants, at every request, and within a block."""

import numpy as np
import pytest

from agents import Agent, BetaThompson, Every, LinUCB, Never, ObservedOnly, Online, Oracle, Uniform, Wait
from sim.ports import Slates
from sim.scenario import Scenario
from sim.simulation import simulate
from sim.world import World
from sim.world.judged import Judged
from tests.bench.worlds import NIGHTLY, feed
from tests.support.worlds import ALWAYS_SINGLE, FirstItems, run, world

ARMS = {"count": 10, "click_rate": "beta(4, 4)"}
FLUSH = "released(every=100s)"
READINGS = [(FLUSH, 100), (FLUSH, 1), ("constant(100s)", 1)]  # docs/scenarios.md, Items that go


def arms(delay, every, horizon="1000s"):
    """Return ten arms, of which each second takes one with probability 1 / 100."""
    items = ARMS | {"turnover": {"every": f"{every}s", "rate": "0.01 per second"}}
    return world(horizon=horizon, items=items, feedback__click={"delay": delay})


class Watch(FirstItems):
    """Notes the catalogue of each request, and shows its first item."""

    def act(self, observations):
        self.told += [(at, observations.catalogue) for at in observations.at.tolist()]
        return super().act(observations)


def met(scenario, **options):
    """Return the catalogue of each request, by instant."""
    watch = Watch()
    run(scenario, Agent(watch, cadence=Never()), **options)
    return dict(watch.told)


def test_at_a_flush_arms_go_first_then_feedback_comes_then_requests_are_answered():
    learner = FirstItems()
    table = run(arms(FLUSH, 100), Agent(learner, ObservedOnly(), Online())).impressions
    catalogues = met(arms(FLUSH, 100))
    assert len({tuple(catalogue.ids) for catalogue in catalogues.values()}) > 5
    for told in learner.told:
        at = told.cutoff_at if hasattr(told, "cutoff_at") else told.news.cutoff
        assert at % 100 == 0
        assert told.oldest_item == catalogues[at].ids[0]  # the items that went are known to be gone
        rows = told.examples.impressions
        assert ((rows.request_at >= at - 100) & (rows.request_at < at)).all()  # all that was out has come
    assert set(table.request_at[table["item"].diff() != 0]) <= {1.0, *np.arange(100.0, 1001.0, 100.0)}


def test_births_are_the_instants_of_turnover():
    for every in (1, 100):
        for at, catalogue in met(arms(FLUSH, every)).items():
            new = catalogue.ids >= 10
            assert (catalogue.born_at[~new] == 0.0).all()
            assert (catalogue.born_at[new] > 0.0).all()
            assert (catalogue.born_at <= at).all()
            assert (catalogue.born_at % every == 0.0).all()
            assert (np.diff(catalogue.born_at) >= 0.0).all()


@pytest.mark.long
@pytest.mark.parametrize(
    ("agent", "delay", "every"),
    [
        *((Agent(BetaThompson(), ObservedOnly(), Online()), *reading) for reading in READINGS[::2]),
        pytest.param(Agent(BetaThompson(), ObservedOnly(), Online()), *READINGS[1], marks=pytest.mark.slow),
        (Agent(Uniform(), cadence=Never()), *READINGS[0]),
    ],
)
def test_no_block_size_shows(delay, every, agent):
    scenario = arms(delay, every, "200s")
    runs = [run(scenario, agent, **how) for how in ({}, {"block": 1}, {"block": 37}, {"tuning": ALWAYS_SINGLE})]
    assert len({one.fingerprint for one in runs}) == 1


def test_a_block_goes_on_over_changes_of_the_catalogue():
    asked = []

    class Asked(FirstItems):
        def act(self, observations):
            asked.append(observations.at)
            assert observations.catalogue.born_at.max() <= observations.at[0]  # one catalogue a call
            return super().act(observations)

    scenario = arms("constant(1s)", 100, "5000s")
    run(scenario, Agent(Asked(), cadence=Never()))
    whole = [at for at in asked if len(at) > 1]
    assert sum(at[0] % 100 == 0 for at in whole) > 20  # it begins where the catalogue changes
    latent = World(scenario, 0, 0)
    batch = latent.first_batch(latent.reach(np.inf, 2000))
    assert len(batch.at) >= 2000
    assert len(batch.parts) > 10
    assert batch.judged.utility.shape == (len(batch.at), 10)


@pytest.mark.long
@pytest.mark.parametrize(
    "agent",
    [
        NIGHTLY,
        pytest.param(Agent(LinUCB(0.3), Wait(), Every("6h")), marks=pytest.mark.slow),
        pytest.param(Agent(Oracle(), cadence=Never()), marks=pytest.mark.slow),
    ],
)
def test_no_block_size_shows_where_users_remember(agent):
    scenario = feed(users__count=30, horizon="1d", items__count=40, items__lifetime="6h")
    runs = [simulate(scenario, agent, **how) for how in ({}, {"block": 1}, {"block": 200}, {"tuning": ALWAYS_SINGLE})]
    assert len({one.fingerprint for one in runs}) == 1


class Thrifty(FirstItems):
    """Answers in the same arrays each time, and says which item of the catalogue it shows."""

    def __init__(self):
        super().__init__()
        self.items, self.said = np.empty((10_000, 1), dtype=np.int64), np.empty((10_000, 1))

    def act(self, observations):
        n, ids = len(observations), observations.catalogue.ids
        self.items[:n, 0], self.said[:n, 0] = ids[0], ids[0]
        return Slates(self.items[:n], None, self.said[:n])


def test_a_policy_may_use_its_arrays_again_for_the_next_catalogue():
    table = run(arms("constant(1s)", 100, "5000s"), Agent(Thrifty(), cadence=Never())).impressions
    catalogues = met(arms("constant(1s)", 100, "5000s"))
    assert table["item"].tolist() == [catalogues[at].ids[0] for at in table.request_at]
    assert table.predicted.tolist() == table["item"].tolist()


def redrawn(**changes):
    changes = {"users__preferences": {"dim": 5, "mean": 0.4472135955}} | changes
    items = {"count": 10, "click_rate": 0.0, "features": "uniform", "redrawn": True}
    return world(items=items, slate={"size": 1, "link": "identity"}, **changes)


def test_redrawn_arms_belong_to_a_visit():
    catalogues = met(redrawn())
    ids = np.concatenate([catalogue.ids for catalogue in catalogues.values()])
    assert ids.tolist() == list(range(1000))
    assert all((catalogue.born_at == at).all() for at, catalogue in catalogues.items())
    lengths = [np.linalg.norm(catalogue.features, axis=1) for catalogue in catalogues.values()]
    np.testing.assert_allclose(lengths, 1.0, rtol=1e-12)


def test_with_an_identity_link_the_expected_reward_is_linear():
    catalogues, table = met(redrawn()), run(redrawn(), Agent(FirstItems(), cadence=Never())).requests
    means = [catalogue.features.sum(axis=1) * 0.4472135955 for catalogue in catalogues.values()]
    np.testing.assert_allclose(table.expected_reward, [mean[0] for mean in means], rtol=1e-12)
    np.testing.assert_allclose(table.regret, [mean.max() - mean[0] for mean in means], atol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize(
    ("agent", "visits"),
    [
        (Agent(LinUCB(), ObservedOnly(), Online()), {"every": "1s"}),
        (Agent(LinUCB(), Wait(), Every("10s")), {"rate": "1 per second"}),
        pytest.param(Agent(LinUCB(), Wait(), Every("10s")), {"every": "1s"}, marks=pytest.mark.slow),
        pytest.param(Agent(LinUCB(), ObservedOnly(), Online()), {"rate": "1 per second"}, marks=pytest.mark.slow),
    ],
)
def test_no_block_size_shows_where_arms_are_redrawn(agent, visits):
    click = {"delay": "geometric(mean=10s, step=1s)", "window": "30s"}
    scenario = redrawn(users__count=3, users__visits=visits, feedback__click=click, horizon="40s")
    runs = [run(scenario, agent, **how) for how in ({}, {"block": 1}, {"block": 37}, {"tuning": ALWAYS_SINGLE})]
    assert len({one.fingerprint for one in runs}) == 1


def test_what_is_settled_is_not_kept():
    latent = World(feed(users__count=300, horizon="7d"), 0, 0)
    for _ in range(40):
        batch = latent.first_batch(latent.reach(np.inf, 200))
        latent.items.settle(float(batch.at[-1]))
        latent.items.forget(None)
    assert len(latent.items._epochs) < 40


@pytest.mark.parametrize("scenario", [arms(FLUSH, 100), redrawn(), feed(users__count=50, horizon="2h")])
def test_items_are_judged_in_parts_as_they_are_all_at_once(scenario):
    value = "by_utility(effect=0.5, law=lognormal(mean=40, sigma=1))"
    latent = World(Scenario.load(scenario, {"feedback.click.value": value, "items.popularity": 0.5}), 0, 0)
    batch = latent.first_batch(latent.reach(np.inf, 500))
    parts = [batch.judged_of(slice(first, first + 7)) for first in range(0, len(batch.at), 7)]
    assert "judged" not in vars(batch)
    joined, whole = Judged.join(parts), batch.judged
    for name in ("utility", "value", "factor"):
        assert (getattr(joined, name) == getattr(whole, name)).all()
