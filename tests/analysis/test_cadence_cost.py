"""Costs of cadences: sums by hand, break-even prices, intervals, and the closed form of staleness."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from agents import Agent, Every, LinUCB, NoCorrection
from sim import Scenario
from sim.analysis.cadence_cost.answer import answer_of
from sim.analysis.cadence_cost.break_even import HOUR, PUSH, BreakEven, break_even, fieller
from sim.analysis.cadence_cost.columns import columns
from sim.analysis.cadence_cost.costs import Costs, Measured, measured
from sim.analysis.cadence_cost.grid import cadences, default_intervals, intervals_of, neighbours, scored_from
from sim.analysis.cadence_cost.prices import Prices, prices_of
from sim.analysis.cadence_cost.sentences import answer, paragraphs
from sim.analysis.cadence_cost.staleness import cheapest_interval, error_at, mean_error
from sim.analysis.cadence_cost.table import frame, plain
from sim.analysis.run_config import RunConfig
from sim.errors import LabError
from sim.score import Scores

DAY = 86400.0
PRICES = Prices(per_reward=2.0, per_training_hour=3.0, per_push=0.5)


@dataclass(frozen=True)
class _Run:
    """A stored run of two replications, ten days long, scored from the third on."""

    ship: str
    replicates: pd.DataFrame
    hash: str = "x"
    world: str = "w"

    @property
    def config(self) -> RunConfig:
        stored = {"choices": {}, "agent": {"ship": self.ship}, "scenario": {"name": "w", "horizon": "10d"}, "seed": 0}
        return RunConfig.of(stored | {"replications": 2, "version": "0", "score_from": "2d"}, "config.yaml")

    @property
    def summary(self) -> Scores:
        return Scores({"versions/trained": float(self.replicates["versions/trained"].mean())})


def _run(ship: str, rewards: list[float], training: float, pushed: float, superseded: float, trained: float) -> _Run:
    both = {"cost/training_time": training, "versions/pushed": pushed, "versions/superseded": superseded}
    return _Run(ship, pd.DataFrame({"reward/total": rewards, **both, "versions/trained": trained}))


def _by_hand(daily: list[float]) -> Costs:
    online = _run("in_place", [800.0, 840.0], 3600.0, 500.0, 0.0, 500.0)  # updates, but no pushes
    each_day = _run("push", daily, 36_000.0, 9.0, 1.0, 10.0)
    return Costs.of([measured(each_day, DAY), measured(online, None)], PRICES)


def test_sums_are_those_of_a_table_made_by_hand() -> None:
    costs = _by_hand([720.0, 800.0])
    online, daily = costs.cadences
    assert (online.name, daily.name) == ("online", "1d")
    assert online.rewards.tolist() == [100.0, 105.0]  # of eight days
    assert daily.rewards.tolist() == [90.0, 100.0]
    assert (online.hours.tolist(), daily.hours.tolist()) == ([0.1, 0.1], [1.0, 1.0])  # of ten days
    assert (online.pushes.tolist(), daily.pushes.tolist()) == ([0.0, 0.0], [1.0, 1.0])
    assert (online.retrains, daily.retrains) == (50.0, 1.0)
    assert {part: cost.tolist() for part, cost in costs.parts.items()} == {
        "lost reward": [[0.0, 0.0], [20.0, 10.0]],
        "training": [[pytest.approx(0.3, rel=1e-15)] * 2, [3.0, 3.0]],
        "pushes": [[0.0, 0.0], [0.5, 0.5]],
    }
    assert costs.total[1].tolist() == [23.5, 13.5]
    assert costs.best == 0
    more, half = costs.more[1]
    assert more == pytest.approx(18.2, rel=1e-12)
    assert half == pytest.approx(stats.t.ppf(0.975, 1) * 5.0, rel=1e-9)  # 23.2 and 13.2: a standard error of 5


def test_the_table_and_the_numbers_have_the_same_sums() -> None:
    costs = _by_hand([720.0, 800.0])
    table = frame(costs).set_index("cadence")
    assert table.loc["1d", ["cost_of_lost_reward", "cost_of_training", "cost_of_pushes", "cost"]].tolist() == [
        15,
        3,
        0.5,
        18.5,
    ]
    assert plain(costs)["cadences"][1]["cost"] == 18.5
    assert plain(costs)["best"] == "online"


def test_the_price_at_which_online_pays_is_that_of_the_hand_made_table() -> None:
    costs = _by_hand([880.0, 856.0])  # 110 and 107 a day: 20 and 4 more than online
    hour, push = break_even(costs, HOUR), break_even(costs, PUSH)
    assert hour is not None
    assert push is not None
    assert hour.price == pytest.approx((12.0 - 0.5) / 0.9, rel=1e-12)  # less reward, no push, 0.9 h less
    half = stats.t.ppf(0.975, 1) * 8.0
    assert (hour.low, hour.high) == (pytest.approx((11.5 - half) / 0.9), pytest.approx((11.5 + half) / 0.9))
    assert push.price == pytest.approx(12.0 - 0.9 * 3.0, rel=1e-12)
    assert hour.against is not None
    assert hour.against.name == "1d"
    said = paragraphs(costs)
    assert said[0].startswith("Retraining every 1d costs least: 3.5 a day in the currency of the prices. Not ")
    assert "Not known to be worse: online in place." in said[0]
    assert "more than 12.8 (95 %: 0 to 126); here the price is 3, so it is not known whether it pays. " in said[1]
    assert "it costs as much as a retrain every 1d, 1 retrain a day." in said[1]


def test_online_pays_as_far_as_it_is_known() -> None:
    even = BreakEven(HOUR, 8.0, low=2.0, high=15.0, below=50.0)
    assert [even.pays(paid) for paid in (1.0, 5.0, 14.0, 20.0, 60.0)] == [False, None, None, True, False]


def test_online_that_loses_nothing_pays_at_any_price() -> None:
    found = break_even(_by_hand([720.0, 800.0]), HOUR)
    assert found is not None
    assert found.price is not None
    assert found.price < 0.0
    said = paragraphs(_by_hand([720.0, 800.0]))[1]
    assert said.startswith("Online in place costs less than every schedule, whatever an hour of training costs. Above ")
    assert said.endswith("that is known (95 %); here the price is 3, so it may be chance.")


def test_a_cost_of_next_to_nothing_is_told_in_words() -> None:
    costs = Costs(_by_hand([720.0, 800.0]).cadences, Prices(per_training_hour=1e-5))
    assert costs.total[0].tolist() == pytest.approx([1e-6, 1e-6])
    assert paragraphs(costs)[0].startswith("Online in place costs least: less than 0.0001 a day in the currency of ")


@pytest.mark.parametrize("seed", range(5))
def test_online_is_the_cheapest_from_the_break_even_price_on(seed: int) -> None:
    draw = np.random.default_rng(seed)
    rewards = draw.normal(100.0, 3.0, (4, 6))
    uses = [0.0, 5.0, 2.0, 0.5]
    found = [Measured(interval, reward, np.full(6, use), np.zeros(6), 1.0)
             for interval, reward, use in zip([None, 3600.0, 7200.0, DAY], rewards, uses, strict=True)]  # fmt: skip
    even = break_even(Costs.of(found, PRICES), HOUR)
    assert even is not None
    assert even.price is not None
    for price in np.linspace(0.0, 40.0, 81):
        cheapest = Costs.of(found, Prices(2.0, float(price))).best
        assert (cheapest == 0) == (price > even.price)
    assert even.low is not None
    assert even.high is not None
    assert even.low < even.price < even.high


def test_training_that_costs_online_as_much_is_no_reason_for_it() -> None:
    equal = [Measured(one, np.array(reward), np.ones(2), np.zeros(2), 1.0)
             for one, reward in ((None, [1.0, 1.1]), (DAY, [2.0, 2.2]))]  # fmt: skip
    found = break_even(Costs.of(equal, PRICES), HOUR)
    assert found is not None
    assert found.price is None
    said = paragraphs(Costs.of(equal, PRICES))[1]
    assert said == "Online in place does not pay, whatever an hour of training costs: every 1d costs less."


def test_no_cadence_is_better_for_an_agent_that_learns_nothing() -> None:
    """It earns the same under each: that online trains nothing and pushes nothing is no reason for it."""
    rewards = np.array([3.0, 4.0])
    online, daily = (Measured(one, rewards, hours, hours, 1.0) for one, hours in ((None, 0 * rewards), (DAY, rewards)))
    costs = Costs.of([online, daily], PRICES)
    (said,) = paragraphs(costs)
    assert said == answer(costs)
    assert said.startswith("No cadence earns more: the agent earns the same under each")
    assert "nothing that it learns shows in the rewards here" in said
    told = plain(costs)
    assert (told["online_pays_from"], told["best"], told["near_optimal"]) == ({}, None, [])
    assert [row["near_optimal"] for row in told["cadences"]] == [None, None]
    assert [one.heading for one in columns(costs, "clicks")][2:] == [
        "clicks a day", "cost of lost reward", "cost of training", "cost of pushes", "cost a day",
    ]  # fmt: skip
    (table,) = answer_of(costs, "shop", 0.0, "clicks").shown
    assert table.title == "shop; costs a day in the currency of the prices"
    assert not table.styles
    assert costs.total.tolist() == [[0.0, 0.0], [3.5 * 3.0, 3.5 * 4.0]]


def test_the_ends_of_a_ratio_are_where_the_test_rejects() -> None:
    draw = np.random.default_rng(3)
    top, bottom = draw.normal(3.0, 1.0, 9), draw.normal(5.0, 0.7, 9)
    ends = fieller(top, bottom, 0.02)
    assert ends is not None
    for end in ends:
        assert stats.ttest_1samp(top - end * bottom, 0.0).pvalue == pytest.approx(0.02, rel=1e-9)
    assert fieller(top, draw.normal(0.0, 1.0, 9), 0.02) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "per_rewards=1",
            "--price: unknown name 'per_rewards', did you mean per_reward; known are per_push, per_reward, ",
        ),
        ("per_push=1, per_push=2", "--price: per_push is given twice"),
        ("per_push=cheap", "--price: per_push is 'cheap'; a number >= 0 is allowed"),
        ("per_push=-1", "--price: per_push is '-1'; a number >= 0 is allowed"),
        ("per_push", "--price: per_push has no price; write per_push=0.02"),
        ("per_push=0.5,,", "--price: unknown name ''"),
        ("per_push=0", "--price: is 'per_push=0'; prices such as 'per_reward=0.02, "),
        ("", "--price: is ''; prices such as "),
    ],
)
def test_wrong_prices_are_said(text: str, message: str) -> None:
    with pytest.raises(LabError) as error:
        prices_of(text)
    assert str(error.value).startswith(message)


def test_intervals_fit_the_horizon() -> None:
    assert [one / 3600 for one in default_intervals(Scenario.load("shop"))] == [3, 8, 24, 48, 96, 168]
    with pytest.raises(LabError, match=r"none of 10m, 30m, .* fits 4 times into the horizon of 20m; give your own"):
        default_intervals(Scenario.load("news_feed", {"horizon": "20m"}))
    assert scored_from(intervals_of("1d,2h"), 7 * DAY) == 2 * DAY
    with pytest.raises(LabError, match="4d leaves nothing to score of a horizon of 7d: two of them are warm-up"):
        scored_from(intervals_of("4d"), 7 * DAY)
    for wrong in ("", "0s", "often"):
        with pytest.raises(LabError, match="--intervals: "):
            intervals_of(wrong)


def test_only_the_cadence_differs() -> None:
    agent = Agent(LinUCB(alpha=0.3), NoCorrection(), Every("7h", refit_window="2d"))
    found = cadences(agent, [3600.0])
    assert list(found) == [None, 3600.0]
    assert (found[None].ship, found[3600.0].ship) == ("in_place", "push")
    assert (found[3600.0].cadence.interval, found[3600.0].cadence.refit_window) == (3600.0, 2 * DAY)  # type: ignore
    assert all(one.learner is agent.learner and one.correction is agent.correction for one in found.values())


def test_neighbours_are_named_by_their_ends() -> None:
    names = ["1h", "3h", "8h", "1d"]
    assert neighbours(names, [False, True, True, True]) == [("3h", "1d")]
    assert neighbours(names, [False] * 4) == []


def test_one_replication_claims_nothing() -> None:
    one = [
        Measured(each, np.array([reward]), np.zeros(1), np.zeros(1), 1.0) for each, reward in ((None, 3.0), (DAY, 2.0))
    ]
    costs = Costs.of(one, PRICES)
    assert costs.near == (True, True)
    assert "One replication says nothing of chance" in answer(costs)
    assert costs.more[1] == (2.0, None)


@pytest.mark.parametrize(("half_life", "spread", "lag", "price"), [(3600.0, 1.0, 0.0, 300.0), (7e4, 0.4, 4e3, 2e3)])
def test_the_cheapest_interval_is_the_minimum_that_a_search_finds(half_life, spread, lag, price) -> None:
    def cost(log: float) -> float:
        return price / math.exp(log) + mean_error(math.exp(log), half_life, spread, lag)

    found = optimize.minimize_scalar(cost, bounds=(0.0, 20.0), method="bounded", options={"xatol": 1e-10})
    assert cheapest_interval(price, 1.0, half_life, spread, lag) == pytest.approx(math.exp(found.x), rel=1e-4)
    assert cheapest_interval(1e9, 1.0, half_life, spread, lag) == math.inf


def test_the_closed_form_is_that_of_a_simulated_taste() -> None:
    """A discrete Ornstein-Uhlenbeck path, copied every so many steps: another program than the lab's."""
    half_life, spread, step, paths, cycles = 100.0, 0.7, 1.0, 4000, 3
    keep = 2.0 ** (-step / half_life)
    draw = np.random.default_rng(0)
    costs = {}
    for interval in (20, 60, 180):
        taste = copy = spread * draw.normal(size=paths)
        error = 0.0
        for n in range(interval * cycles):
            copy = taste if n % interval == 0 else copy
            taste = keep * taste + spread * math.sqrt(1.0 - keep**2) * draw.normal(size=paths)
            error += float(((taste - copy) ** 2).mean())
        measured_error = error / (interval * cycles)
        mid = mean_error(interval, half_life, spread, lag=step / 2)  # ages 1, 2, ... n are those of mid-steps
        assert measured_error == pytest.approx(mid, rel=0.03)
        costs[interval] = 8.0 / interval + measured_error
    assert min(costs, key=lambda one: costs[one]) == 60
    assert 40.0 < cheapest_interval(8.0, 1.0, half_life, spread) < 90.0
    assert error_at(50.0, half_life, spread) == pytest.approx(2 * 0.49 * (1 - 2**-0.5))
