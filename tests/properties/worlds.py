"""Small random worlds in which instants often coincide.

Visits, delays, windows, drops and periods are multiples of one tick, of 10 seconds or of an hour, or zero.
"""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from sim.scenario import Scenario

# {n} is n ticks
GRID = [
    "constant({0})",
    "constant({1})",
    "constant({2})",
    "released(every={3})",
    "released(every={2}, law=constant({1}))",
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
INGESTS = ["constant({0})", "constant({1})", "constant({2})", "exponential(mean={2})"]
LATENCIES = [*INGESTS, "released(every={2})"]
EXAMINATIONS = ["[1, 0.7, 0.5]", "[0.5, 1, 0.7]", "[1, 0, 0.5]"]
SPREADS = [0.0, 0.5, 1.5]


class Ticks:
    """Durations and laws of a world whose tick lasts ``length`` seconds."""

    def __init__(self, length):
        self.length = length

    def __call__(self, count):
        return f"{count * self.length}s"

    def law(self, text):
        return text.format(*map(self, range(13)))


@st.composite
def kinds(draw, ticks):
    """Draw a delay, a window and what a no says."""
    window = draw(st.sampled_from([None, 1, 2, 6]))
    negatives = draw(st.sampled_from(["explicit", "silent"])) if window else "explicit"
    delay = ticks.law(draw(st.sampled_from(GRID) | st.sampled_from(LOOSE)))
    return {"delay": delay, "window": window and ticks(window), "negatives": negatives}


@st.composite
def users(draw, ticks, dim):
    count = draw(st.integers(1, 4))
    out = {"count": count}
    if draw(st.booleans()):
        out["visits"] = {"every": ticks(draw(st.sampled_from([2, 4] if count > 2 else [1, 2, 4])))}
    else:
        cycle = draw(st.sampled_from([{}, {"daily_peak": "20:00", "daily_swing": 0.8}]))
        rate = f"1 per {ticks(draw(st.sampled_from([2, 6])))}"
        out["visits"] = {"rate": rate} | cycle
        out["satisfaction"] = {"half_life": ticks(6), "return_effect": draw(st.sampled_from([0.0, 0.7, -0.7]))}
    if dim:
        spread = st.sampled_from(SPREADS)
        out["preferences"] = {"dim": dim, "spread": draw(spread)}
        out["trend"] = {"half_life": ticks(32), "spread": draw(spread)}  # a knot a tick
        out["drift"] = {"half_life": ticks(18), "spread": draw(spread)}
        out["satiation"] = {"half_life": ticks(6), "strength": draw(spread)}
        share = draw(st.sampled_from([0.0, 0.5, 1.0]))
        out["observed"] = {"share": share, "noise": 0.2 if share else 0.0}
        shifts = [{"at": ticks(10), "share": 0.5, "size": 2.0}, {"at": ticks(20), "share": 1.0, "size": 1.0}]
        out["shifts"] = shifts[: draw(st.integers(0, 2))]
    return out


@st.composite
def items(draw, ticks, dim):
    count = draw(st.integers(2, 5))
    if not dim and draw(st.booleans()):
        rates = draw(st.sampled_from([[0.7, 0.5, 0.4, 0.3, 0.2], [0.5, 0.5, 1.0, 0.0, 0.5]]))
        return count, {"click_rates": rates[:count]}
    lifetime = draw(st.sampled_from([None, 10, 40]))
    popularity = draw(st.sampled_from(SPREADS))
    life = lifetime and ticks(lifetime)
    return count, {"count": count, "click_rate": 0.4, "popularity": popularity, "lifetime": life}


@st.composite
def feedback(draw, ticks, moving, dim):
    out = {"click": draw(kinds(ticks))}
    if draw(st.booleans()):
        agrees = draw(st.sampled_from([0.0, 0.5, -1.0])) if moving else 0.0
        taste = {"rate": 0.5, "spread": 0.8 if dim else 0.0, "agrees_with_click": agrees}
        out |= {"conversion": draw(kinds(ticks)) | taste, "learn_from": draw(st.sampled_from(["click", "conversion"]))}
    return out


@st.composite
def slates(draw, count):
    size = draw(st.integers(1, min(3, count)))
    choices = ["bernoulli", "cascade", "multinomial", "position_based"]
    choice = draw(st.sampled_from(choices if size > 1 else choices[:3]))
    if choice == "position_based":
        seen = draw(st.sampled_from(EXAMINATIONS))[1:-1].split(", ")[:size]
        choice = f"position_based(examination=[{', '.join(seen)}])"
    return {"size": size, "choice": choice}


@st.composite
def worlds(draw):
    """Draw the ticks and the scenario of a world of some 10 to 150 requests."""
    ticks = Ticks(draw(st.sampled_from([10, 3600])))
    dim = draw(st.sampled_from([0, 2, 3]))
    who = draw(users(ticks, dim))
    count, what = draw(items(ticks, dim))
    latency = st.sampled_from(LATENCIES).map(ticks.law)
    scenario = {
        "name": "random",
        "horizon": ticks(draw(st.sampled_from([24, 48]))),
        "users": who,
        "items": what,
        "slate": draw(slates(count)),
        "feedback": draw(
            feedback(ticks, any(who.get(b, {}).get("spread") for b in ("preferences", "trend", "drift")), dim)
        ),
        "platform": {
            "ingest": draw(st.sampled_from(INGESTS).map(ticks.law)),
            "training": {"fixed": draw(latency), "per_example": draw(st.sampled_from(["0s", "1s"]))},
            "push": draw(st.one_of(latency, st.just(ticks.law("exponential(mean={12})")))),
        },
    }
    return ticks, Scenario.check(scenario, folder=Path(__file__).parent)
