"""Off-policy evaluation against programs of another design."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from agents import Agent, BetaThompson, EpsilonGreedy, Every, LinUCB, Never, Online, RidgeRanker, Softmax, Uniform
from sim import Scenario, simulate
from sim.analysis import evaluate
from sim.analysis.off_policy.estimators import Rows, estimate
from sim.analysis.off_policy.shown import remarks
from sim.errors import LabError
from tests.off_policy.worlds import DAY, SILENT, Nearest, contexts, logger, nearest
from tests.support.worlds import TASTES


def _one(frame: pd.DataFrame, rule: str, name: str, column: str = "value") -> float:
    return float(frame[(frame.pending == rule) & (frame.estimator == name)][column].iloc[0])


@pytest.fixture(scope="module")
def silent():
    return simulate(contexts(users__count=400, **{k.replace(".", "__"): v for k, v in SILENT.items()}), logger())


def test_the_numbers_are_those_of_the_frame(silent) -> None:
    """IPS and SNIPS from nothing but the trace and the definitions, by pandas; Uniform shows each item 1 time in 5."""
    rows = silent.impressions[silent.impressions.request_at <= 5 * DAY]
    frame = evaluate(silent, Agent(Uniform(), cadence=Never()), at=("5d",))
    known = rows.delivered_at <= 5 * DAY
    positive = known & (rows.status == "positive")
    assert _one(frame, "no", "ips") == pytest.approx(positive.mean(), abs=1e-12)
    assert _one(frame, "drop", "ips") == pytest.approx(positive[known].mean(), abs=1e-12)
    assert _one(frame, "drop", "snips") == pytest.approx(positive[known].mean(), abs=1e-12)
    age = 5 * DAY - rows.request_at
    chance = 1 - np.exp(-np.minimum(age, 4 * DAY) / (2 * DAY))
    old = chance >= 0.05
    assert _one(frame, "age", "ips") == pytest.approx((positive / chance)[old].mean(), rel=1e-12)
    assert frame.truth.iloc[0] == pytest.approx(_truth_of_uniform(silent, 5 * DAY), abs=0.02)
    assert frame.requests.tolist() == [len(rows)] * len(frame)


def _truth_of_uniform(run, until: float) -> float:
    rows = run.impressions[run.impressions.request_at <= until]
    return float(rows.probability.mean())  # of the items that were drawn


def test_a_target_that_is_the_logger_has_weight_one_and_its_own_expected_reward() -> None:
    """A fixed Softmax logs; evaluated as the target, all weights are 1, and DM alone depends on a model."""
    world = Scenario.load(TASTES, {"horizon": "12h", "feedback.click.window": "1m"})
    agent = Agent(Softmax(RidgeRanker(), temperature=0.1), cadence=Never())
    run = simulate(world, agent)
    frame = evaluate(run, agent, at=("12h",), pending=("no",), draws=8)
    positives = (run.impressions.status == "positive").groupby([run.impressions.user, run.impressions.visit]).sum()
    assert _one(frame, "no", "ips") == pytest.approx(positives.mean(), rel=1e-7)
    assert _one(frame, "no", "snips") == pytest.approx(positives.mean(), rel=1e-7)
    assert frame.truth.iloc[0] == pytest.approx(run.requests.expected_reward.mean(), abs=0.03)


def test_the_truth_of_the_oracle_is_the_best_and_the_trace_agrees() -> None:
    """Expected reward of the best slate = that shown + its regret, request by request, in every state of the trace."""
    from agents import Oracle

    run = simulate(Scenario.load(TASTES, {"horizon": "12h"}), logger())
    frame = evaluate(run, Agent(Oracle(), cadence=Never()), at=("12h",), pending=("no",))
    best = (run.requests.expected_reward + run.requests.regret).mean()
    assert frame.truth.iloc[0] == pytest.approx(best, rel=1e-12)


@pytest.fixture(scope="module")
def cascades():
    """A run of slates of two."""
    changes = {"users.count": 80, "items.count": 3, "slate.size": 2, "slate.choice": "cascade"}
    return simulate(Scenario.load(TASTES, changes), logger())


@pytest.mark.parametrize(
    "learner",
    [
        EpsilonGreedy(0.3),
        BetaThompson(),
        *(pytest.param(one, marks=pytest.mark.slow) for one in (Softmax(RidgeRanker(), 0.2), LinUCB(), Uniform())),
    ],
    ids=lambda learner: type(learner).__name__,
)
def test_weights_are_one_on_average(learner, cascades) -> None:
    """E w = 1 at every position, whatever the target: exact propensities, indicators and counted draws."""
    from sim.analysis.off_policy.evaluate import checked, gather
    from sim.analysis.off_policy.retrace import Logged

    run = cascades
    instants, start, target = checked(run, Agent(learner, cadence=Every("1h")), ("1d",), "6h")
    logged = Logged.of(run.impressions, 2)
    log, _ = gather(run.scenario, 0, 0, logged, target, start, instants[-1], 64)
    weight = log.target / log.propensity
    assert len(log) > 600
    error = weight.std(axis=0) / np.sqrt(len(log))
    assert (np.abs(weight.mean(axis=0) - 1.0) < 3.5 * error + 1e-12).all()


def test_what_a_target_learns_is_known_by_then() -> None:
    """A target that learns from the log up to an instant is the same whatever comes later."""
    long = simulate(contexts(users__count=200, horizon="3d"), logger())
    short = simulate(contexts(users__count=200, horizon="2d"), logger())
    for agent in (Agent(RidgeRanker(), cadence=Every("1h")), Agent(LinUCB(), cadence=Online())):
        one, other = (evaluate(run, agent, at=("2d",), train="1d", pending=("no",)) for run in (long, short))
        pd.testing.assert_frame_equal(one, other)


def test_what_silence_costs_is_the_closed_form(silent) -> None:
    """Matured only, contexts: numerator and denominator are linear in rates, so their means are all that counts."""
    frame = evaluate(silent, nearest(), at=("6d",), pending=("drop", "age", "no"))
    value, rate = frame.truth.iloc[0], silent.impressions.probability.mean()
    soon = 1 - np.exp(-4 / 2)
    came = (4 - 2 * soon + 2 * soon) / 6  # mean of F over ages of 0 to 6 days, with a window of 4
    theory = {
        ("drop", "ips"): value * came / (rate * came + 2 / 6 * (1 - rate * soon)),
        ("drop", "snips"): value * came / (value * came + 2 / 6 * (1 - value * soon)),
        ("no", "ips"): value * came,
        ("age", "ips"): value,
    }
    for (rule, name), number in theory.items():
        half = _one(frame, rule, name, "high") - _one(frame, rule, name)
        assert _one(frame, rule, name) == pytest.approx(number, abs=1.6 * half), (rule, name)
    assert theory["drop", "ips"] / value > 1.35
    assert theory["no", "ips"] / value < 0.7


@pytest.mark.parametrize("learn_from", ["click", "conversion"])
def test_the_chance_of_arrival_is_the_share_that_has_arrived(learn_from) -> None:
    """With random ingest, windows, and conversions after clicks: F by age against counts of the trace."""
    from sim.analysis.off_policy.labels import arrival

    conversion = {"rate": 0.5, "delay": "exponential(mean=1d)", "window": "2d"}
    world = contexts(
        users__count=3000,
        feedback__click__window="3d",
        feedback__conversion=conversion,
        feedback__learn_from=learn_from,
        platform__ingest="exponential(mean=6h)",
    )
    rows = simulate(world, logger(), seed=2).impressions
    rows = rows[(rows.outcome == 1) & (rows.request_at < 2 * DAY)]
    ages = DAY * np.array([0.05, 0.25, 0.5, 1.0, 2.0, 3.0, 3.9])
    credited = (rows.status == "positive").to_numpy()
    waited = (rows.delivered_at - rows.request_at).to_numpy()
    counted = np.array([(credited & (waited <= age)).mean() for age in ages])
    error = np.sqrt(counted * (1 - counted) / len(rows)) + 0.01
    assert len(rows) > 500
    assert (np.abs(arrival(world, 6 * DAY)(ages) - counted) < 3 * error).all()


def test_dr_is_right_if_the_model_or_the_propensities_are() -> None:
    """By hand: two items, the log shows the first 3 times in 4, the target always the second."""
    rng = np.random.default_rng(1)
    n, rate = 200_000, np.array([0.2, 0.6])
    item = (rng.random(n) >= 0.75).astype(int)
    label = (rng.random(n) < rate[item]).astype(float)[:, None]
    weight = np.where(item == 1, 4.0, 0.0)[:, None]
    q_right, q_wrong = rate[item][:, None], np.full((n, 1), 0.9)
    one = np.ones((n, 1))
    cases = [
        (weight, q_wrong, 0.9 * one),  # right propensities
        (np.where(item == 1, 2.0, 0.0)[:, None], q_right, 0.6 * one),  # a right model
    ]
    for own, shown, target in cases:
        found = estimate("dr", Rows(np.arange(n), own, label, one > 0, shown, target))
        assert found.low < 0.6 < found.high
        assert found.high - found.low < 0.03
    assert estimate("ips", Rows(np.arange(n), cases[1][0], label, one > 0, q_right, one)).high < 0.35
    assert estimate("dm", Rows(np.arange(n), weight, label, one > 0, q_wrong, 0.9 * one)).value == pytest.approx(0.9)


def test_where_nothing_matches_there_is_no_estimate_but_of_a_model() -> None:
    """A mean of zero weights is no certain 0: of two positions the second has none of what the target shows."""
    one = np.ones((6, 2))
    for matches in (0.0, 2.0):
        rows = Rows(np.arange(6), np.array([matches, 0.0]) * one, one, one > 0, 0.25 * one, 0.5 * one)
        assert np.isnan([value for name in ("ips", "snips") for value in astuple(estimate(name, rows))]).all()
        assert astuple(estimate("dm", rows)) == (1.0, 1.0, 1.0)
        assert estimate("dr", rows).value == 1.0 + matches * (1.0 - 0.25)


def test_estimates_are_those_of_open_bandit_pipeline() -> None:
    """The five numbers that the estimator classes of sb-obp 0.5.10 give on the same arrays (switch at 2)."""
    rng = np.random.default_rng(5)
    n, m = 5000, 6
    each = np.arange(n)
    log, target, q = rng.dirichlet(np.ones(m) * 2, n), rng.dirichlet(np.ones(m) * 2, n), rng.random((n, m))
    item = (rng.random(n)[:, None] > log.cumsum(1)).sum(1)
    label = (rng.random(n) < q[each, item] * 0.8).astype(float)
    weight, shown, direct = target[each, item] / log[each, item], q[each, item], (target * q).sum(1)
    columns = (column[:, None] for column in (weight, label, weight > 0, shown, direct))
    rows = Rows(each, *columns)
    theirs = {
        "ips": 0.3938730994951329,
        "snips": 0.3978250729905893,
        "dm": 0.49974063876878844,
        "dr": 0.39657588309966196,
        "switch": 0.4308846146495338,
    }
    assert {name: estimate(name, rows, 2.0).value for name in theirs} == pytest.approx(theirs, rel=1e-12)


def test_switch_with_its_bound_at_the_ends_is_dm_and_dr() -> None:
    rng = np.random.default_rng(2)
    n = 500
    weight, label, q = rng.exponential(1.0, (n, 1)), (rng.random((n, 1)) < 0.5).astype(float), np.full((n, 1), 0.4)
    rows = Rows(np.arange(n), weight, label, weight >= 0, q, q)
    assert estimate("switch", rows, 0.0).value == pytest.approx(estimate("dm", rows).value)
    assert estimate("switch", rows, 1e9).value == pytest.approx(estimate("dr", rows).value)


def test_intervals_by_user_hold_where_requests_of_a_user_are_alike() -> None:
    """200 users x 20 equal requests: the interval covers in 95 % of repetitions, by request it would in 35 %."""
    rng = np.random.default_rng(3)
    user = np.repeat(np.arange(200), 20)
    one = np.ones((4000, 1))
    cover = {"user": 0, "request": 0}
    for _ in range(400):
        label = np.repeat(rng.random(200) < 0.4, 20).astype(float)[:, None]
        for name, of in (("user", user), ("request", np.arange(4000))):
            found = estimate("ips", Rows(of, one, label, one > 0, one, one))
            cover[name] += found.low <= 0.4 <= found.high
    assert cover["user"] / 400 == pytest.approx(0.95, abs=0.033)
    assert cover["request"] / 400 < 0.5


@pytest.mark.parametrize(
    ("agent", "why"),
    [
        (Agent(LinUCB(), cadence=Online()), "propensity 1: their policy was deterministic"),
        (Agent(Nearest(), cadence=Never()), "propensity 1: their policy was deterministic"),
        (Agent(BetaThompson(), cadence=Online()), "impressions without propensity"),
    ],
)
def test_logs_that_say_nothing_are_refused(agent, why) -> None:
    run = simulate(contexts(users__count=50, horizon="2d"), agent)
    with pytest.raises(LabError, match=why):
        evaluate(run, nearest(), at=("2d",))


def test_wrong_questions_are_refused() -> None:
    run = simulate(contexts(users__count=50, horizon="2d"), logger())
    for options, why in (
        ({"at": ("3d",)}, "up to the horizon, 2d"),
        ({"at": ("1d",), "train": "1d"}, "an instant before 1d"),
        ({"at": ("1d",), "pending": ("maybe",)}, "unknown name 'maybe'"),
    ):
        with pytest.raises(LabError, match=why):
            evaluate(run, nearest(), **options)
    with pytest.raises(LabError, match="no trace"):
        evaluate(simulate(contexts(users__count=9), logger(), trace=False), nearest())
    other = simulate(contexts(users__count=50, horizon="2d"), logger(), seed=1)
    mixed = type(other)(**{**vars(other), "impressions": run.impressions})
    with pytest.raises(LabError, match=r"another|is not in the trace"):
        evaluate(mixed, nearest(), at=("2d",))


def _pairs(horizon: str = "3d"):
    """Return a log of random slates of two, in which the second item earns only where the first did not: a cascade."""
    changes = {
        "horizon": horizon, "users.count": 300, "slate": {"size": 2, "choice": "cascade"}, "items.count": 4,
        "feedback.click.delay": "constant(0s)", "users.visits.rate": "6 per day",
    }  # fmt: skip
    return simulate(contexts(**{key.replace(".", "__"): value for key, value in changes.items()}), logger())


def test_whole_slates_are_weighted_where_positions_depend_on_each_other() -> None:
    """By pandas: a random slate of 2 of 4 has probability 1/12; the mean of rewards where the target agrees, x 12."""
    run = _pairs()
    frame = evaluate(run, nearest(), at=("3d",), pending=("no",))
    assert frame.estimator.tolist() == ["ips", "snips", "dm", "dr", "switch", "slate"]
    world, rows = _pairs("1h").scenario, run.impressions
    assert world.slate.size == 2
    target = simulate(run.scenario, nearest(), seed=0).impressions  # the same visits: nothing depends on slates
    wide = [part.pivot(index=["user", "visit"], columns="position", values="item") for part in (rows, target)]
    agrees = (wide[0] == wide[1]).all(axis=1)
    reward = rows.outcome.groupby([rows.user, rows.visit]).sum()
    assert _one(frame, "no", "slate") == pytest.approx(12 * (reward * agrees).mean(), rel=1e-12)
    slate = frame.set_index("estimator").loc["slate"]
    assert slate.low < slate.truth < slate.high
    ran = simulate(run.scenario, nearest(), seed=0, trace=False).summary["reward/per_request"]
    assert slate.truth == pytest.approx(ran, abs=0.02)
    for name in ("ips", "snips", "dm", "dr", "switch"):
        assert _one(frame, "no", name, "low") > slate.truth + 0.03
    (said,) = remarks(frame, run.scenario)
    assert said.startswith("Under cascade a click depends on the other items of its slate; ")
    assert said.endswith(
        " can be far off; slate weighs whole slates: it has no such error, and is noisy where few of them match."
    )
    assert remarks(frame, Scenario.load(run.scenario, {"slate.choice": "bernoulli"})) == []
    assert remarks(frame, Scenario.load(run.scenario, {"slate.size": 1})) == []


def test_whole_slates_of_a_logger_that_learns() -> None:
    """Softmax over ridge, in place: the run again gives each version's propensity; as its own target weights are 1."""
    world = Scenario.load(TASTES, {"horizon": "6h", "feedback.click.window": "1m"})
    run = simulate(world, Agent(Softmax(RidgeRanker(), temperature=0.3), cadence=Online()), trace=True)
    frame = evaluate(run, Agent(Uniform(), cadence=Never()), at=("6h",), pending=("no",))
    found = frame.set_index("estimator").loc["slate"]
    assert found.low < found.truth < found.high
    fixed = simulate(world, Agent(Softmax(RidgeRanker(), temperature=0.3), cadence=Never()), trace=True)
    same = evaluate(fixed, fixed.agent, at=("6h",), pending=("no",), draws=4).set_index("estimator")
    assert same.value["slate"] == pytest.approx(same.value["ips"], rel=1e-7)


def test_f_is_estimated_from_the_log() -> None:
    """Exp(2 d) cut by a window of 4 d, read on day 6: the estimate is within noise of the law, without knowing it."""
    from sim.analysis.off_policy.kaplan_meier import known_share

    run = simulate(contexts(**{k.replace(".", "__"): v for k, v in SILENT.items()}), logger())
    rows = run.impressions
    at, credited = rows.request_at.to_numpy(), (rows.status == "positive").to_numpy()[:, None]
    delivered = rows.delivered_at.fillna(np.inf).to_numpy()[:, None]
    share, ages = known_share(6 * DAY, at, delivered, credited), DAY * np.array([0.5, 1.0, 2.0, 3.0, 4.0, 5.0])
    law = -np.expm1(-np.minimum(ages, 4 * DAY) / (2 * DAY)) / -np.expm1(-2.0)
    assert np.abs(share(ages) - law).max() < 0.03  # some 2,000 positives
    frame = evaluate(run, nearest(), at=("6d",), pending=("age", "km"))
    assert _one(frame, "km", "dr") == pytest.approx(_one(frame, "age", "dr") * -np.expm1(-2.0), rel=0.03)


def test_dr_is_about_as_precise_as_an_estimator_can_be() -> None:
    """Without bias, given the states, a variance of 5 E[p (1 - p)] / n is the least: docs/off-policy.md."""
    from sim.analysis.off_policy.evaluate import checked, gather
    from sim.analysis.off_policy.retrace import Logged

    run = simulate(contexts(feedback__click__delay="constant(0s)"), logger(), seed=7)
    _, start, target = checked(run, nearest(), ("6d",), None)
    gathered, _ = gather(run.scenario, 7, 0, Logged.of(run.impressions, 1), target, start, 6 * DAY, 1)
    rate = gathered.truth
    least = np.sqrt(5 * (rate * (1 - rate)).mean() / len(rate))
    assert least == pytest.approx(0.0102, abs=0.0003)
    found = evaluate(run, nearest(), at=("6d",), pending=("no",)).set_index("estimator").loc["dr"]
    assert least < (found.high - found.low) / 2 / 1.96 < 1.15 * least
