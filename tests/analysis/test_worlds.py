"""How the worlds of a comparison are called and put in order."""

from __future__ import annotations

from sim.analysis.paired.comparison import compared
from sim.analysis.paired.contenders import Contender
from sim.score import Scores

DELAY = "scenario.feedback.click.delay"


def one(scenario: str, delay: str) -> Contender:
    """Return a contender that is alone in its world."""
    settings = {"scenario": scenario, "learner": "ucb1", DELAY: delay}
    scores = Scores({"regret/at_base_rate": 0.5})
    return Contender((), settings, f"{scenario} {delay}", {(0, 0): 0.5}, scores)


def test_worlds_stand_by_the_size_of_what_their_laws_hold() -> None:
    delays = (
        "released(every=100s)",
        "exponential(mean=1h)",
        "released(every=10s)",
        "exponential(mean=5m)",
        "constant(7s)",
    )
    names = [world.name for world in compared([one("shop", delay) for delay in delays]).worlds]
    laws = ("exponential(mean=5m)", "exponential(mean=1h)", "released(every=10s)", "released(every=100s)", "7s")
    assert names == [f"shop, delay {law}" for law in laws]


def test_a_world_says_its_scenario_once() -> None:
    found = compared([one("shop", "constant(1s)"), one("feed", "constant(1s)"), one("feed", "constant(2s)")])
    assert [world.name for world in found.worlds] == ["feed, delay 1s", "feed, delay 2s", "shop, delay 1s"]
