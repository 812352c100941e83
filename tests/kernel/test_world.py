"""The latent world: visits, tastes, items, choice models, conversions, against what docs/world.md says."""

from itertools import combinations, permutations
from random import Random

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform, Wait
from sim.choices import parse_choice
from sim.draws import child, uniform
from sim.ports import Catalogue
from sim.scenario import Scenario
from sim.world.alive import Alive
from sim.world.visit_clock import DAY, DailyCycle
from tests.reference import choices
from tests.support.worlds import TASTES, run, world

RNG = np.random.default_rng(3)


def test_evenly_spaced_visits_start_after_one_gap_and_are_staggered():
    requests = run(world(users__count=4, users__visits__every="4s", horizon="12s"), Uniform()).requests
    assert requests.request_at.tolist() == [4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0]
    assert requests.user.tolist() == [0, 1, 2, 3, 0, 1, 2, 3, 0]
    assert requests.visit.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_nobody_comes():
    result = run(world(horizon="0.5s"), Uniform())
    assert len(result.requests) == 0
    assert list(result.requests)[:3] == ["request_at", "user", "visit"]
    assert result.summary["requests"] == 0.0
    assert result.summary["regret/per_request"] is None


@pytest.mark.parametrize("swing", [0.0, 0.3, 0.6, 0.99])
def test_the_daily_cycle_is_inverted_exactly(swing):
    cycle = DailyCycle(peak=72000.0, swing=swing)
    at = np.sort(RNG.uniform(0, 5 * DAY, 2000))
    np.testing.assert_allclose(cycle.inverse(cycle.integrated(at)), at, atol=1e-5)
    single = [float(cycle.inverse(cycle.integrated(at[i : i + 1]))[0]) for i in (0, 999)]
    assert single == cycle.inverse(cycle.integrated(at))[[0, 999]].tolist()


def test_visits_follow_the_daily_rate():
    scenario = world(
        horizon="10d", users={"count": 400, "visits": {"rate": "6 per day", "daily_peak": "20:00", "daily_swing": 0.6}}
    )
    at = run(scenario, Agent(Uniform(), Wait(), Never())).requests.request_at.to_numpy()
    assert len(at) == pytest.approx(400 * 60, abs=4 * np.sqrt(400 * 60))
    hour = (at % DAY) / 3600
    for h in (2, 8, 14, 20):
        expected = 400 * 60 / 24 * (1 + 0.6 * np.cos(2 * np.pi * (h + 0.5 - 20) / 24))
        assert ((hour >= h) & (hour < h + 1)).sum() == pytest.approx(expected, abs=4.5 * np.sqrt(expected))


def test_satisfied_users_come_back_sooner():
    base = {**TASTES, "users": {**TASTES["users"], "satisfaction": {"half_life": "12h", "return_effect": 1.0}}}
    happy = run(world(base), Agent(Oracle(), Wait(), Never())).summary
    bored = run(world(base), Agent(Uniform(), Wait(), Never())).summary
    assert happy["requests"] > 1.3 * bored["requests"]


@pytest.mark.long
def test_items_turn_over_as_a_poisson_process():
    scenario = world(TASTES, horizon="20d", items__count=50, items__lifetime="2d", users__count=2)
    impressions = run(scenario, Agent(Uniform(), Wait(), Never())).impressions
    last = impressions.item.max()
    assert last == pytest.approx(50 + 50 * 10, abs=4 * np.sqrt(500))
    late = impressions[impressions.request_at > 10 * DAY]
    assert late.item.min() > 50  # after ten days none of the first fifty is likely alive


@pytest.mark.long
def test_an_abrupt_shift_costs_those_who_do_not_see_it():
    """With a profile of the fixed taste only, the best slate moves and the slate shown does not."""
    base = {**TASTES, "users": {**TASTES["users"], "trend": {"spread": 0}, "drift": {"spread": 0}}}
    random = Agent(Uniform(), Wait(), Never())
    calm = run(world(base, users__shifts=[]), random).requests
    shifted = run(world(base, users__shifts=[{"at": "12h", "share": 1.0, "size": 2.0}]), random).requests
    before = calm.request_at < 0.5 * DAY
    first = int(before.sum())
    np.testing.assert_array_equal(calm.regret[:first], shifted.regret[:first])
    assert shifted.regret[first:].mean() > 1.15 * calm.regret[first:].mean()


MODELS = [parse_choice(choices.drawn(name, Random(0), 3)) for name in choices.NAMES]


@pytest.mark.parametrize("model", MODELS, ids=lambda c: c.name)
@pytest.mark.parametrize("valued", [False, True])
def test_the_best_slate_is_the_best_of_all(model, valued):
    utility = RNG.normal(-0.5, 1.0, (40, 6))
    value = RNG.uniform(0, 1, (40, 6)) if valued else None
    best = model.best(utility, value, 3)
    rows = np.arange(40)[:, None]

    def worth(slates):
        return model.expected(utility[rows, slates], None if value is None else value[rows, slates])

    every = [worth(np.repeat([slate], 40, axis=0)) for slate in permutations(range(6), 3)]
    np.testing.assert_allclose(worth(best), np.max(every, axis=0), rtol=1e-12)


def test_the_best_cascade_with_certain_clicks():
    model = parse_choice("cascade")
    utility, value = np.array([[np.inf, 0.0, np.inf, 1.0]]), np.array([[0.2, 0.9, 0.5, 0.1]])
    best = model.best(utility, value, 2)
    assert best.tolist() == [[1, 2]]  # 0.5 * 0.9 first, then the certain click worth 0.5
    assert model.expected(utility[:, best[0]], value[:, best[0]])[0] == 0.5 * 0.9 + 0.5 * 0.5


@pytest.mark.parametrize("model", MODELS, ids=lambda c: c.name)
def test_clicks_come_as_often_as_expected(model):
    utility = np.array([[0.3, -0.5, 0.8]])
    n = 40_000
    keys = child(np.uint64(8), np.arange(n))
    noise = uniform(child(keys[:, None], np.arange(3)), 0)
    clicks = model.clicks(np.repeat(utility, n, axis=0), noise, lambda: uniform(child(keys, 2**62), 0))
    expected = float(model.expected(utility, None)[0])
    assert clicks.sum(axis=1).mean() == pytest.approx(expected, abs=0.015)
    if model.name in ("cascade", "multinomial"):
        assert clicks.sum(axis=1).max() == 1


@pytest.mark.parametrize("model", [m for m in MODELS if choices.of(m).SHORT_FORM], ids=lambda c: c.name)
def test_the_uniform_slate_in_closed_form(model):
    utility, value = RNG.normal(size=(5, 6)), RNG.uniform(size=(5, 6))
    every = [
        model.expected(utility[:, list(order)], value[:, list(order)])
        for slate in combinations(range(6), 3)
        for order in permutations(slate)
    ]
    np.testing.assert_allclose(model.uniform(utility, value, 3), np.mean(every, axis=0), rtol=1e-12)


def test_conversions_agree_with_clicks_as_told():
    from sim.draws import Stream, root
    from sim.world.groups import Groups
    from sim.world.judging import Judging
    from sim.world.tastes import Tastes

    scenario = Scenario.load("shop", {"users.count": 4000, "feedback.conversion.agrees_with_click": 0.4})
    tastes = Tastes(scenario, 0, 0)
    judging = Judging(scenario, 0, 0, tastes.scale, Groups(scenario, 0, 0, scenario.users.count))
    users = np.arange(4000)
    at = np.full(4000, 0.0)
    taste = tastes.at(at, users, tastes.drift_start())
    assert tastes.scale == pytest.approx(np.sqrt(0.64 + 0.25 + 0.09))
    one = Catalogue(np.zeros(1, dtype=np.int64), np.eye(6)[:1], np.zeros(1))  # an item with one feature only
    alive = Alive([one], [0, 4000], np.zeros((1, 1)))
    rate = judging._conversion_rate(users, taste - tastes.at(at, users, np.zeros((4000, 6))).mean(axis=0), alive)
    odds = np.log(rate / (1 - rate))[:, 0]
    assert odds.mean() == pytest.approx(np.log(0.2269 / 0.7731), abs=0.05)
    assert np.corrcoef(odds, taste[:, 0])[0, 1] == pytest.approx(0.4, abs=0.05)
    assert root(0, 0, Stream.CONVERSION_TASTE) != root(0, 0, Stream.BASE_TASTE)
