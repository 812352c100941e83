"""What a request costs in a longer, larger, later world; memory."""

from __future__ import annotations

from collections.abc import Iterator

from agents import Agent, DailyAt, RidgeRanker, Wait
from tests.bench.timing import Measured, child, times
from tests.bench.worlds import feed, run

REFIT_A_DAY = Agent(RidgeRanker(), Wait(), DailyAt("03:00", refit_window="1d"))
RUN = """
from agents import Agent, DailyAt, RidgeRanker, Wait
from sim.simulation import simulate
from tests.bench.worlds import feed
agent = Agent(RidgeRanker(), Wait(), DailyAt("03:00", refit_window="1d"))
print(simulate(feed(users__count=2000, horizon="DAYSd"), agent).summary["requests"])
"""


def growth() -> Iterator[Measured]:
    """Yield the cost of a request relative to that of a smaller world."""
    short, long = feed(users__count=2000, horizon="2d"), feed(users__count=2000, horizon="20d")
    ratio = times(run(long, REFIT_A_DAY), run(short, REFIT_A_DAY), rounds=1)
    yield Measured("cost of a request at 10 x the horizon", ratio, "{:.2f} x", 1.1, more=False)
    few, many = feed(users__count=20_000, horizon="6h"), feed(users__count=200_000, horizon="6h")
    ratio = times(run(many, REFIT_A_DAY), run(few, REFIT_A_DAY), rounds=1)
    yield Measured("  at 10 x the users", ratio, "{:.2f} x", 1.3, more=False)
    slow = {"feedback__click__delay": "exponential(mean=5h)", "feedback__click__window": None}
    soon = {"feedback__click__delay": "exponential(mean=30m)", "feedback__click__window": None}
    late, early = (feed(users__count=20_000, horizon="12h", **delay) for delay in (slow, soon))
    ratio = times(run(late, REFIT_A_DAY), run(early, REFIT_A_DAY), rounds=1)
    yield Measured("  with 10 x the pending feedback", ratio, "{:.2f} x", 1.3, more=False)


def memory() -> Iterator[Measured]:
    """Yield the peak memory at four times the horizon, as a multiple."""
    (_, _, short), (_, _, long) = child(RUN.replace("DAYS", "4")), child(RUN.replace("DAYS", "16"))
    yield Measured("peak memory at 4 x the horizon", long / short, "{:.2f} x", 1.1, more=False)
    yield Measured("  of", short, "{:.0f} MiB", ratio=False)
