"""Run many A/B tests inside a world, beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents import Agent
from sim.analysis.ab_test.asked import check
from sim.analysis.ab_test.replication import LOGS, METRICS, Player, Replication, Task, run_in_turn
from sim.analysis.ab_test.stopping import FIXED, PEEKING, SPENT, Stopping, stopped
from sim.analysis.ab_test.user_level import Estimates
from sim.analysis.first_honest_day import first_honest_day
from sim.analysis.paired.statistics import t_interval
from sim.lazy import lazy
from sim.scenario import Scenario
from sim.simulation import start_of

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Interval = tuple[float, float]  # mean and half-width


@dataclass(frozen=True)
class AbTests:
    """Many A/B tests of two agents, and the truth.

    Differences are B less A.

    Attributes:
        looks: ``(n_looks,)`` instants at which the log was read, seconds.
        metric: what the sides are compared on.
        logs: whose requests the variants learnt from; ``seen`` is of the first.
        seen: estimates ``(replications, n_looks)`` from what the log held at each look.
        truths: ``(replications, n_looks)`` all users under B less all users under A, up to each look.
        inside: by log, ``(replications,)`` the true difference between the users of a test.
    """

    looks: Floats
    metric: str
    logs: tuple[str, ...]
    seen: Estimates
    truths: Floats
    inside: dict[str, Floats]

    @property
    def replications(self) -> int:
        """How many tests."""
        return len(self.truths)

    @cached_property
    def truth(self) -> Interval:
        """The true difference over the whole run, over replications."""
        return _interval(self.truths[:, -1])

    @property
    def true_sign(self) -> int:
        """The sign of the truth; 0 where none is known."""
        mean, half = self.truth
        return int(np.sign(mean)) if abs(mean) > half else 0

    @property
    def interference(self) -> dict[str, Interval]:
        """By log, the difference inside a test, less the truth."""
        return {log: _interval(own - self.truths[:, -1]) for log, own in self.inside.items()}

    @property
    def difference_inside(self) -> dict[str, Interval]:
        """By log, the true difference inside a test."""
        return {log: _interval(own) for log, own in self.inside.items()}

    @cached_property
    def signs(self) -> Ints:
        """Signs of the estimates, ``(replications, n_looks)``; 0 for none."""
        return np.sign(np.nan_to_num(self.seen.value)).astype(np.int64)

    @property
    def wrong_sign(self) -> Floats:
        """Share of tests with the wrong sign at each look.

        Of the tests that have an estimate; NaN where none has one, or no sign is right.
        """
        if not self.true_sign:
            return np.full(len(self.looks), np.nan)
        return _mean(np.where(np.isfinite(self.seen.value), self.signs == -self.true_sign, np.nan))

    @cached_property
    def without_interval(self) -> Floats:
        """Share of tests without an interval at each look."""
        return np.asarray(np.isnan(self.seen.half()).mean(axis=0))

    @property
    def false_win(self) -> Floats:
        """Share of tests with a false winner at each look.

        NaN where none has an interval.
        """
        return self._told(self.seen.significant() & (self.signs != self.true_sign))

    @property
    def first_honest_look(self) -> int | None:
        """The first look from which on signs are right."""
        return first_honest_day(self.signs == self.true_sign) if self.true_sign else None

    @property
    def covered(self) -> Floats:
        """Share of intervals that hold the truth at each look.

        It is the truth of their replication, up to that look. NaN where none has an interval.
        """
        return self._told(np.abs(self.seen.value - self.truths) <= self.seen.half())

    def _told(self, tests: Bools) -> Floats:
        """Return shares of tests; NaN where none has an interval."""
        return np.where(self.without_interval < 1.0, tests.mean(axis=0), np.nan)

    @property
    def stopping(self) -> tuple[Stopping, ...]:
        """What tests say that are stopped by each rule."""
        levels = {FIXED: 1, PEEKING: 1, SPENT: len(self.looks)}
        tests = {rule: self.seen.significant(looks) for rule, looks in levels.items()}
        return tuple(stopped(rule, test, self.signs, self.true_sign) for rule, test in tests.items())

    def frame(self) -> pd.DataFrame:
        """Return a row per look; ``docs/decisions/ab_test.md`` lists the columns."""
        value, half = self.seen.value, self.seen.half()
        truth = [_interval(column) for column in self.truths.T]
        return pd.DataFrame(
            {
                "day": self.looks / 86400.0,
                "seen": _mean(value),
                "seen_low": _mean(value - half),
                "seen_high": _mean(value + half),
                "truth": [mean for mean, _ in truth],
                "truth_half": [half for _, half in truth],
                "wrong_sign": self.wrong_sign,
                "false_win": self.false_win,
                "covered": self.covered,
            }
        )

    def plain(self) -> dict[str, Any]:
        """Return plain data; ``docs/decisions/ab_test.md`` lists the keys."""
        frame = self.frame()
        return {
            "metric": self.metric,
            "replications": self.replications,
            "truth": _plain(self.truth),
            "first_honest_day": None if (at := self.first_honest_look) is None else self.looks[at] / 86400.0,
            "days": frame.astype(object).where(frame.notna(), None).to_dict("records"),
            "stopping": [vars(one) for one in self.stopping],
            "inside": {log: _plain(own) for log, own in self.difference_inside.items()},
            "interference": {log: _plain(own) for log, own in self.interference.items()},
        }


def ab_tests(
    scenario: Scenario,
    a: Agent,
    b: Agent,
    *,
    split: float = 0.5,
    log: str = "own",
    metric: str = METRICS[0],
    every: float | str = "1d",
    wait: float | str = 0.0,
    score_from: float | str = 0.0,
    seed: int = 0,
    replications: int = 100,
    block: int | None = None,
    play: Player = run_in_turn,
    done: Callable[[], None] = lambda: None,
) -> AbTests:
    """Run A/B tests of two agents, and the truth.

    The truth is of two more runs, of all users under each agent, with the same random numbers.

    Args:
        scenario: the world.
        a: the agent of A, the control.
        b: the agent of B.
        split: the share of the users that B serves.
        log: whose requests the variants learn from: ``own``, those of their users, ``shared``, all; ``both`` runs the
            test both ways, and reads the first.
        metric: ``per_request`` or ``per_user``.
        every: the time between two looks at the test.
        wait: only requests at least so old are read; 0 reads all.
        score_from: requests before it are left out.
        seed: of the runs; all have the same users, tastes and noise.
        replications: independent tests.
        block: requests computed at once, None to adapt; it does not change the result.
        play: runs the replications; the result does not depend on it.
        done: called after each replication.

    Raises:
        LabError: a value that is not allowed.
        AgentError: an agent's code failed or returned something invalid.
    """
    looks, later = check(scenario, split, log, metric, every, wait, score_from, replications)
    start, logs = start_of(score_from, scenario), LOGS if log == "both" else (log,)
    tasks = {
        number: Task(scenario, (a, b), split, logs, metric, tuple(looks.tolist()), start, later, seed, number, block)
        for number in range(replications)
    }
    return _gathered(_played(tasks, play, done), looks, metric, logs)


def _played(tasks: Mapping[int, Task], play: Player, done: Callable[[], None]) -> list[Replication]:
    """Return the replications in the order of their tasks."""
    found = {}
    for number, one in play(tasks):
        found[number] = one
        done()
    return [found[number] for number in tasks]


def _gathered(found: list[Replication], looks: Floats, metric: str, logs: tuple[str, ...]) -> AbTests:
    value, error, freedom = (
        np.array([getattr(one.seen, name) for one in found]) for name in ("value", "error", "freedom")
    )
    inside = {log: np.array([one.inside[log] for one in found]) for log in logs}
    return AbTests(
        looks, metric, logs, Estimates(value, error, freedom), np.array([one.truth for one in found]), inside
    )


def _interval(values: Floats) -> Interval:
    found = t_interval(values)
    assert found is not None  # there are two replications or more
    return found[:2]


def _mean(values: Floats) -> Floats:
    """Return means over replications with an estimate; NaN for none."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0.0).sum(axis=0) / known.sum(axis=0))


def _plain(interval: Interval) -> dict[str, float]:
    mean, half = interval
    return {"mean": mean, "low": mean - half, "high": mean + half}
