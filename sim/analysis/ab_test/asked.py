"""What A/B tests are asked for, checked."""

from __future__ import annotations

import math
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ab_test.replication import LOGS, METRICS
from sim.errors import LabError, refusing, unknown
from sim.laws.durations import seconds, text
from sim.scenario import Scenario
from sim.simulation import start_of

Floats = NDArray[np.float64]
_LEAST_USERS = 2  # of a side, expected: an interval takes two


def check(
    scenario: Scenario,
    split: float,
    log: str,
    metric: str,
    every: float | str,
    wait: float | str,
    score_from: float | str,
    replications: int,
) -> tuple[Floats, float]:
    """Refuse what cannot be tested; return looks and ``wait``, seconds.

    The arguments are those of `sim.analysis.ab_tests`.

    Raises:
        LabError: a value that is not allowed.
    """
    if metric not in METRICS:
        raise unknown("metric", metric, METRICS)
    if log not in (*LOGS, "both"):
        raise unknown("log", log, (*LOGS, "both"))
    if not 0.0 < split < 1.0:
        raise LabError(f"split: is {split:g}; a share of the users between 0 and 1 is allowed")
    _check_users(scenario.users.ever(scenario.horizon), split)
    if replications < 2:
        raise LabError(f"replications: is {replications}; 2 or more are needed")
    start, later, each = start_of(score_from, scenario), _seconds("wait", wait), _seconds("every", every)
    if start + later >= scenario.horizon:
        left = text(scenario.horizon - start)
        raise LabError(f"wait: is {text(later)}; a time below {left}, in which the log is read, is allowed")
    return _looks(scenario, each, start + later), later


def share_of(text: str) -> float:
    """Return the share in a text.

    >>> share_of("0.2"), share_of("20 %")
    (0.2, 0.2)
    """
    number, percent, rest = text.partition("%")
    with suppress(ValueError):
        if not rest.strip() and 0.0 < (share := float(number) / (100.0 if percent else 1.0)) < 1.0:
            return share
    raise LabError(f"--split: is {text!r}; a share of the users between 0 and 1 is allowed, such as 0.5 or 50%")


def _check_users(users: float, split: float) -> None:
    """Refuse sides of fewer users than an interval takes."""
    if users * min(split, 1.0 - split) >= _LEAST_USERS * (1.0 - 1e-9):
        return
    least = math.ceil(1000.0 * _LEAST_USERS / users) / 1000.0
    range_ = f"a share from {least:g} to {1.0 - least:g} is allowed, so that " if least <= 0.5 else ""
    more = "" if range_ else "; more users are needed"
    raise LabError(
        f"split: is {split:g}, about {split * users:.3g} of {users:.6g} users; "
        f"{range_}each side needs {_LEAST_USERS} or more{more}"
    )


def _seconds(key: str, value: float | str) -> float:
    with refusing(f"{key}: {{why}}", ValueError):
        return seconds(value)


def _looks(scenario: Scenario, every: float, start: float) -> Floats:
    """Return the instants at which the log is read."""
    if not every > 0.0 or start + every > scenario.horizon:
        raise LabError(
            f"every: is {text(every)}; a time is allowed that fits between the first request that is read, at "
            f"{text(start)}, and the horizon, {text(scenario.horizon)}"
        )
    looks = every * np.arange(1.0, int(scenario.horizon / every * (1 + 1e-12)) + 1.0)
    return np.asarray(looks[looks > start], dtype=np.float64)
