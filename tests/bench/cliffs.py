"""Agents that learn from each outcome, under every law of delay and every correction: no pair falls off a cliff."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from statistics import median

from agents import Agent, BetaThompson, EpsilonGreedy, Online
from sim.ports import includes, labels_of
from tests.bench.timing import Measured, per_unit, times
from tests.bench.worlds import THOMPSON, arms, run
from tests.contracts.shelves import CORRECTIONS, make

STEPS = 1500
ROUNDS = 3
MOST = 5.0  # times the plain one: an exponential delay, no window, what matured learnt as it is
LAWS = (  # on the scale of ten requests; what is constant comes at the instant of a request
    "constant(0s)",
    "constant(10s)",
    "exponential(mean=10s)",
    "uniform(low=0s, high=20s)",
    "gamma(shape=2, mean=10s)",
    "geometric(mean=10s, step=1s)",
    "lognormal(median=8s, p95=30s)",
    "weibull(shape=0.6, mean=10s)",
    "pareto(shape=1.5, minimum=3s)",
    "mixture(0.5: constant(3s), 0.5: exponential(mean=20s))",
    "never(p=0.3, else=exponential(mean=10s))",
    "released(every=10s)",
    "released(every=10s, law=exponential(mean=10s))",
    "truncated(max=30s, law=pareto(shape=0.5, minimum=1s))",
)
WINDOW = "1m"
# may take longer than `MOST`, up to this: docs/performance.md says why
NAMED = {
    "NoCorrection": 10.0, "Wait": 12.0, "OracleLabels": 10.0, "FNC": 10.0, "Shifted": 12.0, "FNW": 15.0,
    "FSIW": 22.0, "InverseProbability": 22.0, "DFM": 28.0, "DEFER": 45.0, "DEFUSE": 45.0, "ESDFM": 45.0,
}  # fmt: skip


def cliffs() -> Iterator[Measured]:
    """Yield what a request costs with each correction: as a multiple of the plain one, over all laws, and at worst."""
    plain = run(arms(STEPS, "exponential(mean=10s)"), THOMPSON)
    for correction in CORRECTIONS:
        made = make(correction)
        learner = BetaThompson() if includes(labels_of(BetaThompson), labels_of(made, "makes")) else EpsilonGreedy()
        agent, found = Agent(learner, made, Online()), []
        for law, window in product(LAWS, (None, WINDOW)):
            work = run(arms(STEPS, law, window), agent)
            ratio = times(work, plain, ROUNDS)
            found.append((ratio, f"{law}{f', window {window}' if window else ''}: {1e6 * per_unit(work):.0f} us"))
        worst, where = max(found)
        name = correction.__name__
        usual = f"{name} / plain, each feedback: median of {len(found)} laws and windows"
        yield Measured(usual, median(ratio for ratio, _ in found), "{:.1f} x", MOST, more=False, ratio=False)
        most = NAMED.get(name, MOST)
        yield Measured(f"  worst: {where} a request", worst, "{:.1f} x", MOST, more=False, ratio=False, limit=most)
