"""A delay after which hardly any answer comes in time is a warning."""

import pytest

from sim.laws import parse_law
from sim.scenario import Scenario


@pytest.mark.parametrize(
    ("delay", "window", "warns"),
    [
        ("lognormal(median=19900d, sigma=3.98e-06)", None, "more than 99 % of the answers come after the horizon (2d)"),
        ("exponential(mean=10000s)", "90s", "more than 99 % of the answers come after the window (90s)"),
        ("exponential(mean=10000s)", "110s", None),  # 1.09 % are within it
        ("never(p=0.9984, else=exponential(mean=1h))", None, None),  # rare, but not late
        (
            "never(p=0.5, else=exponential(mean=300d))",
            None,
            "more than 99 % of the answers come after the horizon (2d)",
        ),
        ("released(every=1h)", "2h", None),
    ],
)
def test_a_delay_beyond_all_that_is_seen_is_a_warning(delay, window, warns):
    feedback = {"click": {"delay": delay, "window": window}}
    found = Scenario.load(
        {
            "name": "late",
            "horizon": "2d",
            "users": {"count": 4, "visits": {"every": "10m"}},
            "items": {"click_rates": [0.6, 0.3]},
            "slate": {"size": 1},
            "feedback": feedback,
        }
    ).warnings()
    assert list(found) == ([] if warns is None else [f"feedback.click.delay: {warns}: by {parse_law(delay)}"])


def test_a_reversal_beyond_all_that_is_seen_is_a_warning():
    scenario = {
        "name": "late",
        "horizon": "2d",
        "users": {"count": 4, "visits": {"every": "10m"}},
        "items": {"click_rates": [0.6, 0.3]},
        "slate": {"size": 1},
        "feedback": {"click": {"delay": "1m", "reversal": {"rate": 0.1, "delay": "exponential(mean=300d)"}}},
    }
    (found,) = Scenario.load(scenario).warnings()
    assert found.startswith(
        "feedback.click.reversal.delay: more than 99 % of the reversals come after the horizon (2d): by exponential"
    )
    assert Scenario.load(scenario, {"feedback.click.reversal.delay": "exponential(mean=30d)"}).warnings() == ()
