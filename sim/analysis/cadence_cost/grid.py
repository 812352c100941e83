"""The cadences that are compared: intervals, and online in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from inspect import signature
from itertools import pairwise

from agents import Agent
from agents.cadences.every import Every
from agents.cadences.online import Online
from sim.errors import LabError, refusing
from sim.laws.durations import seconds, text
from sim.scenario import Scenario

ONLINE = "online"
MOST = 1000  # trainings of a run whose interval nobody asked for
_LADDER = ("10m", "30m", "1h", "3h", "8h", "1d", "2d", "4d", "7d", "14d", "28d")
_CYCLES = 4  # of the longest interval in a run, at least
_WARM_UP = 2  # longest intervals that are not scored


def default_intervals(scenario: Scenario) -> list[float]:
    """Return intervals from minutes to days, seconds.

    The longest fits four times into the horizon; none is shorter than a training takes, or makes more than `MOST`
    trainings.

    >>> [text(one) for one in default_intervals(Scenario.load("news_feed"))]
    ['30m', '1h', '3h', '8h', '1d']
    """
    horizon, training = scenario.horizon, scenario.platform.training.fixed.mean
    least, most = max(training, horizon / MOST), horizon / _CYCLES
    found = [each for each in map(seconds, _LADDER) if least < each <= most]
    if not found:
        raise LabError(
            f"--intervals: none of {', '.join(_LADDER)} is longer than a training and fits {_CYCLES} times into the "
            f"horizon of {text(horizon)}; give your own"
        )
    return found


def intervals_of(given: str) -> list[float]:
    """Return the intervals of a text, ascending, each once.

    Raises:
        LabError: one is no duration, or 0.

    >>> intervals_of("1d, 30m, 1d")
    [1800.0, 86400.0]
    """
    found = set()
    for word in filter(None, map(str.strip, given.split(","))):
        with refusing("--intervals: {why}", ValueError):
            found.add(seconds(word))
    if not found or min(found) <= 0.0:
        raise LabError(f"--intervals: is {given!r}; durations such as 10m,1h,8h,1d are allowed")
    return sorted(found)


def scored_from(intervals: Sequence[float], horizon: float) -> float:
    """Return the instant from which runs are scored.

    That is twice the longest interval: by then all serve what they learnt.

    Raises:
        LabError: no time is left to score.
    """
    start = _WARM_UP * max(intervals)
    if start >= horizon:
        longest, whole = text(max(intervals)), text(horizon)
        raise LabError(
            f"--intervals: {longest} leaves nothing to score of a horizon of {whole}: two of them are warm-up; "
            f"intervals below {text(horizon / _WARM_UP)}, a longer scenario.horizon, or score_from=… are allowed"
        )
    return start


def cadences(agent: Agent, intervals: Sequence[float]) -> dict[float | None, Agent]:
    """Return the agent under each interval and online (None).

    Learner and correction stay, and so does what `retrained_every` keeps.
    """
    with refusing("agent: {why}", ValueError):
        online = {None: replace(agent, cadence=Online(), ship="in_place")}
        return online | {one: retrained_every(agent, one) for one in intervals}


def retrained_every(agent: Agent, interval: float) -> Agent:
    """Return the agent, retrained by the clock.

    Learner and correction stay, and so do the refit window and whatever else its cadence has in common with `Every`.
    """
    shared = [name for name in signature(Every).parameters if name != "interval" and hasattr(agent.cadence, name)]
    kept = {name: getattr(agent.cadence, name) for name in shared}
    return replace(agent, cadence=Every(interval, **kept), ship="push")


def name_of(interval: float | None) -> str:
    """Return the name of a cadence.

    >>> name_of(10800.0), name_of(None)
    ('3h', 'online')
    """
    return ONLINE if interval is None else text(interval)


def neighbours(names: Sequence[str], kept: Sequence[bool]) -> list[tuple[str, str]]:
    """Return the ends of each run of kept neighbours.

    >>> neighbours(["1h", "3h", "8h", "1d"], [True, True, False, True])
    [('1h', '3h'), ('1d', '1d')]
    """
    inside = [n for n, one in enumerate(kept) if one]
    if not inside:
        return []
    cuts = [n for n, (one, other) in enumerate(pairwise(inside), 1) if other > one + 1]
    parts = [inside[start:end] for start, end in pairwise([0, *cuts, len(inside)])]
    return [(names[part[0]], names[part[-1]]) for part in parts]
