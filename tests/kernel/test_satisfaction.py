"""What pleases users, and what that changes, to the number."""

import numpy as np
import pytest

from agents import Agent, Never, Oracle, Uniform
from sim.scenario import Scenario, ScenarioError
from tests.support.worlds import ALWAYS_SINGLE, TASTES, FirstItems, run, world

SECOND = 2.0 ** (-1 / 10)  # what is kept of satisfaction from a visit to the next
VISITS = 40
MOODY = {
    "horizon": f"{VISITS}s",
    "feedback__click__value": 10,
    "users__satisfaction": {"half_life": "10s", "value_effect": 1.5},
}


def worth(satisfaction):
    return 10 * 2 / (1 + np.exp(-1.5 * satisfaction))


@pytest.mark.long
@pytest.mark.parametrize("options", [{}, pytest.param({"block": 1}, marks=pytest.mark.slow), {"tuning": ALWAYS_SINGLE}])
def test_values_follow_satisfaction(options):
    """Always clicked: 1 - 2^(-n/10) after n visits, which moves the value of the next."""
    found = run(world(**MOODY), FirstItems(), **options)
    expected = worth(1 - SECOND ** np.arange(VISITS))
    assert found.impressions.value.to_numpy() == pytest.approx(expected, rel=1e-12)
    assert found.requests.expected_reward.to_numpy() == pytest.approx(expected, rel=1e-12)
    assert found.summary["regret/at_base_rate"] == found.summary["regret/per_request"] == 0.0


def test_users_who_never_click_are_displeased():
    found = run(world(**MOODY, items__click_rates=[0.0, 1.0]), FirstItems())
    best = 10 * 2 / (1 + np.exp(1.5 * (1 - SECOND ** np.arange(VISITS))))
    assert found.requests.regret.to_numpy() == pytest.approx(best, rel=1e-12)


def test_a_feature_pleases_whoever_clicks():
    """Uniform features of one coordinate are all 1: pleased at each visit, though nobody clicks."""
    items = {"count": 2, "click_rate": 1e-9, "features": "uniform"}
    scenario = world(
        **MOODY,
        items=items,
        users__preferences={"dim": 1},
        users__satisfaction__driven_by="feature(0)",
    )
    found = run(scenario, FirstItems())
    assert found.impressions.outcome.sum() == 0
    assert found.requests.expected_reward.to_numpy() == pytest.approx(1e-9 * worth(1 - SECOND ** np.arange(VISITS)))


@pytest.mark.long
def test_a_value_pleases_by_its_share_of_the_mean():
    """Values 4 and 8, mean 6: one pleases by 1/3, the other by 1 (no more)."""
    scenario = world(
        horizon=f"{VISITS}s",
        feedback__click__value="mixture(0.5: 8, 0.5: 4)",
        users__satisfaction={"half_life": "10s", "value_effect": 1e-9, "driven_by": "value"},
    )
    drawn, satisfaction = set(run(scenario, FirstItems()).impressions.value), 0.0
    effect = run(world(scenario.plain(), users__satisfaction__value_effect=1.0), FirstItems())
    for visit in range(VISITS):
        expected = 6 * 2 / (1 + np.exp(-satisfaction))
        assert effect.requests.expected_reward[visit] == pytest.approx(expected, rel=1e-9)
        now = min(1.0, effect.impressions.value[visit] / 6) * 2 - 1
        satisfaction = SECOND * satisfaction + (1 - SECOND) * now
    assert {round(one, 6) for one in drawn} == {4.0, 8.0}


def test_driven_by_clicks_and_return_effect_are_as_before():
    scenario = world(TASTES, users__count=15)
    assert scenario.digest == world(scenario.plain(), users__satisfaction__driven_by="clicks").digest
    random = Agent(Uniform(), cadence=Never())
    assert run(scenario, random).fingerprint == run(world(TASTES, users__count=15), random).fingerprint


def test_a_myopic_oracle_has_no_regret_whatever_it_does_to_users():
    scenario = world(
        TASTES,
        feedback__click__value="by_utility(effect=1, law=5)",
        users__satisfaction={"half_life": "6h", "driven_by": "feature(0)", "value_effect": 2.0, "return_effect": 0.4},
    )
    assert run(scenario, Agent(Oracle(), cadence=Never())).summary["regret/total"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("driven_by", "why"),
    [
        ("kale", "'kale' is nothing that drives satisfaction; clicks, value or feature(k), k from 0, is allowed"),
        ("feature(4)", "is feature(4), but items have 4 features; 0 to 3 is allowed"),
    ],
)
def test_what_cannot_drive_it(driven_by, why):
    with pytest.raises(ScenarioError) as error:
        Scenario.load(TASTES, {"users.satisfaction.driven_by": driven_by})
    assert why in str(error.value)
