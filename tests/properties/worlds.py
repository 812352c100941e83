"""Small random worlds in which instants often coincide.

Visits, delays, windows, drops and periods are multiples of one tick, or zero; a tick is 10 seconds, an hour or a day,
or as long as no float of seconds is.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

from sim.scenario import Scenario
from tests.reference import choices

# {n} is n ticks
GRID = [
    "constant({0})",
    "constant({1})",
    "constant({2})",
    "released(every={3})",
    "released(every={2}, law=constant({1}))",
    "released(every={6})",
    "released(every={12}, law=constant({1}))",
    "geometric(mean={2}, step={1})",
    "empirical(file=delays.csv)",
    "mixture(0.5: constant({1}), 0.5: constant({6}))",
    "never(p=0.3, else=constant({1}))",
]
LOOSE = [
    "exponential(mean={3})",
    "lognormal(median={1}, p95={12})",
    "weibull(shape=0.6, scale={4})",
    "gamma(shape=2, mean={2})",
    "uniform(low={0}, high={4})",
    "mixture(0.5: constant({1}), 0.5: exponential(mean={6}))",
    "pareto(shape=1, minimum={1})",
    "truncated(max={6}, law=exponential(mean={6}))",
]
HELD = [law for law in GRID if law.startswith("released")]  # a click may come later than what follows it
INGESTS = ["constant({0})", "constant({1})", "constant({2})", "exponential(mean={2})"]
LATENCIES = [*INGESTS, "released(every={2})"]
OVERTAKING = "exponential(mean={12})"  # pushes as long as that arrive in another order than they left
SPREADS = [0.0, 0.5, 1.5]
TICKS = [10, 3600, 86400, Decimal("0.1"), Decimal("462.3"), Decimal("3960.000007"), Decimal("1.1")]


class Ticks:
    """Durations and laws of a world whose tick lasts ``length`` seconds."""

    def __init__(self, length):
        self.length = length

    def __call__(self, count):
        return f"{count * self.length}s"

    def law(self, text):
        return text.format(*map(self, range(13)))


def kind(random, ticks, *shelves):
    """Return a delay of one of some lists of laws, a window and what a no says."""
    window = random.choice([None, 1, 2, 6])
    negatives = random.choice(["explicit", "silent"]) if window else "explicit"
    delay = ticks.law(random.choice(random.choice(shelves)))
    return {"delay": delay, "window": window and ticks(window), "negatives": negatives}


def users(random, ticks, dim):
    count = random.randint(1, 4)
    out = {"count": count}
    if random.random() < 0.5:
        out["visits"] = {"every": ticks(random.choice([2, 4] if count > 2 else [1, 2, 4]))}
    else:
        cycle = random.choice([{}, {"daily_peak": "20:00", "daily_swing": 0.8}])
        rate = f"1 per {ticks(random.choice([2, 6]))}"
        out["visits"] = {"rate": rate} | cycle
        out["satisfaction"] = {"half_life": ticks(6), "return_effect": random.choice([0.0, 0.7, -0.7])}
    return out | (moods(random, ticks, dim) if dim else {})


def moods(random, ticks, dim):
    """Return what users like, how it moves, and what of it is seen."""
    share = random.choice([0.0, 0.5, 1.0])
    shifts = [{"at": ticks(10), "share": 0.5, "size": 2.0}, {"at": ticks(20), "share": 1.0, "size": 1.0}]
    return {
        "preferences": {"dim": dim, "spread": random.choice(SPREADS), "mean": random.choice([0.0, 0.0, 0.4])},
        "trend": {"half_life": ticks(32), "spread": random.choice(SPREADS)},  # a knot a tick
        "drift": {"half_life": ticks(18), "spread": random.choice(SPREADS)},
        "satiation": {"half_life": ticks(6), "strength": random.choice(SPREADS)},
        "observed": {"share": share, "noise": 0.2 if share else 0.0},
        "shifts": shifts[: random.randint(0, 2)],
    }


def items(random, ticks, dim):
    """Return how many items are alive, and what is known of them."""
    count = random.randint(2, 5)
    if not dim and random.random() < 0.5:
        rates = random.choice([[0.7, 0.5, 0.4, 0.3, 0.2], [0.5, 0.5, 1.0, 0.0, 0.5]])
        return count, {"click_rates": rates[:count]}
    rate = random.choice([0.4, 0.4, "beta(2, 3)", "uniform(0.1, 0.9)"])
    popularity, features = random.choice(SPREADS), random.choice(["normal", "uniform"]) if dim else "normal"
    of_each = {"click_rate": rate, "popularity": popularity, "features": features}
    return count, {"count": count} | of_each | going(random, ticks)


def going(random, ticks):
    """Return how items go."""
    way = random.choice(["stay", "lifetime", "lifetime", "turnover", "redrawn"])
    if way == "lifetime":
        return {"lifetime": ticks(random.choice([4, 10, 40]))}
    if way == "turnover":
        every = max(1, round(random.choice([1, 2, 6]) * ticks.length))
        return {"turnover": {"every": f"{every}s", "rate": random.choice([f"1 per {2 * every}s", f"1 per {every}s"])}}
    return {"redrawn": way == "redrawn"}


def feedback(random, ticks, who):
    if random.random() < 0.5:
        return {"click": kind(random, ticks, GRID, LOOSE)}
    moves = any(who.get(what, {}).get("spread") for what in ("preferences", "trend", "drift"))
    spread = random.choice([0.0, 0.8, 0.8]) if "preferences" in who else 0.0
    agrees = random.choice([0.0, 0.5, -1.0]) if moves and spread else 0.0
    taste = {"rate": 0.5, "spread": spread, "agrees_with_click": agrees}
    return {
        "click": kind(random, ticks, GRID, LOOSE, HELD),
        "conversion": kind(random, ticks, GRID, LOOSE) | taste,
        "learn_from": random.choice(["click", "conversion", "conversion"]),
    }


def slate(random, count, free):
    size = random.randint(1, min(3, count))
    choice = choices.drawn(random.choice(choices.NAMES), random, size)
    return {"size": size, "choice": choice, "link": random.choice(["logit", "logit", "identity"]) if free else "logit"}


def world(random, mechanisms=()):
    """Return the ticks and the scenario of a random world of some 10 to 150 requests.

    Mechanisms of `tests.properties.wider` are added to it, from draws of their own.
    """
    ticks = Ticks(random.choice(TICKS))
    dim = random.choice([0, 2, 3])
    who = users(random, ticks, dim)
    count, what = items(random, ticks, dim)
    scenario = {
        "name": "random",
        "horizon": ticks(random.choice([24, 48])),
        "users": who,
        "items": what,
        "slate": slate(random, count, "click_rates" not in what),
        "feedback": feedback(random, ticks, who),
        "platform": {
            "ingest": ticks.law(random.choice(INGESTS)),
            "training": {
                "fixed": ticks.law(random.choice(LATENCIES)),
                "per_example": random.choice(["0s", "1s", ticks(1)]),
                "in_place": ticks.law(INGESTS[count % len(INGESTS)]),
            },
            "push": ticks.law(random.choice([OVERTAKING, random.choice(LATENCIES)])),
        },
    }
    more = Random(random.random()) if mechanisms else random
    for mechanism in mechanisms:
        mechanism(more, ticks, scenario)
    return ticks, Scenario.check(scenario, folder=Path(__file__).parent)
