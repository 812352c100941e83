"""Small random worlds and agents, with instants that often coincide."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from agents import (
    UCB1,
    After,
    Agent,
    BetaThompson,
    EpsilonGreedy,
    Every,
    LinTS,
    LinUCB,
    LogisticRanker,
    MicroBatch,
    NoCorrection,
    ObservedOnly,
    OnDrift,
    Online,
    RidgeRanker,
    Uniform,
    Wait,
)
from sim.scenario import Scenario

GRID = [
    "constant(0s)",
    "constant(10s)",
    "constant(20s)",
    "released(every=30s)",
    "released(every=20s, law=constant(10s))",
]
LOOSE = [
    "exponential(mean=30s)",
    "lognormal(median=10s, p95=2m)",
    "weibull(shape=0.6, scale=40s)",
    "gamma(shape=2, mean=20s)",
    "uniform(low=0s, high=40s)",
    "geometric(mean=20s, step=10s)",
    "mixture(0.5: constant(10s), 0.5: exponential(mean=1m))",
    "never(p=0.3, else=constant(10s))",
    "pareto(shape=1, minimum=5s)",
    "truncated(max=1m, law=exponential(mean=1m))",
]
ENDING = ["constant(0s)", "constant(10s)", "constant(20s)", "exponential(mean=20s)"]


@st.composite
def kinds(draw: Any) -> dict[str, Any]:
    window = draw(st.sampled_from([None, "10s", "20s", "60s"]))
    negatives = draw(st.sampled_from(["explicit", "silent"])) if window else "explicit"
    return {"delay": draw(st.sampled_from(GRID + LOOSE)), "window": window, "negatives": negatives}


@st.composite
def worlds(draw: Any) -> Scenario:
    dim = draw(st.sampled_from([0, 2, 3]))
    arms = dim == 0 and draw(st.booleans())
    count = draw(st.integers(2, 5))
    size = draw(st.integers(1, min(3, count)))
    steady = draw(st.booleans())
    spread = st.sampled_from([0.0, 0.5, 1.5])
    users: dict[str, Any] = {"count": draw(st.integers(1, 4))}
    if steady:
        users["visits"] = {"every": draw(st.sampled_from(["10s", "20s", "40s"]))}
    else:
        users["visits"] = {
            "rate": draw(st.sampled_from(["1 per 20s", "1 per 60s"])),
            "daily_swing": draw(st.sampled_from([0.0, 0.6])),
        }
        users["satisfaction"] = {"half_life": "1m", "return_effect": draw(st.sampled_from([0.0, 0.7, -0.7]))}
    if dim:
        users["preferences"] = {"dim": dim, "spread": draw(spread)}
        users["trend"] = {"half_life": "5m", "spread": draw(spread)}
        users["drift"] = {"half_life": "3m", "spread": draw(spread)}
        users["satiation"] = {"half_life": "1m", "strength": draw(spread)}
        users["observed"] = {"share": draw(st.sampled_from([0.5, 1.0])), "noise": 0.2}
        users["shifts"] = draw(st.sampled_from([[], [{"at": "100s", "share": 0.5, "size": 2.0}]]))
    items: dict[str, Any] = {"click_rates": [0.7, 0.5, 0.4, 0.3, 0.2][:count]}
    if not arms:
        items = {"count": count, "click_rate": 0.4, "popularity": draw(spread)}
        items["lifetime"] = draw(st.sampled_from([None, "100s", "400s"]))
    examination = "position_based(examination=[1, 0.7, 0.5])" if size == 3 else "bernoulli"
    slate = {"size": size, "choice": draw(st.sampled_from(["bernoulli", "cascade", "multinomial", examination]))}
    feedback: dict[str, Any] = {"click": draw(kinds())}
    if draw(st.booleans()):
        tied = dim and users["preferences"]["spread"]
        feedback["conversion"] = draw(kinds()) | {
            "rate": 0.5,
            "spread": 0.8 if dim else 0.0,
            "agrees_with_click": draw(st.sampled_from([0.0, 0.5, -1.0])) if tied else 0.0,
        }
        feedback["learn_from"] = draw(st.sampled_from(["click", "conversion"]))
    platform = {
        "ingest": draw(st.sampled_from([*ENDING, "released(every=20s)"])),
        "training": {"fixed": draw(st.sampled_from(ENDING)), "per_example": draw(st.sampled_from(["0s", "1s"]))},
        "push": draw(st.sampled_from([*ENDING, "exponential(mean=2m)"])),
    }
    horizon = draw(st.sampled_from(["300s", "600s"]))
    return Scenario.load(
        {
            "name": "random",
            "horizon": horizon,
            "users": users,
            "items": items,
            "slate": slate,
            "feedback": feedback,
            "platform": platform,
        }
    )


# not Oracle: trying all slates finds one of several equally good ones, in another order
LEARNERS = [Uniform, EpsilonGreedy, UCB1, BetaThompson, LinUCB, LinTS, RidgeRanker, LogisticRanker]


@st.composite
def agents(draw: Any) -> Agent:
    cadences = [
        Online(),
        Online(),
        Online(),
        MicroBatch("10s"),
        MicroBatch("30s"),
        After(draw(st.integers(1, 7))),
        Every("20s"),
        Every("50s", refit_window="100s"),
        Every("30s", refit_window=None),
        OnDrift("50s"),
    ]
    learner = draw(st.sampled_from(LEARNERS))()
    correction = draw(st.sampled_from([NoCorrection, Wait, ObservedOnly]))()
    return Agent(
        learner, correction, draw(st.sampled_from(cadences)), draw(st.sampled_from([None, "in_place", "push"]))
    )
