"""What two agents of one seed share: answers in the same state; the clock and tastes alone where states part."""

import numpy as np
import pytest

from agents import Agent, Every, LinUCB, ObservedOnly, Uniform
from tests.support.worlds import TASTES, run, world

AGENTS = Agent(LinUCB(0.3), ObservedOnly(), Every("3h")), Agent(Uniform(), ObservedOnly(), Every("3h"))


def shared(tables, keys):
    """Return the rows of two tables that have the same keys, side by side."""
    one, other = tables
    return one.merge(other, on=keys, suffixes=("", "/other"))


def differing(results):
    """Return the shares of visits at another instant and of other answers, and what was answered alike.

    Answers are compared where item, position, user and visit are the same.
    """
    visits = shared([r.requests for r in results], ["user", "visit"])
    shown = shared([r.impressions for r in results], ["user", "visit", "item", "position"])
    assert min(len(visits), len(shown)) > 150
    answers = shown.outcome != shown["outcome/other"]
    return (visits.request_at != visits["request_at/other"]).mean(), answers.mean(), shown[~answers]


@pytest.mark.parametrize(
    ("satiation", "effect", "shift", "differ"),
    [(0.0, 0.0, 0, 0), (3.0, 0.0, 0, 1), (0.0, 2.0, 1, 1), pytest.param(3.0, 2.0, 1, 1, marks=pytest.mark.slow)],
)
@pytest.mark.long
def test_the_same_item_gets_the_same_answer_in_the_same_state_only(satiation, effect, shift, differ):
    moods = {"users.satiation.strength": satiation, "users.satisfaction.return_effect": effect}
    scenario = world(TASTES | {"horizon": "1d"}, users__count=80, **{k.replace(".", "__"): v for k, v in moods.items()})
    shifted, differ_, same = differing([run(scenario, agent) for agent in AGENTS])
    assert (shifted > 0.5) == bool(shift)
    assert (differ_ > 0.0) == bool(differ)
    assert differ_ < 0.2
    delay, other = (same[f"feedback_at{s}"] - same[f"request_at{s}"] for s in ("", "/other"))
    known = delay.notna() & other.notna()
    np.testing.assert_allclose(delay[known], other[known], rtol=0, atol=1e-6)  # as late, wherever the visit went
