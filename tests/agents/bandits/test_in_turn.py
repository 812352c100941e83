"""Explore-then-commit and successive elimination against plain programs, and the regret of the closed form."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import stats

from agents import Agent, ExploreThenCommit, ObservedOnly, SuccessiveElimination
from sim import simulate
from sim.ports import Catalogue, Impressions, Observations
from tests.claims._worlds import world
from tests.support.logs import examples, experience
from tests.support.rounds import by_arm, first_best, played, simulated

RATES = (0.5, 0.4, 0.9)


@pytest.mark.parametrize("delay", [0, 1, 30])
def test_every_round_of_explore_then_commit(delay):
    def rule(now, known):
        first = [[pull.paid for pull in known if pull.arm == arm][:40] for arm in range(3)]
        few = [arm for arm in range(3) if len(first[arm]) < 40]
        return few[now % len(few)] if few else first_best([sum(paid) for paid in first])

    assert simulated(ExploreThenCommit(40), RATES, 250, delay) == played(rule, RATES, 250, delay)


@pytest.mark.long
@pytest.mark.parametrize("delay", [0, pytest.param(1, marks=pytest.mark.slow), 30])
def test_every_round_of_successive_elimination(delay):
    out, read = set(), [0]

    def rule(now, known):
        for end in range(read[0] + 1, len(known) + 1):  # it learns one at a time
            pulls, wins = by_arm(known[:end], 3)
            left = [arm for arm in range(3) if arm not in out and pulls[arm]]
            mean = {arm: wins[arm] / pulls[arm] for arm in left}
            width = {arm: sqrt(2 * log(1000) / pulls[arm]) for arm in left}
            lower = max(mean[arm] - width[arm] for arm in left)
            out.update(arm for arm in left if mean[arm] + width[arm] < lower)
        read[0] = len(known)
        left = [arm for arm in range(3) if arm not in out]
        return left[now % len(left)]

    rates = (0.2, 0.3, 0.9)
    arms = played(rule, rates, 600, delay)
    assert simulated(SuccessiveElimination(1000), rates, 600, delay) == arms
    assert out == {0, 1}


def lead(n, good, bad):
    """Return P(the worse arm has more wins) and P(both have as many) after n pulls of each, from binomial laws."""
    wins = np.arange(n + 1)
    a, b = stats.binom.pmf(wins, n, good), stats.binom.pmf(wins, n, bad)
    return sum(b[k] * a[:k].sum() for k in wins), (a * b).sum()


@pytest.mark.long
@pytest.mark.parametrize(("delay", "published"), [pytest.param(0, 85.79, marks=pytest.mark.slow), (1000, 128.06)])
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_regret_of_the_closed_form(delay, published, seed):
    """(n + d/2) g + (T - 2n - d) g P(wrong), ties at random: each run is the formula with P 0 or 1."""
    n, gap = 100, 0.1
    worse, tie = lead(n, 0.5, 0.4)
    theory = (n + delay / 2) * gap + (10_000 - 2 * n - delay) * gap * (worse + tie / 2)
    assert theory == pytest.approx(published, abs=0.005)
    rounds = 1500  # once committed, rounds are alike
    scenario = world(rounds, items={"click_rates": [0.4, 0.5]}, feedback__click__delay=f"{delay}s")
    run = simulate(scenario, Agent(ExploreThenCommit(n), ObservedOnly()), seed=seed)
    wrong = run.impressions.item.iloc[-1] == 0
    expected = (n + delay / 2) * gap + (rounds - 2 * n - delay) * gap * wrong
    assert run.summary["regret/total"] == pytest.approx(expected, abs=1.01 * gap)  # the odd round


@pytest.mark.slow
def test_how_often_it_commits_to_the_worse_arm():
    """From the law of the lead, at n = 10: ties go to the lower id, here the worse arm."""
    scenario = world(21, items={"click_rates": [0.4, 0.5]})
    runs = simulate(scenario, Agent(ExploreThenCommit(10), ObservedOnly()), replications=600).impressions
    wrong = (runs[runs.visit == 20].item == 0).sum()
    assert stats.binomtest(int(wrong), 600, sum(lead(10, 0.5, 0.4))).pvalue > 0.001


GAP, SIGMA, PULLS, LATE, ROUNDS = 0.2, 1.0, 50, 200, 5000


def gaussian(rng, rows, arms):
    """Return outcomes of two arms, the first better by the gap, normal with standard deviation 1."""
    label = rng.normal(np.where(arms == 0, GAP, 0.0), SIGMA)
    none = np.zeros((rows, 0))
    columns = {"number": np.arange(rows), "request_at": np.arange(rows) + 1.0, "item": arms, "label": label}
    return Impressions.of(columns | {"user_features": np.ones((rows, 1)), "item_features": none})


def asked(at):
    none, one = np.zeros(1, dtype=np.int64), np.ones((1, 1))
    catalogue = Catalogue(np.arange(2), np.zeros((2, 0)), np.zeros(2))
    return Observations(np.array([at]), none, none + int(at), one, catalogue, 1, none.astype(np.uint64))


def committed(rows):
    learner = ExploreThenCommit(PULLS)
    learner.train(experience(examples(rows)))
    return learner.policy().act(asked(1.0)).items.item()


@pytest.mark.long
def test_the_regret_of_the_closed_form_with_gaussian_rewards():
    """n = 50, gap .2, sigma 1, delay 200, T = 5000: 179.14, with P(wrong) = Phi(-gap sqrt(n / 2) / sigma)."""
    wrong = stats.norm.cdf(-GAP * sqrt(PULLS / 2) / SIGMA)
    theory = (PULLS + LATE / 2) * GAP + (ROUNDS - 2 * PULLS - LATE) * GAP * wrong
    assert theory == pytest.approx(179.14, abs=0.005)
    rng, turns = np.random.default_rng(0), np.arange(2 * PULLS) % 2
    lost = sum(committed(gaussian(rng, 2 * PULLS, turns)) == 1 for _ in range(1000))
    assert stats.binomtest(lost, 1000, wrong).pvalue > 0.001


def test_with_gaussian_rewards_it_explores_for_as_long_as_outcomes_are_out():
    """Round by round: 2 n + d rounds in turn, then one arm for good."""
    rng, learner, explored = np.random.default_rng(1), ExploreThenCommit(PULLS), 2 * PULLS + LATE
    rows, shown = gaussian(rng, 400, np.arange(400) % 2), []
    for now in range(400):
        if now >= LATE and now - LATE < explored:  # what was shown so long ago is in turn
            learner.train(experience(examples(rows.part(now - LATE, now - LATE + 1))))
        shown.append(learner.policy().act(asked(float(now))).items.item())
    assert shown[: explored - 2] == [now % 2 for now in range(explored - 2)]
    assert len(set(shown[explored - 1 :])) == 1
