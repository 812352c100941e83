"""When one user comes, visit by visit."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import floor, prod

import numpy as np

from sim.draws import Stream, child, exponential, root, uniform
from tests.reference.groups import group_of
from tests.reference.instants import MICRO, on_paper, plus

DAY = 86400.0
W = 2.0 * np.pi / DAY


class Cycle:
    """The instant at which the integrated visit rate reaches a value.

    A root has no bits of its own: they come from how it is sought. So this seeks it as the kernel does,
    from a table of a day and by two Newton steps, and then checks that a root is what was found.
    """

    def __init__(self, peak, swing):
        self.peak, self.swing = peak, swing
        self.table = np.linspace(0.0, DAY, 2**14)
        self.reached = self.integrated(self.table)

    def integrated(self, at):
        """Return the integral of ``1 + swing cos(w (t - peak))`` from 0 to ``at``."""
        return at + (self.swing / W) * (np.sin(W * (at - self.peak)) + np.sin(W * self.peak))

    def instant(self, value):
        if self.swing == 0.0:
            return float(value)
        days = np.floor(value / DAY)
        rest = value - days * DAY
        at = np.interp(rest, self.reached, self.table)
        for _ in range(2):
            at = at - (self.integrated(at) - rest) / (1.0 + self.swing * np.cos(W * (at - self.peak)))
        at = float(days * DAY + at)
        assert abs(self.integrated(at) - value) < 1e-6
        return at


class Week:
    """The visit rate of each day, stepwise, as a clock that is a week after a week.

    Its readings are walked day by day.
    """

    def __init__(self, factors):
        mean = sum(factors) / 7
        self.factors = [factor / mean for factor in factors]
        self.midnights = [0.0]
        for factor in self.factors[:-1]:
            self.midnights.append(self.midnights[-1] + factor)

    def instant(self, reading):
        weeks = np.floor(reading / (7 * DAY))
        rest = reading - weeks * (7 * DAY)
        day = max(d for d in range(7) if DAY * self.midnights[d] <= rest)
        at = day * DAY + (rest - DAY * self.midnights[day]) / self.factors[day]
        return float(weeks * (7 * DAY) + at)

    def reading(self, at):
        weeks = np.floor(at / (7 * DAY))
        rest = at - weeks * (7 * DAY)
        day = min(int(rest // DAY), 6)
        return float(weeks * (7 * DAY) + (DAY * self.midnights[day] + self.factors[day] * (rest - day * DAY)))


class Surges:
    """Incidents of traffic: when each stretch begins, on both clocks, and how fast it is; walked one by one."""

    def __init__(self, incidents, clock):
        ends = [(one, plus(one.at, one.lasts)) for one in incidents]
        self.parts = [(0.0, 0.0, 1.0)]
        for at in sorted({at for one, end in ends for at in (one.at, end)}):
            before, reading, pace = self.parts[-1]
            began = clock(at)
            factors = [one.factor for one, end in ends if one.at <= at < end]
            self.parts.append((began, reading + pace * (began - before), prod(factors)))

    def instant(self, reading):
        began, at, pace = [part for part in self.parts if part[1] <= reading][-1]
        return began + (reading - at) / pace

    def reading(self, below):
        began, at, pace = [part for part in self.parts if part[0] <= below][-1]
        return at + pace * (below - began)


class BaseClock:
    """The instants of readings of the clock on which visits come at a constant rate, and back."""

    def __init__(self, scenario):
        visits, self.surges = scenario.users.visits, None
        self.cycle = cycle(visits.daily_peak, visits.daily_swing)
        self.week = Week(visits.weekly) if visits.weekly and len(set(visits.weekly)) > 1 else None
        if traffic := [one for one in scenario.incidents if one.kind == "traffic"]:
            self.surges = Surges(traffic, self.reading)

    def instant(self, reading):
        reading = reading if self.surges is None else self.surges.instant(reading)
        return self.cycle.instant(reading if self.week is None else self.week.instant(reading))

    def reading(self, at):
        if self.cycle.swing:
            days = np.floor(at / DAY)
            at = float(days * DAY + self.cycle.integrated(at - days * DAY))
        at = at if self.week is None else self.week.reading(at)
        return at if self.surges is None else self.surges.reading(at)


cycle = cache(Cycle)  # all users share one


class Calendar:
    """The visits of one user, asked for one after another."""

    def __init__(self, scenario, seed, replication, user, arrived_at=0.0):
        self.visits, self.effect = scenario.users.visits, scenario.users.satisfaction.return_effect
        self.user, self.count = user, scenario.users.count
        self.root = child(root(seed, replication, Stream.VISIT), user)
        self.clock = BaseClock(scenario) if self.visits.rate is not None else None
        group, _ = group_of(scenario, seed, replication, user)
        self.rate = None if self.visits.rate is None else self.visits.rate * group.visits
        self.arrived_at = self.at = arrived_at
        self.tau = 0.0
        if self.clock is not None and arrived_at:
            self.tau = float(self.clock.reading(arrived_at) * self.rate)
        self.stretch = 1.0  # of the gap before the visit that was asked for last

    @property
    def share(self):
        """The part of a fixed gap by which this user comes later than the first."""
        return Fraction(self.user, self.count)

    def key(self, visit):
        """Return the root of all that is drawn for a visit."""
        return child(self.root, visit)

    def next(self, visit, satisfaction):
        """Return the instant of a visit, given satisfaction after the one before."""
        self.at = self.instant(visit, satisfaction)
        return self.at

    def instant(self, visit, satisfaction):
        if self.clock is None:
            every = on_paper(self.visits.every)
            if self.arrived_at:
                return (float(every / MICRO * (visit + 1)) + self.arrived_at * 1e6) / 1e6
            return float(every * (visit + 1) + floor(every * self.share / MICRO) * MICRO)
        session = self.visits.session if self.visits.session and self.visits.session.stay else None
        if session and visit:
            if uniform(child(self.key(visit), int(Stream.SESSION_STAY)), 0) < session.stay:
                key = child(self.key(visit), int(Stream.SESSION_GAP))
                return float(session.gap.course(np.array([key]), np.array([self.at]))[1][0])
            self.tau = float(self.clock.reading(self.at) * self.rate)  # it waits while the session lasts
        gap = exponential(child(self.key(visit), int(Stream.GAP)), 0)
        if self.effect:
            self.stretch = np.exp(-self.effect * satisfaction)
            gap = gap * self.stretch
        self.tau = self.tau + float(gap)
        return max(self.clock.instant(self.tau / self.rate), self.at)
