"""PatientBandits against its formula at every request of a run."""

from math import log, sqrt

import numpy as np
import pytest

from agents import Agent, ObservedOnly, PatientBandits
from sim import simulate
from tests.claims._worlds import At, world
from tests.support.logs import examples, experience, impressions


@pytest.mark.parametrize(("alpha", "index"), [(0.25, 5.6922372840), (0.5, 5.3272664511), (2.0, 5.3272664511)])
def test_the_number_of_the_papers_formula_worked_out_by_hand(alpha, index):
    """Equations 4 and 5, two arms, a thousand rounds: one yes of three pulls, and alpha is at most a half."""
    rows = impressions(5).replace(
        item=np.array([0, 1, 1, 0, 0]),
        request_at=np.array([1000.0, 1500.0, 1600.0, 1900.0, 1990.0]),
        label=np.array([1.0, 0.0, 0.0, 0.0, 0.0]),
    )
    learner = PatientBandits(alpha, 1000)
    learner.train(experience(examples(rows)))
    policy, ids = learner.policy(), np.arange(2)
    assert policy._indices(ids, *policy._counts.of(ids))[0] == pytest.approx(index)


@pytest.mark.parametrize("alpha", [0.3, 0.9])
def test_every_request_is_that_of_the_formula(alpha):
    rates, rounds = (0.8, 0.2, 0.1), 500
    feedback = {"delay": "pareto(shape=0.6, minimum=1s)", "window": "300s", "negatives": "silent"}
    scenario = world(rounds, items={"click_rates": list(rates)}, feedback__click=feedback)
    looks = At(np.arange(0.5, rounds))
    learner = PatientBandits(alpha, rounds)
    shown = simulate(scenario, Agent(learner, ObservedOnly(), looks, ship="in_place")).impressions
    item = shown.item.tolist()
    yes = np.where(shown.status == "positive", shown.delivered_at.fillna(np.inf), np.inf).tolist()
    for now in range(rounds):
        values = []
        for arm in range(3):
            mine = [k for k in range(now) if item[k] == arm]
            n, s = len(mine), sum(yes[k] <= now + 0.5 for k in mine)
            bonus = sqrt(2 * log(2 * 3 * rounds**3) / n) + 2 * n ** -min(alpha, 0.5) if n else np.inf
            values.append(s / max(n, 1) + bonus)
        best = sorted(values)
        if best[-1] - best[-2] > 1e-9 or best[-1] == np.inf:
            assert item[now] == values.index(max(values)), now
