"""What a scored trigger brings: delays of an alarm that sees nothing, false alarms, and its twin by the clock."""

from __future__ import annotations

import numpy as np
from scipy import stats

from agents import Agent, ObservedOnly, OnDrift
from sim.analysis import score_triggers
from sim.analysis.triggers.detections import detections
from sim.analysis.triggers.pooled import DAY, Pooled
from sim.analysis.triggers.replication import Task, run_replication
from sim.ports import Experience, Impressions, Observations, Slates

from ._claim import Claim, exact, near, slow
from ._worlds import First, poisson, world

EVERY, DELAY, SHIFTS, CLOCKS = 900.0, 300.0, 100, 8
CHECK, CHANCE, CHECKS, RUNS = 60.0, 0.3, 250, 40
_CLOCK = "a clock of any phase: D / 2 from any instant"
_FIRST = "memoryless: the next of Poisson requests, plus the delay"
_ALARMS = "alarms by chance q at each check: q of the checks"
_AGES = "P(age > a): (1 - q)^(a / check) by chance, 1 - a / T by the clock"


class Ageing:
    """A learner and its policy: good as long as its cutoff is not too old.

    Args:
        good_for: how long a version shows the better item, item 1, seconds.
    """

    def __init__(self, good_for: float, cutoff: float = 0.0) -> None:
        self._good_for, self._cutoff = good_for, cutoff

    def train(self, experience: Experience) -> None:
        """Remember the cutoff."""
        self._cutoff = experience.cutoff

    def policy(self) -> Ageing:
        """Return a copy."""
        return Ageing(self._good_for, self._cutoff)

    def act(self, observations: Observations) -> Slates:
        """Show item 1 while the version is young."""
        return Slates((np.asarray(observations.at) - self._cutoff <= self._good_for).astype(np.int64)[:, None])


class Chance(OnDrift):
    """A drift trigger that sees nothing: each check is an alarm with some probability.

    Args:
        check: between checks, seconds.
        chance: of an alarm.
    """

    def __init__(self, check: float, chance: float) -> None:
        super().__init__(check, refit_window=None)
        self._chance = chance

    def wants(self, matured: Impressions) -> bool:
        """Draw from the last digits of the instants of what matured, which are chance."""
        fires = bool((1e4 * matured.request_at.sum()) % 1.0 < self._chance)
        if fires:
            self.alarms.append(self._look)
        return fires


def detections_by_a_clock() -> list[Claim]:
    """An alarm each D whatever happens, shifts at all phases: D / 2 from the first label on, and none is missed.

    That label is of the first request after the shift, Exp(1 / rate) later, and comes after the delay.
    """
    rate, slot = 0.05, 4.0 * EVERY
    phases = np.random.default_rng(0).permutation((np.arange(SHIFTS) + 0.5) / SHIFTS)
    shifts = (slot * np.arange(1, SHIFTS + 1) + EVERY * phases).tolist()
    scenario = world((SHIFTS + 2) * slot, feedback__click={"delay": f"constant({DELAY:g}s)"}, **poisson(rate))
    agent = Agent(First(), ObservedOnly(), Chance(EVERY, 1.0), "push")
    runs = [run_replication(Task(scenario, agent, tuple(shifts), 0.0, 0, n)) for n in range(CLOCKS)]
    seen = [detections(shifts, one.first_labels.tolist(), one.alarms.tolist(), scenario.horizon) for one in runs]
    found, alarms = Pooled(tuple(seen)), CLOCKS * (4 * (SHIFTS + 2) - 1)
    labels = np.concatenate([one.first_labels - one.shifts for one in seen])
    return [
        near("time to detection from the first label, D = 900 s", EVERY / 2,
             [one.from_first_label.mean() for one in seen], _CLOCK),
        near("time to detection", EVERY / 2 + 1 / rate + DELAY, [one.from_shift.mean() for one in seen], _CLOCK),
        near("from the shift to its first label", 1 / rate + DELAY, labels, _FIRST),
        exact("missed detection rate", 0.0, found.mdr.value or 0.0, "the clock goes on"),
        exact("false alarms", alarms - CLOCKS * SHIFTS, found.false_alarms, "all but one a shift"),
    ]  # fmt: skip


@slow
def false_alarms_and_the_twin() -> list[Claim]:
    """Retrains by chance, and as many by the clock, of versions that are good for two checks."""
    good = 2.0 * CHECK
    scenario = world(CHECKS * CHECK, items__click_rates=[0.0, 1.0], **poisson(0.2))
    agent = Agent(Ageing(good), ObservedOnly(), Chance(CHECK, CHANCE), "push")
    found = score_triggers(scenario, agent, replications=RUNS)
    days, (retrains, twins) = scenario.horizon / DAY, found.retrains
    per_day = [len(one.false) / days for one in found.pooled.replications]
    chance, clock = ([one.regret for one in side] for side in (found.trigger, found.twin))
    return [
        near("false alarms a day", CHANCE * DAY / CHECK, per_day, _ALARMS),
        near("regret of retrains by chance", (1 - CHANCE) ** (good / CHECK), chance, _AGES),
        near("regret of as many by the clock", 1.0 - good / found.interval, clock, _AGES),
        exact("retrains by the clock", round(retrains), twins, "as many as the trigger's, in the mean"),
    ]


def intervals() -> list[Claim]:
    """Garwood's interval of the rate of a Poisson process holds the rate in 95 % of the cases or more."""
    luck, rate, days = np.random.default_rng(0), 0.5, 20.0
    held = []
    for count in luck.poisson(rate * days, 4000):
        one = Pooled((detections([], [], np.linspace(1.0, 2.0, count).tolist(), days * DAY),)).false_per_day
        held.append((one.low or 0.0) <= rate <= (one.high or 0.0))
    counts = np.arange(200)
    low, high = (stats.chi2.ppf(p, 2 * counts + n) / 2 / days for p, n in ((0.025, 0), (0.975, 2)))
    covers = (np.nan_to_num(low) <= rate) & (rate <= high)
    theory = float(stats.poisson.pmf(counts, rate * days) @ covers)
    return [near("coverage of the interval of false alarms a day", theory, held, "Garwood 1936, by the Poisson law")]
