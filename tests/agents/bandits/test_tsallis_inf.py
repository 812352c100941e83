"""Tsallis-INF: the law against a minimiser, every round against a plain program, regret against that of Exp3."""

from math import log, sqrt

import numpy as np
import pytest
from scipy.optimize import brentq

from agents import Agent, Exp3, ObservedOnly, TsallisINF
from agents.learners.tsallis_inf import leader
from sim import simulate
from tests.claims._worlds import At, world
from tests.support.rounds import draw

RATES = (0.8, 0.5, 0.2)
COIN = 2**62


def minimum(loss, rounds, entropy):
    """Return the law by bracketing: first each item given the multiplier, then the multiplier."""

    def item(top, own):
        return brentq(lambda x: own - sqrt(rounds / x) + entropy * (log(x) + 1) - top, 1e-300, 4.0, xtol=1e-300)

    high = entropy - sqrt(rounds)
    top = brentq(
        lambda t: sum(item(t, own) for own in loss) - 1,
        high - 2 * len(loss) * (1 + sqrt(rounds) + entropy),
        high + 1e-9,
    )
    return np.array([item(top, own) for own in loss])


@pytest.mark.parametrize("rounds", [1.0, 50.0, 1e6])
@pytest.mark.parametrize("entropy", [0.0, 3.0, 1e3])
def test_the_law_is_the_minimum(rounds, entropy):
    rng = np.random.default_rng(0)
    for count, scale in ((2, 1.0), (10, 30.0), (3, 1e4)):
        loss = scale * rng.uniform(size=count)
        loss -= loss.min()
        np.testing.assert_allclose(leader(loss, rounds, entropy), minimum(loss, rounds, entropy), rtol=1e-6, atol=1e-12)


@pytest.mark.long
@pytest.mark.parametrize("delay", [0, 30])
def test_every_round_is_that_of_the_formula(delay):
    """Half a second before each request it learns; D is the sum of what was under way at each of them."""
    scenario = world(120, items={"click_rates": list(RATES)}, feedback__click__delay=f"{delay}s")
    agent = Agent(TsallisINF(), ObservedOnly(), At(np.arange(0.5, 120)), ship="in_place")
    shown = simulate(scenario, agent).impressions
    label, losses, chances, missing, known = shown.outcome.tolist(), np.zeros(3), [], 0.0, 0
    for now, (item, propensity) in enumerate(zip(shown.item.tolist(), shown.propensity.tolist(), strict=True)):
        while known + delay < now:
            losses[shown.item[known]] += (1 - label[known]) / chances[known]
            known += 1
        if now:
            missing += now - known
        law = minimum(losses - losses.min(), max(now, 1), sqrt(2 * missing / log(3)))
        u = draw(now, 7, COIN, 0)
        assert item == int(np.searchsorted(np.cumsum(law)[:-1], u, side="right"))
        assert propensity == pytest.approx(law[item], rel=1e-6)
        chances.append(propensity)


@pytest.mark.slow  # its law and every round of it are checked above
def test_without_delay_it_has_less_regret_than_exp3_tuned_for_its_horizon():
    """Measured over five repetitions of 5000 rounds: 63 and 153; with a delay of 20 rounds 357 and 338."""
    scenario = world(1200, items={"click_rates": [0.6, 0.4, 0.4]})
    total = [
        simulate(scenario, Agent(learner, ObservedOnly()), replications=3, trace=False).summary["regret/total"]
        for learner in (TsallisINF(), Exp3(sqrt(log(3) / (3 * 1200)), 1e-6))
    ]
    assert total[0] < 0.7 * total[1]
